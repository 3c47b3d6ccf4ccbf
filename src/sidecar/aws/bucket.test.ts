import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { KEYS } from '../testing/checkRuns';
import { ACCESS_DENIED, etagOf, FakeS3, type FakeAnswer, type FakeBucket, type FakeRequest } from '../testing/fakeS3';
import { OTHER_STORES } from '../testing/otherStores';
import { Bucket, type ObjectRef } from './bucket';
import { s3Client } from './clients';
import type { AwsError } from './errors';
import { isOfAws } from './otherStores';

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
  if (fake.objects.size > 0) {
    // How this store deletes is known then.
    await bucket.tryDeletion('');
    fake.requests.length = 0;
  }
  const { objects: listed } = await bucket.list('');
  fake.behave(how);
  opened.push(client, { destroy: () => fake.stop() });
  return { fake, bucket, listed };
}

/** A bucket with these objects in a store of that behaviour, of which nothing is known yet. */
async function bucketIn(how: Omit<FakeBucket, 'objects'>, objects: Record<string, string>) {
  const bodies = Object.fromEntries(Object.entries(objects).map(([key, text]) => [key, Buffer.from(text)]));
  const fake = await FakeS3.start({ ...how, objects: bodies });
  const client = s3Client('eu-west-1', KEYS, { endpoint: fake.url, pathStyle: true });
  opened.push(client, { destroy: () => fake.stop() });
  return { fake, bucket: new Bucket(client, 'flow-logs', 'eu-west-1') };
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
    // By that version alone, and without a look whether it is gone.
    const [{ ifMatch, body }, ...more] = fake.requests.filter(({ call }) => call !== 'ListObjectsV2');
    listed.forEach(({ etag }) => expect(ifMatch + body.replaceAll('&quot;', '"')).toContain(etag));
    expect([more, fake.asked('ListObjectsV2')]).toEqual([[], 1]);
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

describe.each(Object.entries(OTHER_STORES))('in a store that is not AWS, %s,', (_name, { bucket: how, deletes }) => {
  it.each(COUNTS)('%i objects that were read are deleted, and what was overwritten stays', async (count) => {
    const bodies = { ...objectsOf(count), 'overwritten = &.gz': 'first' };
    const { fake, bucket } = await bucketIn(how, bodies);
    const { objects: listed } = await bucket.list('');
    expect(listed.map(({ key }) => key).sort()).toEqual(Object.keys(bodies).sort());
    for (const object of listed) {
      for await (const chunk of (await bucket.open(object))!) {
        expect(chunk.length).toBeGreaterThan(0);
      }
    }
    fake.objects.set('overwritten = &.gz', Buffer.from('second'));
    const deleted = bucket.delete(listed);
    if (deletes === 'nothing') {
      await expect(deleted).rejects.toMatchObject({
        code: 'AnyVersionDeleted',
        message: expect.stringMatching(
          /^Nothing is deleted from bucket flow-logs .* stays in the bucket.*expire/
        ) as string,
      });
      expect(fake.objects.size).toBe(count + 1);
    } else {
      expect(await codesOf(deleted)).toEqual([]);
      expect([...fake.objects.keys()]).toEqual(['overwritten = &.gz']);
    }
    // How it deletes is asked once.
    const ofOwnKeys = ({ key, body }: FakeRequest) => key.includes('flowscope-test') || body.includes('flowscope-test');
    const asked = () => fake.requests.filter(ofOwnKeys).length;
    const before = asked();
    await bucket.delete(listed).catch(() => undefined);
    expect([before > 0, asked()]).toEqual([true, before]);
    const lists = fake.requests.filter((request) => request.call === 'DeleteObjects' && !ofOwnKeys(request));
    expect(lists.length > 0).toBe(deletes === 'many');
  });
});

describe('a store that is not AWS', () => {
  it('which is out of reach, or denies, while it is asked how it deletes, is asked again', async () => {
    const { fake, bucket } = await bucketIn({}, objectsOf(3));
    const { objects: listed } = await bucket.list('');
    fake.behave({ refuse: () => ACCESS_DENIED });
    await expect(bucket.delete(listed)).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(fake.objects.size).toBe(3);
    fake.behave({});
    expect(await codesOf(bucket.delete(listed))).toEqual([]);
    expect(fake.objects.size).toBe(0);
  });

  it('of which a request for each object fails, says so of that object alone', async () => {
    const { fake, bucket } = await bucketIn({}, objectsOf(3));
    const { objects: listed } = await bucket.list('');
    fake.behave({
      store: { deleteObjects: 'ignores-etags' },
      refuse: ({ call, key }) => (call === 'DeleteObject' && key === '1.gz' ? ACCESS_DENIED : undefined),
    });
    expect(await codesOf(bucket.delete(listed))).toEqual([['1.gz', 'AccessDenied']]);
    expect([...fake.objects.keys()]).toEqual(['1.gz']);
  });

  it('which knows ListObjects alone is named as that, and nothing of it counts as taken away', async () => {
    const listing = (xml: string) => xml.replace(/<NextContinuationToken>.*?<.NextContinuationToken>/, '');
    const { bucket } = await bucketIn({ pageSize: 2, store: { listing } }, objectsOf(3));
    await expect(bucket.list('')).rejects.toMatchObject({
      code: 'NotS3',
      message: expect.stringMatching(/knows ListObjects and not ListObjectsV2/) as string,
    });
  });

  it('whose keys are not encoded as it says is named as that', async () => {
    const listing = (xml: string) => xml.replace('<IsTruncated>', '<EncodingType>url</EncodingType><IsTruncated>');
    const { bucket } = await bucketIn({ store: { listing } }, { '100%.gz': 'x' });
    await expect(bucket.list('')).rejects.toMatchObject({
      code: 'NotS3',
      message: expect.stringMatching(/a name that is not encoded as it says: 100%\.gz/) as string,
    });
  });
});

it.each([
  ['https://s3.eu-west-1.amazonaws.com', true],
  ['https://bucket.vpce-1a2b3c4d-5e6f.s3.eu-west-1.vpce.amazonaws.com', true],
  ['https://s3.cn-north-1.amazonaws.com.cn', true],
  ['https://s3.example.com', false],
  ['https://amazonaws.com.example.com', false],
])('a client of %s is of AWS: %s, and is called so', async (endpoint, isOf) => {
  const headers: Array<Record<string, string>> = [];
  const client = s3Client('eu-west-1', KEYS, { endpoint, pathStyle: true });
  client.middlewareStack.add(
    () => (args) => {
      headers.push((args.request as { headers: Record<string, string> }).headers);
      return Promise.reject(new Error('not sent'));
    },
    { step: 'finalizeRequest', priority: 'high' }
  );
  opened.push(client);
  const Delete = { Objects: [{ Key: 'a' }] };
  await expect(client.send(new DeleteObjectsCommand({ Bucket: 'b', Delete }))).rejects.toThrow('not sent');
  expect(isOfAws(client)).toBe(isOf);
  expect(Object.keys(headers[0]).filter((name) => /checksum|md5/.test(name))).toEqual(
    isOf ? ['x-amz-sdk-checksum-algorithm', 'x-amz-checksum-crc32'] : ['content-md5']
  );
});

const failedDeletion = (key: string, code: string) => ({
  body: `<DeleteResult><Error><Key>${key}</Key><Code>${code}</Code><Message>No</Message></Error></DeleteResult>`,
});

it('an object that may not be deleted is the failure of that object, in a request of its own and in a batch', async () => {
  const one = await bucketWith(objectsOf(1), { refuse: () => ACCESS_DENIED });
  expect(await codesOf(one.bucket.delete(one.listed))).toEqual([['0.gz', 'AccessDenied']]);
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

describe('the bytes of an object', () => {
  const BODY = 'body 0';
  const ETAG = etagOf(Buffer.from(BODY));

  /** What reading it comes to when S3 answers so: its bytes, or the code of the failure. */
  async function read(answer: FakeAnswer, version: { etag?: string; size?: number } = { size: BODY.length }) {
    const { bucket } = await bucketWith(objectsOf(1), {
      lie: ({ call }) => (call === 'GetObject' ? answer : undefined),
    });
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of (await bucket.open({ key: '0.gz', etag: ETAG, ...version }))!) {
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString();
    } catch (error) {
      const { code, message } = error as AwsError;
      return `${code}: ${message}`;
    }
  }
  const answer = (headers: Record<string, string | number> = {}, changes: FakeAnswer = {}): FakeAnswer => ({
    headers: { ETag: ETAG, 'Content-Length': BODY.length, ...headers },
    body: BODY,
    ...changes,
  });
  const withoutLength = (body: string): FakeAnswer => ({ headers: { ETag: ETAG }, body });

  it.each<[string, FakeAnswer, { etag?: string; size?: number } | undefined]>([
    ['as it was listed', answer(), undefined],
    ['by a weak ETag', answer({ ETag: `W/${ETAG}` }), undefined],
    ['by an ETag without quotes', answer({ ETag: ETAG.slice(1, -1) }), undefined],
    ['of a length that was not announced', withoutLength(BODY), undefined],
    ['of a size that is not known', answer(), {}],
    ['of any version', answer({ ETag: '"other"' }), { etag: '', size: BODY.length }],
    ['of any version, of which S3 names none', { body: BODY }, { etag: '', size: BODY.length }],
  ])('are given %s', async (_case, how, version) => {
    expect(await read(how, version)).toBe(BODY);
  });

  it.each<[string, FakeAnswer, { etag?: string; size?: number } | undefined, RegExp]>([
    ['a part (206)', answer({}, { status: 206 }), undefined, /a part of it \(HTTP 206, no range\)/],
    ['a range', answer({ 'Content-Range': 'bytes 0-5/99' }), undefined, /a part of it \(HTTP 200, bytes 0-5\/99\)/],
    ['no version', { body: BODY }, undefined, /no ETag/],
    ['another version', answer({ ETag: '"other"' }), undefined, /gives ETag "other" instead of/],
    ['a weak one in the middle', answer({ ETag: `${ETAG.slice(0, 3)}W/${ETAG.slice(3)}` }), undefined, /gives ETag/],
    ['another size', answer({}, { body: `${BODY}.` }), { size: BODY.length + 1 }, /gives 6 bytes instead of 7/],
    ['no size where none is known', withoutLength(BODY), {}, /how many bytes/],
    ['too few bytes', withoutLength(BODY.slice(1)), undefined, /ended after 5 of 6 bytes/],
    ['too many bytes', withoutLength(`${BODY}.`), undefined, /more than its 6 bytes/],
  ])('are refused where S3 gives %s', async (_case, how, version, said) => {
    const outcome = await read(how, version);
    expect(outcome).toMatch(/^NotAsListed: .*0\.gz in bucket flow-logs/);
    expect(outcome).toMatch(said);
  });

  it('are asked for by the version that was listed', async () => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(1));
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await bucket.open(listed[0]))!) {
      chunks.push(chunk);
    }
    expect(Buffer.concat(chunks).toString()).toBe(BODY);
    expect(fake.requests.filter(({ call }) => call === 'GetObject')).toMatchObject([{ key: '0.gz', ifMatch: ETAG }]);
  });

  it('are refused where the connection is cut, with where that was', async () => {
    expect(await read(answer({}, { body: BODY.slice(1), isCut: true }))).toMatch(/0\.gz/);
  });
});

