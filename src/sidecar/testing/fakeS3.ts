import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One call as AWS names it. */
export type FakeCall =
  | 'AssumeRole'
  | 'GetCallerIdentity'
  | 'GetBucketLocation'
  | 'ListObjectsV2'
  | 'GetObject'
  | 'GetBucketVersioning'
  | 'GetObjectLockConfiguration'
  | 'DeleteObject'
  | 'GetBucketNotificationConfiguration'
  | QueueCall;

const QUEUE_CALLS = [
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'GetQueueAttributes',
] as const;
/** Those of SQS. */
export type QueueCall = (typeof QUEUE_CALLS)[number];

/** What a call is about. */
export interface FakeRequest {
  readonly call: FakeCall;
  readonly key: string;
  readonly prefix: string;
  /** What a POST says, by name; of SQS's calls as JSON. */
  readonly form: URLSearchParams;
  readonly body: string;
}

/** An answer that is no success, as AWS sends it. */
export interface FakeError {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A bucket, and what AWS says about it. */
export interface FakeBucket {
  /** Bodies by key. */
  readonly objects?: Readonly<Record<string, Buffer>>;
  /** '' as S3 answers for us-east-1. */
  readonly location?: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly isLocked?: boolean;
  /** What it notifies of events, as S3's XML. */
  readonly notifications?: string;
  /** The key of KMS that its queue's messages are encrypted with. */
  readonly queueKey?: string;
  /** The body of the first message in its queue. */
  readonly message?: string;
  /** Seconds that AWS's clock differs from ours. */
  readonly skew?: number;
  /** What is refused; undefined: the call succeeds. */
  readonly refuse?: (request: FakeRequest) => FakeError | undefined;
}

export const ACCESS_DENIED: FakeError = { status: 403, code: 'AccessDenied' };

/** An S3, STS and SQS of one bucket and its queue that answers as it is told to. Path style; `requests` has all that was asked. */
export class FakeS3 {
  readonly requests: FakeRequest[] = [];
  private readonly server = createServer((request, response) => this.answer(request, response));

  private constructor(private bucket: FakeBucket) {}

