import type { Group, RecordSink } from '../records/flowRecord';
import { isMalformed, type RecordReason } from '../records/reasons';
import type { RecordBatch } from '../records/recordBatch';
import { exporterOf, OVERFLOW_EXPORTER, type Exporter } from './exporter';
import { KeyTags } from './keyTags';
import { LineEncoder, type LinesSink } from './lineEncoder';
import { seriesPrefix } from './lineProtocol';
import { measurementsFor, MEASUREMENTS, type Measurement } from './measurements';
import { Part, PART_LIMITS, type PartLimits, type RolledSink } from './part';
import { addSums, METRICS, noSums, type Sums } from './sums';
import type { ExporterDecision, RollupTerms } from './terms';
import { windowOf } from './windows';

/** What the rollup needs from the outside while it runs: decisions that end up in the plan, and where lines go. */
export interface RollupContext {
  /** What becomes of an exporter's records; asked once per exporter. */
  decide(exporter: Exporter): ExporterDecision;
  /** The offset (nanoseconds, 1 … 60 s) of part number `part`; asked once per part. */
  offset(part: number): number;
  /** Takes encoded lines of one policy, block by block. */
  readonly lines: LinesSink;
}

/** What a rollup works with, where it is not to be the usual. */
export interface RollupOptions {
  /** The measurements, and what closes a part: those of this rules version unless a test says otherwise. */
  readonly table?: readonly Measurement[];
  readonly limits?: PartLimits;
  /** One whose memory may be used again, when the rollup before this one has finished. */
  readonly part?: Part;
}

/** What an object held, in counts. `records` = `ok` + the sum of `reasons`. */
export interface RollupSummary {
  readonly records: number;
  readonly ok: number;
  readonly reasons: Partial<Record<RecordReason, number>>;
  /** The first three bad lines, shortened, each with its reason. */
  readonly quotes: ReadonlyArray<{ readonly reason: RecordReason; readonly line: string }>;
  /** Sums over the counted records. */
  readonly totals: Sums;
  /** Sums over the points of each measurement; equal to `totals` or the rollup is wrong. */
  readonly measurements: Readonly<Record<string, Sums>>;
  readonly exporters: ReadonlyMap<string, { exporter: Exporter; decision: ExporterDecision; records: number }>;
  /** Every group that has points: the identifiers that need a description. */
  readonly groups: readonly Group[];
  /** Hours (Unix seconds of their start) that have points in `minute`. */
  readonly hours: readonly number[];
  readonly parts: number;
  /** Whether a counted record is over a minute long: the flow log then sums up ten minutes into a record. */
  readonly hasLongSpans: boolean;
}

/** No account has as many interfaces; what is kept of each would fill the memory. */
const MAX_GROUPS = 200_000;

/** An object with more interfaces, subnets and actions than can be told apart. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

interface GroupState {
  readonly exporter: { exporter: Exporter; decision: ExporterDecision; records: number };
  readonly prefix: string;
}

const QUOTES = 3;
const QUOTE_LENGTH = 200;

/**
 * Rolls one object up: a pure function of its records and the terms. Records come in through {@link records}; line
 * protocol goes out part by part.
 */
