import type { KeyTable } from './keyTable';
import { Columns } from './rowStore';
import { eachShare } from './windows';

/** Bytes, packets and flows: how many numbers stand for one window. */
export const METRICS = 3;
const MINUTE = 60;

/** Sums of one key: `windows[i]` (Unix seconds) has `values[at + 3 i …]` = bytes, packets, flows. Valid until the next key. */
export interface SumsByWindow {
  readonly windows: readonly number[];
  values: Float64Array;
  at: number;
}

/** Sums up the records of one group, measurement by measurement. Its memory is kept from one group to the next. */
export class GroupSums {
  readonly columns = new Columns();
  private count = 0;
  /** Windows of the group, and the place of each of the part's windows among them. */
  private windows: number[] = [];
  private readonly places: number[] = [];
  private windowNumber: (minute: number) => number = () => 0;
  /** Key number of each record. */
  private numbers = new Int32Array(0);
  /** Per key number: bytes, packets, flows over all windows. */
  totals = new Float64Array(0);
  /** Where each key number's windows begin in {@link sums}; -1 for those that are not kept. */
  private keyPlaces = new Int32Array(0);
  private sums = new Float64Array(0);
  /** Sums of all records by window. */
  private all = new Float64Array(0);

  /**
   * Begins with the records in {@link columns}. `windows`: those of the part; `windowNumber`: the number of a minute's.
   */
  begin(count: number, windows: readonly number[], windowNumber: (minute: number) => number): void {
    this.count = count;
    this.windowNumber = windowNumber;
    this.placeWindows(windows);
    this.all = new Float64Array(this.windows.length * METRICS);
    this.addUp(this.all, undefined);
    if (count > this.numbers.length) {
      const room = this.columns.starts.length;
      this.numbers = new Int32Array(room);
      this.totals = new Float64Array(room * METRICS);
      this.keyPlaces = new Int32Array(room);
    }
  }

  /** Numbers the keys and sums each one up over all windows, for ranking. `first`, `second`: columns of codes. */
  numberKeys(keys: KeyTable, first: number, second: number | undefined): void {
    const { columns, count, numbers, totals } = this;
    const { bytes, packets } = columns;
    const firstCodes = columns.codes[first];
    const secondCodes = second === undefined ? undefined : columns.codes[second];
    keys.clear(count);
    for (let i = 0; i < count; i++) {
      const before = keys.size;
      const number = keys.number(firstCodes[i], secondCodes === undefined ? 0 : secondCodes[i]);
      numbers[i] = number;
      const at = number * METRICS;
      if (number === before) {
        totals[at] = bytes[i];
        totals[at + 1] = packets[i];
        totals[at + 2] = 1;
      } else {
        totals[at] += bytes[i];
        totals[at + 1] += packets[i];
        totals[at + 2] += 1;
      }
    }
  }

  /** Sums up the windows of the kept key numbers; there are `keys` numbers. */
  sumUp(kept: readonly number[], keys: number): void {
    const width = this.windows.length * METRICS;
    this.keyPlaces.fill(-1, 0, keys);
    kept.forEach((number, rank) => (this.keyPlaces[number] = rank * width));
    // One more, for what is left.
    const size = (kept.length + 1) * width;
    if (size > this.sums.length) {
      this.sums = new Float64Array(size * 2);
    }
    this.sums.fill(0, 0, size);
    this.addUp(this.sums, this.keyPlaces);
  }

  /** The sums of the kept key of that rank. */
  ofRank(rank: number): SumsByWindow {
    return { windows: this.windows, values: this.sums, at: rank * this.windows.length * METRICS };
  }

  /** The sums of all keys that are not among the `kept` ones: all records less those. */
  ofOthers(kept: number): SumsByWindow {
    const { sums, all } = this;
    const width = all.length;
    const at = kept * width;
    sums.set(all, at);
    for (let i = 0; i < at; i++) {
      sums[at + (i % width)] -= sums[i];
    }
    return { windows: this.windows, values: sums, at };
  }

  /** Finds the windows of the group: most groups have few of the part's. */
  private placeWindows(all: readonly number[]): void {
    const { count, places, windowNumber } = this;
    const { starts, spans, windows } = this.columns;
    this.windows = [];
    places.length = 0;
    const place = (window: number) => {
      places[window] ??= this.windows.push(all[window]) - 1;
    };
    let last = -1;
    for (let i = 0; i < count; i++) {
      if (windows[i] !== last) {
        last = windows[i];
        place(last);
      }
      if (spans[i] > MINUTE) {
        const end = starts[i] + spans[i];
        for (let minute = starts[i] - (starts[i] % MINUTE) + MINUTE; minute < end; minute += MINUTE) {
          place(windowNumber(minute));
        }
      }
    }
  }

  /** Adds every record to the windows that begin at its key's place; to those at 0 without places. */
  private addUp(sums: Float64Array, keyPlaces: Int32Array | undefined): void {
    const { count, numbers, places, windowNumber } = this;
    const { starts, spans, windows, bytes, packets } = this.columns;
    let place = 0;
    const share = (minute: number, shareBytes: number, sharePackets: number, flows: number) => {
      const at = place + places[windowNumber(minute)] * METRICS;
      sums[at] += shareBytes;
      sums[at + 1] += sharePackets;
      sums[at + 2] += flows;
    };
    for (let i = 0; i < count; i++) {
      if (keyPlaces !== undefined) {
        place = keyPlaces[numbers[i]];
        if (place < 0) {
          continue;
        }
      }
      if (spans[i] > MINUTE) {
        eachShare(starts[i], starts[i] + spans[i], bytes[i], packets[i], share);
        continue;
      }
      const at = place + places[windows[i]] * METRICS;
      sums[at] += bytes[i];
      sums[at + 1] += packets[i];
      sums[at + 2] += 1;
    }
  }
}
