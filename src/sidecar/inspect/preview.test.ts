import { gzipSync } from 'node:zlib';
import { FakeS3, type FakeBucket } from '../testing/fakeS3';
import { TestApi } from '../testing/api';

const now = () => Math.floor(Date.now() / 1000);
const test = TestApi.forTests(() => ({ now }));

const RECORD = `eni-1 vpc-1 10 1 ${now() - 600} ACCEPT OK`;
const OBJECTS = {
  '1.log.gz': gzipSync(`interface-id vpc-id bytes packets start action log-status\n${RECORD}\n`),
};

let fake: FakeS3 | undefined;
afterEach(() => fake?.stop());

async function preview(bucket: FakeBucket) {
  fake = await FakeS3.start({ objects: OBJECTS, ...bucket });
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
  const place = { name: 'a', bucket: 'flow-logs', region: 'eu-west-1', endpoint: fake.url, pathStyle: true };
  return test.job('/v1/admin/drafts/preview', { source: { ...place, ...keys } });
}

it('counts what it reads', async () => {
  expect(await preview({})).toMatchObject({
    state: 'done',
    result: { looked: 1, counts: { collected: 1, bytes: '10' } },
  });
});

it.each<[string, FakeBucket, RegExp]>([
  ["that this machine's clock is wrong", { skew: 3 * 3600 }, /^This machine's clock says/],
  ['that an object is newer than the clock', { modified: () => now() + 3600 }, /1\.log\.gz in bucket .* was written/],
  [
    'that an object is not as listed',
    { lie: ({ call }) => (call === 'GetObject' ? { status: 206, body: 'x' } : undefined) },
    /HTTP 206/,
  ],
  ['that a listing is none', { lie: ({ call }) => (call === 'ListObjectsV2' ? {} : undefined) }, /nothing at all/],
])('says %s instead of counting', async (_case, bucket, message) => {
  expect(await preview(bucket)).toMatchObject({ state: 'failed', error: expect.stringMatching(message) as string });
});
