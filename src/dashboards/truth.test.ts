import { join } from 'node:path';
import { filterTags, hasEnds, isImpliedByKey, partsOf, type Part } from '../reports/queries';
import { REPORTS, type Report } from '../reports/reports';
import type { Truth } from '../sidecar/generate/truth';
import { World, type Deployment } from '../sidecar/testing/world';
import { reportDashboard } from './reportDashboard';
import { recordsIn } from './testingRecords';
import { askAt, interpolate, valuesOf, type Ask, type Choice, type DashboardJson, type Row } from './testing';

/** Ends well before now, so that delivery and clocks play no part. */
const END = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
const MINUTES = 90;
const METRICS = ['bytes', 'packets', 'flows'] as const;
/** Panels of a report by their ids. */
const [FIGURES, CHART] = [2, 7];
/** The tables of the parts of a report. */
const TABLES = { all: 8, 'not refused': 8, refused: 18 } as const;
type Sums = Record<(typeof METRICS)[number], number>;

const world = World.forTests();
let flowscope: Deployment;
let ask: Ask;
/** What `generate` says it wrote, per measurement. */
let measurements: Truth['measurements'];
let truth: Sums;
/** The expected sums per report and row, added up here from the records, line by line. */
let records: Array<Record<string, string>>;

beforeAll(async () => {
  flowscope = world.deployment();
  const logs = join(world.folder, 'logs');
  const end = new Date(END).toISOString();
  ({ measurements } = await world.generateFiles(logs, { seed: 11, minutes: MINUTES, interfaces: 12, end }));
  await flowscope.ok('import', logs);
  ask = askAt(world.influxUrl, flowscope.client.settings.database);
  truth = asNumbers(measurements.flow_interface);
  records = recordsIn(logs);
});

test.each(['minute', 'hour'] as const)('the sums in %s are the truth, as two clients read them', async (policy) => {
  expect(await flowscope.sums(policy)).toEqual(measurements);
});

const CASES = REPORTS.flatMap((report) =>
  METRICS.flatMap((metric) => ['5', '50'].map((top) => ({ name: report.name, metric, top, report })))
);

describe.each(CASES)('$name, top $top by $metric', ({ report, metric, top }) => {
  it('adds up to the truth to the unit, and ranks by it', async () => {
    const { figures, parts } = await dashboardOf(report, metric, top);
    expect(figures).toEqual(truth);

    const all = trueRows(report);
    let flows = 0;
    let sum = 0;
    for (const { part, rows, rest } of parts) {
      const ranked = part === 'refused' ? 'flows' : metric;
      const counted = `flows beside ${ranked}`;
      expect(rows.length).toBeGreaterThan(0);
      const isOfPart = (action: string) => part === 'all' || (action === 'REJECT') === (part === 'refused');
      const shown = rows.reduce((total, row) => total + Number(row[ranked]), 0);
      const left = report.key ? rest[`all ${ranked}`] - rest[`shown ${ranked}`] : 0;
      if (report.key) {
        expect(rest[`shown ${ranked}`]).toBe(shown);
        expect(left).toBeGreaterThanOrEqual(0);
      }
      sum += ranked === metric ? shown + left : 0;
      flows += rows.reduce((total, row) => total + Number(row[counted]), 0);
      flows += report.key ? rest[`all ${counted}`] - rest[`shown ${counted}`] : 0;

      // Who is at both ends of a pair is no matter of adding up lines: the slow twin of the rollup says so.
      for (const row of hasEnds(report.measurement) ? [] : rows) {
        const sums = all.get(keyOf(report, row as Record<string, string>))!;
        expect(Number(row[ranked])).toBeLessThanOrEqual(sums[ranked]);
        expect(Number(row[counted])).toBeLessThanOrEqual(sums.flows);
      }
      if (!report.lowerBounds) {
        const best = [...all]
          .filter(([key]) => isOfPart(key.split(' ')[0]))
          .map(([, sums]) => sums[ranked])
          .sort((x, y) => y - x);
        expect(rows.map((row) => Number(row[ranked])).sort((x, y) => y - x)).toEqual(best.slice(0, rows.length));
        expect(rows).toHaveLength(Math.min(best.length, report.key ? Number(top) : 20));
      }
    }
    expect(flows).toBe(truth.flows);
    // Of refused traffic a table has the flows alone.
    const refused = metric === 'flows' || parts.length === 1 ? 0 : refusedSum(metric);
    expect(sum + refused).toBe(truth[metric]);
  });
});

/** Filters that queries of the top keys leave out, since the keys were ranked under them. */
const LEFT_OUT = REPORTS.flatMap((report) =>
  report.filters.flatMap((filter) => {
    const [tag, ...others] = filterTags(report.measurement, filter);
    return others.length === 0 && isImpliedByKey(report, tag) ? [{ name: report.name, report, filter, tag }] : [];
  })
);

