import { EntityPublisher } from '../entities/publish';
import type { FilledStore } from '../registry/filledStore';
import type { Registry } from '../registry/registry';
import { isBehind } from '../rollup/fillPosition';
import { claimStore, inspectStore, ownerOf, writeStoreRecord, type Mark, type StoreState } from '../store/claim';
import type { WriteGuard } from '../store/guardedClient';
import type { InfluxClient } from '../store/influx';
import { ignoreSeriesLimit } from '../store/limits';
import { ensureSchema, writePolicyChoice } from '../store/schema';
import { clock } from '../util/clock';
import { sleep } from '../util/sleep';
import { isoTime } from '../util/time';
import { moveBoundary, recomputableHours } from './recomputeHours';

/** A check of the store older than this is repeated before a write. */
const LOOK_AGAIN_MS = 1000;
/** Retention policies that traffic is written to. */
const POLICIES_WITH_POINTS = ['minute', 'hour'];
/** Pause between checks while nothing is written. */
const LOOK_IDLE_MS = 5000;
/** Time to finish and delete the objects in flight after another registry asked for the store. */
const FINISH_MS = 8000;

/**
 * How long `flowscope adopt` waits until every process that fills the store has seen its request and ended: a check that began
 * just before it is up to 1 s old, the next one takes up to 3 s, then objects are finished; the rest is slack.
 */
export const HANDOVER_MS = 15_000;

/** This registry may not fill the store, or not any more: the message says why and what to do. */
export class StoreLost extends Error {
  override readonly name = 'StoreLost';
}

/** What the owner of the claim learns. */
export interface ClaimEvents {
  /** Called once, as soon as nothing new may be begun. */
  readonly onLost?: (error: StoreLost) => void;
  /** Called when the store or a part of it was missing and was created again; the message says what that means. */
  readonly onStoreRecreated?: (message: string) => void;
}

/**
 * The right of this registry to fill its store. It is taken with the first check and checked again all the time: at most a second
 * before every write and deletion, and before offsets are used. A store that is missing is created again.
 */
export class StoreClaim implements WriteGuard {
  /** Why nothing new may be begun. */
  lost?: StoreLost;
  // By a clock that nobody sets, milliseconds: until when what was begun may be finished, and when the store was last checked.
  private finishUntil = Infinity;
  private seen = -Infinity;
  private checking?: Promise<void>;
  private registryId?: string;
  protected knownStore?: string;
  /** Whether the registry knows where the store is. */
  private noted?: true;
  private readonly stop = new AbortController();

  /** `client`: without a guard. `now`: Unix seconds. */
  constructor(
    protected readonly registry: Registry,
    private readonly client: InfluxClient,
    private readonly now: () => number,
    private readonly events: ClaimEvents = {}
  ) {}

  /** The store as it was last seen: another id means that nothing is there of what was written before. */
  get storeId(): string | undefined {
    return this.knownStore;
  }

  /**
   * Resolves when the writes of an object may begin, with the store's id: see {@link storeId}. Throws {@link StoreLost}, and
   * `InfluxError` when the store does not answer.
   */
  async ensureMayBegin(): Promise<string> {
    await this.refresh();
    if (this.lost) {
      throw this.lost;
    }
    return this.knownStore!;
  }

  /** Resolves when what was begun may be written and deleted. Otherwise like {@link ensureMayBegin}. */
  async ensureMayWrite(): Promise<string> {
    await this.refresh();
    if (this.lost && clock.elapsed() >= this.finishUntil) {
      throw this.lost;
    }
    return this.knownStore!;
  }

  /** Checks now, and creates again what is missing. Throws like {@link ensureMayBegin}. */
  async recreateStore(): Promise<void> {
    await this.refresh(0);
    await this.ensureMayWrite();
  }

