import { gzipSync } from 'node:zlib';
import type { Bucket, ListOptions, ListPage, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { StoredSource } from '../registry/sources';
import { collectorForTests, inChunks } from '../testing/collector';
import { influxForTests } from '../testing/influx';
import { registryForTests } from '../testing/registry';
import { scanSource } from './scanSource';
import { MAX_REST } from './folderMemory';
import type { SourceResult } from './scan';
import { Permits } from './permits';
import { SourceProgress } from './sourceProgress';

const database = influxForTests();
const registry = registryForTests();

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
/** Late in an hour and a day in the middle of a month, so that neither ends by itself in a test. */
const START = Date.UTC(2026, 0, 20, 12) / 1000;
let clock = START;

const good = (bytes: number) =>
  gzipSync(
    `interface-id vpc-id bytes packets start action log-status\neni-1 vpc-1 ${bytes} 1 ${clock - 60} ACCEPT OK\n`
  );
/** What has no header. */
const LEFTOVER = gzipSync('eni-1 vpc-1 10 1 1700000000 ACCEPT OK\n');

/** A bucket in memory that lists a thousand entries at a time and counts how often. */
class CountingBucket {
  readonly objects = new Map<string, { body: Buffer; etag: string }>();
  readonly undeletable = new Set<string>();
  lists = 0;

  put(key: string, body: Buffer, etag = `"${body.length}"`): void {
    this.objects.set(key, { body, etag });
  }

  readonly bucket = {
    checkClock: () => Promise.resolve(),
    list: (prefix: string, { delimiter, token = '' }: ListOptions = {}): Promise<ListPage> => {
      this.lists++;
      const entries = new Set<string>();
      for (const key of this.objects.keys()) {
        if (key.startsWith(prefix)) {
          const at = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
          entries.add(at < 0 ? key : key.slice(0, at + 1));
        }
      }
      const rest = [...entries].filter((entry) => entry > token).sort();
      const page = rest.slice(0, 1000);
      const objects = page.flatMap((key): ObjectRef[] => {
        const { body, etag } = this.objects.get(key) ?? {};
        return body ? [{ key, etag: etag!, size: body.length, modified: clock }] : [];
      });
      const folders = page.filter((entry) => !this.objects.has(entry));
      return Promise.resolve({ objects, folders, next: rest.length > 1000 ? page.at(-1) : undefined });
    },
    open: ({ key }: ObjectRef) => {
      const object = this.objects.get(key);
      return Promise.resolve(object && inChunks(object.body, 1000));
    },
    delete: (objects: readonly ObjectRef[]) => {
      const kept = objects.filter(({ key }) => this.undeletable.has(key));
      objects.filter((object) => !kept.includes(object)).forEach(({ key }) => this.objects.delete(key));
      return Promise.resolve(new Map(kept.map(({ key }) => [key, new AwsError('AccessDenied', 'Kept.')])));
    },
  } as unknown as Bucket;
}

const folderOf = (day: number, region = 'eu-west-1') => {
  const [date] = new Date(day * 1000).toISOString().split('T');
  return `AWSLogs/111122223333/vpcflowlogs/${region}/${date.replaceAll('-', '/')}/`;
};

/** Fills folders of that many days, the last of them `daysAgo`. */
function fill(bucket: CountingBucket, days: number, each: number, daysAgo: number, region?: string): void {
  for (let day = 0; day < days; day++) {
    for (let n = 0; n < each; n++) {
      bucket.put(`${folderOf(clock - (daysAgo + day) * DAY, region)}${n}.log.gz`, LEFTOVER);
    }
  }
}

/** A source that one process scans, until it is `restarted`. */
async function follow(bucket: CountingBucket) {
  const client = await database();
  // The clock of these tests is far behind that of InfluxDB, which would drop their points as expired.
  await client.query(`ALTER RETENTION POLICY "minute" ON "${client.settings.database}" DURATION 0s`);
  const settings = { name: 'a', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };
  const source: StoredSource = await registry().addSource(settings, clock);
  let progress = new SourceProgress();
  let result: SourceResult | undefined;
  const deps = collectorForTests(registry(), client, () => clock);
  const tools = { bucketOf: () => Promise.resolve(bucket.bucket), permits: new Permits(1e9), deps };
  return {
    /** Looks through it after so many seconds; returns how often it was listed for that. */
    scan: async (seconds = MINUTE) => {
      clock += seconds;
      const before = bucket.lists;
      ({ result } = await scanSource(source, progress, tools));
      return bucket.lists - before;
    },
    restarted: () => (progress = new SourceProgress()),
    states: async () =>
      Object.fromEntries((await registry().ledgerCounts(source.id)).map(({ state, objects }) => [state, objects])),
    /** What was found by the last scan and is not done with. */
    backlog: () => result?.backlog,
  };
}

beforeEach(() => {
  clock = START;
});

describe('folders that hold nothing but leftovers', () => {
  it.each([50, 100])('need not each be listed by a scan: %i of them', async (days) => {
    const bucket = new CountingBucket();
    fill(bucket, days, 1500 / days, 2);
    const { scan, states } = await follow(bucket);
    expect(await scan()).toBeGreaterThan(days);
    const lists: number[] = [];
    for (let minute = 0; minute < 30; minute++) {
      lists.push(await scan());
    }
    // One for the first page, one for each folder down to the running month.
    expect(Math.max(...lists)).toBeLessThanOrEqual(8);
    // All of them are listed again within the hour, not all at once, and until then nothing in them is taken for gone.
    let again = 0;
    for (let minute = 30; minute <= 60; minute++) {
      again += (await scan()) - 8;
    }
    expect(again).toBeGreaterThan(days - 31);
    expect(await states()).toEqual({ 'not-collected': 1500 });
  });

  it('are listed all the same when they are of today or yesterday', async () => {
    const bucket = new CountingBucket();
    fill(bucket, 40, 30, 0);
    const { scan, states } = await follow(bucket);
    await scan();
    bucket.put(`${folderOf(clock)}good.log.gz`, good(1));
    bucket.put(`${folderOf(clock - DAY)}good.log.gz`, good(2));
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1200, deleted: 2 });
  });

  it('are found to hold something new within the hour, and then with each scan until nothing more comes', async () => {
    const bucket = new CountingBucket();
    fill(bucket, 50, 30, 2);
    const { scan, states } = await follow(bucket);
    await scan();
    const late = folderOf(clock - 33 * DAY);
    bucket.put(`${late}good.log.gz`, good(1));
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500 });
    await scan(MAX_REST);
    expect(await states()).toEqual({ 'not-collected': 1500, deleted: 1 });
    bucket.put(`${late}good2.log.gz`, good(22));
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500, deleted: 2 });
  });

  it('are listed at once when one of their objects is to be tried again', async () => {
    const bucket = new CountingBucket();
    fill(bucket, 50, 30, 2);
    const damaged = `${folderOf(clock - 44 * DAY)}damaged.log.gz`;
    bucket.put(damaged, good(1).subarray(0, -3), '"1"');
    const { scan, states } = await follow(bucket);
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500, quarantined: 1 });
    bucket.put(damaged, good(1), '"1"');
    await scan();
    await registry().retryQuarantined({ source: 'a' }, clock);
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500, deleted: 1 });
  });

  it('are listed after a restart, and noticed to be gone within the hour', async () => {
    const bucket = new CountingBucket();
    fill(bucket, 50, 30, 2);
    const { scan, states, restarted } = await follow(bucket);
    const all = await scan();
    await scan();
    restarted();
    expect(await scan()).toBe(all);
    bucket.objects.forEach((_object, key) => key.startsWith(folderOf(clock - 33 * DAY)) && bucket.objects.delete(key));
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500 });
    await scan(MAX_REST);
    expect(await states()).toEqual({ 'not-collected': 1470, gone: 30 });
  });

  it('do not rest while one of their objects is not done with, and the others are told from those that are gone', async () => {
    const bucket = new CountingBucket();
    fill(bucket, 50, 30, 2);
    const old = `${folderOf(clock - 33 * DAY)}good.log.gz`;
    const [today, kept] = ['a.log.gz', 'b.log.gz'].map((name) => folderOf(clock) + name);
    bucket.put(old, good(1));
    bucket.put(today, good(22));
    bucket.put(kept, LEFTOVER);
    [old, today].forEach((key) => bucket.undeletable.add(key));
    const { scan, states, backlog } = await follow(bucket);
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1501, stored: 2 });
    expect(backlog()).toBe(2);
    // Deleted behind its back, as after a crash, and taken away by somebody else.
    [today, kept].forEach((key) => bucket.objects.delete(key));
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500, stored: 1, deleted: 1, gone: 1 });
    expect(backlog()).toBe(1);
    bucket.undeletable.clear();
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500, deleted: 2, gone: 1 });
    expect(backlog()).toBe(0);
  });

  it('rest with their accounts and regions in turn, however many there are', async () => {
    const bucket = new CountingBucket();
    for (const region of ['eu-west-1', 'eu-central-1', 'us-east-1']) {
      fill(bucket, 20, 20, 400, region);
    }
    const { scan } = await follow(bucket);
    await scan();
    // The first page, four folders down to the regions, and these; their years are over.
    expect(await scan()).toBe(1 + 4 + 3);
  });
});

