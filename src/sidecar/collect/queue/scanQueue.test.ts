import type { Source } from '../../registry/sources';
import { collectorForTests } from '../../testing/collector';
import { influxForTests } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { SimulatedBucket } from '../../testing/simulatedBucket';
import { SimulatedQueue } from '../../testing/simulatedQueue';
import { scanSource } from '../scanSource';
import { Permits } from '../permits';
import { RECONCILE_SECONDS } from './queueState';
import { SourceProgress } from '../sourceProgress';

const database = influxForTests();
const registry = registryForTests();

const BEGIN = Math.floor(Date.now() / 3_600_000) * 3600 - 3600;

/** A source with a queue, scanned once already unless told otherwise. */
async function told({ isFresh = false, visibilitySeconds = 120, prefix = '', bucketName = 'b' } = {}) {
  const client = await database();
  const clock = { now: BEGIN };
  const now = () => clock.now;
  const bucket = new SimulatedBucket(BEGIN);
  const queue = new SimulatedQueue(now, visibilitySeconds);
  const stored = await registry().addSource(
    { name: 'a', bucket: bucketName, prefix, region: 'eu-west-1', enabled: true },
    BEGIN
  );
  const source: Source = { ...stored, queueUrl: 'http://127.0.0.1/111122223333/events' };
  const progress = new SourceProgress();
  const tools = {
    bucketOf: () => Promise.resolve(bucket.bucketAt()),
    queueOf: () => Promise.resolve(queue.queue),
    permits: new Permits(1e9),
    deps: collectorForTests(registry(), client, now),
  };
  const scan = async (signal?: AbortSignal) => {
    clock.now += 30;
    const { result, error } = await scanSource(source, progress, tools, undefined, signal);
    return { ...result, error };
  };
  if (!isFresh) {
    await scan();
    expect(bucket.listings).toBe(1);
  }
  return {
    ...{ bucket, queue, progress, clock, scan },
    /** An object that arrives, and is told of. */
    arrive: (slot: number, body?: { columns?: string }) => {
      const key = bucket.deliver(slot, body);
      return { key, id: queue.tell(key) };
    },
    flows: async () => (await client.query('SELECT sum("flows") AS "n" FROM "minute"."flow_interface"'))[0]?.n ?? 0,
    state: async (key: string) => (await registry().lookUpListed(source.id, [key], clock.now))[key]?.state,
    storedSource: () => registry().sourceById(source.id),
  };
}

describe('what a queue tells of', () => {
  it('is collected without a listing, and its messages are deleted', async () => {
    const { bucket, queue, arrive, scan, flows, progress } = await told();
    for (let slot = 0; slot < 25; slot++) {
      arrive(slot);
    }
    expect(await scan()).toMatchObject({ backlog: 0, error: undefined, isComplete: true, isNotifiedByQueue: true });
    expect(await flows()).toBe(25);
    expect(bucket.objects.size).toBe(0);
    expect(queue.messages).toEqual([]);
    expect(bucket.listings).toBe(1);
    expect(progress.backlog()).toEqual({ objects: 0, oldest: undefined });
  });

  it('is read once, also when the listing shows it and a message comes twice', async () => {
    const { bucket, queue, arrive, scan, flows } = await told({ isFresh: true });
    const { key } = arrive(1);
    queue.tell(key);
    await scan();
    expect(await flows()).toBe(1);
    expect(bucket.read).toEqual([key]);
    expect(queue.messages).toEqual([]);
  });

  it('stays while deletion is on hold, without its message and without a listing every minute; then it is deleted', async () => {
    const { bucket, queue, arrive, scan, flows, state, clock } = await told();
    await registry().holdDeletion(undefined, { actor: 'Ada', now: BEGIN });
    const { key } = arrive(1);
    await scan();
    await scan();
    expect([await flows(), await state(key), queue.messages, bucket.listings]).toEqual([1, 'stored', [], 1]);
    expect([...bucket.objects.keys()]).toEqual([key]);
    await registry().releaseDeletion({ actor: 'Ada', now: BEGIN });
    clock.now += 120;
    await scan();
    expect([bucket.objects.size, await state(key), await flows()]).toEqual([0, 'deleted', 1]);
  });

  it('needs nothing more when the message comes again after the object was collected and deleted', async () => {
    const { bucket, queue, arrive, scan, flows } = await told();
    const { key } = arrive(1);
    queue.denied.add('delete');
    expect(await scan()).toMatchObject({
      error: 'delete is denied.',
      code: 'sqs:AccessDenied',
      isNotifiedByQueue: false,
    });
    expect(bucket.objects.size).toBe(0);
    queue.denied.clear();
    queue.comeBack();
    expect(await scan()).toMatchObject({ error: undefined, isNotifiedByQueue: true });
    expect(queue.messages).toEqual([]);
    expect(bucket.read).toEqual([key]);
    expect(await flows()).toBe(1);
  });

  it('and is gone already, is settled', async () => {
    const { queue, bucket, scan } = await told();
    queue.tell(bucket.deliver(1));
    bucket.objects.clear();
    expect(await scan()).toMatchObject({ error: undefined, backlog: 0 });
    expect(queue.messages).toEqual([]);
  });

  it.each<[string, string, string]>([
    ['quarantined', 'quarantined', 'version'],
    ['not collected', 'not-collected', 'interface-id vpc-id bytes packets start end action x'],
  ])('and is left in place for good, is settled: %s', async (_case, state, columns) => {
    const { queue, bucket, arrive, scan, state: stateOf } = await told();
    const { key } = arrive(1, { columns });
    if (state === 'quarantined') {
      bucket.objects.set(key, { body: Buffer.from('no gzip'), modified: BEGIN });
    }
    await scan();
    expect(await stateOf(key)).toBe(state);
    expect(queue.messages).toEqual([]);
    // Nor is it read again when the message was a duplicate.
    queue.tell(key);
    await scan();
    expect(queue.messages).toEqual([]);
    expect(bucket.read).toEqual([key]);
    expect([...bucket.objects.keys()]).toEqual([key]);
  });

  it.each(['denied', 'undeletable'] as const)(
    'and is %s, keeps its message, and is listed until it is done',
    async (how) => {
      const { bucket, queue, arrive, scan, flows, progress } = await told();
      const { key, id } = arrive(1);
      bucket[how].add(key);
      expect(await scan()).toMatchObject({ backlog: 1, isNotifiedByQueue: false });
      expect(queue.messages).toEqual([id]);
      expect(bucket.listings).toBe(1);
      expect(await scan()).toMatchObject({ backlog: 1, isNotifiedByQueue: false });
      expect(bucket.listings).toBe(2);
      expect(progress.backlog()?.objects).toBe(how === 'denied' ? 1 : 0);
      bucket[how].clear();
      queue.comeBack();
      await scan();
      expect(queue.messages).toEqual([]);
      expect(bucket.objects.size).toBe(0);
      expect(await flows()).toBe(1);
      const before = bucket.listings;
      expect(await scan()).toMatchObject({ isNotifiedByQueue: true });
      expect(bucket.listings).toBe(before);
    }
  );
});

