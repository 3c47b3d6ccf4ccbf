import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Source } from '../registry/sources';
import { bucketOf, queueOf, releaseClients } from './awsAccess';

const BODY = 'abcdef';

/** An S3 that sends the first half of each object, and keeps the second. */
const held: ServerResponse[] = [];
const s3 = createServer((_request, response) => {
  response.writeHead(200, { ETag: '"e"', 'Content-Length': BODY.length }).write(BODY.slice(0, 3));
  held.push(response);
});
let endpoint: string;
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIATEST';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
  endpoint = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
});
afterAll(() => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  s3.closeAllConnections();
  s3.close();
});

const source = (changes: Partial<Source> = {}): Source => ({
  ...{ id: 'src-1', name: 'prod', bucket: 'logs', prefix: '', region: 'eu-west-1', enabled: true },
  ...{ endpoint, pathStyle: true },
  ...changes,
});
const queueUrl = (region: string, name = 'events') => `https://sqs.${region}.amazonaws.com/111122223333/${name}`;

/** What the clients are told apart by: each has heard a clock of its own. */
const clientOf = async (changes?: Partial<Source>) => (await bucketOf(source(changes))).clock;

const destroyed = jest.spyOn(S3Client.prototype, 'destroy');
const queuesDestroyed = jest.spyOn(SQSClient.prototype, 'destroy');
beforeEach(() => {
  ['src-1', 'src-2'].forEach(releaseClients);
  destroyed.mockClear();
  queuesDestroyed.mockClear();
});
afterAll(() => jest.restoreAllMocks());

describe('clients of AWS', () => {
  it('are shared by sources that sign in alike at one place, whatever their bucket and prefix', async () => {
    const one = await clientOf();
    expect(await clientOf()).toBe(one);
    expect(await clientOf({ id: 'src-2', bucket: 'other', prefix: 'a/' })).toBe(one);
    expect(await clientOf({ id: 'src-2', region: 'eu-central-1' })).not.toBe(one);
  });

  it('are destroyed when an edit leaves them without a source, and not before', async () => {
    await clientOf();
    await clientOf({ id: 'src-2' });
    await clientOf({ region: 'us-east-1' });
    expect(destroyed).not.toHaveBeenCalled();
    await clientOf({ id: 'src-2', region: 'us-east-2' });
    expect(destroyed).toHaveBeenCalledTimes(1);
    for (const roleArn of ['arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/b']) {
      await clientOf({ access: { roleArn } });
    }
    expect(destroyed).toHaveBeenCalledTimes(3);
    releaseClients('src-1');
    expect(destroyed).toHaveBeenCalledTimes(4);
  });

  it('are not destroyed while an object is being read', async () => {
    const bucket = await bucketOf(source());
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of (await bucket.open({ key: 'a', etag: '"e"', size: BODY.length }))!) {
        chunks.push(Buffer.from(chunk).toString());
        if (chunks.length === 1) {
          releaseClients('src-1');
          expect(destroyed).not.toHaveBeenCalled();
          held.pop()!.end(BODY.slice(3));
        }
      }
    })();
    await reading;
    expect(chunks.join('')).toBe(BODY);
    expect(destroyed).toHaveBeenCalled();
  });

  it('are destroyed after a reading that was given up', async () => {
    const bucket = await bucketOf(source());
    for await (const _chunk of (await bucket.open({ key: 'a', etag: '"e"', size: BODY.length }))!) {
      releaseClients('src-1');
      break;
    }
    while (destroyed.mock.calls.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('of SQS are shared by the queues of a place, and destroyed with the last of them', async () => {
    await queueOf(source({ queueUrl: queueUrl('eu-west-1') }), 1);
    await queueOf(source({ id: 'src-2', queueUrl: queueUrl('eu-west-1', 'other') }), 1);
    await queueOf(source(), 1);
    expect(queuesDestroyed).not.toHaveBeenCalled();
    await queueOf(source({ id: 'src-2', queueUrl: queueUrl('eu-west-3') }), 1);
    expect(queuesDestroyed).toHaveBeenCalledTimes(1);
  });

  it('are bounded: beyond that, the one that was longest unused goes', async () => {
    for (let i = 0; i < 130; i++) {
      await clientOf({ id: `many-${i}`, region: `eu-west-${i % 10}`, access: { externalId: String(i) } });
    }
    expect(destroyed).toHaveBeenCalledTimes(2);
    const newest = await clientOf({ id: 'many-129', region: 'eu-west-9', access: { externalId: '129' } });
    expect(await clientOf({ id: 'many-129', region: 'eu-west-9', access: { externalId: '129' } })).toBe(newest);
    Array.from({ length: 130 }, (_, i) => releaseClients(`many-${i}`));
    expect(destroyed).toHaveBeenCalledTimes(130);
  });
});
