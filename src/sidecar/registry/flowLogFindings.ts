import type { DatabaseSync } from 'node:sqlite';
import type { FlowLogOverlap, LeftOut } from '../../contract/flowLogs';
import { MISSING } from '../../contract/stored';
import { EXAMPLES, Overlaps, PAUSE_SECONDS } from '../rollup/sharedWindows';
import { all, first, iterate } from './database';
import { NOTED_SECONDS, sharedOf, type LoggedRow, type SharedRow } from './loggedInterfaces';
import { getSetting, setSetting } from './setting';

/** At most so many pairs of flow logs are told of. */
const MAX_OVERLAPS = 100;

/** What was found out by comparing flow logs. */
export interface FlowLogFindings {
  readonly overlaps: FlowLogOverlap[];
  readonly leftOut: LeftOut[];
}

/** Compares what flow logs log at `now` (Unix seconds). */
export function findInFlowLogs(db: DatabaseSync, now: number): FlowLogFindings {
  return { overlaps: findOverlaps(db, now), leftOut: findLeftOut(db, now) };
}

/** Keeps what was found, until it is looked for again. */
export function recordFlowLogFindings(db: DatabaseSync, findings: FlowLogFindings): void {
  setSetting(db, 'flow-log-findings', JSON.stringify(findings));
}

/** What was found last, as far as it still holds: flow logs may have been enabled or disabled since. */
export function flowLogFindings(db: DatabaseSync): FlowLogFindings {
  const found = getSetting(db, 'flow-log-findings');
  const { overlaps, leftOut } = found ? (JSON.parse(found) as FlowLogFindings) : { overlaps: [], leftOut: [] };
  const isEnabled = (id: string) => first(db, 'SELECT 1 FROM flow_log WHERE id = ? AND enabled = 1', id) !== undefined;
  return {
    overlaps: overlaps.filter(({ flowLogs }) => flowLogs.every(isEnabled)),
    leftOut: leftOut.filter(({ flowLog }) => !isEnabled(flowLog)),
  };
}

function findOverlaps(db: DatabaseSync, now: number): FlowLogOverlap[] {
  const overlaps = new Overlaps();
  const rows = iterate<SharedRow>(
    db,
    `SELECT interface, action, flow_log, dropped, shared_since, shared_until, shared_objects FROM logged_interface
       INDEXED BY logged_interface_shared WHERE shared_objects > 1 AND noted > ? ORDER BY interface, action`,
    now - PAUSE_SECONDS
  );
  let alike: SharedRow[] = [];
  const add = () => {
    if (alike.length > 1) {
      overlaps.add(alike[0].interface, alike[0].action, alike.map(sharedOf));
    }
  };
  for (const row of rows) {
    if (row.interface !== alike[0]?.interface || row.action !== alike[0].action) {
      add();
      alike = [];
    }
    alike.push(row);
  }
  add();
  return overlaps
    .list()
    .slice(0, MAX_OVERLAPS)
    .map((overlap) => {
      const [one, other] = overlap.flowLogs;
      return { ...overlap, only: [onlyThere(db, one, other, now), onlyThere(db, other, one, now)] };
    });
}

/** What a flow log has that another one lacks. */
function onlyThere(db: DatabaseSync, id: string, other: string, now: number): FlowLogOverlap['only'][0] {
  const lists = (flowLog: string) => {
    const row = first<{ columns: string; actions: string }>(
      db,
      'SELECT columns, actions FROM flow_log WHERE id = ?',
      flowLog
    );
    const read = (column: string | undefined) => (column === undefined ? [] : (JSON.parse(column) as string[]));
    return { fields: read(row?.columns), actions: read(row?.actions) };
  };
  const [own, others] = [lists(id), lists(other)];
  // By interface, which are few rows: by flow log it would read all of the other one for each.
  const alone = all<{ interface: string }>(
    db,
    `SELECT DISTINCT interface FROM logged_interface AS own WHERE flow_log = :id AND noted > :since AND NOT EXISTS
       (SELECT 1 FROM logged_interface WHERE interface = own.interface AND +flow_log = :other AND +noted > :since)
     ORDER BY interface`,
    { id, other, since: now - NOTED_SECONDS }
  );
  return {
    fields: own.fields.filter((field) => !others.fields.includes(field)),
    actions: own.actions.filter((action) => !others.actions.includes(action)),
    interfaces: alone.length,
    examples: alone.slice(0, EXAMPLES).map((row) => row.interface),
  };
}

/**
 * Interfaces and actions of disabled flow logs that no enabled one logs. Where one of them does not say the action, that of the other
 * may be among what it logs.
 */
function findLeftOut(db: DatabaseSync, now: number): LeftOut[] {
  const disabled = all<{ id: string }>(db, 'SELECT id FROM flow_log WHERE enabled = 0 ORDER BY id');
  return disabled.flatMap(({ id: flowLog }) => {
    const rows = all<Pick<LoggedRow, 'interface' | 'since' | 'until'>>(
      db,
      `SELECT interface, min(since) AS since, max(until) AS until FROM logged_interface AS own
       WHERE flow_log = :flowLog AND noted > :lately AND dropped = 1 AND NOT EXISTS
         (SELECT 1 FROM logged_interface AS other WHERE other.interface = own.interface AND other.dropped = 0
            AND (other.action = own.action OR '${MISSING}' IN (other.action, own.action)) AND other.noted > :since)
       GROUP BY interface ORDER BY interface`,
      { flowLog, lately: now - PAUSE_SECONDS, since: now - NOTED_SECONDS }
    );
    if (rows.length === 0) {
      return [];
    }
    const examples = rows.slice(0, EXAMPLES).map((row) => row.interface);
    const since = rows.reduce((earliest, row) => Math.min(earliest, row.since), Infinity);
    const until = rows.reduce((latest, row) => Math.max(latest, row.until), 0);
    return [{ flowLog, interfaces: rows.length, examples, since, until }];
  });
}
