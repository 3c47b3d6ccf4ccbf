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
  | 'DeleteObjects'
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
  /** How a listing is to be given. */
  readonly listing: { readonly delimiter: string; readonly after: string; readonly limit: number };
  /** The only ETag that is meant; '' for any. */
  readonly ifMatch: string;
  /** What a POST says, by name; of SQS's calls as JSON. */
  readonly form: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer that is no success, as AWS sends it. */
export interface FakeError {
  readonly status: number;
  readonly code: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer as it goes over the wire, whatever S3 would say. */
export interface FakeAnswer {
  /** 200 unless told otherwise. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Buffer;
  /** The connection ends behind the body, whatever length was announced. */
  readonly isCut?: boolean;
}

/** A bucket, and what AWS says about it. */
export interface FakeBucket {
  /** Bodies by key. */
  readonly objects?: Readonly<Record<string, Buffer>>;
  /** When an object was written, Unix seconds; an hour ago by AWS's clock unless told otherwise. */
  readonly modified?: (key: string) => number | undefined;
  /** As many entries as a page of a listing has at most. */
  readonly pageSize?: number;
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
  /** The header `Date` of an answer instead of the true one; undefined for none. */
  readonly date?: (request: FakeRequest) => string | undefined;
  /** What is answered instead of the truth; undefined: the truth. */
  readonly lie?: (request: FakeRequest) => FakeAnswer | undefined;
  /** What is refused; undefined: the call succeeds. */
  readonly refuse?: (request: FakeRequest) => FakeError | undefined;
  /** How it differs from AWS's S3. */
  readonly store?: StoreBehaviour;
}

/** What stores that are not AWS do otherwise. */
export interface StoreBehaviour {
  /** What DELETE does with If-Match, where it does not look at it. */
  readonly ifMatch?: 'ignored' | FakeError;
  /** How DELETE of what is not there is answered, with or without a condition: 204 unless told otherwise. */
  readonly absent?: FakeError;
  /** What DeleteObjects does: takes no notice of ETags, or fails. */
  readonly deleteObjects?: 'ignores-etags' | FakeError;
  /** What is answered to DeleteObjects without Content-MD5, or with a wrong one. */
  readonly withoutMd5?: FakeError;
  /** What is answered to AWS's newer checksums. */
  readonly checksums?: FakeError;
  /** Changes its listings. */
  readonly listing?: (xml: string) => string;
}

export const ACCESS_DENIED: FakeError = { status: 403, code: 'AccessDenied' };

/**
 * An S3, STS and SQS of one bucket and its queue that answers as it is told to. Path style; `requests` has all that was asked,
 * `objects` what is there now.
 */
export class FakeS3 {
  readonly requests: FakeRequest[] = [];
  readonly objects = new Map<string, Buffer>();
  private readonly server = createServer((request, response) => this.answer(request, response));

  private constructor(private bucket: FakeBucket) {
    this.become(bucket);
  }

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
    this.objects.clear();
    Object.entries(bucket.objects ?? {}).forEach(([key, body]) => this.objects.set(key, body));
  }

  /** Answers otherwise from now on; its objects stay as they are. */
  behave(how: Omit<FakeBucket, 'objects'>): void {
    this.bucket = how;
  }

