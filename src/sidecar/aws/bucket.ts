import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { explainAwsError, type AwsError, type CallContext } from './errors';

/** An object as a listing names it. */
export interface ObjectRef {
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** When it was written, Unix seconds. */
  readonly modified: number;
}

/** How to list: with a `delimiter`, what lies deeper shows as folders; `token` goes on after a page. */
export interface ListOptions {
  readonly delimiter?: string;
  readonly token?: string;
}

/** One page of a listing; `next` is the token of the page after it, undefined on the last. */
export interface ListPage {
  readonly objects: readonly ObjectRef[];
  readonly folders: readonly string[];
  readonly next?: string;
}

/** The S3 calls that collecting needs, on one bucket. Every method throws `AwsError` in words. */
export class Bucket {
  constructor(
    private readonly client: S3Client,
    readonly name: string,
    readonly region: string
  ) {}

  /** One page (up to 1,000 entries) of what lies below a prefix, in key order. */
  async list(prefix: string, { delimiter, token }: ListOptions = {}, signal?: AbortSignal): Promise<ListPage> {
    const page = await this.call({ action: 's3:ListBucket' }, () =>
      this.client.send(
        new ListObjectsV2Command({
          Bucket: this.name,
          Prefix: prefix || undefined,
          Delimiter: delimiter,
          ContinuationToken: token,
        }),
        { abortSignal: signal }
      )
    );
    const objects = (page.Contents ?? []).map((object) => ({
      key: object.Key!,
      etag: object.ETag ?? '',
      size: object.Size ?? 0,
      modified: Math.floor((object.LastModified?.getTime() ?? 0) / 1000),
    }));
    const folders = (page.CommonPrefixes ?? []).map((folder) => folder.Prefix!);
    return { objects, folders, next: page.NextContinuationToken };
  }

  /**
   * An object's bytes as they arrive; iterating throws `AwsError` unless they end as many as S3 announced. Undefined when
   * the object is gone. `etag`: only that version; another one counts as gone, and is found again by the next listing.
   */
  async open(
    { key, etag }: Pick<ObjectRef, 'key' | 'etag'>,
    signal?: AbortSignal
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const context = { action: 's3:GetObject', key };
    return this.call(context, async () => {
      try {
        const { Body, ContentLength } = await this.client.send(
          new GetObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag || undefined }),
          { abortSignal: signal }
        );
        return this.read(Body as AsyncIterable<Uint8Array>, ContentLength ?? 0, context);
      } catch (error) {
        if (
          isNamed(error, 'NoSuchKey', 'PreconditionFailed') ||
          (isNamed(error, 'AccessDenied') && (await this.isGone(key)))
        ) {
          return undefined;
        }
        throw error;
      }
    });
  }

  /**
   * Deletes these versions of objects, up to 1,000, in one request; returns the keys that could not be deleted, and why.
   * One that is gone already counts as deleted; one that was overwritten meanwhile stays, and is found again by the next
   * listing.
   */
  async delete(objects: ReadonlyArray<Pick<ObjectRef, 'key' | 'etag'>>): Promise<ReadonlyMap<string, AwsError>> {
    const [first] = objects;
    const errors = await this.call({ action: 's3:DeleteObject', key: first.key }, () =>
      objects.length === 1 ? this.deleteOne(first) : this.deleteMany(objects)
    );
    const failed = errors.filter(({ name }) => !HARMLESS.includes(name));
    return new Map(failed.map(({ key, ...error }) => [key, this.explain(error, { action: 's3:DeleteObject', key })]));
  }

  /**
   * Whether there is no such object. Of one that is gone, S3 says "denied" to those who may list only a prefix. Source:
   * "GetObject", S3 API reference, Permissions.
   */
  private async isGone(key: string): Promise<boolean> {
    const page = await this.list(key).catch(() => undefined);
    return page !== undefined && !page.objects.some((object) => object.key === key);
  }

  private async deleteOne({ key, etag }: Pick<ObjectRef, 'key' | 'etag'>): Promise<DeletionError[]> {
    try {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag || undefined }));
      return [];
    } catch (error) {
      if (isNamed(error, ...HARMLESS)) {
        return [];
      }
      throw error;
    }
  }

  private async deleteMany(objects: ReadonlyArray<Pick<ObjectRef, 'key' | 'etag'>>): Promise<DeletionError[]> {
    const Objects = objects.map(({ key, etag }) => ({ Key: key, ETag: etag || undefined }));
    // Quiet: S3 names only those that it did not delete.
    const { Errors } = await this.client.send(
      new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } })
    );
    return (Errors ?? []).map(({ Key, Code, Message }) => ({ key: Key!, name: Code ?? '', message: Message ?? '' }));
  }

  private async *read(
    body: AsyncIterable<Uint8Array>,
    length: number,
    context: Pick<CallContext, 'action' | 'key'>
  ): AsyncGenerator<Uint8Array> {
    let received = 0;
    try {
      for await (const chunk of body) {
        received += chunk.length;
        yield chunk;
      }
      if (received !== length) {
        throw new Error(`the connection ended after ${received} of ${length} bytes`);
      }
    } catch (error) {
      throw this.explain(error, context);
    }
  }

  private async call<T>(context: Pick<CallContext, 'action' | 'key'>, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.explain(error, context);
    }
  }

  private explain(error: unknown, context: Pick<CallContext, 'action' | 'key'>): AwsError {
    return explainAwsError(error, { ...context, bucket: this.name, region: this.region });
  }
}

/** Why an object was not deleted, as S3 says it. */
interface DeletionError {
  readonly key: string;
  readonly name: string;
  readonly message: string;
}

/** Answers to a deletion of what is gone, or is another version by now. */
const HARMLESS = ['NoSuchKey', 'PreconditionFailed'];

function isNamed(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
