import { influxForTests } from '../testing/influx';
import { proposal, registryForTests } from '../testing/registry';
import type { InfluxClient } from '../store/influx';
import { recomputeDirtyHours } from './recomputeHours';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
const HOUR = NOW - (NOW % 3600) - 3600;
const DAY = 86_400;

const mark = (identity: string, ...hours: number[]) =>
  registry().grantPlan(proposal({ identity, sha256: identity, hours }), NOW);
const write = (client: InfluxClient, time: number, offset: number) =>
  client.write('minute', `flow_source,src=a bytes=1i,packets=1i,flows=1i ${time}00000000${offset}`);
const flows = async (client: InfluxClient) =>
  (await client.query('SELECT sum("flows") AS "n" FROM "hour"."flow_source"'))[0]?.n ?? 0;

describe('recomputeDirtyHours', () => {
  it('brings every dirty hour up to its minutes, once', async () => {
    const client = await database();
    await write(client, HOUR, 1);
    await write(client, HOUR - 3600, 1);
    await mark('a', HOUR, HOUR - 3600);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(2);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(0);
    expect(await flows(client)).toBe(2);
  });

  it('leaves an hour alone whose minutes are being forgotten', async () => {
    const client = await database();
    await mark('a', HOUR - 7 * DAY);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(0);
    expect(await registry().dirtyHours()).toEqual([]);
  });

  it('keeps an hour dirty whose recomputation failed', async () => {
    const { settings } = await database();
    const down = { settings, query: () => Promise.reject(new Error('down')) } as unknown as InfluxClient;
    await mark('a', HOUR);
    await expect(recomputeDirtyHours(registry(), down, () => NOW)).rejects.toThrow('down');
    expect(await registry().dirtyHours()).toHaveLength(1);
  });

  it('takes in points that come during a recomputation the next time', async () => {
    const client = await database();
    await write(client, HOUR, 1);
    await mark('a', HOUR);
    let late: Promise<unknown> | undefined;
    const slow = {
      settings: client.settings,
      query: async (influxql: string) => {
        const rows = await client.query(influxql);
        late ??= write(client, HOUR, 2).then(() => mark('b', HOUR));
        await late;
        return rows;
      },
    } as unknown as InfluxClient;
    await recomputeDirtyHours(registry(), slow, () => NOW);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(1);
    expect(await flows(client)).toBe(2);
  });

  it('stops between hours when it is told to', async () => {
    const client = await database();
    await mark('a', HOUR);
    expect(await recomputeDirtyHours(registry(), client, () => NOW, { signal: AbortSignal.abort() })).toBe(0);
    expect(await registry().dirtyHours()).toHaveLength(1);
  });
});
