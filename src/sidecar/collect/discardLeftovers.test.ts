import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { Registry } from '../registry/registry';
import type { Source, StoredSource } from '../registry/sources';
import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { countLeftovers, discardLeftovers } from './discardLeftovers';

const registry = registryForTests();
const BY = { actor: 'Ada', role: 'Admin', now: NOON };
const KEPT = new AwsError('AccessDenied', 's3:DeleteObject is denied');

/** A bucket in memory that lists a thousand at a time, and deletes what it may. */
function bucketOf(keys: readonly string[], mayDelete: (key: string) => boolean = () => true) {
  const objects = new Map(keys.map((key) => [key, '"1"']));
  const batches: number[] = [];
  const bucket = {
    list: (prefix: string, { token = '' }: { token?: string } = {}) => {
      const rest = [...objects].filter(([key]) => key.startsWith(prefix) && key > token).sort();
      const page = rest.slice(0, 1000).map(([key, etag]): ObjectRef => ({ key, etag, size: 10, modified: NOON - 100 }));
      return Promise.resolve({ objects: page, folders: [], next: rest.length > 1000 ? page.at(-1)!.key : undefined });
    },
    delete: (versions: readonly ObjectRef[]) => {
      batches.push(versions.length);
      const gone = versions.filter(({ key }) => mayDelete(key));
      // S3 compares the ETag: another version stays, and is no error.
      gone.filter(({ key, etag }) => objects.get(key) === etag).forEach(({ key }) => objects.delete(key));
      return Promise.resolve(
        new Map(versions.filter((version) => !gone.includes(version)).map(({ key }) => [key, KEPT]))
      );
    },
  };
  return { objects, batches, bucket: bucket as unknown as Bucket };
}

const keysOf = (count: number) => Array.from({ length: count }, (_, n) => `x/${String(n).padStart(5, '0')}.gz`);

const addSource = (name: string, prefix = ''): Promise<StoredSource> =>
  registry().addSource({ name, bucket: 'b', prefix, region: 'eu-west-1', enabled: true }, NOON);

async function leftovers({ id: sourceId }: Source, keys: readonly string[], etag = '"1"') {
  for (const key of keys) {
    const entry = {
      sourceId,
      key,
      etag,
      size: 10,
      state: 'quarantined',
      reason: 'empty',
      message: 'It is empty.',
    } as const;
    await registry().setLedgerEntry(entry, NOON);
  }
}

const discard = (source: Source, bucket: Bucket) => {
  const choice = { sourceId: source.id, reason: 'empty', before: NOON };
  return discardLeftovers(source, bucket, choice, { registry: registry(), now: () => NOON }, BY);
};
const states = async ({ id }: Source) =>
  Object.fromEntries((await registry().ledgerCounts(id)).map(({ state, objects }) => [state, objects]));
const noted = async () => (await registry().listChanges(1)).items[0];

