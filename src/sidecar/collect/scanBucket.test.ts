import { EventEmitter } from 'node:events';
import { gzipSync } from 'node:zlib';
import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { Registry } from '../registry/registry';
import type { Source } from '../registry/sources';
import { InfluxError, type InfluxClient } from '../store/influx';
import { collectorForTests, inChunks } from '../testing/collector';
import { influxForTests } from '../testing/influx';
import { registryForTests } from '../testing/registry';
import { ObjectPipeline } from './object/pipeline';
import { scanBucket } from './scanSource';
import { Permits } from './permits';
import type { Scan } from './scan';

const database = influxForTests();
const registry = registryForTests();

let clock = Math.floor(Date.now() / 1000);
const SOURCE: Source = { id: 'src-1', name: 'a', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };
const DENIED = new AwsError('AccessDenied', 's3:… is denied');

function body(bytes: number, columns = 'interface-id vpc-id bytes packets start action log-status'): Buffer {
  return gzipSync(`${columns}\neni-1 vpc-1 ${bytes} 1 ${clock - 60} ACCEPT OK\n`);
}

/** A bucket in memory; `denies` makes calls fail. Newer objects have larger bodies' numbers as their time. */
function bucketOf(
  contents: Record<string, Buffer>,
  denies: (call: 'get' | 'delete', key: string) => boolean = () => false,
  { classes = {}, error = DENIED }: { classes?: Record<string, string>; error?: AwsError } = {}
) {
  const objects = new Map(Object.entries(contents));
  const gets: string[] = [];
  const bucket = {
    async checkClock() {},
    async list() {
      const refs = [...objects].map(([key, { length }], i): ObjectRef => ({
        key,
        etag: `"${length}"`,
        size: length,
        modified: i,
        storageClass: classes[key],
      }));
      return { objects: refs, folders: [] };
    },
    async open({ key }: ObjectRef) {
      gets.push(key);
      if (denies('get', key)) {
        throw error;
      }
      const found = objects.get(key);
      return found && inChunks(found);
    },
    async delete(refs: readonly ObjectRef[]) {
      const denied = refs.filter(({ key }) => denies('delete', key));
      refs.filter((ref) => !denied.includes(ref)).forEach(({ key }) => objects.delete(key));
      return new Map(denied.map(({ key }) => [key, DENIED]));
    },
  };
  return { objects, gets, bucket: bucket as unknown as Bucket };
}

const deps = (client: InfluxClient) => collectorForTests(registry(), client, () => clock);

const scanOf = (client: InfluxClient, bucket: Bucket, changes: Partial<Scan> = {}): Scan => ({
  source: SOURCE,
  bucket,
  permits: new Permits(1e9),
  deps: deps(client),
  events: new EventEmitter(),
  ...changes,
});

const scan = async (client: InfluxClient, bucket: Bucket) => scanBucket(scanOf(client, bucket));
const states = async () => {
  const counts: Record<string, number> = {};
  for (const { state, objects } of await registry().ledgerCounts(SOURCE.id)) {
    counts[state] = (counts[state] ?? 0) + objects;
  }
  return counts;
};
const bytes = async (client: InfluxClient) =>
  (await client.query('SELECT sum("bytes") AS "n" FROM "minute"."flow_interface"'))[0]?.n;

