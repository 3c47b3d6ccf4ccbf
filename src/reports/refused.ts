import { REFUSED as REJECT } from '../contract/stored';
import { summedUp, type SummedUp } from './periods';
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
/** Sources that are taken for scans at most: those with most targets. */
const MOST_SCANNERS = 200;

const MEASUREMENT = 'flow_refused';
/** What came after its connection was closed: refused, and nothing that anybody waits for. */
const IS_LATE = `"connection" = 'late'`;
const IS_NOT_LATE = `"connection" != 'late'`;
const IS_REFUSED = `"action" = '${REJECT}'`;
const TARGET = ['"interface"', '"application"'];
const SOURCE = ['"src"', '"src_owner"'];
const RULE = [...SOURCE, ...TARGET];

/** Refused flows that are no late packets, and whose sources are kept by name. */
function attempts(scope: Scope): Scope {
  return withConditions(scope, [isNamed('src'), IS_NOT_LATE]);
}

/** Flows by some tags: windows in `hour` and in `minute` added up, so that each combination is there once. */
function flowsBy(scope: Scope, tags: readonly string[], as = 'flows'): string {
  const windows = subqueries(MEASUREMENT, scope, 'sum("flows") AS "flows"', tags);
  return `(SELECT sum("flows") AS "${as}" FROM ${windows} WHERE ${within(scope)} GROUP BY ${tags.join(', ')})`;
}

/** The sources that scan, those with most targets first. */
export function scannersQuery(of: Scope): string {
  const scope = attempts(of);
  const inRange = within(scope);
  const targets = `SELECT count("flows") AS "targets" FROM ${flowsBy(scope, ['"src"', ...TARGET])} WHERE ${inRange} GROUP BY "src"`;
  const most = `SELECT top("targets", ${MOST_SCANNERS}) AS "targets", "src" FROM (${targets}) WHERE ${inRange}`;
  return `SELECT "src" FROM (${most}) WHERE "targets" >= ${SCAN_TARGETS} AND ${inRange}`;
}

/** Scans: their refused flows, and at how many ports and interfaces. `of` has the sources that scan, and nothing else. */
export function scansQuery(of: Scope, top: string, also: readonly string[]): string {
  const scope = attempts(of);
  const inRange = within(scope);
  // Each subquery has every column: InfluxDB takes the types of all from the first.
  const counts = [
    `(SELECT "flows", 0 * "flows" AS "port", 0 * "flows" AS "at" FROM ${flowsBy(scope, SOURCE)} WHERE ${inRange} GROUP BY ${SOURCE.join(', ')})`,
    `(SELECT 0 * count("flows") AS "flows", count("flows") AS "port", 0 * count("flows") AS "at" FROM ${flowsBy(scope, [...SOURCE, '"application"'])} WHERE ${inRange} GROUP BY ${SOURCE.join(', ')})`,
    `(SELECT 0 * count("flows") AS "flows", 0 * count("flows") AS "port", count("flows") AS "at" FROM ${flowsBy(scope, [...SOURCE, '"interface"'])} WHERE ${inRange} GROUP BY ${SOURCE.join(', ')})`,
  ];
  const rows =
    `SELECT sum("flows") AS "flows", sum("port") AS "ports", sum("at") AS "interfaces" FROM ${counts.join(', ')} ` +
    `WHERE ${inRange} GROUP BY ${SOURCE.join(', ')}`;
  const columns = [`top("flows", ${top}) AS "flows"`, '"ports"', '"interfaces"', ...also, ...SOURCE];
  return `SELECT ${columns.join(', ')} FROM (${rows}) WHERE ${inRange}`;
}

/** What is refused steadily: rows of a source, an interface and a port, with their flows and windows. */
function steady(of: Scope, windowMs: string): string {
  const scope = attempts(of);
  const time = `time(${windowMs}ms)`;
  const windows = subqueries(MEASUREMENT, scope, 'sum("flows") AS "flows"', [time, ...RULE], ' fill(none)');
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
export function refusedSeenQuery(of: Scope, which: 'first' | 'last', perTarget: boolean): string {
  const scope = attempts(of);
  const tags = perTarget ? RULE : SOURCE;
  const windows = subqueries(MEASUREMENT, scope, `${which}("flows") AS "flows"`, tags);
  return `SELECT ${which}("flows") AS "seen" FROM ${windows} WHERE ${within(scope)} GROUP BY ${tags.join(', ')}`;
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

/** The parts of refused flows. `isScanner`, `isSteady`: conditions that are true of these sources, and of none but these. */
export function refusedParts(scope: Scope, isScanner: string, isSteady: string): SummedUp[] {
  const where = {
    steady: [isNamed('src'), IS_NOT_LATE, isSteady],
    scans: [isNamed('src'), IS_NOT_LATE, isScanner],
    late: [IS_LATE],
  };
  // Each has every column: InfluxDB takes the types of all from the first.
  const figures = (part?: string) =>
    REFUSED_PARTS.map((name) => `${name === part ? 1 : 0} * sum("flows") AS "${name}"`).join(', ');
  return [
    // So that there is a 0, as long as anything is refused.
    { measurement: MEASUREMENT, scope, figures: figures() },
    ...REFUSED_PARTS.map((part) => ({
      measurement: MEASUREMENT,
      scope: withConditions(scope, where[part]),
      figures: figures(part),
    })),
  ];
}

/** All refused flows. */
export function allRefused(scope: Scope): SummedUp {
  return {
    measurement: 'flow_interface',
    scope: withConditions(scope, [IS_REFUSED]),
    figures: 'sum("flows") AS "total"',
  };
}

/** Sums of parts of one measurement: one row. */
export function partsQuery(parts: readonly SummedUp[], columns: readonly string[]): string {
  const sources = parts.map((part) => summedUp(part));
  return `SELECT ${columns.join(', ')} FROM ${sources.join(', ')} WHERE ${within(parts[0].scope)}`;
}
