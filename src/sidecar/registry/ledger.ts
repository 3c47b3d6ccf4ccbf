import type { DatabaseSync } from 'node:sqlite';
import { all, first, run } from './database';
import { recordDelivery, type Delivery } from './deliveries';

/**
 * What became of an object:
 * `stored` acknowledged, not deleted yet · `deleted` · `not-collected` left in place for a reason of its own ·
 * `quarantined` corrupt or conflicting, left in place · `refused` by the store or by this version, left in place and tried again ·
 * `not-read` S3 did not give it as it was listed, or not at all; left in place and tried again ·
 * `gone` left in place, and taken away by somebody else · `discarded` left in place, then deleted uncounted because an
 * administrator said so.
 */
export type LedgerState =
  'stored' | 'deleted' | 'not-collected' | 'quarantined' | 'refused' | 'not-read' | 'gone' | 'discarded';

/** States of objects that are no longer in their bucket though they were never stored. */
export const GONE_STATES: readonly LedgerState[] = ['gone', 'discarded'];

/** Records by outcome, the first bad lines, and sums as decimal strings. */
export interface ObjectCounts {
  readonly records: number;
  readonly ok: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly quotes: ReadonlyArray<{ readonly reason: string; readonly line: string }>;
  readonly bytes: string;
  readonly packets: string;
  readonly flows: string;
  readonly parts: number;
}

/** One object's entry in the ledger. */
export interface LedgerEntry {
  readonly sourceId: string;
  readonly key: string;
  /** S3's ETag; for files their SHA-256. */
  readonly etag: string;
  readonly size: number;
  readonly state: LedgerState;
  /** A slug to count by. */
  readonly reason?: string;
  /** A sentence for people: what is wrong and what to do. */
  readonly message?: string;
  /** What was counted in it, where it was read. */
  readonly counts?: ObjectCounts;
  readonly planId?: number;
  /** What it says about its flow log's deliveries, where S3 delivered it. */
  readonly delivery?: Delivery;
}

/** Writes an object's entry, replacing what was said of this key before; the counts of the same content stay known. */
export function setLedgerEntry(db: DatabaseSync, entry: LedgerEntry, now: number): void {
  const { sourceId, key, etag, size, state, message = null, planId = null } = entry;
  const reason = entry.reason || null;
  const counts = entry.counts === undefined ? null : JSON.stringify(entry.counts);
  run(
    db,
    `INSERT INTO ledger (source_id, key, etag, size, state, reason, message, counts, plan_id, changed, seen)
     VALUES (:sourceId, :key, :etag, :size, :state, :reason, :message, :counts, :planId, :now, :now)
     ON CONFLICT (source_id, key) DO UPDATE SET etag = excluded.etag, size = excluded.size, state = excluded.state,
       reason = excluded.reason, message = excluded.message, plan_id = excluded.plan_id,
       counts = CASE WHEN etag = excluded.etag THEN coalesce(excluded.counts, counts) ELSE excluded.counts END,
       changed = excluded.changed, seen = excluded.seen, dismissed = NULL, discard_began = NULL`,
    { sourceId, key, etag, size, state, reason, message, counts, planId, now }
  );
  // A refused object is tried again: its slot is not in yet.
  if (entry.delivery && state !== 'refused') {
    recordDelivery(db, sourceId, key, entry.delivery, now);
  }
}

/** The column `counts`. */
export function readCounts(column: string | null): ObjectCounts | undefined {
  return column === null ? undefined : (JSON.parse(column) as ObjectCounts);
}

/** An object of which S3 gave nothing, or which was given up before it was stored (`refused`). */
export type NotReadEntry = Pick<LedgerEntry, 'sourceId' | 'key' | 'etag' | 'size' | 'reason' | 'message'> & {
  readonly state: 'not-read' | 'gone' | 'refused';
};

/**
 * Notes that an object could not be read, was given up, or was gone before it was read. It overwrites nothing that is known of a stored object,
 * and what is gone nothing that is known of a collected one or of another version. `changed` stays while the reason does.
 */
export function recordNotRead(db: DatabaseSync, entry: NotReadEntry, now: number): void {
  const { sourceId, key, etag, size, state, message = null } = entry;
  const reason = entry.reason || null;
  run(
    db,
    `INSERT INTO ledger (source_id, key, etag, size, state, reason, message, changed, seen)
     VALUES (:sourceId, :key, :etag, :size, :state, :reason, :message, :now, :now)
     ON CONFLICT (source_id, key) DO UPDATE SET etag = excluded.etag, size = excluded.size, state = excluded.state,
       reason = excluded.reason, message = excluded.message, seen = excluded.seen, dismissed = NULL,
       plan_id = CASE WHEN etag = excluded.etag THEN plan_id END, counts = CASE WHEN etag = excluded.etag THEN counts END,
       changed = CASE WHEN (etag, state, reason) IS (excluded.etag, excluded.state, excluded.reason)
         THEN changed ELSE excluded.changed END
     WHERE CASE excluded.state WHEN 'gone' THEN etag = excluded.etag AND state NOT IN ('stored', 'deleted', 'discarded')
       ELSE etag <> excluded.etag OR state NOT IN ('stored', 'deleted', 'discarded') END`,
    { sourceId, key, etag, size, state, reason, message, now }
  );
}

