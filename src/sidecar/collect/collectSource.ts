import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { mayHoldFlowLogs } from '../records/objectName';
import type { Source } from '../registry/sources';
import { Batches } from '../store/batches';
import { collectObject, type ObjectDependencies, type ObjectOutcome } from './collectObject';
import { discover } from './discover';
import { Failures } from './failures';
import type { Permit, Permits } from './permits';

/** What a look through a source reports while it goes on. */
export interface SourceEvents {
  /** New work was found in the listing: objects that are neither done nor known to be left alone. */
  onFound?: (objects: number) => void;
  /** The same, without those that only wait for their deletion. */
  onWork?: (objects: readonly ObjectRef[]) => void;
  /** An object is done. */
  onObject?: (object: ObjectRef, outcome: ObjectOutcome) => void;
  /** An object waits for the next look: it, or others of its folder, could not be fetched. */
  onWaiting?: (object: ObjectRef) => void;
  /** An object could not be fetched or deleted; it is tried again with the next listing. */
  onFailure?: (object: ObjectRef, error: AwsError) => void;
}

/** What is still in the bucket after a look through it. */
export interface SourceResult {
  /** Objects that were found but not finished, and how old the oldest of them is (Unix seconds of its writing). */
  readonly backlog: number;
  readonly oldest?: number;
  /** The first failure, in words; undefined when there was none. */
  readonly error?: string;
}

/**
 * Looks through a source once: every listed object that is new is collected, several at a time, and deleted once stored.
 * After an abort the objects in flight are finished and no new one is begun.
 * Throws `AwsError` when the bucket cannot be listed, `InfluxError` when the store stays away.
 */
export async function collectSource(
  source: Source,
  bucket: Bucket,
  permits: Permits,
  deps: ObjectDependencies,
  events: SourceEvents = {},
  signal?: AbortSignal
): Promise<SourceResult> {
  const { registry, now } = deps;
  const inFlight = new Set<Promise<void>>();
  // Apart, so that objects which cannot be deleted do not keep others from being collected.
  const fetches = new Failures();
  const deletions = new Failures();
  const deleting = new Batches<ObjectRef, void>(
    async (objects) => {
      const failed = await bucket.delete(objects);
      const gone = objects.map(({ key }) => key).filter((key) => !failed.has(key));
      await registry.objectsDeleted(source.id, gone, now());
      return objects.map(({ key }) => (failed.has(key) ? { error: failed.get(key) } : { result: undefined }));
    },
    { underWay: 1, size: MAX_DELETIONS, sizeOf: () => 1 }
  );
  const started = now();
  let backlog = 0;
  let oldest: number | undefined;
  let fatal: unknown;

  const wait = (object: ObjectRef, failures: Failures) => {
    backlog++;
    oldest = Math.min(oldest ?? object.modified, object.modified);
    if (failures === fetches) {
      events.onWaiting?.(object);
    }
  };
  const attempt = async <T>(object: ObjectRef, failures: Failures, work: () => Promise<T>): Promise<T | undefined> => {
    if (failures.hasGivenUp(object.key)) {
      wait(object, failures);
      return undefined;
    }
    try {
      const result = await work();
      failures.succeeded(object.key);
      return result;
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      failures.failed(object.key, error);
      wait(object, failures);
      events.onFailure?.(object, error);
      return undefined;
    }
  };
  const finish = async (object: ObjectRef, isStored: boolean, onRead: () => void) => {
    const open = () => bucket.open(object);
    const outcome = isStored
      ? STORED
      : await attempt(object, fetches, () => collectObject({ sourceId: source.id, ...object, open, onRead }, deps));
    onRead();
    if (!outcome) {
      return;
    }
    if (!isStored) {
      events.onObject?.(object, outcome);
    }
    if (outcome.state === 'stored' || outcome.state === 'duplicate') {
      // Only here, after the ledger entry, may an object go.
      await attempt(object, deletions, () => deleting.add(object).then(() => true));
    }
  };
  const begin = (object: ObjectRef, isStored: boolean, permit: Permit) => {
    const work = finish(object, isStored, permit.read)
      .catch((failure: unknown) => {
        fatal ??= failure;
      })
      .finally(() => {
        permit.release();
        inFlight.delete(work);
      });
    inFlight.add(work);
  };
  const mustStop = () => fatal !== undefined || signal?.aborted === true;

  try {
    for await (const page of discover(bucket, source.prefix, signal)) {
      const candidates = page.filter(({ key }) => mayHoldFlowLogs(key));
      const keys = candidates.map(({ key }) => key);
      const known = await registry.knownObjects(source.id, keys, now());
      const work = candidates.filter(({ key, etag }) => !isLeftAlone(known[key], etag));
      events.onFound?.(work.length);
      events.onWork?.(work.filter((object) => !isStored(known[object.key], object.etag)));
      for (const object of work) {
        const permit = await permits.acquire(object.size);
        if (mustStop()) {
          permit.release();
          break;
        }
        begin(object, isStored(known[object.key], object.etag), permit);
      }
      if (mustStop()) {
        break;
      }
    }
  } finally {
    await Promise.all(inFlight);
  }
  if (fatal !== undefined) {
    throw fatal as Error;
  }
  if (!mustStop()) {
    await registry.sourceListed(source.id, started, now());
  }
  return { backlog, oldest, error: fetches.first ?? deletions.first };
}

/** As many as S3 deletes in one request. */
const MAX_DELETIONS = 1000;
const STORED = { state: 'stored' } as const;

type Known = { readonly state: string; readonly etag: string } | undefined;

function isStored(known: Known, etag: string): boolean {
  return known?.etag === etag && known.state === 'stored';
}

function isLeftAlone(known: Known, etag: string): boolean {
  return known?.etag === etag && (known.state === 'not-collected' || known.state === 'quarantined');
}