describe('a folder that is of no day', () => {
  it('is listed less often only once nothing new has come to it for an hour, and an hour later at most', async () => {
    const bucket = new CountingBucket();
    for (let n = 0; n < 1200; n++) {
      bucket.put(`flat/${n}.gz`, LEFTOVER);
    }
    const { scan, states } = await follow(bucket);
    const all = 1 + 1 + 2;
    for (let minute = 0; minute <= 58; minute++) {
      expect(await scan()).toBe(all);
    }
    const lists: number[] = [];
    for (let minute = 0; minute < 8 * 60; minute++) {
      lists.push(await scan());
    }
    expect(lists.filter((count) => count === all).length).toBeLessThan(20);
    expect(lists.filter((count) => count === 2).length).toBeGreaterThan(450);
    bucket.put('flat/new.gz', good(1));
    await scan(MAX_REST);
    expect(await states()).toEqual({ 'not-collected': 1200, deleted: 1 });
    expect(await scan()).toBe(all);
  });

  it('is listed with each scan where AWS may make folders of days in it', async () => {
    const bucket = new CountingBucket();
    for (let n = 0; n < 1500; n++) {
      bucket.put(`AWSLogs/111122223333/vpcflowlogs/eu-west-1/${n}.gz`, LEFTOVER);
    }
    const { scan, states } = await follow(bucket);
    await scan();
    await scan(12 * HOUR);
    await scan();
    bucket.put(`${folderOf(clock)}1.gz`, good(1));
    await scan();
    expect(await states()).toEqual({ 'not-collected': 1500, deleted: 1 });
  });
});
