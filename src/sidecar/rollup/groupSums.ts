import type { KeyTable } from './keyTable';
import type { RowStore, Run } from './rowStore';
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
  private runs: readonly Run[] = [];
  /** Windows of the group, and the place of each of the part's windows among them. */
  private windows: number[] = [];
  private readonly places: number[] = [];
  private windowNumber: (minute: number) => number = () => 0;
  /** Key number of each row. */
  private numbers = new Int32Array(0);
  /** Per key number: bytes, packets, flows over all windows. */
  totals = new Float64Array(0);
  /** Where each key number's windows begin in {@link sums}; -1 for those that are not kept. */
  private keyPlaces = new Int32Array(0);
  private sums = new Float64Array(0);
  /** Sums of all records by window. */
  private all = new Float64Array(0);

  constructor(private readonly rows: RowStore) {}

  /** Begins with a group. `windows`: those of the part; `windowNumber`: the number of a minute's. */
  begin(group: number, windows: readonly number[], windowNumber: (minute: number) => number): void {
    const { rows } = this;
    this.runs = rows.runs(group);
    this.windowNumber = windowNumber;
    this.placeWindows(windows);
    this.all = new Float64Array(this.windows.length * METRICS);
    this.addUp(this.all, undefined);
    if (rows.room > this.numbers.length) {
      this.numbers = new Int32Array(rows.room);
    }
    const keys = rows.count(group);
    if (keys > this.keyPlaces.length) {
      this.totals = new Float64Array(keys * 2 * METRICS);
      this.keyPlaces = new Int32Array(keys * 2);
    }
  }

  /** Numbers the keys and sums each one up over all windows, for ranking. `first`, `second`: columns of codes. */
  numberKeys(keys: KeyTable, first: number, second: number | undefined): void {
    const { rows, numbers, totals } = this;
    const { bytes, packets } = rows;
    const firstCodes = rows.codes[first];
    const secondCodes = second === undefined ? undefined : rows.codes[second];
    for (const { begin, end } of this.runs) {
      for (let row = begin; row < end; row++) {
        const before = keys.size;
        const number = keys.number(firstCodes[row], secondCodes === undefined ? 0 : secondCodes[row]);
        numbers[row] = number;
        const at = number * METRICS;
        if (number === before) {
          totals[at] = bytes[row];
          totals[at + 1] = packets[row];
          totals[at + 2] = 1;
        } else {
          totals[at] += bytes[row];
          totals[at + 1] += packets[row];
          totals[at + 2] += 1;
        }
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
    const { places, windowNumber } = this;
    const { starts, spans, windows } = this.rows;
    this.windows = [];
    places.length = 0;
    const place = (window: number) => {
      places[window] ??= this.windows.push(all[window]) - 1;
    };
    let last = -1;
    for (const { begin, end } of this.runs) {
      for (let row = begin; row < end; row++) {
        if (windows[row] !== last) {
          last = windows[row];
          place(last);
        }
        if (spans[row] > MINUTE) {
          const until = starts[row] + spans[row];
          for (let minute = starts[row] - (starts[row] % MINUTE) + MINUTE; minute < until; minute += MINUTE) {
            place(windowNumber(minute));
          }
        }
      }
    }
  }

  /** Adds every record to the windows that begin at its key's place; to those at 0 without places. */
  private addUp(sums: Float64Array, keyPlaces: Int32Array | undefined): void {
    const { numbers, places, windowNumber } = this;
    const { starts, spans, windows, bytes, packets } = this.rows;
    let place = 0;
    const share = (minute: number, shareBytes: number, sharePackets: number, flows: number) => {
      const at = place + places[windowNumber(minute)] * METRICS;
      sums[at] += shareBytes;
      sums[at + 1] += sharePackets;
      sums[at + 2] += flows;
    };
    for (const { begin, end } of this.runs) {
      for (let row = begin; row < end; row++) {
        if (keyPlaces !== undefined) {
          place = keyPlaces[numbers[row]];
          if (place < 0) {
            continue;
          }
        }
        if (spans[row] > MINUTE) {
          eachShare(starts[row], starts[row] + spans[row], bytes[row], packets[row], share);
          continue;
        }
        const at = place + places[windows[row]] * METRICS;
        sums[at] += bytes[row];
        sums[at + 1] += packets[row];
        sums[at + 2] += 1;
      }
    }
  }
}
