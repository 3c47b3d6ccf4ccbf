import type { DatabaseSync } from 'node:sqlite';
import { MAX_OVERFLOW_IDS } from '../../contract/bounds';
import { all, first, run } from './database';

/** An exporter that found no place under the limit. */
export interface OverflowExporter {
  readonly id: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Its records that were counted into the overflow exporter. */
  readonly records: number;
}

/** What was counted into the overflow exporter lately. */
export interface Overflow {
  /** Those with most records first; at most {@link MAX_OVERFLOW_IDS}. */
  readonly exporters: readonly OverflowExporter[];
  /** Records of yet other exporters, which are not told apart. */
  readonly otherRecords: number;
}

/** Stands for all others. No exporter is called so. */
const OTHERS = '';

/** Notes records (per exporter id) that were counted into the overflow exporter. */
export function recordOverflow(db: DatabaseSync, records: Readonly<Record<string, number>>, now: number): void {
  const ids = Object.keys(records);
  if (ids.length === 0) {
    return;
  }
  let room = MAX_OVERFLOW_IDS - first<{ n: number }>(db, 'SELECT count(*) AS n FROM overflow_exporter')!.n;
  let others = 0;
  for (const id of ids) {
    if (first(db, 'SELECT 1 FROM overflow_exporter WHERE id = ?', id) || room-- > 0) {
      add(db, id, records[id], now);
    } else {
      others += records[id];
    }
  }
  if (others > 0) {
    add(db, OTHERS, others, now);
  }
}

function add(db: DatabaseSync, id: string, records: number, now: number): void {
  run(
    db,
    `INSERT INTO overflow_exporter (id, first_seen, last_seen, records) VALUES (:id, :now, :now, :records)
     ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, records = records + excluded.records`,
    { id, now, records }
  );
}

/** What was counted into the overflow exporter by exporters seen after `since`. */
export function listOverflow(db: DatabaseSync, since: number): Overflow {
  const rows = all<{ id: string; first_seen: number; last_seen: number; records: number }>(
    db,
    'SELECT * FROM overflow_exporter WHERE last_seen > ? ORDER BY records DESC, id',
    since
  );
  return {
    exporters: rows
      .filter(({ id }) => id !== OTHERS)
      .map(({ id, first_seen, last_seen, records }) => ({ id, firstSeen: first_seen, lastSeen: last_seen, records })),
    otherRecords: rows.find(({ id }) => id === OTHERS)?.records ?? 0,
  };
}
