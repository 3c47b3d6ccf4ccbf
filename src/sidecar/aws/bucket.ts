import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type GetObjectCommandOutput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { formatSpan } from '../../reports/units';
import { eachInParallel } from '../util/eachInParallel';
import { formatSecond } from '../util/time';
import { AnswerFault } from './answers';
import { namesBucketInHost, type CallContext, type SdkError } from './callContext';
import { askAnew, deletionMethod, NO_CONTENT, type DeletionMethod } from './deletionMethod';
import { AwsError, explainAwsError, Overwritten } from './errors';
import { ANSWERS_JUDGED, isTooFarOff, MAX_CLOCK_DIFFERENCE, storeClock, type StoreClock } from './storeClock';

/** An object as a listing names it. */
export interface ObjectRef {
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** When it was written, Unix seconds. */
  readonly modified: number;
  /** As S3 names it, such as `STANDARD`; undefined where a store names none, and in a notification. */
  readonly storageClass?: string;
}

/** An object to be read: exactly that version. An empty ETag, or no size, is not compared. */
export type ObjectVersion = Pick<ObjectRef, 'key' | 'etag'> & Partial<Pick<ObjectRef, 'size'>>;

/**
 * How to list. `delimiter`: deeper keys are shown as folders. `token`: continues after a page. `limit`: maximum entries of a
 * page (1,000 if left out).
 */
export interface ListOptions {
  readonly delimiter?: string;
  readonly token?: string;
  readonly limit?: number;
}

/** One page of a listing; `next` is the token of the page after it, undefined on the last. */
export interface ListPage {
  readonly objects: readonly ObjectRef[];
  readonly folders: readonly string[];
  readonly next?: string;
}

/** Code of the {@link AwsError} that says that this machine's clock and S3's differ. */
const CLOCK_DIFFERS = 'ClockDiffers';

/** The S3 calls that collecting needs, on one bucket. Every method throws `AwsError` in words. */
export class Bucket {
  /** S3's clock, learnt from its answers to this client. */
  readonly clock: StoreClock;

  constructor(
    private readonly client: S3Client,
    readonly name: string,
    readonly region: string
  ) {
    this.clock = storeClock(client);
  }

  /** Lists one page (up to 1,000 entries) below a prefix, in key order. Also throws when the answer is not such a page. */
  async list(prefix: string, { delimiter, token, limit }: ListOptions = {}, signal?: AbortSignal): Promise<ListPage> {
    return this.call({ action: 's3:ListBucket' }, async () => {
      const page = await this.client.send(
        new ListObjectsV2Command({
          Bucket: this.name,
          Prefix: prefix || undefined,
          Delimiter: delimiter,
          ContinuationToken: token,
          MaxKeys: limit,
        }),
        { abortSignal: signal }
      );
      return readPage(page, prefix, token);
    });
  }

