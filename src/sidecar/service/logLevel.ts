import type { Logger } from 'pino';
import { LOG_LEVELS, type LogLevel } from '../../contract/logLevels';
import type { OnLogEntry } from '../collect/object/objectTrace';
import { CommandFailed } from '../util/commandError';

const LEVELS = Object.keys(LOG_LEVELS) as LogLevel[];

/** The level that FLOWSCOPE_LOG_LEVEL names, `info` without it. Throws {@link CommandFailed} when there is no such level. */
export function logLevel({ FLOWSCOPE_LOG_LEVEL: wanted = 'info' }: NodeJS.ProcessEnv = process.env): LogLevel {
  const level = LEVELS.find((one) => one === wanted);
  if (level === undefined) {
    throw new CommandFailed(`FLOWSCOPE_LOG_LEVEL must be one of ${LEVELS.join(', ')}, not "${wanted}".`);
  }
  return level;
}

/**
 * What writes a line per object at level `debug`: to `log` or, for a command without one, as JSON to standard error. Undefined
 * at any higher level, so that nothing is gathered that nobody reads.
 */
export async function objectLog(log?: Logger): Promise<OnLogEntry | undefined> {
  const level = logLevel();
  if (level !== 'debug' && level !== 'trace') {
    return undefined;
  }
  let own = log;
  if (!own) {
    // Loaded only where it is needed: most commands have no log.
    const { default: pino } = await import('pino');
    own = pino({ base: undefined, level }, pino.destination({ fd: 2, sync: true }));
  }
  const to = own;
  return (entry) => to.debug(entry, 'object');
}
