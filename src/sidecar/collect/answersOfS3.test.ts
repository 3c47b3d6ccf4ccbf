import { gzipSync } from 'node:zlib';
import { Bucket } from '../aws/bucket';
import { s3Client } from '../aws/clients';
import type { Queue } from '../aws/queue';
import type { Source } from '../registry/sources';
import { KEYS } from '../testing/checkRuns';
import { collectorForTests } from '../testing/collector';
import { etagOf, FakeS3, type FakeAnswer, type FakeBucket, type FakeCall, type FakeRequest } from '../testing/fakeS3';
import { OTHER_STORES } from '../testing/otherStores';
import { influxForTests } from '../testing/influx';
import { registryForTests } from '../testing/registry';
import { SimulatedQueue } from '../testing/simulatedQueue';
import { collectAll, scanSource } from './scanSource';
import { Permits } from './permits';
import { SourceProgress } from './sourceProgress';

const database = influxForTests();
const registry = registryForTests();

const HOUR = 3600;
const COLUMNS = 'interface-id vpc-id bytes packets start end action log-status';
const SENTENCE =
  /^This machine's clock says [-0-9]+ [:0-9]+ UTC, .* [-0-9]+ [:0-9]+ UTC, 3 h (later|earlier)\. .*Set this machine's clock right/;
const fakes: FakeS3[] = [];
const clients: Array<{ destroy(): void }> = [];
afterEach(() => {
  fakes.splice(0).forEach((fake) => fake.stop());
  clients.splice(0).forEach((client) => client.destroy());
});

const actualNow = () => Math.floor(Date.now() / 1000);

/** An object with one record of so many bytes, an hour old by a clock that differs by `skew` seconds. */
function body(bytes: number, { skew = 0, columns = COLUMNS } = {}): Buffer {
  const start = actualNow() + skew - HOUR;
  return gzipSync(`${columns}\neni-1 vpc-1 ${bytes} 1 ${start} ${start + 5} ACCEPT OK\n`);
}

/** Some objects of 1, 2, 3 … bytes of traffic. */
function bodies(count: number, skew = 0): Record<string, Buffer> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`logs/${i + 1}.log.gz`, body(i + 1, { skew })]));
}

/** A collector with a source for each of these buckets, and how its clock differs from the test's. */
async function collector(...buckets: FakeBucket[]) {
  const influx = await database();
  const clock = { off: 0 };
  const deps = collectorForTests(registry(), influx, () => actualNow() + clock.off);
  const places = new Map<string, { fake: FakeS3; bucket: Bucket; progress: SourceProgress }>();
  const sources: Source[] = [];
  for (const given of buckets) {
    const fake = await FakeS3.start(given.store ? given : { ...given, lie: undefined, refuse: undefined });
    const client = s3Client('eu-west-1', KEYS, { endpoint: fake.url, pathStyle: true });
    fakes.push(fake);
    clients.push(client);
    const name = `s${places.size + 1}`;
    const source = await registry().addSource(
      { name, bucket: name, prefix: '', region: 'eu-west-1', enabled: true },
      actualNow()
    );
    const bucket = new Bucket(client, name, 'eu-west-1');
    if (!given.store) {
      // How it deletes is known, as of AWS.
      await bucket.tryDeletion('');
      fake.requests.length = 0;
      fake.behave(given);
    }
    places.set(source.id, { fake, bucket, progress: new SourceProgress() });
    sources.push(source);
  }
  const tools = {
    bucketOf: ({ id }: Source) => Promise.resolve(places.get(id)!.bucket),
    permits: new Permits(1e9),
    deps,
  };
  const [{ fake, progress }] = places.values();
  return {
    ...{ fake, clock, sources },
    keys: () => [...fake.objects.keys()],
    fakeOf: ({ id }: Source) => places.get(id)!.fake,
    scan: () => collectAll(sources, tools),
    /** A scan of the first source, which has this queue. */
    lookWith: (queue: Queue) => scanSource(sources[0], progress, { ...tools, queueOf: () => Promise.resolve(queue) }),
    bytes: async () => (await influx.query('SELECT sum("bytes") AS "n" FROM "minute"."flow_interface"'))[0]?.n ?? 0,
    explain: async (key: string) => (await registry().explainObject(key)).entries[0],
  };
}

