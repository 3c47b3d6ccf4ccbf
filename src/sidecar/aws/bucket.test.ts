import { KEYS } from '../testing/checkRuns';
import { ACCESS_DENIED, FakeS3 } from '../testing/fakeS3';
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
