import type { ObjectRef } from '../../aws/bucket';
import { AwsError } from '../../aws/errors';
import { InfluxError } from '../../store/influx';
import { Batches } from '../../util/batches';
import { TemporaryFilesFailed } from '../../util/diskErrors';
import { FolderCircuitBreaker } from '../folderCircuitBreaker';
import type { Permit } from '../permits';
import type { Scan } from '../scan';
import type { ObjectDependencies } from './dependencies';
import { isBackFromArchive, outcomeIfFoundArchived, outcomeWithoutReading } from './leftUnread';
import type { CollectableObject, ObjectOutcome, Remaining } from './object';
import {
  goneIfReplaced,
  isLeftAlone,
  isStored,
  ledgerEntry,
  noteNotRead,
  settle,
  type KnownObject,
} from './objectLedger';
import { ObjectTrace } from './objectTrace';
import { findPlanByName, readObject } from './readObject';
import { LineSpool } from './spool';
import { planObject, refusedForTemporaryFiles, replanObject, storeObject } from './storeObject';

/*
 * The way of an object, from its place in a bucket into InfluxDB:
 *
 *   admit ─► read ─► plan ─► store ─► delete
 *
 *   admit   it is new, nobody else works on it, and a permit bounds what is in flight
 *   read    its bytes are proven whole, decoded and rolled up; the lines wait in a spool (readObject.ts)
 *   plan    the registry fixes, once, which points it makes (storeObject.ts)
 *   store   InfluxDB acknowledges every point, then the ledger says `stored` (storeObject.ts)
 *   delete  only then it leaves the bucket, in batches with others, unless deletion is on hold
 *
 * `ObjectPipeline` takes the objects of one scan through all stages, `collectObject` a file through read, plan and store.
 */

/** An object that was handed to the pipeline. */
export interface ObjectInFlight {
  /** Never rejects. */
  readonly remaining: Promise<Remaining>;
  /** Whether it was known before that nothing is left to do. */
  readonly isKnown?: boolean;
}

const KNOWN: ObjectInFlight = { remaining: Promise.resolve('nothing'), isKnown: true };
const HELD: ObjectInFlight = { remaining: Promise.resolve('deletion') };
const NOT_BEGUN: ObjectInFlight = { remaining: Promise.resolve('all') };

/** A stored object and the store that has it; what was stored in one that is gone is not deleted. */
type StoredRef = ObjectRef & { readonly storeId?: string };

/** As many as S3 deletes in one request. */
const MAX_DELETIONS = 1000;

/**
 * Collects and deletes objects of one source during one scan, several at a time and each key once at a time, whether a listing
 * or a message announced it. After an abort, or when the store stays away, the objects in flight are finished and no new one is
 * begun.
 */
export class ObjectPipeline {
  /** Objects that were found but not finished, and how old the oldest of them is (Unix seconds of its writing). */
  backlog = 0;
  oldest?: number;
  // Apart, so that objects which cannot be deleted do not keep others from being collected.
  private readonly fetches = new FolderCircuitBreaker(
    (object, error) => this.putOffFetch(object, error),
    (error) => error === this.fatal
  );
  private readonly deletions = new FolderCircuitBreaker((object, error) => this.putOff(object, error));
  private readonly inFlight = new Map<string, ObjectInFlight & { readonly etag: string }>();
  private fatal: unknown;
  private readonly deleting = new Batches<StoredRef, Remaining>((objects) => this.deleteStored(objects), {
    underWay: 1,
    size: MAX_DELETIONS,
    sizeOf: () => 1,
  });

  constructor(private readonly scan: Scan) {}

  /** Whether no new object may be begun. */
  get mustStop(): boolean {
    return this.fatal !== undefined || this.scan.signal?.aborted === true;
  }

  /** The first failure, in words; undefined when there was none. */
  get error(): string | undefined {
    return this.fetches.firstFailure ?? this.deletions.firstFailure;
  }

