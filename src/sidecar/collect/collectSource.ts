import type { Bucket, ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import { mayHoldFlowLogs } from '../records/objectName';
import type { Source } from '../registry/sources';
import { collectObject, type ObjectDependencies, type ObjectOutcome } from './collectObject';
import { discover } from './discover';
import type { Permits } from './permits';

/** What a look through a source reports while it goes on. */
export interface SourceEvents {
  /** New work was found in the listing: objects that are neither done nor known to be left alone. */
  onFound?: (objects: number) => void;
  /** An object is done; undefined when it was gone already. `bytes`: compressed size. */
  onObject?: (object: ObjectRef, outcome: ObjectOutcome | undefined) => void;
  /** An object could not be fetched or deleted; it is tried again with the next listing. */
  onFailure?: (object: ObjectRef, error: AwsError) => void;
}

/** What is still in the bucket after a look through it. */
export interface SourceResult {
  /** Objects that were found but not finished, and how old the oldest of them is (Unix seconds of its writing). */
  readonly backlog: number;
  readonly oldest?: number;
  /** Objects left in place on purpose: not collected, quarantined. */
  readonly leftInPlace: number;
  /** Keys that cannot hold flow logs: never touched. */
  readonly foreign: number;
  /** The first failure, in words; undefined when there was none. */
  readonly error?: string;
}

/** A source whose objects fail one after the other has one cause: it is left until the next look. */
const MAX_FAILURES_IN_A_ROW = 20;

/**
 * Looks through a source once: every listed object that is new is collected, several at a time, and deleted once stored.
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
  const inFlight = new Set<Promise<void>>();
  const unfinished = new Map<string, ObjectRef>();
  let leftInPlace = 0;
  let foreign = 0;
  let error: AwsError | undefined;
  let failuresInARow = 0;
  let fatal: unknown;

  const finish = async (object: ObjectRef, isStored: boolean) => {
    try {
      const outcome = isStored
        ? ({ state: 'stored' } as const)
        : await fetchAndCollect(source, bucket, object, deps, signal);
      if (outcome && (outcome.state === 'stored' || outcome.state === 'duplicate')) {
        // Only here, after the ledger entry, may an object go.
        await bucket.delete(object);
        await deps.registry.objectsDeleted(source.id, [object.key], deps.now());
      } else if (outcome) {
        leftInPlace++;
      }
      failuresInARow = 0;
      unfinished.delete(object.key);
      events.onObject?.(object, isStored ? undefined : outcome);
    } catch (failure) {
      if (!(failure instanceof AwsError)) {
        throw failure;
      }
      error ??= failure;
      failuresInARow++;
      events.onFailure?.(object, failure);
    }
  };
  const start = (object: ObjectRef, isStored: boolean, release: () => void) => {
    const work = finish(object, isStored)
      .catch((failure: unknown) => (fatal ??= failure))
      .finally(() => {
        release();
        inFlight.delete(work);
      })
      .then(() => undefined);
    inFlight.add(work);
  };
  const mustStop = () => fatal !== undefined || signal?.aborted || failuresInARow >= MAX_FAILURES_IN_A_ROW;

  try {
    for await (const page of discover(bucket, source.prefix, signal)) {
      const candidates = page.filter(({ key }) => mayHoldFlowLogs(key));
      foreign += page.length - candidates.length;
      const known = await deps.registry.knownObjects(
        source.id,
        candidates.map(({ key }) => key)
      );
      const work = candidates.filter(({ key, etag }) => !isLeftAlone(known[key], etag));
      leftInPlace += candidates.length - work.length;
      work.forEach((object) => unfinished.set(object.key, object));
      events.onFound?.(work.length);
      for (const object of work) {
        const release = await permits.acquire(object.size);
        if (mustStop()) {
          release();
          break;
        }
        const entry = known[object.key];
        start(object, entry?.state === 'stored' && entry.etag === object.etag, release);
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
  const ages = [...unfinished.values()].map(({ modified }) => modified);
  return {
    backlog: unfinished.size,
    oldest: ages.length > 0 ? Math.min(...ages) : undefined,
    leftInPlace,
    foreign,
    error: error?.message,
  };
}

function isLeftAlone(known: { state: string; etag: string } | undefined, etag: string): boolean {
  return (
    known !== undefined && known.etag === etag && (known.state === 'not-collected' || known.state === 'quarantined')
  );
}

async function fetchAndCollect(
  source: Source,
  bucket: Bucket,
  object: ObjectRef,
  deps: ObjectDependencies,
  signal: AbortSignal | undefined
): Promise<ObjectOutcome | undefined> {
  const body = await bucket.get(object, signal);
  if (!body) {
    return undefined;
  }
  await deps.offsets.prepare();
  return collectObject({ sourceId: source.id, key: object.key, etag: object.etag, body }, deps);
}