describe('a listing', () => {
  const ENTRY = { Key: 'a/1.gz', LastModified: '2026-01-01T00:00:10.000Z', ETag: '"1"', Size: '5' };
  const element = (content: Record<string, string>) =>
    Object.entries(content)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('');
  const contents = (changes: Record<string, string> = {}) =>
    `<Contents>${element({ ...ENTRY, ...changes })}</Contents>`;
  const page = (inner: string, isTruncated = '<IsTruncated>false</IsTruncated>') =>
    `<?xml version="1.0"?><ListBucketResult>${isTruncated}${inner}</ListBucketResult>`;
  const folder = (name: string) => `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>`;
  const goesOn = (token: string) =>
    `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;

  /** What listing comes to when S3 answers so: what is there, or the failure. */
  async function list(body: string, { prefix = 'a/', token = undefined as string | undefined, status = 200 } = {}) {
    const { bucket } = await bucketWith({}, { lie: () => ({ status, body }) });
    return bucket.list(prefix, { token }).catch(({ code, message }: AwsError) => `${code}: ${message}`);
  }
  const object = { key: 'a/1.gz', etag: '"1"', size: 5, modified: Date.UTC(2026, 0, 1) / 1000 + 10 };

  it.each<[string, string, object]>([
    ['objects and folders', page(contents() + folder('a/b/')), { objects: [object], folders: ['a/b/'] }],
    [
      'in which storage class an object is',
      page(contents({ StorageClass: 'GLACIER' })),
      { objects: [{ ...object, storageClass: 'GLACIER' }] },
    ],
    ['that it is empty, one way', page(''), { objects: [], folders: [] }],
    ['that it is empty, another way', page('<KeyCount>0</KeyCount>', ''), { objects: [], folders: [] }],
    ['objects and folders, and no more', page(contents() + folder('a/b/'), ''), { objects: [object] }],
    ['objects, and no more', page(contents(), ''), { objects: [object] }],
    ['where it goes on', page(contents(), goesOn('next')), { objects: [object], next: 'next' }],
    ['where it goes on, without a word', page(contents(), goesOn('x').slice(31)), { next: 'x' }],
    ['that it ends, and a token', page(contents(), goesOn('x').replace('true', 'false')), { next: undefined }],
    [
      'it with a comment and a namespace',
      `<?xml version="1.0"?>\n<!-- hello -->\n<s3:ListBucketResult xmlns:s3="x"><IsTruncated>false</IsTruncated></s3:ListBucketResult>`,
      { objects: [] },
    ],
  ])('says %s', async (_case, body, expected) => {
    expect(await list(body)).toMatchObject(expected);
  });

  it.each<[string, string, RegExp]>([
    ['nothing', '<ListBucketResult/>', /neither what lies there/],
    ['an object without a key', page(contents({ Key: '' })), /an object without Key/],
    ['an object without an ETag', page(contents({ ETag: '' })), /an object without ETag: a\/1\.gz/],
    ['an object without its size', page(contents().replace(/<Size>.*<.Size>/, '')), /an object without Size: a/],
    [
      'an object without its time',
      page(contents().replace(/<Last.*Modified>/, '')),
      /an object without LastModified: a/,
    ],
    ['an object without anything', page('<Contents/>'), /without Key, ETag, Size, LastModified/],
    ['an object of another folder', page(contents({ Key: 'b/a/' })), /b\/a\/ does not begin with "a\/"/],
    ['a folder of another folder', page(folder('b/')), /b\/ does not begin/],
    ['a folder without a name', page(folder('')), /a folder without a name/],
    ['that it goes on, and not where', page(contents(), '<IsTruncated>true</IsTruncated>'), /does not say where/],
    ['that it goes on where it is', page(contents(), goesOn('here')), /the same NextContinuationToken again/],
    ['an error', '<Error><Code>InternalError</Code></Error>', /InternalError/],
    ['nothing at all', ' ', /NotS3: .*nothing at all/],
    ['another answer', '<DeleteResult/>', /NotS3: .*XML of something else \(<DeleteResult>\)/],
    ['a page', '<!DOCTYPE html>\n<HTML><p>Hello', /NotS3: .*an HTML page/],
    ['a text', `\n${'welcome '.repeat(9)}`, /NotS3: .*begins with "(welcome ){5}"/],
  ])('that says %s is none', async (_case, body, said) => {
    const outcome = await list(body, { token: 'here' });
    expect(outcome).toEqual(expect.stringMatching(said));
    expect(outcome).toContain('flow-logs (eu-west-1)');
  });

  it('that says of no folder that it has no name, or of the whole bucket that it begins elsewhere', async () => {
    expect(await list(page(contents()), { prefix: '' })).toMatchObject({ objects: [object] });
    expect(await list(page(folder('')), { prefix: '' })).toMatch(/a folder without a name/);
  });

  it.each([300, 403, 503])('of which a proxy says %i on a page of its own is that failure', async (status) => {
    expect(await list('<html><br>', { status })).toMatch(new RegExp(`HTTP ${status}`));
  });

  it('is refused for what S3 says, also where that is a refusal', async () => {
    const { bucket } = await bucketWith({}, { refuse: () => ({ status: 404, code: 'NoSuchBucket' }) });
    await expect(bucket.list('')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    await expect(bucket.open({ key: 'a', etag: '' })).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });
});

describe('a deletion that S3 does not confirm', () => {
  const answering = (answer: FakeAnswer): Omit<FakeBucket, 'objects'> => ({
    lie: ({ call }) => (call === 'DeleteObject' || call === 'DeleteObjects' ? answer : undefined),
  });

  it.each<[string, FakeAnswer]>([
    ['nothing', {}],
    ['a page', { body: '<html/>' }],
  ])('is none where it answers with %s: of one object the listing decides', async (_case, answer) => {
    const { fake, bucket, listed } = await bucketWith(objectsOf(1), answering(answer));
    const failed = await bucket.delete(listed);
    expect([...failed.values()].map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^NotDeleted: 0\.gz in bucket flow-logs .* HTTP 200 instead of 204/),
    ]);
    fake.objects.delete('0.gz');
    expect(await codesOf(bucket.delete(listed))).toEqual([]);
  });

  it.each<[string, FakeAnswer]>([
    ['nothing', {}],
    ['a page', { body: '<html/>' }],
    ['a listing', { body: '<ListBucketResult/>' }],
    ['an error without a key', { body: '<DeleteResult><Error><Code>A</Code></Error></DeleteResult>' }],
    ['an error', { body: '<Error><Code>NotS3</Code></Error>' }],
  ])('is none where it answers with %s: of many that fails as a whole', async (_case, answer) => {
    const { bucket, listed } = await bucketWith(objectsOf(2), answering(answer));
    await expect(bucket.delete(listed)).rejects.toMatchObject({ code: 'NotS3' });
  });

  it.each([
    [404, 'NoSuchKey'],
    [412, 'PreconditionFailed'],
  ])('is said in words: %i', async (status, code) => {
    const { bucket, listed } = await bucketWith(objectsOf(1), {
      refuse: ({ call }) => (call === 'DeleteObject' ? { status, code } : undefined),
    });
    const failed = await bucket.delete(listed);
    expect([...failed.values()].map(({ message }) => message)).toEqual([expect.stringContaining(`S3 answers ${code}`)]);
  });

  it('of an object whose longer neighbour alone is listed is one', async () => {
    const { fake, bucket, listed } = await bucketWith({ 'a.gz': 'body' });
    fake.objects.delete('a.gz');
    fake.objects.set('a.gz.old', Buffer.from('body'));
    expect(await codesOf(bucket.delete(listed))).toEqual([]);
    expect([...fake.objects.keys()]).toEqual(['a.gz.old']);
  });
});

describe('the clock of this machine', () => {
  const seconds = () => Math.floor(Date.now() / 1000);

  async function check(skew: number, listed: Array<Pick<ObjectRef, 'key' | 'modified'>> = []) {
    const { fake, bucket } = await bucketWith({}, { skew });
    // What was heard while the bucket was filled.
    const objects = listed.map((object) => ({ etag: '', size: 1, ...object }));
    for (let i = 0; i < 3; i++) {
      await bucket.list('');
    }
    const before = fake.requests.length;
    const now = seconds();
    const outcome = await bucket
      .checkClock(() => now, 'a/', objects)
      .then(
        () => 'right',
        ({ code, message }: AwsError) => `${code}: ${message}`
      );
    return { outcome, asked: fake.requests.slice(before) };
  }

  it.each([0, 290, -290])(
    'is right when that of S3 differs by %i seconds, which is known without asking',
    async (skew) => {
      expect(await check(skew)).toEqual({ outcome: 'right', asked: [] });
    }
  );

  it.each([
    [310, 'later'],
    [-310, 'earlier'],
  ])('is wrong when that of S3 differs by %i seconds, which is asked three times', async (skew, how) => {
    const { outcome, asked } = await check(skew);
    expect(outcome).toMatch(new RegExp(`^ClockDiffers: .* 5 min .*${how}\\.`));
    const said = /that of S3 with bucket flow-logs \(eu-west-1\) says (\S+ \S+) UTC/.exec(outcome)![1];
    expect(Math.abs(Date.parse(`${said}Z`) / 1000 - seconds() - skew)).toBeLessThan(30);
    expect(asked.map(({ call, prefix, listing }) => [call, prefix, listing.limit])).toEqual(
      Array(3).fill(['ListObjectsV2', 'a/', 1])
    );
  });

  it('is wrong when an object was written in the future, but for five minutes', async () => {
    const now = seconds();
    const past = { key: 'a/past.gz', modified: 5 };
    expect((await check(0, [past, { key: 'a/soon.gz', modified: now + 300 }])).outcome).toBe('right');
    const { outcome } = await check(0, [past, { key: 'a/late.gz', modified: now + 3600 }]);
    expect(outcome).toMatch(/^ClockDiffers: .*a\/late\.gz in bucket flow-logs .* later\./);
  });

  it('is asked for until there were three answers, of which one alone that is odd decides nothing', async () => {
    let answers = 0;
    const { fake, bucket } = await bucketWith(
      {},
      { date: () => new Date(Date.now() + (answers++ === 1 ? 3_600_000 : 0)).toUTCString() }
    );
    await bucket.checkClock(seconds, '');
    await bucket.checkClock(seconds, '');
    expect(fake.asked('ListObjectsV2')).toBe(1 + 2);
  });

  it('is not asked for again of what does not answer', async () => {
    const { fake, bucket } = await bucketWith({});
    fake.stop();
    const stop = AbortSignal.abort();
    await bucket.checkClock(seconds, '', [], stop);
    expect(bucket.clock.heard).toBe(1);
  });
});
