import { mustKeepLine, RECORD_REASONS, type RecordReason } from '../records/reasons';
import type { RollupSummary } from './summary';
import { RETENTION_DAYS } from './terms';
import { MAX_UNREAD_BYTES } from './uncounted';

/** Maximum number of unread lines per object, or {@link UNREAD_SHARE} of its records if that is more. */
const MAX_UNREAD_LINES = 10;
/** Maximum share of unread lines among the records that are not NODATA or SKIPDATA. */
const UNREAD_SHARE = 0.01;

/** Why an object stays in its bucket as a whole, and none of its points is written. */
export interface KeptWhole {
  /**
   * `expired`: only records older than the longest retention, or too many of them; a retry cannot help. `unreadable`: too many
   * records could not be counted for other reasons.
   */
  readonly reason: 'expired' | 'unreadable';
  readonly message: string;
}

type Counts = Pick<RollupSummary, 'records' | 'ok' | 'reasons' | 'quotes' | 'unread'>;

/**
 * Why an object must be kept as a whole, because too much of it could not be counted: it is counted once the cause is fixed.
 * Undefined if the unread lines, if any, are few enough to be kept as lines. Rule 1 of the data path.
 */
export function whyKeptWhole(counts: Counts): KeptWhole | undefined {
  const { records, ok, reasons, unread } = counts;
  const expired = reasons.expired ?? 0;
  const uncounted = unreadRecords(reasons);
  if (uncounted === 0) {
    return undefined;
  }
  const lines = records - (reasons.nodata ?? 0) - (reasons.skipdata ?? 0);
  const max = Math.max(MAX_UNREAD_LINES, Math.floor(lines * UNREAD_SHARE));
  const hasTraffic = ok + droppedRecords(reasons) > 0;
  // Few records are unread for other reasons: its age is what matters.
  if (expired > 0 && uncounted - expired <= max && (uncounted > max || !hasTraffic)) {
    return { reason: 'expired', message: expiredMessage(expired, lines) };
  }
  return uncounted > max || !unread
    ? { reason: 'unreadable', message: unreadableMessage(counts, uncounted, lines) }
    : undefined;
}

/** Number of records of traffic that were dropped by an administrator's decision. */
export function droppedRecords(reasons: RollupSummary['reasons']): number {
  return (reasons['exporter-disabled'] ?? 0) + (reasons['flow-log-disabled'] ?? 0);
}

/** Number of records that could not be counted and whose lines must be kept. */
export function unreadRecords(reasons: RollupSummary['reasons']): number {
  return entriesOf(reasons).reduce((sum, [reason, count]) => sum + (mustKeepLine(reason) ? count : 0), 0);
}

function expiredMessage(expired: number, lines: number): string {
  const isAll = expired === lines;
  const which = isAll ? `All its ${lines} records are` : `${expired} of its ${lines} records are`;
  const rest = lines - expired;
  return (
    `${which} older than the ${RETENTION_DAYS} days that Flowscope keeps, so it is not collected and stays where it is. ` +
    (isAll
      ? 'Move it to where you keep archives, or delete it with flowscope source discard.'
      : `Its ${rest} other records are not counted either: write them as an object of their own, and move this one to where ` +
        'you keep archives.')
  );
}

function unreadableMessage({ reasons, quotes, unread }: Counts, uncounted: number, lines: number): string {
  const causes = entriesOf(reasons)
    .filter(([reason]) => mustKeepLine(reason))
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} ${reason}: ${RECORD_REASONS[reason].text}`);
  const [first] = quotes;
  const why = unread
    ? 'too many to store the rest without them'
    : `and lines over 64 KiB, or more than ${MAX_UNREAD_BYTES / 1_000_000} MB of them, are not kept apart from their object`;
  return (
    `${uncounted} of its ${lines} records could not be counted, ${why}, so nothing of it is stored and it stays where it is. ` +
    `${causes.join(' ')} The first of them: "${first.line}". ` +
    'Mend what writes these records, or upgrade Flowscope, then retry: flowscope quarantine retry.'
  );
}

function entriesOf(reasons: RollupSummary['reasons']): Array<[RecordReason, number]> {
  return Object.entries(reasons) as Array<[RecordReason, number]>;
}
