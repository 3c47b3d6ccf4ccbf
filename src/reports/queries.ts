import { FLOW_MEASUREMENTS, OTHER, type EntityKind, REFUSED } from '../contract/stored';
import { filterNamed, type FilterName } from './filters';
import { identifier, isOneOf, list, literal } from './influxql';
import { METRICS, type MetricName } from './metrics';
import type { Report } from './reports';

/**
 * The InfluxQL of the reports, in the subset that InfluxDB 1.x and openGemini share. The command line fills in values,
 * dashboards fill in Grafana's variables: so every parameter is text, and callers quote what comes from outside.
 */
export interface Scope {
  /** Retention policy. */
  readonly policy: string;
  /** First millisecond, at the start of a window. */
  readonly from: string;
  /** First millisecond that is no longer in the range. */
  readonly to: string;
  /** Conditions on tags. */
  readonly where: readonly string[];
}

/** How rows are ranked and how rates are computed. */
export interface Ranking {
  readonly metric: string;
  readonly top: string;
  /** Length of the range in milliseconds. */
  readonly span: string;
  /** Further columns, as InfluxQL expressions over the sums. */
  readonly also?: readonly string[];
}

/** How values of a list with a single metric are ranked. */
export type ListRanking = Pick<Ranking, 'metric' | 'top' | 'also'>;

/** Reports with `refusedByFlows` rank refused traffic separately: the rows of one part. */
export type Part = 'all' | 'refused' | 'not refused';

const DAY_MS = 86_400_000;

/** Sums of every metric. */
export const SUMS = METRICS.map(({ name }) => `sum("${name}") AS "${name}"`).join(', ');

const IS_REFUSED = `"action" = '${REFUSED}'`;
const IS_NOT_REFUSED = `"action" != '${REFUSED}'`;

/**
 * Where totals come from under these filters: `flow_interface`, which is exact. Only when keys are chosen is it the
 * report's own measurement, whose sums of them are lower bounds.
 */
export function totalsFrom(filters: readonly FilterName[], own: string): { measurement: string; isExact: boolean } {
  const isExact = !filters.some((name) => filterNamed(name).isKey);
  return { measurement: isExact ? 'flow_interface' : own, isExact };
}

/** Exact sums of every metric, of refused traffic only if `refused`. */
export function totalsQuery(measurement: string, scope: Scope, refused = false): string {
  return `SELECT ${SUMS} FROM ${from(measurement, scope, refused ? [IS_REFUSED] : [])}`;
}

/** Sums of the range and of the one before it: two rows. Named `refused` when only refused traffic is asked for. */
export function periodsQuery(
  measurement: string,
  scope: Scope,
  metrics: readonly string[],
  length: string,
  start: string,
  only?: 'refused'
): string {
  const sums = metrics.map((metric) => `sum("${metric}") AS "${only ?? metric}"`).join(', ');
  const where = only ? [IS_REFUSED] : [];
  return `SELECT ${sums} FROM ${from(measurement, scope, where)} GROUP BY time(${length}, ${start}) fill(none)`;
}

/** Exact sum of one metric. */
export function totalQuery(measurement: string, scope: Scope, metric: string): string {
  return `SELECT sum("${metric}") AS "${metric}" FROM ${from(measurement, scope)}`;
}

/** One value over everything in scope; no row when nothing is. */
export function sumWhenQuery(measurement: string, scope: Scope, figure: string): string {
  return `SELECT ${figure} FROM ${from(measurement, scope)}`;
}

/** The parts a report's rows come in. */
export function partsOf(report: Report): readonly Part[] {
  return report.refusedByFlows ? ['not refused', 'refused'] : ['all'];
}

/** The top rows: one per combination of the report's own tags. */
export function rankingQuery(report: Report, scope: Scope, ranking: Ranking, part: Part = 'all'): string {
  const tags = ownTags(report);
  const metric = part === 'refused' ? 'flows' : ranking.metric;
  const columns = [
    `top("${metric}", ${ranking.top}) AS "rank"`,
    ...METRICS.map(({ name }) => `"${name}"`),
    `8000.0 * "bytes" / (${ranking.span}) AS "rate"`,
    ...(ranking.also ?? []),
    ...tags.map(identifier),
  ];
  const sums = `SELECT ${SUMS} FROM ${from(report.measurement, scope, [...named(report), ...conditionsOf(part)])}`;
  return `SELECT ${columns.join(', ')} FROM (${sums} GROUP BY ${list(tags)})`;
}

