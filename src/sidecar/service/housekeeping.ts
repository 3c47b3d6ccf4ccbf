import type { Logger } from 'pino';
import { syncedLine } from '../entities/summary';
import {
  isRead,
  syncEntities,
  syncOwners,
  type RegionProgress,
  type RegionSync,
  type SyncResult,
} from '../entities/sync';
import type { Account } from '../registry/accounts';
import { compareFlowLogs } from '../collect/metrics/flowLogPeriods';
import { prune } from '../registry/prune';
import { rankOptions } from '../store/filterOptions';
import { writePolicyChoice } from '../store/schema';
import { secrets } from './awsAccess';
import type { Collecting } from './context';
import { now } from '../util/time';

const HOUR_SECONDS = 3600;
/** Pause after a failure, and before descriptions are read for an unknown interface: EC2 limits the rate of calls. */
const SOON_SECONDS = 300;
/** Pause between readings of whose addresses there are: no name is wrong for longer. */
const OWNERS_SECONDS = 300;
/** Pause between rankings of what filters offer first. */
const BUSIEST_SECONDS = 300;
/** Pause between comparisons of flow logs, which deliver as often. */
const COMPARISON_SECONDS = 300;

/**
 * The regular work of `serve`. Hourly: chooses the retention policy that reports read, prunes the registry and, unless switched
 * off, reads descriptions from EC2; these also soon after a failure or when an unknown interface appears. Unless that is
 * switched off, whose addresses there are is read every five minutes, with the descriptions or alone. As often, what filters offer
 * first is ranked by traffic, and flow logs are compared.
 */
export class Housekeeping {
  /** When the policy is chosen and the registry pruned next. */
  private nextChores = 0;
  /** When what filters offer is ranked next. */
  private nextRanking = 0;
  /** When flow logs are compared next. */
  private nextComparison = 0;
  /** When a sync last began. */
  private lastTry = 0;
  /** When every account and region last answered. */
  private lastSync = 0;
  /** When EC2 was last asked whose addresses there are, alone or with descriptions. */
  private lastReading = 0;
  /** Accounts and regions that could not be read whole: said hourly, not every five minutes. */
  private readonly failing = new Set<string>();
  private readonly begun = Promise.withResolvers<void>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tools: Collecting,
    private readonly log: Logger,
    private readonly signal: AbortSignal
  ) {}

  /** When descriptions are read next, unless that is switched off; Unix seconds. */
  nextSync(): number {
    return Math.max(this.lastTry + SOON_SECONDS, this.lastSync + HOUR_SECONDS);
  }

  /** Resolves when the first sync has ended, well or not, or is not to be. */
  get firstSync(): Promise<void> {
    return this.begun.promise;
  }

  /** Does what is due. Call it every minute. */
  async runDue(): Promise<void> {
    try {
      await this.syncDue();
      // What people named meanwhile, here or on the command line.
      await this.tools.entities.publishNew();
    } finally {
      this.begun.resolve();
      if (now() >= this.nextChores) {
        await this.doChores();
      }
      await this.compareDue();
      await this.rankDue();
    }
  }

  private async compareDue(): Promise<void> {
    const time = now();
    if (time >= this.nextComparison) {
      this.nextComparison = time + COMPARISON_SECONDS;
      await compareFlowLogs(this.tools.registry, this.tools.client, time);
    }
  }

  private async rankDue(): Promise<void> {
    const time = now();
    if (time >= this.nextRanking) {
      this.nextRanking = time + BUSIEST_SECONDS;
      await rankOptions(this.tools.client, time * 1000);
    }
  }

  /** Reads what is due from EC2: descriptions, which say whose addresses there are, too, or that alone. */
  private async syncDue(): Promise<void> {
    const { hourly } = await this.tools.registry.syncSchedule();
    if (!hourly) {
      return;
    }
    if (await this.isSyncDue()) {
      const result = await this.sync();
      if (result.ok) {
        this.log.info(syncedLine(result));
      }
    } else if (now() >= this.lastReading + OWNERS_SECONDS) {
      await this.syncOwners();
    }
  }

  private async doChores(): Promise<void> {
    const { registry, client } = this.tools;
    const started = now();
    this.nextChores = started + SOON_SECONDS;
    await writePolicyChoice(client, started);
    await prune(registry, started, this.signal);
    this.nextChores = started + HOUR_SECONDS;
  }

  private async isSyncDue(): Promise<boolean> {
    if (now() < this.lastTry + SOON_SECONDS) {
      return false;
    }
    return now() >= this.nextSync() || (await this.tools.registry.hasUnsyncedEntities(this.lastSync));
  }

  private async syncOwners(): Promise<void> {
    const { registry, entities } = this.tools;
    await this.inTurn(async () => {
      this.lastReading = now();
      await syncOwners(registry, signInOf, (region) => this.noteFailure(region, true));
    });
    // Not with the next object, which would wait for it.
    await entities.publishNew();
  }

  /** Reads descriptions now, after a sync that is running. */
  async sync(onProgress: (progress: RegionProgress) => void = () => undefined): Promise<SyncResult> {
    const { registry, entities } = this.tools;
    const result = await this.inTurn(() => {
      this.lastTry = this.lastReading = now();
      return syncEntities(registry, entities, signInOf, (progress) => {
        if (progress.state === 'done') {
          this.noteFailure(progress, false);
        }
        onProgress(progress);
      });
    });
    // A missing permission is not worth a retry every few minutes.
    if (result.regions.length > 0 && result.regions.every((region) => isRead(region) || region.leftOut !== undefined)) {
      this.lastSync = this.lastTry;
    }
    return result;
  }

  /** Logs what failed; with `onlyNew`, unless that region failed before. */
  private noteFailure({ account, region, error }: RegionSync, onlyNew: boolean): void {
    const key = `${account} ${region}`;
    if (error === undefined) {
      this.failing.delete(key);
    } else if (!onlyNew || !this.failing.has(key)) {
      this.failing.add(key);
      this.log.error({ account, region }, error);
    }
  }

  /** Runs `work` once the syncs before it have ended. */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }
}

const signInOf = (account: Account) => secrets().signIn(account);
