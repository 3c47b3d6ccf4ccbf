import type { Tables } from '../records/flowRecord';
import { DistinctFlows } from './distinctFlows';
import type { KeyDimensions } from './keyDimensions';
import { KeyNumbers } from './keyNumbers';
import { KindRows } from './kindRows';
import type { Observer, Resolver } from './owners/resolver';
import { Columns, type RowStore } from './rowStore';
import { METRICS } from './sums';
import { eachShare } from './windows';

const MINUTE = 60;
/** Merging rows pays if there are at least so many per distinct flow. */
const ROWS_TO_MERGE = 1.5;

/** Sums up the records of one group, measurement by measurement. Reuses its memory for the next group. */
export class GroupSums {
  /** The group's records, those that are alike merged into one row. */
  private readonly rows = new Columns();
  /** Windows of the group (Unix seconds). */
  windows: number[] = [];
  /** For each window of the part, by its number: where its sums begin among those of the group's windows; -1 if it has none. */
  private places = new Int32Array(0);
  private windowNumber: (minute: number) => number = () => 0;
  private hasLongSpans = false;
  readonly flows = new DistinctFlows();
  /** The rows by kind of flow and application, and whether there are so few that they are to be summed up instead of the rows. */
  private readonly kinds = new KindRows();
  private hasFewKinds = false;
  /** Sums by window of each of {@link kinds}, one after the other. */
  private kindSums = new Float64Array(0);
  /** Sums of all records by window. */
  private all = new Float64Array(0);
  /** Keys of the current measurement, and those of what `other` keeps of them. */
  readonly keys = new KeyNumbers();
  private readonly others = new KeyNumbers();
  /** Whether they are numbered by {@link kinds} instead of by row. */
  private isByKind = false;
  private totals = new Float64Array(0);
  /** Where the sums of each key begin in {@link sums}; -1 for keys that are not kept. */
  private keyPlaces = new Int32Array(0);
  /** Sums by window of each kept key, one after the other, and then of all other keys, together or by {@link others}. */
  sums = new Float64Array(0);

  /** Numbers of sums of one key. */
  private get width(): number {
    return this.windows.length * METRICS;
  }

  /**
   * Begins a group and finds its {@link flows}. `partWindows`: of the part. `windowNumber`: the number of the window of a minute.
   */
  begin(
    store: RowStore,
    group: number,
    partWindows: readonly number[],
    windowNumber: (minute: number) => number,
    { observer, resolver, tables }: { observer: Observer; resolver: Resolver; tables: Tables }
  ): void {
    const { rows, flows } = this;
    store.gather(group, rows);
    this.windowNumber = windowNumber;
    this.placeWindows(partWindows);
    flows.find(rows, observer, resolver, tables);
    if (flows.size * ROWS_TO_MERGE <= rows.count) {
      rows.merge(flows.size, MINUTE);
    }
    if (rows.count > this.keyPlaces.length) {
      this.totals = new Float64Array(rows.count * 2 * METRICS);
      this.keyPlaces = new Int32Array(rows.count * 2);
    }
    this.sumUpKinds();
  }

  /** Numbers the keys of a measurement. */
  numberKeys(dimensions: KeyDimensions): void {
    this.isByKind = this.hasFewKinds && dimensions.sides.length === 0;
    this.keys.find(dimensions, this.flows, this.isByKind ? this.kinds : this.rows);
  }

  /** Sums up each key over all windows, for ranking: bytes, packets and flows of key 0, then of key 1 … */
  sumUpKeys(): Float64Array {
    const { keys, totals, kinds, kindSums, width } = this;
    const { count, bytes, packets, records } = this.rows;
    totals.fill(0, 0, keys.size * METRICS);
    if (this.isByKind) {
      for (let kind = 0; kind < kinds.count; kind++) {
        const at = keys.of[kind] * METRICS;
        for (let i = 0; i < width; i++) {
          totals[at + (i % METRICS)] += kindSums[kind * width + i];
        }
      }
      return totals;
    }
    const { of } = keys;
    for (let row = 0; row < count; row++) {
      const at = of[row] * METRICS;
      totals[at] += bytes[row];
      totals[at + 1] += packets[row];
      totals[at + 2] += records[row];
    }
    return totals;
  }

  /**
   * Sums up the windows of the kept keys, and the rest for all other keys: together, or by what `other` keeps of them. `kept`:
   * numbers of keys. Returns how many sums of others there are behind those of the kept keys.
   */
  sumUp(kept: readonly number[], keptOfOthers: KeyDimensions | undefined): number {
    const { keys, keyPlaces, width } = this;
    const others = kept.length === keys.size ? 0 : this.numberOthers(keptOfOthers);
    const end = (kept.length + others) * width;
    if (end > this.sums.length) {
      this.sums = new Float64Array(end * 2);
    }
    this.sums.fill(0, 0, end);
    if (kept.length > 0) {
      keyPlaces.fill(-1, 0, keys.size);
      for (let rank = 0; rank < kept.length; rank++) {
        keyPlaces[kept[rank]] = rank * width;
      }
      this.addUp(this.sums, keys.of, this.isByKind);
    }
    if (others > 0) {
      this.sumUpOthers(kept, keptOfOthers !== undefined);
    }
    return others;
  }

