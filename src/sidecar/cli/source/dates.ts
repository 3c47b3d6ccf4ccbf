import { parseTime } from '../../../reports/timeRange';
import { CommandFailed } from '../../util/commandError';
import { isoTime } from '../../util/time';

/**
 * A time in the past, typed in one of the forms of {@link parseTime}; a date is its beginning. Returns Unix seconds.
 * `option`: what it was typed for. `now`: Unix seconds. Throws {@link CommandFailed}.
 */
export function parsePastTime(option: string, typed: string, now: number): number {
  const milliseconds = parseTime(typed, now * 1000);
  if (milliseconds === undefined) {
    throw new CommandFailed(
      `${option}: "${typed}" is no date. It looks like 2026-01-31 or 2026-01-31T12:00, and is in UTC.`
    );
  }
  const at = Math.floor(milliseconds / 1000);
  if (at > now) {
    throw new CommandFailed(`${option}: ${typed} is in the future; it is ${isoTime(now).slice(0, 16)} (UTC) now.`);
  }
  return at;
}
