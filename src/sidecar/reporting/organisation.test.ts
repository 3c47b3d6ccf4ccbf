import { REFUSED, FLOW_MEASUREMENTS } from '../../contract/stored';
import { overviewDashboard } from '../../dashboards/overview';
import { reportDashboard } from '../../dashboards/reportDashboard';
import { askAt, interpolate, valuesOf, type DashboardJson } from '../../dashboards/testing';
import { COUNTED, type Counted } from '../../reports/filters';
import { DIRECTIONS } from '../../reports/headings';
import { hasEnds, ownTags } from '../../reports/queries';
import { reportNamed, REPORTS, type Report } from '../../reports/reports';
import type { TimeRange } from '../../reports/timeRange';
import { readOnlyOwnerVersions } from '../collect/object/ownerVersions';
import { collectObject } from '../collect/object/pipeline';
import { finishHours } from '../collect/recomputeHours';
import { Organisation } from '../generate/organisation/organisation';
import type { Sums, TruthRow, TruthRows } from '../generate/truth';
import { openRegistry, type Registry } from '../registry/registry';
import type { OwnerFact } from '../rollup/owners/facts';
import type { InfluxClient } from '../store/influx';
import { writeBoundary, writePolicyChoice } from '../store/schema';
import { collectorForTests, objectWith } from '../testing/collector';
import { influxForTests } from '../testing/influx';
import { readRows, readSums } from '../testing/influxReader';
import { columnKey } from './names';
import { runReport } from './report';

/*
 * What must show: an organisation whose traffic is known to the record, from its objects and owner facts through the registry,
 * the collector and InfluxDB to the rows of every report and the totals of the overview.
 */

const NOW = Math.floor(Date.now() / 1000);
const HOUR = 3600;
/** The traffic is around it, and long enough ago that delivery and clocks play no part. */
const BOUNDARY = NOW - (NOW % HOUR) - HOUR;
const MINUTES = 20;
const END = BOUNDARY + (MINUTES / 2) * 60;

const database = influxForTests();
let client: InfluxClient;
let registry: Registry;
let rows: TruthRows;

beforeAll(async () => {
  client = await database();
  registry = openRegistry(':memory:');
  const organisation = new Organisation({ seed: 3, prefix: '', endSeconds: END, minutes: MINUTES });
  const region = await registry.askOwnerRegion('everywhere', 'eu-west-1', NOW);
  const facts = organisation.facts as readonly object[] as readonly OwnerFact[];
  await registry.changeOwnerFacts(
    region,
    facts.map((begun) => ({ begun })),
    NOW
  );
  const version = await registry.ownerVersion(NOW);
  const deps = {
    ...collectorForTests(registry, client, () => NOW),
    // As an import does: by the facts that there are.
    owners: readOnlyOwnerVersions(registry, () => NOW),
  };
  for (const { key, body } of organisation.objects()) {
    const object = objectWith(body, key);
    expect(await collectObject(object, deps)).toMatchObject({ state: 'stored' });
  }
  rows = organisation.rows();
  expect(version).toBeGreaterThan(0);
  await writePolicyChoice(client, NOW);
  expect(await finishHours(registry, client, () => NOW)).toBe(2);
});

afterAll(() => registry.close());

const MINUTE_RANGE = {
  policy: 'minute',
  range: { from: (BOUNDARY - HOUR) * 1000, to: (BOUNDARY + HOUR) * 1000 },
} as const;
const LONG_RANGE = {
  policy: 'hour',
  range: { from: (BOUNDARY - 10 * HOUR) * 1000, to: (BOUNDARY + HOUR) * 1000 },
} as const;
/** What reports read: minutes, hours, or hours before the boundary and minutes from it on; and by which metric they rank. */
const READ = [
  { read: 'minute', ...MINUTE_RANGE, metric: 'bytes' },
  { read: 'hour', ...LONG_RANGE, metric: 'packets' },
  { read: 'both', ...LONG_RANGE, metric: 'flows' },
] as const;

