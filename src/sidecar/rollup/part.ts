import { Tables, type FlowRecord } from '../records/flowRecord';
import { KeyTable } from './keyTable';
import { DIMENSIONS, type Measurement } from './measurements';
import { Columns, RowStore } from './rowStore';
import type { RollupTerms } from './terms';
import { topNumbers } from './topNumbers';
import { eachShare, windowOf } from './windows';

/**
 * Constants of rules version 1: a part is closed at the record boundary where one of them is reached. They depend on the
 * records alone, never on chunks, threads or free memory, so a replay cuts the same parts.
 */
export const PART_LIMITS = {
  records: 1_000_000,
  windows: 4096,
  tokenBytes: 32 * 1024 * 1024,
  /** One more record (at most 2^47) could take a sum beyond 2^53, where doubles are no longer exact. */
  sum: 2 ** 53 - 2 ** 47,
} as const;

/** What closes a part; other than {@link PART_LIMITS} only in tests. */
export type PartLimits = Readonly<Record<keyof typeof PART_LIMITS, number>>;

const METRICS = 3;
const MINUTE = 60;

/** Sums of one key of one group in a measurement: `windows[i]` (Unix seconds) has `sums[3 i …]` = bytes, packets, flows. */
export interface RolledKey {
  /** Dimension codes of the key; undefined for everything outside the top K. */
  readonly codes: readonly number[] | undefined;
  readonly windows: readonly number[];
  /** Valid until the next key. */
  readonly sums: Float64Array;
}

/** Collects records of one part, then sums them up group by group. */
export class Part {
  readonly tables = new Tables();
  private size = 0;
  private bytesTotal = 0;
  private packetsTotal = 0;
  private readonly rows: RowStore;
  private readonly columns: Columns;
  /** Per measurement: the columns of its dimensions. */
  private readonly keyColumns: ReadonlyArray<readonly number[]>;
  private readonly windowNumbers = new Map<number, number>();
  private readonly windows: number[] = [];
  /** Records that begin in each window. */
  private readonly windowRecords: number[] = [];
  private lastMinute = -1;
  private lastWindow = -1;

  // What summing up one group needs, kept from one group to the next.
  private readonly keys = new KeyTable();
  private numbers = new Int32Array(0);
  private totals = new Float64Array(0);
  private sums = new Float64Array(0);
  /** Windows of the group, and the place of each of the part's windows among them. */
  private groupWindows: number[] = [];
  private readonly windowPlaces: number[] = [];

  constructor(
    private readonly measurements: readonly Measurement[],
    private readonly terms: Pick<RollupTerms, 'minuteHorizon' | 'topK'>,
    private readonly limits: PartLimits = PART_LIMITS
  ) {
    const names = [...new Set(measurements.flatMap(({ dimensions }) => dimensions))];
    this.rows = new RowStore(names.map((name) => DIMENSIONS[name].code));
    this.columns = new Columns(names.length);
    this.keyColumns = measurements.map(({ dimensions }) => dimensions.map((name) => names.indexOf(name)));
  }

  /** Bytes, packets and flows of the records taken. */
  get sumsOfAll(): readonly [number, number, number] {
    return [this.bytesTotal, this.packetsTotal, this.size];
  }

  /** True when the part has reached one of its limits. */
  get isFull(): boolean {
    const { limits } = this;
    const { addresses, groupTokens } = this.tables;
    return (
      this.size >= limits.records ||
      this.windows.length >= limits.windows ||
      this.bytesTotal > limits.sum ||
      this.packetsTotal > limits.sum ||
      addresses.bytes + groupTokens.bytes >= limits.tokenBytes
    );
  }

  /** Records by the window (Unix seconds) they begin in. */
  *recordsByWindow(): Generator<readonly [window: number, records: number]> {
    for (let i = 0; i < this.windows.length; i++) {
      if (this.windowRecords[i] > 0) {
        yield [this.windows[i], this.windowRecords[i]];
      }
    }
  }

  /** Takes one record whose texts are in {@link tables}. */
  add(record: FlowRecord): void {
    const { start, end } = record;
    const first = start - (start % MINUTE);
    const window = this.windowNumber(first);
    this.windowRecords[window]++;
    this.rows.add(record, window);
    this.size++;
    this.bytesTotal += record.bytes;
    this.packetsTotal += record.packets;
    if (end - start > MINUTE) {
      for (let minute = first + MINUTE; minute < end; minute += MINUTE) {
        this.windowNumber(minute);
      }
    }
  }

  /** Sums up every group and measurement, in the order the groups were first seen. */
  *roll(): Generator<{ group: number; measurement: Measurement; key: RolledKey }> {
    for (let group = 0; group < this.tables.groups.length; group++) {
      const count = this.rows.count(group);
      if (count === 0) {
        continue;
      }
      this.rows.gather(group, this.columns);
      this.placeWindows(count);
      for (let m = 0; m < this.measurements.length; m++) {
        for (const key of this.rollGroup(group, count, this.measurements[m], this.keyColumns[m])) {
          yield { group, measurement: this.measurements[m], key };
        }
      }
    }
  }