test.each(LEFT_OUT)('$name of one $filter has that alone, and adds up', async ({ report, filter, tag }) => {
  const [{ rows: unfiltered }] = (await dashboardOf(report, 'bytes', '5')).parts;
  const value = String(unfiltered[0][tag]);
  const of = (name: string) => (name === filter ? [value] : 'All');
  const { parts, charted, values } = await dashboardOf(report, 'bytes', '5', of);
  for (const { rows } of parts.slice(0, 1)) {
    expect(new Set(rows.map((row) => row[tag]))).toEqual(new Set([value]));
    const shown = rows.reduce((sum, row) => sum + Number(row.bytes), 0);
    const [{ rest }] = parts;
    expect(String(shown + rest['all bytes'] - rest['shown bytes'])).toBe(values.total);
  }
  const sum = charted.reduce((total, row) => total + Number(row['bytes total'] ?? 0), 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual(Number(values.total));
});

test('In, Out and Unknown direction add up to the total', async () => {
  const report = REPORTS.find(({ directions }) => directions)!;
  const [{ answers }] = (await dashboardOf(report, 'bytes', '5')).parts;
  const parts = ['split0', 'split1', 'split2', 'rest0', 'rest1', 'rest2'].flatMap((refId) => answers[refId]);
  const sum = parts.reduce((total, row) => total + directionOf(row), 0);
  expect(sum).toBe(truth.bytes);
});

test('the lines of rows add up to what these had', async () => {
  const report = REPORTS.find(({ name }) => name === 'action-interface')!;
  for (const { answers, rows, part } of (await dashboardOf(report, 'bytes', '50')).parts) {
    const metric = part === 'refused' ? 'flows' : 'bytes';
    const rates = answers.trend.reduce((sum, row) => sum + Number(row[`${metric} rate`]) * 60, 0);
    const sums = rows.reduce((sum, row) => sum + Number(row[metric]), 0);
    expect(Math.abs(rates / sums - 1)).toBeLessThan(1e-9);
  }
});

test('rows say when they were first and last seen', async () => {
  const report = REPORTS.find(({ name }) => name === 'action-interface-src')!;
  for (const { rows, answers } of (await dashboardOf(report, 'bytes', '5')).parts) {
    for (const row of rows) {
      const key = keyOf(report, row as Record<string, string>);
      const [first, last] = ['first', 'last'].map((which) =>
        answers[`${which}_seen`].find((seen) => keyOf(report, seen as Record<string, string>) === key)!
      );
      expect(Number(first.time)).toBeGreaterThanOrEqual(END - MINUTES * 60_000 - 600_000);
      expect(Number(first.time)).toBeLessThanOrEqual(Number(last.time));
      expect(Number(last.time)).toBeLessThan(END);
    }
  }
});

interface PartOfReport {
  readonly part: Part;
  readonly rows: Row[];
  /** The sums of the total and of what the rows show. */
  readonly rest: Record<string, number>;
  readonly answers: Record<string, Row[]>;
}

/** What the figures, the chart and the tables of a report read. */
async function dashboardOf(
  report: Report,
  metric: string,
  top: string,
  choiceOf: (filter: string) => Choice = () => 'All'
) {
  const dashboard = JSON.parse(JSON.stringify(reportDashboard(report))) as DashboardJson;
  const range = { __from: String(END - 3 * 3_600_000), __to: String(END + 60_000) };
  const given = { ...range, __interval: '1m', __interval_ms: '60000', metric, top, show: 'total' };
  const values = await valuesOf(dashboard, ask, given, choiceOf);
  const answersOf = async (panel: number) => {
    const answers: Record<string, Row[]> = {};
    for (const { refId, query } of dashboard.panels.find(({ id }) => id === panel)!.targets!) {
      const { rows, error } = await ask(interpolate(query, values));
      expect({ refId, error }).toEqual({ refId, error: undefined });
      answers[refId] = rows;
    }
    return answers;
  };
  const parts: PartOfReport[] = [];
  for (const part of partsOf(report)) {
    const answers = await answersOf(TABLES[part]);
    const rest = [...(answers.rest_all ?? []), ...(answers.rest_shown ?? [])];
    // Grafana joins what is left of each metric by time.
    expect(new Set(rest.map(({ time }) => time)).size).toBeLessThanOrEqual(1);
    const sums = Object.entries(Object.assign({}, ...rest) as Row).map(([name, value]) => [name, Number(value)]);
    parts.push({ part, rows: answers.all, rest: Object.fromEntries(sums) as Record<string, number>, answers });
  }
  const { bytes, packets, refused } = await answersOf(FIGURES);
  const sum = (rows: Row[], column: string) => rows.reduce((total, row) => total + Number(row[column]), 0);
  const figures = { bytes: sum(bytes, 'bytes'), packets: sum(packets, 'packets'), flows: sum(refused, 'flows') };
  return { figures, parts, charted: (await answersOf(CHART)).top, values };
}

/** What was refused, added up from the records. */
function refusedSum(metric: keyof Sums): number {
  const refused = records.filter(({ action }) => action === 'REJECT');
  return refused.reduce((sum, record) => sum + (metric === 'flows' ? 1 : Number(record[metric])), 0);
}

/** Exact sums of every row of a report. */
function trueRows(report: Report): Map<string, Sums> {
  const rows = new Map<string, Sums>();
  for (const record of records) {
    const key = keyOf(report, record);
    const sums = rows.get(key) ?? { bytes: 0, packets: 0, flows: 0 };
    sums.bytes += Number(record.bytes);
    sums.packets += Number(record.packets);
    sums.flows++;
    rows.set(key, sums);
  }
  return rows;
}

/** What a line says of a row: all but whose its addresses were, which may make it several rows. */
function keyOf(report: Report, row: Readonly<Record<string, string>>): string {
  return report.columns
    .filter(({ relatedTo, ownerOf }) => !relatedTo && !ownerOf)
    .map(({ tag }) => row[tag])
    .join(' ');
}

function directionOf(row: Row): number {
  return METRIC_DIRECTIONS.reduce((sum, name) => sum + Number(row[name] ?? 0), 0);
}
const METRIC_DIRECTIONS = ['bytes ingress', 'bytes egress', 'bytes unknown'];

function asNumbers(sums: Readonly<Record<keyof Sums, string>>): Sums {
  return { bytes: Number(sums.bytes), packets: Number(sums.packets), flows: Number(sums.flows) };
}
