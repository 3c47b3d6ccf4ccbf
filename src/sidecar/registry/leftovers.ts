import type { DatabaseSync } from 'node:sqlite';
import { formatCounted } from '../../reports/units';
import { recordChange, type ChangeAuthor } from './audit';
import { all, first, run } from './database';
import { refuseWhileHeld } from './deletionHold';
import { RegistryError } from './errors';
import { sourceById } from './sources';

/**
 * Leftovers are objects that could not be counted and were left in their bucket: `not-collected` and `quarantined` in the
 * ledger, those with a dismissed notice too. What is stored and not yet deleted, or refused and tried again, is none.
 */
const IS_LEFTOVER = "state IN ('not-collected', 'quarantined')";

// Another source may read the same bucket, and have this very object before it once more.
const NOT_RETRIED_ELSEWHERE = `AND NOT EXISTS (
  SELECT 1 FROM source AS own JOIN source AS other ON other.bucket = own.bucket AND other.id <> own.id
    JOIN ledger AS entry ON entry.source_id = other.id AND entry.key = ledger.key AND entry.state IN ('refused', 'not-read')
  WHERE own.id = ledger.source_id)`;

/** Which leftovers of a source to discard. */
export interface DiscardChoice {
  readonly sourceId: string;
  /** As the ledger has it, such as `no-header`. */
  readonly reason: string;
  /** Those from before this time, Unix seconds: see `objectTime`. */
  readonly before: number;
}

/** One version of an object, as a listing shows it. */
export interface ListedVersion {
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** How many leftovers a source has for a reason. */
export interface LeftoverReason {
  readonly reason: string;
  readonly objects: number;
}

/** The reasons for which a source has leftovers. */
export function leftoverReasons(db: DatabaseSync, sourceId: string): LeftoverReason[] {
  return all<LeftoverReason>(
    db,
    `SELECT reason, sum(objects) AS objects FROM ledger_count WHERE source_id = ? AND ${IS_LEFTOVER} AND reason <> ''
     GROUP BY reason HAVING sum(objects) > 0 ORDER BY reason`,
    sourceId
  ).map((row) => ({ ...row }));
}

/** Keys of those listed objects that the ledger, for exactly this version of them, calls leftovers of that reason. */
export function filterLeftovers(
  db: DatabaseSync,
  { sourceId, reason }: DiscardChoice,
  listed: readonly ListedVersion[]
): string[] {
  return listed
    .filter(({ key, etag }) =>
      first(
        db,
        `SELECT 1 FROM ledger WHERE source_id = ? AND key = ? AND etag = ? AND reason = ? AND ${IS_LEFTOVER} ${NOT_RETRIED_ELSEWHERE}`,
        ...[sourceId, key, etag, reason]
      )
    )
    .map(({ key }) => key);
}

/**
 * Notes in the audit trail that an administrator has leftovers deleted uncounted, before the first is. Returns the id of that
 * note, in which {@link recordDiscarded} counts. Throws {@link RegistryError} when the source has no leftovers of that
 * reason, naming those that it has, and while deletion is on hold.
 */
export function beginDiscard(db: DatabaseSync, choice: DiscardChoice, by: ChangeAuthor): number {
  const { sourceId, reason, before } = choice;
  const { id, name } = sourceById(db, sourceId);
  refuseWhileHeld(db);
  refuseUnknownReason(name, reason, leftoverReasons(db, sourceId));
  const details = { id, reason, before: new Date(before * 1000).toISOString(), objects: 0, bytes: 0, failed: 0 };
  return recordChange(db, by, 'source.discard', name, details);
}

/** Throws {@link RegistryError} unless a source of that name has leftovers of that reason. */
export function refuseUnknownReason(name: string, reason: string, known: readonly LeftoverReason[]): void {
  if (known.some((one) => one.reason === reason)) {
    return;
  }
  const there = known.map((one) => `${one.reason} (${formatCounted(one.objects, 'object')})`).join(', ');
  throw new RegistryError(
    known.length === 0
      ? `Source ${name} has left no object in its bucket: there is nothing to discard.`
      : `Source ${name} has left no object in its bucket for the reason "${reason}". There are: ${there}.`,
    'invalid',
    'reason'
  );
}

/**
 * Takes hold of those of the listed objects that are leftovers of that reason, so that nobody retries them while they are
 * being deleted. Returns their keys; {@link recordDiscarded} must follow. Throws {@link RegistryError} while deletion is on hold.
 */
export function claimLeftovers(
  db: DatabaseSync,
  choice: DiscardChoice,
  listed: readonly ListedVersion[],
  now: number
): string[] {
  refuseWhileHeld(db);
  const keys = filterLeftovers(db, choice, listed);
  for (const key of keys) {
    run(db, 'UPDATE ledger SET discard_began = ? WHERE source_id = ? AND key = ?', now, choice.sourceId, key);
  }
  return keys;
}

/**
 * Notes which of the claimed objects were deleted and which stayed, in the ledger and in the note of {@link beginDiscard}.
 * Returns how many were deleted, without those that somebody else deleted at the same time.
 */
export function recordDiscarded(
  db: DatabaseSync,
  sourceId: string,
  changeId: number,
  { deleted, failed }: { readonly deleted: readonly ListedVersion[]; readonly failed: readonly string[] },
  now: number
): { readonly objects: number; readonly bytes: number } {
  let [objects, bytes] = [0, 0];
  for (const { key, etag, size } of deleted) {
    const noted = run(
      db,
      `UPDATE ledger SET state = 'discarded', changed = ?, dismissed = NULL, discard_began = NULL
       WHERE source_id = ? AND key = ? AND etag = ? AND discard_began IS NOT NULL`,
      ...[now, sourceId, key, etag]
    );
    objects += noted;
    bytes += noted * size;
  }
  for (const key of failed) {
    run(db, 'UPDATE ledger SET discard_began = NULL WHERE source_id = ? AND key = ?', sourceId, key);
  }
  run(
    db,
    `UPDATE change SET details = json_set(details, '$.objects', details ->> 'objects' + ?, '$.bytes', details ->> 'bytes' + ?,
       '$.failed', details ->> 'failed' + ?) WHERE id = ?`,
    ...[objects, bytes, failed.length, changeId]
  );
  return { objects, bytes };
}

/** A deletion that began longer ago than this is over, however it ended: its process is gone. Seconds. */
const LONGEST_DELETION = 300;

/** Whether an object is being deleted uncounted at this moment. */
export function isBeingDiscarded(
  db: DatabaseSync,
  { sourceId, key }: { readonly sourceId: string; readonly key: string },
  now: number
): boolean {
  const sql = 'SELECT 1 FROM ledger WHERE source_id = ? AND key = ? AND discard_began > ?';
  return first(db, sql, sourceId, key, now - LONGEST_DELETION) !== undefined;
}