  /** Reserves offsets and leaves their mark in the store before anybody uses them. Throws like {@link ensureMayBegin}. */
  async reserveOffsets(count: number, now: number, retention: number): Promise<number> {
    await this.refresh(0);
    await this.ensureMayBegin();
    const first = await this.registry.reserveOffsets(count, now, retention);
    await writeStoreRecord(this.client, { mark: this.markOf(await this.registry.filledStore()) });
    return first;
  }

  /** Checks every few seconds until {@link close}, so that an idle process notices a lost store, too. */
  async keepChecking(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted && !this.lost) {
      await sleep(LOOK_IDLE_MS, signal, false);
      // A store that is away is a matter for those who write.
      await this.refresh().catch(() => undefined);
    }
  }

  /** Leaves the last mark and stops checking. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.refresh(0).catch(() => undefined);
  }

  /** Checks the store unless the last check is at most `oldestMs` old. */
  private async refresh(oldestMs = LOOK_AGAIN_MS): Promise<void> {
    const asked = clock.elapsed();
    const isOld = (ms: number) => this.seen < asked - ms;
    const isTimeUp = () => this.lost !== undefined && clock.elapsed() >= this.finishUntil;
    while (isOld(oldestMs) && !isTimeUp()) {
      await this.checkOnce();
    }
    // Ahead of time, so that writes need not wait for it.
    if (isOld(oldestMs / 2) && !isTimeUp()) {
      void this.checkOnce().catch(() => undefined);
    }
  }

  private checkOnce(): Promise<void> {
    return (this.checking ??= this.check().finally(() => (this.checking = undefined)));
  }

  private async check(): Promise<void> {
    const began = clock.elapsed();
    this.registryId ??= await this.registry.registryId();
    this.knownStore ??= (await this.registry.filledStore()).storeId;
    const storeState = await this.inspect();
    const { record } = storeState;
    if (ownerOf(storeState, this.registryId) === 'other') {
      this.lose(this.ofAnother(), 0);
    } else if (record?.handover !== undefined) {
      this.lose(this.handedOver(record.handover), began + FINISH_MS);
    } else {
      if (!this.isAsLeft(storeState)) {
        await this.fill(storeState);
      } else {
        await this.keep(record?.mark);
      }
    }
    this.seen = began;
  }

  /**
   * Reads the state of the store. What was there before and now seems to be gone is asked for a second time: a single answer
   * "database not found", as InfluxDB or what stands before it may give while it starts, must not pass for a store that was emptied.
   */
  private async inspect(): Promise<StoreState> {
    const state = await inspectStore(this.client);
    return this.knownStore === undefined || this.isAsLeft(state) ? state : inspectStore(this.client);
  }

  /** Whether a store is whole and the one that this registry fills. */
  private isAsLeft({ missing, claim, record }: StoreState): boolean {
    const isWhole = missing.length === 0 && claim !== undefined && record?.registryId === this.registryId;
    return isWhole && record?.storeId !== undefined && record.storeId === this.knownStore;
  }

  /** Takes a store that is new, was made again, or is another one than before. */
  protected async fill(storeState: StoreState): Promise<void> {
    const { record, missing } = storeState;
    const registryId = this.registryId!;
    const isOurs = record?.registryId === registryId;
    if (isOurs && record.mark && (await this.isOlderCopy(record.mark))) {
      return;
    }
    if (this.knownStore !== undefined) {
      await this.markLostHours(missing);
    }
    await ensureSchema(this.client);
    if (!(await claimStore(this.client, registryId))) {
      this.lose(this.ofAnother(), 0);
      return;
    }
    const before = this.knownStore;
    const found = missing.length === 0 ? record?.storeId : undefined;
    // Without a policy that has points there are none.
    const isEmpty = POLICIES_WITH_POINTS.every((policy) => missing.includes(policy));
    this.knownStore = await this.registry.fillStore(before, found, this.now(), { address: this.address, isEmpty });
    const isRecreated = before !== undefined && before !== this.knownStore;
    if (isRecreated) {
      await writePolicyChoice(this.client, this.now());
      await moveBoundary(this.registry, this.client, this.now(), 'unfinished');
      await new EntityPublisher(this.registry, this.client)
        .publishAll()
        .catch((error: unknown) => ignoreSeriesLimit(error));
    }
    // Last: with it the store is whole, and what failed before it is not done again.
    const mark = this.markOf(await this.registry.filledStore());
    await writeStoreRecord(this.client, { registryId, storeId: this.knownStore, mark });
    // The next check must find it.
    await this.client.shown();
    if (isRecreated) {
      this.events.onStoreRecreated?.(this.whatWasMissing(storeState));
    }
  }

  /**
   * When `hour` alone is missing, marks its hours dirty, so that they are made again from the minutes that are kept. To be called before
   * the policy is made again: from then on nothing says any more that they are missing.
   */
  private async markLostHours(missing: readonly string[]): Promise<void> {
    if (missing.includes('hour') && !missing.includes('minute')) {
      const now = this.now();
      await this.registry.markHoursDirty(
        recomputableHours(now).map((hour) => ({ hour, records: 0 })),
        now
      );
    }
  }

  /** Keeps what store and registry know of each other up to date, while the store is whole. */
  protected async keep(mark: Mark | undefined): Promise<void> {
    await this.compare(mark);
    this.noted ??= await this.registry.noteStoreAddress(this.address).then(() => true);
  }

  /** Compares how far the store was filled with what the registry knows, and brings the store's mark up to date. */
  private async compare(mark: Mark | undefined): Promise<void> {
    if (mark && (await this.isOlderCopy(mark))) {
      return;
    }
    const position = await this.registry.filledStore();
    if (!mark || isBehind(mark, position)) {
      await writeStoreRecord(this.client, { mark: this.markOf(position) });
    }
  }

  /** The registry is asked after the store: what it has promised by then, no mark is above, whichever process left it. */
  private async isOlderCopy(mark: Mark): Promise<boolean> {
    if (!isBehind(await this.registry.filledStore(), mark)) {
      return false;
    }
    const last = await this.registry.lastCollected();
    this.lose(
      `This registry is an older copy: it last collected ${last === undefined ? 'nothing' : `at ${isoTime(last)}`}, and the ` +
        `database ${this.database} was filled until ${mark.at}. Going on would overwrite what came in between. Put the newer ` +
        `registry back; if it is lost: flowscope adopt --restored.`,
      0
    );
    return true;
  }

  private markOf({ round, offset, changes }: FilledStore): Mark {
    return { round, offset, changes, at: isoTime(this.now()) };
  }

  private lose(message: string, finishUntil: number): void {
    this.finishUntil = Math.min(this.finishUntil, finishUntil);
    if (!this.lost) {
      this.lost = new StoreLost(message);
      this.events.onLost?.(this.lost);
    }
  }

  private get address(): string {
    const { url, database } = this.client.settings;
    return `${url} ${database}`;
  }

  protected get database(): string {
    return this.client.settings.database;
  }

  private ofAnother(): string {
    return (
      `The database ${this.database} is filled by another registry, and two would overwrite each other's points and count ` +
      `objects twice. Use that one's FLOWSCOPE_DATA_DIR, or another FLOWSCOPE_INFLUX_DATABASE. If that registry is lost: ` +
      `flowscope adopt.`
    );
  }

  private handedOver(since: string): string {
    return (
      `The database ${this.database} is being given to another registry, or to another copy of this one: flowscope adopt asked ` +
      `for it at ${since}. If that was broken off, and this registry shall go on: flowscope adopt.`
    );
  }

  private whatWasMissing({ hasDatabase, missing, record }: StoreState): string {
    const { database } = this;
    const what = !hasDatabase
      ? `The database ${database} was missing and was made again`
      : missing.length > 0
        ? `Of the database ${database}, retention policy ${missing.join(' and ')} was missing and was made again`
        : record?.registryId === this.registryId
          ? `The database ${database} is not the one that was filled before`
          : `The database ${database} was emptied`;
    return `${what}. What was stored there and deleted from its bucket is lost; what still lies in a bucket is collected again.`;
  }
}
