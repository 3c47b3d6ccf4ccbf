import { REFUSED as REJECT } from '../contract/stored';
import type { SummedUp } from './periods';
import { isNamed, subqueries, within, withConditions, type Scope } from './queries';

/** The dashboard of who is refused. */
export const REFUSED = {
  title: 'Refused',
  question: 'Who is refused, where and at which port: by a scan, or by a rule that is wrong?',
  uid: 'flowscope-refused',
} as const;

/** From so many targets on, each an interface and a port, a source scans. */
export const SCAN_TARGETS = 5;
/** In so many windows at least, minutes or hours, is refused what is refused steadily. */
export const STEADY_WINDOWS = 3;
/** So many sources are looked at: those that are refused most. */
export const MOST_REFUSED = 100;

const MEASUREMENT = 'flow_refused';
/** What came after its connection was closed: refused, and nothing that anybody waits for. */
const IS_LATE = `"connection" = 'late'`;
const IS_NOT_LATE = `"connection" != 'late'`;
const IS_REFUSED = `"action" = '${REJECT}'`;
const TARGET = ['"interface"', '"application"'];
const SOURCE = ['"src"', '"src_owner"'];
const RULE = [...SOURCE, ...TARGET];

/**
 * Refused flows by some tags and, if given, by time; without late packets. These are left out here, and not in the subqueries of windows
 * in `hour` and in `minute`: there InfluxDB would compare every series.
 */
function attemptsBy(scope: Scope, tags: readonly string[], time?: string, figures = 'sum("flows") AS "flows"'): string {
  const groups = [...(time === undefined ? [] : [time]), ...tags];
  const fill = time === undefined ? '' : ' fill(none)';
  const windows = subqueries(MEASUREMENT, scope, 'sum("flows") AS "flows"', [...groups, '"connection"'], fill);
  const grouped = groups.length > 0 ? ` GROUP BY ${groups.join(', ')}${fill}` : '';
  return `(SELECT ${figures} FROM ${windows} WHERE ${within(scope)} AND ${IS_NOT_LATE}${grouped})`;
}

/** The sources that are refused most: only these are looked at, since most are refused once and never again. */
export function mostRefusedQuery(scope: Scope): string {
  const inRange = within(scope);
  const flows = attemptsBy(scope, ['"src"']);
  const most = `SELECT top("flows", ${MOST_REFUSED}) AS "flows", "src" FROM ${flows} WHERE ${inRange} AND ${isNamed('src')}`;
  return `SELECT "src" FROM (${most}) WHERE "flows" >= ${Math.min(SCAN_TARGETS, STEADY_WINDOWS)} AND ${inRange}`;
}

/** The sources that scan, those with most targets first. */
export function scannersQuery(scope: Scope): string {
  const inRange = within(scope);
  const targets = `SELECT count("flows") AS "targets" FROM ${attemptsBy(scope, ['"src"', ...TARGET])} WHERE ${inRange} GROUP BY "src"`;
  const most = `SELECT top("targets", ${MOST_REFUSED}) AS "targets", "src" FROM (${targets}) WHERE ${inRange}`;
  return `SELECT "src" FROM (${most}) WHERE "targets" >= ${SCAN_TARGETS} AND ${inRange}`;
}

/** Scans: their refused flows, and at how many ports and interfaces. `scope` has the sources that scan, and nothing else. */
export function scansQuery(scope: Scope, top: string, also: readonly string[]): string {
  const inRange = within(scope);
  // Each subquery has every column: InfluxDB takes the types of all from the first.
  const counts = [
    `(SELECT "flows", 0 * "flows" AS "port", 0 * "flows" AS "at" FROM ${attemptsBy(scope, SOURCE)} WHERE ${inRange} GROUP BY ${SOURCE.join(', ')})`,
    `(SELECT 0 * count("flows") AS "flows", count("flows") AS "port", 0 * count("flows") AS "at" FROM ${attemptsBy(scope, [...SOURCE, '"application"'])} WHERE ${inRange} GROUP BY ${SOURCE.join(', ')})`,
    `(SELECT 0 * count("flows") AS "flows", 0 * count("flows") AS "port", count("flows") AS "at" FROM ${attemptsBy(scope, [...SOURCE, '"interface"'])} WHERE ${inRange} GROUP BY ${SOURCE.join(', ')})`,
  ];
  const rows =
    `SELECT sum("flows") AS "flows", sum("port") AS "ports", sum("at") AS "interfaces" FROM ${counts.join(', ')} ` +
    `WHERE ${inRange} GROUP BY ${SOURCE.join(', ')}`;
  const columns = [`top("flows", ${top}) AS "flows"`, '"ports"', '"interfaces"', ...also, ...SOURCE];
  return `SELECT ${columns.join(', ')} FROM (${rows}) WHERE ${inRange}`;
}

