import { setTimeout } from 'node:timers/promises';
import type { Policy } from '../rollup/windows';
import { InfluxError, type InfluxClient } from './influx';

/** Lines per request: InfluxDB recommends 5,000 to 10,000. */
const BATCH_LINES = 5000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** How long {@link PointWriter} waits for a store that does not answer. */
export interface WriterPatience {
  /** Milliseconds after which it gives up with the store's error; Infinity for a service. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  /** Told once per outage, and with undefined when the store is back. */
  readonly onOutage?: (error: InfluxError | undefined) => void;
}

/** Writes points and returns only when every batch of them was acknowledged. */
export class PointWriter {
  constructor(
    private readonly client: InfluxClient,
    private readonly patience: WriterPatience
  ) {}

  /**
   * Writes all lines, in batches. Points beyond retention are dropped by the store and that is fine: they have expired.
   * Throws {@link InfluxError} `series-limit` or `refused`, and `unavailable` once patience is over.
   */
  async write(policy: Policy, lines: readonly string[]): Promise<void> {
    for (let i = 0; i < lines.length; i += BATCH_LINES) {
      await this.writeBatch(policy, lines.slice(i, i + BATCH_LINES).join('\n'));
    }
  }

  private async writeBatch(policy: Policy, batch: string): Promise<void> {
    const deadline = Date.now() + this.patience.patienceMs;
    let pause = FIRST_PAUSE_MS;
    let outage = false;
    for (;;) {
      try {
        await this.client.write(policy, batch);
        break;
      } catch (error) {
        if (!(error instanceof InfluxError)) {
          throw error;
        }
        if (error.failure === 'expired') {
          break;
        }
        if (error.failure !== 'unavailable' || Date.now() + pause > deadline || this.patience.signal?.aborted) {
          throw error;
        }
        if (!outage) {
          outage = true;
          this.patience.onOutage?.(error);
        }
        await sleep(pause, this.patience.signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
    if (outage) {
      this.patience.onOutage?.(undefined);
    }
  }
}

/** Waits; returns early when the signal is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
