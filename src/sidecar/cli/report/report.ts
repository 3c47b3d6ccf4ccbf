import { OTHER } from '../../../contract/stored';
import Table from 'cli-table3';
import { Command } from 'commander';
import { COUNTED, DEFAULT_COUNTED, filterNamed, filterNote, FILTERS } from '../../../reports/filters';
import { DIRECTIONS, FIGURES, heading, REFUSED_SHARE } from '../../../reports/headings';
import { COUNTED_ONCE, COUNTED_PER_HOP, COUNTED_TWICE, LOWER_BOUNDS, type MetricName } from '../../../reports/metrics';
import { LEFT_OUT, UNLOGGED, UNLOGGED_MEANS } from '../../../reports/explanations';
import { hasEnds } from '../../../reports/queries';
import { REPORTS, reportNamed, type Report } from '../../../reports/reports';
import { TIME_FORMS, type TimeRange } from '../../../reports/timeRange';
import { formatBitRate, formatBytes, formatCount, formatCounted, formatShare } from '../../../reports/units';
import { createInfluxClient } from '../../store/influx';
import { runReport, type ReportResult } from '../../reporting/report';
import { columnKey, UnknownName } from '../../reporting/names';
import { CommandFailed } from '../../util/commandError';
import { plain, utc } from '../format';
import { print, printJson, say } from '../../util/output';
import { whatMayCome } from './completeness';
import { DEFAULTS, MAX_ROWS, readOptions, type Flags } from './options';
import { unknownText, whatLists } from './unknown';
import { formatTime } from '../../util/time';

const NAMES = REPORTS.map(({ name }) => name).join(', ');
/** Filters that some report has. */
const FILTER_NAMES = FILTERS.filter(({ name }) => REPORTS.some((report) => report.filters.includes(name)))
  .map(({ name }) => name)
  .join(', ');

/** `flowscope report NAME`: a report as a table with descriptions, or as JSON. */
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
    .action(async (name: string, flags: Flags) => {
      const report = reportNamed(name);
      if (!report) {
        throw new CommandFailed(`There is no report ${name}. Reports: ${NAMES}.`);
      }
      const options = readOptions(report, flags, Date.now());
      const client = createInfluxClient(process.env);
      const result = await runReport(client, report, options).catch((error: unknown) => {
        throw error instanceof UnknownName ? new CommandFailed(unknownText(error)) : error;
      });
      if (flags.json) {
        printJson(jsonOf(report, result));
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

function jsonOf(report: Report, result: ReportResult) {
  const iso = ({ from, to }: TimeRange) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const { range, asked, rows, totals, other, leftOut, unlogged, emptyBecause: _, message, ...head } = result;
  const columns = columnsOf(report, result.metric).map(({ key, heading }) => ({ key, heading }));
  return { ...head, ...iso(range), asked: iso(asked), columns, rows, totals, other, leftOut, unlogged, message };
}

interface TextColumn {
  readonly key: string;
  readonly heading: string;
  readonly align: 'left' | 'right';
  readonly text: (value: string | number) => string;
}

function columnsOf(report: Report, metric: MetricName): TextColumn[] {
  const textOf = (value: string | number) => plain(String(value));
  const left = (key: string, title: string) => ({ key, heading: title, align: 'left' as const, text: textOf });
  const right = (key: string, title: string, text: (value: string | number) => string) => ({
    key,
    heading: heading(report, title),
    align: 'right' as const,
    text,
  });
  const bytes = (value: string | number) => formatBytes(BigInt(value));
  const count = (value: string | number) => formatCount(BigInt(value));
  const share = (value: string | number) => formatShare(Number(value));
  const ranked = metric === 'bytes' ? bytes : count;
  return [
    ...report.columns.map((column) => left(columnKey(column), column.heading)),
    ...(report.directions
      ? [
          ...DIRECTIONS.map((direction) => right(direction.name, direction.heading, ranked)),
          right('refusedShare', REFUSED_SHARE, share),
        ]
      : []),
    right('bytes', FIGURES.bytes, bytes),
    right('bitsPerSecond', FIGURES.rate, (value) => formatBitRate(Number(value))),
    right('packets', FIGURES.packets, count),
    right('flows', FIGURES.flows, count),
    right('share', FIGURES.share, share),
  ];
}

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
    colAligns: columns.map(({ align }) => align),
    style: { head: [], border: [], compact: true },
  });
  type Cells = Readonly<Record<string, string | number | undefined>>;
  const cells = (row: Cells, first?: string) =>
    columns.map(({ key, text }, index) => {
      const value = row[`${key}Name`] ?? row[key];
      return value === undefined ? (index === 0 ? (first ?? '') : '') : text(value);
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

/** What is not in the report though it flowed. */
function missingNotes({ leftOut, unlogged }: ReportResult): string[] {
  const amount = unlogged && `${formatBytes(BigInt(unlogged.bytes))}, ${formatCounted(BigInt(unlogged.flows), 'flow')}`;
  return [
    ...(unlogged
      ? [`${formatShare(Number(unlogged.share))} of this traffic (${amount}) is ${UNLOGGED}: ${UNLOGGED_MEANS}.`]
      : []),
    ...(leftOut ? [`${LEFT_OUT} Records: ${formatCount(BigInt(leftOut))}. Which: flowscope exporter list.`] : []),
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