describe('of an access point, whose events name the bucket behind it,', () => {
  const bucketName = 'flow-logs-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias';

  it('what an object shows to be of that bucket is collected, and what is of another one left', async () => {
    const { bucket, queue, scan, flows } = await told({ bucketName });
    const key = bucket.deliver(1);
    const stranger = queue.tell('x.log.gz', 'other');
    expect((await scan()).error).toMatch(
      new RegExp(`about bucket other, and this source reads access point ${bucketName}, of which nothing has shown yet`)
    );
    queue.tell(key, 'real');
    queue.tell('readme.txt', 'real');
    await scan();
    expect([await flows(), bucket.objects.size, queue.messages]).toEqual([1, 0, [stranger]]);
    queue.comeBack();
    expect((await scan()).error).toMatch(`reads access point ${bucketName}, of bucket real.`);
    expect(queue.messages).toEqual([stranger]);
  });

  it('messages of what a listing has collected before are settled', async () => {
    const { bucket, queue, scan, flows } = await told({ bucketName, isFresh: true });
    const key = bucket.deliver(1);
    await scan();
    queue.tell(key, 'real');
    expect((await scan()).error).toBeUndefined();
    expect([await flows(), queue.messages]).toEqual([1, []]);
  });

  it('nothing is deleted from the queue for an object of the same name in another bucket', async () => {
    const { bucket, queue, scan } = await told({ bucketName });
    const key = bucket.deliver(1);
    bucket.objects.clear();
    const id = queue.tell(key, 'other');
    await scan();
    expect(queue.messages).toEqual([id]);
  });
});