/** What is refused steadily: rows of a source, an interface and a port, with their flows and windows. */
function steady(scope: Scope, windowMs: string): string {
  const windows = attemptsBy(scope, RULE, `time(${windowMs}ms)`);
  const each = `SELECT sum("flows") AS "flows", count("flows") AS "windows" FROM ${windows} WHERE ${within(scope)} GROUP BY ${RULE.join(', ')}`;
  return `(SELECT "flows", "windows" FROM (${each}) WHERE "windows" >= ${STEADY_WINDOWS} AND ${within(scope)} GROUP BY ${RULE.join(', ')})`;
}

/** The sources of what is refused steadily; `of` leaves out those that scan. */
export function steadySourcesQuery(of: Scope, windowMs: string, top: string): string {
  const ranked = `SELECT top("flows", ${top}) AS "rank", "src" FROM ${steady(of, windowMs)} WHERE ${within(of)}`;
  return `SELECT "src" FROM (${ranked}) WHERE ${within(of)}`;
}

/** What is refused steadily, that with most flows first. */
export function steadyQuery(of: Scope, windowMs: string, top: string, also: readonly string[]): string {
  const columns = [`top("flows", ${top}) AS "flows"`, '"windows"', ...also, ...RULE];
  return `SELECT ${columns.join(', ')} FROM ${steady(of, windowMs)} WHERE ${within(of)}`;
}

/** When sources, or sources at a target, were first or last refused: the time of the answer's points. */
export function refusedSeenQuery(scope: Scope, which: 'first' | 'last', perTarget: boolean): string {
  const tags = perTarget ? RULE : SOURCE;
  const windows = subqueries(MEASUREMENT, scope, `${which}("flows") AS "flows"`, [...tags, '"connection"']);
  return `SELECT ${which}("flows") AS "seen" FROM ${windows} WHERE ${within(scope)} AND ${IS_NOT_LATE} GROUP BY ${tags.join(', ')}`;
}

/** Refused and all flows of sources, of what is kept by name of both: `refused` and `every`. */
export function shareQuery(scope: Scope): string {
  const of = (where: readonly string[], refused: number) =>
    subqueries(
      'flow_source',
      withConditions(scope, where),
      `${refused} * sum("flows") AS "refused", ${1 - refused} * sum("flows") AS "every"`,
      ['"src"']
    );
  return (
    `SELECT sum("refused") AS "refused", sum("every") AS "every" FROM ${of([IS_REFUSED], 1)}, ${of([], 0)} ` +
    `WHERE ${within(scope)} GROUP BY "src"`
  );
}

/** What refused flows are divided into, as far as their sources are kept by name. */
export const REFUSED_PARTS = ['steady', 'scans', 'late'] as const;

/**
 * Values made of the sums of the parts of refused flows, over time if `time` is given. `isScanner`, `isSteady`: conditions that are true of
 * these sources, and of none but these.
 */
export function refusedPartsQuery(
  scope: Scope,
  { isScanner, isSteady }: { readonly isScanner: string; readonly isSteady: string },
  values: readonly string[],
  time?: string
): string {
  // Each has every column: InfluxDB takes the types of all from the first.
  const figures = (part: string) =>
    REFUSED_PARTS.map((name) => `${name === part ? 1 : 0} * sum("flows") AS "${name}"`).join(', ');
  const groups = time === undefined ? [] : [time];
  const sources = [
    attemptsBy(withConditions(scope, [isSteady]), [], time, figures('steady')),
    attemptsBy(withConditions(scope, [isScanner]), [], time, figures('scans')),
    subqueries(
      MEASUREMENT,
      withConditions(scope, [IS_LATE]),
      figures('late'),
      groups,
      time === undefined ? '' : ' fill(none)'
    ),
  ];
  const grouped = time === undefined ? '' : ` GROUP BY ${time} fill(0)`;
  return `SELECT ${values.join(', ')} FROM ${sources.join(', ')} WHERE ${within(scope)}${grouped}`;
}

/** All refused flows. */
export function allRefused(scope: Scope): SummedUp {
  return {
    measurement: 'flow_interface',
    scope: withConditions(scope, [IS_REFUSED]),
    figures: 'sum("flows") AS "total"',
  };
}
