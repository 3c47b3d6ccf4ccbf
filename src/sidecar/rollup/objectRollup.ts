import type { Group, RecordSink } from '../records/flowRecord';
import type { RecordReason } from '../records/reasons';
import type { RecordBatch } from '../records/recordBatch';
import { exporterOf, OVERFLOW_EXPORTER, type Exporter } from './exporter';
import type { LinesSink } from './lineEncoder';
import { seriesPrefix } from './lineProtocol';
import { measurementsFor, MEASUREMENTS, type Measurement } from './measurements';
import { Part, PART_LIMITS, type PartLimits } from './part';
import { PartEncoder } from './partEncoder';
import type { ExporterCount, RollupSummary } from './summary';
import { addSums, noSums } from './sums';
import type { ExporterDecision, RollupTerms } from './terms';
import { Uncounted, type UnreadLine } from './uncounted';

/** What the rollup needs from the caller: decisions, which become part of the plan, and a sink for lines. */
export interface RollupContext {
  /** Decides what happens to an exporter's records. Called once per exporter. */
  decide(exporter: Exporter): ExporterDecision;
  /** The offset of part number `part`, nanoseconds, at least 1 and below 60 s. Called once per part. */
  offset(part: number): number;
  /** Receives encoded lines, block by block. */
  readonly lines: LinesSink;
}

/** Options of a rollup. */
export interface RollupOptions {
  /** The measurements, and the limits of a part. Default: those of this rules version; others are for tests. */
  readonly table?: readonly Measurement[];
  readonly limits?: PartLimits;
  /** A part of a finished rollup whose memory is to be reused. */
  readonly part?: Part;
}

/** Maximum number of groups of an object, more than any account has interfaces. Limits memory. */
const MAX_GROUPS = 200_000;

/** An object has more than {@link MAX_GROUPS} groups. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

interface GroupState {
  readonly exporter: ExporterCount;
  /** Its tags in line protocol. */
  readonly prefix: string;
}

/**
 * Rolls up one object: a pure function of its records and the terms. Takes records by {@link records}, and hands over line
 * protocol part by part.
 */
export class ObjectRollup implements RecordSink {
  private readonly limits: PartLimits;
  private readonly part: Part;
  private parts = 0;
  private readonly encoder: PartEncoder;
  /** By group id of the current tables. */
  private groupStates: GroupState[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly exporters = new Map<string, ExporterCount>();
  private readonly uncounted: Uncounted;
  /** Number of records taken so far. */
  private taken = 0;
  private totals = noSums();

  /** `columns`: the object's header. */
  constructor(
    private readonly terms: RollupTerms,
    columns: readonly string[],
    private readonly context: RollupContext,
    { table = MEASUREMENTS, limits = PART_LIMITS, part = new Part() }: RollupOptions = {}
  ) {
    this.limits = limits;
    this.part = part;
    const measurements = measurementsFor(columns, table);
    part.begin(measurements, terms, limits);
    this.encoder = new PartEncoder(measurements, terms, part, context.lines);
    this.uncounted = new Uncounted(terms);
  }

  get tables() {
    return this.part.tables;
  }

  get dimensions() {
    return this.part.dimensions;
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
    this.taken += batch.count;
  }

  notCounted(reason: RecordReason, time: number | undefined, line: () => string): void {
    this.uncounted.add(this.taken++, reason, time, line);
  }

  /** Unread lines so far, by the number of their record (from 0); undefined if they are more than may be kept. */
  get unread(): Map<number, UnreadLine> | undefined {
    return this.uncounted.unread;
  }

  /** Sets the whole line of an unread record, for Parquet, where only the columns that are read were known. */
  setUnread(number: number, line: string): void {
    this.uncounted.replace(number, line);
  }

  closeTables(): void {
    this.closePart();
    this.part.forgetTexts();
    this.groupStates = [];
  }

  /** Ends the object: hands over the lines of the last part and returns the counts. */
  finish(): RollupSummary {
    if (this.part.totals[2] > 0 || this.uncounted.windows.size > 0) {
      this.closePart();
    }
    const { uncounted, encoder, totals, exporters, parts } = this;
    const ok = Number(totals.flows);
    return {
      records: ok + uncounted.records,
      ok,
      reasons: uncounted.reasons,
      quotes: uncounted.quotes,
      unread: uncounted.unread && [...uncounted.unread.values()],
      totals,
      measurements: encoder.sums,
      exporters,
      groups: [...this.groups.values()],
      hours: [...encoder.hours].map(([hour, records]) => ({ hour, records })).sort((a, b) => a.hour - b.hour),
      parts,
      covered: [],
      hasLongSpans: this.part.hasLongSpans,
    };
  }

  /** The first record from `from` on that does not count as traffic, or the end of the batch. */
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

  /** Counts a record with status OK that does not count as traffic. */
  private noteUncountable(batch: RecordBatch, record: number): void {
    const start = batch.starts[record];
    const note = (reason: RecordReason, time?: number) =>
      this.uncounted.add(this.taken + record, reason, time, () => batch.quote(record));
    if (start < this.terms.hourHorizon) {
      note('expired');
    } else if (start > this.terms.futureHorizon) {
      note('in-the-future');
    } else {
      this.groupStates[batch.groups[record]].exporter.records++;
      note('exporter-disabled', start);
    }
  }

  private groupState(id: number): GroupState {
    const group = this.part.tables.groups[id]!;
    const exporter = this.exporterCount(group);
    const tag = exporter.decision === 'overflow' ? OVERFLOW_EXPORTER : exporter.exporter.id;
    return (this.groupStates[id] = { exporter, prefix: seriesPrefix(group, tag) });
  }

  private exporterCount(group: Group): ExporterCount {
    const exporter = exporterOf(group);
    let count = this.exporters.get(exporter.id);
    if (!count) {
      count = { exporter, decision: this.context.decide(exporter), records: 0 };
      this.exporters.set(exporter.id, count);
    }
    return count;
  }

  private closePart(): void {
    const { part, uncounted } = this;
    this.encoder.encode(this.groupStates, uncounted.windows, this.context.offset(this.parts++));
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
    const [bytes, packets, flows] = part.totals;
    this.totals = addSums(this.totals, { bytes, packets, flows });
    part.clear();
    uncounted.closePart();
  }
}
