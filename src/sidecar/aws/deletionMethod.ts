import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import { AnswerFault } from './answers';
import type { SdkError } from './callContext';
import { isOfAws } from './otherStores';

/** How objects are deleted in a store that deletes exactly the version that was read. */
export interface DeletionMethod {
  /** Whether many go in one request. */
  readonly isMany: boolean;
  /** Why they do not, as a part of a sentence. */
  readonly why?: string;
}

/** How S3 answers a deletion. Source: "DeleteObject", S3 API reference, response syntax. */
export const NO_CONTENT = 204;

/** An ETag that nothing has. */
const NO_ETAG = '"00000000000000000000000000000000"';

/** What AWS does. Source: "How to perform conditional deletes", Amazon S3 user guide. */
const AWS_METHOD: DeletionMethod = { isMany: true };

/** Milliseconds for which it is believed that a store deletes whatever is there: it may be replaced by a better one. */
const REFUSAL_HOLDS_MS = 10 * 60_000;

interface Found {
  readonly method: Promise<DeletionMethod>;
  readonly until: number;
}

const found = new WeakMap<S3Client, Found>();

/**
 * How a client's store deletes. Stores that are not AWS are asked once, before anything is deleted, for keys below `folder` that do
 * not exist: see {@link askForMethod}. Throws like it; what was thrown for a moment only is asked for again.
 */
export function deletionMethod(client: S3Client, bucket: string, folder: string): Promise<DeletionMethod> {
  const known = found.get(client);
  return isOfAws(client)
    ? Promise.resolve(AWS_METHOD)
    : known && performance.now() < known.until
      ? known.method
      : askAnew(client, bucket, folder);
}

/** Like {@link deletionMethod}, whatever is known; AWS is asked, too, whether it lets objects be deleted. */
export function askAnew(client: S3Client, bucket: string, folder: string): Promise<DeletionMethod> {
  const method = askForMethod(client, bucket, folder);
  found.set(client, { method, until: Infinity });
  method.catch((error: unknown) => {
    const isVerdict = error instanceof AnswerFault && error.name === 'AnyVersionDeleted';
    found.set(client, { method, until: isVerdict ? performance.now() + REFUSAL_HOLDS_MS : 0 });
  });
  return method;
}

/**
 * Asks a store how it deletes, with keys that do not exist: a store that looks at the condition answers otherwise than one that
 * does not. Throws {@link AnswerFault} `AnyVersionDeleted` when it does not look, refuses the condition, or cannot be told from
 * one that does not look, and the SDK's error when nothing may be deleted at all.
 */
async function askForMethod(client: S3Client, bucket: string, folder: string): Promise<DeletionMethod> {
  const key = `${folder}flowscope-test-${randomUUID()}`;
  const remove = (IfMatch?: string) =>
    answerTo(async () => {
      const { $metadata } = await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, IfMatch }));
      if ($metadata.httpStatusCode !== NO_CONTENT) {
        throw new AnswerFault('NotS3', `HTTP ${$metadata.httpStatusCode} instead of ${NO_CONTENT}`);
      }
    });
  const conditional = await remove(NO_ETAG);
  throwDenial(conditional);
  if (isOfAws(client)) {
    // AWS says 404, or 412 of what is there.
    return AWS_METHOD;
  }
  if (conditional === undefined) {
    throw anyVersion('it takes no notice of If-Match');
  }
  const plain = await remove();
  throwDenial(plain);
  if (plain !== undefined && !isAbsence(plain)) {
    throw plain.error;
  }
  if (!isAbsence(conditional)) {
    throw anyVersion(`it answers If-Match with ${said(conditional)}`);
  }
  if (plain?.status === conditional.status) {
    throw anyVersion(`it answers ${said(conditional)} with If-Match and without it`);
  }
  return askForMany(client, bucket, key);
}

/** Whether one request deletes many, each by its version: of two keys that do not exist it is to miss the one with an ETag. */
async function askForMany(client: S3Client, bucket: string, key: string): Promise<DeletionMethod> {
  const conditional = `${key}-1`;
  const Objects = [{ Key: conditional, ETag: NO_ETAG }, { Key: `${key}-2` }];
  let missed: Array<string | undefined> = [];
  const failed = await answerTo(async () => {
    const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await client.send(command);
    missed = Errors.map(({ Key }) => Key);
  });
  if (failed) {
    return { isMany: false, why: `it answers DeleteObjects with ${said(failed)}` };
  }
  const isMany = missed.length === 1 && missed[0] === conditional;
  return isMany ? { isMany } : { isMany, why: 'its DeleteObjects takes no notice of ETags' };
}

/** A refusal that says something about the store. */
interface Refusal {
  readonly error: SdkError;
  readonly status?: number;
}

/** How the store refuses; undefined when it does not. Throws what says nothing about it: it is out of reach. */
async function answerTo(call: () => Promise<void>): Promise<Refusal | undefined> {
  try {
    await call();
    return undefined;
  } catch (cause) {
    const error = cause as SdkError;
    const status = error.$metadata?.httpStatusCode;
    const isTelling =
      status !== undefined && ((status >= 400 && status < 500 && !TRANSIENT.includes(status)) || status === 501);
    if (!isTelling) {
      throw cause;
    }
    return { error, status };
  }
}

/** A timeout, and too many requests. */
const TRANSIENT = [408, 429];

/** What is denied says nothing of the store. */
function throwDenial(refusal: Refusal | undefined): void {
  if (refusal?.status === 401 || refusal?.status === 403) {
    throw refusal.error;
  }
}

const isAbsence = ({ status, error }: Refusal) => (status === 404 && error.name !== 'NoSuchBucket') || status === 412;

const said = ({ error, status }: Refusal) => `HTTP ${status}${error.name ? ` (${error.name})` : ''}`;

const anyVersion = (what: string) => new AnswerFault('AnyVersionDeleted', what);
