import { DEFAULT_TOP_K, REFUSED } from '../../contract/stored';
import { Tables } from '../records/flowRecord';
import { RecordBatch } from '../records/recordBatch';
import { compareKeys } from './compareKeys';
import type { DistinctFlows, Span } from './distinctFlows';
import { GroupSums } from './groupSums';
import { keyDimensions, type KeyDimensions } from './keyDimensions';
import type { Measurement } from './measurements';
import { Resolver, type Observer } from './owners/resolver';
import { RowStore } from './rowStore';
import { METRICS } from './sums';
import type { RollupTerms } from './terms';
import { topKeys, type Ranking } from './topKeys';
import { windowOf } from './windows';

/**
 * The limits of a part, constants of the rules version: it is closed after the record that reaches one of them. They depend on
 * the records alone, never on chunks, threads or free memory, so that a replay cuts the same parts.
 */
export const PART_LIMITS = {
  records: 1_000_000,
  windows: 4096,
  tableBytes: 16 * 1024 * 1024,
  /** One more record (at most 2^47) could take a sum beyond 2^53, where doubles are no longer exact. */
  sum: 2 ** 53 - 2 ** 47,
} as const;

/** The limits of a part. Other than {@link PART_LIMITS} in tests only. */
export type PartLimits = Readonly<Record<keyof typeof PART_LIMITS, number>>;

const MINUTE = 60;
/** Slots of the cache of windows: more than the different minutes of neighbouring records. */
const CACHED_MINUTES = 256;
/** Spreads multiples of 60 over the slots of the cache. */
const MINUTE_HASH = 0x9e3779b1;
const CACHE_SHIFT = 24;

/** Receives the sums of a part. */
export interface RollupSink {
  /** Begins a group and measurement, given by its number. `flows`: of the group. */
  series(measurement: number, flows: DistinctFlows): void;
  /**
   * Takes the sums of one key: those of `windows[i]` (Unix seconds) begin at `values[at + METRICS × i]`. The key is that of a
   * flow and an application; `isOther`: of all keys outside the top K together that are the same in what `other` keeps.
   */
  key(key: RollupKey, windows: readonly number[], values: Float64Array, at: number): void;
}

/** A key, by the number of a flow that has it and the code of an application. */
export interface RollupKey {
  readonly flow: number;
  readonly application: number;
  readonly isOther: boolean;
}

/** A measurement, with the dimensions of its keys and of what `other` keeps of them. */
interface KeyedMeasurement {
  readonly measurement: Measurement;
  readonly dimensions: KeyDimensions;
  readonly keptOfOthers: KeyDimensions | undefined;
}

/** Collects the records of a part, then sums them up group by group. Reused for the next part and the next object. */
export class Part {
  tables = new Tables();
  private measurements: readonly KeyedMeasurement[] = [];
  private terms: Pick<RollupTerms, 'minuteHorizon' | 'topK'> = { minuteHorizon: 0, topK: 0 };
  private limits: PartLimits = PART_LIMITS;
  /** Whether a record of the object is over a minute long. */
  hasLongSpans = false;
  private size = 0;
  private bytesTotal = 0;
  private packetsTotal = 0;
  private readonly rows: RowStore;
  private windowNumbers = new Map<number, number>();
  private windows: number[] = [];
  /** Records that begin in each window. */
  private windowRecords: number[] = [];
  /** Number of the window of each record of the current batch. */
  private readonly batchWindows = new Uint16Array(RecordBatch.SIZE);
  private readonly cachedMinutes = new Float64Array(CACHED_MINUTES);
  private readonly cachedWindows = new Int32Array(CACHED_MINUTES);
  /** When the first and the last egress record of each group of the rolled up part begin, by the group's number. */
  readonly egress = new Map<number, Span>();
  /** The first and the last window of each group of the rolled up part, by the group's number. */
  readonly spans = new Map<number, Span>();
  private readonly group = new GroupSums();
  private resolver = new Resolver(undefined);

