import type { StoreState } from '../store/claim';
import { InfluxError } from '../store/influx';
import { StoreClaim } from './storeClaim';

/**
 * The right of a collector elsewhere to fill the store of its primary, which alone makes it and compares it with the registry. As
 * long as the store is the one that was filled before, the primary is not asked: what has a plan is written while it is away.
 */
export class JoinedClaim extends StoreClaim {
  protected override keep(): Promise<void> {
    return Promise.resolve();
  }

  /** Waits for the primary where a part of the store is missing, and follows it to another store. */
  protected override async fill({ record, missing }: StoreState): Promise<void> {
    const { storeId } = await this.registry.filledStore();
    if (missing.length > 0 || storeId === undefined || record?.storeId !== storeId) {
      throw new InfluxError(
        'unavailable',
        `The database ${this.database} is not as the primary fills it, which makes it again.`
      );
    }
    this.knownStore = storeId;
  }
}
