import type { DatabaseSync } from 'node:sqlite';
import { gzipSync, gunzipSync } from 'node:zlib';
import { QUOTE_LENGTH, QUOTES } from '../rollup/uncounted';
import { all, first, run } from './database';
import type { LedgerEntry } from './ledger';

/** Lines of one object that could not be counted, in their order. Each character stands for one byte. */
export interface UnreadLines {
  /** The object's header line. */
  readonly header: string;
  readonly lines: ReadonlyArray<{ readonly reason: string; readonly line: string }>;
}

/** What was kept of one object that was stored. */
export interface UnreadObject {
  readonly id: number;
  readonly sourceId: string;
  /** The source's name; `import` for a file; the id of a source that was removed. */
  readonly source: string;
  readonly key: string;
  /** When the rest of it was stored, Unix seconds. */
  readonly stored: number;
  readonly lines: number;
  /** Of the lines with their line ends, without the header. */
  readonly bytes: number;
  /** Lines by the reason why they were not counted. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first three lines, shortened. */
  readonly quotes: ReadonlyArray<{ readonly reason: string; readonly line: string }>;
}

/**
 * Keeps lines of an object whose other records were stored; part of the transaction that lets the object be deleted. Those of
 * an object that is stored anew, in another database, take the place of what was kept of it.
 */
export function keepUnread(
  db: DatabaseSync,
  { identity, sourceId, key }: Pick<LedgerEntry, 'sourceId' | 'key'> & { readonly identity: string },
  { header, lines }: UnreadLines,
  now: number
): void {
  const reasons: Record<string, number> = {};
  lines.forEach(({ reason }) => (reasons[reason] = (reasons[reason] ?? 0) + 1));
  const quotes = lines.slice(0, QUOTES).map(({ reason, line }) => ({ reason, line: line.slice(0, QUOTE_LENGTH) }));
  const text = lines.map(({ line }) => `${line}\n`).join('');
  const content = gzipSync(Buffer.from(`${header}\n${text}`, 'latin1'));
  run(
    db,
    `INSERT INTO unread (identity, source_id, key, stored, lines, bytes, reasons, quotes, content)
     VALUES (:identity, :sourceId, :key, :now, :lines, :bytes, :reasons, :quotes, :content)
     ON CONFLICT (identity) DO UPDATE SET source_id = excluded.source_id, key = excluded.key, stored = excluded.stored,
       lines = excluded.lines, bytes = excluded.bytes, reasons = excluded.reasons, quotes = excluded.quotes,
       content = excluded.content`,
    {
      ...{ identity, sourceId, key, now, lines: lines.length, bytes: text.length, content },
      ...{ reasons: JSON.stringify(reasons), quotes: JSON.stringify(quotes) },
    }
  );
}

interface UnreadRow {
  id: number;
  source_id: string;
  name: string | null;
  key: string;
  stored: number;
  lines: number;
  bytes: number;
  reasons: string;
  quotes: string;
}

const LISTED = `SELECT unread.id, source_id, source.name, key, stored, lines, bytes, reasons, quotes
  FROM unread LEFT JOIN source ON source.id = source_id`;
const NEWEST_FIRST = 'ORDER BY stored DESC, unread.id DESC';

/** What was kept, object by object, the newest first; of one source, as {@link UnreadObject.source} names it, or of all. */
export function listUnread(db: DatabaseSync, source?: string): UnreadObject[] {
  const sql = `${LISTED} WHERE ?1 IS NULL OR coalesce(source.name, source_id) = ?1 ${NEWEST_FIRST}`;
  return all<UnreadRow>(db, sql, source ?? null).map(toUnreadObject);
}

/**
 * A part of {@link listUnread}, at most `limit` objects, and how many there are in all. `after`: the id of the object that it
 * follows; undefined is returned when nothing is kept of that one any more.
 */
export function unreadPage(
  db: DatabaseSync,
  { after, limit }: { readonly after?: number; readonly limit: number }
): { readonly items: UnreadObject[]; readonly total: number } | undefined {
  const last = after === undefined ? undefined : first<UnreadRow>(db, `${LISTED} WHERE unread.id = ?`, after);
  if (after !== undefined && !last) {
    return undefined;
  }
  const [stored, id] = last ? [last.stored, last.id] : [Number.MAX_SAFE_INTEGER, 0];
  const sql = `${LISTED} WHERE (stored, unread.id) < (?, ?) ${NEWEST_FIRST} LIMIT ?`;
  return { items: all<UnreadRow>(db, sql, stored, id, limit).map(toUnreadObject), total: countUnread(db).objects };
}

function toUnreadObject(row: UnreadRow): UnreadObject {
  return {
    id: row.id,
    sourceId: row.source_id,
    source: row.name ?? row.source_id,
    key: row.key,
    stored: row.stored,
    lines: row.lines,
    bytes: row.bytes,
    reasons: JSON.parse(row.reasons) as UnreadObject['reasons'],
    quotes: JSON.parse(row.quotes) as UnreadObject['quotes'],
  };
}

/** The kept lines of an object under its header, as a text flow log: `id` as {@link listUnread} gives it. Undefined when unknown. */
export function readUnread(db: DatabaseSync, id: number): Uint8Array | undefined {
  const row = first<{ content: Uint8Array }>(db, 'SELECT content FROM unread WHERE id = ?', id);
  return row && gunzipSync(row.content);
}

/** How many lines are kept, and of how many objects. */
export function countUnread(db: DatabaseSync): { readonly objects: number; readonly lines: number } {
  return { ...first<{ objects: number; lines: number }>(db, 'SELECT objects, lines FROM unread_count')! };
}
