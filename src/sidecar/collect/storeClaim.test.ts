import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openRegistry, type Registry } from '../registry/registry';
import { RETENTION_SECONDS } from '../rollup/terms';
import { CLAIM_POLICY, claimDuration, inspectStore, takeOverStore, writeStoreRecord } from '../store/claim';
import { InfluxClient, InfluxError } from '../store/influx';
import { collectorForTests, objectWith } from '../testing/collector';
import { readBoundary } from '../store/schema';
import { influxForTests } from '../testing/influx';
import { registryForTests } from '../testing/registry';
import { collectObject } from './object/pipeline';
import { finishHours, recomputableHours, recomputeDirtyHours } from './recomputeHours';
import { StoreClaim, StoreLost } from './storeClaim';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
const now = () => NOW;
const HEADER = 'account-id interface-id vpc-id bytes packets start action log-status';

function objectOf(bytes: number) {
  const body = gzipSync(`${HEADER}\n111122223333 eni-1 vpc-1 ${bytes} 1 ${NOW - 60} ACCEPT OK\n`);
  return objectWith(body, `${bytes}.log.gz`);
}

const bytesIn = async (client: InfluxClient) =>
  (await client.query('SELECT sum("bytes") AS "bytes" FROM "minute"."flow_interface"'))[0]?.bytes;
const reserve = (claim: StoreClaim, at = NOW) => claim.reserveOffsets(10_000, at, RETENTION_SECONDS.hour);

/** Drops the database behind everybody's back. */
const drop = (client: InfluxClient) => client.query(`DROP DATABASE "${client.settings.database}"`);

describe('a store', () => {
  it('is had by one of many registries that begin at once', async () => {
    const client = await database();
    const registries = Array.from({ length: 10 }, () => openRegistry(':memory:'));
    const begun = await Promise.allSettled(registries.map((one) => new StoreClaim(one, client, now).ensureMayBegin()));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    begun
      .filter((one) => one.status === 'rejected')
      .forEach(({ reason }) => {
        expect(reason).toBeInstanceOf(StoreLost);
        expect((reason as Error).message).toContain('is filled by another registry');
      });
    await Promise.all(registries.map((one) => one.close()));
  });

  it('is shared by processes with one registry', async () => {
    const client = await database();
    const claims = Array.from({ length: 5 }, () => new StoreClaim(registry(), client, now));
    const ids = await Promise.all(claims.map((claim) => claim.ensureMayBegin()));
    expect(new Set(ids).size).toBe(1);
    const firsts = await Promise.all(claims.flatMap((claim) => [reserve(claim), reserve(claim)]));
    expect(new Set(firsts).size).toBe(10);
    expect(await Promise.all(claims.map((claim) => claim.ensureMayWrite()))).toEqual(ids);
  });

  it('that another registry takes gets no point more, nor an offset', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    expect((await collectObject(objectOf(10), collector)).state).toBe('stored');
    await takeOverStore(client, 'another');
    // What was seen within the last second still holds.
    const { claim } = collector;
    while (!claim.lost) {
      await claim.ensureMayWrite().catch(() => undefined);
    }
    await expect(collectObject(objectOf(20), collector)).rejects.toThrow('is filled by another registry');
    await expect(collector.writer.write('minute', 'a b=1\n')).rejects.toThrow(StoreLost);
    await expect(collector.entities.publishAll()).rejects.toThrow(StoreLost);
    await expect(reserve(claim)).rejects.toThrow(StoreLost);
    expect(await bytesIn(client)).toBe(10);
  });

  it('that another registry took a moment ago lends no offset, though it was checked just before', async () => {
    const client = await database();
    const claim = new StoreClaim(registry(), client, now);
    await reserve(claim);
    const [before] = await client.query('SELECT "offset" FROM "entity"."registry"');
    await takeOverStore(client, 'another');
    await expect(reserve(claim)).rejects.toThrow(StoreLost);
    expect(await client.query('SELECT "offset" FROM "entity"."registry"')).toEqual([before]);
  });

  it('is checked again before a write a second after it was checked: whoever adopts it relies on that', async () => {
    const client = await database();
    const claim = new StoreClaim(registry(), client, now);
    await claim.ensureMayWrite();
    await takeOverStore(client, 'another');
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 1001);
    await expect(claim.ensureMayWrite()).rejects.toThrow(StoreLost);
    jest.restoreAllMocks();
  });

  it('that is being handed over gets what was begun, and nothing new', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collector.claim.ensureMayBegin();
    await writeStoreRecord(client, { handover: '2026-11-29T10:00:00Z' });
    await collector.claim.recreateStore();
    await expect(collectObject(objectOf(20), collector)).rejects.toThrow('asked for it at 2026-11-29T10:00:00Z');
    await collector.writer.write('minute', 'begun b=1\n');
    expect(await client.query('SELECT * FROM "minute"."begun"')).toHaveLength(1);
    const begun = performance.now();
    // However often it is checked meanwhile: its time is over after eight seconds and the age of the last check.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(begun + 5000);
    await collector.claim.recreateStore();
    clock.mockReturnValue(begun + 9000);
    await expect(collector.writer.write('minute', 'late b=1\n')).rejects.toThrow(StoreLost);
    jest.restoreAllMocks();
  });
});

