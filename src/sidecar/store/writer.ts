import { setTimeout } from 'node:timers/promises';
import type { Policy } from '../rollup/windows';
import { InfluxError, type InfluxClient } from './influx';

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

/** Writes points and returns only when they were acknowledged. */
export class PointWriter {
  private isAway = false;

  constructor(
    private readonly client: InfluxClient,
    private readonly patience: WriterPatience
  ) {}

  /**
   * Writes whole lines, in one request; returns how many points the store dropped because they have expired.
   * Throws {@link InfluxError} `series-limit` or `refused`, and `unavailable` once patience is over.
   */
  async write(policy: Policy, lines: string | Uint8Array): Promise<number> {
    try {
      await this.patiently(() => this.client.write(policy, lines));
      return 0;
    } catch (error) {
      if (error instanceof InfluxError && error.failure === 'expired') {
        return error.dropped;
      }
      throw error;
    }
  }

  /** Does some work with the store, and again while the store is unavailable, until patience is over. */
  async patiently(work: () => Promise<void>): Promise<void> {
    const { patienceMs, signal } = this.patience;
    const deadline = Date.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await work();
        this.tell(undefined);
        return;
      } catch (error) {
        if (!(error instanceof InfluxError) || error.failure !== 'unavailable') {
          throw error;
        }
        if (Date.now() + pause > deadline || signal?.aborted) {
          throw error;
        }
        this.tell(error);
        await sleep(pause, signal);
      }
    }
  }

  private tell(error: InfluxError | undefined): void {
    if (this.isAway !== (error !== undefined)) {
      this.isAway = error !== undefined;
      this.patience.onOutage?.(error);
    }
  }
}

/** Waits; returns early when the signal is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
