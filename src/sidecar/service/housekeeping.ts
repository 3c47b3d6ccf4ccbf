import type { Logger } from 'pino';
import { syncedLine } from '../entities/summary';
import { isRead, syncEntities, type RegionSync, type SyncResult } from '../entities/sync';
import type { Account } from '../registry/accounts';
import { prune } from '../registry/prune';
import { writePolicyChoice } from '../store/schema';
import { secrets } from './awsAccess';
import type { Collecting } from './context';
import { now } from '../util/time';

const HOUR_SECONDS = 3600;
/** Pause after a failure, and before descriptions are read for an unknown interface: EC2 limits the rate of calls. */
const SOON_SECONDS = 300;

/**
 * The hourly work of `serve`: chooses the retention policy that reports read, prunes the registry and, unless switched off,
 * reads descriptions from EC2; these also soon after a failure or when an unknown interface appears.
 */
export class Housekeeping {
  /** When the policy is chosen and the registry pruned next. */
  private nextChores = 0;
  /** When a sync last began. */
  private lastTry = 0;
  /** When every account and region last answered. */
  private lastSync = 0;
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

  /** Does what is due. Call it every minute. */
  async runDue(): Promise<void> {
    if (now() >= this.nextChores) {
      await this.doChores();
    }
    if (!(await this.isSyncDue())) {
      return;
    }
    const result = await this.sync();
    if (result.ok) {
      this.log.info(syncedLine(result));
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
    const { registry } = this.tools;
    const { hourly } = await registry.syncSchedule();
    if (!hourly || now() < this.lastTry + SOON_SECONDS) {
      return false;
    }
    return now() >= this.nextSync() || (await registry.hasUnsyncedEntities(this.lastSync));
  }

  /** Reads descriptions now, after a sync that is running. */
  async sync(onRegion: (region: RegionSync) => void = () => undefined): Promise<SyncResult> {
    const { registry, entities } = this.tools;
    const begin = async () => {
      this.lastTry = now();
      const signInOf = (account: Account) => secrets().signIn(account);
      return syncEntities(registry, entities, signInOf, (region) => {
        if (region.error !== undefined) {
          this.log.error({ account: region.account, region: region.region }, region.error);
        }
        onRegion(region);
      });
    };
    const done = this.queue.then(begin);
    this.queue = done.catch(() => undefined);
    const result = await done;
    // A missing permission is not worth a retry every few minutes.
    if (result.regions.length > 0 && result.regions.every(isRead)) {
      this.lastSync = this.lastTry;
    }
    return result;
  }
}
