import { gzipSync } from 'node:zlib';
import type { CheckId } from '../../contract/checks';
import { discover } from '../collect/discover';
import { checkResults, KEYS } from '../testing/checkRuns';
import { ACCESS_DENIED, FakeS3, type FakeCall, type FakeRequest } from '../testing/fakeS3';
import { Bucket } from './bucket';
import { s3Client, sqsClient } from './clients';
import {
  DESCRIBE_ACTIONS,
  REGIONS_ACTION,
  ACCOUNT_ACTIONS,
  NAMING_ACTIONS,
  NEEDED_ACTIONS,
  policiesFor,
  type NeededAction,
  type PolicySubject,
} from './policies';
import type { Statement } from './policyForms';
import { Queue } from './queue';

const KEY = 'prod/AWSLogs/111122223333/x.log.gz';
const KMS_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222';
const QUEUE_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/33333333-4444';
const SUBJECT: PolicySubject = {
  name: 'my source',
  bucket: 'flow-logs',
  prefix: 'prod/',
  region: 'eu-west-1',
  kmsKeyArn: KMS_KEY,
  queueKmsKeyArn: QUEUE_KEY,
  queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/flow-logs',
};
const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:flow-logs';
const REGIONS_LOGS = gzipSync(
  'version interface-id vpc-id srcaddr dstaddr bytes packets start end action flow-direction log-status\n'
);

type Policy = { readonly Version: string; readonly Statement: readonly Statement[] };
const documentOf = (subject: PolicySubject, id: string) => policiesFor(subject).find((document) => document.id === id)!;
const policyOf = (subject: PolicySubject, id = 'source') => JSON.parse(documentOf(subject, id).json) as Policy;

/** What AWS asks for each call. Source: "Actions defined by Amazon S3" and "… SQS", service authorization reference. */
const ACTIONS: Readonly<Record<Exclude<FakeCall, 'GetCallerIdentity' | 'AssumeRole'>, string>> = {
  ListObjectsV2: 's3:ListBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetObjectLockConfiguration: 's3:GetBucketObjectLockConfiguration',
  GetObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
  DeleteObjects: 's3:DeleteObject',
  GetBucketNotificationConfiguration: 's3:GetBucketNotification',
  ReceiveMessage: 'sqs:ReceiveMessage',
  DeleteMessage: 'sqs:DeleteMessage',
  DeleteMessageBatch: 'sqs:DeleteMessage',
  ChangeMessageVisibility: 'sqs:ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
};
/** What Test asks for and does without. */
const UNNEEDED = 's3:GetBucketNotification';

/** Whether a policy allows an action on a resource, as IAM judges: any statement that matches; a condition must hold. */
function allows({ Statement: statements }: Policy, action: string, resource: string, prefix = ''): boolean {
  return statements.some(({ Action, Resource, Condition }) => {
    const prefixes = Condition?.StringLike?.['s3:prefix'] as readonly string[] | undefined;
    return (
      [Action].flat().includes(action) &&
      like(Resource!, resource) &&
      (prefixes === undefined || prefixes.some((pattern) => like(pattern, prefix)))
    );
  });
}

