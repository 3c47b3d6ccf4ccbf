import { Tables, type FlowRecord } from '../records/flowRecord';
import { DIMENSIONS, type DimensionName, type Measurement } from './measurements';
import type { RollupTerms } from './terms';
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

/** A measurement's columns are joined into one key number: 2^26 ids in the second column, 2^27 in the first. */
const KEY_RADIX = 2 ** 26;
const METRICS = 3;
const INITIAL_ROWS = 256;

/** Sums of one key of one group in a measurement: `windows[i]` (Unix seconds) has `sums[3 i …]` = bytes, packets, flows. */
export interface RolledKey {
  /** Dimension codes of the key; undefined for everything outside the top K. */
  readonly codes: readonly number[] | undefined;
  readonly windows: readonly number[];
  readonly sums: Float64Array;
}

/** Collects records of one part in typed arrays, then sums them up group by group. */
export class Part {
  readonly tables = new Tables();
  private size = 0;
  private bytesTotal = 0;
  private packetsTotal = 0;
  private groups = new Int32Array(INITIAL_ROWS);
  private starts = new Uint32Array(INITIAL_ROWS);
  private spans = new Uint16Array(INITIAL_ROWS);
  private bytes = new Float64Array(INITIAL_ROWS);
  private packets = new Float64Array(INITIAL_ROWS);
  private readonly codes = new Map<DimensionName, Int32Array>();
  private readonly windowIndex = new Map<number, number>();
  private readonly windows: number[] = [];

  constructor(
    private readonly measurements: readonly Measurement[],
    private readonly terms: Pick<RollupTerms, 'minuteHorizon' | 'topK'>,
    private readonly limits: PartLimits = PART_LIMITS
  ) {
    for (const name of new Set(measurements.flatMap((measurement) => measurement.dimensions))) {
      this.codes.set(name, new Int32Array(INITIAL_ROWS));
    }
  }

