import type { LineEncoder } from './lineEncoder';
import { METRICS } from './sums';

/** The sums of series that several groups of a part may have: two points of a series at one time would overwrite each other. */
export class MergedSeries {
  /** Sums by series and window (Unix seconds). */
  private readonly series = new Map<string, Map<number, Float64Array>>();

  /** Adds the sums of one group: those of `windows[i]` begin at `values[at + METRICS × i]`. */
  add(text: string, windows: readonly number[], values: Float64Array, at: number): void {
    let sums = this.series.get(text);
    if (!sums) {
      sums = new Map();
      this.series.set(text, sums);
    }
    for (let i = 0, from = at; i < windows.length; i++, from += METRICS) {
      if (values[from] === 0 && values[from + 1] === 0 && values[from + 2] === 0) {
        continue;
      }
      const known = sums.get(windows[i]);
      if (known) {
        for (let metric = 0; metric < METRICS; metric++) {
          known[metric] += values[from + metric];
        }
      } else {
        sums.set(windows[i], values.slice(from, from + METRICS));
      }
    }
  }

  /** Encodes all points, and forgets them. */
  flush(encoder: LineEncoder): void {
    for (const [text, sums] of this.series) {
      encoder.setSeriesText(text);
      for (const [window, values] of sums) {
        encoder.points([window], values, 0);
      }
    }
    this.series.clear();
  }
}