  /** The number of a minute's window in this part; a new one when it was not seen before. */
  private windowNumber(minute: number): number {
    if (minute !== this.lastMinute) {
      const window = windowOf(minute, this.terms);
      let number = this.windowNumbers.get(window);
      if (number === undefined) {
        number = this.windows.push(window) - 1;
        this.windowRecords.push(0);
        this.windowNumbers.set(window, number);
      }
      this.lastMinute = minute;
      this.lastWindow = number;
    }
    return this.lastWindow;
  }

  /** Finds the windows of the gathered group: most groups have few of the part's. */
  private placeWindows(count: number): void {
    const { columns, windowPlaces } = this;
    const { starts, spans, windows } = columns;
    this.groupWindows = [];
    windowPlaces.length = 0;
    const place = (window: number) => {
      windowPlaces[window] ??= this.groupWindows.push(this.windows[window]) - 1;
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
          place(this.windowNumber(minute));
        }
      }
    }
  }

  private *rollGroup(
    group: number,
    count: number,
    measurement: Measurement,
    keyColumns: readonly number[]
  ): Generator<RolledKey> {
    const { keys, groupWindows: windows } = this;
    this.numberKeys(count, keyColumns);
    const limit = measurement.topK ? this.terms.topK : keys.size;
    const kept = topNumbers(keys.size, limit, this.ranking(group, measurement));
    const width = windows.length * METRICS;
    const places = new Int32Array(keys.size).fill(kept.length * width);
    kept.forEach((number, rank) => (places[number] = rank * width));
    const sums = this.sumUp(count, places, (kept.length + 1) * width);
    const codesOf = (number: number) =>
      keyColumns.length === 2 ? [keys.first[number], keys.second[number]] : [keys.first[number]];
    for (let rank = 0; rank < kept.length; rank++) {
      yield { codes: codesOf(kept[rank]), windows, sums: sums.subarray(rank * width, (rank + 1) * width) };
    }
    if (kept.length < keys.size) {
      yield { codes: undefined, windows, sums: sums.subarray(kept.length * width, (kept.length + 1) * width) };
    }
  }

  /** Numbers the keys of the gathered group and sums each one up over all windows, for ranking. */
  private numberKeys(count: number, [first, second]: readonly number[]): void {
    const { keys, columns } = this;
    const { bytes, packets } = columns;
    if (count > this.numbers.length) {
      this.numbers = new Int32Array(columns.starts.length);
      this.totals = new Float64Array(columns.starts.length * METRICS);
    }
    const { numbers, totals } = this;
    const firstCodes = columns.codes[first];
    const secondCodes = second === undefined ? undefined : columns.codes[second];
    keys.clear(count);
    totals.fill(0, 0, count * METRICS);
    for (let i = 0; i < count; i++) {
      const number = keys.number(firstCodes[i], secondCodes === undefined ? 0 : secondCodes[i]);
      numbers[i] = number;
      const at = number * METRICS;
      totals[at] += bytes[i];
      totals[at + 1] += packets[i];
      totals[at + 2] += 1;
    }
  }

  /** Sums of each key's windows: those of key number n begin at `places[n]`. */
  private sumUp(count: number, places: Int32Array, size: number): Float64Array {
    const { starts, spans, windows, bytes, packets } = this.columns;
    const { numbers, windowPlaces } = this;
    if (size > this.sums.length) {
      this.sums = new Float64Array(size * 2);
    }
    const { sums } = this;
    sums.fill(0, 0, size);
    let place = 0;
    const share = (minute: number, shareBytes: number, sharePackets: number, flows: number) => {
      const at = place + windowPlaces[this.windowNumber(minute)] * METRICS;
      sums[at] += shareBytes;
      sums[at + 1] += sharePackets;
      sums[at + 2] += flows;
    };
    for (let i = 0; i < count; i++) {
      place = places[numbers[i]];
      if (spans[i] > MINUTE) {
        eachShare(starts[i], starts[i] + spans[i], bytes[i], packets[i], share);
        continue;
      }
      const at = place + windowPlaces[windows[i]] * METRICS;
      sums[at] += bytes[i];
      sums[at + 1] += packets[i];
      sums[at + 2] += 1;
    }
    return sums;
  }

  /**
   * Which of two keys comes first. REJECT ranks by flows, since rejected traffic is tiny in bytes and is what people look
   * for; everything else by bytes. Ties fall to the other metrics and then to the key, so that the order is total.
   */
  private ranking(group: number, measurement: Measurement): (a: number, b: number) => number {
    const { keys, tables, totals } = this;
    const [metric1, metric2, metric3] = tables.groups[group]!.action === 'REJECT' ? [2, 1, 0] : [0, 1, 2];
    const [first, second] = measurement.dimensions.map((name) => DIMENSIONS[name]);
    return (a, b) =>
      totals[b * METRICS + metric1] - totals[a * METRICS + metric1] ||
      totals[b * METRICS + metric2] - totals[a * METRICS + metric2] ||
      totals[b * METRICS + metric3] - totals[a * METRICS + metric3] ||
      first.compare(keys.first[a], keys.first[b], tables) ||
      (second === undefined ? 0 : second.compare(keys.second[a], keys.second[b], tables));
  }
}