  /**
   * Begins those of the objects that are new, as there is room; says of each, in their order, what comes of it. Begins none
   * while this machine's clock is wrong, and none that is stored while deletion is on hold. `shouldSkip`: whether what the
   * ledger knows of an object leaves nothing to do.
   */
  async take(objects: readonly ObjectRef[], shouldSkip = isLeftAlone): Promise<ObjectInFlight[]> {
    if (!(await this.isClockRight(objects))) {
      return objects.map(() => NOT_BEGUN);
    }
    const { source, deps, events } = this.scan;
    const { registry, claim, writer, now } = deps;
    // Before the registry is asked: what it knows as stored is in this store, or in a later one.
    const storeId = claim.storeId ?? (await writer.withRetry(() => claim.ensureMayBegin()));
    const keys = objects.map(({ key }) => key);
    const known: Record<string, KnownObject> = await registry.lookUpListed(source.id, keys, now());
    const isDone = (object: ObjectRef) =>
      shouldSkip(known[object.key], object.etag) && !isBackFromArchive(known[object.key], object);
    const hold = await registry.deletionHold();
    const isHeld = ({ key, etag }: ObjectRef) => hold !== undefined && isStored(known[key], etag);
    const found = objects.filter((object) => !isDone(object) && !isHeld(object) && !this.inFlight.has(object.key));
    const toCollect = found.filter(({ key, etag }) => !isStored(known[key], etag));
    events.emit('found', found.length, toCollect);
    const taken: ObjectInFlight[] = [];
    for (const object of objects) {
      const storedIn = isStored(known[object.key], object.etag) ? storeId : undefined;
      taken.push(isDone(object) ? KNOWN : isHeld(object) ? HELD : await this.admit(object, storedIn));
    }
    return taken;
  }

  /** Waits for what is in flight. Throws `InfluxError` when the store stayed away, `AwsError` when the clock is wrong. */
  async end(): Promise<void> {
    await Promise.all([...this.inFlight.values()].map(({ remaining }) => remaining));
    if (this.fatal !== undefined) {
      throw this.fatal as Error;
    }
  }

  /**
   * Whether this machine's clock is right; if not, the scan ends, and {@link end} throws why. `listed`: objects that were
   * found just now.
   */
  async isClockRight(listed: readonly ObjectRef[] = []): Promise<boolean> {
    const { source, bucket, deps, signal } = this.scan;
    try {
      await bucket.checkClock(deps.now, source.prefix, listed, signal);
      return true;
    } catch (error) {
      this.fatal ??= error;
      return false;
    }
  }

  /** Waits until nobody works on the object's key and there is room. `storedIn`: the store that has it, if any. */
  private async admit(object: ObjectRef, storedIn: string | undefined): Promise<ObjectInFlight> {
    const { source, permits, deps, signal } = this.scan;
    const trace = new ObjectTrace(object, source.name, deps.onLogEntry);
    while (!this.mustStop) {
      const permit = this.inFlight.has(object.key)
        ? undefined
        : await trace.time('admit', () => permits.acquire(source, object.size, signal));
      // Another may have begun it while this one waited for room.
      const running = this.inFlight.get(object.key);
      if (!running && permit && !this.mustStop) {
        const begun = { etag: object.etag, remaining: this.run(object, storedIn, permit, trace) };
        this.inFlight.set(object.key, begun);
        return begun;
      }
      permit?.release();
      if (running?.etag === object.etag) {
        return running;
      }
      // Another version of it is done with first.
      await running?.remaining;
    }
    return NOT_BEGUN;
  }

  /** Takes an admitted object through the other stages. Whatever it comes to, its permit is released. */
  private async run(
    object: ObjectRef,
    storedIn: string | undefined,
    permit: Permit,
    trace: ObjectTrace
  ): Promise<Remaining> {
    try {
      const storeId = storedIn ?? this.scan.deps.claim.storeId;
      if (storedIn === undefined) {
        const outcome = await this.collect(object, permit, trace);
        if (outcome?.state !== 'stored' && outcome?.state !== 'duplicate') {
          return outcome !== undefined && outcome.state !== 'refused' ? 'nothing' : 'all';
        }
      } else {
        permit.releaseReadSlot();
        trace.note({ outcome: 'stored' });
      }
      // Only here, after the ledger entry, may an object go.
      const attempted = await this.deletions.attempt(object, () =>
        trace.time('delete', () => this.deleting.add({ ...object, storeId }))
      );
      const remaining = attempted ?? 'all';
      trace.note({ deleted: remaining === 'nothing', ...(remaining === 'deletion' && { held: true }) });
      return remaining;
    } catch (failure) {
      this.fatal ??= failure;
      trace.note({ err: failure });
      await this.noteGivenUp(object, failure);
      return 'all';
    } finally {
      permit.release();
      this.inFlight.delete(object.key);
      trace.end();
    }
  }

