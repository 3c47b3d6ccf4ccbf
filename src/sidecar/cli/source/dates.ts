import { CommandFailed } from '../../util/commandError';

// A date, or a date and time; in UTC, whether or not it says so with a Z.
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,3})?)?Z?)?$/;

/**
 * A time in the past that was typed as `2026-01-31`, `2026-01-31T12:00` or `2026-01-31T12:00:00Z`, in UTC; a date is its
 * beginning. Returns Unix seconds. `option`: what it was typed for. Throws {@link CommandFailed}.
 */
export function parsePastTime(option: string, typed: string, now: number): number {
  const [, date, time = '00:00', seconds = '00'] = DATE.exec(typed) ?? [];
  const canonical = `${date}T${time}:${seconds}.000Z`;
  const at = Date.parse(canonical);
  // The 30th of February would become a day in March.
  if (date === undefined || !Number.isFinite(at) || new Date(at).toISOString() !== canonical) {
    throw new CommandFailed(
      `${option}: "${typed}" is no date. It looks like 2026-01-31 or 2026-01-31T12:00, and is in UTC.`
    );
  }
  if (at / 1000 > now) {
    throw new CommandFailed(
      `${option}: ${typed} (UTC) is in the future; it is ${new Date(now * 1000).toISOString().slice(0, 16)} now.`
    );
  }
  return at / 1000;
}
