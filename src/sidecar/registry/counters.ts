import type { DatabaseSync } from 'node:sqlite';
import { all, first, run } from './database';

/**
 * Marks hours as having points in `minute` that `hour` has not. A generation is never given twice, so that one of an hour
 * that was cleared and marked again is not taken for the old one.
 */
export function markHoursDirty(db: DatabaseSync, hours: readonly number[]): void {
  if (hours.length === 0) {
    return;
  }
  const { value } = first<{ value: number }>(
    db,
    `INSERT INTO counter (name, value, started) VALUES ('generation', 1, 0)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`
  )!;
  for (const hour of hours) {
    run(db, 'INSERT OR REPLACE INTO dirty_hour (hour, generation) VALUES (?, ?)', hour, value);
  }
}

/** An hour to recompute, and the state of its points when that was decided. */
export interface DirtyHour {
  readonly hour: number;
  readonly generation: number;
}

/** Hours whose sums in `hour` are behind their minutes, newest first. */
export function dirtyHours(db: DatabaseSync): DirtyHour[] {
  return all<DirtyHour>(db, 'SELECT hour, generation FROM dirty_hour ORDER BY hour DESC').map((row) => ({ ...row }));
}

/** Notes that an hour was recomputed; it stays dirty when points were added meanwhile. */
export function markHourClean(db: DatabaseSync, { hour, generation }: DirtyHour): void {
  const cleared = run(db, 'DELETE FROM dirty_hour WHERE hour = ? AND generation = ?', hour, generation);
  if (cleared === 0 && !first(db, 'SELECT 1 FROM dirty_hour WHERE hour = ?', hour)) {
    // Another process cleared it meanwhile: these older sums may have overwritten its newer ones.
    markHoursDirty(db, [hour]);
  }
}

/** Offsets stay below one minute, so that a point never leaves its window. */
const OFFSET_LIMIT = 60_000_000_000;

/**
 * Reserves `count` offsets and returns the first. None is given twice while points that used it may still exist:
 * after 60 thousand million parts the counter may start over only when `hour` has forgotten the first ones.
 */
export function reserveOffsets(db: DatabaseSync, count: number, now: number, retention: number): number {
  run(db, "INSERT OR IGNORE INTO counter (name, value, started) VALUES ('offset', 1, ?)", now);
  const { value, started } = first<{ value: number; started: number }>(
    db,
    "SELECT value, started FROM counter WHERE name = 'offset'"
  )!;
  if (value + count <= OFFSET_LIMIT) {
    run(db, "UPDATE counter SET value = ? WHERE name = 'offset'", value + count);
    return value;
  }
  if (now - started < retention) {
    throw new Error('All offsets are in use: this store has taken more objects than it can tell apart.');
  }
  run(db, "UPDATE counter SET value = ?, started = ? WHERE name = 'offset'", 1 + count, now);
  return 1;
}
