import type { SQSClient } from '@aws-sdk/client-sqs';
import { AwsError } from './errors';
import { Queue } from './queue';

const URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/** A queue whose client gives that answer to every call, and the calls that it got. */
function queueWith(answer: object, { waitSeconds = 20, visibilitySeconds = 90 } = {}) {
  const calls: Array<readonly [name: string, input: object, options?: object]> = [];
  const client = {
    send: ({ constructor: { name }, input }: Command, options?: object) => {
      calls.push(options ? [name, input, options] : [name, input]);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as SQSClient;
  return { queue: new Queue(client, URL, 'eu-west-1', waitSeconds, visibilitySeconds), calls };
}

const message = (name: string) => ({ id: `id-${name}`, receipt: `receipt-${name}`, body: '', sent: 0 });
const MESSAGES = ['a', 'b', 'c'].map(message);
const ENTRIES = ['a', 'b', 'c'].map((name, i) => ({ Id: String(i), ReceiptHandle: `receipt-${name}` }));

describe('receiving', () => {
  it('asks for ten messages, hidden for as long as said, and tells when each was sent', async () => {
    const sent = { MessageId: 'm1', ReceiptHandle: 'r1', Body: 'text', Attributes: { SentTimestamp: '1772539199999' } };
    const { queue, calls } = queueWith({ Messages: [sent, { MessageId: 'm2', ReceiptHandle: 'r2' }] });
    const { signal } = new AbortController();
    expect(await queue.receive(1, signal)).toEqual([
      { id: 'm1', receipt: 'r1', body: 'text', sent: 1_772_539_199 },
      { id: 'm2', receipt: 'r2', body: '', sent: 0 },
    ]);
    const input = {
      QueueUrl: URL,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      VisibilityTimeout: 90,
      MessageSystemAttributeNames: ['SentTimestamp'],
    };
    expect(calls).toEqual([['ReceiveMessageCommand', input, { abortSignal: signal }]]);
  });

  it('waits as long as the queue was made for, and brings nothing when there is nothing', async () => {
    const { queue, calls } = queueWith({});
    expect(await queue.receive()).toEqual([]);
    expect(calls.map(([, input]) => input)).toMatchObject([{ WaitTimeSeconds: 20 }]);
  });
});

describe.each(['delete', 'keep'] as const)('to %s messages', (method) => {
  const [command, entries, action] =
    method === 'delete'
      ? ['DeleteMessageBatchCommand', ENTRIES, 'sqs:DeleteMessage']
      : [
          'ChangeMessageVisibilityBatchCommand',
          ENTRIES.map((entry) => ({ ...entry, VisibilityTimeout: 90 })),
          'sqs:ChangeMessageVisibility',
        ];

  it('is one call for all of them', async () => {
    const { queue, calls } = queueWith({});
    expect(await queue[method](MESSAGES)).toEqual(new Map());
    expect(calls).toEqual([[command, { QueueUrl: URL, Entries: entries }]]);
  });

  it('says of which messages it failed, and why', async () => {
    const failure = { Id: '1', Code: 'ReceiptHandleIsInvalid', Message: 'Not yours.', SenderFault: true };
    const { queue } = queueWith({ Failed: [failure], Successful: [{ Id: '0' }, { Id: '2' }] });
    const failed = await queue[method](MESSAGES);
    expect([...failed.keys()]).toEqual([MESSAGES[1]]);
    const error = failed.get(MESSAGES[1])!;
    expect(error).toBeInstanceOf(AwsError);
    expect(error.code).toBe('ReceiptHandleIsInvalid');
    expect(error.message).toMatch(/^A message of queue flow-logs was visible again .*: wait, since it comes again/);
  });

  it('throws in words when SQS does not do it at all', async () => {
    const { queue } = queueWith(Object.assign(new Error('broken'), { name: 'Odd' }));
    const error: unknown = await queue[method](MESSAGES).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AwsError);
    expect(error).toMatchObject({
      code: 'Odd',
      message: `${action} failed for queue flow-logs (eu-west-1): Odd, broken`,
    });
  });
});

it('says about how many messages wait', async () => {
  const { queue, calls } = queueWith({ Attributes: { ApproximateNumberOfMessages: '42' } });
  expect(await queue.depth()).toBe(42);
  const input = { QueueUrl: URL, AttributeNames: ['ApproximateNumberOfMessages'] };
  expect(calls).toEqual([['GetQueueAttributesCommand', input]]);
  expect(await queueWith({}).queue.depth()).toBe(0);
});