  /**
   * An object's bytes as they arrive; iterating throws unless there are exactly as many as were listed. Undefined when the
   * object is gone, which a listing confirms. Throws when S3 gives another version than the one listed, and
   * {@link Overwritten} when the object has been overwritten.
   */
  async open(object: ObjectVersion, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined> {
    const { key, etag } = object;
    const context = { action: 's3:GetObject', key };
    return this.call(context, async () => {
      let answer: GetObjectCommandOutput;
      try {
        answer = await this.client.send(
          new GetObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag || undefined }),
          { abortSignal: signal }
        );
      } catch (error) {
        return this.explainAbsence(object, error, context);
      }
      const body = answer.Body as Readable | undefined;
      const difference = differenceFrom(object, answer);
      if (difference !== undefined) {
        body?.destroy();
        throw new AnswerFault('NotAsListed', difference);
      }
      return this.read(body!, object.size ?? answer.ContentLength!, context);
    });
  }

  /**
   * Deletes these versions of objects, up to 1,000, in one request where the store can do that, but for those whose keys XML cannot
   * hold, which take one each; returns the keys that could not be deleted, and why.
   * An object that is gone already counts as deleted; one that was overwritten meanwhile stays, for the next listing to find.
   * Throws, and deletes nothing, when the store does not delete exactly the version that was read.
   */
  async delete(objects: ReadonlyArray<Pick<ObjectRef, 'key' | 'etag'>>): Promise<ReadonlyMap<string, AwsError>> {
    const [first] = objects;
    const { isMany } = await this.call({ action: 's3:DeleteObject' }, () =>
      deletionMethod(this.client, this.name, folderOf(first.key))
    );
    const list = isMany ? objects.filter(({ key }) => !NOT_IN_XML.test(key)) : [];
    const isListed = list.length > 1;
    const stayed = isListed
      ? await this.call({ action: 's3:DeleteObject', key: first.key }, () => this.deleteMany(list))
      : [];
    await this.deleteEach(isListed ? objects.filter(({ key }) => NOT_IN_XML.test(key)) : objects, stayed);
    const etags = new Map(objects.map(({ key, etag }) => [key, etag]));
    const failed = new Map<string, AwsError>();
    for (const { key, error } of stayed) {
      if (!isDoubtful(error) || (await this.isThere(key, etags.get(key)))) {
        failed.set(key, this.explain(asDeletion(error), { action: 's3:DeleteObject', key }));
      }
    }
    return failed;
  }

  /**
   * Makes the calls of {@link delete} for keys below `folder` that do not exist; returns how this store deletes. Throws like
   * {@link delete}.
   */
  tryDeletion(folder: string): Promise<DeletionMethod> {
    return this.call({ action: 's3:DeleteObject' }, () => askAnew(this.client, this.name, folder));
  }

  /**
   * Throws {@link CLOCK_DIFFERS} unless this machine's clock is right, within five minutes: by the median of the last three
   * answers of S3, and by the times at which `listed` objects were written, none of which may be in the future. Makes small
   * listings below `prefix` until there were three answers, since one odd answer must not stop collecting. Where S3 names no
   * time, only the objects count. `now`: Unix seconds.
   */
  async checkClock(
    now: () => number,
    prefix: string,
    listed: readonly ObjectRef[] = [],
    signal?: AbortSignal
  ): Promise<void> {
    const { clock } = this;
    const difference = () => clock.difference(now() * 1000);
    for (let asked = 0; asked < ANSWERS_JUDGED && (!clock.isSure || isTooFarOff(difference())); asked++) {
      const { heard } = clock;
      // An answer that refuses names the time, too.
      await this.list(prefix, { limit: 1 }, signal).catch(() => undefined);
      if (clock.heard === heard) {
        break;
      }
    }
    const off = difference();
    if (isTooFarOff(off)) {
      const how = `${formatSpan(Math.abs(off!))} ${off! > 0 ? 'earlier' : 'later'}`;
      throw this.clockDiffers(
        now(),
        `that of S3 with bucket ${this.name} (${this.region}) says ${formatSecond(now() - off!)} UTC, ${how}`
      );
    }
    const future = listed.find(({ modified }) => modified > now() + MAX_CLOCK_DIFFERENCE);
    if (future) {
      const { key, modified } = future;
      const how = `${formatSpan(modified - now())} later`;
      throw this.clockDiffers(
        now(),
        `${key} in bucket ${this.name} (${this.region}) was written at ${formatSecond(modified)} UTC, ${how}`
      );
    }
  }

  private clockDiffers(now: number, otherwise: string): AwsError {
    return new AwsError(
      CLOCK_DIFFERS,
      `This machine's clock says ${formatSecond(now)} UTC, ${otherwise}. Nothing of this source is ` +
        `read, stored or deleted until they agree within ${formatSpan(MAX_CLOCK_DIFFERENCE)}, since records would count at wrong times or ` +
        "not at all. Set this machine's clock right (NTP), or the store's if that one is wrong; then collecting goes on by itself."
    );
  }

  /**
   * Finds out why nothing could be read: returns undefined when the object is gone, else throws why. For an object that is
   * gone, S3 answers 403 to callers who may list only a prefix. Source: "GetObject", S3 API reference, Permissions.
   */
  private async explainAbsence(
    { key, etag }: ObjectVersion,
    error: unknown,
    context: Pick<CallContext, 'action' | 'key'>
  ): Promise<undefined> {
    const status = absenceOf(error);
    if (status === undefined) {
      throw error;
    }
    const listed = await this.find(key);
    if (listed && !listed.found) {
      return undefined;
    }
    if (status === 403) {
      throw error;
    }
    const current = listed?.found?.etag;
    if (status === 412 && current !== undefined && !isSameVersion(current, etag)) {
      throw new Overwritten(this.explain(new AnswerFault('Overwritten', current, { cause: error }), context), current);
    }
    throw new AnswerFault(status === 404 ? 'ListedNotFound' : 'ListedNotMatching', '', { cause: error });
  }

  /** Looks the key up in a listing; undefined when it cannot be listed, `found` is undefined when the key is not there. */
  private async find(key: string): Promise<{ readonly found?: ObjectRef } | undefined> {
    const page = await this.list(key).catch(() => undefined);
    return page && { found: page.objects.find((object) => object.key === key) };
  }

  /** Whether that version is still there; true also when listing fails. */
  private async isThere(key: string, etag = ''): Promise<boolean> {
    const listed = await this.find(key);
    return listed === undefined || (listed.found !== undefined && isSameVersion(listed.found.etag, etag));
  }

  /** Deletes objects by a request of each, some at a time; adds those that stayed. Asks no more once S3 is out of reach. */
  private async deleteEach(
    objects: ReadonlyArray<Pick<ObjectRef, 'key' | 'etag'>>,
    stayed: DeletionError[]
  ): Promise<void> {
    let away: SdkError | undefined;
    await eachInParallel(objects, DELETIONS_AT_ONCE, new AbortController().signal, async (object) => {
      const error = away ?? (await this.deleteOne(object));
      if (error) {
        stayed.push({ key: object.key, error });
        away ??= isOutOfReach(error) ? error : undefined;
      }
    });
  }

  /** Deletes an object; returns why it was not. */
  private async deleteOne({ key, etag }: Pick<ObjectRef, 'key' | 'etag'>): Promise<SdkError | undefined> {
    try {
      const { $metadata } = await this.client.send(
        new DeleteObjectCommand({ Bucket: this.name, Key: key, IfMatch: etag || undefined })
      );
      const { httpStatusCode: status } = $metadata;
      return status === NO_CONTENT ? undefined : { name: 'NotS3', message: `HTTP ${status} instead of ${NO_CONTENT}` };
    } catch (error) {
      const { message } = error as Error;
      const status = absenceOf(error);
      const name = status === 404 ? 'NoSuchKey' : status === 412 ? 'PreconditionFailed' : undefined;
      return name === undefined ? (error as SdkError) : { name, message };
    }
  }

  private async deleteMany(objects: ReadonlyArray<Pick<ObjectRef, 'key' | 'etag'>>): Promise<DeletionError[]> {
    const Objects = objects.map(({ key, etag }) => ({ Key: key, ETag: etag || undefined }));
    // Quiet: the answer has only the objects that were not deleted.
    const { Errors = [] } = await this.client.send(
      new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } })
    );
    const asked = new Set(objects.map(({ key }) => key));
    const stray = Errors.find(({ Key }) => Key === undefined || !asked.has(Key));
    if (stray) {
      // Which objects were deleted cannot be known then.
      throw new AnswerFault('NotS3', `an error (${stray.Code}) of an object that was not to be deleted`);
    }
    return Errors.map(({ Key, Code, Message }) => ({ key: Key!, error: { name: Code ?? '', message: Message ?? '' } }));
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
        if (received > length) {
          throw new AnswerFault('NotAsListed', `more than its ${length} bytes came`);
        }
        yield chunk;
      }
      if (received !== length) {
        throw new AnswerFault('NotAsListed', `the connection ended after ${received} of ${length} bytes`);
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
    const hasBucketInHost = namesBucketInHost(this.client);
    return explainAwsError(error, { ...context, bucket: this.name, region: this.region, hasBucketInHost });
  }
}

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);