/** What the ledger knows of an object that a listing shows. */
export interface ListedObject {
  readonly state: LedgerState;
  readonly etag: string;
  /** Why it is in that state, if there is a reason. */
  readonly reason?: string;
}

/** What is known of each of these keys, which a listing has just shown; keys never seen are absent. */
export function lookUpListed(
  db: DatabaseSync,
  sourceId: string,
  keys: readonly string[],
  now: number
): Record<string, ListedObject> {
  const known: Record<string, ListedObject> = {};
  for (const key of keys) {
    const row = first<{ state: LedgerState; etag: string; reason: string | null }>(
      db,
      'UPDATE ledger SET seen = ? WHERE source_id = ? AND key = ? RETURNING state, etag, reason',
      ...[now, sourceId, key]
    );
    if (row) {
      const { reason, ...rest } = row;
      known[key] = reason === null ? rest : { ...rest, reason };
    }
  }
  return known;
}

/**
 * Notes that a listing of the whole source, begun at `started`, has ended: what it did not show is no longer there. A
 * stored object was deleted just before its deletion could be noted, and so was one that was being discarded; any other was
 * taken away by somebody else. `unlisted`: folders that the listing left out, of whose objects nothing is said.
 */
export function recordListing(
  db: DatabaseSync,
  sourceId: string,
  started: number,
  now: number,
  unlisted: readonly string[] = []
): void {
  // What lies in those folders is not even looked at, nor what is deleted. A blob is greater than any text.
  for (const [from, to] of rangesOutside(unlisted)) {
    run(
      db,
      `UPDATE ledger INDEXED BY ledger_in_bucket SET changed = :now,
         state = CASE WHEN state = 'stored' THEN 'deleted' WHEN discard_began IS NOT NULL THEN 'discarded' ELSE 'gone' END
       WHERE source_id = :sourceId AND key >= :from AND key < coalesce(:to, x'') AND seen < :started
         AND state IN ('stored', 'not-collected', 'quarantined', 'refused', 'not-read')`,
      { now, sourceId, from, to, started }
    );
  }
}

/** The ranges of keys that lie in none of these folders: each from its begin up to its end, the last one without an end. */
function rangesOutside(folders: readonly string[]): Array<readonly [from: string, to: string | null]> {
  const ranges: Array<readonly [string, string | null]> = [];
  let from = '';
  // As SQLite compares text: by its bytes in UTF-8.
  for (const folder of folders.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    if (folder === '') {
      return [];
    }
    ranges.push([from, folder]);
    // What follows all that begins with `x/` begins with `x0`.
    from = `${folder.slice(0, -1)}0`;
  }
  return [...ranges, [from, null]];
}

/** Keys of a source's objects that are to be collected or deleted yet, so many at most. */
export function unfinishedKeys(db: DatabaseSync, sourceId: string, most: number): string[] {
  return all<{ key: string }>(
    db,
    "SELECT key FROM ledger WHERE source_id = ? AND state IN ('stored', 'refused', 'not-read') LIMIT ?",
    ...[sourceId, most]
  ).map(({ key }) => key);
}

/** Notes that stored objects are gone from their bucket. */
export function recordDeleted(db: DatabaseSync, sourceId: string, keys: readonly string[], now: number): void {
  for (const key of keys) {
    run(
      db,
      "UPDATE ledger SET state = 'deleted', changed = ? WHERE source_id = ? AND key = ? AND state = 'stored'",
      ...[now, sourceId, key]
    );
  }
}

/** How many objects of a source are in each state, by reason; `example` is the key that changed last. */
export interface LedgerCount {
  readonly state: LedgerState;
  readonly reason?: string;
  readonly message?: string;
  readonly objects: number;
  readonly example: string;
}

/** The ledger of a source in counts. A quarantined object whose notice was dismissed is not among them. */
export function ledgerCounts(db: DatabaseSync, sourceId: string): LedgerCount[] {
  const counts = all<{ state: LedgerState; reason: string; objects: number }>(
    db,
    `SELECT state, reason, objects FROM ledger_count WHERE source_id = ? AND dismissed = 0 AND objects > 0
     ORDER BY state, reason`,
    sourceId
  );
  return counts.flatMap(({ state, reason, objects }) => {
    const newest = first<{ key: string; message: string | null }>(
      db,
      `SELECT key, message FROM ledger WHERE source_id = ? AND state = ? AND reason IS ? AND dismissed IS NULL
       ORDER BY changed DESC, id DESC LIMIT 1`,
      ...[sourceId, state, reason === '' ? null : reason]
    );
    // There is one, unless the counts are wrong: then one source must not hide all others.
    return newest === undefined
      ? []
      : [{ state, reason: reason || undefined, message: newest.message ?? undefined, objects, example: newest.key }];
  });
}
