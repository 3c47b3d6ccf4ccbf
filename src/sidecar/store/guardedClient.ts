import { InfluxClient, InfluxError } from './influx';

/** Decides over every write. */
export interface WriteGuard {
  /** Resolves when the store may be written to now; what it throws is thrown by the write. */
  ensureMayWrite(): Promise<unknown>;
  /** A write found the database or a policy missing: resolves once it is there again. */
  recreateStore(): Promise<void>;
}

/** A query that writes points. */
const WRITES = /^\s*SELECT\b.*\bINTO\b/is;

/** Writes only while its guard lets it. A write that finds the database missing is done again once that was made again. */
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
      if (!isMissing(error)) {
        throw error;
      }
      await this.guard.recreateStore();
      return work().catch((again: unknown) => {
        // Gone once more: whoever waits for an InfluxDB that is away waits for this, too.
        throw isMissing(again) ? new InfluxError('unavailable', again.message, { cause: again }) : again;
      });
    }
  }
}

function isMissing(error: unknown): error is InfluxError {
  return error instanceof InfluxError && error.failure === 'missing';
}