const when =
  (call: FakeCall, answer: FakeAnswer | ((request: FakeRequest) => FakeAnswer | undefined)) =>
  (request: FakeRequest) =>
    request.call === call ? (typeof answer === 'function' ? answer(request) : answer) : undefined;

describe("the collector's clock", () => {
  it.each([
    ['behind', 3 * HOUR],
    ['ahead', -3 * HOUR],
  ])('three hours %s: nothing is read, stored or deleted until it is right', async (_case, skew) => {
    const { fake, clock, scan, bytes, keys } = await collector({ objects: bodies(3, skew), skew });
    const [run] = await scan();
    expect(run.error).toMatch(SENTENCE);
    expect(run.result).toBeUndefined();
    expect([fake.asked('GetObject'), fake.asked('DeleteObject') + fake.asked('DeleteObjects')]).toEqual([0, 0]);
    expect(await bytes()).toBe(0);
    expect((await registry().listSources())[0]).toMatchObject({ lastError: run.error, lastErrorCode: 'ClockDiffers' });
    clock.off = skew;
    expect((await scan())[0]).toMatchObject({ error: undefined, result: { backlog: 0 } });
    expect([await bytes(), keys()]).toEqual([6, []]);
  });

  it('goes on with the next scan once the clock of the store was set right', async () => {
    const { fake, scan, bytes } = await collector({ objects: bodies(2), skew: 3 * HOUR });
    expect((await scan())[0].error).toMatch(SENTENCE);
    fake.behave({});
    expect((await scan())[0].error).toBeUndefined();
    expect(await bytes()).toBe(3);
  });

  it('off by less than five minutes is right', async () => {
    const { scan, bytes } = await collector({ objects: bodies(2), skew: 290 });
    expect((await scan())[0].error).toBeUndefined();
    expect(await bytes()).toBe(3);
  });

  it('stops a source of an empty bucket, too: it would not be seen to be wrong until objects come', async () => {
    const { scan } = await collector({ skew: -3 * HOUR });
    expect((await scan())[0].error).toMatch(SENTENCE);
  });

  it.each([1, 2, 3])('one odd answer of S3, the %i. of a scan, stops nothing', async (odd) => {
    let answers = 0;
    const date = () => new Date(Date.now() + (++answers === odd ? 3 * HOUR * 1000 : 0)).toUTCString();
    const { scan, bytes, keys } = await collector({ objects: bodies(3), date });
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([6, []]);
  });

  it('is judged wrong although the first answer is odd and agrees with it', async () => {
    let answers = 0;
    const date = () => new Date(Date.now() + (++answers === 1 ? 0 : 3 * HOUR * 1000)).toUTCString();
    const { fake, scan } = await collector({ objects: bodies(3), date });
    expect((await scan())[0].error).toMatch(SENTENCE);
    expect(fake.asked('GetObject')).toBe(0);
  });

  it.each([
    ['no Date', () => undefined],
    ['a Date that is none', () => 'yesterday'],
  ])('is not judged by a store that sends %s, except by what is newer than it', async (_case, date) => {
    const { fake, scan, bytes, keys } = await collector({ objects: bodies(2), date });
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([3, []]);
    fake.become({ objects: bodies(1, 3 * HOUR), date, modified: () => actualNow() + 3 * HOUR });
    expect((await scan())[0].error).toMatch(SENTENCE);
    expect([await bytes(), keys()]).toEqual([3, ['logs/1.log.gz']]);
  });

  it('an object that is newer than it is a reason, one of a backlog of years is none', async () => {
    const times: Record<string, number> = { 'logs/1.log.gz': actualNow() - 3 * 365 * 24 * HOUR };
    const { fake, scan, bytes, keys } = await collector({ objects: bodies(2), modified: (key) => times[key] });
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([3, []]);
    times['logs/3.log.gz'] = actualNow() + 3 * HOUR;
    fake.become({ objects: { 'logs/3.log.gz': body(4), 'logs/4.log.gz': body(5) }, modified: (key) => times[key] });
    const [{ error }] = await scan();
    expect(error).toMatch(SENTENCE);
    expect(error).toContain('logs/3.log.gz');
    expect([await bytes(), keys().length]).toEqual([3, 2]);
  });

  it('of one store, when wrong, stops no other source', async () => {
    const { scan, bytes, sources, fakeOf } = await collector(
      { objects: bodies(2), skew: 3 * HOUR },
      { objects: bodies(3) }
    );
    const errors = (await scan()).map(({ error }) => error);
    expect(errors).toEqual([expect.stringMatching(SENTENCE), undefined]);
    expect(await bytes()).toBe(6);
    expect(sources.map((source) => fakeOf(source).objects.size)).toEqual([2, 0]);
  });

  it('that jumps during a scan ends it: what was fetched already is not stored', async () => {
    const { fake, clock, scan, bytes } = await collector({ objects: bodies(40) });
    fake.behave({
      lie: when('GetObject', () => {
        if (fake.asked('GetObject') === 1) {
          clock.off = -3 * HOUR;
        }
        return undefined;
      }),
    });
    expect((await scan())[0].error).toMatch(SENTENCE);
    expect(await bytes()).toBe(0);
    expect(fake.objects.size).toBe(40);
    expect(fake.asked('GetObject')).toBeLessThan(10);
    clock.off = 0;
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), fake.objects.size]).toEqual([(40 * 41) / 2, 0]);
  });

  it('stops a source with a queue before a message is received, and later on goes on with it', async () => {
    const { clock, lookWith, bytes, keys } = await collector({ objects: bodies(1) });
    const queue = new SimulatedQueue(() => actualNow());
    queue.tell('logs/1.log.gz', 's1');
    clock.off = -3 * HOUR;
    expect((await lookWith(queue.queue)).error).toMatch(SENTENCE);
    expect([queue.waiting, keys(), await bytes()]).toEqual([1, ['logs/1.log.gz'], 0]);
    clock.off = 0;
    expect((await lookWith(queue.queue)).error).toBeDefined();
    // What the message says of the object's size is wrong; the listing is right.
    expect([keys(), await bytes()]).toEqual([[], 1]);
  });
});

