import type { DatabaseSync } from 'node:sqlite';
import { horizonsAt, RETENTION_SECONDS } from '../rollup/terms';
import { pruneHours } from './counters';
import { all, run } from './database';
import { pruneDeliveries } from './deliveries';
import { IDLE_SECONDS } from './exporters';
import { GONE_STATES } from './ledger';
import { pruneLogged } from './loggedInterfaces';

const DAY = 86_400;
/** An SQS message about an object may come back this long after the object was deleted; ledger rows live a day longer. */
export const LEDGER_SECONDS = 15 * DAY;
/** Plans are kept as long as the data that they stand for, counted from when they were granted, and a day longer. */
export const PLAN_SECONDS = RETENTION_SECONDS.hour + DAY;

/** Rows that are deleted, or plans that are looked at, in one batch: plans that are to be granted wait for it. */
export const PRUNE_BATCH_SIZE = 200;

/** How far plans were looked at: up to this one. */
export interface PrunePosition {
  readonly granted: number;
  readonly id: number;
}

const START: PrunePosition = { granted: 0, id: 0 };

/** The operation of the registry by which it is pruned. */
interface Pruning {
  pruneBatch(now: number, position: PrunePosition): Promise<PrunePosition | undefined>;
  pruneOwners(now: number): Promise<boolean>;
}

/**
 * Forgets what can no longer matter at `now` (Unix seconds): ledger rows of objects that left long ago, plans of data that even
 * `hour` has dropped, exporters beyond the limit that stopped coming, flow logs that deliver no longer, and owner facts that no plan needs. It does so in small
 * batches, between which other operations have their turn; when `signal` aborts, no further one begins.
 */
export async function prune(registry: Pruning, now: number, signal?: AbortSignal): Promise<void> {
  let position: PrunePosition | undefined = START;
  while (position && !signal?.aborted) {
    position = await registry.pruneBatch(now, position);
  }
  let hasMore = true;
  while (hasMore && !signal?.aborted) {
    hasMore = await registry.pruneOwners(now);
  }
}

/** Batches of owner facts and versions that a command forgets at its end: it may have made as many versions as it took minutes. */
const COMMAND_BATCHES = 200;

/** Forgets some of the owner facts that no plan needs at `now` (Unix seconds), for commands, which come to their end soon. */
export async function pruneSomeOwners(
  registry: Pick<Pruning, 'pruneOwners'>,
  now: number,
  signal?: AbortSignal
): Promise<void> {
  let hasMore = true;
  for (let batch = 0; hasMore && batch < COMMAND_BATCHES && !signal?.aborted; batch++) {
    hasMore = await registry.pruneOwners(now);
  }
}

/** Forgets some of it. Returns where the next batch goes on; undefined when nothing is left. See {@link prune}. */
export function pruneBatch(db: DatabaseSync, now: number, position: PrunePosition): PrunePosition | undefined {
  if (pruneLedger(db, now) === PRUNE_BATCH_SIZE) {
    return position;
  }
  const next = prunePlans(db, now, position);
  if (!next) {
    run(db, 'DELETE FROM overflow_exporter WHERE last_seen <= ?', now - IDLE_SECONDS);
    pruneDeliveries(db, now);
    pruneLogged(db, now, PRUNE_BATCH_SIZE);
    pruneHours(db, horizonsAt(now).minuteHorizon, now - RETENTION_SECONDS.hour);
    run(db, 'DELETE FROM ledger_count WHERE objects = 0');
  }
  return next;
}

/** Deletes ledger rows of objects that left their bucket long ago; returns how many. Other rows live with their objects. */
function pruneLedger(db: DatabaseSync, now: number): number {
  let deleted = 0;
  for (const state of ['deleted', ...GONE_STATES]) {
    deleted += run(
      db,
      'DELETE FROM ledger WHERE id IN (SELECT id FROM ledger WHERE state = ? AND changed < ? LIMIT ?)',
      ...[state, now - LEDGER_SECONDS, PRUNE_BATCH_SIZE - deleted]
    );
  }
  return deleted;
}

/** Deletes plans of expired data whose objects are in no ledger row, of the next ones behind `position`. */
function prunePlans(db: DatabaseSync, now: number, position: PrunePosition): PrunePosition | undefined {
  const expired = all<PrunePosition & { readonly isNeeded: number }>(
    db,
    `SELECT id, granted, EXISTS (SELECT 1 FROM ledger WHERE plan_id = plan.id) AS isNeeded FROM plan
     WHERE granted < ? AND (granted, id) > (?, ?) ORDER BY granted, id LIMIT ?`,
    ...[now - PLAN_SECONDS, position.granted, position.id, PRUNE_BATCH_SIZE]
  );
  for (const { id } of expired.filter(({ isNeeded }) => isNeeded === 0)) {
    run(db, 'DELETE FROM plan WHERE id = ?', id);
  }
  const last = expired.length === PRUNE_BATCH_SIZE ? expired.at(-1) : undefined;
  return last && { granted: last.granted, id: last.id };
}
