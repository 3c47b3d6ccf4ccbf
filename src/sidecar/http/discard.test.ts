import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { grafanaId, TestApi } from '../testing/api';
import { NOON } from '../testing/reference/rollUp';

const objects = new Map<string, ObjectRef>();
const bucket = {
  list: () => Promise.resolve({ objects: [...objects.values()], folders: [] }),
  delete: (versions: readonly ObjectRef[]) => {
    versions.forEach(({ key }) => objects.delete(key));
    return Promise.resolve(new Map());
  },
} as unknown as Bucket;
const test = TestApi.forTests(() => ({ bucketOf: () => Promise.resolve(bucket) }));

/** A source that left three objects in its bucket, an hour apart; returns the path of its discarding. */
async function withLeftovers(): Promise<string> {
  const settings = { name: 'prod', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };
  const { id } = await test.registry.addSource(settings, NOON);
  objects.clear();
  for (const hours of [1, 2, 3]) {
    const object = { key: `${hours}.gz`, etag: '"1"', size: 10, modified: NOON - hours * 3600 };
    objects.set(object.key, object);
    const left = { state: 'not-collected', reason: 'no-header', message: 'It has no header.' } as const;
    await test.registry.setLedgerEntry({ ...object, sourceId: id, ...left }, NOON);
  }
  return `/v1/admin/sources/${id}/discard`;
}

const BEFORE = NOON - 5400;
const ALL = { reason: 'no-header', before: NOON, dryRun: true };

describe('discarding leftovers through the API', () => {
  it('counts them first, so that a page can ask, and deletes them when told so', async () => {
    const url = await withLeftovers();
    const counted = await test.job(url, { ...ALL, before: BEFORE });
    expect(counted).toMatchObject({ kind: 'discard', result: { dryRun: true, objects: 2, bytes: 20, failed: 0 } });
    expect([objects.size, (await test.registry.listChanges(1)).items[0].action]).toEqual([3, 'source.add']);

    const headers = { 'x-grafana-id': grafanaId({ displayName: 'Ada', username: 'ada', role: 'Admin' }) };
    const job = await test.job(url, { ...ALL, before: BEFORE, dryRun: false }, headers);
    expect(job).toMatchObject({
      ...{ kind: 'discard', state: 'done', progress: [{ objects: 2, bytes: 20 }] },
      result: { dryRun: false, objects: 2, bytes: 20, failed: 0, isComplete: true },
    });
    expect([...objects.keys()]).toEqual(['1.gz']);
    expect((await test.send('GET', '/v1/admin/audit')).json()).toMatchObject({
      items: [{ action: 'source.discard', actor: 'Ada (ada)', target: 'prod', details: { objects: 2, bytes: 20 } }, {}],
    });
    const { sources } = (await test.send('GET', '/v1/collection')).json<{ sources: Array<{ objects: object[] }> }>();
    expect(sources[0].objects).toEqual([
      { state: 'discarded', reason: 'no-header', objects: 2 },
      { state: 'not-collected', reason: 'no-header', objects: 1 },
    ]);
  });

  it.each([
    [{ reason: 'expired' }, 400, 'reason', 'There are: no-header (3 objects).'],
    [{ before: NOON + 1 }, 400, 'before', 'in the future'],
    [{ before: '2026-01-01' }, 400, 'before', 'before'],
    [{ dryRun: undefined }, 400, 'dryRun', 'cannot be undone'],
    [{ more: 1 }, 400, undefined, 'more'],
  ])('refuses %j', async (change, status, field, message) => {
    const url = await withLeftovers();
    const answer = await test.send('POST', url, { payload: { ...ALL, ...change } });
    const { error } = answer.json<{ error: { field?: string; message: string } }>();
    expect([answer.statusCode, error.field, error.message]).toEqual([status, field, expect.stringContaining(message)]);
    expect(objects.size).toBe(3);
  });

  it('is not possible for a source that is gone', async () => {
    const url = await withLeftovers();
    await test.registry.removeSource('prod');
    expect((await test.send('POST', url, { payload: ALL })).statusCode).toBe(404);
  });
});

describe('enabling a source through the API', () => {
  it('answers how many of its objects are older than what is kept', async () => {
    await withLeftovers();
    const [{ id }] = await test.registry.listSources();
    const old = { key: 'old.gz', etag: '"1"', size: 10, modified: NOON - 400 * 86_400 };
    objects.set(old.key, old);
    const enable = (version: number) =>
      test.send('POST', `/v1/admin/sources/${id}/enable`, { version, payload: { deleteAfterCollecting: true } });
    expect((await enable(1)).json()).toMatchObject({
      ...{ enabled: true, version: 2 },
      ages: { listed: 4, isAll: true, older: 1, keptDays: 395 },
    });
    const list = jest.spyOn(bucket, 'list').mockRejectedValueOnce(new AwsError('AccessDenied', 'Denied.'));
    const unlisted = await enable(2);
    expect([unlisted.statusCode, unlisted.json<{ ages?: object }>().ages]).toEqual([200, undefined]);
    list.mockRestore();
  });
});
