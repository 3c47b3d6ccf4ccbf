/* Without zod: every command loads this file. */

/** Levels of the sidecar's log, from the least to the most serious, with pino's numbers. */
export const LOG_LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;
export type LogLevel = keyof typeof LOG_LEVELS;
