import { viewOf } from '../records/bytes';
import { TokenTable } from '../records/tokens';
import { enlarged } from './enlarged';
import type { LineEncoder } from './lineEncoder';
import { METRICS } from './sums';

const NONE = -1;
const FIRST_POINTS = 1024;

/**
 * The sums of series that several groups of a part may have: two points of a series at one time would overwrite each other.
 * Without an object for each: a part may have many of them.
 */
export class MergedSeries {
  private readonly series = new TokenTable();
  /** By series: its first and its last point. */
  private firsts = new Int32Array(FIRST_POINTS);
  private lasts = new Int32Array(FIRST_POINTS);
  /** By point: its window (Unix seconds), its sums and the next point of its series. */
  private count = 0;
  private windows = new Float64Array(FIRST_POINTS);
  private sums = new Float64Array(FIRST_POINTS * METRICS);
  private nexts = new Int32Array(FIRST_POINTS);

  /** Adds the sums of one group to a series: those of `windows[i]` begin at `values[at + METRICS × i]`. */
  add(series: Buffer, windows: readonly number[], values: Float64Array, at: number): void {
    const known = this.series.size;
    const id = this.series.intern(viewOf(series), 0, series.length);
    const isNew = id === known;
    if (isNew) {
      this.reserveSeries(id + 1);
      this.firsts[id] = NONE;
    }
    for (let i = 0, from = at; i < windows.length; i++, from += METRICS) {
      if (values[from] !== 0 || values[from + 1] !== 0 || values[from + 2] !== 0) {
        const point = isNew ? NONE : this.find(id, windows[i]);
        this.addTo(point === NONE ? this.append(id, windows[i]) : point, values, from);
      }
    }
  }

  /** Encodes all points, and forgets them. */
  flush(encoder: LineEncoder): void {
    const values = new Float64Array(METRICS);
    for (let id = 0; id < this.series.size; id++) {
      encoder.setSeriesBytes(this.series.bytesOf(id));
      for (let point = this.firsts[id]; point !== NONE; point = this.nexts[point]) {
        values.set(this.sums.subarray(point * METRICS, (point + 1) * METRICS));
        encoder.points([this.windows[point]], values, 0);
      }
    }
    this.series.clear();
    this.count = 0;
  }

  private find(id: number, window: number): number {
    let point = this.firsts[id];
    while (point !== NONE && this.windows[point] !== window) {
      point = this.nexts[point];
    }
    return point;
  }

  private append(id: number, window: number): number {
    const point = this.count++;
    this.reservePoints(this.count);
    this.windows[point] = window;
    this.sums.fill(0, point * METRICS, (point + 1) * METRICS);
    this.nexts[point] = NONE;
    if (this.firsts[id] === NONE) {
      this.firsts[id] = point;
    } else {
      this.nexts[this.lasts[id]] = point;
    }
    this.lasts[id] = point;
    return point;
  }

  private addTo(point: number, values: Float64Array, from: number): void {
    for (let metric = 0; metric < METRICS; metric++) {
      this.sums[point * METRICS + metric] += values[from + metric];
    }
  }

  private reserveSeries(series: number): void {
    if (series > this.firsts.length) {
      this.firsts = enlarged(this.firsts, new Int32Array(series * 2));
      this.lasts = enlarged(this.lasts, new Int32Array(series * 2));
    }
  }

  private reservePoints(points: number): void {
    if (points > this.windows.length) {
      this.windows = enlarged(this.windows, new Float64Array(points * 2));
      this.sums = enlarged(this.sums, new Float64Array(points * 2 * METRICS));
      this.nexts = enlarged(this.nexts, new Int32Array(points * 2));
    }
  }
}
