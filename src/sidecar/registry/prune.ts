import type { DatabaseSync } from 'node:sqlite';
import { RETENTION_SECONDS } from '../rollup/terms';
import { run } from './database';
import { forgetDeliveries } from './deliveries';
import { IDLE_SECONDS } from './exporters';

const DAY = 86_400;
/** An SQS message about an object may come back this long after the object was deleted; ledger rows live a day longer. */
const LEDGER_SECONDS = 15 * DAY;

/**
 * Forgets what can no longer matter: ledger rows of objects that left long ago, plans of data that even `hour` has
 * dropped, exporters beyond the limit that stopped coming, and flow logs that deliver no longer. Returns how many rows went.
 */
export function prune(db: DatabaseSync, now: number): number {
  const ledger = run(
    db,
    "DELETE FROM ledger WHERE state IN ('deleted', 'gone', 'discarded') AND changed < ?",
    now - LEDGER_SECONDS
  );
  // Identities are remembered as long as the data they stand for, counted from when it was granted.
  const plans = run(
    db,
    'DELETE FROM plan WHERE granted < ? AND NOT EXISTS (SELECT 1 FROM ledger WHERE plan_id = plan.id)',
    now - RETENTION_SECONDS.hour - DAY
  );
  const overflow = run(db, 'DELETE FROM overflow_exporter WHERE last_seen <= ?', now - IDLE_SECONDS);
  return ledger + plans + overflow + forgetDeliveries(db, now);
}