describe('the mark of a registry', () => {
  const folders: string[] = [];
  const registries: Registry[] = [];
  afterEach(async () => {
    await Promise.all(registries.splice(0).map((one) => one.close()));
    folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
  });

  function open(folder: string): Registry {
    const opened = openRegistry(folder);
    registries.push(opened);
    return opened;
  }

  /** A registry in a folder of its own, and a copy of what another folder holds. */
  function folderWith(content?: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'flowscope-mark-'));
    folders.push(folder);
    if (content) {
      cpSync(content, folder, { recursive: true });
    }
    return folder;
  }

  it('is in the store before the first offset is used', async () => {
    const client = await database();
    const claim = new StoreClaim(registry(), client, now);
    const first = await reserve(claim);
    const [mark] = await client.query('SELECT "offset" FROM "entity"."registry"');
    expect(mark.offset).toBe(first + 10_000);
  });

  it('stops a copy that is older by a block of offsets, and one that is older by a single object', async () => {
    const client = await database();
    const folder = folderWith();
    const real = collectorForTests(open(folder), client, now);
    await collectObject(objectOf(10), real);
    const byBlock = folderWith(folder);
    await reserve(real.claim);
    const byObject = folderWith(folder);
    await collectObject(objectOf(20), real);
    await real.claim.close();
    for (const copy of [byBlock, byObject]) {
      const older = new StoreClaim(open(copy), client, now);
      const time = new Date(NOW * 1000).toISOString().replace('.000', '');
      await expect(older.ensureMayBegin()).rejects.toThrow(
        new RegExp(
          `older copy: it last collected at ${time}, and the database \\S+ was filled until ${time}\\..*adopt --restored`
        )
      );
    }
    const newest = new StoreClaim(open(folderWith(folder)), client, now);
    expect(await newest.ensureMayBegin()).toBe(real.claim.storeId);
  });

  it('stops an older copy that finds a part of the store missing, which it does not make again', async () => {
    const client = await database();
    const folder = folderWith();
    const real = collectorForTests(open(folder), client, now);
    await collectObject(objectOf(10), real);
    const copy = folderWith(folder);
    await collectObject(objectOf(20), real);
    await real.claim.close();
    const { database: name } = client.settings;
    await client.query(`DROP RETENTION POLICY "hour" ON "${name}"`);
    await expect(new StoreClaim(open(copy), client, now).ensureMayBegin()).rejects.toThrow('older copy');
    const policies = await client.query(`SHOW RETENTION POLICIES ON "${name}"`);
    expect(policies.map((policy) => policy.name)).not.toContain('hour');
  });

  it('stops the one of two copies at work that got less far', async () => {
    const client = await database();
    const folder = folderWith();
    await collectObject(objectOf(10), collectorForTests(open(folder), client, now));
    const [one, two] = [folder, folderWith(folder)].map((copy) => collectorForTests(open(copy), client, now));
    await collectObject(objectOf(20), one);
    await expect(collectObject(objectOf(30), two)).rejects.toThrow('older copy');
    expect(await bytesIn(client)).toBe(30);
  });

  it('is no older copy when offsets start over, when the store is older or emptied', async () => {
    const client = await database();
    const claim = new StoreClaim(registry(), client, now);
    await registry().reserveOffsets(60_000_000_000 - 10_002, NOW, RETENTION_SECONDS.hour);
    await reserve(claim);
    const later = NOW + RETENTION_SECONDS.hour + 1;
    expect(await reserve(claim, later)).toBe(1);
    await claim.recreateStore();
    expect(await reserve(claim, later)).toBe(10_001);
    // A backup of the store that was put back.
    await writeStoreRecord(client, { mark: { round: NOW, offset: 10_001, changes: 0, at: '2026-01-01T00:00:00Z' } });
    await new StoreClaim(registry(), client, now).ensureMayBegin();
    await client.query('DROP MEASUREMENT "registry"');
    await new StoreClaim(registry(), client, now).ensureMayBegin();
    const [mark] = await client.query('SELECT "offset" FROM "entity"."registry"');
    expect(mark.offset).toBe(20_001);
  });

  it('is put above by a registry that was restored, and stops the copy it replaces', async () => {
    const client = await database();
    const folder = folderWith();
    const real = collectorForTests(open(folder), client, now);
    await collectObject(objectOf(10), real);
    const copy = open(folderWith(folder));
    await reserve(real.claim);
    const mark = { ...(await registries[0].filledStore()), at: '2026-11-29T10:00:00Z' };
    await copy.continueAbove({ database: 'd', mark, hours: [] }, { actor: 'a', now: NOW });
    const restored = new StoreClaim(copy, client, now);
    expect(await reserve(restored)).toBeGreaterThanOrEqual(mark.offset);
    await restored.close();
    await expect(real.claim.recreateStore().then(() => reserve(real.claim))).rejects.toThrow('older copy');
    expect((await copy.listChanges(1)).items).toMatchObject([{ action: 'store.adopt-restored', actor: 'a' }]);
  });
});

