import { seriesPoints, type EncodedLines } from '../rollup/seriesPoints';
import type { Policy } from '../rollup/windows';
import { clock } from '../util/clock';
import { seriesCount } from './cardinality';
import { InfluxError, type InfluxClient } from './influx';
import { mayRefuse, seriesLimits, type SeriesLimits } from './limits';

/** How long the store's limits are cached. */
const LIMITS_MS = 60_000;

/** Encoded lines of an object; they can be read several times. */
export interface ObjectLines {
  blocks(): Iterable<EncodedLines>;
}

/**
 * Creates the series of objects in a store that may refuse some. Such a store refuses single points and stores the others; so
 * before an object gets its plan, each of its series gets a point of zeros. An object whose series all exist is then stored
 * whole.
 */
export class SeriesRoom {
  /** `read`: when, by {@link clock}. */
  private limits?: { readonly read: number; readonly values: SeriesLimits | undefined };
  /** Series that fit below the limit: as last counted, less those reserved since. */
  private left = 0;

  /** `write`: writes lines and waits for their acknowledgement, as `PointWriter.write` does. */
  constructor(
    private readonly client: InfluxClient,
    private readonly write: (policy: Policy, lines: Uint8Array) => Promise<unknown>
  ) {}

  /**
   * Makes the series of an object that keeps `topK` names. Throws `InfluxError` `series-limit` when the store does not take all
   * of them, and `unavailable` when it stays away; what it took stays, and adds nothing to any sum.
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
   * Reserves room for an object's series. Named keys may take half of what is left, so that an interface seen later has room
   * for its few series without names. Throws `InfluxError` `series-limit` when they would take more.
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
    if (!this.limits || clock.elapsed() - this.limits.read >= LIMITS_MS) {
      this.limits = { read: clock.elapsed(), values: await seriesLimits(this.client) };
    }
    return this.limits.values;
  }
}
