import { BAD_FIGURES } from '../reports/collection';
import { InfluxClient } from '../sidecar/store/influx';
import { influxForTests } from '../sidecar/testing/influx';
import { writePolicyChoice } from '../sidecar/store/schema';
import { reportNamed, type ReportName } from '../reports/reports';
import { overviewDashboard } from './overview';
import { reportDashboard } from './reportDashboard';
import { askAt, interpolate, valuesOf, type Choice, type DashboardJson } from './testing';

const HOUR = 3_600_000;
const NOW = Date.now();
/** Traffic stands here; collection is complete until half an hour ago. */
const TRAFFIC = NOW - HOUR;
const COMPLETE = NOW - HOUR / 2;

const database = influxForTests();
let client: InfluxClient;

beforeEach(async () => {
  client = await database();
  await writePolicyChoice(client, Math.floor(NOW / 1000));
  // Measurements of the entity policy that always exist.
  await client.write('entity', 'aws_entity,kind=interface,id=- label="-",name="-" 0');
});

/** A minute of traffic of which neither flow log nor EC2 says the place, counted for some measurements. */
async function traffic(...measurements: string[]): Promise<void> {
  await flowing(3, ...measurements);
}

/** The same of so many flows. */
async function flowing(flows: number, ...measurements: string[]): Promise<void> {
  const group = 'account=1,action=ACCEPT,instance=-,interface=eni-1,subnet=-,vpc=-';
  const ends = ['src', 'dst'].map(
    (side) => `${side}_account=-,${side}_instance=-,${side}_interface=-,${side}_subnet=-,${side}_vpc=-`
  );
  const tags: Record<string, string> = {
    flow_interface: `${group},counted=once,direction=unknown,transit=no`,
    'flow_interface inward': `${group.replaceAll('=-', '=vpc-1')},counted=once,direction=ingress,transit=no`,
    'flow_interface again': `${group},counted=again,direction=unknown,transit=no`,
    flow_source: `${group},src=10.0.0.1,src_owner=-`,
    flow_application: `${group},application=tcp/443`,
    flow_interface_pair: `action=ACCEPT,counted=once,pair=-\\ →\\ -,transit=no,${ends.join(',')}`,
  };
  const lines = measurements.map(
    (name) => `${name.split(' ')[0]},${tags[name]} bytes=900i,packets=9i,flows=${flows}i ${TRAFFIC}000000`
  );
  await client.write('minute', lines.join('\n'));
}

async function collected(fields: Readonly<Record<string, number>>, at = NOW): Promise<void> {
  const none = Object.fromEntries(BAD_FIGURES.map(({ field }) => [field, 0]));
  const values = Object.entries({ backlog: 0, ...none, ...fields }).map(([name, value]) => `${name}=${value}i`);
  await client.write(
    'minute',
    `collection,source=s,source_id=s,collector=primary ${values.join(',')} ${Math.floor(at)}000000`
  );
}

function dashboardOf(name: ReportName | 'overview') {
  return name === 'overview' ? overviewDashboard() : reportDashboard(reportNamed(name)!);
}

/** The names of the sentences that the banner shows, and the figures that it warns of. */
async function shown(
  name: ReportName | 'overview',
  { from = NOW - 3 * HOUR, to = NOW, ...choices }: { from?: number; to?: number } & Record<string, Choice | number> = {}
): Promise<string[]> {
  const dashboard = JSON.parse(JSON.stringify(dashboardOf(name))) as DashboardJson;
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
  for (const { refId, query } of dashboard.panels.find(({ id }) => id === 20)!.targets!) {
    const { rows, error } = await ask(interpolate(query, values));
    expect({ refId, error }).toEqual({ refId, error: undefined });
    const figures = Object.entries(rows[0] ?? {}).filter(([name, value]) => name !== 'time' && Number(value) > 0);
    found.push(...(refId === 'warnings' ? figures.map(([name]) => name) : rows.length > 0 ? [refId] : []));
  }
  return found;
}

const complete = () => collected({ complete_until: Math.floor(COMPLETE / 1000), quarantined: 0 });

it('has nothing to say when all is well, and warns of what is not', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action')).toEqual([]);
  await collected({ complete_until: Math.floor(COMPLETE / 1000), quarantined: 2 }, NOW + 1);
  expect(await shown('action')).toEqual(['quarantined']);
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
  expect(await shown('action')).toEqual(['silent']);
});

it('says that records of a disabled exporter were left out of the range, and of no other', async () => {
  await traffic('flow_interface');
  await complete();
  const disabled = (at: number) =>
    `flow_quality,reason=exporter-disabled,source_id=s records=3i ${Math.floor(at)}000000`;
  await client.write('minute', disabled(NOW - 5 * HOUR));
  expect(await shown('action')).not.toContain('left_out');
  await client.write('minute', disabled(TRAFFIC));
  expect(await shown('action', { interface: ['eni-1'] })).toContain('left_out');
});

