import { OTHER } from '../../../contract/stored';
import Table from 'cli-table3';
import { Command } from 'commander';
import { COUNTED, DEFAULT_COUNTED, filterNamed, filterNote, FILTERS } from '../../../reports/filters';
import { COUNTED_ONCE, COUNTED_PER_HOP, COUNTED_TWICE, LOWER_BOUNDS } from '../../../reports/metrics';
import {
  LEFT_OUT,
  LEFT_OUT_WITH_FLOW_LOG,
  LOGGED_TWICE,
  UNLOGGED,
  UNLOGGED_MEANS,
} from '../../../reports/explanations';
import { hasEnds } from '../../../reports/queries';
import { REPORTS, reportNamed, type Report } from '../../../reports/reports';
import { TIME_FORMS } from '../../../reports/timeRange';
import { formatBitRate, formatBytes, formatCount, formatCounted, formatShare } from '../../../reports/units';
import { createInfluxClient } from '../../store/influx';
import { columnsOf, type ColumnKind } from '../../reporting/columns';
import { csvOf, jsonOf } from '../../reporting/formats';
import { UnknownName } from '../../reporting/names';
import { DEFAULTS, MAX_ROWS } from '../../reporting/options';
import { runReport, type ReportResult } from '../../reporting/report';
import { unknownText, whatLists } from '../../reporting/unknown';
import { CommandFailed } from '../../util/commandError';
import { plain, utc } from '../format';
import { print, printCsv, printJson, say } from '../../util/output';
import { whatMayCome } from './completeness';
import { optionsOf, type Flags } from './options';
import { formatTime } from '../../util/time';

const NAMES = REPORTS.map(({ name }) => name).join(', ');
/** Filters that some report has. */
const FILTER_NAMES = FILTERS.filter(({ name }) => REPORTS.some((report) => report.filters.includes(name)))
  .map(({ name }) => name)
  .join(', ');

/** `flowscope report NAME`: a report as a table with descriptions, as JSON or as CSV. */
export function reportCommand(): Command {
  return new Command('report')
    .description('print a report: who sent how much, with names')
    .argument('<name>', NAMES)
    .option('--from <time>', `start: ${TIME_FORMS} (default: ${DEFAULTS.from})`)
    .option('--to <time>', `end, likewise (default: ${DEFAULTS.to})`)
    .option('--top <number>', `rows, 1 to ${MAX_ROWS} (default: ${DEFAULTS.top})`)
    .option('--metric <metric>', `rank by bytes, packets or flows (default: ${DEFAULTS.metric})`)
    .option(
      '--filter <filter=value>',
      `narrow down by id or description, repeatable: ${FILTER_NAMES}; counted=${DEFAULT_COUNTED} is the default, ` +
        `counted=again counts ${COUNTED.again}`,
      (value: string, before: string[]) => [...before, value],
      []
    )
    .option(
      '--address <address>',
      "take from the address of the report's dashboard what is not said otherwise: time, metric, rows, filters"
    )
    .option('--json', 'print JSON')
    .option('--csv', 'print the rows as CSV')
    .action(async (name: string, flags: Flags) => {
      const report = reportNamed(name);
      if (!report) {
        throw new CommandFailed(`There is no report ${name}. Reports: ${NAMES}.`);
      }
      if (flags.json && flags.csv) {
        throw new CommandFailed('--json and --csv: choose one of them.');
      }
      const options = optionsOf(report, flags, Date.now());
      const client = createInfluxClient(process.env);
      await client.ping();
      const result = await runReport(client, report, options).catch((error: unknown) => {
        throw error instanceof UnknownName ? new CommandFailed(unknownText(error, whatLists)) : error;
      });
      if (flags.json) {
        printJson(jsonOf(report, result));
      } else if (flags.csv) {
        printCsv(csvOf(report, result));
        if (result.message) {
          say(plain(result.message));
        }
      } else {
        print(asText(report, result));
      }
      // The report is out: what cannot be asked any more is no failure of it.
      const note = await whatMayCome(client, result, options.now).catch(() => undefined);
      if (note) {
        say(note);
      }
    });
}

