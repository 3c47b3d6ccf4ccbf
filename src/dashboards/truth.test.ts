import { join } from 'node:path';
import { filterTags, hasEnds, isImpliedByKey, partsOf } from '../reports/queries';
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
const [CHART, TABLE] = [7, 8];
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
    const { rows, rest, times, values } = await tableOf(report, metric, top);

    expect(rows.length).toBeGreaterThan(0);
    expect(times.size).toBeLessThanOrEqual(1);
    for (const each of METRICS) {
      const shown = rows.reduce((sum, row) => sum + Number(row[each]), 0);
      expect({ each, total: shown + Number(rest[each] ?? 0) }).toEqual({ each, total: truth[each] });
      expect(values[`total_${each}`]).toBe(String(truth[each]));
    }

    const all = trueRows(report);
    for (const part of partsOf(report)) {
      const isOfPart = (action: unknown) => part === 'all' || (action === 'REJECT') === (part === 'refused');
      const ranked = part === 'refused' ? 'flows' : metric;
      const shown = rows.filter(({ action }) => isOfPart(action));
      // Who is at both ends of a pair is no matter of adding up lines: the slow twin of the rollup says so.
      for (const row of hasEnds(report.measurement) ? [] : shown) {
        const sums = all.get(keyOf(report, row as Record<string, string>))!;
        METRICS.forEach((each) => expect(Number(row[each])).toBeLessThanOrEqual(sums[each]));
      }
      if (!report.lowerBounds) {
        const best = [...all]
          .filter(([key]) => isOfPart(key.split(' ')[0]))
          .map(([, sums]) => sums[ranked])
          .sort((a, b) => b - a);
        expect(shown.map((row) => Number(row[ranked])).sort((a, b) => b - a)).toEqual(best.slice(0, shown.length));
        expect(shown).toHaveLength(Math.min(best.length, report.key ? Number(top) : 20));
      }
    }
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
  const value = String((await tableOf(report, 'bytes', '5')).rows[0][tag]);
  const of = (name: string) => (name === filter ? [value] : 'All');
  const { rows, rest, charted, values } = await tableOf(report, 'bytes', '5', of);
  expect(new Set(rows.map((row) => row[tag]))).toEqual(new Set([value]));
  for (const each of METRICS) {
    const shown = rows.reduce((sum, row) => sum + Number(row[each]), 0);
    expect({ each, total: String(shown + Number(rest[each] ?? 0)) }).toEqual({ each, total: values[`total_${each}`] });
  }
  const sum = charted.reduce((total, row) => total + Number(row['bytes total'] ?? 0), 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual(Number(values.total_bytes));
});

test('In, Out and Unknown direction add up to the total', async () => {
  const report = REPORTS.find(({ directions }) => directions)!;
  const { answers } = await tableOf(report, 'bytes', '5');
  const parts = ['split0', 'split1', 'split2', 'rest0', 'rest1', 'rest2'].flatMap((refId) => answers[refId]);
  const sum = parts.reduce((total, row) => total + directionOf(row), 0);
  expect(sum).toBe(truth.bytes);
});

test('rows say when they were first and last seen', async () => {
  const report = REPORTS.find(({ name }) => name === 'action-interface-src')!;
  const { rows, answers } = await tableOf(report, 'bytes', '5');
  for (const row of rows) {
    const key = keyOf(report, row as Record<string, string>);
    const part = row.action === 'REJECT' ? 'refused' : 'all';
    const [first, last] = ['first', 'last'].map((which) =>
      answers[`${which}_${part}`].find((seen) => keyOf(report, seen as Record<string, string>) === key)!
    );
    expect(Number(first.time)).toBeGreaterThanOrEqual(END - MINUTES * 60_000 - 600_000);
    expect(Number(first.time)).toBeLessThanOrEqual(Number(last.time));
    expect(Number(last.time)).toBeLessThan(END);
  }
});

/** What the table of a report reads: its rows, what they leave, and every answer by its refId. */
async function tableOf(
  report: Report,
  metric: string,
  top: string,
  choiceOf: (filter: string) => Choice = () => 'All'
) {
  const dashboard = JSON.parse(JSON.stringify(reportDashboard(report))) as DashboardJson;
  const range = { __from: String(END - 3 * 3_600_000), __to: String(END + 60_000) };
  const given = { ...range, __interval: '1m', __interval_ms: '60000', metric, top, show: 'total' };
  const values = await valuesOf(dashboard, ask, given, choiceOf);
  const answers: Record<string, Row[]> = {};
  for (const { refId, query } of dashboard.panels.find(({ id }) => id === TABLE)!.targets!) {
    const { rows, error } = await ask(interpolate(query, values));
    expect({ refId, error }).toEqual({ refId, error: undefined });
    answers[refId] = rows;
  }
  const { targets = [] } = dashboard.panels.find(({ id }) => id === CHART)!;
  const charted = await Promise.all(
    targets.filter(({ refId }) => refId === 'top').map(({ query }) => ask(interpolate(query, values)))
  );
  const rest = ['rest', ...METRICS.map((name) => `rest_${name}`)].flatMap((refId) => answers[refId] ?? []);
  return {
    rows: [...answers.all, ...(answers.refused ?? [])],
    rest: rest.reduce((row, part) => ({ ...row, ...part }), {}),
    // Grafana joins what is left of each metric by time.
    times: new Set(rest.map(({ time }) => time)),
    charted: charted.flatMap((answer) => answer.rows),
    answers,
    values,
  };
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