export class ObjectRollup implements RecordSink, RolledSink {
  private readonly measurements: readonly Measurement[];
  private parts = 0;
  /** State of each group of the current part, by group id. */
  private groupStates: GroupState[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly exporters = new Map<string, GroupState['exporter']>();
  /** Records that are no traffic. */
  private uncounted = 0;
  private readonly reasons: Partial<Record<RecordReason, number>> = {};
  private readonly quotes: Array<{ reason: RecordReason; line: string }> = [];
  private totals = noSums();
  private readonly measured: Record<string, Sums> = {};
  /** Records of the current part that were not counted, by reason and window. */
  private quality = new Map<RecordReason, Map<number, number>>();
  private readonly encoder: LineEncoder;
  /** Per measurement: sums of the current part, which are below 2^53. */
  private readonly partSums: readonly Float64Array[];
  private readonly keyTags: readonly KeyTags[];
  /** Which measurement is being encoded. */
  private measurement = 0;

  private readonly limits: PartLimits;
  private readonly part: Part;

  /** `columns`: the object's header. */
  constructor(
    private readonly terms: RollupTerms,
    columns: readonly string[],
    private readonly context: RollupContext,
    { table = MEASUREMENTS, limits = PART_LIMITS, part = new Part() }: RollupOptions = {}
  ) {
    this.limits = limits;
    this.part = part;
    this.measurements = measurementsFor(columns, table);
    for (const measurement of this.measurements) {
      this.measured[measurement.name] = noSums();
    }
    this.keyTags = this.measurements.map((measurement) => new KeyTags(measurement));
    this.partSums = this.measurements.map(() => new Float64Array(METRICS));
    part.begin(this.measurements, terms, limits);
    this.encoder = new LineEncoder(terms, context.lines);
  }

  get tables() {
    return this.part.tables;
  }

  get codes() {
    return this.part.codes;
  }

  get tableBytes() {
    return this.limits.tableBytes;
  }

  records(batch: RecordBatch): void {
    for (let from = 0; from < batch.count; from++) {
      const to = this.countable(batch, from);
      while (from < to) {
        from = this.part.add(batch, from, to);
        if (this.part.isFull) {
          this.closePart();
        }
      }
      if (from < batch.count) {
        this.noteUncountable(batch, from);
      }
    }
  }

  notCounted(reason: RecordReason, time: number | undefined, quote: () => string): void {
    const { terms, quality } = this;
    this.uncounted++;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    const isKnown = time !== undefined && time >= terms.hourHorizon && time <= terms.futureHorizon;
    const window = windowOf(isKnown ? time : terms.fileTime, terms);
    const windows = quality.get(reason) ?? new Map<number, number>();
    quality.set(reason, windows.set(window, (windows.get(window) ?? 0) + 1));
    if (this.quotes.length < QUOTES && isMalformed(reason)) {
      this.quotes.push({ reason, line: quote().slice(0, QUOTE_LENGTH) });
    }
  }

  closeTables(): void {
    this.closePart();
    this.part.forgetTexts();
    this.groupStates = [];
  }

  series(group: number, measurement: number): void {
    this.measurement = measurement;
    this.encoder.beginSeries(`${this.measurements[measurement].name},${this.groupStates[group].prefix},`);
  }

  key(first: number | undefined, second: number, windows: readonly number[], values: Float64Array, at: number): void {
    const { encoder, part, measurement } = this;
    const tags = this.keyTags[measurement];
    if (first === undefined) {
      encoder.setOther(tags);
    } else {
      encoder.setKey(tags, first, second, part.tables);
    }
    encoder.points(windows, values, at);
    const sums = this.partSums[measurement];
    for (let i = at; i < at + windows.length * METRICS; i += METRICS) {
      sums[0] += values[i];
      sums[1] += values[i + 1];
      sums[2] += values[i + 2];
    }
  }

  /** All records were seen: hands over the last part's lines and returns the counts. */
  finish(): RollupSummary {
    if (this.part.sumsOfAll[2] > 0 || this.quality.size > 0) {
      this.closePart();
    }
    const { uncounted, reasons, quotes, totals, measured: measurements, exporters, parts } = this;
    const ok = Number(totals.flows);
    return {
      records: ok + uncounted,
      ok,
      reasons,
      quotes,
      totals,
      measurements,
      exporters,
      groups: [...this.groups.values()],
      hours: [...this.encoder.hours].sort((a, b) => a - b),
      parts,
      hasLongSpans: this.part.hasLongSpans,
    };
  }

  /** Where the records that count as traffic end, from this one on. */
  private countable(batch: RecordBatch, from: number): number {
    const { starts, groups, count } = batch;
    const { hourHorizon, futureHorizon } = this.terms;
    let record = from;
    while (record < count && starts[record] >= hourHorizon && starts[record] <= futureHorizon) {
      const state = this.groupStates[groups[record]] ?? this.groupState(groups[record]);
      if (state.exporter.decision === 'drop') {
        break;
      }
      record++;
    }
    return record;
  }

  /** Counts a record of status OK that is no traffic all the same. */
  private noteUncountable(batch: RecordBatch, record: number): void {
    const start = batch.starts[record];
    const quote = () => batch.quote(record);
    if (start < this.terms.hourHorizon) {
      this.notCounted('expired', undefined, quote);
    } else if (start > this.terms.futureHorizon) {
      this.notCounted('in-the-future', undefined, quote);
    } else {
      this.groupStates[batch.groups[record]].exporter.records++;
      this.notCounted('exporter-disabled', start, quote);
    }
  }

  private groupState(id: number): GroupState {
    const group = this.part.tables.groups[id]!;
    const exporter = this.exporterState(group);
    const tag = exporter.decision === 'overflow' ? OVERFLOW_EXPORTER : exporter.exporter.id;
    return (this.groupStates[id] = { exporter, prefix: seriesPrefix(group, tag) });
  }

  private exporterState(group: Group): GroupState['exporter'] {
    const exporter = exporterOf(group);
    let state = this.exporters.get(exporter.id);
    if (!state) {
      state = { exporter, decision: this.context.decide(exporter), records: 0 };
      this.exporters.set(exporter.id, state);
    }
    return state;
  }

  private closePart(): void {
    const { part, context, encoder, quality } = this;
    encoder.begin(context.offset(this.parts++));
    part.roll(this);
    for (const [reason, windows] of [['ok', part.recordsByWindow()] as const, ...quality]) {
      for (const [window, records] of windows) {
        encoder.quality(this.terms.sourceId, reason, records, window);
      }
    }
    encoder.end();
    this.groupStates.forEach(({ exporter }, id) => {
      const records = part.records(id);
      if (records > 0) {
        exporter.records += records;
        const group = part.tables.groups[id]!;
        this.groups.set(Object.values(group).join(' '), group);
      }
    });
    if (this.groups.size > MAX_GROUPS) {
      throw new TooManyGroups(`The object names more than ${MAX_GROUPS} interfaces: no flow log does.`);
    }
    const [bytes, packets, flows] = part.sumsOfAll;
    this.totals = addSums(this.totals, { bytes, packets, flows });
    for (const [i, { name }] of this.measurements.entries()) {
      const [bytes, packets, flows] = this.partSums[i];
      this.measured[name] = addSums(this.measured[name], { bytes, packets, flows });
      this.partSums[i].fill(0);
    }
    part.clear();
    this.quality = new Map();
  }
}
