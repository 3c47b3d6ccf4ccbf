import { gzipSync } from 'node:zlib';
import { collectorForTests, objectWith } from '../../testing/collector';
import { influxForTests } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { collectObject } from '../object/pipeline';
import { compareFlowLogs } from './flowLogPeriods';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
/** Slots of five minutes are counted from here. */
const BEGIN = NOW - (NOW % 300) - 7200;
const stampOf = (slot: number) =>
  new Date((BEGIN + slot * 300) * 1000).toISOString().slice(0, 16).replaceAll(/[-:]/g, '');

it('two flow logs over an interface are told, until one is disabled, and what that leaves out', async () => {
  const client = await database();
  let clock = BEGIN;
  const deps = collectorForTests(registry(), client, () => clock);
  /** Collects a slot of a flow log with a record of ten bytes per minute and interface; why records did not count. */
  const collect = async (flowLog: string, slot: number, ...interfaces: readonly string[]) => {
    clock = BEGIN + slot * 300 + 720;
    const lines = interfaces.flatMap((id) =>
      [0, 1, 2, 3, 4].map((minute) => `${id} vpc-1 10 1 ${BEGIN + slot * 300 + minute * 60} ACCEPT OK\n`)
    );
    const body = gzipSync(`interface-id vpc-id bytes packets start action log-status\n${lines.join('')}`);
    const key = `111122223333_vpcflowlogs_eu-west-1_${flowLog}_${stampOf(slot)}Z_0${slot}.log.gz`;
    const { state, summary } = await collectObject(objectWith(body, key), deps);
    expect(state).toBe('stored');
    await compareFlowLogs(registry(), client, clock);
    return summary!.reasons;
  };
  const told = async () => {
    const { overlaps, leftOut } = await registry().flowLogFindings();
    return [...overlaps.map(({ flowLogs }) => flowLogs.join('+')), ...leftOut.map(({ flowLog }) => flowLog)];
  };
  const bytes = async () => (await client.query('SELECT sum("bytes") AS n FROM "minute"."flow_interface"'))[0].n;

  await collect('fl-a', 0, 'eni-1');
  await collect('fl-b', 0, 'eni-1', 'eni-2');
  await collect('fl-a', 1, 'eni-1');
  expect(await told()).toEqual([]);
  await collect('fl-b', 1, 'eni-1', 'eni-2');
  expect([await told(), await bytes()]).toEqual([['fl-a+fl-b'], 300]);

  await registry().enableFlowLogs(['fl-b'], false);
  expect(await told()).toEqual([]);
  await collect('fl-a', 2, 'eni-1');
  expect(await collect('fl-b', 2, 'eni-1', 'eni-2')).toEqual({ 'flow-log-disabled': 10 });
  expect([await told(), await bytes()]).toEqual([['fl-b'], 350]);
  const [exporter] = (await registry().exporterOverview(clock)).exporters;
  expect(exporter).toMatchObject({ id: '111122223333/vpc-1', records: 35 });
  const { flowLogs } = await registry().flowLogOverview(clock);
  expect(flowLogs.map(({ id, records, actions, enabled }) => [id, records, actions, enabled])).toEqual([
    ['fl-a', 15, ['ACCEPT'], true],
    ['fl-b', 30, ['ACCEPT'], false],
  ]);
  const quality = `SELECT sum("records") AS n FROM "minute"."flow_quality" WHERE "reason" = 'flow-log-disabled'`;
  expect((await client.query(quality))[0].n).toBe(10);

  const periods = await client.query(
    'SELECT "kind", "flow_log", "other", "interfaces", "until" FROM "entity"."flow_log_period"'
  );
  const [first, second] = [0, 2].map((slot) => BEGIN + slot * 300);
  const until = (slot: number) => (BEGIN + slot * 300 + 240 + 900) * 1000;
  const inOrder = periods.map(({ time, ...period }) => ({ at: new Date(time as string).getTime() / 1000, ...period }));
  expect(inOrder).toEqual([
    { at: first, kind: 'counted-twice', flow_log: 'fl-a', other: 'fl-b', interfaces: 1, until: until(1) },
    { at: second, kind: 'left-out', flow_log: 'fl-b', other: '-', interfaces: 1, until: until(2) },
  ]);
});
