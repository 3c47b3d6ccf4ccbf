import type { Policy } from '../rollup/windows';
import { Batches, type Outcome } from '../util/batches';
import { clock } from '../util/clock';
import { sleep } from '../util/sleep';
import { isFailure, isRefusal, type InfluxClient, type InfluxError } from './influx';
import { SeriesRoom } from './seriesRoom';

const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 10_000;
/** Bytes of line protocol in one request: several thousand lines, as InfluxDB recommends. */
const REQUEST_BYTES = 1024 * 1024;

/** How long {@link PointWriter} waits for a store that does not answer. */
export interface WriterPatience {
  /** Milliseconds after which it gives up with the store's error; Infinity for a service. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
  /** Called once per outage, and with undefined when the store is back. */
  readonly onOutage?: (error: InfluxError | undefined) => void;
}

/** Writes points and returns when they are acknowledged. Points of several objects may share a request. */
export class PointWriter {
  /** Creates series ahead of the points, in a store that limits them. */
  readonly series: SeriesRoom;
  private isAway = false;
  private readonly requests = new Map<Policy, Batches<string | Uint8Array, number>>();

  constructor(
    private readonly client: InfluxClient,
    private readonly patience: WriterPatience
  ) {
    this.series = new SeriesRoom(client, (policy, lines) => this.write(policy, lines));
  }

  /**
   * Writes whole lines, each with its line end; returns how many of their points the store dropped because they have
   * expired. Throws {@link InfluxError} `series-limit` or `refused`, and `unavailable` after `patienceMs`.
   */
  write(policy: Policy, lines: string | Uint8Array): Promise<number> {
    let requests = this.requests.get(policy);
    if (!requests) {
      const limits = {
        underWay: 1,
        size: REQUEST_BYTES,
        sizeOf: ({ length }: typeof lines) => length,
      };
      requests = new Batches((blocks) => this.writeBlocks(policy, blocks), limits);
      this.requests.set(policy, requests);
    }
    return requests.add(lines);
  }

  /**
   * Writes blocks in one request or, if InfluxDB refuses part of it, in one request each, so that every block gets its own
   * answer.
   */
  private async writeBlocks(
    policy: Policy,
    blocks: ReadonlyArray<string | Uint8Array>
  ): Promise<ReadonlyArray<Outcome<number>>> {
    const error = await this.send(policy, blocks.length === 1 ? blocks[0] : Buffer.concat(blocks.map(bytesOf)));
    if (!error) {
      return blocks.map(() => ({ result: 0 }));
    }
    if (blocks.length === 1) {
      return [error.failure === 'expired' ? { result: error.dropped } : { error }];
    }
    const outcomes: Array<Outcome<number>> = [];
    for (const block of blocks) {
      const [outcome] = await this.writeBlocks(policy, [block]);
      outcomes.push(outcome);
    }
    return outcomes;
  }

  /** Sends a request until it is answered; returns InfluxDB's refusal, if any. */
  private async send(policy: Policy, lines: string | Uint8Array): Promise<InfluxError | undefined> {
    try {
      await this.withRetry(() => this.client.write(policy, lines));
      return undefined;
    } catch (error) {
      if (isRefusal(error)) {
        return error;
      }
      throw error;
    }
  }

  /**
   * Writes lines of line protocol, of which none has its line end yet, in as many requests as it takes: InfluxDB refuses
   * bodies above 25 MB (`max-body-size`). Like {@link write}; when it throws, some of the lines may be written.
   */
  async writeLines(policy: Policy, lines: readonly string[]): Promise<number> {
    let dropped = 0;
    for (let next = 0; next < lines.length;) {
      let block = '';
      do {
        block += `${lines[next++]}\n`;
      } while (next < lines.length && block.length + lines[next].length < REQUEST_BYTES);
      dropped += await this.write(policy, block);
    }
    return dropped;
  }

  /** Does some work with the store, and repeats it while the store is unavailable, for up to `patienceMs`. */
  async withRetry<T>(work: () => Promise<T>): Promise<T> {
    const { patienceMs, signal } = this.patience;
    const deadline = clock.elapsed() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      try {
        const result = await work();
        this.setOutage(undefined);
        return result;
      } catch (error) {
        if (!isFailure(error, 'unavailable')) {
          throw error;
        }
        if (clock.elapsed() + pause > deadline || signal?.aborted) {
          throw error;
        }
        this.setOutage(error);
        await sleep(pause, signal);
      }
    }
  }

  private setOutage(error: InfluxError | undefined): void {
    if (this.isAway !== (error !== undefined)) {
      this.isAway = error !== undefined;
      this.patience.onOutage?.(error);
    }
  }
}

function bytesOf(lines: string | Uint8Array): Uint8Array {
  return typeof lines === 'string' ? Buffer.from(lines) : lines;
}
