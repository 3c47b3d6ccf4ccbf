import type { DatabaseSync } from 'node:sqlite';
import { all, first } from './database';
import { readCounts, type ObjectCounts } from './ledger';

/** A corrupt or conflicting object that was left in place, and whose notice nobody has dismissed. */
export interface QuarantinedObject {
  readonly sourceId: string;
  /** The source's name; `import` for a file; the id of a source that was removed. */
  readonly source: string;
  /** Whether a listing will find it again: not so for a file, nor after its source was removed. */
  readonly isListed: boolean;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly reason: string;
  readonly message: string;
  /** When it was put into quarantine, Unix seconds. */
  readonly since: number;
  /** The first bad lines, shortened, where it had been read. */
  readonly quotes: ObjectCounts['quotes'];
}

interface QuarantineRow {
  source_id: string;
  name: string | null;
  key: string;
  size: number;
  reason: string;
  message: string;
  changed: number;
  counts: string | null;
}

/** How many objects {@link listQuarantine} would list; of one source, by its id, or of all. */
export function countQuarantine(db: DatabaseSync, sourceId?: string): number {
  const row = first<{ n: number }>(
    db,
    `SELECT coalesce(sum(objects), 0) AS n FROM ledger_count
     WHERE state = 'quarantined' AND dismissed = 0 AND (?1 IS NULL OR source_id = ?1)`,
    sourceId ?? null
  );
  return row!.n;
}

// As the index has them.
const REASON = "coalesce(reason, '')";
const MESSAGE = "coalesce(message, '')";
/** What to read of a quarantined object, from the ledger and its source. */
const COLUMNS = `source_id, source.name, ledger.key, size, ${REASON} AS reason, ${MESSAGE} AS message, changed, counts`;
const QUARANTINED = `ledger LEFT JOIN source ON source.id = source_id WHERE state = 'quarantined' AND dismissed IS NULL`;

function toQuarantined(row: QuarantineRow): QuarantinedObject {
  const { source_id: sourceId, name, key, size, reason, message, changed } = row;
  return {
    sourceId,
    source: name ?? sourceId,
    isListed: name !== null,
    key,
    size,
    reason,
    message,
    since: changed,
    quotes: readCounts(row.counts)?.quotes ?? [],
  };
}

/** Everything in quarantine, or in that of one source, by source, reason and message; the newest first. */
export function listQuarantine(db: DatabaseSync, source?: string): QuarantinedObject[] {
  return all<QuarantineRow>(
    db,
    `SELECT ${COLUMNS} FROM ${QUARANTINED} AND (?1 IS NULL OR coalesce(source.name, source_id) = ?1)
     ORDER BY coalesce(source.name, source_id), reason, message, changed DESC, ledger.key`,
    source ?? null
  ).map(toQuarantined);
}

/** The object of that key in a source's quarantine; undefined when it is not there. */
export function quarantinedAt(db: DatabaseSync, sourceId: string, key: string): QuarantinedObject | undefined {
  const sql = `SELECT ${COLUMNS} FROM ${QUARANTINED} AND source_id = ? AND ledger.key = ?`;
  const row = first<QuarantineRow>(db, sql, sourceId, key);
  return row && toQuarantined(row);
}

/** The sources with objects in quarantine, by name; see {@link QuarantinedObject.source}. */
export function quarantinedSources(db: DatabaseSync): Array<{ readonly id: string; readonly name: string }> {
  return all<{ id: string; name: string }>(
    db,
    `SELECT source_id AS id, coalesce(source.name, source_id) AS name
     FROM ledger_count LEFT JOIN source ON source.id = source_id
     WHERE state = 'quarantined' AND dismissed = 0 AND objects > 0 GROUP BY source_id ORDER BY 2`
  );
}

/** Which part of the quarantine to read. */
export interface QuarantinePart {
  /** Of this source alone. */
  readonly sourceId?: string;
  /** What follows this object. */
  readonly after?: { readonly sourceId: string; readonly key: string };
  readonly limit: number;
}

/**
 * A part of {@link listQuarantine}, in its order, and how many objects there are in all. Undefined when the object that it
 * should follow is in quarantine no more. Reads no more of the ledger than it returns.
 */
export function quarantinePage(
  db: DatabaseSync,
  { sourceId, after, limit }: QuarantinePart
): { readonly items: QuarantinedObject[]; readonly total: number } | undefined {
  const sources = quarantinedSources(db).filter(({ id }) => sourceId === undefined || id === sourceId);
  const last = after && quarantinedAt(db, after.sourceId, after.key);
  const at = last ? sources.findIndex(({ id }) => id === last.sourceId) : 0;
  if (at < 0 || (after && !last)) {
    return undefined;
  }
  const items: QuarantinedObject[] = [];
  for (const { id } of sources.slice(at)) {
    for (const [condition, ...values] of rangesAfter(id === last?.sourceId ? last : undefined)) {
      const rows = all<QuarantineRow>(
        db,
        `SELECT ${COLUMNS} FROM ${QUARANTINED} AND source_id = ? AND ${condition}
         ORDER BY ${REASON}, ${MESSAGE}, changed DESC, ledger.key LIMIT ?`,
        ...[id, ...values, limit - items.length]
      );
      rows.forEach((row) => items.push(toQuarantined(row)));
    }
  }
  return { items, total: countQuarantine(db, sourceId) };
}

/** What follows an object within its source, as ranges of the index that the list is read from, in their order. */
function rangesAfter(
  object?: QuarantinedObject
): Array<readonly [condition: string, ...values: Array<string | number>]> {
  if (!object) {
    return [['true']];
  }
  const { reason, message, since, key } = object;
  return [
    [`${REASON} = ? AND ${MESSAGE} = ? AND changed = ? AND ledger.key > ?`, reason, message, since, key],
    [`${REASON} = ? AND ${MESSAGE} = ? AND changed < ?`, reason, message, since],
    [`${REASON} = ? AND ${MESSAGE} > ?`, reason, message],
    [`${REASON} > ?`, reason],
  ];
}
