import type { DatabaseSync } from 'node:sqlite';
import { IMPORT_SOURCE } from '../../contract/names';
import { all, first } from './database';
import { readCounts, type ObjectCounts, type LedgerState } from './ledger';
import { readPlan, type ExplainedPlan } from './planRows';

export type { ExplainedPlan } from './planRows';

/** What the ledger says of an object at one place. Times are Unix seconds. */
export interface ExplainedEntry {
  readonly sourceId: string;
  /** The source's name; undefined for a file and for a source that was removed. */
  readonly source?: string;
  readonly key: string;
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly state: LedgerState;
  readonly reason?: string;
  readonly message?: string;
  /** What was counted in it, where it was read. */
  readonly counts?: ObjectCounts;
  /** When it came into that state. */
  readonly changed: number;
  /** When a listing last showed it. */
  readonly seen: number;
  /** When the notice of its quarantine was dismissed. */
  readonly dismissed?: number;
  /** What it was collected by. */
  readonly plan?: ExplainedPlan;
  /** Other places from which what that plan is of was stored, the one that was counted first; a few of them. */
  readonly storedFrom: readonly PlaceInBucket[];
}

/** Where an object was found. `source`: as in {@link ExplainedEntry}. */
export interface PlaceInBucket {
  readonly source?: string;
  readonly key: string;
}

/** What is known of an object. */
export interface ObjectExplanation {
  /** One for each place it was found at. */
  readonly entries: readonly ExplainedEntry[];
  /** The plan under that name, when the ledger remembers no place any more. */
  readonly plan?: ExplainedPlan;
}

interface LedgerRow {
  id: number;
  source_id: string;
  name: string | null;
  key: string;
  etag: string;
  size: number;
  state: LedgerState;
  reason: string | null;
  message: string | null;
  counts: string | null;
  plan_id: number | null;
  changed: number;
  seen: number;
  dismissed: number | null;
}

/** What is known of an object, by its exact key or by its file name, wherever it lies. */
export function explainObject(db: DatabaseSync, keyOrName: string): ObjectExplanation {
  const fileName = keyOrName.slice(keyOrName.lastIndexOf('/') + 1);
  const rows = all<LedgerRow>(
    db,
    `SELECT ledger.*, source.name FROM ledger LEFT JOIN source ON source.id = source_id
     WHERE file_name = ? AND (key = ? OR substr(key, -length(?) - 1) = '/' || ?) ORDER BY ledger.id`,
    ...[fileName, keyOrName, keyOrName, keyOrName]
  );
  if (rows.length > 0) {
    return { entries: rows.map((row) => toRecord(db, row)) };
  }
  return { entries: [], plan: readPlan(db, 'identity = ?', fileName) };
}

/**
 * The state of the object of exactly that key, in any source that is there or among the imported files; the one that
 * changed last. Told without reading the rest of the ledger.
 */
export function objectState(
  db: DatabaseSync,
  key: string
): { readonly state: LedgerState; readonly changed: number } | undefined {
  const row = first<{ state: LedgerState; changed: number }>(
    db,
    `SELECT state, changed FROM ledger WHERE source_id IN (SELECT id FROM source UNION ALL SELECT ?) AND key = ?
     ORDER BY changed DESC LIMIT 1`,
    ...[IMPORT_SOURCE, key]
  );
  return row && { ...row };
}

function toRecord(db: DatabaseSync, row: LedgerRow): ExplainedEntry {
  const { source_id: sourceId, key, etag, size, state, changed, seen } = row;
  return {
    ...{ sourceId, source: row.name ?? undefined, key, etag, size, state },
    reason: row.reason ?? undefined,
    message: row.message ?? undefined,
    counts: readCounts(row.counts),
    ...{ changed, seen, dismissed: row.dismissed ?? undefined },
    plan: row.plan_id === null ? undefined : readPlan(db, 'id = ?', row.plan_id),
    storedFrom: row.plan_id === null ? [] : placesOf(db, row.plan_id, row.id),
  };
}

const MAX_PLACES = 3;

/** Places of what is stored by a plan, but for that of entry `except`. What was read has counts, a duplicate has none. */
function placesOf(db: DatabaseSync, planId: number, except: number): PlaceInBucket[] {
  const rows = ['NOT NULL', 'NULL'].flatMap((counts) =>
    all<{ name: string | null; key: string }>(
      db,
      `SELECT name, key FROM ledger LEFT JOIN source ON source.id = source_id
       WHERE plan_id = ? AND ledger.id <> ? AND state IN ('stored', 'deleted') AND counts IS ${counts}
       ORDER BY ledger.id LIMIT ${MAX_PLACES}`,
      ...[planId, except]
    )
  );
  return rows.slice(0, MAX_PLACES).map(({ name, key }) => ({ ...(name !== null && { source: name }), key }));
}
