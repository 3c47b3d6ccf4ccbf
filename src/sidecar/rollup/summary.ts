import type { Group } from '../records/flowRecord';
import type { RecordReason } from '../records/reasons';
import type { Exporter } from './exporter';
import type { Sums } from './sums';
import type { ExporterDecision } from './terms';
import type { UnreadLine } from './uncounted';

/** An exporter, what becomes of its records, and how many an object has. */
export interface ExporterCount {
  readonly exporter: Exporter;
  readonly decision: ExporterDecision;
  records: number;
}

/** What an object held, in counts. `records` = `ok` + the sum of `reasons`. */
export interface RollupSummary {
  readonly records: number;
  readonly ok: number;
  readonly reasons: Partial<Record<RecordReason, number>>;
  /** The first three lines that could not be counted, shortened, each with its reason. */
  readonly quotes: readonly UnreadLine[];
  /** All lines that could not be counted, in their order; undefined when they are more than may be kept. */
  readonly unread: readonly UnreadLine[] | undefined;
  /** Sums over the counted records. */
  readonly totals: Sums;
  /** Sums over the points of each measurement; equal to `totals` or the rollup is wrong. */
  readonly measurements: Readonly<Record<string, Sums>>;
  readonly exporters: ReadonlyMap<string, Readonly<ExporterCount>>;
  /** Every group that has points: the identifiers that need a description. */
  readonly groups: readonly Group[];
  /** Hours (Unix seconds of their start) that have points in `minute`. */
  readonly hours: readonly number[];
  readonly parts: number;
  /** Whether a counted record is over a minute long: the flow log then sums up ten minutes into a record. */
  readonly hasLongSpans: boolean;
}
