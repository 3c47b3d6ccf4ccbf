import { isKept, RECORD_REASONS, type RecordReason } from '../records/reasons';
import type { RollupSummary } from './summary';
import { KEPT_DAYS } from './terms';
import { MAX_UNREAD_BYTES } from './uncounted';

/** So many records of an object may be kept as lines, and this share of those that are not NODATA or SKIPDATA. */
const MIN_UNREAD_LINES = 10;
const UNREAD_SHARE = 0.01;

/** Why an object stays whole where it is, and none of its points is written. */
export interface KeptWhole {
  /**
   * `expired`: nothing but records older than what is kept, or too many of them, which no retry changes · `unreadable`: too
   * much of it could not be counted for other reasons.
   */
  readonly reason: 'expired' | 'unreadable';
  readonly message: string;
}

type Counts = Pick<RollupSummary, 'records' | 'ok' | 'reasons' | 'quotes' | 'unread'>;

/**
 * Whether so much of an object could not be counted that it stays whole, to be counted whole once the cause is mended;
 * undefined when what could not be counted, if anything, is little enough to be kept as lines. Rule 1 of the data path.
 */
export function keptWhole(counts: Counts): KeptWhole | undefined {
  const { records, ok, reasons, unread } = counts;
  const expired = reasons.expired ?? 0;
  const uncounted = unreadRecords(reasons);
  if (uncounted === 0) {
    return undefined;
  }
  const lines = records - (reasons.nodata ?? 0) - (reasons.skipdata ?? 0);
  const most = Math.max(MIN_UNREAD_LINES, Math.floor(lines * UNREAD_SHARE));
  const hasTraffic = ok + (reasons['exporter-disabled'] ?? 0) > 0;
  // What is wrong with it, if anything, is little: it is its age that keeps it from being counted.
  if (expired > 0 && uncounted - expired <= most && (uncounted > most || !hasTraffic)) {
    return { reason: 'expired', message: expiredMessage(expired, lines) };
  }
  return uncounted > most || !unread
    ? { reason: 'unreadable', message: unreadableMessage(counts, uncounted, lines) }
    : undefined;
}

/** How many records could not be counted, though nobody decided that they are no traffic. */
export function unreadRecords(reasons: RollupSummary['reasons']): number {
  return entriesOf(reasons).reduce((sum, [reason, count]) => sum + (isKept(reason) ? count : 0), 0);
}

function expiredMessage(expired: number, lines: number): string {
  const isAll = expired === lines;
  const which = isAll ? `All its ${lines} records are` : `${expired} of its ${lines} records are`;
  const rest = lines - expired;
  return (
    `${which} older than the ${KEPT_DAYS} days that Flowscope keeps, so it is not collected and stays where it is. ` +
    (isAll
      ? 'Move it to where you keep archives, or delete it with flowscope source discard.'
      : `Its ${rest} other records are not counted either: write them as an object of their own, and move this one to where ` +
        'you keep archives.')
  );
}

function unreadableMessage({ reasons, quotes, unread }: Counts, uncounted: number, lines: number): string {
  const causes = entriesOf(reasons)
    .filter(([reason]) => isKept(reason))
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
