import { Overwritten, type Bucket, type ObjectRef } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { LedgerState } from '../registry/ledger';
import type { Source } from '../registry/sources';
import { Batches } from '../util/batches';
import { collectObject, type ObjectDependencies } from './object/collectObject';
import { Failures } from './folderCircuitBreaker';
import type { ObjectOutcome } from './object/object';
import type { Permit, Permits } from './permits';

/** What a look through a source reports while it goes on. */
export interface SourceEvents {
  /** New work was found: objects that are neither done nor known to be left alone. */
  onFound?: (objects: number) => void;
  /** The same, without those that only wait for their deletion. */
  onWork?: (objects: readonly ObjectRef[]) => void;
  /** An object is done. */
  onObject?: (object: ObjectRef, outcome: ObjectOutcome) => void;
  /** An object waits for the next look: it, or others of its folder, could not be fetched. */
  onWaiting?: (object: ObjectRef) => void;
  /** An object could not be fetched or deleted; it is tried again with the next listing. */
  onFailure?: (object: ObjectRef, error: AwsError) => void;
  /** What the source's queue brought, besides objects. */
  onQueue?: (news: QueueNews) => void;
}

/** Counts of what a queue brought since the last such news. */
export interface QueueNews {
  /** Events of objects that are none of the source's. */
  readonly ignored?: number;
  /** Messages left in the queue: they cannot be understood, or are of another bucket. */
  readonly unread?: number;
  /** Failed calls to SQS. */
  readonly errors?: number;
  /** About how many messages wait: not since the last news, but now. */
  readonly waiting?: number;
}

/** What an object that was handed over comes to. */
export interface Handled {
  /** Whether nothing is left to do about it: it is deleted, or left in place for good. Never rejects. */
  readonly isFinal: Promise<boolean>;
  /** Whether that was known before, so that nothing is done. */
  readonly isKnown?: boolean;
}

const KNOWN: Handled = { isFinal: Promise.resolve(true), isKnown: true };
const isFinal = (answer: boolean): Handled => ({ isFinal: Promise.resolve(answer) });

/** A stored object and the store that has it; what was stored in one that is gone is not deleted. */
type StoredRef = ObjectRef & { readonly storeId?: string };

type Known = { readonly state: LedgerState; readonly etag: string } | undefined;

/**
 * Collects and deletes objects of one source during one look, several at a time, and each key once at a time, whoever has
 * found it. After an abort, or when the store stays away, the objects in flight are finished and no new one is begun.
 */
export class SourceWork {
  /** Objects that were found but not finished, and how old the oldest of them is (Unix seconds of its writing). */
  backlog = 0;
  oldest?: number;
  // Apart, so that objects which cannot be deleted do not keep others from being collected.
  private readonly fetches = new Failures();
  private readonly deletions = new Failures();
  private readonly inFlight = new Map<string, { readonly etag: string; readonly isFinal: Promise<boolean> }>();
  private fatal: unknown;

  private readonly deleting = new Batches<StoredRef, boolean>(
    async (objects) => {
      const { registry, claim, writer, now } = this.deps;
      const storeId = await writer.patiently(() => claim.mayWrite());
      const inStore = objects.filter((object) => object.storeId === storeId);
      const failed: ReadonlyMap<string, AwsError> =
        inStore.length > 0 ? await this.bucket.delete(inStore) : new Map<string, AwsError>();
      const gone = inStore.map(({ key }) => key).filter((key) => !failed.has(key));
      await registry.objectsDeleted(this.source.id, gone, now());
      return objects.map(({ key, storeId: storedIn }) =>
        failed.has(key) ? { error: failed.get(key) } : { result: storedIn === storeId }
      );
    },
    { underWay: 1, size: MAX_DELETIONS, sizeOf: () => 1 }
  );

  constructor(
    private readonly source: Source,
    private readonly bucket: Bucket,
    private readonly permits: Permits,
    private readonly deps: ObjectDependencies,
    private readonly events: SourceEvents,
    private readonly signal?: AbortSignal
  ) {}

  /** Whether no new object may be begun. */
  get mustStop(): boolean {
    return this.fatal !== undefined || this.signal?.aborted === true;
  }

  /** The first failure, in words; undefined when there was none. */
  get error(): string | undefined {
    return this.fetches.first ?? this.deletions.first;
  }

  /**
   * Whether this machine's clock is right; if not, the look ends, and {@link end} throws why. `listed`: objects that were
   * found just now.
   */
  async isClockRight(listed: readonly ObjectRef[] = []): Promise<boolean> {
    try {
      await this.bucket.checkClock(this.deps.now, this.source.prefix, listed, this.signal);
      return true;
    } catch (error) {
      this.fatal ??= error;
      return false;
    }
  }

  /**
   * Begins those of the objects that are new, as there is room; says of each, in their order, what comes of it. Begins none
   * while the clock is wrong.
   */
  async take(objects: readonly ObjectRef[], isOver = isLeftAlone): Promise<Handled[]> {
    if (!(await this.isClockRight(objects))) {
      return objects.map(() => isFinal(false));
    }
    const { registry, claim, writer, now } = this.deps;
    // Before the registry is asked: what it knows as stored is in this store, or in a later one.
    const storeId = claim.storeId ?? (await writer.patiently(() => claim.mayBegin()));
    const keys = objects.map(({ key }) => key);
    const known: Record<string, Known> = await registry.knownObjects(this.source.id, keys, now());
    const isDone = ({ key, etag }: ObjectRef) => isOver(known[key], etag);
    const work = objects.filter((object) => !isDone(object) && !this.inFlight.has(object.key));
    this.events.onFound?.(work.length);
    this.events.onWork?.(work.filter(({ key, etag }) => !isStored(known[key], etag)));
    const handled: Handled[] = [];
    for (const object of objects) {
      const storedIn = isStored(known[object.key], object.etag) ? storeId : undefined;
      handled.push(isDone(object) ? KNOWN : await this.begin(object, storedIn));
    }
    return handled;
  }

