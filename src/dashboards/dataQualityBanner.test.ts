import { InfluxClient } from '../sidecar/store/influx';
import { influxForTests } from '../sidecar/testing/influx';
import { writePolicyChoice } from '../sidecar/store/schema';
import { reportNamed, type ReportName } from '../reports/reports';
import { reportDashboard } from './reportDashboard';
import { askAt, interpolate, valuesOf, type Choice, type DashboardJson } from './testing';

const HOUR = 3_600_000;
const NOW = Date.now();
/** Traffic stands here; collection is complete until half an hour ago. */
const TRAFFIC = NOW - HOUR;
const COMPLETE = NOW - HOUR / 2;
const FIGURES = ['complete', 'named', 'warnings'];

const database = influxForTests();
let client: InfluxClient;

beforeEach(async () => {
  client = await database();
  await writePolicyChoice(client, Math.floor(NOW / 1000));
  // Measurements of the entity policy that always exist.
  await client.write('entity', 'aws_entity,kind=interface,id=- label="-",name="-" 0');
});

/** A minute of traffic whose flow log has no vpc-id, counted for some measurements. */
async function traffic(...measurements: string[]): Promise<void> {
  const tags = 'account=1,exporter=1/eni-1,vpc=-,subnet=-,instance=-,interface=eni-1,action=ACCEPT';
  const keys: Record<string, string> = {
    flow_interface: 'direction=unknown',
    flow_source: 'src=10.0.0.1',
  };
  const lines = measurements.map(
    (name) => `${name},${tags},${keys[name]} bytes=900i,packets=9i,flows=3i ${TRAFFIC}000000`
  );
  await client.write('minute', lines.join('\n'));
}

async function collected(fields: Readonly<Record<string, number>>, at = NOW): Promise<void> {
  const values = Object.entries({ backlog: 0, ...fields }).map(([name, value]) => `${name}=${value}i`);
  await client.write(
    'minute',
    `collection,source=s,source_id=s,collector=primary ${values.join(',')} ${Math.floor(at)}000000`
  );
}

/** The refIds of what the banner shows. */
async function shown(
  name: ReportName,
  { from = NOW - 3 * HOUR, to = NOW, ...choices }: { from?: number; to?: number } & Record<string, Choice | number> = {}
): Promise<string[]> {
  const dashboard = JSON.parse(JSON.stringify(reportDashboard(reportNamed(name)!))) as DashboardJson;
  const ask = askAt(client.settings.url, client.settings.database);
  const given = { metric: 'bytes', show: 'rate', top: '5', __interval: '1m', __interval_ms: '60000' };
  const range = { __from: String(from), __to: String(to) };
  const values = await valuesOf(
    dashboard,
    ask,
    { ...given, ...range },
    (filter) => (choices[filter] as Choice) ?? 'All'
  );
  const found = [];
  for (const { refId, query } of dashboard.panels.find(({ id }) => id === 9)!.targets!) {
    const { rows, error } = await ask(interpolate(query, values));
    expect({ refId, error }).toEqual({ refId, error: undefined });
    found.push(...(rows.length > 0 ? [refId] : []));
  }
  return found;
}

const complete = () => collected({ complete_until: Math.floor(COMPLETE / 1000), quarantined: 0 });

it('shows figures and nothing else when all is well', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action')).toEqual(FIGURES.filter((name) => name !== 'warnings'));
  await collected({ complete_until: Math.floor(COMPLETE / 1000), quarantined: 2 }, NOW + 1);
  expect(await shown('action')).toEqual(FIGURES);
});

it('is empty, and says so by its own text, before any source reported', async () => {
  expect(await shown('action')).toEqual([]);
});

it('says that nothing has been collected yet', async () => {
  await collected({ backlog: 5 });
  expect(await shown('pair-interface')).toEqual(['nothing_yet']);
});

it('says that the collector is silent', async () => {
  await traffic('flow_interface');
  await collected({}, NOW - HOUR / 2);
  expect(await shown('action')).toEqual(['silent', 'named']);
});

it('says that the filters leave nothing, and when a field that is filtered by is missing', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action', { interface: ['eni-2'] })).toEqual(['filtered_out', 'complete']);
  expect(await shown('action', { vpc: ['vpc-1'] })).toEqual(['filtered_out', 'lacks_vpc', 'complete']);
});

it('tells a quiet range from one that is not collected yet', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action', { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR })).toEqual(['nothing_flowed', 'complete']);
  expect(await shown('action', { from: NOW - HOUR / 4 })).toEqual(['not_reached', 'complete']);
});

it('says when new data keeps fewer names', async () => {
  await traffic('flow_interface', 'flow_source');
  await complete();
  await collected({ top_k: 20 });
  expect(await shown('action-interface-src')).toEqual(['complete', 'named']);
  await collected({ top_k: 5 }, NOW + 1);
  expect(await shown('action-interface-src')).toEqual(['fewer_names', 'complete', 'named']);
  expect(await shown('action-interface')).toEqual(['complete', 'named']);
});

it('says which fields a report lacks', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action-interface-src')).toEqual(['lacks_fields', 'complete']);
  await traffic('flow_source');
  expect(await shown('action-interface-src')).toEqual(['complete', 'named']);
  expect(await shown('interface')).toEqual(['no_direction', 'complete', 'named']);
});
