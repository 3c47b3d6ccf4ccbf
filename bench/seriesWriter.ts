import { Random } from '../src/sidecar/generate/random';
import { LineEncoder } from '../src/sidecar/rollup/lineEncoder';
import { METRICS } from '../src/sidecar/rollup/sums';
import type { InfluxClient } from '../src/sidecar/store/influx';
import { PointWriter } from '../src/sidecar/store/writer';
import { isActive, type Series } from './storeTraffic';

const HOUR = 3600;
/** Blocks of about a megabyte that wait for InfluxDB at most. */
const BLOCKS_WAITING = 6;
/** How long to try again: while InfluxDB writes a gigabyte to files, it may refuse points. */
const PATIENCE_MS = 120_000;

/** Writes points one after the other, so that few wait in memory. */
export class SeriesWriter {
  points = 0;
  private readonly writer: PointWriter;
  private readonly waiting: Array<Promise<number>> = [];
  private readonly encoder: LineEncoder;
  private readonly random = new Random(7);
  private values = new Float64Array(0);

  /** `windowSeconds`: a minute or an hour, which decides on the policy. */
  constructor(
    client: InfluxClient,
    private readonly windowSeconds: number
  ) {
    this.writer = new PointWriter(client, { patienceMs: PATIENCE_MS });
    // Everything before the horizon goes to `hour`.
    this.encoder = new LineEncoder({ minuteHorizon: windowSeconds === HOUR ? Infinity : 0 }, (policy, lines) => {
      const written = this.writer.write(policy, lines);
      // The error is thrown to the caller that awaits this write.
      written.catch(() => undefined);
      this.waiting.push(written);
    });
    this.encoder.begin(0);
  }

  /** Writes the series' points in these windows (Unix seconds). */
  async write(series: readonly Series[], windows: readonly number[]): Promise<void> {
    if (this.values.length < windows.length * METRICS) {
      this.values = new Float64Array(windows.length * METRICS);
    }
    for (const each of series) {
      this.fill(each, windows);
      this.encoder.setSeriesBytes(Buffer.from(each.text));
      this.encoder.points(windows, this.values, 0);
    }
    while (this.waiting.length > BLOCKS_WAITING) {
      await this.waiting.shift();
    }
  }

  async end(): Promise<void> {
    this.encoder.end();
    await Promise.all(this.waiting.splice(0));
  }

  private fill(series: Series, windows: readonly number[]): void {
    const mean = series.rate * this.windowSeconds;
    for (let i = 0, at = 0; i < windows.length; i++, at += METRICS) {
      const bytes = isActive(series, windows[i]) ? Math.ceil(mean * (0.5 + this.random.next())) : 0;
      this.points += bytes > 0 ? 1 : 0;
      this.values[at] = bytes;
      this.values[at + 1] = Math.ceil(bytes / 900);
      this.values[at + 2] = Math.ceil(bytes / 40_000);
    }
  }
}