describe.each(['minute', 'hour'] as const)('the store, in %s', (policy) => {
  it.each(FLOW_MEASUREMENTS)('has exactly the rows of $name, as an independent client reads them', async ({ name }) => {
    expect(rows[name].length).toBeGreaterThan(0);
    expect(ordered(await readRows(client, policy, name))).toEqual(ordered(rows[name]));
    expect(await readSums(client, policy, name)).toEqual(sumOf(rows[name]));
  });
});

describe.each(READ)('from $read', ({ read, policy, range, metric }) => {
  beforeAll(async () => {
    if (read === 'both') {
      await writeBoundary(client, BOUNDARY);
      // Whoever reads what is on the other side of the boundary does not get the truth.
      for (const { name } of FLOW_MEASUREMENTS) {
        const tags = Object.entries(rows[name][0].tags).map(
          ([tag, value]) => `${tag}=${value.replace(/[ ,=]/g, '\\$&')}`
        );
        const wrong = `${name},${tags.join(',')} bytes=1000000i,packets=1000000i,flows=1000000i`;
        await client.write('minute', `${wrong} ${BOUNDARY - 60}000000999`);
        await client.write('hour', `${wrong} ${BOUNDARY}000000000`);
      }
    }
  });

  const cases = REPORTS.flatMap((report) =>
    (hasEnds(report.measurement) ? (Object.keys(COUNTED) as Counted[]) : [undefined]).map((counted) => ({
      ...{ name: report.name, report, counted, how: counted ? `, counted ${COUNTED[counted]},` : '' },
    }))
  );
  it.each(cases)('$name$how shows every row, and their total', async ({ report, counted }) => {
    const filters = counted === 'again' ? [{ name: 'counted' as const, value: counted }] : [];
    const result = await runReport(client, report, { range, metric, top: 1000, filters, now: NOW * 1000 });
    expect(result).toMatchObject({ policy, exactTotals: true });
    const all = rows[report.measurement as keyof TruthRows].filter(
      ({ tags }) => counted !== 'once' || tags.counted === 'once'
    );
    expect(all.length).toBeGreaterThan(0);
    const columns = report.columns.filter(({ tag }) => ownTags(report).includes(tag));
    const shown = result.rows.map((row) => ({
      tags: Object.fromEntries(columns.map((column) => [column.tag, row[columnKey(column)]])),
      ...{ bytes: row.bytes, packets: row.packets, flows: row.flows },
    }));
    expect(ordered(shown)).toEqual(ordered(grouped(all, ownTags(report))));
    expect(result.other).toBeUndefined();
    const { bytes, packets, flows, refusedFlows } = result.totals;
    expect({ bytes, packets, flows }).toEqual(sumOf(all));
    expect(refusedFlows).toBe(sumOf(all.filter(({ tags }) => tags.action === REFUSED)).flows);
    // What both ends of a flow say of each other, to the unit: of whom nobody logs the other end.
    if (counted) {
      const once = rows.flow_interface.filter(({ tags }) => tags.counted === 'once' && tags.transit === 'no');
      const alone = sumOf(once.filter(({ tags }) => tags.peer_logged === 'no'));
      expect(result.unlogged).toMatchObject(alone);
      expect(result.unlogged!.share).toBeCloseTo(Number(alone[metric]) / Number(sumOf(once)[metric]), 12);
      expect(result.unlogged!.share).toBeGreaterThan(0);
    } else {
      expect(result.unlogged).toBeUndefined();
    }
    if (report.directions) {
      expect(result.rows.map((row) => DIRECTIONS.map(({ name }) => row[name]))).toEqual(
        result.rows.map((row) =>
          DIRECTIONS.map(({ direction }) => splitOf(report, row[columnKey(columns[0])], direction)[metric])
        )
      );
    }
  });

  it('the overview totals each flow once, without what only passes through', async () => {
    const counts = rows.flow_interface.filter(({ tags }) => tags.counted === 'once' && tags.transit === 'no');
    expect(counts.length).toBeGreaterThan(0);
    const dashboard = overviewDashboard();
    const hidden = await dashboardValues(dashboard, range);
    const figures = { bytes: 0, packets: 0, flows: 0, refused: 0 };
    for (const { query } of targetsOf(dashboard, 'bytes', 'packets', 'refused')) {
      for (const point of await ask(interpolate(query, { ...hidden, ...PLAIN }))) {
        (Object.keys(figures) as Array<keyof typeof figures>).forEach(
          (name) => (figures[name] += Number(point[name] ?? 0))
        );
      }
    }
    const { bytes, packets, flows } = sumOf(counts);
    const refused = sumOf(counts.filter(({ tags }) => tags.action === REFUSED)).flows;
    const expected = { bytes: Number(bytes), packets: Number(packets), flows: Number(flows), refused: Number(refused) };
    expect(figures).toEqual(expected);
    expect(hidden.total).toBe(sumOf(rows.flow_interface).bytes);
  });

  it.each(['overview', 'pair-interface'] as const)('the banner of %s says what is logged at one end', async (name) => {
    const dashboard = name === 'overview' ? overviewDashboard() : reportDashboard(reportNamed(name)!);
    const values = { ...(await dashboardValues(dashboard, range)), ...PLAIN };
    const [{ query }] = targetsOf(dashboard, 'unlogged');
    const [row] = await ask(interpolate(query, values));
    const once = rows.flow_interface.filter(({ tags }) => tags.counted === 'once' && tags.transit === 'no');
    const alone = once.filter(({ tags }) => tags.peer_logged === 'no');
    expect(Number(row.unlogged)).toBeCloseTo((100 * Number(sumOf(alone).bytes)) / Number(sumOf(once).bytes), 9);
  });
});

