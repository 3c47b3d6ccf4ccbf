import type { DatabaseSync } from 'node:sqlite';
import { parseObjectName } from '../records/objectName';
import { all, first, run } from './database';

/** What an object says about how its flow log delivers. */
export interface Delivery {
  /** When S3 got the object, Unix seconds. */
  readonly arrived: number;
  /** Whether it holds records of over a minute. */
  readonly hasLongSpans: boolean;
}

/** A five-minute slot of which a flow log delivered objects that are done with. Times are Unix seconds. */
export interface DeliveredSlot {
  readonly flowLog: string;
  /** The account that owns the flow log. */
  readonly account: string;
  /** Start of the slot. */
  readonly slot: number;
  /** When the last of its objects arrived. */
  readonly arrived: number;
  readonly hasLongSpans: boolean;
}

/** So much of each flow log's past is remembered, counted back from its newest slot; seconds. */
export const REMEMBERED_SECONDS = 3 * 3600;
/** A flow log that delivered nothing for so long is forgotten; seconds. */
export const FORGOTTEN_SECONDS = 86_400;

/** Notes that an object came to an end: its slot was delivered. Objects not named as AWS names them tell of no slot. */
export function recordDelivery(
  db: DatabaseSync,
  sourceId: string,
  key: string,
  { arrived, hasLongSpans }: Delivery,
  now: number
): void {
  const { flowLogId, account, slot } = parseObjectName(key);
  if (flowLogId === undefined || account === undefined || slot === undefined || arrived <= now - FORGOTTEN_SECONDS) {
    return;
  }
  const newest = first<{ slot: number | null }>(
    db,
    'SELECT max(slot) AS slot FROM delivery WHERE source_id = ? AND flow_log = ?',
    ...[sourceId, flowLogId]
  )!.slot;
  const begin = Math.max(newest ?? slot, slot) - REMEMBERED_SECONDS;
  if (slot < begin) {
    return;
  }
  run(
    db,
    `INSERT INTO delivery (source_id, flow_log, slot, account, arrived, has_long_spans)
     VALUES (:sourceId, :flowLogId, :slot, :account, :arrived, :hasLongSpans)
     ON CONFLICT (source_id, flow_log, slot) DO UPDATE SET arrived = max(arrived, excluded.arrived),
       has_long_spans = max(has_long_spans, excluded.has_long_spans)`,
    { sourceId, flowLogId, slot, account, arrived, hasLongSpans: hasLongSpans ? 1 : 0 }
  );
  if (slot !== newest) {
    run(db, 'DELETE FROM delivery WHERE source_id = ? AND flow_log = ? AND slot < ?', sourceId, flowLogId, begin);
  }
}

/** The slots remembered of a source, by flow log and slot. */
export function deliveredSlots(db: DatabaseSync, sourceId: string): DeliveredSlot[] {
  return all<{ flow_log: string; account: string; slot: number; arrived: number; has_long_spans: number }>(
    db,
    'SELECT flow_log, account, slot, arrived, has_long_spans FROM delivery WHERE source_id = ? ORDER BY flow_log, slot',
    sourceId
  ).map(({ flow_log: flowLog, has_long_spans, ...row }) => ({ ...row, flowLog, hasLongSpans: has_long_spans === 1 }));
}

/** Forgets flow logs that stopped delivering; returns how many rows went. */
export function pruneDeliveries(db: DatabaseSync, now: number): number {
  return run(
    db,
    `DELETE FROM delivery WHERE (source_id, flow_log) IN
       (SELECT source_id, flow_log FROM delivery GROUP BY source_id, flow_log HAVING max(arrived) <= ?)`,
    now - FORGOTTEN_SECONDS
  );
}
