/** Runs a command of the bundled command line, showing it and what it prints; throws a ServiceError when it fails. */
export function flowscope(env: NodeJS.ProcessEnv, args: ReadonlyArray<string | number>): Promise<void>;
