import { FILTERS, filterNamed, type FilterName } from '../reports/filters';
import { isImpliedByKey, ownTags, partsOf, totalsFrom, type Part, type Scope } from '../reports/queries';
import type { Report } from '../reports/reports';
import { filterVar, GRAFANA, VARS, type Var } from './vars';

/** The filters a dashboard shows, in order. An exporter is an account and a VPC, which have filters of their own. */
export function shownFilters(report: Report): FilterName[] {
  return FILTERS.map(({ name }) => name).filter((name) => name !== 'exporter' && report.filters.includes(name));
}

/** Those of them whose tag only some measurements have. */
export function keyFilters(report: Report): FilterName[] {
  return shownFilters(report).filter((name) => filterNamed(name).isKey);
}

/** A filter as a condition; All (`.*`) is true everywhere. */
export function filterCondition(name: FilterName): string {
  const { tag, isKey } = filterNamed(name);
  const matches = (of: string) => isOneOfChosen(of, filterVar(name));
  // A measurement without the tag must pass when All is chosen, which a missing tag does in InfluxDB only; an account
  // matches no address.
  return isKey ? `(${matches(tag)} OR ${matches('account')})` : matches(tag);
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

/** The variable with the keys of the rows of a part. Where each row is a key, they are those shown over time. */
export function rowKeysVar(report: Report, part: Part): Var {
  const isRow = ownTags(report).length === 1 && partsOf(report).length === 1;
  return isRow ? VARS.keys : part === 'refused' ? VARS.refusedKeys : VARS.rowKeys;
}

/** What the rows of a part read; a report without a key has them all. */
export function rowsScope(report: Report, part: Part, keys = rowKeysVar(report, part)): Scope {
  return { ...rankingScope(report), where: report.key ? keyConditions(report, keys) : filterConditions(report) };
}

function filterConditions(report: Report): string[] {
  return shownFilters(report).map(filterCondition);
}

/**
 * Only the keys in a variable. They were ranked under all filters, so those that a key tells the answer of are left out:
 * comparing every address of the store with a regular expression is most of what such a query costs InfluxDB.
 */
function keyConditions(report: Report, keys: Var): string[] {
  const filters = shownFilters(report).filter((name) => !isImpliedByKey(report, filterNamed(name).tag));
  return [...filters.map(filterCondition), isOneOfChosen(report.key!, keys)];
}

/** The range and the one before it, of the same length. */
export function twoPeriodsScope(report: Report): Scope {
  return { ...rankingScope(report), from: `${VARS.start.braced}ms - ${VARS.span.braced}` };
}

/** What charts read: policy `minute` while it keeps the range, else `hour` before a boundary. */
export function seriesScope(report: Report, where: readonly string[] = []): Scope {
  const filters = filterConditions(report);
  return { boundary: VARS.seriesBoundary.number, from: GRAFANA.from, to: GRAFANA.to, where: [...filters, ...where] };
}

/** What charts read of the keys they show. */
export function keysSeriesScope(report: Report): Scope {
  return { ...seriesScope(report), where: keyConditions(report, VARS.keys) };
}

/** The measurement totals come from; where it depends on what is chosen, a variable works it out. */
export function totalsMeasurement(report: Report): string {
  return totalsFrom(shownFilters(report), VARS.totalsMeasurement.plain).measurement;
}
