import {
  FLOW_LOG_PERIODS,
  FLOW_MEASUREMENTS,
  MISSING,
  OTHER,
  REFUSED,
  type FlowLogPeriodKind,
  type FlowMeasurement,
} from '../contract/stored';
import { END_KINDS } from './ends';
import { DEFAULT_COUNTED, filterNamed, type FilterName } from './filters';
import { anyOf, identifier, isOneOf, list, literal } from './influxql';
import { METRICS } from './metrics';
import type { Report } from './reports';

/**
 * The InfluxQL of the reports, in the subset that InfluxDB 1.x and openGemini share. The command line fills in values,
 * dashboards fill in Grafana's variables: so every parameter is text, and callers quote what comes from outside.
 */
export interface Scope {
  /** The policy `hour` is read before this millisecond, `minute` from it on; 0 for `minute` alone. */
  readonly boundary: string;
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

/** How the rows of a table are ranked, and what the columns with the ranked metric and with flows are called. */
export interface RowsRanking extends Pick<Ranking, 'metric' | 'top' | 'also'> {
  readonly names: { readonly metric: string; readonly flows: string };
}

/** How values of a list with a single metric are ranked. */
export type ListRanking = Pick<Ranking, 'metric' | 'top' | 'also'>;

/** Reports with `refusedByFlows` rank refused traffic separately: the rows of one part. */
export type Part = 'all' | 'refused' | 'not refused';

const DAY_MS = 86_400_000;

const ALL_METRICS = METRICS.map(({ name }) => name);

/** Sums of every metric. */
const SUMS = sums(ALL_METRICS);

const IS_REFUSED = `"action" = '${REFUSED}'`;
const IS_NOT_REFUSED = `"action" != '${REFUSED}'`;

/**
 * Where totals come from under these filters: `flow_interface`, which is exact. Only when something is chosen that `other` does
 * not know is it the report's own measurement, whose sums of it are lower bounds.
 */
export function totalsFrom(filters: readonly FilterName[], own: string): { measurement: string; isExact: boolean } {
  const isExact = !filters.some((name) => isUnknownOfOther(own, name));
  return { measurement: isExact ? 'flow_interface' : own, isExact };
}

/** Whether what a measurement sums up as `other` has no value that this filter could compare. */
export function isUnknownOfOther(measurement: string, name: FilterName): boolean {
  const { tag, isKey = false } = filterNamed(name);
  return hasEnds(measurement) ? !(measurementNamed(measurement)?.kept ?? []).includes(tag) : isKey;
}

/** Whether the measurement has the places of both ends instead of the observing interface's. */
export function hasEnds(measurement: string): boolean {
  return measurementNamed(measurement)?.group === false;
}

/** The tags that a filter compares in a measurement; traffic passes if one of them has the value. */
export function filterTags(measurement: string, name: FilterName): string[] {
  const { tag, isPlace } = filterNamed(name);
  return isPlace && hasEnds(measurement) ? [`src_${tag}`, `dst_${tag}`] : [tag];
}

/**
 * Conditions of which at least one holds for traffic that passes a filter. `has`: the condition that a tag has one of the chosen
 * values.
 */
export function filterAlternatives(measurement: string, name: FilterName, has: (tag: string) => string): string[] {
  const { tag, fallbacks = [] } = filterNamed(name);
  return filterTags(measurement, name).flatMap((own) => {
    const side = own.slice(0, own.length - tag.length);
    const instead = fallbacks.map((fallback) => has(`${side}${fallback}`));
    return [has(own), ...(instead.length > 0 ? [`("${own}" = ${literal(MISSING)} AND ${anyOf(instead)})`] : [])];
  });
}

function measurementNamed(name: string): FlowMeasurement | undefined {
  return FLOW_MEASUREMENTS.find((measurement) => measurement.name === name);
}

/** Exact sums of every metric, of refused traffic only if `refused`. */
export function totalsQuery(measurement: string, scope: Scope, refused = false): string {
  return `SELECT ${SUMS} FROM ${summed(measurement, withConditions(scope, refused ? [IS_REFUSED] : []), ALL_METRICS)}`;
}

/**
 * All flows, refused flows and their share, `flows`, `refused` and `share`, in the range, which begins with a window: one row, or none
 * without flows. Where none was refused, `refused` and `share` are 0.
 */
export function refusedQuery(measurement: string, scope: Scope): string {
  const values = 'sum("flows") AS "flows", sum("refused") AS "refused", sum("refused") / sum("flows") AS "share"';
  const refused = { measurement, scope: withConditions(scope, partConditions('refused')) };
  return `SELECT ${values} FROM ${sideBySide({ flows: { measurement, scope }, refused })} WHERE ${within(scope)}`;
}

/**
 * Flows of several scopes, as columns. Each subquery has all columns, with 0 in the others': of several subqueries InfluxDB takes
 * those columns that the first one has.
 */
function sideBySide(
  columns: Readonly<Record<string, { readonly measurement: string; readonly scope: Scope }>>
): string {
  const names = Object.keys(columns);
  return names
    .map((own) => {
      const figures = names.map((name) => `${name === own ? '' : '0 * '}sum("flows") AS "${name}"`);
      return subqueries(columns[own].measurement, columns[own].scope, figures.join(', '), []);
    })
    .join(', ');
}

/** One row if flows of which a condition holds are at least such a share of all flows in scope. */
export function notableQuery(as: string, measurement: string, scope: Scope, condition: string, share: number): string {
  const some = { measurement, scope: withConditions(scope, [condition]) };
  const source = sideBySide({ some, flows: { measurement, scope } });
  const found = `SELECT sum("some") AS "${as}", sum("flows") AS "flows" FROM ${source} WHERE ${within(scope)}`;
  return `SELECT "${as}" FROM (${found}) WHERE "${as}" > 0 AND "${as}" >= ${share} * "flows" AND ${within(scope)}`;
}

/** Exact sum of one metric. */
export function totalQuery(measurement: string, scope: Scope, metric: string): string {
  return sumWhenQuery(measurement, scope, metric, `sum("${metric}") AS "${metric}"`);
}

/** One value, made of the sum of a metric, over everything in scope; no row when nothing is. */
export function sumWhenQuery(measurement: string, scope: Scope, metric: string, figure: string): string {
  return `SELECT ${figure} FROM ${summed(measurement, scope, [metric])}`;
}

/** Traffic that counts once, and does not only pass through. */
export const COUNTED_BUT_ONCE = [`"counted" = '${DEFAULT_COUNTED}'`, `"transit" = 'no'`] as const;
/** Of it, that whose other end is an interface here which is not logged. */
export const IS_UNLOGGED = `"peer_logged" = 'no'`;

/** The share of traffic whose other end is not logged, in percent: no row when that is below `least`. */
export function unloggedQuery(scope: Scope, metric: string, as: string, least: number): string {
  // Each has both columns: InfluxDB divides no column of one subquery by that of another.
  const of = (part: string, whole: string, conditions: readonly string[]) => {
    const where = withConditions(scope, [...COUNTED_BUT_ONCE, ...conditions]);
    const columns = `${part} * sum("${metric}") AS "part", ${whole} * sum("${metric}") AS "whole"`;
    return `(SELECT ${columns} FROM ${summed('flow_interface', where, [metric])})`;
  };
  const rows = `${of('1.0', '0.0', [IS_UNLOGGED])}, ${of('0.0', '1.0', [])}`;
  const share = `SELECT 100.0 * sum("part") / sum("whole") AS "${as}" FROM ${rows}`;
  return `SELECT "${as}" FROM (${share} WHERE ${within(scope)}) WHERE "${as}" >= ${least}`;
}

/** How many records of disabled exporters came in the range: no row when none did. */
export function leftOutQuery(scope: Scope, as: string): string {
  const disabled = { ...scope, where: [`"reason" = 'exporter-disabled'`] };
  return sumWhenQuery('flow_quality', disabled, 'records', `sum("records") AS "${as}"`);
}

/**
 * Of how many interfaces flow logs made sums wrong at some time of the range: no row when of none. `other` is what a pair of flow logs
 * is counted by, so an interface that three log counts more than once.
 */
export function flowLogPeriodsQuery(
  kind: FlowLogPeriodKind,
  { from, to }: Pick<Scope, 'from' | 'to'>,
  as: string
): string {
  const inRange = `"kind" = '${kind}' AND "until" >= ${from} AND time < ${to}ms`;
  const most = `SELECT max("interfaces") AS "interfaces" FROM "entity"."${FLOW_LOG_PERIODS}" WHERE ${inRange} GROUP BY "flow_log", "other"`;
  return `SELECT sum("interfaces") AS "${as}" FROM (${most})`;
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
  const rows = summed(report.measurement, ofPart(report, scope, part), ALL_METRICS, tags);
  return `SELECT ${columns.join(', ')} FROM (SELECT ${SUMS} FROM ${rows}) WHERE ${within(scope)}`;
}

/** The first or last window in which each row had traffic: it is the time of the answer's points. */
export function seenQuery(report: Report, scope: Scope, which: 'first' | 'last', part: Part = 'all'): string {
  const tags = ownTags(report);
  const seen = `${which}("flows") AS "flows"`;
  const windows = subqueries(report.measurement, ofPart(report, scope, part), seen, tags.map(identifier));
  return `SELECT ${which}("flows") AS "seen" FROM ${windows} WHERE ${within(scope)} GROUP BY ${list(tags)}`;
}

/** The top rows of a part, as {@link rankingQuery}, with the ranked metric and flows alone: that reads less. */
export function rowsQuery(report: Report, scope: Scope, ranking: RowsRanking, part: Part): string {
  const { metric, top, names, also = [] } = ranking;
  const tags = ownTags(report);
  const figures = `sum("${metric}") AS "sum", sum("flows") AS "count"`;
  const of = ofPart(report, scope, part);
  const rows = subqueries(report.measurement, of, figures, tags.map(identifier));
  const sums = `SELECT sum("sum") AS "sum", sum("count") AS "count" FROM ${rows} WHERE ${within(of)} GROUP BY ${list(tags)}`;
  const columns = [`top("sum", ${top}) AS "${names.metric}"`, `"count" AS "${names.flows}"`, list(tags), ...also];
  return `SELECT ${columns.join(', ')} FROM (${sums}) WHERE ${within(of)}`;
}

/**
 * The sums of the top rows of a part, under other names: one row without keys, for what they leave of a total. InfluxDB does not
 * subtract what is of another measurement.
 */
export function shownQuery(
  report: Report,
  scope: Scope,
  ranking: RowsRanking,
  part: Part,
  as: RowsRanking['names']
): string {
  const rows = rowsQuery(report, scope, ranking, part);
  return `SELECT sum("${ranking.names.metric}") AS "${as.metric}", sum("${ranking.names.flows}") AS "${as.flows}" FROM (${rows}) WHERE ${within(scope)}`;
}

/** The exact sums of a part, under these names: one row. */
export function wholeQuery(
  measurement: string,
  scope: Scope,
  metric: string,
  part: Part,
  as: RowsRanking['names']
): string {
  const of = withConditions(scope, partConditions(part));
  const figures = `sum("${metric}") AS "sum", sum("flows") AS "count"`;
  const source = subqueries(measurement, of, figures, []);
  return `SELECT sum("sum") AS "${as.metric}", sum("count") AS "${as.flows}" FROM ${source} WHERE ${within(of)}`;
}

/** The busiest combinations of tags, by one metric. */
export function busiestQuery(measurement: string, tags: readonly string[], scope: Scope, ranking: ListRanking): string {
  const { metric, top, also = [] } = ranking;
  const columns = [`top("sum", ${top}) AS "${metric}"`, list(tags), ...also];
  const values = `SELECT sum("${metric}") AS "sum" FROM ${summed(measurement, scope, [metric], tags)}`;
  return `SELECT ${columns.join(', ')} FROM (${values}) WHERE ${within(scope)}`;
}

/** What the scope leaves of a total, as a sum and as a share: one row. */
export function remainderQuery(measurement: string, scope: Scope, metric: string, total: string): string {
  const sum = `sum("${metric}")`;
  const columns = [`${total} - ${sum} AS "${metric}"`, `1.0 - ${sum} / ${total}.0 AS "share"`];
  return `SELECT ${columns.join(', ')} FROM ${summed(measurement, scope, [metric])}`;
}

/** The 24 hours before a scope. */
export function dayBefore(scope: Scope): Scope {
  return { ...scope, from: `${scope.from}ms - ${DAY_MS}`, to: scope.from };
}

/** Above any sum of a range, so that a single flow of the day before outweighs it. */
const BEYOND_ANY_SUM = '1000000000000000000.0';

/**
 * The busiest values of tags that had nothing in the day before the range: that makes them new. Rows with `other` in the first
 * tag are left out. For the day before, which reads `minute` from `boundary` on, hours are precise enough; the one in which the
 * range begins counts as before. A single value covers both periods (traffic now, minus a huge number for traffic before),
 * because InfluxDB reads all data once per value.
 */
export function newQuery(
  measurement: string,
  tags: readonly string[],
  scope: Scope,
  boundary: string,
  { metric, top, also = [] }: ListRanking
): string {
  const former = dayBefore({ ...scope, boundary });
  const of = (part: Scope, figure: string) =>
    subqueries(measurement, withConditions(part, [isNamed(tags[0])]), `${figure} AS "new"`, tags.map(identifier));
  const before = of(former, `-${BEYOND_ANY_SUM} * sum("flows")`);
  const now = of(scope, `1.0 * sum("${metric}")`);
  const range = within({ from: former.from, to: scope.to });
  const both = `SELECT sum("new") AS "new" FROM ${before}, ${now} WHERE ${range} GROUP BY ${list(tags)}`;
  const columns = [`top("new", ${top}) AS "${metric}"`, list(tags), ...also];
  return `SELECT ${columns.join(', ')} FROM (${both}) WHERE "new" > 0 AND ${range}`;
}

/**
 * The keys of the top rows. Further queries about these rows select their keys, because ranking by one metric reads a third
 * of what ranking with all metrics does.
 */
export function rowKeysQuery(report: Report, scope: Scope, metric: string, top: string, part: Part): string {
  const others = ownTags(report).filter((tag) => !isImpliedByKey(report, tag));
  const of = ofPart(report, scope, part);
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
  const values = `SELECT sum("${metric}") AS "sum" FROM ${summed(measurement, scope, [metric], tags)}`;
  return `SELECT ${identifier(tags[0])} FROM (SELECT top("sum", ${top}) AS "rank", ${list(tags)} FROM (${values})) WHERE ${within(scope)}`;
}

/**
 * Values per interval, made of the sum of a metric, split by tags if given. Intervals without traffic are 0, up to now: a line
 * that left them out would join what is before and after them, as if it had flowed.
 */
export function seriesQuery(
  measurement: string,
  scope: Scope,
  metric: string,
  values: readonly string[],
  interval: string,
  tags: readonly string[] = []
): string {
  const groups = [`time(${interval})`, ...tags.map(identifier)];
  const source = subqueries(measurement, scope, sums([metric]), groups, ' fill(none)');
  return `SELECT ${values.join(', ')} FROM ${source} ${byTime(scope, interval, groups)}`;
}

/** The intervals of a range. The first one stands at its start, which may be before the range; none is in the future. */
function byTime({ from, to }: Scope, interval: string, groups: readonly string[]): string {
  const range = `time >= ${from}ms - ${interval} AND time < ${to}ms AND time < now()`;
  return `WHERE ${range} GROUP BY ${groups.join(', ')} fill(0)`;
}

/** Sum of one metric under another name, per value of a tag if given: In and Out of each interface. */
export function splitQuery(measurement: string, scope: Scope, metric: string, name: string, tag?: string): string {
  return `SELECT sum("${metric}") AS "${name}" FROM ${summed(measurement, scope, [metric], tag ? [tag] : [])}`;
}

/** The retention policy that the windows of a range are of, `name`, and the `boundary` of its {@link Scope}: one row. */
export function policyQuery(
  use: 'totals' | 'ranking' | 'series',
  range: { from: string; to: string },
  fields: ReadonlyArray<'name' | 'boundary' | 'choice'>
): string {
  const { minute, hour } = policyConditions(range);
  return `SELECT ${list(fields)} FROM "entity"."policy_choice" WHERE "use" = '${use}' AND ((${minute}) OR (${hour}))`;
}

/** The `boundary` of ranges that read `hour`: at most one row. */
export function boundaryQuery(): string {
  return `SELECT "boundary" FROM "entity"."policy_choice" WHERE "use" = 'ranking' AND "policy" = 'hour'`;
}

/** Conditions on the two rows of `policy_choice`; exactly one of them holds. */
export function policyConditions({ from, to }: { from: string; to: string }): { minute: string; hour: string } {
  return {
    minute: `${to} - ${from} <= "longest" AND ${from} >= "oldest"`,
    hour: `${to} - ${from} > "shortest" OR ${from} < "before"`,
  };
}

/** Fields of all entities of the kinds, with their ids as a column. */
export function entitiesQuery(kinds: readonly string[], fields: readonly string[], as = 'id'): string {
  const id = as === 'id' ? '"id"' : `"id" AS ${identifier(as)}`;
  return `SELECT ${id}, ${fields.join(', ')} FROM "entity"."aws_entity" WHERE ${isOneOf('kind', kinds)}`;
}

/** The names of whatever may be an end of traffic (see `mayBeEnd`), with their ids as a column. */
export function endNamesQuery(fields: readonly string[], as = 'id'): string {
  return `${entitiesQuery(END_KINDS, fields, as)} AND "id" != ${literal(MISSING)} AND ("kind" != 'address' OR "id" =~ /^vpc-/)`;
}

/** Every value of a tag that the store has: rows with `value`. */
export function valuesQuery(tag: string): string {
  return `SHOW TAG VALUES FROM "flow_interface" WITH KEY = ${identifier(tag)}`;
}

/** The tags that a row consists of; other columns are looked up. */
export function ownTags(report: Report): string[] {
  return report.columns.filter((column) => !column.relatedTo).map((column) => column.tag);
}

/** The tags that the key of a report is made of: of a pair its source and its destination, else the key itself. */
export function tagsOfKey({ key, measurement }: Report): readonly string[] {
  return key === undefined ? [] : key === 'pair' ? measurementNamed(measurement)!.pair! : [key];
}

/** Whether a value of the report's key has one value of this tag. */
export function isImpliedByKey(report: Report, tag: string): boolean {
  return tag === report.key || tagsOfKey(report).includes(tag);
}

/** The scope with further conditions. */
export function withConditions(scope: Scope, conditions: readonly string[]): Scope {
  return { ...scope, where: [...scope.where, ...conditions] };
}

/** The conditions of a part of all traffic. */
export function partConditions(part: Part): string[] {
  return part === 'all' ? [] : [part === 'refused' ? IS_REFUSED : IS_NOT_REFUSED];
}

function named(report: Report): string[] {
  return report.lowerBounds && report.key ? [isNamed(report.key)] : [];
}

/** Condition that leaves out `other`. */
export function isNamed(tag: string): string {
  return `${identifier(tag)} != ${literal(OTHER)}`;
}

function ofPart(report: Report, scope: Scope, part: Part): Scope {
  return withConditions(scope, [...named(report), ...partConditions(part)]);
}

function sums(metrics: readonly string[]): string {
  return metrics.map((metric) => `sum("${metric}") AS "${metric}"`).join(', ');
}

/** What sums of these metrics are taken from, and the tags they are grouped by. */
function summed(measurement: string, scope: Scope, metrics: readonly string[], tags: readonly string[] = []): string {
  const source = `${subqueries(measurement, scope, sums(metrics), tags.map(identifier))} WHERE ${within(scope)}`;
  return tags.length > 0 ? `${source} GROUP BY ${list(tags)}` : source;
}

/** The range once more: InfluxDB opens all shards that the outermost query's time allows, whatever those inside it say. */
export function within({ from, to }: Pick<Scope, 'from' | 'to'>): string {
  return `time >= ${from}ms AND time < ${to}ms`;
}

/**
 * Figures of the scope from `hour` before its boundary, and from `minute` from there on: two subqueries, whose rows the query
 * around them puts together.
 */
export function subqueries(
  measurement: string,
  { boundary, from, to, where }: Scope,
  figures: string,
  groups: readonly string[],
  fill = ''
): string {
  const of = (policy: 'hour' | 'minute', side: string) => {
    const range = [within({ from, to }), `time ${side} ${boundary}ms`];
    const grouped = groups.length > 0 ? ` GROUP BY ${groups.join(', ')}${fill}` : '';
    return `(SELECT ${figures} FROM "${policy}"."${measurement}" WHERE ${[...range, ...where].join(' AND ')}${grouped})`;
  };
  return `${of('hour', '<')}, ${of('minute', '>=')}`;
}
