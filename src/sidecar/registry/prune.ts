import type { DatabaseSync } from 'node:sqlite';
import { RETENTION_SECONDS } from '../rollup/terms';
import { run } from './database';

const DAY = 86_400;
/** An SQS message about an object may come back this long after the object was deleted; ledger rows live a day longer. */
const LEDGER_SECONDS = 15 * DAY;

/**
 * Forgets what can no longer matter: ledger rows of objects that left long ago, and plans of data that even `hour` has
 * dropped. Returns how many rows went.
 */
export function prune(db: DatabaseSync, now: number): number {
  const ledger = run(db, "DELETE FROM ledger WHERE state IN ('deleted', 'gone') AND changed < ?", now - LEDGER_SECONDS);
  // Identities are remembered as long as the data they stand for, counted from when it was granted.
  const plans = run(
    db,
    'DELETE FROM plan WHERE granted < ? AND NOT EXISTS (SELECT 1 FROM ledger WHERE plan_id = plan.id)',
    now - RETENTION_SECONDS.hour - DAY
  );
  return ledger + plans;
}