  static async start(bucket: FakeBucket): Promise<FakeS3> {
    const fake = new FakeS3(bucket);
    fake.server.listen(0, '127.0.0.1');
    await once(fake.server, 'listening');
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Is another bucket from now on. */
  become(bucket: FakeBucket): void {
    this.bucket = bucket;
    this.requests.length = 0;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { skew, refuse } = this.bucket;
    if (skew !== undefined) {
      response.setHeader('Date', new Date(Date.now() + skew * 1000).toUTCString());
    }
    void text(request).then((body) => {
      const asked = read(request, body);
      this.requests.push(asked);
      const error = refuse?.(asked) ?? (asked.call === 'GetObject' ? this.missing(asked.key) : undefined);
      if (error) {
        if (isOfQueue(asked.call)) {
          answerJson(response, error.status, { __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
          return;
        }
        response.writeHead(error.status, { 'Content-Type': 'application/xml', ...error.headers });
        response.end(errorXml(asked.call, error));
        return;
      }
      this.succeed(asked, response);
    });
  }

  private answerQueue(call: QueueCall, response: ServerResponse): void {
    const { message, queueKey: KmsMasterKeyId } = this.bucket;
    if (call === 'DeleteMessage' || call === 'ChangeMessageVisibility') {
      const __type = 'com.amazonaws.sqs#ReceiptHandleIsInvalid';
      answerJson(response, 400, { __type, message: 'The input receipt handle is invalid.' });
      return;
    }
    const MD5OfBody = createHash('md5')
      .update(message ?? '')
      .digest('hex');
    const Messages = message === undefined ? [] : [{ MessageId: 'm', ReceiptHandle: 'r', MD5OfBody, Body: message }];
    answerJson(
      response,
      200,
      call === 'ReceiveMessage' ? { Messages } : { Attributes: { KmsMasterKeyId }, Successful: [], Failed: [] }
    );
  }

  private missing(key: string): FakeError | undefined {
    return this.bucket.objects?.[key] ? undefined : { status: 404, code: 'NoSuchKey' };
  }

  private succeed({ call, key, prefix }: FakeRequest, response: ServerResponse): void {
    const { objects = {}, location = 'eu-west-1', versioning, isLocked, notifications = '' } = this.bucket;
    if (isOfQueue(call)) {
      this.answerQueue(call, response);
      return;
    }
    if (call === 'GetObject') {
      response.writeHead(200, { 'Content-Length': objects[key].length, ETag: '"1"' }).end(objects[key]);
      return;
    }
    if (call === 'DeleteObject') {
      response.writeHead(204).end();
      return;
    }
    if (call === 'GetObjectLockConfiguration' && !isLocked) {
      const none = { status: 404, code: 'ObjectLockConfigurationNotFoundError' };
      response.writeHead(none.status, { 'Content-Type': 'application/xml' }).end(errorXml(call, none));
      return;
    }
    const contents = Object.entries(objects)
      .filter(([name]) => name.startsWith(prefix))
      .map(
        ([name, body]) =>
          `<Contents><Key>${name}</Key><LastModified>2026-11-24T00:00:00.000Z</LastModified>` +
          `<ETag>"1"</ETag><Size>${body.length}</Size></Contents>`
      );
    const inAnHour = new Date(Date.now() + 3600_000).toISOString();
    const bodies: Record<Exclude<FakeCall, 'GetObject' | 'DeleteObject' | QueueCall>, string> = {
      AssumeRole:
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>' +
        `<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>${inAnHour}</Expiration>` +
        '</Credentials></AssumeRoleResult></AssumeRoleResponse>',
      GetCallerIdentity:
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        '<Arn>arn:aws:iam::111122223333:user/flowscope</Arn><UserId>AIDA</UserId><Account>111122223333</Account>' +
        '</GetCallerIdentityResult></GetCallerIdentityResponse>',
      GetBucketNotificationConfiguration: `<NotificationConfiguration>${notifications}</NotificationConfiguration>`,
      GetBucketLocation: `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${location}</LocationConstraint>`,
      GetBucketVersioning: `<VersioningConfiguration>${versioning ? `<Status>${versioning}</Status>` : ''}</VersioningConfiguration>`,
      GetObjectLockConfiguration:
        '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>',
      ListObjectsV2: `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    };
    response.writeHead(200, { 'Content-Type': 'application/xml' }).end(`<?xml version="1.0"?>${bodies[call]}`);
  }
}

/** Source: SQS API reference, JSON protocol. */
function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}

function isOfQueue(call: FakeCall): call is QueueCall {
  return QUEUE_CALLS.some((one) => one === call);
}

/** Which call a request is, by its method and query. Source: S3 API reference, request syntax of each call. */
function read({ method, url, headers }: IncomingMessage, body: string): FakeRequest {
  const form = new URLSearchParams(body);
  const { pathname, searchParams } = new URL(url!, 'http://fake');
  const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
  const prefix = searchParams.get('prefix') ?? '';
  const call = (): FakeCall => {
    const [, ofQueue] = String(headers['x-amz-target']).split('AmazonSQS.');
    if (ofQueue) {
      return ofQueue as QueueCall;
    }
    if (method === 'POST') {
      return form.get('Action') === 'AssumeRole' ? 'AssumeRole' : 'GetCallerIdentity';
    }
    if (method === 'DELETE') {
      return 'DeleteObject';
    }
    if (key !== '') {
      return 'GetObject';
    }
    const byQuery = {
      location: 'GetBucketLocation',
      versioning: 'GetBucketVersioning',
      notification: 'GetBucketNotificationConfiguration',
      'object-lock': 'GetObjectLockConfiguration',
    } as const;
    const name = (Object.keys(byQuery) as Array<keyof typeof byQuery>).find((one) => searchParams.has(one));
    return name ? byQuery[name] : 'ListObjectsV2';
  };
  return { call: call(), key, prefix, form, body };
}

function errorXml(call: FakeCall, { code, message = code }: FakeError): string {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return call === 'GetCallerIdentity' || call === 'AssumeRole'
    ? `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`
    : `<?xml version="1.0"?>${error}`;
}
