import type { DatabaseSync } from 'node:sqlite';
import { noteWindows, PAUSE_SECONDS, type LoggedWindows, type SharedWindows } from '../rollup/sharedWindows';
import type { LoggedInterface } from '../rollup/summary';
import { all, run } from './database';

/** What a flow log logs is noted once an hour at least, so that of what was noted before that nobody knows. Seconds. */
export const NOTED_SECONDS = 2 * PAUSE_SECONDS;
/** What was not noted for so long is forgotten; seconds. */
const FORGOTTEN_SECONDS = 86_400;

/** The columns of `logged_interface` that say what a flow log shares with others. */
export interface SharedRow {
  readonly interface: string;
  readonly action: string;
  readonly flow_log: string;
  readonly dropped: number;
  readonly shared_since: number | null;
  readonly shared_until: number | null;
  readonly shared_objects: number | null;
}

/** All columns of `logged_interface`. */
export interface LoggedRow extends SharedRow {
  readonly since: number;
  readonly until: number;
  readonly noted: number;
}

/** What a row says of what is shared. */
export function sharedOf(row: SharedRow): SharedWindows {
  const { flow_log: flowLog, dropped, shared_since, shared_until, shared_objects: objects } = row;
  return {
    ...{ flowLog, isDropped: dropped === 1 },
    ...(objects !== null && { shared: { since: shared_since!, until: shared_until!, objects } }),
  };
}

/** What a row says. */
function windowsOf(row: LoggedRow): LoggedWindows {
  return { ...sharedOf(row), since: row.since, until: row.until };
}

/**
 * Notes of which interfaces and actions an object of a flow log had records, and whether they were dropped. Returns which other
 * flow logs log them as well, by `INTERFACE ACTION`. `now`: Unix seconds.
 */
export function noteLogged(
  db: DatabaseSync,
  flowLog: string,
  logged: readonly LoggedInterface[],
  isDropped: boolean,
  now: number
): Record<string, string[]> {
  const shared: Record<string, string[]> = {};
  for (const one of logged) {
    const { interface: id, action } = one;
    const rows = all<LoggedRow>(db, 'SELECT * FROM logged_interface WHERE interface = ? AND action = ?', id, action);
    const known = rows.filter(({ noted }) => noted > now - NOTED_SECONDS).map(windowsOf);
    const [own, ...others] = noteWindows(known, flowLog, one, isDropped);
    if (own) {
      keep(db, one, own, now);
      others.forEach((other) => keep(db, one, other, rows.find((row) => row.flow_log === other.flowLog)!.noted));
    }
    const also = known.map((other) => other.flowLog).filter((other) => other !== flowLog);
    if (also.length > 0) {
      shared[`${id} ${action}`] = also;
    }
  }
  return shared;
}

function keep(
  db: DatabaseSync,
  { interface: id, action }: Pick<LoggedInterface, 'interface' | 'action'>,
  { flowLog, since, until, isDropped, shared }: LoggedWindows,
  noted: number
): void {
  run(
    db,
    `INSERT OR REPLACE INTO logged_interface
     VALUES (:id, :action, :flowLog, :since, :until, :dropped, :sharedSince, :sharedUntil, :objects, :noted)`,
    {
      ...{ id, action, flowLog, since, until, dropped: isDropped ? 1 : 0, noted },
      ...{ sharedSince: shared?.since ?? null, sharedUntil: shared?.until ?? null, objects: shared?.objects ?? null },
    }
  );
}

/**
 * What flow logs are known to log of these interfaces and actions at `now` (Unix seconds). It is noted once an hour, so it is taken
 * to go on until the newest records of the flow log.
 */
export function loggedWindows(
  db: DatabaseSync,
  keys: ReadonlyArray<Pick<LoggedInterface, 'interface' | 'action'>>,
  now: number
): LoggedWindows[][] {
  return keys.map(({ interface: id, action }) =>
    all<LoggedRow>(
      db,
      `SELECT interface, action, flow_log, since, max(until, iif(noted > :now - ${PAUSE_SECONDS}, coalesce(newest, 0), 0)) AS until,
         dropped, shared_since, shared_until, shared_objects, noted
       FROM logged_interface JOIN flow_log ON flow_log.id = flow_log
       WHERE interface = :id AND action = :action AND noted > :now - ${NOTED_SECONDS}`,
      { id, action, now }
    ).map(windowsOf)
  );
}

/** Forgets what was not noted lately, at most `limit` of it; returns how many. */
export function pruneLogged(db: DatabaseSync, now: number, limit: number): number {
  return run(
    db,
    `DELETE FROM logged_interface WHERE (interface, action, flow_log) IN
       (SELECT interface, action, flow_log FROM flow_log JOIN logged_interface ON flow_log = flow_log.id AND noted <= ? LIMIT ?)`,
    ...[now - FORGOTTEN_SECONDS, limit]
  );
}