  /** Bytes, packets and flows of the records taken. */
  get totals(): readonly [number, number, number] {
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

  /** Takes one record whose texts are in {@link tables}. */
  add(record: FlowRecord): void {
    const row = this.size++;
    if (row === this.groups.length) {
      this.grow();
    }
    this.groups[row] = record.group;
    this.starts[row] = record.start;
    this.spans[row] = record.end - record.start;
    this.bytes[row] = record.bytes;
    this.packets[row] = record.packets;
    this.bytesTotal += record.bytes;
    this.packetsTotal += record.packets;
    for (const [name, column] of this.codes) {
      column[row] = DIMENSIONS[name].code(record);
    }
    const last = record.end - record.start <= 60 ? record.start : record.end - 1;
    for (let minute = record.start - (record.start % 60); minute <= last; minute += 60) {
      const window = windowOf(minute, this.terms);
      if (!this.windowIndex.has(window)) {
        this.windowIndex.set(window, this.windows.push(window) - 1);
      }
    }
  }

  /** Sums up every group and measurement, in the order the groups were first seen. */
  *roll(): Generator<{ group: number; measurement: Measurement; key: RolledKey }> {
    const { order, ends } = this.orderByGroup();
    for (let group = 0, from = 0; group < ends.length; group++) {
      const rows = order.subarray(from, ends[group]);
      from = ends[group];
      if (rows.length === 0) {
        continue;
      }
      for (const measurement of this.measurements) {
        for (const key of this.rollGroup(rows, group, measurement)) {
          yield { group, measurement, key };
        }
      }
    }
  }

  /** Counting sort of the rows by group: `order` holds row numbers, group g's end before `ends[g]`. */
  private orderByGroup(): { order: Int32Array; ends: Int32Array } {
    const ends = new Int32Array(this.tables.groups.length);
    for (let row = 0; row < this.size; row++) {
      ends[this.groups[row]]++;
    }
    for (let group = 1; group < ends.length; group++) {
      ends[group] += ends[group - 1];
    }
    const next = Int32Array.from(ends);
    const order = new Int32Array(this.size);
    for (let row = this.size - 1; row >= 0; row--) {
      order[--next[this.groups[row]]] = row;
    }
    return { order, ends };
  }

  private *rollGroup(rows: Int32Array, group: number, measurement: Measurement): Generator<RolledKey> {
    const columns = measurement.dimensions.map((name) => this.codes.get(name)!);
    const [first, second] = columns;
    const slots = new Map<number, number>();
    const slotOfRow = new Int32Array(rows.length);
    const totals = new Float64Array(rows.length * METRICS);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      const key = second ? first[row] * KEY_RADIX + second[row] : first[row];
      let slot = slots.get(key);
      if (slot === undefined) {
        slot = slots.size;
        slots.set(key, slot);
      }
      slotOfRow[i] = slot;
      totals[slot * METRICS] += this.bytes[row];
      totals[slot * METRICS + 1] += this.packets[row];
      totals[slot * METRICS + 2] += 1;
    }
    const keys = [...slots.keys()];
    const codesOf = (slot: number) =>
      second ? [Math.floor(keys[slot] / KEY_RADIX), keys[slot] % KEY_RADIX] : [keys[slot]];
    const limit = measurement.topK ? this.terms.topK : keys.length;
    const kept = topSlots(keys.length, limit, this.ranking(group, measurement, totals, codesOf));

    const width = this.windows.length * METRICS;
    const sums = new Float64Array((kept.length + 1) * width);
    const rankOf = new Int32Array(keys.length).fill(kept.length);
    kept.forEach((slot, rank) => (rankOf[slot] = rank));
    let base = 0;
    const share = (minute: number, bytes: number, packets: number, flows: number) => {
      const at = base + this.windowIndex.get(windowOf(minute, this.terms))! * METRICS;
      sums[at] += bytes;
      sums[at + 1] += packets;
      sums[at + 2] += flows;
    };
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i];
      base = rankOf[slotOfRow[i]] * width;
      eachShare(this.starts[row], this.starts[row] + this.spans[row], this.bytes[row], this.packets[row], share);
    }
    for (let rank = 0; rank < kept.length; rank++) {
      yield this.rolledKey(codesOf(kept[rank]), sums.subarray(rank * width, (rank + 1) * width));
    }
    if (kept.length < keys.length) {
      yield this.rolledKey(undefined, sums.subarray(kept.length * width));
    }
  }

  private rolledKey(codes: readonly number[] | undefined, sums: Float64Array): RolledKey {
    return { codes, windows: this.windows, sums };
  }

  /**
   * Which of two keys comes first. REJECT ranks by flows, since rejected traffic is tiny in bytes and is what people look
   * for; everything else by bytes. Ties fall to the other metrics and then to the key, so that the order is total.
   */
  private ranking(
    group: number,
    measurement: Measurement,
    totals: Float64Array,
    codesOf: (slot: number) => readonly number[]
  ): (a: number, b: number) => number {
    const order = this.tables.groups[group]!.action === 'REJECT' ? [2, 1, 0] : [0, 1, 2];
    const dimensions = measurement.dimensions.map((name) => DIMENSIONS[name]);
    return (a, b) => {
      for (const metric of order) {
        const difference = totals[b * METRICS + metric] - totals[a * METRICS + metric];
        if (difference !== 0) {
          return difference;
        }
      }
      const codesA = codesOf(a);
      const codesB = codesOf(b);
      for (let i = 0; i < dimensions.length; i++) {
        const difference = dimensions[i].compare(codesA[i], codesB[i], this.tables);
        if (difference !== 0) {
          return difference;
        }
      }
      return 0;
    };
  }

  private grow(): void {
    const rows = this.groups.length * 2;
    this.groups = enlarge(this.groups, new Int32Array(rows));
    this.starts = enlarge(this.starts, new Uint32Array(rows));
    this.spans = enlarge(this.spans, new Uint16Array(rows));
    this.bytes = enlarge(this.bytes, new Float64Array(rows));
    this.packets = enlarge(this.packets, new Float64Array(rows));
    for (const [name, column] of this.codes) {
      this.codes.set(name, enlarge(column, new Int32Array(rows)));
    }
  }
}

function enlarge<T extends Int32Array | Uint32Array | Uint16Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The first `limit` slots of 0 … count-1 in the order of `compare`, in that order. */
function topSlots(count: number, limit: number, compare: (a: number, b: number) => number): number[] {
  const top: number[] = [];
  for (let slot = 0; slot < count; slot++) {
    if (top.length === limit && (limit === 0 || compare(slot, top[limit - 1]) >= 0)) {
      continue;
    }
    let low = 0;
    let high = top.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(top[middle], slot) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    top.splice(low, 0, slot);
    if (top.length > limit) {
      top.pop();
    }
  }
  return top;
}
