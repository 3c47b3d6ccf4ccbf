import { z } from 'zod';
import { pageOf, pageQuery } from './common';
import { LOG_LEVELS, type LogLevel } from './logLevels';

const levels = Object.keys(LOG_LEVELS) as [LogLevel, ...LogLevel[]];

/** One line of the sidecar's log, without secrets. */
export const logLine = z.object({
  /** Grows from line to line. */
  id: z.int(),
  /** Unix milliseconds. */
  at: z.int(),
  level: z.enum(levels),
  message: z.string(),
  /** What else the line has, as JSON. */
  details: z.string().optional(),
});
export type LogLine = z.infer<typeof logLine>;

/** `level`: the least serious that is wanted. */
export const logQuery = pageQuery.extend({ level: z.enum(levels).default('info') });
/** The last lines, newest first. */
export const logPage = pageOf(logLine);