  /** How often that was asked. */
  asked(call: FakeCall): number {
    return this.requests.filter((request) => request.call === call).length;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    void text(request).then((body) => {
      const { refuse, lie } = this.bucket;
      const asked = read(request, body);
      this.requests.push(asked);
      this.tellTime(asked, response);
      const lied = lie?.(asked);
      if (lied) {
        answerRaw(response, lied);
        return;
      }
      const error = refuse?.(asked) ?? this.otherwise(asked) ?? this.absence(asked);
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

  private get now(): number {
    return Date.now() + (this.bucket.skew ?? 0) * 1000;
  }

  private tellTime(asked: FakeRequest, response: ServerResponse): void {
    const { date } = this.bucket;
    const time = date ? date(asked) : new Date(this.now).toUTCString();
    response.sendDate = false;
    if (time !== undefined) {
      response.setHeader('Date', time);
    }
  }

  /** What this store refuses, and AWS does not. */
  private otherwise({ call, ifMatch, headers, body }: FakeRequest): FakeError | undefined {
    const { ifMatch: toIfMatch, deleteObjects, withoutMd5, checksums } = this.bucket.store ?? {};
    if (checksums && Object.keys(headers).some((name) => /^x-amz-(checksum|sdk-checksum|trailer)/.test(name))) {
      return checksums;
    }
    if (call === 'DeleteObject' && ifMatch !== '' && typeof toIfMatch === 'object') {
      return toIfMatch;
    }
    if (call !== 'DeleteObjects') {
      return undefined;
    }
    if (withoutMd5 && headers['content-md5'] !== createHash('md5').update(body).digest('base64')) {
      return withoutMd5;
    }
    return typeof deleteObjects === 'object' ? deleteObjects : undefined;
  }

  /** Why there is nothing to give or to delete, or not that version. */
  private absence({ call, key, ifMatch: condition }: FakeRequest): FakeError | undefined {
    const { ifMatch: toIfMatch, absent } = this.bucket.store ?? {};
    const ifMatch = call === 'DeleteObject' && toIfMatch === 'ignored' ? '' : condition;
    if (call === 'DeleteObject' && absent && !this.objects.has(key)) {
      return absent;
    }
    if (call !== 'GetObject' && (call !== 'DeleteObject' || ifMatch === '')) {
      return undefined;
    }
    const body = this.objects.get(key);
    if (!body) {
      return { status: 404, code: 'NoSuchKey' };
    }
    return ifMatch === '' || ifMatch === etagOf(body) ? undefined : { status: 412, code: 'PreconditionFailed' };
  }

  private deleteAll(body: string): string {
    const errors = [...body.matchAll(/<Object>(.*?)<\/Object>/g)].flatMap(([, object]) => {
      const key = unescapeXml(/<Key>(.*?)<\/Key>/.exec(object)![1]);
      const isRead = this.bucket.store?.deleteObjects !== 'ignores-etags';
      const etag = isRead ? unescapeXml(/<ETag>(.*?)<\/ETag>/.exec(object)?.[1] ?? '') : '';
      const error = this.absence({ call: 'DeleteObject', key, ifMatch: etag } as FakeRequest);
      if (error) {
        return `<Error><Key>${escapeXml(key)}</Key><Code>${error.code}</Code></Error>`;
      }
      this.objects.delete(key);
      return [];
    });
    return `<DeleteResult>${errors.join('')}</DeleteResult>`;
  }

  /** Source: ListObjectsV2, S3 API reference. */
  private list({ prefix, listing: { delimiter, after, limit } }: FakeRequest): string {
    const { pageSize = 1000, modified } = this.bucket;
    const entries = new Map<string, string>();
    for (const key of [...this.objects.keys()].filter((name) => name.startsWith(prefix)).sort()) {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const body = this.objects.get(key)!;
      const time = new Date(1000 * (modified?.(key) ?? this.now / 1000 - 3600)).toISOString();
      const name = end < 0 ? key : key.slice(0, end + 1);
      const xml =
        end < 0
          ? `<Contents><Key>${escapeXml(key)}</Key><LastModified>${time}</LastModified><ETag>${escapeXml(etagOf(body))}</ETag><Size>${body.length}</Size></Contents>`
          : `<CommonPrefixes><Prefix>${escapeXml(name)}</Prefix></CommonPrefixes>`;
      entries.set(name, xml);
    }
    const left = [...entries].filter(([name]) => name > after);
    const page = left.slice(0, Math.min(limit, pageSize));
    const token =
      left.length > page.length ? `<NextContinuationToken>${escapeXml(page.at(-1)![0])}</NextContinuationToken>` : '';
    return (
      `<ListBucketResult><IsTruncated>${token !== ''}</IsTruncated><KeyCount>${page.length}</KeyCount>${token}` +
      `${page.map(([, xml]) => xml).join('')}</ListBucketResult>`
    );
  }

  private succeed(asked: FakeRequest, response: ServerResponse): void {
    const { call, key } = asked;
    const { location = 'eu-west-1', versioning, isLocked, notifications = '' } = this.bucket;
    if (isOfQueue(call)) {
      this.answerQueue(call, response);
      return;
    }
    if (call === 'GetObject') {
      const body = this.objects.get(key)!;
      response.writeHead(200, { 'Content-Length': body.length, ETag: etagOf(body) }).end(body);
      return;
    }
    if (call === 'DeleteObject') {
      this.objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    if (call === 'GetObjectLockConfiguration' && !isLocked) {
      const none = { status: 404, code: 'ObjectLockConfigurationNotFoundError' };
      response.writeHead(none.status, { 'Content-Type': 'application/xml' }).end(errorXml(call, none));
      return;
    }
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
      ListObjectsV2: call === 'ListObjectsV2' ? (this.bucket.store?.listing ?? String)(this.list(asked)) : '',
      DeleteObjects: call === 'DeleteObjects' ? this.deleteAll(asked.body) : '',
    };
    response.writeHead(200, { 'Content-Type': 'application/xml' }).end(`<?xml version="1.0"?>${bodies[call]}`);
  }
}

/** What S3 calls an object without parts: its MD5. */
export function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function unescapeXml(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function answerRaw(response: ServerResponse, { status = 200, headers = {}, body = '', isCut }: FakeAnswer): void {
  response.writeHead(status, headers);
  if (isCut) {
    response.write(body, () => response.destroy());
  } else {
    response.end(body);
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
    if (method === 'POST' && searchParams.has('delete')) {
      return 'DeleteObjects';
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
  const listing = {
    delimiter: searchParams.get('delimiter') ?? '',
    after: searchParams.get('continuation-token') ?? '',
    limit: Number(searchParams.get('max-keys') ?? 1000),
  };
  return { call: call(), key, prefix, listing, ifMatch: headers['if-match'] ?? '', form, headers, body };
}

function errorXml(call: FakeCall, { code, message = code }: FakeError): string {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return call === 'GetCallerIdentity' || call === 'AssumeRole'
    ? `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${error}</ErrorResponse>`
    : `<?xml version="1.0"?>${error}`;
}
