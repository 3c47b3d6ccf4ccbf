import { InfluxClient, InfluxError, isFailure } from './influx';

/** Decides over every write. */
export interface WriteGuard {
  /** Resolves when the store may be written to now. The write throws what this throws. */
  ensureMayWrite(): Promise<unknown>;
  /** Creates the database or the policy that a write found missing. */
  recreateStore(): Promise<void>;
}

/** Writes only while its guard allows it. A write that finds the database missing is repeated once it was created again. */
export class GuardedInfluxClient extends InfluxClient {
  constructor(
    private readonly client: InfluxClient,
    private readonly guard: WriteGuard
  ) {
    super(client.settings, client.access);
  }

  override query(...question: Parameters<InfluxClient['query']>): ReturnType<InfluxClient['query']> {
    return this.client.query(...question);
  }

  override queryInto(...statement: Parameters<InfluxClient['queryInto']>): Promise<void> {
    return this.guarded(statement[0], () => this.client.queryInto(...statement));
  }

  override storeKind(): ReturnType<InfluxClient['storeKind']> {
    return this.client.storeKind();
  }

  override lastWrite(policy: string): Promise<void> | undefined {
    return this.client.lastWrite(policy);
  }

  override write(...points: Parameters<InfluxClient['write']>): Promise<void> {
    return this.guarded(points[0], () => this.client.write(...points));
  }

  private async guarded(policy: string, work: () => Promise<void>): Promise<void> {
    // The guard is asked last: what it says must not grow old while other writes to the policy are waited for.
    do {
      await this.lastWrite(policy);
      await this.guard.ensureMayWrite();
    } while (this.lastWrite(policy));
    try {
      return await work();
    } catch (error) {
      if (!isFailure(error, 'missing')) {
        throw error;
      }
      await this.guard.recreateStore();
      return work().catch((again: unknown) => {
        // Missing once more: callers that wait for an InfluxDB that does not answer wait for this, too.
        throw isFailure(again, 'missing') ? new InfluxError('unavailable', again.message, { cause: again }) : again;
      });
    }
  }
}
