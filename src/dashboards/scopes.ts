import { FILTERS, filterNamed, type FilterName } from '../reports/filters';
import { isToldByKey, ownTags, partsOf, totalsFrom, type Part, type Scope } from '../reports/queries';
import type { Report } from '../reports/reports';

/** The filters a dashboard shows, in order. An exporter is an account and a VPC, which have filters of their own. */
export function shownFilters(report: Report): FilterName[] {
  return FILTERS.map(({ name }) => name).filter((name) => name !== 'exporter' && report.filters.includes(name));
}

/** Those of them whose tag only some measurements have. */
export function keyFilters(report: Report): FilterName[] {
  return shownFilters(report).filter((name) => filterNamed(name).isKey);
}

/** A filter as a condition; All (`.*`) is true everywhere. */
export function condition(name: FilterName): string {
  const { tag, isKey } = filterNamed(name);
  const matches = (of: string) => `"${of}" =~ /^\${${name}:regex}$/`;
  // A measurement without the tag must pass when All is chosen, which a missing tag does in InfluxDB only; an account
  // matches no address.
  return isKey ? `(${matches(tag)} OR ${matches('account')})` : matches(tag);
}

/** What tables, rankings and totals read: one policy over one range that begins with a window. */
export function rankingScope(report: Report): Scope {
  return { policy: '$policy', from: '${start}', to: '${__to}', where: filterConditions(report) };
}

/** The variable with the keys to show over time. */
export const KEYS = 'keys';

/** The variable with the keys of the rows of a part. Where each row is a key, they are those shown over time. */
export function rowKeys(report: Report, part: Part): string {
  const isRow = ownTags(report).length === 1 && partsOf(report).length === 1;
  return isRow ? KEYS : part === 'refused' ? 'refused_keys' : 'row_keys';
}

/** What the rows of a part read; a report without a key has them all. */
export function rowsScope(report: Report, part: Part, keys = rowKeys(report, part)): Scope {
  return { ...rankingScope(report), where: report.key ? keyConditions(report, keys) : filterConditions(report) };
}

function filterConditions(report: Report): string[] {
  return shownFilters(report).map(condition);
}

/**
 * Only the keys in a variable. They were ranked under all filters, so those that a key tells the answer of are left out:
 * comparing every address of the store with a regular expression is most of what such a query costs InfluxDB.
 */
function keyConditions(report: Report, keys: string): string[] {
  const filters = shownFilters(report).filter((name) => !isToldByKey(report, filterNamed(name).tag));
  return [...filters.map(condition), isKeyOf(report, keys)];
}

/** The report's key is one of those in a variable. */
export function isKeyOf({ key }: Report, variable: string): string {
  return `"${key}" =~ /^\${${variable}:regex}$/`;
}

/** The range and the one before it, of the same length. */
export function twoPeriodsScope(report: Report): Scope {
  return { ...rankingScope(report), from: '${start}ms - ${span}' };
}

/** What charts read: minutes as far as they reach. */
export function seriesScope(report: Report, where: readonly string[] = []): Scope {
  const filters = filterConditions(report);
  return { policy: '$series', from: '${__from}', to: '${__to}', where: [...filters, ...where] };
}

/** What charts read of the keys they show. */
export function keysSeriesScope(report: Report): Scope {
  return { ...seriesScope(report), where: keyConditions(report, KEYS) };
}

/** The measurement totals come from; where it depends on what is chosen, a variable works it out. */
export function totalsMeasurement(report: Report): string {
  return totalsFrom(shownFilters(report), '$total_of').measurement;
}