it.each([
  ['counted_twice', 'kind=counted-twice,flow_log=fl-a,other=fl-b'],
  ['left_out_flow_logs', 'kind=left-out,flow_log=fl-a,other=-'],
])('says %s of the time in which flow logs made it so, and of no other', async (name, tags) => {
  await traffic('flow_interface');
  await complete();
  const period = (since: number, until: number) =>
    `flow_log_period,${tags} interfaces=3i,until=${Math.floor(until)}i ${Math.floor(since)}000000`;
  await client.write('entity', period(NOW - 9 * HOUR, NOW - 8 * HOUR));
  expect(await shown('action')).toEqual([]);
  expect(await shown('action', { from: NOW - 8.5 * HOUR, to: NOW - 8.4 * HOUR })).toContain(name);
  expect(await shown('action', { from: NOW - 11 * HOUR, to: NOW - 10 * HOUR })).not.toContain(name);
  await client.write('entity', period(NOW - HOUR, NOW));
  expect(await shown('action', { interface: ['eni-1'] })).toEqual([name]);
});

it('says which share is logged at one end, where each flow counts once', async () => {
  await traffic('flow_interface');
  await complete();
  const alone = (bytes: number) =>
    `flow_interface,account=1,action=ACCEPT,counted=once,direction=egress,instance=-,interface=eni-1,peer_logged=no,subnet=-,transit=no,vpc=- bytes=${bytes}i,packets=1i,flows=1i ${TRAFFIC}000001`;
  expect(await shown('overview')).not.toContain('unlogged');
  await client.write('minute', alone(0));
  expect(await shown('overview')).not.toContain('unlogged');
  await client.write('minute', alone(300));
  for (const name of ['overview', 'pair-interface', 'pair-interface-action'] as const) {
    expect(await shown(name)).toContain('unlogged');
    expect(await shown(name, { interface: ['eni-2'] })).not.toContain('unlogged');
  }
  expect(await shown('interface')).not.toContain('unlogged');
});

it('says that the filters leave nothing, and when a field that is filtered by is missing', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action', { interface: ['eni-2'] })).toEqual(['filtered_out']);
  expect(await shown('action', { vpc: ['vpc-1'] })).toEqual(['filtered_out', 'lacks_vpc']);
  // Many interfaces are no instance's.
  expect(await shown('action', { instance: ['i-1'] })).toEqual(['filtered_out']);
});

it('tells filters of pairs that leave nothing from flow logs without the fields of pairs', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('pair-interface')).toEqual(['lacks_fields']);
  await traffic('flow_interface_pair');
  expect(await shown('pair-interface')).toEqual([]);
  expect(await shown('pair-interface', { interface: ['eni-2'] })).toEqual(['filtered_out']);
  expect(await shown('pair-interface', { vpc: ['vpc-1'], account: ['1'] })).toEqual(['filtered_out', 'lacks_vpc']);
});

it('says nothing of filters on an overview whose totals are counted elsewhere', async () => {
  await traffic('flow_interface again', 'flow_application');
  await complete();
  expect(await shown('overview')).toEqual([]);
});

it('tells a quiet range from one that is not collected yet', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action', { from: NOW - 5 * HOUR, to: NOW - 4 * HOUR })).toEqual(['nothing_flowed']);
  expect(await shown('action', { from: NOW - HOUR / 4 })).toEqual(['not_reached']);
});

it('says when new data keeps fewer names', async () => {
  await traffic('flow_interface', 'flow_source');
  await complete();
  await collected({ top_k: 20 });
  expect(await shown('action-interface-src')).toEqual([]);
  await collected({ top_k: 5 }, NOW + 1);
  expect(await shown('action-interface-src')).toEqual(['fewer_names']);
  expect(await shown('action-interface')).toEqual([]);
});

it('says which fields a report lacks', async () => {
  await traffic('flow_interface');
  await complete();
  expect(await shown('action-interface-src')).toEqual(['lacks_fields']);
  await traffic('flow_source');
  expect(await shown('action-interface-src')).toEqual([]);
  expect(await shown('interface')).toEqual(['no_direction']);
});

it('says nothing of what less than a thousandth of the flows lacks', async () => {
  await traffic('flow_interface');
  await flowing(2997, 'flow_interface inward');
  await complete();
  const ofChosen = { vpc: ['vpc-1'] };
  expect(await shown('interface')).toEqual(['no_direction']);
  expect(await shown('interface', ofChosen)).toEqual(['lacks_vpc']);
  await flowing(2998, 'flow_interface inward');
  expect(await shown('interface')).toEqual([]);
  expect(await shown('interface', ofChosen)).toEqual([]);
});