describe('what is not what was listed', () => {
  const [KEY] = Object.keys(bodies(1));
  const part = (whole: Buffer) => whole.subarray(0, -4);
  const right = (whole: Buffer) => ({ 'Content-Length': whole.length, ETag: etagOf(whole) });

  it.each<[string, (whole: Buffer) => FakeAnswer, RegExp]>([
    [
      'a part of it (206)',
      (whole) => ({
        status: 206,
        headers: { ...right(whole), 'Content-Length': 9, 'Content-Range': `bytes 0-8/${whole.length}` },
        body: whole.subarray(0, 9),
      }),
      /HTTP 206, bytes 0-8/,
    ],
    ['all of it, as a part (206)', (whole) => ({ status: 206, headers: right(whole), body: whole }), /HTTP 206/],
    [
      'all of it, with a Content-Range',
      (whole) => ({ headers: { ...right(whole), 'Content-Range': `bytes 0-${whole.length - 1}/999` }, body: whole }),
      /a part of it/,
    ],
    ['nothing (204)', (whole) => ({ status: 204, headers: { ETag: etagOf(whole) } }), /HTTP 204/],
    [
      'fewer bytes, as announced',
      (whole) => ({ headers: { ...right(whole), 'Content-Length': whole.length - 4 }, body: part(whole) }),
      /gives \d+ bytes instead of \d+/,
    ],
    [
      'another object that can be collected',
      () => ({ headers: right(body(999)), body: body(999) }),
      /gives (ETag|\d+ bytes)/,
    ],
    [
      'another object of the same version by name',
      (whole) => ({
        headers: { ETag: etagOf(whole) },
        body: gzipSync(`${COLUMNS}\n${'eni-1 vpc-1 5 1 1 2 ACCEPT OK\n'.repeat(99)}`),
      }),
      /more than its \d+ bytes came/,
    ],
    ['another ETag', (whole) => ({ headers: { ...right(whole), ETag: '"1"' }, body: whole }), /gives ETag "1"/],
    ['no ETag', (whole) => ({ headers: { 'Content-Length': whole.length }, body: whole }), /no ETag/],
    ['a body that is cut', (whole) => ({ headers: right(whole), body: part(whole), isCut: true }), /logs\/1/],
    [
      'a body that is cut, of a length that was not announced',
      (whole) => ({ headers: { ETag: etagOf(whole) }, body: part(whole) }),
      /ended after \d+ of \d+ bytes/,
    ],
    [
      'a page of a proxy that is cut',
      (whole) => ({ headers: right(whole), body: '<html>Bad Gateway</html>', isCut: true }),
      /logs\/1/,
    ],
    [
      'a page of a proxy, of a length that was not announced',
      (whole) => ({ headers: { ETag: etagOf(whole) }, body: '<html>Bad Gateway</html>' }),
      /ended after 24 of/,
    ],
    [
      'an object without log-status, cut in its header',
      (whole) => ({ headers: { ETag: etagOf(whole) }, body: 'x' }),
      /ended after 1 of/,
    ],
  ])('%s: nothing is stored, deleted or quarantined, and the next listing tries again', async (_case, lie, said) => {
    const objects = bodies(2);
    const answer = lie(objects[KEY]);
    const { fake, scan, bytes, keys, explain } = await collector({
      objects,
      lie: when('GetObject', ({ key }) => (key === KEY ? answer : undefined)),
    });
    const [run] = await scan();
    expect(run.error).toMatch(said);
    expect(run.error).toContain(KEY);
    expect(run.result).toMatchObject({ backlog: 1 });
    expect(run.progress.takeDone()).toMatchObject({ objects: 1, errors: 1 });
    // The other one is collected.
    expect([await bytes(), keys()]).toEqual([2, [KEY]]);
    expect(await explain(KEY)).toMatchObject({ state: 'not-read', message: run.error, plan: undefined });
    expect(await registry().countQuarantine()).toBe(0);

    fake.behave({});
    expect((await scan())[0]).toMatchObject({ error: undefined, result: { backlog: 0 } });
    expect([await bytes(), keys()]).toEqual([3, []]);
    expect(await explain(KEY)).toMatchObject({ state: 'deleted' });
  });

  it('is no duplicate of what was collected, and no conflict with it', async () => {
    const objects = { [KEY]: body(7) };
    const { fake, scan, bytes, keys, explain } = await collector({ objects });
    await scan();
    expect([await bytes(), keys()]).toEqual([7, []]);
    const name = '111122223333_vpcflowlogs_eu-west-1_fl-0a_20261124T0000Z_0badcafe.log.gz';
    const first = body(8);
    fake.become({ objects: { [`a/${name}`]: first } });
    await scan();
    expect([await bytes(), keys()]).toEqual([15, []]);
    // The same again elsewhere, of which S3 gives something else at first.
    const lies: FakeAnswer[] = [
      { headers: { 'Content-Length': 3, ETag: etagOf(first) }, body: 'abc' },
      { headers: { 'Content-Length': first.length, ETag: '"2"' }, body: Buffer.alloc(first.length) },
      { headers: { ETag: etagOf(first) }, body: Buffer.alloc(first.length - 1) },
      { status: 206, headers: { 'Content-Length': first.length, ETag: etagOf(first) }, body: first },
    ];
    for (const lie of lies) {
      fake.become({ objects: { [`b/${name}`]: first }, lie: when('GetObject', lie) });
      expect((await scan())[0].error).toContain(`b/${name}`);
      expect(keys()).toEqual([`b/${name}`]);
      expect(await explain(`b/${name}`)).toMatchObject({ state: 'not-read' });
    }
    fake.behave({});
    await scan();
    expect([await bytes(), keys()]).toEqual([15, []]);
  });

  it('a weak ETag or one without quotes names the same version', async () => {
    const objects = bodies(2);
    const bare = (etag: string) => etag.replaceAll('"', '');
    const { scan, bytes, keys } = await collector({
      objects,
      lie: when('GetObject', ({ key }) => {
        const whole = objects[key];
        const etag = key === KEY ? `W/${etagOf(whole)}` : bare(etagOf(whole));
        return { headers: { 'Content-Length': whole.length, ETag: etag }, body: whole };
      }),
    });
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([3, []]);
  });

  it('what is damaged as it was listed is quarantined still', async () => {
    const { scan, keys, explain } = await collector({ objects: { [KEY]: Buffer.from('<html>') } });
    expect((await scan())[0].error).toBeUndefined();
    expect(await explain(KEY)).toMatchObject({ state: 'quarantined', reason: 'not-gzip' });
    expect(keys()).toEqual([KEY]);
  });
});