  /** Waits for what is in flight. Throws `InfluxError` when the store stayed away, `AwsError` when the clock is wrong. */
  async end(): Promise<void> {
    await Promise.all([...this.inFlight.values()].map((one) => one.isFinal));
    if (this.fatal !== undefined) {
      throw this.fatal as Error;
    }
  }

  /** `storedIn`: the store that has it, when only its deletion is left. */
  private async begin(object: ObjectRef, storedIn: string | undefined): Promise<Handled> {
    const { source, permits, signal } = this;
    while (!this.mustStop) {
      const permit = this.inFlight.has(object.key) ? undefined : await permits.acquire(source, object.size, signal);
      // Another may have begun it while this one waited for room.
      const running = this.inFlight.get(object.key);
      if (!running && permit && !this.mustStop) {
        const begun = { etag: object.etag, isFinal: this.run(object, storedIn, permit) };
        this.inFlight.set(object.key, begun);
        return begun;
      }
      permit?.release();
      if (running?.etag === object.etag) {
        return running;
      }
      // Another version of it is done with first.
      await running?.isFinal;
    }
    return isFinal(false);
  }

  private async run(object: ObjectRef, storedIn: string | undefined, permit: Permit): Promise<boolean> {
    try {
      return await this.finish(object, storedIn, permit.read);
    } catch (failure) {
      this.fatal ??= failure;
      return false;
    } finally {
      permit.release();
      this.inFlight.delete(object.key);
    }
  }

  private async finish(object: ObjectRef, storedIn: string | undefined, onRead: () => void): Promise<boolean> {
    const { source, deps, events } = this;
    const isStored = storedIn !== undefined;
    const storeId = storedIn ?? deps.claim.storeId;
    const open = () => this.open(object);
    const outcome = isStored
      ? STORED
      : await this.attempt(object, this.fetches, () =>
          collectObject({ sourceId: source.id, ...object, open, onRead }, deps).catch((error) =>
            this.unlessReplaced(object, error)
          )
        );
    onRead();
    if (!outcome) {
      return false;
    }
    if (outcome.state === 'gone') {
      await this.noteNotRead(object, 'gone');
    }
    if (!isStored) {
      events.onObject?.(object, outcome);
    }
    if (outcome.state === 'stored' || outcome.state === 'duplicate') {
      // Only here, after the ledger entry, may an object go.
      return (await this.attempt(object, this.deletions, () => this.deleting.add({ ...object, storeId }))) ?? false;
    }
    return outcome.state !== 'refused';
  }

  /** The clock is looked at with each object again, since every answer of S3 tells the time. */
  private async open(object: ObjectRef): Promise<AsyncIterable<Uint8Array> | undefined> {
    const body = await this.bucket.open(object);
    if (await this.isClockRight()) {
      return body;
    }
    // Leaving the loop ends the download: a generator that was never begun would keep its connection.
    for await (const _chunk of body ?? []) {
      break;
    }
    throw this.fatal as Error;
  }

  private async noteNotRead(
    { key, etag, size }: ObjectRef,
    state: 'not-read' | 'gone',
    reason?: string,
    message?: string
  ): Promise<void> {
    const { registry, now } = this.deps;
    await registry.objectNotRead({ sourceId: this.source.id, key, etag, size, state, reason, message }, now());
  }

  /**
   * The end of an object that was overwritten, when what is there now is known and left alone: then nothing is left to do
   * about the former version, of which a message may tell still. Throws `error` otherwise.
   */
  private async unlessReplaced({ key }: ObjectRef, error: unknown): Promise<ObjectOutcome> {
    if (error instanceof Overwritten) {
      const { registry, now } = this.deps;
      const known: Record<string, Known> = await registry.knownObjects(this.source.id, [key], now());
      if (isLeftAlone(known[key], error.current)) {
        return { state: 'gone' };
      }
    }
    throw error;
  }

  private async attempt<T>(object: ObjectRef, failures: Failures, work: () => Promise<T>): Promise<T | undefined> {
    if (failures.hasGivenUp(object.key)) {
      this.wait(object, failures);
      return undefined;
    }
    try {
      const result = await work();
      failures.succeeded(object.key);
      return result;
    } catch (error) {
      if (!(error instanceof AwsError) || error === this.fatal) {
        throw error;
      }
      failures.failed(object.key, error);
      if (failures === this.fetches) {
        await this.noteNotRead(object, 'not-read', error.code, error.message);
      }
      this.wait(object, failures);
      this.events.onFailure?.(object, error);
      return undefined;
    }
  }

  private wait(object: ObjectRef, failures: Failures): void {
    this.backlog++;
    this.oldest = Math.min(this.oldest ?? object.modified, object.modified);
    if (failures === this.fetches) {
      this.events.onWaiting?.(object);
    }
  }
}

/** As many as S3 deletes in one request. */
const MAX_DELETIONS = 1000;
const STORED = { state: 'stored' } as const;

function isStored(known: Known, etag: string): boolean {
  return known?.etag === etag && known.state === 'stored';
}

function isLeftAlone(known: Known, etag: string): boolean {
  return known?.etag === etag && (known.state === 'not-collected' || known.state === 'quarantined');
}

/**
 * Whether an object of which a message tells needs nothing any more: of what was deleted, messages come again, and late.
 * Should the very same have been put there once more, a listing will find it.
 */
export function isSettled(known: Known, etag: string): boolean {
  return (
    isLeftAlone(known, etag) || (known?.etag === etag && (known.state === 'deleted' || known.state === 'discarded'))
  );
}
