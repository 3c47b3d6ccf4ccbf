/** A span of time in Unix milliseconds; `to` is the first millisecond that no longer belongs to it. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Policies that hold flow sums, with the length of their windows. */
export const WINDOW_MS = { minute: 60_000, hour: 3_600_000 } as const;

export const DEFAULT_RANGE = { from: 'now-3h', to: 'now' };

/** What {@link parseTime} understands, for error messages. */
export const TIME_FORMS = '2026-03-02T12:00:00Z, seconds or milliseconds since 1970, now, -3h or now-7d';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Dates and times as of ISO 8601; with a space for the T, too. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Reads a point in time; undefined when it is none. An ISO time without an offset is UTC. */
export function parseTime(text: string, now: number): number | undefined {
  const relative = /^(?:now)?(?:([+-])(\d+)([smhdw]))?$/.exec(text);
  if (relative && text !== '') {
    const [, sign, amount, unit] = relative;
    return sign ? now + (sign === '-' ? -1 : 1) * Number(amount) * UNIT_MS[unit] : now;
  }
  if (/^\d{9,10}$/.test(text)) {
    return Number(text) * 1000;
  }
  if (/^\d{12,13}$/.test(text)) {
    return Number(text);
  }
  const [, date, time = '00:00', seconds = '00', fraction = '', offset = 'Z'] = ISO.exec(text) ?? [];
  const clock = `${date}T${time}:${seconds}`;
  const onClock = Date.parse(`${clock}Z`);
  // The 30th of February would become a day in March, and 24:00 the next day.
  if (Number.isNaN(onClock) || !new Date(onClock).toISOString().startsWith(clock)) {
    return undefined;
  }
  const milliseconds = Date.parse(`${clock}${fraction}${offset}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** The smallest range of whole windows that contains a range. */
export function alignOutward(range: TimeRange, windowMs: number): TimeRange {
  return { from: Math.floor(range.from / windowMs) * windowMs, to: Math.ceil(range.to / windowMs) * windowMs };
}
