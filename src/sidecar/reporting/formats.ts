import type { Report } from '../../reports/reports';
import type { TimeRange } from '../../reports/timeRange';
import { columnsOf } from './columns';
import type { ReportResult } from './report';

/** A report as programs get it: by `flowscope report --json` and by the API. Sums are decimal text, as they may exceed 2^53. */
export function jsonOf(report: Report, result: ReportResult) {
  const iso = ({ from, to }: TimeRange) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const { range, asked, rows, totals, other, emptyBecause: _, message, filters, ...head } = result;
  const { countedTwice, leftOutInterfaces, leftOut, unlogged, ...described } = head;
  const columns = columnsOf(report, result.metric).map(({ key, heading }) => ({ key, heading }));
  return {
    ...described,
    filters: [...filters],
    ...iso(range),
    asked: iso(asked),
    columns,
    rows: [...rows],
    totals,
    other,
    countedTwice,
    leftOutInterfaces,
    leftOut,
    unlogged,
    message,
  };
}

/** How lines of CSV end. */
const LINE_END = '\r\n';

/**
 * The rows of a report as CSV (RFC 4180): a header with the names that JSON has, then a line per row with the values of JSON, a
 * name behind its id. Neither the total nor `other` is in it, so that columns can be added up.
 */
export function csvOf(report: Report, { metric, rows }: ReportResult): string {
  const columns = columnsOf(report, metric);
  const keys = columns.flatMap(({ key, nameKey }) => (nameKey === undefined ? [key] : [key, nameKey]));
  const texts = new Set(columns.flatMap(({ key, kind, nameKey = key }) => (kind === 'text' ? [key, nameKey] : [])));
  const lines = rows.map((row) =>
    keys.map((key) => {
      const value = String((row as Readonly<Record<string, string | number>>)[key]);
      return quoted(texts.has(key) ? withoutFormula(value) : value);
    })
  );
  return [keys, ...lines].map((cells) => cells.join(',') + LINE_END).join('');
}

/**
 * A text that a spreadsheet does not take for a formula: names come from tags of EC2, which anybody may have set, and one that
 * begins like a formula gets an apostrophe before it. The characters are those of OWASP's "CSV Injection". `-` alone stands for
 * nothing, and is none.
 */
function withoutFormula(text: string): string {
  return text !== '-' && /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
