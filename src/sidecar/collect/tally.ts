import { isMalformed, type RecordReason } from '../records/reasons';
import { addSums, noSums, sumsToJson, type Sums } from '../rollup/sums';
import { unreadRecords } from '../rollup/unread';
import type { CollectableObject, ObjectOutcome } from './object/object';

/** Counts of a run, as printed by `import --json` and `collect --json`. Sums are decimal strings. */
export interface RunCounts {
  readonly objects: number;
  readonly collected: number;
  readonly notCollected: number;
  readonly quarantined: number;
  /** Objects that were counted before, here or elsewhere. */
  readonly duplicates: number;
  /**
   * Records of the collected objects: `ok` + `nodata` + `skipdata` + `malformed` + those that are expired, in the future, or
   * of disabled exporters or flow logs.
   */
  readonly records: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly malformed: number;
  readonly bytes: string;
  readonly packets: string;
  readonly flows: string;
  /** Number of distinct exporters. */
  readonly exporters: number;
  /** Records and objects that were not counted as traffic, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Sums of each measurement that was written. */
  readonly measurements: Readonly<Record<string, Record<keyof Sums, string>>>;
}

/** Adds up the outcomes of objects. Objects that were gone before they could be read do not count. */
export class Tally {
  private objects = 0;
  private readonly states: Record<ObjectOutcome['state'], number> = {
    stored: 0,
    duplicate: 0,
    gone: 0,
    'not-collected': 0,
    quarantined: 0,
    refused: 0,
  };
  private records = 0;
  private ok = 0;
  private malformed = 0;
  private totals = noSums();
  /** Records that were not counted as traffic, by reason. */
  readonly recordReasons: Partial<Record<RecordReason, number>> = {};
  private readonly objectReasons: Record<string, number> = {};
  private readonly measurements: Record<string, Sums> = {};
  private readonly exporters = new Set<string>();
  /** The first refused object's key, and why it was refused. */
  firstRefusal?: { readonly example: string; readonly message?: string };

  /** Adds the outcome of an object. */
  add({ key }: Pick<CollectableObject, 'key'>, outcome: ObjectOutcome): void {
    this.states[outcome.state]++;
    if (outcome.state === 'gone') {
      return;
    }
    this.objects++;
    if (outcome.state === 'refused') {
      this.firstRefusal ??= { example: key, message: outcome.message };
    }
    if (outcome.reason) {
      addTo(this.objectReasons, outcome.reason, 1);
    }
    const { summary } = outcome;
    if (!summary || outcome.state !== 'stored') {
      return;
    }
    this.records += summary.records;
    this.ok += summary.ok;
    this.totals = addSums(this.totals, summary.totals);
    for (const [reason, count] of Object.entries(summary.reasons) as Array<[RecordReason, number]>) {
      addTo(this.recordReasons, reason, count);
      this.malformed += isMalformed(reason) ? count : 0;
    }
    for (const [name, sums] of Object.entries(summary.measurements)) {
      this.measurements[name] = addSums(this.measurements[name] ?? noSums(), sums);
    }
    for (const [id, { decision }] of summary.exporters) {
      if (decision !== 'drop') {
        this.exporters.add(id);
      }
    }
  }

  /** Objects that the store or this version refused, and files that could not be read; they are tried again. */
  get refused(): number {
    return this.states.refused;
  }

  /** Records of stored objects that could not be counted, whose lines are kept: malformed, expired, in the future. */
  get unread(): number {
    return unreadRecords(this.recordReasons);
  }

  /** The counts so far. */
  counts(): RunCounts {
    const { states, recordReasons } = this;
    const reasons: Record<string, number> = { ...recordReasons };
    Object.entries(this.objectReasons).forEach(([reason, count]) => addTo(reasons, reason, count));
    const measurements = Object.entries(this.measurements).map(([name, sums]) => [name, sumsToJson(sums)] as const);
    return {
      objects: this.objects,
      collected: states.stored,
      notCollected: states['not-collected'] + states.refused,
      quarantined: states.quarantined,
      duplicates: states.duplicate,
      records: this.records,
      ok: this.ok,
      nodata: recordReasons.nodata ?? 0,
      skipdata: recordReasons.skipdata ?? 0,
      malformed: this.malformed,
      ...sumsToJson(this.totals),
      exporters: this.exporters.size,
      reasons: sorted(reasons),
      measurements: sorted(Object.fromEntries(measurements)),
    };
  }
}

function addTo(counts: Record<string, number>, name: string, count: number): void {
  counts[name] = (counts[name] ?? 0) + count;
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
