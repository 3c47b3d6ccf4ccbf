import type { DatabaseSync } from 'node:sqlite';
import { all, first, run } from './database';
import { commandLineAuthor, type ChangeAuthor } from './audit';
import { IDLE_SECONDS, type ExporterHealth } from './exporters';
import { flowLogFindings, type FlowLogFindings } from './flowLogFindings';
import { countRecords, receivingHealth, recordsPerMinute, type CountingRow } from './rates';
import { listVersion, refuseStale, switchAll } from './switches';

/** A flow log as its objects show it. */
export interface FlowLog {
  /** `fl-…` */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Its header: a flow log's format never changes. */
  readonly columns: readonly string[];
}

/** What an object says of its flow log besides its name and header. */
export interface FlowLogObject {
  readonly id: string;
  /** Records of traffic, dropped ones among them. */
  readonly records: number;
  readonly actions: readonly string[];
  /** Whether a record is over a minute long. */
  readonly hasLongSpans: boolean;
}

/** A flow log that objects were collected of. Times are Unix seconds of collecting. */
export interface KnownFlowLog extends FlowLog {
  /** Seconds that its longest records sum up: AWS offers one minute and ten. */
  readonly interval: 60 | 600;
  readonly actions: readonly string[];
  readonly firstSeen: number;
  /** When its last object was stored. */
  readonly lastSeen: number;
  /** Records of traffic since it was first seen; those dropped while it was disabled are among them. */
  readonly records: number;
  /** See {@link recordsPerMinute}. */
  readonly recordsPerMinute?: number;
  readonly enabled: boolean;
  readonly health: ExporterHealth;
}

/** All flow logs, and how they stand to each other. */
export interface FlowLogOverview extends FlowLogFindings {
  /** Goes up with each change people make to flow logs. */
  readonly version: number;
  readonly flowLogs: readonly KnownFlowLog[];
}

interface FlowLogRow extends CountingRow {
  id: string;
  account: string;
  region: string;
  columns: string;
  enabled: number;
  has_long_spans: number;
  actions: string;
}

/** Every flow log by id, which of them log the same, and what is left out since some are disabled. */
export function flowLogOverview(db: DatabaseSync, now: number): FlowLogOverview {
  const flowLogs = all<FlowLogRow>(db, 'SELECT * FROM flow_log ORDER BY id').map((row): KnownFlowLog => {
    const { id, account, region, first_seen: firstSeen, last_seen: lastSeen, records } = row;
    const enabled = row.enabled === 1;
    const isIdle = lastSeen <= now - IDLE_SECONDS;
    return {
      ...{ id, account, region, columns: JSON.parse(row.columns) as string[] },
      interval: row.has_long_spans === 1 ? 600 : 60,
      actions: JSON.parse(row.actions) as string[],
      ...{ firstSeen, lastSeen, records, recordsPerMinute: recordsPerMinute(row, now), enabled },
      health: !enabled ? 'disabled' : isIdle ? 'idle' : receivingHealth(row, now),
    };
  });
  return { version: listVersion(db, 'flow-log'), flowLogs, ...flowLogFindings(db) };
}

/** The ids of disabled flow logs. */
export function disabledFlowLogs(db: DatabaseSync): string[] {
  return all<{ id: string }>(db, 'SELECT id FROM flow_log WHERE enabled = 0').map(({ id }) => id);
}

/** Whether people disabled it; not where nobody knows which one it is. */
export function isFlowLogDisabled(db: DatabaseSync, id: string | undefined): boolean {
  return id !== undefined && first(db, 'SELECT 1 FROM flow_log WHERE id = ? AND enabled = 0', id) !== undefined;
}

/** Notes where a flow log was seen and what it delivers. */
export function recordFlowLog(db: DatabaseSync, { id, account, region, columns }: FlowLog, now: number): void {
  run(
    db,
    `INSERT INTO flow_log (id, account, region, columns, first_seen, last_seen)
     VALUES (:id, :account, :region, :columns, :now, :now)
     ON CONFLICT (id) DO UPDATE SET account = excluded.account, region = excluded.region, columns = excluded.columns,
       last_seen = max(last_seen, excluded.last_seen)`,
    { id, account, region, columns: JSON.stringify(columns), now }
  );
}

/** Notes an object of a flow log that was stored. For `begins` and `hours` see {@link countRecords}. */
export function recordFlowLogObject(
  db: DatabaseSync,
  { id, records, actions, hasLongSpans }: FlowLogObject,
  begins: number,
  hours: readonly number[],
  now: number
): void {
  countRecords(db, 'flow_log', { [id]: records }, begins, hours, now);
  const known = first<Pick<FlowLogRow, 'actions' | 'has_long_spans'>>(
    db,
    'SELECT actions, has_long_spans FROM flow_log WHERE id = ?',
    id
  );
  if (!known) {
    return;
  }
  const before = JSON.parse(known.actions) as string[];
  const all = [...new Set([...before, ...actions])].sort();
  if (all.length > before.length || (hasLongSpans && known.has_long_spans === 0)) {
    const longest = hasLongSpans ? 1 : known.has_long_spans;
    run(db, 'UPDATE flow_log SET actions = ?, has_long_spans = ? WHERE id = ?', JSON.stringify(all), longest, id);
  }
}

/** Regions in which flow logs were seen. */
export function flowLogRegions(db: DatabaseSync): string[] {
  return all<{ region: string }>(db, 'SELECT DISTINCT region FROM flow_log ORDER BY region').map((row) => row.region);
}

/**
 * Enables or disables flow logs as they were at that version; returns the new one. Throws {@link RegistryError} when they were changed
 * meanwhile, and for what {@link enableFlowLogs} refuses.
 */
export function changeFlowLogs(
  db: DatabaseSync,
  version: number,
  { ids, enabled }: { readonly ids: readonly string[]; readonly enabled: boolean },
  by: ChangeAuthor
): number {
  refuseStale(db, 'flow-log', version);
  enableFlowLogs(db, ids, enabled, by);
  return listVersion(db, 'flow-log');
}

/**
 * Enables or disables flow logs; objects planned from now on follow. Throws {@link RegistryError} naming those that are unknown, and
 * then changes none.
 */
export function enableFlowLogs(
  db: DatabaseSync,
  ids: readonly string[],
  enabled: boolean,
  by = commandLineAuthor()
): void {
  switchAll(db, 'flow-log', ids, enabled, by);
}
