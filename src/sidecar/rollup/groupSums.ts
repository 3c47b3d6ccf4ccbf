import { KeyTable } from './keyTable';
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
  /** Keys of the current measurement. */
  readonly keys = new KeyTable();
  /** Number of each record's key. */
  private numbers = new Int32Array(0);
  private totals = new Float64Array(0);
  /** Where the sums of each key begin in {@link sums}; -1 for keys that are not kept. */
  private keyPlaces = new Int32Array(0);
  /** Sums by window of each kept key, one after the other, and then of all other keys together. */
  sums = new Float64Array(0);
  /** Sums of all records by window. */
  private all = new Float64Array(0);

  /** Begins a group. `windows`: of the part. `windowNumber`: the number of the window of a minute. */
  begin(rows: RowStore, group: number, windows: readonly number[], windowNumber: (minute: number) => number): void {
    const { columns } = this;
    rows.gather(group, columns);
    this.windowNumber = windowNumber;
    this.placeWindows(windows);
    if (columns.count > this.numbers.length) {
      this.numbers = new Int32Array(columns.count * 2);
      this.totals = new Float64Array(columns.count * 2 * METRICS);
      this.keyPlaces = new Int32Array(columns.count * 2);
    }
    this.all = new Float64Array(this.windows.length * METRICS);
    // Sums up all records as one kept key.
    this.numbers.fill(0, 0, columns.count);
    this.keyPlaces[0] = 0;
    this.addUp(this.all);
  }

  /** Numbers the keys of a measurement. `codes`: the columns of its one or two dimensions. */
  numberKeys(codes: readonly number[]): void {
    const { codes: columns, count } = this.columns;
    const first = columns[codes[0]];
    this.keys.numberAll(first, codes.length === 2 ? columns[codes[1]] : first, count, this.numbers);
  }

  /** Sums up each key over all windows, for ranking: bytes, packets and flows of key 0, then of key 1 … */
  sumUpKeys(): Float64Array {
    const { keys, numbers, totals } = this;
    const { count, bytes, packets } = this.columns;
    totals.fill(0, 0, keys.size * METRICS);
    for (let i = 0; i < count; i++) {
      const at = numbers[i] * METRICS;
      totals[at] += bytes[i];
      totals[at + 1] += packets[i];
      totals[at + 2] += 1;
    }
    return totals;
  }

  /** Sums up the windows of the kept keys, and the rest for all other keys. `kept`: numbers of keys. */
  sumUp(kept: readonly number[]): void {
    const { keys, keyPlaces, all } = this;
    const width = all.length;
    keyPlaces.fill(-1, 0, keys.size);
    for (let rank = 0; rank < kept.length; rank++) {
      keyPlaces[kept[rank]] = rank * width;
    }
    const others = kept.length * width;
    if (others + width > this.sums.length) {
      this.sums = new Float64Array((others + width) * 2);
    }
    const { sums } = this;
    sums.fill(0, 0, others);
    sums.set(all, others);
    if (others > 0) {
      this.addUp(sums);
    }
    for (let at = 0; at < others; at += width) {
      for (let i = 0; i < width; i++) {
        sums[others + i] -= sums[at + i];
      }
    }
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

  /** Adds every record of a kept key to the sums of its window. */
  private addUp(sums: Float64Array): void {
    const { numbers, keyPlaces, places, hasLongSpans } = this;
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
