import { DistinctFlows } from './distinctFlows';
import { KeyNumbers } from './keyNumbers';
import type { Measurement } from './measurements';
import { Columns, type RowStore } from './rowStore';
import { METRICS } from './sums';
import { eachShare } from './windows';

const MINUTE = 60;

/** Sums up the records of one group, measurement by measurement. Reuses its memory for the next group. */
export class GroupSums {
  private readonly columns = new Columns();
  /** Windows of the group (Unix seconds). */
  windows: number[] = [];
  /** For each window of the part, by its number: where its sums begin among those of the group's windows; -1 if it has none. */
  private places = new Int32Array(0);
  private windowNumber: (minute: number) => number = () => 0;
  private hasLongSpans = false;
  readonly flows = new DistinctFlows();
  /** Keys of the current measurement, and those of what `other` keeps of them. */
  readonly keys = new KeyNumbers();
  private readonly others = new KeyNumbers();
  /** A flow of each `other`, where it keeps some of a key. */
  otherFlows: number[] = [];
  private totals = new Float64Array(0);
  /** Where the sums of each key begin in {@link sums}; -1 for keys that are not kept. */
  private keyPlaces = new Int32Array(0);
  /** Sums by window of each kept key, one after the other, and then of all other keys, together or by {@link others}. */
  sums = new Float64Array(0);
  /** Sums of all records by window. */
  private all = new Float64Array(0);
  /** Zero for each record. */
  private none = new Int32Array(0);

  /** Begins a group: {@link flows} are to be found next. `windows`: of the part. `windowNumber`: the number of the window of a minute. */
  begin(rows: RowStore, group: number, windows: readonly number[], windowNumber: (minute: number) => number): Columns {
    const { columns } = this;
    rows.gather(group, columns);
    this.windowNumber = windowNumber;
    this.placeWindows(windows);
    if (columns.count > this.keyPlaces.length) {
      this.totals = new Float64Array(columns.count * 2 * METRICS);
      this.keyPlaces = new Int32Array(columns.count * 2);
      this.none = new Int32Array(columns.count * 2);
    }
    this.all = new Float64Array(this.windows.length * METRICS);
    // Sums up all records as one kept key.
    this.keyPlaces[0] = 0;
    this.addUp(this.all, this.none);
    return columns;
  }

  /** Numbers the keys of a measurement. */
  numberKeys(measurement: Measurement): void {
    this.keys.find(Object.keys(measurement.keys), measurement, this.flows, this.columns);
  }

  /** Sums up each key over all windows, for ranking: bytes, packets and flows of key 0, then of key 1 … */
  sumUpKeys(): Float64Array {
    const { keys, totals } = this;
    const { count, bytes, packets } = this.columns;
    totals.fill(0, 0, keys.size * METRICS);
    for (let i = 0; i < count; i++) {
      const at = keys.of[i] * METRICS;
      totals[at] += bytes[i];
      totals[at + 1] += packets[i];
      totals[at + 2] += 1;
    }
    return totals;
  }

  /**
   * Sums up the windows of the kept keys, and the rest for all other keys: together, or by what `other` keeps of them. `kept`:
   * numbers of keys. Returns how many sums of others there are behind those of the kept keys.
   */
  sumUp(kept: readonly number[], measurement: Measurement): number {
    const { keys, keyPlaces, all } = this;
    const width = all.length;
    keyPlaces.fill(-1, 0, keys.size);
    for (let rank = 0; rank < kept.length; rank++) {
      keyPlaces[kept[rank]] = rank * width;
    }
    this.otherFlows = [];
    const others = kept.length === keys.size ? 0 : this.placeOthers(measurement, kept.length * width);
    // What all records leave of the kept keys: nothing has to be added up for it.
    const isRest = others === 1 && measurement.kept === undefined;
    const end = (kept.length + others) * width;
    if (end > this.sums.length) {
      this.sums = new Float64Array(end * 2);
    }
    const { sums } = this;
    sums.fill(0, 0, end);
    if (kept.length > 0 || !isRest) {
      this.addUp(sums, keys.of);
    }
    if (isRest) {
      const at = kept.length * width;
      sums.set(all, at);
      for (let from = 0; from < at; from += width) {
        for (let i = 0; i < width; i++) {
          sums[at + i] -= sums[from + i];
        }
      }
    }
    return others;
  }

  /**
   * Gives each key that is not kept the place of the `other` that it counts in, from `from` on, if these keep some of a key.
   * Returns how many there are.
   */
  private placeOthers(measurement: Measurement, from: number): number {
    const { keys, others, keyPlaces, columns, all } = this;
    if (measurement.kept === undefined) {
      return 1;
    }
    others.find(measurement.kept, measurement, this.flows, columns);
    const width = all.length;
    // Numbers of those that have a key that is not kept, in order.
    const numbers = new Map<number, number>();
    for (let i = 0; i < columns.count; i++) {
      const key = keys.of[i];
      if (keyPlaces[key] >= 0) {
        continue;
      }
      const other = others.of[i];
      let number = numbers.get(other);
      if (number === undefined) {
        number = this.otherFlows.push(others.flows[other]) - 1;
        numbers.set(other, number);
      }
      keyPlaces[key] = from + number * width;
    }
    return numbers.size;
  }

  /** Finds the windows of the group, which are mostly few of the part's. */
  private placeWindows(all: readonly number[]): void {
    const { windowNumber } = this;
    const { starts, spans, windows, count } = this.columns;
    if (all.length > this.places.length) {
      this.places = new Int32Array(all.length * 2);
    }
    const places = this.places.fill(-1);
    this.windows = [];
    const place = (window: number) => {
      if (places[window] < 0) {
        places[window] = this.windows.push(all[window]) - 1;
      }
    };
    this.hasLongSpans = false;
    for (let i = 0; i < count; i++) {
      if (places[windows[i]] < 0) {
        place(windows[i]);
      }
      if (spans[i] > MINUTE) {
        this.hasLongSpans = true;
        const until = starts[i] + spans[i];
        for (let minute = starts[i] - (starts[i] % MINUTE) + MINUTE; minute < until; minute += MINUTE) {
          place(windowNumber(minute));
        }
      }
    }
  }

  /** Adds every record of a kept key to the sums of its window. `numbers`: the key of each record. */
  private addUp(sums: Float64Array, numbers: Int32Array): void {
    const { keyPlaces, places, hasLongSpans } = this;
    const { spans, windows, bytes, packets, count } = this.columns;
    for (let i = 0; i < count; i++) {
      const place = keyPlaces[numbers[i]];
      if (place < 0) {
        continue;
      }
      if (hasLongSpans && spans[i] > MINUTE) {
        this.addShares(sums, i, place);
        continue;
      }
      const at = place + places[windows[i]] * METRICS;
      sums[at] += bytes[i];
      sums[at + 1] += packets[i];
      sums[at + 2] += 1;
    }
  }

  private addShares(sums: Float64Array, record: number, place: number): void {
    const { places, windowNumber } = this;
    const { starts, spans, bytes, packets } = this.columns;
    const start = starts[record];
    eachShare(start, start + spans[record], bytes[record], packets[record], (minute, moreBytes, morePackets, flows) => {
      const at = place + places[windowNumber(minute)] * METRICS;
      sums[at] += moreBytes;
      sums[at + 1] += morePackets;
      sums[at + 2] += flows;
    });
  }
}
