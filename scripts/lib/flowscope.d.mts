import type { Running } from '../services.mjs';

/** Runs a command of the bundled command line, showing it and what it prints; throws a ServiceError when it fails. */
export function flowscope(env: NodeJS.ProcessEnv, args: ReadonlyArray<string | number>): Promise<void>;

/** Starts the collector, and waits for its API, which answers at `url`. */
export function startServe(env: NodeJS.ProcessEnv, logFile: string): Promise<Running & { url: string }>;
