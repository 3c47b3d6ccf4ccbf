import { MISSING, OVERFLOW_ACCOUNT } from '../../contract/stored';
import type { Group, RecordSink } from '../records/flowRecord';
import type { RecordReason } from '../records/reasons';
import { RecordBatch } from '../records/recordBatch';
import type { Span } from './distinctFlows';
import { exporterOf, type Exporter } from './exporter';
import type { LinesSink } from './lineEncoder';
import { measurementsFor, MEASUREMENTS, type Measurement } from './measurements';
import { Owners } from './owners/owners';
import type { OwnerTables } from './owners/ownerTable';
import { Resolver, type Observer } from './owners/resolver';
import { Part, PART_LIMITS, type PartLimits } from './part';
import { PartEncoder } from './partEncoder';
import type { CoveredInterface, ExporterCount, LoggedInterface, RollupSummary } from './summary';
import { addSums, noSums } from './sums';
import type { ExporterDecision, RollupTerms } from './terms';
import { Uncounted, type UnreadLine } from './uncounted';
import { windowOf } from './windows';

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
  /** The owner facts of the terms' version; none when that is 0. */
  readonly owners?: OwnerTables;
  /** A part of a finished rollup whose memory is to be reused. */
  readonly part?: Part;
}

/** Maximum number of groups of an object, more than any account has interfaces. Limits memory. */
const MAX_GROUPS = 200_000;

/** An object has more than {@link MAX_GROUPS} groups. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

/** What becomes of the records of a group, and how long that is so. */
interface GroupState {
  readonly exporter: ExporterCount;
  /** The number of the {@link Observer} that is written for them. */
  readonly observer: number;
  /** It holds for records that start from `from` on and before `until`, Unix seconds. */
  readonly from: number;
  readonly until: number;
  /** The same group at another time. */
  next?: GroupState;
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
  private readonly resolver: Resolver;
  /** By group id of the current tables. */
  private groupStates: GroupState[] = [];
  /** Those of the current tables, by their numbers, and the number of each by what is written of it. */
  private observers: Observer[] = [];
  private observerNumbers = new Map<string, number>();
  /** The exporter of each, the first one that it had. */
  private observerExporters: string[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly covered = new Map<string, CoveredInterface>();
  private readonly logged = new Map<string, LoggedInterface>();
  /** The observer of each record of the current batch. */
  private readonly batchObservers = new Int32Array(RecordBatch.SIZE);
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
    { table = MEASUREMENTS, limits = PART_LIMITS, part = new Part(), owners }: RollupOptions = {}
  ) {
    this.limits = limits;
    this.part = part;
    const measurements = measurementsFor(columns, table);
    this.resolver = new Resolver(owners && new Owners(owners));
    part.begin(measurements, terms, limits, this.resolver);
    this.encoder = new PartEncoder(measurements, terms, part, context.lines);
    this.uncounted = new Uncounted(terms);
  }

  get tables() {
    return this.part.tables;
  }

  get tableBytes() {
    return this.limits.tableBytes;
  }