/** Why an object was not deleted, as S3 says it. */
interface DeletionError {
  readonly key: string;
  readonly error: SdkError;
}

/** Deletions of one object that are under way at most. */
const DELETIONS_AT_ONCE = 8;

/**
 * Characters that a key may have and XML 1.0 may not. S3 takes a list of keys as XML and refuses all of it. Source:
 * "XML-related object key constraints", Amazon S3 user guide.
 */
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Answers to a deletion that leave open whether the object is still there; a listing decides. */
const DOUBTFUL = ['NoSuchKey', 'PreconditionFailed', 'NotS3'];

const isDoubtful = ({ name = '' }: SdkError) => DOUBTFUL.includes(name);

/** The error to report for a deletion: doubtful ones were confirmed by a listing. */
function asDeletion(error: SdkError): SdkError {
  return isDoubtful(error) ? new AnswerFault('NotDeleted', `${error.name}, ${error.message}`) : error;
}

/** Whether the next request would fail, too, after as long a wait. */
function isOutOfReach(error: SdkError): boolean {
  const status = error.$metadata?.httpStatusCode;
  return !isDoubtful(error) && (status === undefined || status >= 500);
}

/** The status that says that the object, or that version of it, is not there; stores other than AWS may give no error code. */
function absenceOf(error: unknown): 403 | 404 | 412 | undefined {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (name === 'NoSuchBucket') {
    return undefined;
  }
  if (name === 'AccessDenied') {
    return 403;
  }
  return status === 404 || status === 412 ? status : undefined;
}