function splitOf(report: Report, value: string, direction: string): Sums {
  const all = rows[report.measurement as keyof TruthRows];
  return sumOf(all.filter(({ tags }) => tags[report.key!] === value && tags.direction === direction));
}

/** The queries of a dashboard that are called so. */
function targetsOf(dashboard: object, ...refIds: readonly string[]) {
  const { panels } = JSON.parse(JSON.stringify(dashboard)) as DashboardJson;
  return refIds.map((ref) => panels.flatMap(({ targets = [] }) => targets).find(({ refId }) => refId === ref)!);
}

async function ask(query: string) {
  const { url, database } = client.settings;
  return (await askAt(url, database)(query)).rows;
}

/** What is chosen in dashboards. */
const PLAIN = { metric: 'bytes', top: '10', show: 'total' };

async function dashboardValues(of: object, { from, to }: TimeRange): Promise<Record<string, string>> {
  const dashboard = JSON.parse(JSON.stringify(of)) as DashboardJson;
  const { url, database } = client.settings;
  const given = { __from: String(from), __to: String(to), __interval: '1m', __interval_ms: '60000' };
  return valuesOf(dashboard, askAt(url, database), { ...given, ...PLAIN }, () => 'All');
}

function sumOf(all: readonly Sums[]): Sums {
  const total = (metric: keyof Sums) => String(all.reduce((sum, row) => sum + BigInt(row[metric]), 0n));
  return { bytes: total('bytes'), packets: total('packets'), flows: total('flows') };
}

/** Rows with these tags alone. */
function grouped(all: readonly TruthRow[], tags: readonly string[]): TruthRow[] {
  const groups = Map.groupBy(all, (row) => keyOf(row, tags));
  return [...groups.values()].map((some) => ({
    tags: Object.fromEntries(tags.map((tag) => [tag, some[0].tags[tag]])),
    ...sumOf(some),
  }));
}

function ordered(all: readonly TruthRow[]): TruthRow[] {
  return [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ tags }: TruthRow, names: readonly string[] = Object.keys(tags).sort()): string {
  return JSON.stringify(names.map((name) => [name, tags[name]]));
}
