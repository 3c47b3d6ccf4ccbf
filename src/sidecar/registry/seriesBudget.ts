import type { DatabaseSync } from 'node:sqlite';
import { nextTopK, type LiveSeries, type SeriesState } from '../rollup/seriesBudget';
import { DEFAULT_TOP_K } from '../rollup/terms';
import { first, run } from './database';

/** How full the store was when it was last counted; undefined before that. */
export function seriesState(db: DatabaseSync): SeriesState | undefined {
  const row = first<{ value: string }>(db, "SELECT value FROM setting WHERE name = 'series'");
  return row && (JSON.parse(row.value) as SeriesState);
}

/** Keys that new plans keep by name, per interface and action. */
export function topK(db: DatabaseSync): number {
  return seriesState(db)?.topK ?? DEFAULT_TOP_K;
}

/** Takes a count, and decides on K: plans granted from now on follow it, those there are stay as they are. */
export function seriesCounted(db: DatabaseSync, live: LiveSeries): SeriesState {
  const current = topK(db);
  const next = nextTopK(current, live, refusesSeries(db, current));
  const isRefused = refusesSeries(db, DEFAULT_TOP_K);
  const state: SeriesState = { live, topK: isRefused ? Math.min(current, next) : next, isRefused };
  run(
    db,
    "INSERT INTO setting (name, value) VALUES ('series', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    JSON.stringify(state)
  );
  return state;
}

/** Whether the store refuses an object for its series although its plan keeps so few names, or fewer. */
function refusesSeries(db: DatabaseSync, most: number): boolean {
  const sql = `SELECT 1 FROM ledger JOIN plan ON plan.id = ledger.plan_id
    WHERE ledger.source_id IN (SELECT id FROM source) AND ledger.state = 'refused' AND ledger.reason = 'series-limit'
      AND json_extract(plan.terms, '$.topK') <= ? LIMIT 1`;
  return first(db, sql, most) !== undefined;
}
