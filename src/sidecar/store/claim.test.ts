import { randomUUID } from 'node:crypto';
import { influxForTests } from '../testing/influx';
import { until } from '../testing/until';
import {
  CLAIM_POLICY,
  claimDuration,
  claimStore,
  inspectStore,
  takeOverStore,
  ownerOf,
  writeStoreRecord,
} from './claim';
import { storeWarnings } from './schema';

const database = influxForTests();

describe('a claim', () => {
  it('is had by exactly one of many who take it at once, and again by that one only', async () => {
    const client = await database();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const taken = await Promise.all(ids.map((id) => claimStore(client, id)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(ids.map((id) => claimStore(client, id)))).toEqual(taken);
    const storeState = await inspectStore(client);
    expect(ids.map((id) => ownerOf(storeState, id))).toEqual(taken.map((isTaken) => (isTaken ? 'us' : 'other')));
  });

  it('is moved, whoever has it, and by nothing else', async () => {
    const client = await database();
    await takeOverStore(client, 'first');
    await takeOverStore(client, 'second');
    expect([await claimStore(client, 'first'), await claimStore(client, 'second')]).toEqual([false, true]);
  });

  it('is told apart for many registries, at durations that InfluxDB takes', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `registry ${i}`);
    const claims = ids.map(claimDuration);
    expect(new Set(claims).size).toBe(ids.length);
    expect(Math.max(...claims)).toBeLessThan(9_000_000_000);
    // Each is read as it was written, also those without minutes or seconds.
    for (const seconds of [1_000_000_000, 1_000_000_800, 3_600_000_000, 8_999_999_999]) {
      const client = await database();
      await client.query(
        `CREATE RETENTION POLICY "${CLAIM_POLICY}" ON "${client.settings.database}" DURATION ${seconds}s REPLICATION 1`
      );
      expect((await inspectStore(client)).claim).toBe(seconds);
    }
  });

  it('raises no warning', async () => {
    const client = await database();
    const before = await storeWarnings(client);
    await claimStore(client, 'a');
    expect(await storeWarnings(client)).toEqual(before);
  });
});

describe('inspectStore', () => {
  it('finds what is there, and says what is missing', async () => {
    const client = await database();
    expect(await inspectStore(client)).toEqual({ hasDatabase: true, missing: [] });
    const mark = { round: 1_700_000_000, offset: 20_001, changes: 7, at: '2026-11-29T10:00:00Z' };
    await writeStoreRecord(client, { registryId: 'a "b"', storeId: 's', mark });
    await writeStoreRecord(client, { handover: '2026-11-29T10:00:01Z' });
    const record = { registryId: 'a "b"', storeId: 's', mark, handover: '2026-11-29T10:00:01Z' };
    expect((await inspectStore(client)).record).toEqual(record);
    await writeStoreRecord(client, { handover: '' });
    expect((await inspectStore(client)).record).toEqual({ ...record, handover: undefined });
    const { database: name } = client.settings;
    await client.query(`DROP RETENTION POLICY "hour" ON "${name}"`);
    // openGemini drops in the background.
    const looks = () => inspectStore(client).catch(() => undefined);
    await until(async () => (await looks())?.missing.length === 1);
    expect(await looks()).toMatchObject({ hasDatabase: true, missing: ['hour'] });
    await client.query(`DROP DATABASE "${name}"`);
    await until(async () => (await looks())?.hasDatabase === false);
    expect(await looks()).toEqual({ hasDatabase: false, missing: ['minute', 'hour', 'entity'] });
  });

  it('leaves the store of a registry that claimed nothing yet to that one', async () => {
    const client = await database();
    await client.write('entity', 'registry id="a" 0');
    const storeState = await inspectStore(client);
    expect([ownerOf(storeState, 'a'), ownerOf(storeState, 'b')]).toEqual(['us', 'other']);
  });
});
