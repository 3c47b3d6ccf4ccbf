import { DEFAULT_COUNTED, filterNamed, FILTERS, type FilterName } from '../reports/filters';
import { anyOf, isOneOf } from '../reports/influxql';
import {
  filterAlternatives,
  filterTags,
  isImpliedByKey,
  isUnknownOfOther,
  partConditions,
  partsOf,
  type Part,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { filterVar, GRAFANA, VARS, type Var } from './vars';

/** The filters a dashboard shows, in order. */
export function shownFilters({ filters }: Report): FilterName[] {
  return FILTERS.map(({ name }) => name).filter((name) => filters.includes(name));
}

/** Those of them that totals cannot be exact under, as `other` does not know what they compare. */
export function inexactFilters(report: Report): FilterName[] {
  return shownFilters(report).filter((name) => isUnknownOfOther(report.measurement, name));
}

/** A filter as a condition on a report's measurement, and on that of its totals; All (`.*`) is true everywhere. */
export function filterCondition({ measurement }: Report, name: FilterName): string {
  const conditions = filterAlternatives(measurement, name, (tag) => isOneOfChosen(tag, filterVar(name)));
  if (name === 'counted') {
    // What counts once always does; what is chosen may be what counts again.
    return anyOf([isOneOf(name, [DEFAULT_COUNTED]), ...conditions]);
  }
  // What totals come from has no such tag, and must pass when All is chosen, which a missing tag does in InfluxDB only.
  return anyOf(isUnknownOfOther(measurement, name) ? [...conditions, isAll(name)] : conditions);
}

/** Something is chosen in the filter. */
export function isChosen(name: FilterName): string {
  return isNoneOfChosen(tagUnlike(name), filterVar(name));
}

/** All is chosen in the filter. */
export function isAll(name: FilterName): string {
  return isOneOfChosen(tagUnlike(name), filterVar(name));
}

/** A tag that has none of the filter's values: no account is like what people choose elsewhere, and no action like an account. */
function tagUnlike(name: FilterName): string {
  return name === 'account' ? 'action' : 'account';
}

/** The tag has one of a variable's values. */
export function isOneOfChosen(tag: string, { regex }: Var): string {
  return `"${tag}" =~ /^${regex}$/`;
}

/** The tag has none of a variable's values. */
export function isNoneOfChosen(tag: string, { regex }: Var): string {
  return `"${tag}" !~ /^${regex}$/`;
}

/** What tables, rankings and totals read: a range that begins with a window. */
export function rankingScope(report: Report): Scope {
  const where = filterConditions(report);
  return { boundary: VARS.boundary.number, from: VARS.start.braced, to: GRAFANA.to, where };
}

/** The variable with the keys of the rows of a part, which are those shown over time. */
export function rowKeysVar(part: Part): Var {
  return part === 'refused' ? VARS.refusedKeys : VARS.keys;
}

/** The traffic that the first table and the first chart of a report are about. */
export function firstPart(report: Report): Part {
  return partsOf(report)[0];
}

/** What the rows of a part read; a report without a key has them all. */
export function rowsScope(report: Report, part: Part, keys = rowKeysVar(part)): Scope {
  return { ...rankingScope(report), where: report.key ? keyConditions(report, keys) : filterConditions(report) };
}

/** What interfaces saw under those of the filters that say where, and by action. */
export function observedScope(report: Report): Scope {
  const names = shownFilters(report).filter((name) => name === 'action' || filterNamed(name).isPlace);
  const where = names.map((name) => filterCondition({ ...report, measurement: 'flow_interface' }, name));
  return { ...rankingScope(report), where };
}

function filterConditions(report: Report): string[] {
  return shownFilters(report).map((name) => filterCondition(report, name));
}

/**
 * The conditions of totals. Where they count each flow once, only `flow_interface` can say so: once a key is chosen, they are of
 * another measurement.
 */
function totalConditions(report: Report): string[] {
  const once = `("counted" = '${DEFAULT_COUNTED}' AND "transit" = 'no')`;
  return [
    ...filterConditions(report),
    ...(report.countsOnce ? [anyOf([once, ...inexactFilters(report).map(isChosen)])] : []),
  ];
}

/** What totals read. */
export function totalsScope(report: Report): Scope {
  return { ...rankingScope(report), where: totalConditions(report) };
}

/** The total that the rows of a part are parts of. */
export function totalOfRows({ countsOnce }: Report, part: Part = 'all'): Var {
  return part === 'refused' && !countsOnce ? VARS.totalRefused : VARS.total;
}

/** Milliseconds from the start of the window in which the range begins to its end. */
export const SPAN = `(${GRAFANA.to} - ${VARS.start.braced})`;

/**
 * Only the keys in a variable. They were ranked under all filters, so those that a key tells the answer of are left out:
 * comparing every address of the store with a regular expression is most of what such a query costs InfluxDB.
 */
function keyConditions(report: Report, keys: Var): string[] {
  const isImplied = (name: FilterName) =>
    filterTags(report.measurement, name).every((tag) => isImpliedByKey(report, tag));
  const filters = shownFilters(report).filter((name) => !isImplied(name));
  return [...filters.map((name) => filterCondition(report, name)), isOneOfChosen(report.key!, keys)];
}

/** What charts read: policy `minute` while it keeps the range, else `hour` before a boundary. */
export function seriesScope(report: Report, where: readonly string[] = []): Scope {
  const conditions = [...totalConditions(report), ...where];
  return { boundary: VARS.seriesBoundary.number, from: GRAFANA.from, to: GRAFANA.to, where: conditions };
}

/** What keys are a part of in charts: unlike totals, it counts as they do. */
export function seenSeriesScope(report: Report, where: readonly string[]): Scope {
  return { ...seriesScope(report), where: [...filterConditions(report), ...where] };
}

/** What charts read of the keys they show, of one part of the traffic. */
export function keysSeriesScope(
  report: Report,
  part: Part,
  where: readonly string[] = [],
  keys = rowKeysVar(part)
): Scope {
  return { ...seriesScope(report), where: [...keyConditions(report, keys), ...partConditions(part), ...where] };
}

/** The measurement totals come from; where it depends on what is chosen, a variable works it out. */
export function totalsMeasurement(report: Report): string {
  return inexactFilters(report).length > 0 ? VARS.totalsMeasurement.braced : 'flow_interface';
}
