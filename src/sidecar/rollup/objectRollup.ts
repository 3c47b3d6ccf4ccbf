import { MISSING } from '../records/address';
import type { FlowRecord, Group, RecordSink } from '../records/flowRecord';
import { isMalformed, type RecordReason } from '../records/reasons';
import { pointLine, qualityLine, seriesPrefix } from './lineProtocol';
import { DIMENSIONS, keyTags, measurementsFor, MEASUREMENTS, OTHER, type Measurement } from './measurements';
import { Part, PART_LIMITS, type PartLimits } from './part';
import { addSums, noSums, type Sums } from './sums';
import type { ExporterDecision, RollupTerms } from './terms';
import { policyOf, windowOf, type Policy } from './windows';

/** Who produced the traffic: account and VPC, or what stands in for the VPC when the flow log lacks `vpc-id`. */
export interface Exporter {
  /** `account/vpc-id`, else `account/subnet-id`, else `account/interface-id`. */
  readonly id: string;
  readonly account: string;
  readonly from: 'vpc' | 'subnet' | 'interface';
}

/** The exporter that counts the records of exporters beyond the limit. */
export const OVERFLOW_EXPORTER = 'overflow';

/** The exporter of a group. */
export function exporterOf(group: Group): Exporter {
  const { account } = group;
  if (group.vpc !== MISSING) {
    return { id: `${account}/${group.vpc}`, account, from: 'vpc' };
  }
  if (group.subnet !== MISSING) {
    return { id: `${account}/${group.subnet}`, account, from: 'subnet' };
  }
  return { id: `${account}/${group.interface}`, account, from: 'interface' };
}

/** What the rollup needs from the outside while it runs: decisions that end up in the plan, and where lines go. */
export interface RollupContext {
  /** What becomes of an exporter's records; asked once per exporter. */
  decide(exporter: Exporter): ExporterDecision;
  /** The offset (nanoseconds, 1 … 60 s) of part number `part`; asked once per part. */
  offset(part: number): number;
  /** Takes the encoded lines of one part for one policy. */
  lines(policy: Policy, lines: string[]): void;
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
}

interface GroupState {
  readonly exporter: { exporter: Exporter; decision: ExporterDecision; records: number };
  readonly prefix: string;
}

const QUOTES = 3;
const QUOTE_LENGTH = 200;
const HOUR = 3600;

/**
 * Rolls one object up: a pure function of its records and the terms. Records come in through {@link record}; line
 * protocol goes out part by part.
 */
