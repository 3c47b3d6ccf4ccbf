/** What is looked after of a test environment that is kept for the next file. */
interface KeptEnvironment {
  readonly global: { readonly process: NodeJS.Process };
  readonly fakeTimersModern: { useRealTimers(): void } | null;
}

/**
 * Notes what a test file may change. Returns what puts it back, and lets go of the tests of the file, and so of all its modules.
 */
export function rememberState({ global, fakeTimersModern }: KeptEnvironment): () => void {
  const before = { ...global.process.env };
  return () => {
    fakeTimersModern?.useRealTimers();
    // A test may have put another object there.
    const { env } = global.process;
    Object.keys(env).forEach((name) => delete env[name]);
    Object.assign(env, before);
    Object.getOwnPropertySymbols(global)
      .filter(({ description }) => description === 'JEST_STATE_SYMBOL')
      .forEach((symbol) => Reflect.deleteProperty(global, symbol));
  };
}
