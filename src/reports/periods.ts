import { subqueries, within, type Scope } from './queries';

/**
 * Two periods of the same length: a range, and the same time of day some days before it. "The same time" is what clocks on the
 * wall showed, not so many hours ago: a change to or from daylight saving time in between shortens or lengthens the way back.
 */
export interface Periods {
  readonly now: Scope;
  readonly then: Scope;
}

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;

/** A row of which exactly one is there; a query must select a field, and InfluxQL has no conditional expressions. */
const oneRow = (value: string, field: string, when: string) =>
  `(SELECT ${value} + 0 * "${field}" AS "value" FROM "entity"."policy_choice" WHERE "use" = 'ranking' AND (${when}))`;
const ANY = `"policy" = 'minute'`;

/** A number that is known already, as a row. */
export function numberQuery(value: string): string {
  return `SELECT "value" FROM ${oneRow(value, 'longest', ANY)}`;
}

/** Unix milliseconds that are so many times 24 hours before a time. */
export function daysAgoQuery(time: string, days: string): string {
  return numberQuery(`${time} - ${days} * ${DAY_MS}`);
}

/** Hour and minute that a clock on the wall shows, as numbers. */
export interface WallClock {
  readonly hour: string;
  readonly minute: string;
}

/**
 * Milliseconds from a range back to the same time of day, so many days ago. `clock`: at the start of the range; `clockThen`: so many
 * times 24 hours before it. Where they differ clocks were changed in between, by less than twelve hours. In whole windows.
 */
export function shiftQuery(days: string, clock: WallClock, clockThen: WallClock, windowMs: string): string {
  const minutesOf = ({ hour, minute }: WallClock) => `(${hour} * 60 + ${minute})`;
  const changed = `(${minutesOf(clock)} - ${minutesOf(clockThen)} + ${1.5 * DAY_MINUTES}) % ${DAY_MINUTES} - ${DAY_MINUTES / 2}`;
  const shift = `(${days} * ${DAY_MS} - 60000 * (${changed}))`;
  return numberQuery(`${shift} - ${shift} % ${windowMs}`);
}

/** A range, and the time that is compared with its start. */
interface Compared {
  readonly from: string;
  readonly to: string;
  readonly ago: string;
}

/**
 * Milliseconds between the points of a chart of a range: whole windows, and at most so many points. Charts that show a rate need to
 * know it, as Grafana's own interval can only be divided by.
 */
export function intervalQuery(from: string, to: string, windowMs: string, points: number): string {
  const full = `${points} * ${windowMs}`;
  return numberQuery(`((${to} - ${from}) - (${to} - ${from}) % (${full})) / ${points} + ${windowMs}`);
}

/** By what a sum of an interval is multiplied to be one per second. */
export function perSecondQuery(intervalMs: string): string {
  return numberQuery(`1000.0 / ${intervalMs}`);
}

/** Conditions on the rows of `policy_choice`: both periods are read from the same policy. */
function conditionsOf({ from, to, ago }: Compared): { minute: string; hour: string } {
  return {
    minute: `${to} - ${from} <= "longest" AND ${ago} >= "oldest"`,
    hour: `${to} - ${from} > "shortest" OR ${ago} < "before"`,
  };
}

/** Milliseconds of the windows that both periods consist of. */
export function windowQuery(compared: Compared): string {
  const { minute, hour } = conditionsOf(compared);
  return `SELECT "value" FROM ${oneRow('60000', 'longest', minute)}, ${oneRow('3600000', 'shortest', hour)}`;
}

/** The `boundary` of the scopes of both periods: at most one row. */
export function periodsBoundaryQuery(compared: Compared): string {
  const { minute, hour } = conditionsOf(compared);
  return `SELECT "boundary" FROM "entity"."policy_choice" WHERE "use" = 'ranking' AND ((${minute}) OR (${hour}))`;
}

/** The window that a time lies in. */
export function windowStartQuery(time: string, windowMs: string): string {
  return numberQuery(`${time} - ${time} % ${windowMs}`);
}

/**
 * The end of the last whole window of a range that is complete: what is still to come would look like less traffic than then.
 * `complete`: up to when data is complete, 0 if unknown.
 */
export function lastWindowQuery(to: string, complete: string, windowMs: string): string {
  const of = (time: string, when: string) => oneRow(`${time} - ${time} % ${windowMs}`, 'longest', `${ANY} AND ${when}`);
  const isEarlier = `${complete} > 0 AND ${complete} < ${to}`;
  const isNot = `(${complete} = 0 OR ${complete} >= ${to})`;
  return `SELECT "value" FROM ${of(complete, isEarlier)}, ${of(to, isNot)}`;
}

/**
 * What was collected when the compared period began: traffic in the day before it or in its first window. Of what was not, less
 * traffic then says nothing.
 */
