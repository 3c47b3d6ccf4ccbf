import type { DatabaseSync } from 'node:sqlite';
import { all, first, run } from './database';

/** How many records of an object count in an hour (Unix seconds of its start). */
export interface HourRecords {
  readonly hour: number;
  readonly records: number;
}

/**
 * Marks hours as having points in `minute` that `hour` has not. A generation is never given twice, so that one of an hour
 * that was cleared and marked again is not taken for the old one. `records`: those that an hour got and that were not noted
 * before, 0 for an object that may yet be written. `now`: Unix seconds. `newPlans`: how many plans with these hours are granted
 * with that; without it nobody knows what else a new hour has.
 */
export function markHoursDirty(
  db: DatabaseSync,
  hours: readonly HourRecords[],
  now: number,
  newPlans: number | null = null
): void {
  if (hours.length === 0) {
    return;
  }
  const { value } = first<{ value: number }>(
    db,
    `INSERT INTO counter (name, value, started) VALUES ('generation', 1, 0)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`
  )!;
  const unknown = forgottenHours(db);
  for (const { hour, records } of hours) {
    run(
      db,
      `INSERT INTO hour_state (hour, generation, records, late, dirty_since, dirty_until, plans)
         VALUES (?1, ?2, ?3, ?3, ?4, ?4, ?6)
       ON CONFLICT (hour) DO UPDATE SET generation = ?2, records = records + ?3, late = late + ?3,
         dirty_since = coalesce(dirty_since, ?4), dirty_until = ?4, plans = plans + coalesce(?5, 0)`,
      ...[hour, value, records, now, newPlans, hour < unknown ? null : newPlans]
    );
  }
}

/** Before which hour (Unix seconds) it may be forgotten how many objects have points: see {@link pruneHours}. */
function forgottenHours(db: DatabaseSync): number {
  return first<{ value: number }>(db, "SELECT value FROM counter WHERE name = 'hours-forgotten'")?.value ?? 0;
}

/** Notes that nobody knows any more which objects have points in the hours that are in the store. */
export function forgetHourPlans(db: DatabaseSync): void {
  run(db, 'UPDATE hour_state SET plans = NULL');
}

/** An hour to recompute, and the state of its points when that was decided. Times are Unix seconds. */
export interface DirtyHour {
  readonly hour: number;
  readonly generation: number;
  /** All records that are known to count in it. */
  readonly records: number;
  /** Those of them that came since it was last recomputed. */
  readonly late: number;
  /** When it was marked dirty first, and last. */
  readonly since: number;
  readonly until: number;
  /** How many plans ever named it: no other object has points in it. Undefined when nobody knows. */
  readonly plans?: number;
}

/** Hours whose sums in `hour` are behind their minutes, newest first. */
export function dirtyHours(db: DatabaseSync): DirtyHour[] {
  return all<DirtyHour & { readonly plans: number | null }>(
    db,
    `SELECT hour, generation, records, late, dirty_since AS since, dirty_until AS until, plans FROM hour_state
     WHERE dirty_since IS NOT NULL ORDER BY hour DESC`
  ).map((row) => ({ ...row, plans: row.plans ?? undefined }));
}

/** Notes that an hour was recomputed; it stays dirty when points were added meanwhile. `now`: Unix seconds. */
export function markHourClean(db: DatabaseSync, { hour, generation, late }: DirtyHour, now: number): void {
  const isDirty = 'hour = ? AND dirty_since IS NOT NULL';
  const clean = 'UPDATE hour_state SET late = 0, dirty_since = NULL, dirty_until = NULL';
  if (run(db, `${clean} WHERE ${isDirty} AND generation = ?`, hour, generation) > 0) {
    return;
  }
  // What is left to be summed came after that was decided.
  const rest = 'UPDATE hour_state SET late = max(late - ?, 0), dirty_since = dirty_until';
  if (run(db, `${rest} WHERE ${isDirty}`, late, hour) === 0) {
    // Another process cleared it meanwhile: these older sums may have overwritten its newer ones.
    markHoursDirty(db, [{ hour, records: 0 }], now);
  }
}

/**
 * Forgets clean hours before `oldest` (Unix seconds): no point of theirs is written to `minute` any more. Dirty ones that were
 * never recomputed are forgotten once `hour` has forgotten them: a clock may have been wrong.
 */
export function pruneHours(db: DatabaseSync, oldest: number, forgotten: number): void {
  run(db, 'DELETE FROM hour_state WHERE (dirty_since IS NULL AND hour < ?) OR hour < ?', oldest, forgotten);
  // A clock that was ahead forgets hours to which more may come.
  run(
    db,
    `INSERT INTO counter (name, value, started) VALUES ('hours-forgotten', ?, 0)
     ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`,
    oldest
  );
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
