import { DEFAULT_TOP_K } from '../../contract/stored';
import type { Policy } from './windows';

/**
 * So many series in one shard, a day of `minute` or a week of `hour`, are plenty for InfluxDB 1.x: a query over all of
 * 520,000 took 7.8 s and 3.7 GB of memory when it was measured.
 */
export const SERIES_BUDGET = 500_000;

/** Series a policy has in its fullest shard. */
export type LiveSeries = Readonly<Record<Policy, number>>;

/** How full the store is, and what that means for new plans. */
export interface SeriesState {
  readonly live: LiveSeries;
  /** K of new plans. */
  readonly topK: number;
  /** Whether the store refuses objects for their series, or did lately: K does not rise meanwhile. */
  readonly isRefused: boolean;
  /** When it last refused an object for its series, Unix seconds; undefined when it never did, or may take them again. */
  readonly refusedAt?: number;
}

/**
 * So long after a refusal K does not rise, seconds: room comes back with a shard that expires, which `minute` has one of a
 * day. A store whose limits were lifted need not wait.
 */
export const REFUSED_SECONDS = 86_400;

/**
 * The steps that K takes, by the part of the budget that is used: `until` it the step holds, and `below` it the step before
 * comes back. The two are far apart, or K would go up and down with the series it makes: a step back to 20 must have room
 * for four times the names.
 */
const STEPS = [
  { topK: DEFAULT_TOP_K, until: 1, below: 0 },
  { topK: 5, until: 1.25, below: 0.25 },
  { topK: 0, until: Infinity, below: 0.8 },
] as const;

/** What is held against the budget: the fuller policy. */
export function fullest(live: LiveSeries): number {
  return Math.max(live.minute, live.hour);
}

/** K after a count: as many steps down as it takes, one back up at most; after a refusal of series one step down. */
export function nextTopK(current: number, live: LiveSeries, isRefused: boolean): number {
  const used = fullest(live) / SERIES_BUDGET;
  // One that is no step was chosen by rules of before.
  let step = Math.max(
    STEPS.findIndex(({ topK }) => topK <= current),
    0
  );
  if (isRefused) {
    return STEPS[Math.min(step + 1, STEPS.length - 1)].topK;
  }
  if (used < STEPS[step].below) {
    return STEPS[step - 1].topK;
  }
  while (used >= STEPS[step].until) {
    step++;
  }
  return STEPS[step].topK;
}