  /** `rows`: number of records to make room for at first. */
  constructor(rows?: number) {
    this.rows = new RowStore(rows);
  }

  /** Begins the first part of an object. */
  begin(
    measurements: readonly Measurement[],
    terms: Pick<RollupTerms, 'minuteHorizon' | 'topK'>,
    limits: PartLimits,
    resolver: Resolver
  ): void {
    this.measurements = measurements.map(keyed);
    this.terms = terms;
    this.limits = limits;
    this.hasLongSpans = false;
    this.resolver = resolver;
    this.clear();
    this.tables = new Tables();
  }

  /** Forgets all texts, for the next part: after {@link clear}, since records refer to them. */
  forgetTexts(): void {
    // The next part will have as many addresses: it reuses the memory instead of waiting for a garbage collection.
    const { addresses } = this.tables;
    addresses.clear();
    this.tables = new Tables(addresses);
  }

  /** Forgets all records, for the next part. Keeps the texts: the rest of the current batch refers to them. */
  clear(): void {
    this.size = 0;
    this.bytesTotal = 0;
    this.packetsTotal = 0;
    this.rows.clear();
    this.windowNumbers = new Map();
    this.windows = [];
    this.windowRecords = [];
    this.cachedMinutes.fill(-1);
  }

  /** Bytes, packets and flows of the records taken. */
  get totals(): readonly [number, number, number] {
    return [this.bytesTotal, this.packetsTotal, this.size];
  }

  /** Records taken of a group, by the number that {@link add} was given. */
  records(group: number): number {
    return this.rows.count(group);
  }

  /** Whether the part has reached one of its limits. That of the tables is checked by the decoder. */
  get isFull(): boolean {
    const { limits } = this;
    return (
      this.size >= limits.records ||
      this.windows.length >= limits.windows ||
      this.bytesTotal > limits.sum ||
      this.packetsTotal > limits.sum
    );
  }

  /** Number of records by the window (Unix seconds) that they begin in. */
  *recordsByWindow(): Generator<readonly [window: number, records: number]> {
    for (let i = 0; i < this.windows.length; i++) {
      if (this.windowRecords[i] > 0) {
        yield [this.windows[i], this.windowRecords[i]];
      }
    }
  }

  /**
   * Takes the records `[from, to)` of a batch, whose texts are in {@link tables}, until the part is full. `groups`: the number
   * of each record's group. Returns where it stopped.
   */
  add(batch: RecordBatch, from: number, to: number, groups: Int32Array): number {
    const { windowRecords, batchWindows, limits } = this;
    let { bytesTotal, packetsTotal } = this;
    const until = Math.min(to, from + limits.records - this.size);
    let record = from;
    while (
      record < until &&
      !(bytesTotal > limits.sum || packetsTotal > limits.sum || this.windows.length >= limits.windows)
    ) {
      const start = batch.starts[record] >>> 0;
      const end = batch.ends[record] >>> 0;
      const window = this.windowNumber(start - (start % MINUTE));
      windowRecords[window]++;
      batchWindows[record] = window;
      bytesTotal += batch.bytes[record];
      packetsTotal += batch.packets[record];
      if (end - start > MINUTE) {
        this.hasLongSpans = true;
        for (let minute = start - (start % MINUTE) + MINUTE; minute < end; minute += MINUTE) {
          this.windowNumber(minute);
        }
      }
      record++;
    }
    this.bytesTotal = bytesTotal;
    this.packetsTotal = packetsTotal;
    this.size += record - from;
    this.rows.add(batch, from, record, groups, batchWindows);
    return record;
  }

