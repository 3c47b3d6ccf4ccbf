import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../testing/until';
import { accountClients, s3Client, sqsClient, stsClient } from './clients';
import type { SignIn } from '../util/signIn';

const REGION = 'eu-west-1';
const KEYS: SignIn = { keys: { accessKeyId: 'AKIA', secretAccessKey: 's' } };
const ROLE: SignIn = { ...KEYS, role: { roleArn: 'arn:aws:iam::111122223333:role/reader' } };

/** Takes every request and answers none. */
const silent = createServer(() => undefined);
let url: string;
beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  process.env.AWS_ENDPOINT_URL = url;
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL;
  silent.closeAllConnections();
  silent.close();
});
/** How a call has ended. */
let outcome: unknown;
beforeEach(() => (outcome = undefined));
afterEach(() => {
  // Ends the loop of a call that was never given up.
  outcome ??= 'waiting';
  jest.useRealTimers();
});

const queueUrl = () => `${url}/111122223333/events`;

it.each<[string, () => Promise<unknown>]>([
  ['S3', () => s3Client(REGION, KEYS).send(new ListObjectsV2Command({ Bucket: 'b' }))],
  ['SQS', () => sqsClient(queueUrl(), REGION, KEYS).send(new ReceiveMessageCommand({ QueueUrl: queueUrl() }))],
  ['EC2', () => accountClients(REGION, KEYS).ec2(REGION).send(new DescribeVpcsCommand({}))],
  ['EC2, in a role', () => accountClients(REGION, ROLE).ec2(REGION).send(new DescribeVpcsCommand({}))],
  ['STS', () => stsClient(REGION, KEYS).send(new GetCallerIdentityCommand({}))],
])('an AWS that never answers is given up: %s', async (_service, call) => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance'] });
  void call().then(
    () => (outcome = 'answered'),
    (error: Error) => (outcome = error.name)
  );
  // Three attempts of a minute each, and pauses between them.
  while (outcome === undefined) {
    await jest.advanceTimersByTimeAsync(1000);
    // Sockets and modules that are loaded on demand take real time, however much passes on the clock of the timers.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(outcome).toBe('TimeoutError');
});

it('many queues that share a client wait for messages at the same time', async () => {
  const client = sqsClient(queueUrl(), REGION, KEYS);
  const connections = () => new Promise<number>((resolve) => silent.getConnections((_error, count) => resolve(count)));
  const stop = new AbortController();
  const before = await connections();
  const receives = Array.from({ length: 120 }, () =>
    client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl() }), { abortSignal: stop.signal })
  );
  const ended = Promise.allSettled(receives);
  // By the SDK's default, all but 50 would wait until the receives before them end, after up to 20 s each.
  await until(async () => (await connections()) >= before + receives.length);
  stop.abort();
  outcome = (await ended).map(({ status }) => status);
});

it.each([
  [true, 'requester'],
  [false, undefined],
])(
  'a client of S3 offers to pay with each request where the source says so, and signs that: %s',
  async (pays, offer) => {
    const client = s3Client(REGION, KEYS, { requesterPays: pays });
    const { promise: asked, resolve } = Promise.withResolvers<IncomingMessage>();
    // Requests of calls that were given up before may still arrive.
    const take = (request: IncomingMessage) => request.url!.includes('list-type') && resolve(request);
    silent.on('request', take);
    const given = new AbortController();
    const call = client
      .send(new ListObjectsV2Command({ Bucket: 'b' }), { abortSignal: given.signal })
      .catch(() => undefined);
    const { headers } = await asked;
    silent.off('request', take);
    given.abort();
    await call;
    client.destroy();
    expect(headers['x-amz-request-payer']).toBe(offer);
    expect(headers.authorization!.includes('x-amz-request-payer')).toBe(pays);
  }
);

it('of EC2 looks for no secrets in answers, for a log that nobody reads', () => {
  const middleware = (client: EC2Client) => client.middlewareStack.identify().join('\n');
  expect(middleware(new EC2Client({ region: REGION }))).toContain('loggerMiddleware');
  expect(middleware(accountClients(REGION, KEYS).ec2(REGION))).not.toContain('loggerMiddleware');
});
