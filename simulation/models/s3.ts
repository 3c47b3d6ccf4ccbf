import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';

/** An object as the bucket has it. */
export interface StoredObject {
  readonly body: Buffer;
  readonly etag: string;
  /** When it was written, Unix milliseconds. */
  readonly modified: number;
}

/** An error as the AWS SDK throws it. */
export class S3Failure extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(
    override readonly name: string,
    status: number
  ) {
    super(name);
    this.$metadata = { httpStatusCode: status };
  }
}

/** What S3 was asked. */
export interface S3Request {
  readonly call: 'ListObjectsV2' | 'GetObject' | 'DeleteObject' | 'DeleteObjects';
  readonly key: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly limit: number;
  /** The only version that is meant; '' for any. */
  readonly ifMatch: string;
  /** What is to be deleted, of `DeleteObjects`. */
  readonly objects: ReadonlyArray<{ readonly key: string; readonly etag: string }>;
}

/** What S3 answers: the output of the SDK's command, and its clock. */
export interface S3Answer {
  readonly output: Record<string, unknown>;
  /** Unix milliseconds. */
  readonly date: number;
}

/** As S3 names an object without parts: its MD5. */
export const etagOf = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;

/**
 * One bucket of S3 in memory: listings in key order by pages, versions by If-Match, deletions alone and in batches.
 * `simulation/models.test.ts` holds it to another S3.
 */
export class BucketModel {
  readonly objects = new Map<string, StoredObject>();

  /** `now`: Unix milliseconds. `onDelete`: told of each object that goes. */
  constructor(
    private readonly now: () => number,
    private readonly onDelete: (key: string, object: StoredObject) => void = () => undefined,
    private readonly pageSize = 1000
  ) {}

  put(key: string, body: Buffer): StoredObject {
    const object = { body, etag: etagOf(body), modified: this.now() };
    this.objects.set(key, object);
    return object;
  }

  /** Answers a request, or throws {@link S3Failure}. */
  handle(request: S3Request): S3Answer {
    const { call, key } = request;
    const answer = (output: object, status = 200): S3Answer => ({
      output: { ...output, $metadata: { httpStatusCode: status } },
      date: this.now(),
    });
    switch (call) {
      case 'ListObjectsV2':
        return answer(this.list(request));
      case 'GetObject': {
        const { body, etag } = this.versionOf(key, request.ifMatch);
        return answer({ Body: bodyOf([body]), ETag: etag, ContentLength: body.length });
      }
      case 'DeleteObject':
        if (request.ifMatch !== '') {
          this.versionOf(key, request.ifMatch);
        }
        this.remove(key);
        return answer({}, 204);
      case 'DeleteObjects':
        return answer(this.deleteMany(request));
    }
  }

  private deleteMany({ objects }: S3Request): object {
    const Errors = objects.flatMap(({ key, etag }) => {
      try {
        if (etag !== '') {
          this.versionOf(key, etag);
        }
        this.remove(key);
        return [];
      } catch (error) {
        return [{ Key: key, Code: (error as S3Failure).name, Message: (error as S3Failure).message }];
      }
    });
    return Errors.length > 0 ? { Errors } : {};
  }

  private remove(key: string): void {
    const object = this.objects.get(key);
    if (object) {
      this.objects.delete(key);
      this.onDelete(key, object);
    }
  }

  private versionOf(key: string, ifMatch: string): StoredObject {
    const object = this.objects.get(key);
    if (!object) {
      throw new S3Failure('NoSuchKey', 404);
    }
    if (ifMatch !== '' && ifMatch !== object.etag) {
      throw new S3Failure('PreconditionFailed', 412);
    }
    return object;
  }

  private list({ prefix, delimiter, after, limit }: S3Request): object {
    const entries = new Map<string, StoredObject | undefined>();
    for (const key of [...this.objects.keys()].filter((name) => name.startsWith(prefix)).sort()) {
      const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      entries.set(end < 0 ? key : key.slice(0, end + 1), end < 0 ? this.objects.get(key) : undefined);
    }
    const left = [...entries].filter(([name]) => name > after);
    const page = left.slice(0, Math.min(limit, this.pageSize));
    const isTruncated = left.length > page.length;
    return {
      Contents: page.flatMap(([Key, object]) =>
        object
          ? [
              {
                ...{ Key, ETag: object.etag, Size: object.body.length, StorageClass: 'STANDARD' },
                LastModified: new Date(Math.floor(object.modified / 1000) * 1000),
              },
            ]
          : []
      ),
      CommonPrefixes: page.flatMap(([Prefix, object]) => (object ? [] : [{ Prefix }])),
      KeyCount: page.length,
      IsTruncated: isTruncated,
      ...(isTruncated && { NextContinuationToken: page.at(-1)![0] }),
    };
  }
}

/** A body as the SDK gives it: chunks, and what stops it. */
export function bodyOf(chunks: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncIterable<Buffer> & { destroy(): void } {
  return {
    destroy: () => undefined,
    async *[Symbol.asyncIterator]() {
      yield* chunks;
    },
  };
}

type Middleware = (next: (args: object) => Promise<{ response: object }>) => (args: object) => Promise<unknown>;

/**
 * A client of the SDK as `Bucket` uses one: `ask` answers its calls in the place of the network. Middleware that only looks at an
 * answer's headers is called, so that S3's clock is learnt.
 */
export function s3ClientOn(ask: (request: S3Request, signal?: AbortSignal) => Promise<S3Answer>): S3Client {
  const middleware: Middleware[] = [];
  const send = async (command: object, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
    const { output, date } = await ask(requestOf(command), abortSignal);
    for (const one of middleware) {
      const response = { headers: { date: new Date(date).toUTCString() } };
      await one(() => Promise.resolve({ response }))({});
    }
    return output;
  };
  const client = {
    send,
    config: { isCustomEndpoint: false, forcePathStyle: false },
    middlewareStack: { add: (one: Middleware) => void middleware.push(one) },
    destroy: () => undefined,
  };
  return client as unknown as S3Client;
}

function requestOf(command: object): S3Request {
  const nothing = { key: '', prefix: '', delimiter: '', after: '', limit: 1000, ifMatch: '', objects: [] };
  if (command instanceof ListObjectsV2Command) {
    const {
      Prefix: prefix = '',
      Delimiter: delimiter = '',
      ContinuationToken: after = '',
      MaxKeys: limit = 1000,
    } = command.input;
    return { ...nothing, call: 'ListObjectsV2', prefix, delimiter, after, limit };
  }
  if (command instanceof GetObjectCommand) {
    return { ...nothing, call: 'GetObject', key: command.input.Key!, ifMatch: command.input.IfMatch ?? '' };
  }
  if (command instanceof DeleteObjectCommand) {
    return { ...nothing, call: 'DeleteObject', key: command.input.Key!, ifMatch: command.input.IfMatch ?? '' };
  }
  if (command instanceof DeleteObjectsCommand) {
    const objects = (command.input.Delete?.Objects ?? []).map(({ Key, ETag = '' }) => ({ key: Key!, etag: ETag }));
    return { ...nothing, call: 'DeleteObjects', objects };
  }
  throw new Error(`The model of S3 does not know ${command.constructor.name}.`);
}