  /** Sums up every group and measurement. `observers`: what is written of each group, by its number. */
  rollUp(observers: readonly Observer[], sink: RollupSink): void {
    const { group, rows, windows, measurements, resolver, tables } = this;
    const windowNumber = (minute: number) => this.windowNumber(minute);
    this.egress.clear();
    this.spans.clear();
    observers.forEach((observer, number) => {
      if (rows.count(number) === 0) {
        return;
      }
      group.begin(rows, number, windows, windowNumber, { observer, resolver, tables });
      this.spans.set(number, spanOf(group.windows));
      if (group.flows.egress) {
        this.egress.set(number, group.flows.egress);
      }
      for (const [number, keyed] of measurements.entries()) {
        const { action } = keyed.measurement;
        if (action === undefined || action === observer.action) {
          sink.series(number, group.flows);
          this.rollGroup(observer, keyed, sink);
        }
      }
    });
  }

  /** The number of the window of a minute (Unix seconds); a new one if it was not seen before in this part. */
  private windowNumber(minute: number): number {
    const slot = Math.imul(minute, MINUTE_HASH) >>> CACHE_SHIFT;
    if (this.cachedMinutes[slot] !== minute) {
      const window = windowOf(minute, this.terms);
      let number = this.windowNumbers.get(window);
      if (number === undefined) {
        number = this.windows.push(window) - 1;
        this.windowRecords.push(0);
        this.windowNumbers.set(window, number);
      }
      this.cachedMinutes[slot] = minute;
      this.cachedWindows[slot] = number;
    }
    return this.cachedWindows[slot];
  }

  private rollGroup(observer: Observer, keyed: KeyedMeasurement, sink: RollupSink): void {
    const { measurement, dimensions, keptOfOthers } = keyed;
    const sums = this.group;
    sums.numberKeys(dimensions);
    const { keys, flows, windows } = sums;
    const limit = topOf(measurement, this.terms.topK, keys.size);
    const kept =
      keys.size <= limit
        ? Array.from({ length: keys.size }, (_, key) => key)
        : topKeys(keys.size, limit, sums.sumUpKeys(), ranked(observer), (a, b) =>
            compareKeys(dimensions.all, flows, keys, a, b)
          );
    const others = sums.sumUp(kept, keptOfOthers);
    const width = windows.length * METRICS;
    kept.forEach((key, rank) => {
      const [flow, application] = [keys.flow(key), keys.application(key)];
      sink.key({ flow, application, isOther: false }, windows, sums.sums, rank * width);
    });
    for (let other = 0; other < others; other++) {
      const place = kept.length + other;
      if (sums.hasFlows(place)) {
        const flow = sums.flowOfOther(other, keptOfOthers);
        sink.key({ flow, application: 0, isOther: true }, windows, sums.sums, place * width);
      }
    }
  }
}

/** The first and the last of these windows, which come in any order. */
function spanOf(windows: readonly number[]): Span {
  let [since, until] = [Infinity, 0];
  for (const window of windows) {
    since = Math.min(since, window);
    until = Math.max(until, window);
  }
  return { since, until };
}

function keyed(measurement: Measurement): KeyedMeasurement {
  const { name, keys, kept } = measurement;
  const keptOfOthers = kept && keyDimensions(kept, measurement);
  if (keptOfOthers && (keptOfOthers.sides.length > 0 || keptOfOthers.hasApplication)) {
    throw new Error(`${name}: other can keep neither addresses nor applications.`);
  }
  return { measurement, dimensions: keyDimensions(Object.keys(keys), measurement), keptOfOthers };
}

/** How many keys a measurement keeps by name. A number of its own shrinks with K, which the room in the store decides. */
function topOf({ top }: Measurement, topK: number, all: number): number {
  if (top === 'all') {
    return all;
  }
  return top === 'K' ? topK : Math.floor(top * Math.min(1, topK / DEFAULT_TOP_K));
}

/**
 * The metrics that rank a group's keys, in order: rejected traffic by flows, since it is tiny in bytes and is what people
 * look for; everything else by bytes.
 */
function ranked({ action }: Observer): Ranking {
  return action === REFUSED ? { first: 2, second: 1, third: 0 } : { first: 0, second: 1, third: 2 };
}
