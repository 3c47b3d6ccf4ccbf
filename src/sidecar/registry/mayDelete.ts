import type { DatabaseSync } from 'node:sqlite';
import { collectorsIn, PRIMARY_COLLECTOR } from '../../contract/names';
import { first, run } from './database';
import { deletionHold } from './deletionHold';
import type { LedgerEntry } from './ledger';

/** A collector that was to delete an object and has not done so after this time is taken for dead; seconds. */
const GRANTED_SECONDS = 600;

/**
 * The last question before S3 is asked: which of the stored objects of a source a collector may delete now; undefined while deletion
 * is on hold. Of several collectors that work on the source one is told of each object, so that it is deleted once; whoever may
 * delete it may ask again. `by`: the id of the collector. `now`: Unix seconds.
 */
export function mayDelete(
  db: DatabaseSync,
  sourceId: string,
  keys: readonly string[],
  now: number,
  by: string = PRIMARY_COLLECTOR
): string[] | undefined {
  if (deletionHold(db)) {
    return undefined;
  }
  const source = first<{ collector: string }>(db, 'SELECT collector FROM source WHERE id = ?', sourceId);
  if (!source || collectorsIn(source.collector).length === 1) {
    return [...keys];
  }
  run(db, 'DELETE FROM deletion_grant WHERE granted <= ?', now - GRANTED_SECONDS);
  return keys.filter((key) => {
    if (!first(db, "SELECT 1 FROM ledger WHERE source_id = ? AND key = ? AND state = 'stored'", sourceId, key)) {
      return false;
    }
    const granted = run(
      db,
      `INSERT INTO deletion_grant (source_id, key, collector_id, granted) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (source_id, key) DO UPDATE SET granted = ?4 WHERE collector_id = ?3`,
      ...[sourceId, key, by, now]
    );
    return granted > 0;
  });
}

/**
 * Whether a collector has just deleted an object: another one, which read it meanwhile, must not say that it is there. Should it have
 * been put there again at once, a later listing finds it.
 */
export function wasJustDeleted(
  db: DatabaseSync,
  { sourceId, key, etag }: Pick<LedgerEntry, 'sourceId' | 'key' | 'etag'>,
  now: number
): boolean {
  return (
    first(
      db,
      `SELECT 1 FROM deletion_grant JOIN ledger USING (source_id, key)
       WHERE source_id = ? AND key = ? AND etag = ? AND state = 'deleted' AND granted > ?`,
      ...[sourceId, key, etag, now - GRANTED_SECONDS]
    ) !== undefined
  );
}