  /** Reads, plans and stores an object; undefined when it could not be fetched. */
  private async collect(object: ObjectRef, permit: Permit, trace: ObjectTrace): Promise<ObjectOutcome | undefined> {
    const { source, deps, events } = this.scan;
    const toCollect = { sourceId: source.id, ...object, open: () => this.open(object) };
    const unread = outcomeWithoutReading(object);
    const outcome = await this.fetches.attempt(object, () =>
      unread
        ? settle(toCollect, deps, unread)
        : readPlanStore(toCollect, deps, trace, permit)
            .catch((error) => settle(toCollect, deps, outcomeIfFoundArchived(error)))
            .catch((error) => goneIfReplaced(toCollect, deps, error))
    );
    permit.releaseReadSlot();
    if (!outcome) {
      trace.note({ outcome: 'not-read' });
      return undefined;
    }
    if (outcome.state === 'gone') {
      await noteNotRead(toCollect, deps, 'gone');
    }
    trace.noteOutcome(outcome);
    events.emit('object', object, outcome);
    return outcome;
  }

  /**
   * Deletes objects that are in the store that is filled now, unless deletion is on hold; of each, what remains to be done, or why
   * S3 did not delete it.
   */
  private async deleteStored(objects: readonly StoredRef[]) {
    const { source, bucket, deps } = this.scan;
    const { registry, claim, writer, now } = deps;
    const storeId = await writer.withRetry(() => claim.ensureMayWrite());
    const stored = objects.filter((object) => object.storeId === storeId);
    const storedKeys = stored.map(({ key }) => key);
    // The last question before S3 is asked.
    const mine = await registry.mayDelete(source.id, storedKeys, now());
    if (!mine) {
      return objects.map(() => ({ result: 'deletion' as const }));
    }
    // The others are deleted by another collector.
    const isMine = new Set(mine);
    const inStore = stored.filter(({ key }) => isMine.has(key));
    const failed: ReadonlyMap<string, AwsError> =
      inStore.length > 0 ? await bucket.delete(inStore) : new Map<string, AwsError>();
    const gone = inStore.map(({ key }) => key).filter((key) => !failed.has(key));
    await registry.recordDeleted(source.id, gone, now());
    return objects.map(({ key, storeId: storedIn }) =>
      failed.has(key)
        ? { error: failed.get(key) }
        : { result: storedIn === storeId ? ('nothing' as const) : ('all' as const) }
    );
  }

  /** Opens an object's bytes. The clock is checked with each object again, since every answer of S3 carries the time. */
  private async open(object: ObjectRef): Promise<AsyncIterable<Uint8Array> | undefined> {
    const body = await this.scan.bucket.open(object);
    if (await this.isClockRight()) {
      return body;
    }
    // Leaving the loop ends the download: a generator that was never begun would keep its connection.
    for await (const _chunk of body ?? []) {
      break;
    }
    throw this.fatal as Error;
  }

  /** The object waits for the next scan, since it could not be fetched. */
  private async putOffFetch(object: ObjectRef, error?: AwsError): Promise<void> {
    const { source, deps, events } = this.scan;
    if (error) {
      await noteNotRead({ sourceId: source.id, ...object }, deps, 'not-read', error);
    }
    events.emit('waiting', object);
    this.putOff(object, error);
  }

  /** Notes in the ledger why an object was given up that was begun: it must not look as if nobody had seen it. */
  private async noteGivenUp(object: ObjectRef, failure: unknown): Promise<void> {
    const { source, deps } = this.scan;
    const state = failure instanceof AwsError ? 'not-read' : 'refused';
    const code =
      failure instanceof AwsError ? failure.code : failure instanceof InfluxError ? failure.failure : 'given-up';
    const message = failure instanceof Error ? failure.message : String(failure);
    // Where the registry itself is what failed, nothing can be noted.
    await noteNotRead({ sourceId: source.id, ...object }, deps, state, { code, message }).catch(() => undefined);
  }

