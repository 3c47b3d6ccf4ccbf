import { GetBucketNotificationConfigurationCommand, type QueueConfiguration } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { failedOutcome, isCode, isDenied, notChecked, type Outcome } from './checkFaults';
import type { CheckRun } from './checkRun';
import { accessPointOf } from '../../contract/accessPoint';
import { readNotification } from '../aws/notification';
import { parseQueueUrl, queueArn, type QueuePlace } from '../aws/queueUrl';

type Note = NonNullable<Outcome['notes']>[number];

/** Of no message: what is allowed is refused for it, and what is denied is denied. */
const NO_RECEIPT = 'flowscope-test';

/**
 * Whether a source's queue can be read, and tells of its bucket. A message that is there is received and left: nothing but
 * its receive count changes.
 */
export async function checkQueue(run: CheckRun): Promise<Outcome> {
  const { queueUrl, region } = run.source;
  const { sqs } = run.tools;
  if (queueUrl === undefined) {
    return notChecked('this source lists its bucket');
  }
  let place: QueuePlace;
  try {
    place = parseQueueUrl(queueUrl);
  } catch (error) {
    const fix = { text: 'Enter the URL of the queue as SQS shows it.', field: 'queueUrl' };
    return { state: 'fail', message: (error as Error).message, fix };
  }
  if (sqs === undefined) {
    return notChecked('nobody asks this queue');
  }
  const at = (action: string) => ({ ...run.at(action), region: place.region ?? region, queue: place.name });
  let body: string | undefined;
  let key: string | undefined;
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    'sqs:ReceiveMessage': async () => (body = await lookAtMessage(sqs, queueUrl)),
    'sqs:DeleteMessage': () => sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: NO_RECEIPT })),
    'sqs:ChangeMessageVisibility': () =>
      sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: NO_RECEIPT, VisibilityTimeout: 0 })
      ),
    'sqs:GetQueueAttributes': async () => (key = await lookAtKey(sqs, queueUrl)),
  };
  const denials: string[] = [];
  for (const [action, call] of Object.entries(calls)) {
    try {
      await call();
    } catch (error) {
      if (isCode(error, 'ReceiptHandleIsInvalid', 'InvalidParameterValue')) {
        continue;
      }
      const isOfKey = isCode(error, 'KmsAccessDenied');
      if (!isOfKey && !isDenied(error)) {
        return failedOutcome(error, at(action));
      }
      denials.push(isOfKey ? 'kms:Decrypt (of its messages)' : action);
    }
  }
  if (denials.length > 0) {
    return {
      state: 'fail',
      message: `${denials.join(', ')} denied on ${place.name}`,
      notes: keyNotes(key),
      fix: {
        text: 'Allow it in the policy of these credentials, and in the policy of the queue or key when that is of another account: see Permissions.',
      },
    };
  }
  return judge(run, `sqs:ReceiveMessage allowed on ${place.name}`, [
    ...regionNotes(place.region, region),
    ...keyNotes(key),
    ...messageNotes(body, run.source.bucket),
    ...(await notificationNotes(run, queueUrl)),
  ]);
}

function judge(run: CheckRun, message: string, notes: readonly Note[]): Outcome {
  if (notes.every(({ state }) => state === 'note')) {
    return { state: 'pass', message, notes: [...notes] };
  }
  return {
    state: 'warn',
    message,
    notes: [...notes],
    fix: {
      text: `Let bucket ${run.source.bucket} notify this queue, and it alone, of all object create events (s3:ObjectCreated:*).`,
      field: 'queueUrl',
    },
  };
}

/** One message, which anybody else may receive at once. */
async function lookAtMessage(sqs: SQSClient, queueUrl: string): Promise<string | undefined> {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 0, WaitTimeSeconds: 0 })
  );
  return Messages?.[0]?.Body;
}

/** The KMS key of its messages, as an id, an ARN or an alias; undefined when there is none. */
async function lookAtKey(sqs: SQSClient, queueUrl: string): Promise<string | undefined> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['KmsMasterKeyId'] })
  );
  return Attributes?.KmsMasterKeyId;
}

/**
 * What sending and receiving take besides, which an empty queue does not show. AWS's own key lets everybody in its account
 * who may use the queue, and nobody else: its policy cannot be changed.
 * Source: "Amazon SQS key management", SQS developer guide.
 */
function keyNotes(key: string | undefined): Note[] {
  if (key === undefined) {
    return [];
  }
  if (key.endsWith('alias/aws/sqs')) {
    const message = 'S3 cannot send to a queue encrypted with alias/aws/sqs: use a key of your own, or SSE-SQS';
    return [{ state: 'warn', message }];
  }
  // Policies know keys by their ARNs alone.
  const where = /:key\//.test(key) ? '' : ': enter its key ARN in Permissions';
  return [
    {
      state: 'note',
      message: `Its messages are encrypted with KMS key ${key}: kms:Decrypt is needed on it, too${where}`,
    },
  ];
}

/** Source: "Event notification destinations", Amazon S3 user guide. */
function regionNotes(actual: string | undefined, region: string): Note[] {
  return actual === undefined || actual === region
    ? []
    : [
        {
          state: 'warn',
          message: `Queue is in ${actual}, the bucket in ${region}: S3 itself notifies queues of its own region only`,
        },
      ];
}

function messageNotes(body: string | undefined, bucket: string): Note[] {
  if (body === undefined) {
    return [];
  }
  const notification = readNotification(body);
  if (notification.problem !== undefined) {
    return [{ state: 'warn', message: `A message in it will be left there: ${notification.problem}` }];
  }
  if (accessPointOf(bucket) !== undefined) {
    // Events name the bucket behind it; collecting finds out which that is.
    return [];
  }
  const other = notification.events.find((event) => event.bucket !== bucket);
  return other ? [{ state: 'warn', message: `A message in it will be left there: it is about ${other.bucket}` }] : [];
}

/** Whether the bucket notifies the queue, as far as that may be known: collecting needs no such permission. */
async function notificationNotes(run: CheckRun, queueUrl: string): Promise<Note[]> {
  const { s3, source } = run;
  try {
    const { QueueConfigurations, TopicConfigurations, EventBridgeConfiguration } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: source.bucket })
    );
    const arn = queueArn(queueUrl, source.region);
    if (QueueConfigurations?.some((one) => one.QueueArn === arn && tells(one, source.prefix))) {
      return [];
    }
    return TopicConfigurations?.length || EventBridgeConfiguration
      ? [
          {
            state: 'note',
            message: 'Bucket notifies SNS or EventBridge; whether that reaches this queue is not checked',
          },
        ]
      : [{ state: 'warn', message: 'Bucket does not notify this queue of new objects' }];
  } catch (error) {
    const action = 's3:GetBucketNotification';
    const why = isDenied(error) ? `${action} is not allowed` : failedOutcome(error, run.at(action)).message;
    return [{ state: 'note', message: `Whether the bucket notifies this queue is not known: ${why}` }];
  }
}

/** Whether a notification is of new objects, some of them below the prefix. */
function tells({ Events = [], Filter }: QueueConfiguration, prefix: string): boolean {
  const rules = Filter?.Key?.FilterRules ?? [];
  const only = rules.find(({ Name }) => Name?.toLowerCase() === 'prefix')?.Value ?? '';
  const isCreated = Events.some((event) => event.startsWith('s3:ObjectCreated:'));
  return isCreated && (prefix.startsWith(only) || only.startsWith(prefix));
}