describe('a store that was dropped', () => {
  it('is made again by a write, and an object that was begun is stored whole', async () => {
    const client = await database();
    const told: string[] = [];
    const collector = collectorForTests(registry(), client, now);
    const claim = new StoreClaim(registry(), client, now, { onStoreRecreated: (message) => told.push(message) });
    await collectObject(objectOf(10), collector);
    const { writer } = collector;
    let isFirst = true;
    // Between the plan and its last point.
    const dropping = Object.assign(Object.create(writer) as typeof writer, {
      write: async (...points: Parameters<typeof writer.write>) => {
        const dropped = await writer.write(...points);
        if (isFirst) {
          isFirst = false;
          await drop(client);
          await claim.recreateStore();
        }
        return dropped;
      },
    });
    expect(await collectObject(objectOf(20), { ...collector, writer: dropping })).toMatchObject({ state: 'stored' });
    expect(await bytesIn(client)).toBe(20);
    expect(told).toEqual([expect.stringMatching(/was missing and was made again\. What was stored there/)]);
    // What was stored before counts as never stored: should it come again, it is.
    expect((await collectObject(objectOf(10), collector)).state).toBe('stored');
    expect(await bytesIn(client)).toBe(30);
    const names = await client.query('SELECT "name" FROM "entity"."aws_entity" WHERE "id" = \'eni-1\'');
    expect(names).toHaveLength(1);
  });

  it('has its names and is said to be made again, also when that failed at first', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collectObject(objectOf(10), collector);
    await collector.claim.close();
    const told: string[] = [];
    const { settings } = client;
    let failures = 1;
    const failing = Object.assign(new InfluxClient(settings), {
      write: (policy: string, lines: string | Uint8Array) =>
        /^aws_entity/.test(String(lines)) && failures-- > 0
          ? Promise.reject(new InfluxError('unavailable', 'not now'))
          : client.write(policy, lines),
    });
    const claim = new StoreClaim(registry(), failing, now, { onStoreRecreated: (message) => told.push(message) });
    await claim.ensureMayBegin();
    await drop(client);
    await expect(claim.recreateStore()).rejects.toThrow('not now');
    await claim.recreateStore();
    await claim.close();
    const names = await client.query('SELECT "name" FROM "entity"."aws_entity" WHERE "id" = \'eni-1\'');
    expect([names.length, told.length]).toEqual([1, 1]);
  });

  it('of which hours alone are gone has them made from its minutes, and read from those until then', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collectObject(objectOf(10), collector);
    await finishHours(registry(), client, now);
    expect(await readBoundary(client)).toBeGreaterThan(NOW);
    await client.query(`DROP RETENTION POLICY "hour" ON "${client.settings.database}"`);
    await collector.claim.recreateStore();
    expect(await readBoundary(client)).toBeLessThan(NOW - 60);
    const isDue = ({ hour }: { readonly hour: number }) => hour > NOW - 2 * 3600;
    await recomputeDirtyHours(registry(), client, now, { isDue });
    expect(await client.query('SELECT sum("bytes") AS "bytes" FROM "hour"."flow_interface"')).toMatchObject([
      { bytes: 10 },
    ]);
  });

  it('of which hours alone are gone has them made, also when that failed at first', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collectObject(objectOf(10), collector);
    await finishHours(registry(), client, now);
    await collector.claim.close();
    let failures = 1;
    const failing = Object.assign(new InfluxClient(client.settings), {
      write: (policy: string, lines: string | Uint8Array) =>
        /^policy_choice/.test(String(lines)) && failures-- > 0
          ? Promise.reject(new InfluxError('unavailable', 'not now'))
          : client.write(policy, lines),
    });
    const claim = new StoreClaim(registry(), failing, now);
    await client.query(`DROP RETENTION POLICY "hour" ON "${client.settings.database}"`);
    await expect(claim.recreateStore()).rejects.toThrow('not now');
    await claim.recreateStore();
    expect(await registry().dirtyHours()).toHaveLength(recomputableHours(NOW).length);
    expect(await readBoundary(client)).toBeLessThan(NOW - 60);
  });

  it('that is filled for the first time has no hours to be made', async () => {
    const client = await database();
    await client.query(`DROP RETENTION POLICY "hour" ON "${client.settings.database}"`);
    await new StoreClaim(registry(), client, now).ensureMayBegin();
    expect(await registry().dirtyHours()).toEqual([]);
  });

  it('of which the claim alone is gone is claimed again, and nothing is said to be lost', async () => {
    const client = await database();
    const told: string[] = [];
    const claim = new StoreClaim(registry(), client, now, { onStoreRecreated: (message) => told.push(message) });
    const storeId = await claim.ensureMayBegin();
    await client.query(`DROP RETENTION POLICY "${CLAIM_POLICY}" ON "${client.settings.database}"`);
    await claim.recreateStore();
    expect([claim.storeId, told]).toEqual([storeId, []]);
    expect((await inspectStore(client)).claim).toBe(claimDuration(await registry().registryId()));
  });

  it('and claimed by another registry is lost', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collectObject(objectOf(10), collector);
    await drop(client);
    const other = openRegistry(':memory:');
    await new StoreClaim(other, client, now).ensureMayBegin();
    await expect(collector.claim.recreateStore()).rejects.toThrow('is filled by another registry');
    await expect(collectObject(objectOf(20), collector)).rejects.toThrow(StoreLost);
    expect(await bytesIn(client)).toBeUndefined();
    await other.close();
  });

  it.each(['SHOW RETENTION POLICIES', '"entity"."registry"'])(
    'by one wrong answer to %s only is neither made again nor said to be',
    async (asked) => {
      const client = await database();
      const onStoreRecreated = jest.fn();
      const claim = new StoreClaim(registry(), client, now, { onStoreRecreated });
      const storeId = await claim.ensureMayBegin();
      const { query } = client;
      let wrong = 1;
      jest.spyOn(client, 'query').mockImplementation(async (statement, ...rest) => {
        if (statement.includes(asked) && wrong-- > 0) {
          throw new InfluxError('missing', 'database not found');
        }
        return query.call(client, statement, ...rest);
      });
      await claim.recreateStore();
      expect(wrong).toBeLessThan(1);
      expect(onStoreRecreated).not.toHaveBeenCalled();
      expect(await claim.ensureMayBegin()).toBe(storeId);
    }
  );

  it('lets nothing that waits for its deletion go', async () => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collectObject(objectOf(10), collector);
    await drop(client);
    await collector.claim.recreateStore();
    expect(await registry().lookUpListed('src-1', ['10.log.gz'], NOW)).toMatchObject({
      '10.log.gz': { state: 'refused' },
    });
  });

  it.each<[string, string, boolean]>([
    ['as a whole gives new plans to what it held', 'DATABASE', false],
    ['in part, the hours, leaves the plans of what it held', 'RETENTION POLICY "hour" ON', true],
    ['in part, the minutes, leaves them, too', 'RETENTION POLICY "minute" ON', true],
  ])('that is dropped %s', async (_case, what, isKept) => {
    const client = await database();
    const collector = collectorForTests(registry(), client, now);
    await collectObject(objectOf(10), collector);
    // Whole as it is, a check notes where it lies.
    await registry().noteStoreAddress('elsewhere');
    await new StoreClaim(registry(), client, now).ensureMayBegin();
    await client.query(`DROP ${what} "${client.settings.database}"`);
    await collector.claim.recreateStore();
    const { entries } = await registry().explainObject('10.log.gz');
    expect(entries[0].plan?.isStored).toBe(isKept ? false : undefined);
    expect((await collectObject(objectOf(10), collector)).state).toBe('stored');
    expect(await bytesIn(client)).toBe(10);
  });
});