  private putOff(object: ObjectRef, error?: AwsError): void {
    this.backlog++;
    this.oldest = Math.min(this.oldest ?? object.modified, object.modified);
    if (error) {
      this.scan.events.emit('failure', object, error);
    }
  }
}

/**
 * Takes a file from bytes to acknowledged points and a ledger entry: the stages read, plan and store. When this returns
 * `stored` or `duplicate` an object may be deleted; in every other case, and when it throws, it may not.
 * Throws `InfluxError` `unavailable` when the store does not answer until the writer gives up, `StoreLost` when this
 * registry may not fill it, and what reading the object throws.
 */
export async function collectObject(object: CollectableObject, deps: ObjectDependencies): Promise<ObjectOutcome> {
  const trace = new ObjectTrace(object, object.sourceId, deps.onLogEntry);
  try {
    const outcome = await readPlanStore(object, deps, trace);
    trace.noteOutcome(outcome);
    return outcome;
  } finally {
    trace.end();
  }
}

/** A plan may change under a proposal only as often as other collectors or administrators are faster. */
const MAX_ATTEMPTS = 10;

/** See {@link collectObject}. `permit`: its read slot is released once the bytes are read and only storing is left. */
async function readPlanStore(
  object: CollectableObject,
  deps: ObjectDependencies,
  trace: ObjectTrace,
  permit?: Permit
): Promise<ObjectOutcome> {
  const { registry, claim, writer, offsets, now } = deps;
  let plan = await findPlanByName(object, registry);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const spool = new LineSpool();
    trace.beginAttempt();
    try {
      const read = await trace.time('read', () => readObject(object, plan, deps, offsets, spool));
      if (read.outcome?.state === 'duplicate') {
        trace.notePlan('duplicate', plan!);
        if (await registry.recordDuplicate(plan!, ledgerEntry(object, read.outcome, plan), now())) {
          return read.outcome;
        }
        // What it was compared with went with its store: it is stored as that one was to be.
        plan = await registry.findPlan(plan!.identity, plan!.sha256);
        continue;
      }
      if (read.outcome) {
        return read.outcome.state === 'gone' ? read.outcome : await settle(object, deps, read.outcome, plan);
      }
      permit?.releaseReadSlot();
      const { identity, sha256 } = read.proposal;
      const { records, parts } = read.summary;
      trace.note({ identity, sha256, records, parts });
      const storeId = await writer.withRetry(() => claim.ensureMayBegin());
      const isReplay = plan !== undefined;
      const planned = await trace.time('plan', () =>
        plan ? replanObject(read, plan, deps) : planObject(read, spool, deps)
      );
      if (planned.outcome) {
        return await settle(object, deps, planned.outcome);
      }
      // Without one it is read again, for other terms.
      plan = planned.plan;
      if (planned.plan && planned.isGranted) {
        const granted = planned.plan;
        trace.notePlan(isReplay ? 'replayed' : 'granted', granted);
        const outcome = await trace.time('store', () =>
          storeObject(object, read, granted, storeId, spool, deps, trace)
        );
        if (outcome) {
          return outcome;
        }
        // The store was made again meanwhile: some of its points may be gone, so all of them are written again, to what is
        // there now.
        await writer.withRetry(() => claim.recreateStore());
        plan = await registry.findPlan(granted.identity, granted.sha256);
      }
      // Somebody else was faster, or it was begun under another name: the next attempt follows that plan.
    } catch (error) {
      if (error instanceof TemporaryFilesFailed) {
        return await settle(object, deps, refusedForTemporaryFiles(error));
      }
      throw error;
    } finally {
      spool.dispose();
    }
  }
  const message = `Its plan or the store changed ${MAX_ATTEMPTS} times in a row. It is tried again with the next listing.`;
  return settle(object, deps, { state: 'refused', reason: 'plan-changed', message });
}