describe('404 and 412 for a listed object', () => {
  const [KEY] = Object.keys(bodies(1));
  const xml = (code: string) => `<Error><Code>${code}</Code><Message>no</Message></Error>`;

  it.each<[string, FakeAnswer, string]>([
    ['404', { status: 404, body: xml('NoSuchKey') }, '(404)'],
    ['a blank 404', { status: 404 }, '(404)'],
    ['the page of a 404', { status: 404, body: '<html><body>Not found<br></body></html>' }, '(404)'],
    ['412', { status: 412, body: xml('PreconditionFailed') }, '(412)'],
    ['a blank 412', { status: 412 }, '(412)'],
  ])('%s shows: in the error, the backlog and the ledger, scan after scan', async (_case, answer, said) => {
    const { fake, scan, bytes, keys, explain } = await collector({
      objects: bodies(3),
      lie: when('GetObject', ({ key }) => (key === KEY ? answer : undefined)),
    });
    for (let i = 0; i < 2; i++) {
      const [run] = await scan();
      expect(run).toMatchObject({ error: expect.stringContaining(said) as string, result: { backlog: 1 } });
      expect(run.progress.backlog()).toMatchObject({ objects: 1 });
      expect(await explain(KEY)).toMatchObject({ state: 'not-read', message: run.error });
      expect([await bytes(), keys()]).toEqual([5, [KEY]]);
    }
    fake.behave({});
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([6, []]);
  });

  it('and is gone by then, is no failure, and known to be gone', async () => {
    const { fake, scan, bytes, explain } = await collector({ objects: bodies(2) });
    fake.behave({
      lie: when('GetObject', () => {
        fake.objects.delete(KEY);
        return undefined;
      }),
    });
    expect((await scan())[0]).toMatchObject({ error: undefined, result: { backlog: 0 } });
    expect(await bytes()).toBe(2);
    expect(await explain(KEY)).toMatchObject({ state: 'gone' });
  });

  it('and was overwritten by then, waits for the next listing, which collects what is there', async () => {
    const { fake, scan, bytes, keys, explain } = await collector({ objects: bodies(1) });
    fake.behave({
      lie: when('GetObject', () => {
        fake.objects.set(KEY, body(50));
        return undefined;
      }),
    });
    const [run] = await scan();
    expect(run).toMatchObject({ error: expect.stringContaining('was overwritten') as string, result: { backlog: 1 } });
    expect(await explain(KEY)).toMatchObject({ state: 'not-read', reason: 'Overwritten' });
    expect([await bytes(), keys()]).toEqual([0, [KEY]]);
    fake.behave({});
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([50, []]);
  });

  describe('with a queue', () => {
    const tellOf = (key: string, { length }: Buffer, etag: string) =>
      JSON.stringify({
        Records: [
          {
            eventName: 'ObjectCreated:Put',
            eventTime: new Date().toISOString(),
            s3: { bucket: { name: 's1' }, object: { key, size: length, eTag: etag } },
          },
        ],
      });

    it.each<[string, FakeAnswer]>([
      ['404', { status: 404, body: xml('NoSuchKey') }],
      ['412', { status: 412, body: xml('PreconditionFailed') }],
      ['206', { status: 206, body: 'x' }],
    ])(
      '%s is no final word: the message stays, and is deleted once the object was collected',
      async (_case, answer) => {
        const objects = bodies(1);
        const { fake, lookWith, bytes, keys } = await collector({ objects, lie: when('GetObject', answer) });
        const queue = new SimulatedQueue(() => actualNow());
        const id = queue.send(tellOf(KEY, objects[KEY], etagOf(objects[KEY])));
        for (let i = 0; i < 2; i++) {
          expect((await lookWith(queue.queue)).error).toContain(KEY);
          expect([queue.messages, keys(), await bytes()]).toEqual([[id], [KEY], 0]);
          queue.comeBack();
        }
        fake.behave({});
        await lookWith(queue.queue);
        expect([queue.messages, keys(), await bytes()]).toEqual([[], [], 1]);
      }
    );

    it('a message of what is gone is deleted: a listing of that key shows nothing', async () => {
      const { fake, lookWith, explain } = await collector({ objects: {} });
      const queue = new SimulatedQueue(() => actualNow());
      await lookWith(queue.queue);
      const before = fake.asked('ListObjectsV2');
      queue.send(tellOf(KEY, body(1), '"1"'));
      expect((await lookWith(queue.queue)).error).toBeUndefined();
      expect(queue.messages).toEqual([]);
      expect(fake.asked('ListObjectsV2')).toBe(before + 1);
      expect(await explain(KEY)).toMatchObject({ state: 'gone' });
    });

    it('a message of a version that was overwritten comes to its end with what is there now', async () => {
      const { fake, lookWith, bytes, keys } = await collector({ objects: {} });
      const queue = new SimulatedQueue(() => actualNow());
      await lookWith(queue.queue);
      const former = body(1);
      fake.objects.set(KEY, body(70));
      queue.send(tellOf(KEY, former, etagOf(former)));
      expect((await lookWith(queue.queue)).error).toContain('was overwritten');
      expect([queue.messages.length, await bytes()]).toEqual([1, 0]);
      // Its listing finds what is there now, and then nothing is.
      queue.comeBack();
      await lookWith(queue.queue);
      queue.comeBack();
      await lookWith(queue.queue);
      expect([queue.messages, keys(), await bytes()]).toEqual([[], [], 70]);
    });

    it('a message of a version that was overwritten by what is left in place does not come for ever', async () => {
      const { fake, lookWith, keys, explain } = await collector({ objects: { [KEY]: Buffer.from('damaged') } });
      const queue = new SimulatedQueue(() => actualNow());
      await lookWith(queue.queue);
      expect(await explain(KEY)).toMatchObject({ state: 'quarantined' });
      const former = body(1);
      queue.send(tellOf(KEY, former, etagOf(former)));
      expect((await lookWith(queue.queue)).error).toBeUndefined();
      expect([queue.messages, keys()]).toEqual([[], [KEY]]);
      expect(await explain(KEY)).toMatchObject({ state: 'quarantined' });
      expect(fake.asked('GetObject')).toBe(2);
    });
  });
});

