import { InfluxClient, InfluxError, isFailure } from './influx';

/** Decides over every write. */
export interface WriteGuard {
  /** Resolves when the store may be written to now. The write throws what this throws. */
  ensureMayWrite(): Promise<unknown>;
  /** Creates the database or the policy that a write found missing. */
  recreateStore(): Promise<void>;
}

/** A query that writes points. */
const WRITES = /^\s*SELECT\b.*\bINTO\b/is;

/** Writes only while its guard allows it. A write that finds the database missing is repeated once it was created again. */
export class GuardedInfluxClient extends InfluxClient {
  constructor(
    private readonly client: InfluxClient,
    private readonly guard: WriteGuard
  ) {
    super(client.settings);
  }

  override query(...question: Parameters<InfluxClient['query']>): ReturnType<InfluxClient['query']> {
    const ask = () => this.client.query(...question);
    return WRITES.test(question[0]) ? this.guarded(ask) : ask();
  }

  override write(...points: Parameters<InfluxClient['write']>): Promise<void> {
    return this.guarded(() => this.client.write(...points));
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    await this.guard.ensureMayWrite();
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
