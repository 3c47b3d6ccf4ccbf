/** What a test file may change in an environment that is kept for the next one. */
export class FileState {
  private readonly env: NodeJS.ProcessEnv;

  constructor(private readonly global: { readonly process: NodeJS.Process }) {
    this.env = { ...global.process.env };
  }

  /** Puts back the environment variables, and lets go of the tests of the file, and so of all its modules. */
  restore(): void {
    const { process } = this.global;
    Object.keys(process.env).forEach((name) => delete process.env[name]);
    Object.assign(process.env, this.env);
    Object.getOwnPropertySymbols(this.global)
      .filter(({ description }) => description === 'JEST_STATE_SYMBOL')
      .forEach((symbol) => Reflect.deleteProperty(this.global, symbol));
  }
}