/** IAM's wildcards, and `${*}` for a star that is one. */
function like(pattern: string, text: string): boolean {
  const parts = pattern.match(/\$\{.\}|[^]/g) ?? [];
  const source = parts.map((part) => {
    const literal = /^\$\{(.)\}$/.exec(part)?.[1];
    return literal === undefined && part === '*' ? '.*' : (literal ?? part).replace(/[^\w]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}

let fake: FakeS3;
beforeAll(async () => {
  fake = await FakeS3.start({});
  process.env.AWS_ENDPOINT_URL = fake.url;
});
afterAll(() => {
  delete process.env.AWS_ENDPOINT_URL;
  fake.stop();
});

/** An S3 whose one object is encrypted, as are its queue's messages with another key, and which allows what the policy does. */
function enforce(policy: Policy): void {
  const isRefused = ({ call, key, prefix }: FakeRequest) => {
    if (call === 'GetCallerIdentity' || call === 'AssumeRole') {
      return undefined;
    }
    const bucket = 'arn:aws:s3:::flow-logs';
    const resource = ACTIONS[call].startsWith('sqs:') ? QUEUE : key === '' ? bucket : `${bucket}/${key}`;
    if (!allows(policy, ACTIONS[call], resource, prefix)) {
      return ACCESS_DENIED;
    }
    if (call === 'ReceiveMessage' && !allows(policy, 'kms:Decrypt', QUEUE_KEY)) {
      return { status: 400, code: 'KmsAccessDenied' };
    }
    const isUnreadable = call === 'GetObject' && !allows(policy, 'kms:Decrypt', KMS_KEY);
    return isUnreadable
      ? { ...ACCESS_DENIED, message: `not authorized to perform: kms:Decrypt on resource: ${KMS_KEY} because` }
      : undefined;
  };
  fake.become({ objects: { [KEY]: REGIONS_LOGS }, refuse: isRefused });
}

async function check(policy: Policy): Promise<Partial<Record<CheckId, string>>> {
  enforce(policy);
  const results = await checkResults({ source: { ...SUBJECT, queueUrl: `${fake.url}/111122223333/flow-logs` } });
  return Object.fromEntries(results.map(({ id, state }) => [id, state]));
}

const isKey = (resource = '') => resource.includes(':kms:');
/** Without an action; one that stands there for two keys is taken from one of them. */
const without = (policy: Policy, { action, on }: NeededAction): Policy => ({
  ...policy,
  Statement: policy.Statement.map((statement) => {
    const isOther = isKey(statement.Resource) && statement.Resource !== (on === 'key' ? KMS_KEY : QUEUE_KEY);
    return isOther ? statement : { ...statement, Action: [statement.Action].flat().filter((one) => one !== action) };
  }),
});

describe('the policy of a source', () => {
  it('is sufficient: with it, every check passes', async () => {
    const states = await check(policyOf(SUBJECT));
    expect(Object.entries(states).filter(([, state]) => state !== 'pass')).toEqual([]);
  });

  it('is sufficient for collecting: listing, reading and deleting', async () => {
    enforce(policyOf(SUBJECT));
    const client = s3Client('eu-west-1', { keys: { accessKeyId: 'AKIA', secretAccessKey: 's' } });
    const bucket = new Bucket(client, SUBJECT.bucket, SUBJECT.region);
    for await (const page of discover(bucket, SUBJECT.prefix)) {
      for (const object of page) {
        for await (const chunk of (await bucket.open(object))!) {
          expect(chunk.length).toBeGreaterThan(0);
        }
        await bucket.delete([object]);
      }
    }
    client.destroy();
    expect(fake.objects.size).toBe(0);
  });

  it('is sufficient for reading the queue: receiving, keeping and deleting messages, and their number', async () => {
    enforce(policyOf(SUBJECT));
    const url = `${fake.url}/111122223333/flow-logs`;
    const client = sqsClient(url, 'eu-west-1', KEYS);
    const queue = new Queue(client, url, 'eu-west-1', 0);
    const message = { id: 'm', receipt: 'r', body: '', sent: 0 };
    expect(await queue.receive()).toEqual([]);
    expect(await queue.keep([message])).toEqual(new Map());
    expect(await queue.delete([message])).toEqual(new Map());
    expect(await queue.depth()).toBe(0);
    client.destroy();
  });

  it.each(NEEDED_ACTIONS)(
    'is the least: without $action on the $on, the check "$check" does not pass',
    async (needed) => {
      const policy = policyOf(SUBJECT);
      expect(policy.Statement.flatMap(({ Action }) => Action)).toContain(needed.action);
      const states = await check(without(policy, needed));
      expect(states[needed.check]).toMatch(/^(fail|warn)$/);
    }
  );

  it('has nothing that no call needs, and nothing twice', () => {
    const actions = policyOf(SUBJECT).Statement.flatMap(({ Action }) => Action);
    expect([...actions].sort()).toEqual(NEEDED_ACTIONS.map(({ action }) => action).sort());
    const ofCalls = new Set(Object.values(ACTIONS).filter((action) => action !== UNNEEDED));
    expect(actions.filter((action) => action !== 'kms:Decrypt').sort()).toEqual([...ofCalls].sort());
  });

  it.each([
    ['flow-logs-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias', 'flow-logs'],
    ['logs-s3alias', 'logs'],
  ])('names the access point that stands in the place of its bucket: %s', (bucket, name) => {
    const arn = `arn:aws:s3:eu-west-1:111122223333:accesspoint/${name}`;
    const [source, , ofBucket] = policiesFor({ ...SUBJECT, bucket });
    for (const { json, use } of [source, ofBucket]) {
      const policy = JSON.parse(json) as Policy;
      expect(allows(policy, 's3:ListBucket', arn, SUBJECT.prefix)).toBe(true);
      expect(allows(policy, 's3:DeleteObject', `${arn}/object/${SUBJECT.prefix}x`)).toBe(true);
      expect(json).not.toContain('s3alias');
      expect(use).toMatch(new RegExp(`account of access point ${name} in place of 111122223333.*DataAccessPoint`));
    }
  });

  it('allows nothing outside the prefix, nor to write', () => {
    const policy = policyOf(SUBJECT);
    const bucket = 'arn:aws:s3:::flow-logs';
    expect(allows(policy, 's3:GetObject', `${bucket}/production/x`)).toBe(false);
    expect(allows(policy, 's3:DeleteObject', `${bucket}/x`)).toBe(false);
    expect(allows(policy, 's3:ListBucket', bucket, '')).toBe(false);
    expect(allows(policy, 's3:ListBucket', bucket, 'prod/AWSLogs/')).toBe(true);
    expect(allows(policy, 's3:GetObject', 'arn:aws:s3:::another/prod/x')).toBe(false);
    expect(documentOf(SUBJECT, 'source').json).not.toMatch(/PutObject|"s3:\*"/);
  });

  it('asks for KMS only where there is a key, and for a prefix only where there is one', () => {
    const policy = policyOf({ ...SUBJECT, kmsKeyArn: undefined, queueKmsKeyArn: undefined, prefix: '' });
    expect(JSON.stringify(policy)).not.toMatch(/kms|Condition/);
    expect(allows(policy, 's3:ListBucket', 'arn:aws:s3:::flow-logs', '')).toBe(true);
  });

  it('asks for SQS only where there is a queue, and for that queue only', () => {
    const withoutQueue = JSON.stringify(policyOf({ ...SUBJECT, queueUrl: undefined }));
    expect(withoutQueue).not.toContain('sqs');
    expect(withoutQueue).not.toContain(QUEUE_KEY);
    const ofQueue = policyOf(SUBJECT).Statement.filter(({ Action }) => JSON.stringify(Action).includes('sqs'));
    expect(ofQueue.map(({ Resource }) => Resource)).toEqual([QUEUE]);
  });

  it.each([
    ['https://sqs.us-east-1.amazonaws.com/111122223333/q', 'arn:aws:sqs:us-east-1:111122223333:q'],
    ['https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q', 'arn:aws-cn:sqs:cn-north-1:111122223333:q'],
    ['http://127.0.0.1:5000/123456789012/q.fifo', 'arn:aws:sqs:eu-west-1:123456789012:q.fifo'],
  ])('knows the queue of %s as %s', (queueUrl, arn) => {
    expect(policyOf({ ...SUBJECT, queueUrl, queueKmsKeyArn: undefined }).Statement.at(-1)!.Resource).toBe(arn);
  });

  it('takes stars and dollars in a prefix for themselves', () => {
    const policy = policyOf({ ...SUBJECT, prefix: 'a*$b?/' });
    const bucket = 'arn:aws:s3:::flow-logs';
    expect(allows(policy, 's3:GetObject', `${bucket}/a*$b?/x`)).toBe(true);
    expect(allows(policy, 's3:GetObject', `${bucket}/aXX$bX/x`)).toBe(false);
  });
});

describe('every policy of a source', () => {
  it.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('names the partition of %s in each ARN', (region, partition) => {
    const queueUrl = `https://sqs.${region}.amazonaws.com/111122223333/flow-logs`;
    const subject = { ...SUBJECT, region, queueUrl, kmsKeyArn: undefined, queueKmsKeyArn: undefined };
    for (const bucket of [SUBJECT.bucket, 'logs-s3alias']) {
      const arns = JSON.stringify(policiesFor({ ...subject, bucket })).match(/arn:[a-z-]+/g)!;
      expect(new Set(arns)).toEqual(new Set([`arn:${partition}`]));
    }
  });
});

describe('the other policies', () => {
  const role = { roleArn: 'arn:aws:iam::111122223333:role/reader', externalId: 'ext' };
  const principalArn = 'arn:aws:sts::444455556666:assumed-role/collector/i-0abc';

  it('trust: the collector may take the role on, with the external id; of a session, its role', () => {
    expect(policyOf({ ...SUBJECT, ...role, principalArn }, 'trust').Statement).toEqual([
      {
        ...{ Sid: 'Flowscope', Effect: 'Allow', Action: 'sts:AssumeRole' },
        Principal: { AWS: 'arn:aws:iam::444455556666:role/collector' },
        Condition: { StringEquals: { 'sts:ExternalId': 'ext' } },
      },
    ]);
  });

  it('bucket: the same statements for whoever reads, without key and queue', () => {
    const policy = policyOf({ ...SUBJECT, ...role }, 'bucket');
    expect(policy.Statement.map(({ Principal }) => Principal)).toEqual(Array(3).fill({ AWS: role.roleArn }));
    expect(JSON.stringify(policy)).not.toMatch(/kms|sqs/);
  });

  it('descriptions: the calls of a sync, of any resource', () => {
    const policy = policyOf(SUBJECT, 'descriptions');
    expect(policy.Statement).toMatchObject([
      { Action: [...Object.values(DESCRIBE_ACTIONS), REGIONS_ACTION], Resource: '*' },
      { Action: [...NAMING_ACTIONS, ...ACCOUNT_ACTIONS], Resource: '*' },
    ]);
  });

  it('come as Terraform and as commands, whatever is in a name', () => {
    const documents = policiesFor({ ...SUBJECT, ...role, name: "o'brien ${x} %{y}", prefix: "it's*/" });
    for (const { json, terraform, awsCli } of documents) {
      // What Terraform and the shell make of it is the policy again.
      const hcl = /jsonencode\(([^]*)\)\n}\n$/.exec(terraform)![1];
      expect(hcl).not.toMatch(/[^$]\$\{|[^%]%\{/);
      expect(JSON.parse(hcl.replaceAll('$${', '${').replaceAll('%%{', '%{'))).toEqual(JSON.parse(json));
      const quoted = /-(?:document|policy) ('[^]*')\n$/.exec(awsCli)![1];
      expect(JSON.parse(quoted.replaceAll("'\\''", '\0').replaceAll("'", '').replaceAll('\0', "'"))).toEqual(
        JSON.parse(json)
      );
      expect(terraform).toMatch(/resource "aws_\w+" "[A-Za-z_][\w-]*" \{/);
    }
  });
});