describe('discarding leftovers', () => {
  it('deletes a thousand at a time, and counts before it does what it will delete', async () => {
    const source = await addSource('a');
    const keys = keysOf(2500);
    await leftovers(source, keys);
    const { bucket, objects, batches } = bucketOf([...keys, 'x/unknown.gz']);
    const choice = { sourceId: source.id, reason: 'empty', before: NOON };
    const deps = { registry: registry(), now: () => NOON };
    expect(await countLeftovers(source, bucket, choice, deps)).toEqual({ objects: 2500, bytes: 25_000 });
    expect(batches).toEqual([]);
    expect(await discard(source, bucket)).toMatchObject({ objects: 2500, bytes: 25_000, failed: 0, isComplete: true });
    expect(batches).toEqual([1000, 1000, 500]);
    expect([...objects.keys()]).toEqual(['x/unknown.gz']);
    expect(await states(source)).toEqual({ discarded: 2500 });
    expect(await noted()).toMatchObject({
      ...{ actor: 'Ada', role: 'Admin', action: 'source.discard', target: 'a' },
      details: { reason: 'empty', objects: 2500, bytes: 25_000, failed: 0 },
    });
  });

  it('deletes and counts only what is from before the time that is named', async () => {
    const source = await addSource('a');
    const keys = keysOf(2);
    await leftovers(source, keys);
    const { bucket, objects } = bucketOf(keys);
    // They are from that very moment.
    const choice = { sourceId: source.id, reason: 'empty', before: NOON - 100 };
    const deps = { registry: registry(), now: () => NOON };
    expect(await countLeftovers(source, bucket, choice, deps)).toEqual({ objects: 0, bytes: 0 });
    expect(await discardLeftovers(source, bucket, choice, deps, BY)).toMatchObject({ objects: 0, failed: 0 });
    expect(objects.size).toBe(2);
    const later = { ...choice, before: NOON - 99 };
    expect(await discardLeftovers(source, bucket, later, deps, BY)).toMatchObject({ objects: 2, failed: 0 });
  });

  it('leaves what somebody takes out of quarantine meanwhile', async () => {
    const source = await addSource('a');
    const keys = keysOf(2);
    await leftovers(source, keys);
    const { bucket, objects, batches } = bucketOf(keys);
    const filterLeftovers: Registry['filterLeftovers'] = async (...asked) => {
      const found = await registry().filterLeftovers(...asked);
      for (const key of keys) {
        await registry().setLedgerEntry(
          { sourceId: source.id, key, etag: '"1"', size: 10, state: 'refused', reason: 'retry' },
          NOON
        );
      }
      return found;
    };
    const choice = { sourceId: source.id, reason: 'empty', before: NOON };
    const deps = { registry: { ...registry(), filterLeftovers }, now: () => NOON };
    expect(await discardLeftovers(source, bucket, choice, deps, BY)).toMatchObject({ objects: 0, failed: 0 });
    expect([objects.size, batches]).toEqual([2, []]);
    expect(await states(source)).toEqual({ refused: 2 });
  });

  it('takes none for deleted when S3 refuses the whole request', async () => {
    const source = await addSource('a');
    const keys = keysOf(2);
    await leftovers(source, keys);
    const { bucket } = bucketOf(keys);
    bucket.delete = () => Promise.reject(KEPT);
    expect(await discard(source, bucket)).toMatchObject({
      objects: 0,
      failed: 2,
      failure: KEPT.message,
      isComplete: false,
    });
    expect(await states(source)).toEqual({ quarantined: 2 });
  });

  it('says what could not be deleted, and deletes it when asked again', async () => {
    const source = await addSource('a');
    const keys = keysOf(5);
    await leftovers(source, keys);
    let locked = [keys[1], keys[3]];
    const { bucket, objects } = bucketOf(keys, (key) => !locked.includes(key));
    expect(await discard(source, bucket)).toMatchObject({
      objects: 3,
      failed: 2,
      failure: KEPT.message,
      isComplete: true,
    });
    expect(await states(source)).toEqual({ discarded: 3, quarantined: 2 });
    expect((await noted()).details).toMatchObject({ objects: 3, bytes: 30, failed: 2 });
    locked = [];
    expect(await discard(source, bucket)).toMatchObject({ objects: 2, failed: 0 });
    expect(objects.size).toBe(0);
  });

  it('gives up when S3 deletes nothing of a whole batch', async () => {
    const source = await addSource('a');
    await leftovers(source, keysOf(2500));
    const { bucket, objects, batches } = bucketOf(keysOf(2500), () => false);
    expect(await discard(source, bucket)).toMatchObject({ objects: 0, failed: 1000, isComplete: false });
    expect([objects.size, batches]).toEqual([2500, [1000]]);
    expect(await states(source)).toEqual({ quarantined: 2500 });
  });

  it('deletes only the version that the ledger has, and leaves one that is written during the work', async () => {
    const source = await addSource('a');
    const keys = keysOf(3);
    await leftovers(source, keys);
    const { bucket, objects } = bucketOf(keys);
    objects.set(keys[0], '"2"');
    const deleteThem = bucket.delete.bind(bucket);
    bucket.delete = (versions) => {
      objects.set(keys[1], '"2"');
      return deleteThem(versions);
    };
    await discard(source, bucket);
    expect([...objects]).toEqual([
      [keys[0], '"2"'],
      [keys[1], '"2"'],
    ]);
    // The next listing finds that one new.
    const known = await registry().lookUpListed(source.id, keys, NOON);
    expect(known[keys[1]].etag).toBe('"1"');
  });

  it('lets nobody retry an object while it is being deleted, and nothing be deleted that is to be retried', async () => {
    const [source, other] = [await addSource('a'), await addSource('b', 'x/')];
    const keys = keysOf(3);
    await leftovers(source, keys);
    await leftovers(other, keys);
    await registry().retryQuarantined({ source: 'b', keys: [keys[2]] }, NOON);
    const { bucket, objects } = bucketOf(keys);
    const deleteThem = bucket.delete.bind(bucket);
    bucket.delete = async (versions) => {
      const { retried } = await registry().retryQuarantined({ source: 'a', keys: [keys[0]] }, NOON);
      expect(retried).toEqual([]);
      return deleteThem(versions);
    };
    expect(await discard(source, bucket)).toMatchObject({ objects: 2 });
    expect([...objects.keys()]).toEqual([keys[2]]);
  });

  it('learns from the next listing which deletions a crash kept from being recorded', async () => {
    const source = await addSource('a');
    const keys = keysOf(2);
    await leftovers(source, keys);
    const { bucket, objects } = bucketOf(keys);
    bucket.delete = () => {
      objects.delete(keys[0]);
      return Promise.reject(new Error('killed'));
    };
    await expect(discard(source, bucket)).rejects.toThrow('killed');
    await registry().lookUpListed(source.id, [...objects.keys()], NOON + 10);
    await registry().recordListing(source.id, NOON + 10, NOON + 11);
    expect(await states(source)).toEqual({ discarded: 1, quarantined: 1 });
    // What it left may be retried again before long, and be discarded at once.
    expect((await registry().retryQuarantined({ source: 'a' }, NOON + 60)).retried).toEqual([]);
    expect((await registry().retryQuarantined({ source: 'a' }, NOON + 600)).retried).toHaveLength(1);
  });
});