describe('what is no listing', () => {
  const PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Hello</body></html>';
  const list = (inner: string) => `<?xml version="1.0"?>\n<ListBucketResult>${inner}</ListBucketResult>`;
  const entry = (without = '') =>
    Object.entries({ Key: 'a.gz', LastModified: '2026-01-01T00:00:00.000Z', ETag: '"1"', Size: '1' })
      .filter(([name]) => name !== without)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('');

  it.each<[string, FakeAnswer, RegExp]>([
    ['nothing at all', {}, /answered with nothing at all: that is no answer of S3\. Check the endpoint/],
    ['blanks', { body: ' \n' }, /nothing at all/],
    ['an HTML page', { body: PAGE, headers: { 'Content-Type': 'text/html' } }, /an HTML page/],
    ['an HTML page that is no XML', { body: '<html><p>Hello<br>you' }, /an HTML page/],
    ['text', { body: 'welcome' }, /what is no XML and begins with "welcome"/],
    ['JSON', { body: '{"objects":[]}' }, /begins with "\{/],
    [
      'XML of something else',
      { body: '<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>' },
      /something else \(<ListAllMyBucketsResult>\)/,
    ],
    [
      'another listing',
      { body: '<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>' },
      /<ListVersionsResult>/,
    ],
    ['a listing that says nothing', { body: '<ListBucketResult/>' }, /neither what lies there/],
    [
      'a listing that is cut',
      { body: '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a' },
      /s3:ListBucket failed/,
    ],
    ['a listing that goes on nowhere', { body: list('<IsTruncated>true</IsTruncated>') }, /does not say where/],
    [
      'an entry without a key',
      { body: list(`<IsTruncated>false</IsTruncated><Contents>${entry('Key')}</Contents>`) },
      /without Key/,
    ],
    [
      'an entry without an ETag',
      { body: list(`<IsTruncated>false</IsTruncated><Contents>${entry('ETag')}</Contents>`) },
      /without ETag: a\.gz/,
    ],
    [
      'an entry without a size',
      { body: list(`<IsTruncated>false</IsTruncated><Contents>${entry('Size')}</Contents>`) },
      /without Size/,
    ],
    [
      'an error that says 200',
      { body: '<Error><Code>InternalError</Code><Message>Again</Message></Error>' },
      /InternalError/,
    ],
    ['a page of a proxy that says 503', { status: 503, body: PAGE }, /HTTP 503/],
  ])('%s: the source fails in words, and nothing counts as gone', async (_case, answer, said) => {
    const { fake, scan, explain, keys } = await collector({ objects: { 'logs/1.log.gz': Buffer.from('damaged') } });
    await scan();
    expect(await explain('logs/1.log.gz')).toMatchObject({ state: 'quarantined' });
    fake.behave({ lie: when('ListObjectsV2', answer) });
    const [run] = await scan();
    expect(run.error).toMatch(said);
    expect(run.error).toMatch(/s1 \(eu-west-1\)/);
    expect(run.result).toBeUndefined();
    expect(run.progress.takeDone()).toMatchObject({ errors: 1 });
    expect(await explain('logs/1.log.gz')).toMatchObject({ state: 'quarantined' });
    expect(keys()).toHaveLength(1);
  });

  it('keys that were not asked for are not touched', async () => {
    const influx = await collector({ objects: bodies(2) });
    const { fake, sources } = influx;
    // A store that does not know prefixes.
    fake.behave({
      lie: when('ListObjectsV2', {
        body: list(`<IsTruncated>false</IsTruncated><Contents>${entry()}</Contents>`),
      }),
    });
    Object.assign(sources[0], { prefix: 'logs/' });
    expect((await influx.scan())[0].error).toContain('a.gz does not begin with "logs/"');
    expect(fake.asked('GetObject')).toBe(0);
  });

  it.each<[string, (request: FakeRequest, asked: number) => string]>([
    ['the same token again', () => 'again'],
    ['ever new tokens of the same page', (_request, asked) => `token-${asked}`],
    ['two tokens in turn', ({ listing }) => (listing.after === 'x' ? 'y' : 'x')],
  ])('pages that never end, with %s, do not hold a source for ever', async (_case, tokenOf) => {
    const { fake, scan } = await collector({});
    fake.behave({
      lie: when('ListObjectsV2', (request) => ({
        body: list(
          `<IsTruncated>true</IsTruncated><NextContinuationToken>${tokenOf(request, fake.asked('ListObjectsV2'))}` +
            `</NextContinuationToken><Contents>${entry().replace('a.gz', 'readme.txt')}</Contents>`
        ),
      })),
    });
    const [run] = await scan();
    expect(run.error).toMatch(/does not come to its end|the same NextContinuationToken again/);
    expect(fake.asked('ListObjectsV2')).toBeLessThan(10);
  });

  it('pages that do end are all read', async () => {
    const { scan, bytes, keys } = await collector({ objects: bodies(25), pageSize: 4 });
    expect((await scan())[0].error).toBeUndefined();
    expect([await bytes(), keys()]).toEqual([(25 * 26) / 2, []]);
  });
});

describe('deletions that are none', () => {
  it.each<[string, number, FakeAnswer]>([
    ['nothing at all, of many', 30, {}],
    ['an HTML page, of many', 30, { body: '<html><body/></html>' }],
    ['XML of something else, of many', 30, { body: '<ListBucketResult/>' }],
    [
      'an error of an object that nobody asked for',
      30,
      { body: '<DeleteResult><Error><Key>x</Key><Code>AccessDenied</Code></Error></DeleteResult>' },
    ],
    ['nothing at all (200), of one', 1, {}],
    ['an HTML page (200), of one', 1, { body: '<html><body/></html>' }],
    ['404 of what is listed, of one', 1, { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }],
    ['412 of what did not change, of one', 1, { status: 412, body: '<Error><Code>PreconditionFailed</Code></Error>' }],
    ['a blank 412 of what did not change, of one', 1, { status: 412 }],
  ])('%s: the objects count as stored, not as deleted, and go later', async (_case, count, answer) => {
    const isDeletion = ({ call }: FakeRequest) => call === 'DeleteObject' || call === 'DeleteObjects';
    const { fake, scan, bytes, keys, sources } = await collector({
      objects: bodies(count),
      lie: (request) => (isDeletion(request) && request.key + request.body !== '' ? answer : undefined),
    });
    const states = async () =>
      (await registry().ledgerCounts(sources[0].id)).map(({ state, objects }) => [state, objects]);
    const [run] = await scan();
    expect(run.error).toBeDefined();
    expect(run.error).toMatch(/s3:DeleteObject|not deleted/);
    expect(run.result).toMatchObject({ backlog: count });
    expect([keys().length, await states()]).toEqual([count, [['stored', count]]]);
    fake.behave({});
    expect((await scan())[0]).toMatchObject({ error: undefined, result: { backlog: 0 } });
    expect([keys(), await states(), await bytes()]).toEqual([[], [['deleted', count]], (count * (count + 1)) / 2]);
    expect(fake.asked('GetObject')).toBe(count);
  });

  describe('an object that is overwritten', () => {
    const NEW = 1000;

    /** Collects `count` objects, the second of which is written anew when S3 gets the first request of that kind. */
    async function overwriteAt(call: FakeCall, count: number) {
      const { fake, scan, bytes, keys } = await collector({ objects: bodies(count) });
      const key = `logs/${Math.min(count, 2)}.log.gz`;
      let overwritten = 0;
      fake.behave({
        lie: when(call, ({ key: asked, body: xml }) => {
          if (overwritten === 0 && (asked === key || xml.includes(key))) {
            overwritten++;
            fake.objects.set(key, body(NEW));
          }
          return undefined;
        }),
      });
      await scan();
      expect(overwritten).toBe(1);
      return { scan, bytes, keys, key };
    }

    it.each([1, 20])('between the listing and its GET stays, and is collected as it is then (of %i)', async (count) => {
      const { scan, bytes, keys, key } = await overwriteAt('GetObject', count);
      expect(keys()).toEqual([key]);
      await scan();
      const replaced = Math.min(count, 2);
      expect([await bytes(), keys()]).toEqual([(count * (count + 1)) / 2 - replaced + NEW, []]);
    });

    it.each<[string, FakeCall, number]>([
      ['a single DELETE', 'DeleteObject', 1],
      ['a batch DELETE', 'DeleteObjects', 20],
    ])('before %s stays, and is collected by the next run', async (_case, call, count) => {
      const { scan, bytes, keys, key } = await overwriteAt(call, count);
      expect(keys()).toEqual([key]);
      await scan();
      expect([await bytes(), keys()]).toEqual([(count * (count + 1)) / 2 + NEW, []]);
    });
  });

  const deletingOtherwise = Object.entries(OTHER_STORES).filter(([, { deletes }]) => deletes !== 'many');
  it.each(deletingOtherwise)('in a store that is not AWS, %s, lose nothing', async (_name, { bucket, deletes }) => {
    const count = 3;
    const { fake, scan, bytes, keys, explain } = await collector({ store: {}, ...bucket, objects: bodies(count) });
    const [first] = await scan();
    expect(await bytes()).toBe(6);
    if (deletes !== 'nothing') {
      expect([first.error, keys()]).toEqual([undefined, []]);
      return;
    }
    const said = /^Nothing is deleted from bucket s1 .* stays in the bucket\. Let a rule of the store expire objects/;
    expect(first.error).toMatch(said);
    expect([keys().length, fake.asked('GetObject'), fake.asked('DeleteObjects')]).toEqual([count, count, 0]);
    // What is written in its place is found and counted, too, and nothing twice.
    fake.objects.set('logs/2.log.gz', body(1000));
    const [second] = await scan();
    expect([second.error, second.result!.backlog]).toEqual([expect.stringMatching(said), count]);
    expect([await bytes(), keys().length, fake.asked('GetObject')]).toEqual([1006, count, count + 1]);
    expect(await explain('logs/2.log.gz')).toMatchObject({ state: 'stored' });
  });

  it('an object of many that is gone already counts as deleted', async () => {
    const { fake, scan, keys, sources } = await collector({ objects: bodies(20) });
    let gone = 0;
    fake.behave({
      lie: when('DeleteObjects', ({ body: xml }) => {
        if (xml.includes('logs/8.log.gz')) {
          gone += Number(fake.objects.delete('logs/8.log.gz'));
        }
        return undefined;
      }),
    });
    await scan();
    expect([gone, keys()]).toEqual([1, []]);
    expect(await registry().ledgerCounts(sources[0].id)).toMatchObject([{ state: 'deleted', objects: 20 }]);
  });
});
