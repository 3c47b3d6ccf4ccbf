import { KEYS } from '../testing/checkRuns';
import { ACCESS_DENIED, FakeS3, type FakeBucket } from '../testing/fakeS3';
import { Bucket } from './bucket';
import { s3Client } from './clients';

it('tells an object that is gone from one that may not be read, though S3 says "denied" of both', async () => {
  const fake = await FakeS3.start({
    objects: { 'prod/here.gz': Buffer.from('x') },
    refuse: ({ call }) => (call === 'GetObject' ? ACCESS_DENIED : undefined),
  });
  const client = s3Client('eu-west-1', KEYS, { endpoint: fake.url, pathStyle: true });
  const bucket = new Bucket(client, 'flow-logs', 'eu-west-1');
  expect(await bucket.open({ key: 'prod/gone.gz', etag: '' })).toBeUndefined();
  await expect(bucket.open({ key: 'prod/here.gz', etag: '' })).rejects.toThrow(
    's3:GetObject is denied on prod/here.gz'
  );
  client.destroy();
  fake.stop();
});

/** A bucket with these objects, behaving like that; `etags` are those of the objects. */
async function bucketWith(objects: Record<string, string>, how: Omit<FakeBucket, 'objects'> = {}) {
  const bodies = Object.fromEntries(Object.entries(objects).map(([key, text]) => [key, Buffer.from(text)]));
  const fake = await FakeS3.start({ objects: bodies });
  const client = s3Client('eu-west-1', KEYS, { endpoint: fake.url, pathStyle: true });
  const bucket = new Bucket(client, 'flow-logs', 'eu-west-1');
  const { objects: listed } = await bucket.list('');
  fake.behave(how);
  opened.push(client, { destroy: () => fake.stop() });
  return { fake, bucket, listed };
}

const opened: Array<{ destroy(): void }> = [];
afterEach(() => opened.splice(0).forEach((one) => one.destroy()));

/** Objects of which the first is the one that a case is about: deleted alone, and with others in one request. */
const COUNTS = [1, 3];
const objectsOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.gz`, `body ${i}`]));
const codesOf = async (failed: Promise<ReadonlyMap<string, { readonly code: string }>>) =>
  [...(await failed)].map(([key, { code }]) => [key, code]);

describe.each(COUNTS)('a deletion of %i objects', (count) => {
  it('takes away what was listed, and says that nothing failed', async () => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(count));
    expect(await codesOf(bucket.delete(listed))).toEqual([]);
    expect([...fake.objects.keys()]).toEqual([]);
  });

  it('leaves an object that was overwritten, which is no failure: the next listing finds it', async () => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(count));
    fake.objects.set('0.gz', Buffer.from('other'));
    expect(await codesOf(bucket.delete(listed))).toEqual([]);
    expect([...fake.objects.keys()]).toEqual(['0.gz']);
  });

  it('counts an object that is gone already as deleted', async () => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(count));
    fake.objects.delete('0.gz');
    expect(await codesOf(bucket.delete(listed))).toEqual([]);
  });

  it.each([
    ['another version, though it lists that one', 'PreconditionFailed', 412],
    ['gone, though it lists it', 'NoSuchKey', 404],
  ])('says that an object stayed of which S3 says that it is %s', async (_what, code, status) => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(count), {
      refuse: ({ call }) => (call === 'DeleteObject' ? { status, code } : undefined),
      lie: ({ call }) => (call === 'DeleteObjects' ? failedDeletion('0.gz', code) : undefined),
    });
    expect((await codesOf(bucket.delete(listed))).map(([key]) => key)).toEqual(['0.gz']);
    expect(fake.objects.has('0.gz')).toBe(true);
  });

  it('takes an object for one that is still there when nothing can be listed', async () => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(count), {
      refuse: ({ call }) => (call === 'ListObjectsV2' ? ACCESS_DENIED : undefined),
    });
    fake.objects.set('0.gz', Buffer.from('other'));
    expect((await codesOf(bucket.delete(listed))).map(([key]) => key)).toEqual(['0.gz']);
  });
});

const failedDeletion = (key: string, code: string) => ({
  body: `<DeleteResult><Error><Key>${key}</Key><Code>${code}</Code><Message>No</Message></Error></DeleteResult>`,
});

it('an object that may not be deleted is the failure of a request of its own, and of one object of a batch', async () => {
  const one = await bucketWith(objectsOf(1), { refuse: () => ACCESS_DENIED });
  await expect(one.bucket.delete(one.listed)).rejects.toMatchObject({ code: 'AccessDenied' });
  const two = await bucketWith(objectsOf(2), {
    lie: ({ call }) => (call === 'DeleteObjects' ? failedDeletion('1.gz', 'AccessDenied') : undefined),
  });
  expect(await codesOf(two.bucket.delete(two.listed))).toEqual([['1.gz', 'AccessDenied']]);
});

it.each([
  [3, 1],
  [2, 1],
  [1, 0],
])('%i objects and one whose key XML cannot hold are all deleted', async (count, batches) => {
  const { fake, bucket } = await bucketWith({ ...objectsOf(count), 'a\u001b[31m.gz': 'x' });
  const listed = [...fake.objects.keys()].map((key) => ({ key, etag: '' }));
  expect(await codesOf(bucket.delete(listed))).toEqual([]);
  expect([...fake.objects.keys()]).toEqual([]);
  const lists = fake.requests.filter(({ call }) => call === 'DeleteObjects');
  expect(lists).toHaveLength(batches);
  // S3 refuses a list that is no XML, with all that is in it.
  lists.forEach(({ body }) => expect(body).not.toContain('\u001b'));
});

it('a batch fails as a whole when S3 names an object that was not to be deleted', async () => {
  const { bucket, listed } = await bucketWith(objectsOf(2), {
    lie: ({ call }) => (call === 'DeleteObjects' ? failedDeletion('x', 'A') : undefined),
  });
  await expect(bucket.delete(listed)).rejects.toMatchObject({ code: 'NotS3' });
});

describe('an object that S3 does not give', () => {
  const open = async (how: Omit<FakeBucket, 'objects'>, change?: (fake: FakeS3) => void) => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(1), how);
    change?.(fake);
    const outcome = await bucket.open(listed[0]).then(
      (body) => (body ? 'body' : 'gone'),
      (error: { name: string; code: string }) => error.code
    );
    return outcome;
  };
  const refuseGet = (status: number) => ({
    refuse: ({ call }: { call: string }) => (call === 'GetObject' ? { status, code: `E${status}` } : undefined),
  });

  it.each([
    ['was overwritten', {}, (fake: FakeS3) => void fake.objects.set('0.gz', Buffer.from('other')), 'Overwritten'],
    ['is gone', {}, (fake: FakeS3) => void fake.objects.delete('0.gz'), 'gone'],
    ['is said to be gone, and listed still', refuseGet(404), undefined, 'ListedNotFound'],
    ['is said to be another version, and listed as that one', refuseGet(412), undefined, 'ListedNotMatching'],
    ['is refused for another reason', refuseGet(400), undefined, 'E400'],
  ])('because it %s', async (_what, how, change, outcome) => {
    expect(await open(how, change)).toBe(outcome);
  });

  it('because it was overwritten, and may not be listed', async () => {
    const outcome = await open(
      { refuse: ({ call }) => (call === 'ListObjectsV2' ? ACCESS_DENIED : undefined) },
      (fake) => void fake.objects.set('0.gz', Buffer.from('other'))
    );
    expect(outcome).toBe('ListedNotMatching');
  });
});