export function collectedThen({ then }: Periods, windowMs: string): Scope {
  return { ...then, from: `${then.from}ms - ${DAY_MS}`, to: `${then.from}ms + ${windowMs}` };
}

/** From the day before the compared period to the end of the range. */
export function sinceThen({ now, then }: Periods): Scope {
  return { ...now, from: `${then.from}ms - ${DAY_MS}` };
}

/**
 * The combinations of tags whose sums of a metric differ most between two periods, by one of the tags. A single value covers both,
 * since InfluxDB reads all data once per value; its square ranks less and more alike.
 */
export function moverKeysQuery(
  measurement: string,
  tags: readonly [string, ...string[]],
  periods: Periods,
  metric: string,
  top: string
): string {
  const groups = tags.map((tag) => `"${tag}"`);
  const range = within({ from: periods.then.from, to: periods.now.to });
  const of = (scope: Scope, sign: string) =>
    subqueries(measurement, scope, `${sign}1.0 * sum("${metric}") AS "delta"`, groups);
  const size =
    `SELECT sum("delta") * sum("delta") AS "size" FROM ${of(periods.now, '')}, ${of(periods.then, '-')} ` +
    `WHERE ${range} GROUP BY ${groups.join(', ')}`;
  const ranked = `SELECT top("size", ${top}) AS "rank", ${groups.join(', ')} FROM (${size}) WHERE "size" > 0 AND ${range}`;
  return `SELECT ${groups[0]} FROM (${ranked}) WHERE ${range}`;
}

/**
 * Sums of a metric per combination of tags, called as it and `now` or `then`; `delta` between them, and its square as `size`, since
 * InfluxQL of 1.6 has no absolute values.
 */
export function moversQuery(
  measurement: string,
  tags: readonly string[],
  { now, then }: Periods,
  metric: string,
  also: readonly string[] = []
): string {
  const groups = tags.map((tag) => `"${tag}"`);
  const range = within({ from: then.from, to: now.to });
  const sum = `sum("${metric}")`;
  // Each subquery has every column: InfluxDB takes the types of all from the first.
  const of = (scope: Scope, [inNow, inThen]: readonly [number, number]) =>
    subqueries(measurement, scope, `${inNow} * ${sum} AS "now", ${inThen} * ${sum} AS "then"`, groups);
  const delta = '(sum("now") - sum("then"))';
  const figures = [
    `sum("now") AS "${metric} now"`,
    `sum("then") AS "${metric} then"`,
    `${delta} AS "${metric} delta"`,
    `1.0 * ${delta} * ${delta} AS "size"`,
  ];
  const rows =
    `SELECT ${figures.join(', ')} FROM ${of(now, [1, 0])}, ${of(then, [0, 1])} ` +
    `WHERE ${range} GROUP BY ${groups.join(', ')}`;
  const columns = [...['now', 'then', 'delta'].map((name) => `"${metric} ${name}"`), '"size"', ...also, ...groups];
  return `SELECT ${columns.join(', ')} FROM (${rows}) WHERE ${range}`;
}

/** The first window with traffic of each value of a tag: it is the time of the answer's points. */
export function firstSeenQuery(measurement: string, tag: string, scope: Scope): string {
  const windows = subqueries(measurement, scope, 'first("flows") AS "flows"', [`"${tag}"`]);
  return `SELECT first("flows") AS "seen" FROM ${windows} WHERE ${within(scope)} GROUP BY "${tag}"`;
}

/** Sums of a measurement as a source of a query. */
export interface SummedUp {
  readonly measurement: string;
  readonly scope: Scope;
  /** The sums, as InfluxQL expressions with names. */
  readonly figures: string;
  /** Tags that conditions outside compare, and these conditions. */
  readonly tags?: readonly string[];
  readonly where?: readonly string[];
}

/** The subqueries of sums. */
export function summedUp({ measurement, scope, figures, tags = [] }: SummedUp, time: readonly string[] = []): string {
  return subqueries(measurement, scope, figures, [...time, ...tags], time.length > 0 ? ' fill(none)' : '');
}

/** The conditions outside of them: of each side the same. */
export function leftOut(parts: readonly SummedUp[]): string[] {
  return parts.flatMap(({ where = [] }) => where);
}

/**
 * Values over time from the start of the scope on; 0 without traffic. `parts`: what they are taken from. Of several measurements at most
 * one may have something in scope: InfluxDB answers with a series of each.
 */
export function ratesQuery(parts: readonly SummedUp[], values: readonly string[], intervalMs: string): string {
  const [{ scope }] = parts;
  const time = `time(${intervalMs}ms, ${scope.from}ms)`;
  const sources = parts.map((part) => summedUp(part, [time]));
  const when = [within(scope), ...leftOut(parts)].join(' AND ');
  return `SELECT ${values.join(', ')} FROM ${sources.join(', ')} WHERE ${when} GROUP BY ${time} fill(0)`;
}