/** How values read in the table, by the kind of their column. */
const TEXTS: Readonly<Record<ColumnKind, (value: string | number) => string>> = {
  text: (value) => plain(String(value)),
  bytes: (value) => formatBytes(BigInt(value)),
  count: (value) => formatCount(BigInt(value)),
  bitRate: (value) => formatBitRate(Number(value)),
  share: (value) => formatShare(Number(value)),
};

function asText(report: Report, result: ReportResult): string {
  const lines = [`${report.title}: ${report.question}`, rangeText(result)];
  const filters = result.filters.filter(({ name }) => name !== 'counted');
  if (filters.length > 0) {
    lines.push(plain(`Only ${filters.map(({ name, label }) => `${name} ${label}`).join(', ')}`));
  }
  if (result.emptyBecause === 'filtered-out') {
    const lists = new Set(filters.map(({ name }) => whatLists(name)));
    const why = plain(`${result.message} What there is: ${[...lists].join(', ')}.`);
    return [...lines, why, ...filterNotes(result), ...missingNotes(result)].join('\n');
  }
  if (result.message) {
    return [...lines, result.message, ...missingNotes(result)].join('\n');
  }
  const columns = columnsOf(report, result.metric);
  const table = new Table({
    head: columns.map(({ heading }) => heading),
    colAligns: columns.map(({ kind }) => (kind === 'text' ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  type Cells = Readonly<Record<string, string | number | undefined>>;
  const cells = (row: Cells, first?: string) =>
    columns.map(({ key, nameKey, kind }, index) => {
      const value = row[nameKey ?? key] ?? row[key];
      return value === undefined ? (index === 0 ? (first ?? '') : '') : TEXTS[kind](value);
    });
  result.rows.forEach((row) => table.push(cells(row as Cells)));
  if (result.other) {
    table.push(cells({ ...result.other }, OTHER));
  }
  table.push(cells({ ...result.totals }, result.exactTotals ? 'Total' : '≥ Total'));
  const notes = [
    ...countingNotes(report, result),
    ...(report.lowerBounds ? [LOWER_BOUNDS] : []),
    ...filterNotes(result),
    ...missingNotes(result),
  ];
  if (!result.exactTotals) {
    const chosen = hasEnds(report.measurement) ? 'places' : 'addresses';
    notes.push(`The total is that of the chosen ${chosen} where they are named, a lower bound.`);
  }
  return [...lines, table.toString(), ...notes].join('\n');
}

function countingNotes({ measurement }: Report, { filters }: ReportResult): string[] {
  if (!hasEnds(measurement)) {
    return [COUNTED_TWICE];
  }
  const isOnce = filters.every(({ name, id }) => name !== 'counted' || id === DEFAULT_COUNTED);
  return [isOnce ? `${COUNTED_ONCE} (counted=again: ${COUNTED.again}.)` : COUNTED_TWICE, COUNTED_PER_HOP];
}

/** What is not in the report though it flowed, or is there twice. */
function missingNotes({ countedTwice, leftOut, leftOutInterfaces, unlogged }: ReportResult): string[] {
  const amount = unlogged && `${formatBytes(BigInt(unlogged.bytes))}, ${formatCounted(BigInt(unlogged.flows), 'flow')}`;
  const which = 'Which: flowscope flow-log list.';
  return [
    ...(countedTwice ? [`${formatCount(countedTwice)} ${LOGGED_TWICE}. ${which}`] : []),
    ...(unlogged
      ? [`${formatShare(Number(unlogged.share))} of this traffic (${amount}) is ${UNLOGGED}: ${UNLOGGED_MEANS}.`]
      : []),
    ...(leftOut ? [`${LEFT_OUT} Records: ${formatCount(BigInt(leftOut))}. Which: flowscope exporter list.`] : []),
    ...(leftOutInterfaces ? [`${formatCount(leftOutInterfaces)} ${LEFT_OUT_WITH_FLOW_LOG}. ${which}`] : []),
  ];
}

/** Where what the filters compare is from. */
function filterNotes({ filters }: ReportResult): ReadonlySet<string> {
  return new Set(filters.flatMap(({ name }) => filterNote(filterNamed(name)) ?? []));
}

function rangeText({ range, asked, policy }: ReportResult): string {
  const isWidened = range.from !== asked.from || range.to !== asked.to;
  const how = isWidened ? `, the whole ${policy}s around the range asked for` : '';
  return `From ${formatTime(range.from / 1000)} to ${utc(range.to / 1000)}${how}`;
}