  /** A flow of the `other` of that number. */
  flowOfOther(other: number, keptOfOthers: KeyDimensions | undefined): number {
    return keptOfOthers ? this.others.flow(other) : 0;
  }

  /** Whether the sums at that place are of any flows. */
  hasFlows(place: number): boolean {
    const from = place * this.width;
    for (let i = from + METRICS - 1; i < from + this.width; i += METRICS) {
      if (this.sums[i] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Sums up {@link kinds}, if there are few, and all records. */
  private sumUpKinds(): void {
    const { kinds, keyPlaces, rows, width } = this;
    kinds.find(this.flows, rows);
    this.all = new Float64Array(width);
    const numbers = kinds.count * width;
    this.hasFewKinds = numbers <= rows.count;
    if (!this.hasFewKinds) {
      keyPlaces.fill(0, 0, kinds.count);
      this.addUp(this.all, kinds.of, false);
      return;
    }
    if (numbers > this.kindSums.length) {
      this.kindSums = new Float64Array(numbers * 2);
    }
    const sums = this.kindSums.fill(0, 0, numbers);
    for (let kind = 0; kind < kinds.count; kind++) {
      keyPlaces[kind] = kind * width;
    }
    this.addUp(sums, kinds.of, false);
    for (let from = 0; from < numbers; from += width) {
      for (let i = 0; i < width; i++) {
        this.all[i] += sums[from + i];
      }
    }
  }

  /** Numbers what `other` keeps of keys, if anything. Returns how many numbers there are. */
  private numberOthers(keptOfOthers: KeyDimensions | undefined): number {
    if (!keptOfOthers) {
      return 1;
    }
    this.others.find(keptOfOthers, this.flows, this.hasFewKinds ? this.kinds : this.rows);
    return this.others.size;
  }

  /** Sums up the other keys, behind the kept ones: what all records leave of those. `isApart`: by {@link others}. */
  private sumUpOthers(kept: readonly number[], isApart: boolean): void {
    const { keys, others, keyPlaces, sums, width } = this;
    const begin = kept.length * width;
    if (isApart) {
      for (let other = 0; other < others.size; other++) {
        keyPlaces[other] = begin + other * width;
      }
      this.addUp(sums, others.of, this.hasFewKinds);
    } else {
      sums.set(this.all, begin);
    }
    for (let rank = 0; rank < kept.length; rank++) {
      const from = rank * width;
      const at = begin + (isApart ? others.ofFlow(keys.flow(kept[rank])) * width : 0);
      for (let i = 0; i < width; i++) {
        sums[at + i] -= sums[from + i];
      }
    }
  }

  /** Finds the windows of the group, which are mostly few of the part's. */
  private placeWindows(all: readonly number[]): void {
    const { windowNumber } = this;
    const { starts, spans, windows, count } = this.rows;
    if (all.length > this.places.length) {
      this.places = new Int32Array(all.length * 2);
    }
    const places = this.places.fill(-1);
    this.windows = [];
    const place = (window: number) => {
      if (places[window] < 0) {
        places[window] = (this.windows.push(all[window]) - 1) * METRICS;
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

  /**
   * Adds every row whose number has a place in {@link keyPlaces} to the sums there. `numbers`: of each row; `isByKind`: of each of
   * {@link kinds} instead.
   */
  private addUp(sums: Float64Array, numbers: Int32Array, isByKind: boolean): void {
    if (isByKind) {
      this.addUpKinds(sums, numbers);
      return;
    }
    const { keyPlaces, places, hasLongSpans } = this;
    const { spans, windows, bytes, packets, records, count } = this.rows;
    for (let row = 0; row < count; row++) {
      const place = keyPlaces[numbers[row]];
      if (place < 0) {
        continue;
      }
      if (hasLongSpans && spans[row] > MINUTE) {
        this.addShares(sums, row, place);
        continue;
      }
      const at = place + places[windows[row]];
      sums[at] += bytes[row];
      sums[at + 1] += packets[row];
      sums[at + 2] += records[row];
    }
  }

  private addUpKinds(sums: Float64Array, numbers: Int32Array): void {
    const { keyPlaces, kinds, kindSums, width } = this;
    for (let kind = 0; kind < kinds.count; kind++) {
      const place = keyPlaces[numbers[kind]];
      if (place >= 0) {
        for (let i = 0; i < width; i++) {
          sums[place + i] += kindSums[kind * width + i];
        }
      }
    }
  }

  private addShares(sums: Float64Array, row: number, place: number): void {
    const { places, windowNumber } = this;
    const { starts, spans, bytes, packets } = this.rows;
    const start = starts[row];
    eachShare(start, start + spans[row], bytes[row], packets[row], (minute, moreBytes, morePackets, flows) => {
      const at = place + places[windowNumber(minute)];
      sums[at] += moreBytes;
      sums[at + 1] += morePackets;
      sums[at + 2] += flows;
    });
  }
}
