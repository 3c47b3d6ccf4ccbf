import type { Group } from '../records/flowRecord';
import type { RecordReason } from '../records/reasons';
import type { Exporter } from './exporter';
import type { Sums } from './sums';
import type { ExporterDecision } from './terms';
import type { UnreadLine } from './uncounted';

/** An exporter of an object, what happens to its records, and their number. */
export interface ExporterCount {
  readonly exporter: Exporter;
  readonly decision: ExporterDecision;
  records: number;
}

/**
 * An interface whose egress records of an action were collected. `since` and `until`: when the first and the last of them began,
 * Unix seconds.
 */
export interface CoveredInterface {
  readonly interface: string;
  readonly action: string;
  readonly since: number;
  readonly until: number;
  /** The id of its exporter. */
  readonly exporter: string;
}

/**
 * An interface and action that an object has records of traffic of, dropped ones among them. `since` and `until`: the first and the
 * last window that they count in, Unix seconds.
 */
export interface LoggedInterface {
  readonly interface: string;
  readonly action: string;
  readonly since: number;
  readonly until: number;
}

/** The counts of an object. `records` = `ok` + the sum of `reasons`. */
export interface RollupSummary {
  readonly records: number;
  readonly ok: number;
  readonly reasons: Partial<Record<RecordReason, number>>;
  /** The first three unread lines, shortened, each with its reason. */
  readonly quotes: readonly UnreadLine[];
  /** All unread lines in order; undefined if they are more than may be kept. */
  readonly unread: readonly UnreadLine[] | undefined;
  /** Sums over the counted records. */
  readonly totals: Sums;
  /** Sums over the points of each measurement. They must equal `totals`. */
  readonly measurements: Readonly<Record<string, Sums>>;
  readonly exporters: ReadonlyMap<string, Readonly<ExporterCount>>;
  /** Every group with points, for the descriptions of its identifiers. */
  readonly groups: readonly Group[];
  /** Interfaces and actions with egress records. */
  readonly covered: readonly CoveredInterface[];
  /** Interfaces and actions with records of traffic. */
  readonly logged: readonly LoggedInterface[];
  /** Hours (Unix seconds of their start) that have points in `minute`, and the records that count in each. */
  readonly hours: ReadonlyArray<{ readonly hour: number; readonly records: number }>;
  readonly parts: number;
  /** Whether a counted record is longer than a minute: the flow log aggregates over ten minutes. */
  readonly hasLongSpans: boolean;
}