describe('messages', () => {
  it('about what is none of the source, or of a deletion, are deleted and counted', async () => {
    const { queue, scan, progress } = await told({ prefix: 'AWSLogs/' });
    queue.tell('other/x.log.gz');
    queue.tell('AWSLogs/readme.txt');
    queue.tell('AWSLogs/x.log.gz', 'b', 'ObjectRemoved:Delete');
    queue.send(JSON.stringify({ Event: 's3:TestEvent', Bucket: 'b' }));
    progress.takeDone();
    expect(await scan()).toMatchObject({ error: undefined });
    expect(queue.messages).toEqual([]);
    expect(progress.takeDone()).toMatchObject({ errors: 0, events_ignored: 4, messages_unread: 0 });
    expect(progress.ignoredEvents).toBe(4);
  });

  it('of which an object waits are counted once they are deleted, however often they come', async () => {
    const { bucket, queue, scan, progress } = await told();
    const key = bucket.deliver(1);
    bucket.denied.add(key);
    queue.tellOf([key, 'readme.txt']);
    await scan();
    queue.comeBack();
    await scan();
    expect(progress.ignoredEvents).toBe(0);
    bucket.denied.clear();
    queue.comeBack();
    await scan();
    expect(queue.messages).toEqual([]);
    expect(progress.ignoredEvents).toBe(1);
  });

  it.each([0, 1])('about two objects stay until both are done with, whichever waits: %i', async (waiting) => {
    const { bucket, queue, scan, flows } = await told();
    const keys = [bucket.deliver(1), bucket.deliver(2)];
    bucket.denied.add(keys[waiting]);
    const id = queue.tellOf(keys);
    await scan();
    expect([queue.messages, await flows()]).toEqual([[id], 1]);
    bucket.denied.clear();
    queue.comeBack();
    await scan();
    expect([queue.messages, await flows(), bucket.objects.size]).toEqual([[], 2, 0]);
  });

  it('that cannot be read, or are of another bucket, are left, counted and named for a while', async () => {
    const { queue, arrive, scan, flows, progress, clock, storedSource } = await told();
    const left = [queue.send('hello'), queue.tell('x.log.gz', 'another')];
    arrive(1);
    progress.takeDone();
    const { error } = await scan();
    expect(error).toBe(
      '2 messages of queue events are left in it, as m1: it is not JSON. ' +
        'Send only the notifications of this bucket to it; a redrive policy puts such messages aside.'
    );
    expect(await flows()).toBe(1);
    expect(queue.messages).toEqual(left);
    expect(progress.takeDone()).toMatchObject({ messages_unread: 2, objects: 1 });
    // The next scan does not see them, and does not take them for gone.
    expect(await scan()).toMatchObject({ error, isNotifiedByQueue: true });
    expect(await storedSource()).toMatchObject({ lastError: error, lastErrorCode: 'sqs:unread' });
    clock.now += 600;
    expect((await scan()).error).toBeUndefined();
  });

  it('are held for as long as their objects take', async () => {
    const { queue, bucket, arrive, scan, flows } = await told({ visibilitySeconds: 0.2 });
    bucket.beforeReading = queue.isKept(arrive(1).id);
    await scan();
    expect(await flows()).toBe(1);
    expect(queue.messages).toEqual([]);
  });

  it('are not received by the thousand while none can be deleted', async () => {
    const { queue, scan } = await told({ prefix: 'AWSLogs/' });
    for (let i = 0; i < 2000; i++) {
      queue.tell('other/x.log.gz');
    }
    const deletions = Promise.withResolvers<void>();
    queue.beforeDeleting = deletions.promise;
    const scanning = scan();
    while (queue.waiting > 1000) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Ten are received every few turns.
    for (let turn = 0; turn < 1000; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(queue.waiting).toBeGreaterThan(900);
    deletions.resolve();
    expect(await scanning).toMatchObject({ error: undefined });
    expect(queue.messages).toEqual([]);
  });

  it('are left for others after an abort', async () => {
    const { queue, arrive, scan } = await told();
    const { id } = arrive(1);
    await scan(AbortSignal.abort());
    expect(queue.messages).toEqual([id]);
  });
});

describe('a listing', () => {
  it('finds within the hour what never had a message', async () => {
    const { bucket, scan, flows, clock } = await told();
    bucket.deliver(1);
    await scan();
    expect(await flows()).toBe(0);
    clock.now += RECONCILE_SECONDS;
    await scan();
    expect(await flows()).toBe(1);
    await scan();
    expect(bucket.listings).toBe(2);
  });

  it('goes on instead of the queue when that cannot be read', async () => {
    const { bucket, queue, arrive, scan, flows, progress, storedSource } = await told();
    queue.denied.add('receive');
    arrive(1);
    expect(await scan()).toMatchObject({ error: 'receive is denied.', isComplete: false, isNotifiedByQueue: false });
    expect(await scan()).toMatchObject({ error: 'receive is denied.', isComplete: true, isNotifiedByQueue: false });
    expect(await flows()).toBe(1);
    expect(await storedSource()).toMatchObject({ lastError: 'receive is denied.', lastErrorCode: 'sqs:AccessDenied' });
    expect(progress.takeDone()).toMatchObject({ objects: 1, errors: 2 });
    queue.denied.clear();
    await scan();
    expect(bucket.listings).toBe(3);
    expect(await scan()).toMatchObject({ error: undefined, isNotifiedByQueue: true });
    expect(bucket.listings).toBe(3);
    expect(queue.messages).toEqual([]);
  });

  it('that fails does not keep the queue from being read', async () => {
    const { bucket, arrive, scan, flows } = await told({ isFresh: true });
    bucket.isAway = true;
    arrive(1);
    expect(await scan()).toMatchObject({ error: 'It is away.' });
    expect(await flows()).toBe(1);
  });

  it('comes soon when somebody takes an object out of quarantine', async () => {
    const { bucket, arrive, scan, flows } = await told();
    const { key } = arrive(1);
    const { body } = bucket.objects.get(key)!;
    bucket.objects.set(key, { body: Buffer.from('no gzip'), modified: BEGIN });
    await scan();
    bucket.objects.set(key, { body, modified: BEGIN });
    await registry().retryQuarantined({ source: 'a', keys: [key] }, BEGIN);
    await scan();
    expect(await flows()).toBe(1);
  });
});