export class ObjectRollup implements RecordSink {
  private readonly measurements: readonly Measurement[];
  private part: Part;
  private parts = 0;
  /** State of each group of the current part, by group id. */
  private groupStates: GroupState[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly exporters = new Map<string, GroupState['exporter']>();
  private records = 0;
  private ok = 0;
  private readonly reasons: Partial<Record<RecordReason, number>> = {};
  private readonly quotes: Array<{ reason: RecordReason; line: string }> = [];
  private totals = noSums();
  private readonly measured: Record<string, Sums> = {};
  private readonly hours = new Set<number>();
  /** Records of the current part that were not counted, by reason and window. */
  private quality = new Map<RecordReason, Map<number, number>>();

  /** `columns`: the object's header. `table`, `limits`: those of this rules version unless a test says otherwise. */
  constructor(
    private readonly terms: RollupTerms,
    columns: readonly string[],
    private readonly context: RollupContext,
    table: readonly Measurement[] = MEASUREMENTS,
    private readonly limits: PartLimits = PART_LIMITS
  ) {
    this.measurements = measurementsFor(columns, table);
    for (const measurement of this.measurements) {
      this.measured[measurement.name] = noSums();
    }
    this.part = new Part(this.measurements, terms, this.limits);
  }

  get tables() {
    return this.part.tables;
  }

  record(record: FlowRecord, quote: () => string): void {
    const { terms } = this;
    if (record.start < terms.hourHorizon) {
      this.notCounted('expired', undefined, quote);
      return;
    }
    if (record.start > terms.futureHorizon) {
      this.notCounted('in-the-future', undefined, quote);
      return;
    }
    const { exporter } = this.groupState(record.group);
    exporter.records++;
    if (exporter.decision === 'drop') {
      this.notCounted('exporter-disabled', record.start, quote);
      return;
    }
    this.records++;
    this.ok++;
    this.part.add(record);
    if (this.part.isFull) {
      this.closePart();
    }
  }

  notCounted(reason: RecordReason, time: number | undefined, quote: () => string): void {
    const { terms } = this;
    this.records++;
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    const known = time !== undefined && time >= terms.hourHorizon && time <= terms.futureHorizon;
    this.count(reason, windowOf(known ? time : terms.fileTime, terms));
    if (this.quotes.length < QUOTES && isMalformed(reason)) {
      this.quotes.push({ reason, line: quote().slice(0, QUOTE_LENGTH) });
    }
    // Bad lines leave their texts in the tables too: an object of nothing else must not fill the memory.
    if (this.part.isFull) {
      this.closePart();
    }
  }

  /** All records were seen: hands over the last part's lines and returns the counts. */
  finish(): RollupSummary {
    if (this.part.sumsOfAll[2] > 0 || this.quality.size > 0) {
      this.closePart();
    }
    const { records, ok, reasons, quotes, totals, measured: measurements, exporters, parts } = this;
    return {
      records,
      ok,
      reasons,
      quotes,
      totals,
      measurements,
      exporters,
      groups: [...this.groups.values()],
      hours: [...this.hours].sort((a, b) => a - b),
      parts,
    };
  }

  private groupState(id: number): GroupState {
    const known = this.groupStates[id];
    if (known) {
      return known;
    }
    const group = this.part.tables.groups[id]!;
    const exporter = this.exporterState(group);
    const tag = exporter.decision === 'overflow' ? OVERFLOW_EXPORTER : exporter.exporter.id;
    const state = { exporter, prefix: seriesPrefix(group, tag) };
    this.groupStates[id] = state;
    return state;
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

  private count(reason: RecordReason, window: number): void {
    let windows = this.quality.get(reason);
    if (!windows) {
      windows = new Map();
      this.quality.set(reason, windows);
    }
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }

  private closePart(): void {
    const { part, terms, context } = this;
    const offset = context.offset(this.parts++);
    const lines: Record<Policy, string[]> = { minute: [], hour: [] };
    const place = (window: number): string[] => {
      const policy = policyOf(window, terms);
      if (policy === 'minute') {
        this.hours.add(window - (window % HOUR));
      }
      return lines[policy];
    };
    for (const { group, measurement, key } of part.roll()) {
      const values = measurement.dimensions.map((name, i) =>
        key.codes ? DIMENSIONS[name].text(key.codes[i], part.tables) : OTHER
      );
      const series = `${measurement.name},${this.groupStates[group].prefix},${keyTags(measurement, values)} `;
      let keySums = noSums();
      key.windows.forEach((window, i) => {
        const [bytes, packets, flows] = key.sums.subarray(i * 3, i * 3 + 3);
        if (bytes !== 0 || packets !== 0 || flows !== 0) {
          place(window).push(pointLine(series, bytes, packets, flows, window, offset));
          keySums = addSums(keySums, { bytes, packets, flows });
        }
      });
      this.measured[measurement.name] = addSums(this.measured[measurement.name], keySums);
    }
    const quality = [['ok', part.recordsByWindow()] as const, ...this.quality];
    for (const [reason, windows] of quality) {
      for (const [window, records] of windows) {
        place(window).push(qualityLine(terms.sourceId, reason, records, window, offset));
      }
    }
    for (const policy of ['minute', 'hour'] as const) {
      if (lines[policy].length > 0) {
        context.lines(policy, lines[policy]);
      }
    }
    this.groupStates.forEach(({ exporter }, id) => {
      if (exporter.decision !== 'drop') {
        const group = part.tables.groups[id]!;
        this.groups.set(Object.values(group).join(' '), group);
      }
    });
    const [bytes, packets, flows] = part.sumsOfAll;
    this.totals = addSums(this.totals, { bytes, packets, flows });
    this.part = new Part(this.measurements, terms, this.limits);
    this.groupStates = [];
    this.quality = new Map();
  }
}
