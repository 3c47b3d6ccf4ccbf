import { seriesPoints, type EncodedLines } from '../rollup/seriesPoints';
import type { Policy } from '../rollup/windows';
import { seriesCount } from './cardinality';
import { InfluxError, type InfluxClient } from './influx';
import { mayRefuse, seriesLimits, type SeriesLimits } from './limits';

/** How long the store's limits are cached. */
const LIMITS_MS = 60_000;

/** Encoded lines of an object, which can be read again. */
export interface ObjectLines {
  blocks(): Iterable<EncodedLines>;
}

/**
 * Makes the series of objects in a store that may refuse some. A store that refuses a series stores the other points all the
 * same; so before an object is planned, and before anything of it counts, each of its series gets a point of zeros. What
 * has its series is taken whole afterwards.
 */
export class SeriesRoom {
  /** `read`: when, in milliseconds since the epoch. */
  private limits?: { readonly read: number; readonly values: SeriesLimits | undefined };
  /** Series that fit below the limit: as last counted, less those reserved since. */
  private left = 0;

  /** `write`: writes lines and waits for their acknowledgement, as `PointWriter.write` does. */
  constructor(
    private readonly client: InfluxClient,
    private readonly write: (policy: Policy, lines: Uint8Array) => Promise<unknown>
  ) {}

  /**
   * Makes the series of an object that keeps `topK` names. Throws `InfluxError` `series-limit` when the store does not take all of
   * them, and `unavailable` when it stays away; what it took stays, and adds nothing to any sum.
   */
  async make(lines: ObjectLines, topK: number): Promise<void> {
    const limits = await this.currentLimits();
    if (!mayRefuse(limits)) {
      return;
    }
    if (limits && limits['max-series-per-database'] > 0 && topK > 0) {
      await this.reserveRoom(lines, limits['max-series-per-database']);
    }
    for (const block of lines.blocks()) {
      await this.write(block.policy, seriesPoints(block).lines);
    }
  }

  /**
   * Names may take half of what is left: an interface that is seen later must find room for its few series without names.
   * Throws `InfluxError` `series-limit` when these would take more.
   */
  private async reserveRoom(lines: ObjectLines, most: number): Promise<void> {
    let series = 0;
    for (const block of lines.blocks()) {
      series += seriesPoints(block).series;
    }
    if (2 * series > this.left) {
      const used = await seriesCount(this.client).catch(() => undefined);
      if (used === undefined) {
        return;
      }
      this.left = most - used;
    }
    if (2 * series > this.left) {
      throw new InfluxError(
        'series-limit',
        `InfluxDB at ${this.client.settings.url} has room for ${Math.max(this.left, 0)} more series only ` +
          `(max-series-per-database = ${most}).`
      );
    }
    this.left -= series;
  }

  private async currentLimits(): Promise<SeriesLimits | undefined> {
    if (!this.limits || Date.now() - this.limits.read >= LIMITS_MS) {
      this.limits = { read: Date.now(), values: await seriesLimits(this.client) };
    }
    return this.limits.values;
  }
}