  records(batch: RecordBatch): void {
    for (let from = 0; from < batch.count; from++) {
      const to = this.countable(batch, from);
      while (from < to) {
        from = this.part.add(batch, from, to, this.batchObservers);
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
    this.observers = [];
    this.observerExporters = [];
    this.observerNumbers.clear();
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
      covered: [...this.covered.values()],
      logged: [...this.logged.values()],
      hours: [...encoder.hours].map(([hour, records]) => ({ hour, records })).sort((a, b) => a.hour - b.hour),
      parts,
      hasLongSpans: this.part.hasLongSpans,
    };
  }

  /** The first record from `from` on that does not count as traffic, or the end of the batch. */
  private countable(batch: RecordBatch, from: number): number {
    const { starts, groups, count } = batch;
    const { hourHorizon, futureHorizon, isFlowLogDisabled } = this.terms;
    if (isFlowLogDisabled) {
      return from;
    }
    let record = from;
    while (record < count && starts[record] >= hourHorizon && starts[record] <= futureHorizon) {
      const state = this.stateOf(groups[record], starts[record]);
      if (state.exporter.decision === 'drop') {
        break;
      }
      this.batchObservers[record] = state.observer;
      state.exporter.records++;
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
    } else if (this.terms.isFlowLogDisabled) {
      const window = windowOf(start, this.terms);
      this.noteLogged(this.part.tables.groups[batch.groups[record]]!, { since: window, until: window });
      note('flow-log-disabled', start);
    } else {
      this.stateOf(batch.groups[record], start).exporter.records++;
      note('exporter-disabled', start);
    }
  }

  /** The state of a group at a time (Unix seconds). */
  private stateOf(id: number, time: number): GroupState {
    let state: GroupState | undefined = this.groupStates[id];
    while (state && (time < state.from || time >= state.until)) {
      state = state.next;
    }
    return state ?? this.addState(id, time);
  }

  private addState(id: number, time: number): GroupState {
    const group = this.part.tables.groups[id]!;
    const { place, from, until } = this.resolver.placeAt(group.interface, time);
    const or = (said: string, known: string | undefined) => (said === MISSING ? (known ?? MISSING) : said);
    const pathAccount = this.terms.account;
    const placed: Group = {
      account: isAccount(group.account) ? group.account : accountOf(place?.account, pathAccount),
      vpc: or(group.vpc, place?.vpc),
      subnet: or(group.subnet, place?.subnet),
      instance: or(group.instance, place?.instance),
      interface: group.interface,
      action: group.action,
    };
    const exporter = this.exporterCount(exporterOf(pathAccount ?? group.account, placed));
    const observer = exporter.decision === 'overflow' ? { ...placed, account: OVERFLOW_ACCOUNT } : placed;
    const state = {
      exporter,
      observer: this.observerNumber(observer, exporter.exporter.id),
      from,
      until,
      next: this.groupStates[id],
    };
    return (this.groupStates[id] = state);
  }

  /** The number of an observer: groups that are written alike are one, or their points would overwrite each other. */
  private observerNumber(observer: Observer, exporter: string): number {
    const key = keyOf(observer);
    let number = this.observerNumbers.get(key);
    if (number === undefined) {
      number = this.observers.push(observer) - 1;
      this.observerExporters.push(exporter);
      this.observerNumbers.set(key, number);
    }
    return number;
  }

  private exporterCount(exporter: Exporter): ExporterCount {
    let count = this.exporters.get(exporter.id);
    if (!count) {
      count = { exporter, decision: this.context.decide(exporter), records: 0 };
      this.exporters.set(exporter.id, count);
    }
    return count;
  }

  private noteCovered({ interface: id, action }: Observer, exporter: string, span: Span): void {
    if (id === MISSING) {
      return;
    }
    const key = `${id} ${action} ${exporter}`;
    this.covered.set(key, { interface: id, action, exporter, ...widened(span, this.covered.get(key)) });
  }

  private noteLogged({ interface: id, action }: Pick<Group, 'interface' | 'action'>, span: Span): void {
    if (id === MISSING) {
      return;
    }
    const key = `${id} ${action}`;
    this.logged.set(key, { interface: id, action, ...widened(span, this.logged.get(key)) });
  }

  private closePart(): void {
    const { part, uncounted, encoder, observers } = this;
    encoder.encode(observers, uncounted.windows, this.context.offset(this.parts++));
    observers.forEach((observer, number) => {
      if (part.records(number) > 0) {
        this.groups.set(keyOf(observer), observer);
      }
    });
    for (const [number, span] of part.spans) {
      this.noteLogged(observers[number], span);
    }
    for (const [number, span] of part.egress) {
      this.noteCovered(observers[number], this.observerExporters[number], span);
    }
    if (this.groups.size > MAX_GROUPS) {
      throw new TooManyGroups(`The object names more than ${MAX_GROUPS} interfaces: no flow log does.`);
    }
    const [bytes, packets, flows] = part.totals;
    this.totals = addSums(this.totals, { bytes, packets, flows });
    part.clear();
    uncounted.closePart();
  }
}

/** The span from the beginning of the earlier to the end of the later one. */
function widened(span: Span, known: Span = span): Span {
  return { since: Math.min(span.since, known.since), until: Math.max(span.until, known.until) };
}

function keyOf({ account, vpc, subnet, instance, interface: id, action }: Observer): string {
  return [account, vpc, subnet, instance, id, action].join(' ');
}

/** Whether it is the id of an account. */
function isAccount(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** The owner's account, else the one in the object's key. */
function accountOf(owner: string | undefined, path: string | undefined): string {
  return owner !== undefined && owner !== MISSING ? owner : (path ?? MISSING);
}