/** The first or last window in which each row had traffic: it is the time of the answer's points. */
export function seenQuery(report: Report, scope: Scope, which: 'first' | 'last', part: Part = 'all'): string {
  const conditions = [...named(report), ...conditionsOf(part)];
  const source = from(report.measurement, scope, conditions);
  return `SELECT ${which}("flows") AS "seen" FROM ${source} GROUP BY ${list(ownTags(report))}`;
}

/**
 * What the top rows of each part leave of a total: one row without keys. One metric per query: InfluxDB works out the
 * rows, and evaluates all their conditions, once for each value inside and each outside.
 */
export function restQuery(
  report: Report,
  scopeOf: (part: Part) => Scope,
  { metric, top, span }: Ranking,
  name: MetricName,
  total: string
): string {
  const tags = list(ownTags(report));
  const shown = partsOf(report).map((part) => {
    const sums = `sum("${part === 'refused' ? 'flows' : metric}") AS "ranked", sum("${name}") AS "sum"`;
    const source = from(report.measurement, scopeOf(part), [...named(report), ...conditionsOf(part)]);
    return `(SELECT top("ranked", ${top}) AS "rank", "sum", ${tags} FROM (SELECT ${sums} FROM ${source} GROUP BY ${tags}))`;
  });
  const rest = `${total} - sum("sum")`;
  const rate = name === 'bytes' ? `, 8000.0 * (${rest}) / (${span}) AS "rate"` : '';
  return `SELECT ${rest} AS "${name}"${rate} FROM ${shown.join(', ')}`;
}

/** The busiest values of a tag, by one metric. */
export function busiestQuery(measurement: string, tag: string, scope: Scope, ranking: ListRanking): string {
  const { metric, top, also = [] } = ranking;
  const columns = [`top("sum", ${top}) AS "${metric}"`, identifier(tag), ...also];
  const sums = `SELECT sum("${metric}") AS "sum" FROM ${from(measurement, scope)} GROUP BY ${identifier(tag)}`;
  return `SELECT ${columns.join(', ')} FROM (${sums})`;
}

/** What the scope leaves of a total, as a sum and as a share: one row. */
export function remainderQuery(measurement: string, scope: Scope, metric: string, total: string): string {
  const sum = `sum("${metric}")`;
  const columns = [`${total} - ${sum} AS "${metric}"`, `1.0 - ${sum} / ${total}.0 AS "share"`];
  return `SELECT ${columns.join(', ')} FROM ${from(measurement, scope)}`;
}

/** Above any sum of a range, so that a single flow of the day before outweighs it. */
const BEYOND_ANY_SUM = '1000000000000000000.0';

/**
 * The busiest values of a tag that had nothing in the day before the range: that makes them new. For the day
 * before, hours are precise enough; the one in which the range begins counts as before. A single value covers both periods
 * (traffic now, minus a huge number for traffic before), because InfluxDB reads all data once per value.
 */
export function newQuery(
  measurement: string,
  tag: string,
  scope: Scope,
  { metric, top, also = [] }: ListRanking
): string {
  const dayBefore = { ...scope, policy: 'hour', from: `${scope.from}ms - ${DAY_MS}`, to: scope.from };
  const of = (part: Scope, figure: string) =>
    `(SELECT ${figure} AS "new" FROM ${from(measurement, part, [isNamed(tag)])} GROUP BY ${identifier(tag)})`;
  const before = of(dayBefore, `-${BEYOND_ANY_SUM} * sum("flows")`);
  const now = of(scope, `1.0 * sum("${metric}")`);
  const both = `SELECT sum("new") AS "new" FROM ${before}, ${now} GROUP BY ${identifier(tag)}`;
  const columns = [`top("new", ${top}) AS "${metric}"`, identifier(tag), ...also];
  return `SELECT ${columns.join(', ')} FROM (${both}) WHERE "new" > 0`;
}

/** The keys to show over time, busiest first. */
export function topKeysQuery(report: Report, scope: Scope, metric: string, top: string): string {
  return keysQuery(report.measurement, [report.key!], withConditions(scope, named(report)), metric, top);
}

/**
 * The keys of the top rows. Further queries about these rows select their keys, because ranking by one metric reads a third
 * of what ranking with all metrics does.
 */
export function rowKeysQuery(report: Report, scope: Scope, metric: string, top: string, part: Part): string {
  const others = ownTags(report).filter((tag) => !isImpliedByKey(report, tag));
  const of = withConditions(scope, [...named(report), ...conditionsOf(part)]);
  return keysQuery(report.measurement, [report.key!, ...others], of, part === 'refused' ? 'flows' : metric, top);
}

