import type { Logger } from 'pino';
import { syncedLine } from '../entities/summary';
import { isRead, syncEntities, type RegionSync, type SyncResult } from '../entities/sync';
import type { Account } from '../registry/accounts';
import { prune } from '../registry/prune';
import { writePolicyChoice } from '../store/schema';
import { secrets } from './awsAccess';
import { now, type Collecting } from './context';

const HOUR_SECONDS = 3600;
/** Pause before descriptions are read again after a failure or for an unknown interface: EC2 limits the rate of calls. */
const SYNC_SOON_SECONDS = 300;

/**
 * The hourly work of `serve`: chooses the retention policy that reports read, prunes the registry and, unless switched off, reads
 * descriptions from EC2; these also soon after a failure or when an unknown interface appears.
 */
export class Housekeeping {
  private tried = 0;
  /** When policy choice and pruning were last done. */
  private kept = 0;
  /** When something was last read in every account and region. */
  private synced = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tools: Collecting,
    private readonly log: Logger
  ) {}

  /** When they are read next, as long as nobody switches that off; Unix seconds. */
  next(): number {
    return Math.max(this.tried + SYNC_SOON_SECONDS, this.synced + HOUR_SECONDS);
  }

  /** To be called every minute: does what is due. */
  async keepUp(): Promise<void> {
    const { registry, client } = this.tools;
    const { hourly } = await registry.syncSchedule();
    const isSoon = now() - this.tried >= SYNC_SOON_SECONDS;
    // Apart: once it is switched on again, descriptions are as old as they are.
    const isDue = now() - (hourly ? this.synced : this.kept) >= HOUR_SECONDS;
    if (!isSoon || !(isDue || (hourly && (await registry.hasUnsyncedEntities(this.synced))))) {
      return;
    }
    this.tried = now();
    await writePolicyChoice(client, this.tried);
    await prune(registry, this.tried);
    this.kept = this.tried;
    if (!hourly) {
      return;
    }
    const result = await this.sync();
    if (result.ok) {
      this.log.info(syncedLine(result));
    }
  }

  /** Reads them now; one sync at a time. */
  async sync(onRegion: (region: RegionSync) => void = () => undefined): Promise<SyncResult> {
    const { registry, entities } = this.tools;
    const begin = async () => {
      this.tried = now();
      const signInOf = (account: Account) => secrets().signIn(account);
      return syncEntities(registry, entities, signInOf, (region) => {
        if (region.error !== undefined) {
          this.log.error({ account: region.account, region: region.region }, region.error);
        }
        onRegion(region);
      });
    };
    const done = this.turn.then(begin);
    this.turn = done.catch(() => undefined);
    const result = await done;
    // A permission that is withheld is not worth asking for every few minutes.
    if (result.regions.length > 0 && result.regions.every(isRead)) {
      this.synced = this.tried;
    }
    return result;
  }
}