describe('scanBucket', () => {
  it('reaches a good object behind a folder full of unreadable ones, and says what is wrong', async () => {
    const client = await database();
    const locked = Array.from({ length: 40 }, (_, i) => [`locked/${i}.gz`, body(1000 + i)] as const);
    const { bucket, gets, objects } = bucketOf({ 'good/1.gz': body(7), ...Object.fromEntries(locked) }, (_call, key) =>
      key.startsWith('locked/')
    );
    const result = await scan(client, bucket);
    expect(await bytes(client)).toBe(7);
    expect(objects.size).toBe(40);
    expect(result).toMatchObject({ backlog: 40, error: 's3:… is denied' });
    // Objects that S3 refuses are not all requested with each scan.
    expect(gets.length).toBeLessThan(30);
  });

  it.each<[string, () => Error, object]>([
    [
      'InfluxDB did not answer',
      () => new InfluxError('unavailable', 'InfluxDB does not answer.'),
      { state: 'refused', reason: 'unavailable', message: 'InfluxDB does not answer.' },
    ],
    ['nobody knows', () => new Error('Odd.'), { state: 'refused', reason: 'given-up', message: 'Odd.' }],
  ])('says of an object that was begun why it was given up: %s', async (_case, error, expected) => {
    const client = await database();
    const { bucket, objects } = bucketOf({ 'x/1.gz': body(7) });
    const tried = scanOf(client, bucket);
    jest.spyOn(tried.deps.writer.series, 'make').mockRejectedValue(error());
    await expect(scanBucket(tried)).rejects.toThrow();
    expect((await registry().explainObject('x/1.gz')).entries).toMatchObject([expected]);
    expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
    expect([objects.size, await states()]).toEqual([0, { deleted: 1 }]);
  });

  it('collects although nothing may be deleted, and deletes without fetching again once it may', async () => {
    const client = await database();
    let isDenied = true;
    const contents = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`x/${i}.gz`, body(i + 1)]));
    const { bucket, gets, objects } = bucketOf(contents, (call) => call === 'delete' && isDenied);
    expect(await scan(client, bucket)).toMatchObject({ backlog: 30, error: 's3:… is denied' });
    expect(await states()).toEqual({ stored: 30 });
    isDenied = false;
    expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
    expect(gets).toHaveLength(30);
    expect(objects.size).toBe(0);
    expect(await states()).toEqual({ deleted: 30 });
    expect(await bytes(client)).toBe((30 * 31) / 2);
  });

  it('deletes nothing while deletion is on hold, not even what is stored just then, and all of it after the release', async () => {
    const client = await database();
    const { bucket, gets, objects } = bucketOf({ 'a.gz': body(1), 'b.gz': body(2) });
    await registry().holdDeletion('in doubt', { actor: 'Ada', now: clock });
    expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
    expect(await states()).toEqual({ stored: 2 });
    objects.set('c.gz', body(40));
    expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
    expect([objects.size, gets.sort(), await states(), await bytes(client)]).toEqual([
      3,
      ['a.gz', 'b.gz', 'c.gz'],
      { stored: 3 },
      43,
    ]);
    await registry().releaseDeletion({ actor: 'Ada', now: clock });
    await scan(client, bucket);
    expect([objects.size, gets.length, await states(), await bytes(client)]).toEqual([0, 3, { deleted: 3 }, 43]);
  });

  it('deletes nothing that was handed over for deletion before deletion was put on hold', async () => {
    const client = await database();
    const { bucket, objects } = bucketOf({ 'a.gz': body(1) });
    const tools = deps(client);
    const recordStored: Registry['recordStored'] = async (...noted) => {
      const done = await registry().recordStored(...noted);
      await registry().holdDeletion(undefined, { actor: 'Ada', now: clock });
      return done;
    };
    await scanBucket(scanOf(client, bucket, { deps: { ...tools, registry: { ...registry(), recordStored } } }));
    expect([[...objects.keys()], await states()]).toEqual([['a.gz'], { stored: 1 }]);
  });

  it('leaves what is archived, without asking for it or failing, until it is back', async () => {
    const client = await database();
    const classes: Record<string, string> = {
      'cold.gz': 'GLACIER',
      'deep.gz': 'DEEP_ARCHIVE',
      'warm.gz': 'GLACIER_IR',
    };
    const contents = { 'cold.gz': body(1), 'deep.gz': body(2), 'warm.gz': body(40) };
    const { bucket, gets, objects } = bucketOf(contents, undefined, { classes });
    for (let scans = 0; scans < 2; scans++) {
      expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
      expect([gets, [...objects.keys()]]).toEqual([['warm.gz'], ['cold.gz', 'deep.gz']]);
    }
    expect(await registry().leftoverReasons(SOURCE.id)).toEqual([{ reason: 'archived', objects: 2 }]);
    classes['cold.gz'] = 'STANDARD';
    await scan(client, bucket);
    expect([gets, [...objects.keys()], await bytes(client)]).toEqual([['warm.gz', 'cold.gz'], ['deep.gz'], 41]);
  });

  it('leaves what only reading shows to be archived, once, as of Intelligent-Tiering', async () => {
    const client = await database();
    const error = new AwsError('InvalidObjectState', 'x is archived');
    const { bucket, gets } = bucketOf({ 'a.gz': body(1) }, () => true, {
      classes: { 'a.gz': 'INTELLIGENT_TIERING' },
      error,
    });
    expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
    expect([gets, await states()]).toEqual([['a.gz'], { 'not-collected': 1 }]);
  });

  it('names other logs of AWS, and names that are theirs but for the ending, and reads neither', async () => {
    const client = await database();
    const name = '111122223333_vpcflowlogs_eu-west-1_fl-0a_20261124T0000Z_1f';
    const { bucket, gets, objects } = bucketOf({
      'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/24/x.json.gz': body(1),
      [`${name}.log.zst`]: body(2),
      [`${name}.log`]: body(3),
      'readme.txt': body(4),
    });
    expect(await scan(client, bucket)).toMatchObject({ backlog: 0, error: undefined });
    expect([gets, objects.size]).toEqual([[], 4]);
    expect(await registry().leftoverReasons(SOURCE.id)).toEqual([
      { reason: 'other-ending', objects: 2 },
      { reason: 'other-logs', objects: 1 },
    ]);
  });

  it('deletes nothing that was stored in a database which is gone by then, and collects it again', async () => {
    const client = await database();
    let isDenied = true;
    const { objects, bucket } = bucketOf({ 'a.gz': body(10) }, (call) => call === 'delete' && isDenied);
    await scan(client, bucket);
    expect(await states()).toEqual({ stored: 1 });
    isDenied = false;
    const tools = deps(client);
    const lookUpListed: Registry['lookUpListed'] = async (...asked) => {
      const known = await registry().lookUpListed(...asked);
      await client.query(`DROP DATABASE "${client.settings.database}"`);
      await tools.claim.recreateStore();
      return known;
    };
    const losing = scanOf(client, bucket, { deps: { ...tools, registry: { ...registry(), lookUpListed } } });
    const [{ remaining }] = await new ObjectPipeline(losing).take((await bucket.list('')).objects);
    expect([await remaining, [...objects.keys()], await states()]).toEqual(['all', ['a.gz'], { refused: 1 }]);
    await scan(client, bucket);
    expect([objects.size, await states(), await bytes(client)]).toEqual([0, { deleted: 1 }, 10]);
  });

  it('learns from the next listing what was deleted just before a crash, and what somebody else took away', async () => {
    const client = await database();
    const { bucket, objects } = bucketOf(
      {
        'x/1.gz': body(1),
        'x/2.gz': body(2, 'interface-id vpc-id bytes packets start action x-y'),
        'x/3.gz': Buffer.from('x'),
      },
      (call) => call === 'delete'
    );
    await scan(client, bucket);
    expect(await states()).toEqual({ stored: 1, 'not-collected': 1, quarantined: 1 });
    objects.clear();
    clock += 1;
    await scan(client, bucket);
    expect(await states()).toEqual({ deleted: 1, gone: 2 });
  });

  it.each([3, 20])('reads as many objects at a time as the source says: %i', async (objectsInFlight) => {
    const client = await database();
    const contents = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x/${i}.gz`, body(i + 1)]));
    const { bucket, gets } = bucketOf(contents);
    const open = bucket.open.bind(bucket);
    const allAtOnce = Promise.withResolvers<void>();
    let reading = 0;
    let most = 0;
    async function* counted(chunks: AsyncIterable<Uint8Array>) {
      yield* chunks;
      reading--;
    }
    bucket.open = async (object) => {
      most = Math.max(most, ++reading);
      if (reading === objectsInFlight) {
        allAtOnce.resolve();
      }
      await allAtOnce.promise;
      return counted((await open(object))!);
    };
    await scanBucket(scanOf(client, bucket, { source: { ...SOURCE, objectsInFlight } }));
    expect([gets.length, most]).toEqual([60, objectsInFlight]);
  });

  it('ends at an abort although others hold all the room', async () => {
    const client = await database();
    const { bucket, gets } = bucketOf({ 'x/1.gz': body(1) });
    const stop = new AbortController();
    const permits = new Permits(100);
    await permits.acquire({ id: 'other' }, 100);
    const acquire = permits.acquire.bind(permits);
    permits.acquire = (...args) => {
      const waiting = acquire(...args);
      stop.abort();
      return waiting;
    };
    await scanBucket(scanOf(client, bucket, { permits, signal: stop.signal }));
    expect(stop.signal.aborted).toBe(true);
    expect(gets).toEqual([]);
  });

  it('forgets nothing after a scan that was cut short', async () => {
    const client = await database();
    const { bucket, objects } = bucketOf({ 'x/3.gz': Buffer.from('x') });
    await scan(client, bucket);
    objects.clear();
    clock += 1;
    await scanBucket(scanOf(client, bucket, { signal: AbortSignal.abort() }));
    expect(await states()).toEqual({ quarantined: 1 });
  });
});