/** `"abc"`, `abc` and `W/"abc"` name the same version. */
function isSameVersion(a: string, b: string): boolean {
  const bare = (etag: string) => etag.replace(/^W\//, '').replaceAll('"', '');
  return bare(a) === bare(b);
}

/** How the headers of an answer differ from the object that was listed; undefined when they do not. */
function differenceFrom(
  { etag, size }: ObjectVersion,
  { $metadata, ETag, ContentLength, ContentRange }: GetObjectCommandOutput
): string | undefined {
  const { httpStatusCode: status } = $metadata;
  if (status !== 200 || ContentRange !== undefined) {
    return `it answers with a part of it (HTTP ${status}, ${ContentRange ?? 'no range'})`;
  }
  if (etag !== '' && ETag === undefined) {
    return 'it does not say which version it gives (no ETag)';
  }
  if (etag !== '' && !isSameVersion(ETag!, etag)) {
    return `it gives ETag ${ETag} instead of ${etag}`;
  }
  if (ContentLength === undefined) {
    return size === undefined ? 'it does not say how many bytes it gives' : undefined;
  }
  return size === undefined || ContentLength === size
    ? undefined
    : `it gives ${ContentLength} bytes instead of ${size}`;
}

/** Reads a page out of an answer. Throws {@link AnswerFault} when the answer is incomplete or contradicts itself. */
function readPage(page: ListObjectsV2CommandOutput, prefix: string, token: string | undefined): ListPage {
  const { Contents = [], CommonPrefixes = [], EncodingType, IsTruncated, KeyCount, NextContinuationToken } = page;
  const wrong = (what: string) => new AnswerFault('NotS3', `a listing ${what}`);
  if (Contents.length + CommonPrefixes.length === 0 && IsTruncated === undefined && KeyCount === undefined) {
    throw wrong('that says neither what lies there nor that nothing does');
  }
  const name = (given: string | undefined) => (EncodingType === 'url' && given ? decoded(given) : given);
  const objects = Contents.map(({ Key: key, ETag, Size, LastModified, StorageClass: storageClass }): ObjectRef => {
    const Key = name(key);
    const fields = { Key, ETag, Size, LastModified };
    const missing = Object.entries(fields).filter(([, value]) => value === undefined || value === '');
    if (missing.length > 0) {
      throw wrong(`with an object without ${missing.map(([name]) => name).join(', ')}${Key ? `: ${Key}` : ''}`);
    }
    const modified = Math.floor(LastModified!.getTime() / 1000);
    return { key: Key!, etag: quoted(ETag!), size: Size!, modified, ...(storageClass && { storageClass }) };
  });
  const folders = CommonPrefixes.map(({ Prefix }) => name(Prefix) ?? '');
  const stray = [...objects.map(({ key }) => key), ...folders].find((name) => !name.startsWith(prefix) || name === '');
  if (stray !== undefined) {
    throw wrong(`of what was not asked for: ${stray || 'a folder without a name'} does not begin with "${prefix}"`);
  }
  if (IsTruncated && !NextContinuationToken) {
    throw wrong(
      'that goes on, and does not say where (no NextContinuationToken, as of a store that knows ListObjects and not ListObjectsV2)'
    );
  }
  const next = IsTruncated === false ? undefined : NextContinuationToken;
  if (next !== undefined && next === token) {
    throw wrong('that goes on where it is already (the same NextContinuationToken again)');
  }
  return { objects, folders, next };
}

/** As `If-Match` takes an ETag: some stores list it without its quotes. */
const quoted = (etag: string) => (etag.endsWith('"') ? etag : `"${etag}"`);

/** A name that a store has encoded as in forms, which it was not asked for. Throws {@link AnswerFault}. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    throw new AnswerFault('NotS3', `a listing with a name that is not encoded as it says: ${name}`);
  }
}