/** The busiest values of a tag of the measurement, or those in the busiest combinations with further tags. */
export function keysQuery(
  measurement: string,
  tags: readonly [string, ...string[]],
  scope: Scope,
  metric: string,
  top: string
): string {
  const sums = `SELECT sum("${metric}") AS "sum" FROM ${from(measurement, scope)} GROUP BY ${list(tags)}`;
  return `SELECT ${identifier(tags[0])} FROM (SELECT top("sum", ${top}) AS "rank", ${list(tags)} FROM (${sums}))`;
}

/** Values per interval, split by tags if given. Intervals without traffic are left out. */
export function seriesQuery(
  measurement: string,
  scope: Scope,
  values: readonly string[],
  interval: string,
  tags: readonly string[] = []
): string {
  const groups = [`time(${interval})`, ...tags.map(identifier)];
  return `SELECT ${values.join(', ')} FROM ${from(measurement, scope)} GROUP BY ${groups.join(', ')} fill(none)`;
}

/** Sum of one metric under another name, per value of a tag if given: In and Out of each interface. */
export function splitQuery(measurement: string, scope: Scope, metric: string, name: string, tag?: string): string {
  const groups = tag ? ` GROUP BY ${identifier(tag)}` : '';
  return `SELECT sum("${metric}") AS "${name}" FROM ${from(measurement, scope)}${groups}`;
}

/** Sums of every metric with the average rate, and further columns. */
export function sumsQuery(measurement: string, scope: Scope, span: string): string {
  return `SELECT ${SUMS}, 8000.0 * sum("bytes") / (${span}) AS "rate" FROM ${from(measurement, scope)}`;
}

/** The retention policy to read for a range: one row, `name`. */
export function policyQuery(use: 'totals' | 'ranking' | 'series', range: { from: string; to: string }): string {
  const { minute, hour } = policyConditions(range);
  return `SELECT "name" FROM "entity"."policy_choice" WHERE "use" = '${use}' AND ((${minute}) OR (${hour}))`;
}

/** Conditions on the two rows of `policy_choice`; exactly one of them holds. */
export function policyConditions({ from, to }: { from: string; to: string }): { minute: string; hour: string } {
  return {
    minute: `${to} - ${from} <= "longest" AND ${from} >= "oldest"`,
    hour: `${to} - ${from} > "shortest" OR ${from} < "before"`,
  };
}

/** Fields of all entities of the kinds, with their ids as a column. */
export function entitiesQuery(kinds: readonly EntityKind[], fields: readonly string[], as = 'id'): string {
  const id = as === 'id' ? '"id"' : `"id" AS ${identifier(as)}`;
  return `SELECT ${id}, ${fields.join(', ')} FROM "entity"."aws_entity" WHERE ${isOneOf('kind', kinds)}`;
}

/** Every value of a tag that the store has: rows with `value`. */
export function valuesQuery(tag: string): string {
  return `SHOW TAG VALUES FROM "flow_interface" WITH KEY = ${identifier(tag)}`;
}

/** The tags that a row consists of; other columns are looked up. */
export function ownTags(report: Report): string[] {
  return report.columns.filter((column) => !column.relatedTo).map((column) => column.tag);
}

/** The kinds of entities that a report's columns name. */
export function namedKinds(report: Report): EntityKind[] {
  return [...new Set(report.columns.flatMap(({ kind }) => kind ?? []))];
}

/** The tags that the key of a report is made of: of a pair its source and its destination, else the key itself. */
export function tagsOfKey({ key, measurement }: Report): string[] {
  const paired = FLOW_MEASUREMENTS.find((one) => one.name === measurement && 'pairTag' in one && one.pairTag === key);
  return paired ? Object.keys(paired.keys) : key === undefined ? [] : [key];
}

/** Whether a value of the report's key has one value of this tag. */
export function isImpliedByKey(report: Report, tag: string): boolean {
  return tag === report.key || tagsOfKey(report).includes(tag);
}

/** The scope with further conditions. */
export function withConditions(scope: Scope, conditions: readonly string[]): Scope {
  return { ...scope, where: [...scope.where, ...conditions] };
}

function conditionsOf(part: Part): string[] {
  return part === 'all' ? [] : [part === 'refused' ? IS_REFUSED : IS_NOT_REFUSED];
}

function named(report: Report): string[] {
  return report.lowerBounds && report.key ? [isNamed(report.key)] : [];
}

/** Condition that leaves out `other`. */
export function isNamed(tag: string): string {
  return `${identifier(tag)} != ${literal(OTHER)}`;
}

function from(measurement: string, scope: Scope, conditions: readonly string[] = []): string {
  const range = [`time >= ${scope.from}ms`, `time < ${scope.to}ms`];
  const where = [...range, ...scope.where, ...conditions].join(' AND ');
  return `"${scope.policy}"."${measurement}" WHERE ${where}`;
}
