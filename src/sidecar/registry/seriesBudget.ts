import type { DatabaseSync } from 'node:sqlite';
import { DEFAULT_TOP_K } from '../../contract/stored';
import { nextTopK, type LiveSeries, type SeriesState } from '../rollup/seriesBudget';
import { first } from './database';
import { getSetting, setSetting } from './setting';

/** How full the store was when it was last counted; undefined before that. */
export function seriesState(db: DatabaseSync): SeriesState | undefined {
  const state = getSetting(db, 'series');
  return state === undefined ? undefined : (JSON.parse(state) as SeriesState);
}

/** Keys that new plans keep by name, per interface and action. */
export function topK(db: DatabaseSync): number {
  return seriesState(db)?.topK ?? DEFAULT_TOP_K;
}

/**
 * Takes a count, and decides on K: plans granted from now on follow it, those there are stay as they are. A refusal of series
 * keeps K from rising, unless it was before `since` (Unix seconds).
 */
export function recordSeriesCount(db: DatabaseSync, live: LiveSeries, since = 0): SeriesState {
  const current = topK(db);
  const last = seriesState(db)?.refusedAt;
  const refusedAt = last !== undefined && last >= since ? last : undefined;
  const next = nextTopK(current, live, refusesSeries(db, current));
  const isRefused = refusedAt !== undefined || refusesSeries(db, DEFAULT_TOP_K);
  return setState(db, { live, topK: isRefused ? Math.min(current, next) : next, isRefused, refusedAt });
}

/**
 * Notes that the store refused, at `now` (Unix seconds), the series of an object that keeps so many names: new plans keep
 * fewer, unless they do already. Returns how many.
 */
export function recordSeriesRefusal(db: DatabaseSync, refused: number, now: number): number {
  const { live = { minute: 0, hour: 0 }, topK: current = DEFAULT_TOP_K } = seriesState(db) ?? {};
  const next = Math.min(current, nextTopK(refused, live, true));
  return setState(db, { live, topK: next, isRefused: true, refusedAt: now }).topK;
}

function setState(db: DatabaseSync, state: SeriesState): SeriesState {
  setSetting(db, 'series', JSON.stringify(state));
  return state;
}

/** Whether the store refuses an object for its series although its plan keeps so few names, or fewer. */
function refusesSeries(db: DatabaseSync, most: number): boolean {
  const sql = `SELECT 1 FROM ledger JOIN plan ON plan.id = ledger.plan_id JOIN plan_terms ON plan_terms.id = plan.terms_id
    WHERE ledger.source_id IN (SELECT id FROM source) AND ledger.state = 'refused' AND ledger.reason = 'series-limit'
      AND plan_terms.top_k <= ? LIMIT 1`;
  return first(db, sql, most) !== undefined;
}
