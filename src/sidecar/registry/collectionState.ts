import type { DatabaseSync } from 'node:sqlite';
import { all, first } from './database';
import { IDLE_SECONDS, exporterLimit } from './exporters';
import { syncSchedule } from './syncSchedule';

/** A stored object is deleted within seconds; one that is still there after so many is counted as undeleted. */
const DELETION_SECONDS = 120;
/** An exporter counts as new for so long; seconds. */
const NEW_SECONDS = 3600;

/** Objects of a source that are left in its bucket, by why. */
export interface LeftObjectCounts {
  /** Stored, and yet there after two minutes. */
  readonly undeleted: number;
  /** Left in place for a reason of their own. */
  readonly notCollected: number;
  /** Damaged or in conflict, and not dismissed. */
  readonly quarantined: number;
  /** Not taken by the store, or not by this version; tried again with every look. */
  readonly refused: number;
  /** Not given by S3 as they were listed, or not at all; tried again with every look. */
  readonly notRead: number;
}

/** How many objects a source has left in its bucket. */
export function countRemaining(db: DatabaseSync, sourceId: string, now: number): LeftObjectCounts {
  const counts = first<Omit<LeftObjectCounts, 'undeleted'> & { stored: number }>(
    db,
    `SELECT coalesce(sum(objects) FILTER (WHERE state = 'stored'), 0) AS stored,
       coalesce(sum(objects) FILTER (WHERE state = 'not-collected'), 0) AS notCollected,
       coalesce(sum(objects) FILTER (WHERE state = 'quarantined' AND dismissed = 0), 0) AS quarantined,
       coalesce(sum(objects) FILTER (WHERE state = 'refused'), 0) AS refused,
       coalesce(sum(objects) FILTER (WHERE state = 'not-read'), 0) AS notRead
     FROM ledger_count WHERE source_id = ?`,
    sourceId
  )!;
  // Those of the last two minutes are few, whatever cannot be deleted.
  const { n: fresh } = first<{ n: number }>(
    db,
    `SELECT count(*) AS n FROM ledger INDEXED BY ledger_changed
     WHERE source_id = ? AND state = 'stored' AND changed > ?`,
    ...[sourceId, now - DELETION_SECONDS]
  )!;
  const { stored, ...others } = counts;
  return { undeleted: stored - fresh, ...others };
}

/** An exporter that was first seen within the last hour. */
export interface NewExporter {
  readonly id: string;
  readonly account: string;
  /** Unix seconds. */
  readonly firstSeen: number;
}

/** What concerns all sources of a registry. */
export interface CollectorState {
  /** Exporters that take a place under the limit. */
  readonly exporters: number;
  readonly exporterLimit: number;
  /** None in the first hour of a registry, in which every exporter is new. */
  readonly newExporters: readonly NewExporter[];
  /**
   * When the last sync of descriptions succeeded, else when the first was tried, Unix seconds; undefined before that, and while
   * nobody wants them to be read unasked.
   */
  readonly described?: number;
}

/** How the collector stands as a whole. */
export function collectorState(db: DatabaseSync, now: number): CollectorState {
  const counts = first<{ places: number; began: number | null }>(
    db,
    'SELECT count(*) FILTER (WHERE enabled = 1 AND last_seen > ?) AS places, min(first_seen) AS began FROM exporter',
    now - IDLE_SECONDS
  )!;
  const since = Math.max(now - NEW_SECONDS, (counts.began ?? now) + NEW_SECONDS);
  const sync = first<{ described: number | null }>(
    db,
    `SELECT coalesce((SELECT max(finished) FROM sync_run WHERE ok = 1),
       (SELECT started FROM sync_run ORDER BY id LIMIT 1)) AS described`
  )!;
  return {
    exporters: counts.places,
    exporterLimit: exporterLimit(db),
    newExporters: all<{ id: string; account: string; first_seen: number }>(
      db,
      'SELECT id, account, first_seen FROM exporter WHERE first_seen > ? ORDER BY id',
      since
    ).map(({ id, account, first_seen: firstSeen }) => ({ id, account, firstSeen })),
    described: (syncSchedule(db).hourly ? sync.described : undefined) ?? undefined,
  };
}
