import { reportNamed } from '../../reports/reports';
import type { InfluxClient } from '../store/influx';
import { writeEntities, writePolicyChoice } from '../store/schema';
import { influxForTests } from '../testing/influx';
import { jsonOf } from './formats';
import { runReport } from './report';

const MINUTE = 60_000;
const NOW = Date.now();
const AT = Math.floor(NOW / MINUTE) * MINUTE - 10 * MINUTE;

const database = influxForTests();
let client: InfluxClient;

/** Exporters by their ids and aliases: a VPC, and two of which nobody says the VPC. */
const EXPORTERS = [
  ['1/vpc-0e', 'shop'],
  ['1/subnet-05', 'Lab, old'],
  ['1/eni-0c', 'eni-0c'],
] as const;
const NOWHERE = { vpc: '-', subnet: '-', instance: '-', account: '1', region: '-' };

beforeAll(async () => {
  client = await database();
  await writePolicyChoice(client, Math.floor(NOW / 1000));
  await writeEntities(
    client,
    EXPORTERS.map(([id, name]) => ({ kind: 'exporter', id, label: `${name} (${id})`, name, ...NOWHERE }))
  );
  const seen = (place: string, bytes: number) =>
    `flow_interface,account=1,action=ACCEPT,counted=once,direction=egress,instance=-,peer_logged=-,transit=no,${place} bytes=${bytes}i,packets=1i,flows=1i ${AT}000001`;
  const ends = (side: string, [id, vpc, subnet]: readonly string[]) =>
    `${side}_account=1,${side}_instance=-,${side}_interface=${id},${side}_subnet=${subnet},${side}_vpc=${vpc}`;
  const pair = (source: readonly string[], destination: readonly string[], bytes: number) =>
    `flow_interface_pair,action=ACCEPT,counted=once,pair=${source[0]}\\ →\\ ${destination[0]},transit=no,${ends('src', source)},${ends('dst', destination)} bytes=${bytes}i,packets=1i,flows=1i ${AT}000001`;
  const [web, lab, lone] = [
    ['eni-0a', 'vpc-0e', 'subnet-01'],
    ['eni-0b', '-', 'subnet-05'],
    ['eni-0c', '-', '-'],
  ];
  await client.write(
    'minute',
    [
      seen('interface=eni-0a,subnet=subnet-01,vpc=vpc-0e', 1),
      // Of the subnet before and after its flow log said the VPC.
      seen('interface=eni-0b,subnet=subnet-05,vpc=-', 20),
      seen('interface=eni-0b,subnet=subnet-05,vpc=vpc-0f', 300),
      seen('interface=eni-0c,subnet=-,vpc=-', 4000),
      pair(web, lab, 10),
      pair(lab, ['203.0.113.9', '-', '-'], 200),
      pair(web, lone, 3000),
      pair(['vpc-0e/10.0.0.9', 'vpc-0e', '-'], ['203.0.113.9', '-', '-'], 40_000),
      `flow_quality,reason=exporter-disabled,source_id=s records=7i ${AT}000001`,
      `flow_quality,reason=ok,source_id=s records=9i ${AT}000001`,
    ].join('\n')
  );
});

const run = (name: string, ...values: string[]) =>
  runReport(client, reportNamed(name)!, {
    ...{ range: { from: NOW - 60 * MINUTE, to: NOW }, metric: 'bytes', top: 10, now: NOW },
    filters: values.map((value) => ({ name: 'exporter', value })),
  });
const totalOf = async (...values: string[]) => (await run('interface', ...values)).totals.bytes;

it.each([
  ['its id', '1/vpc-0e', '1'],
  ['its VPC, as in a dashboard’s address', 'vpc-0e', '1'],
  ['its alias', 'shop', '1'],
  ['its label', 'shop (1/vpc-0e)', '1'],
  ['the alias of a subnet, only where nobody says the VPC', 'Lab, old', '20'],
  ['the id of an interface', '1/eni-0c', '4000'],
])('an exporter is chosen by %s', async (_how, value, bytes) => {
  expect(await totalOf(value)).toBe(bytes);
});

it('several are alternatives, and of pairs either end counts', async () => {
  expect(await totalOf('shop', 'Lab, old')).toBe('21');
  const pairs = async (...values: string[]) => (await run('pair-interface', ...values)).rows.map(({ bytes }) => bytes);
  expect(await pairs('1/vpc-0e')).toEqual(['40000', '3000', '10']);
  expect(await pairs('1/subnet-05')).toEqual(['200', '10']);
  expect(await pairs('1/eni-0c')).toEqual(['3000']);
});

it('one that nobody knows is refused', async () => {
  await expect(run('interface', '1/vpc-0d')).rejects.toThrow('No Exporter 1/vpc-0d has been seen.');
  await expect(run('interface', 'mail')).rejects.toThrow('No Exporter is called mail');
});

it('interfaces that flow logs log twice, or that a disabled one alone logs, are counted, pair by pair', async () => {
  expect(await run('interface')).not.toHaveProperty('countedTwice');
  const period = (tags: string, interfaces: number, since = NOW - 30 * MINUTE, until = NOW) =>
    `flow_log_period,${tags} interfaces=${interfaces}i,until=${until}i ${since}000000`;
  await client.write(
    'entity',
    [
      period('kind=counted-twice,flow_log=fl-a,other=fl-b', 2),
      period('kind=counted-twice,flow_log=fl-a,other=fl-b', 5, NOW - 90 * MINUTE, NOW - 50 * MINUTE),
      period('kind=counted-twice,flow_log=fl-a,other=fl-c', 10),
      period('kind=counted-twice,flow_log=fl-d,other=fl-e', 100, NOW - 90 * MINUTE, NOW - 70 * MINUTE),
      period('kind=left-out,flow_log=fl-f,other=-', 1),
    ].join('\n')
  );
  const found = { countedTwice: 15, leftOutInterfaces: 1 };
  expect(await run('interface')).toMatchObject(found);
  expect(await run('pair-interface', '1/eni-0c')).toMatchObject(found);
  expect(jsonOf(reportNamed('interface')!, await run('interface'))).toMatchObject(found);
});

it('records of a disabled exporter are counted, whatever is filtered by', async () => {
  expect((await run('interface')).leftOut).toBe('7');
  expect((await run('pair-interface', '1/eni-0c')).leftOut).toBe('7');
});
