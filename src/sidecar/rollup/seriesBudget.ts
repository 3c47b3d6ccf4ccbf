import { DEFAULT_TOP_K } from '../../contract/stored';
import type { Policy } from './windows';

/**
 * Maximum number of series in one shard, six hours of `minute` or a week of `hour`. In InfluxDB 1.6.7 a query over all of 520,000
 * series took 7.8 s and 3.7 GB of memory.
 */
export const SERIES_BUDGET = 500_000;

/** Number of series per policy, in its fullest shard. */
export type LiveSeries = Readonly<Record<Policy, number>>;

/** How full the store is, and the K of new plans that follows. */
export interface SeriesState {
  readonly live: LiveSeries;
  /** K of new plans. */
  readonly topK: number;
  /** Whether the store refused objects because of their series within {@link REFUSED_SECONDS}: K does not rise meanwhile. */
  readonly isRefused: boolean;
  /** When it last did, Unix seconds; undefined if it never did, or if its limits were lifted since. */
  readonly refusedAt?: number;
}

/**
 * Time after a refusal during which K does not rise, seconds. Room comes back when a shard expires: a week of `hour`, or six hours
 * of `minute`, but one that was full is likely to be full at the same time tomorrow.
 * If the store's limits were lifted, K may rise at once.
 */
export const REFUSED_SECONDS = 86_400;

/**
 * The steps of K by the share of the budget that is used: a step holds `until` that share, and `below` it the step before
 * returns. These are far apart so that K does not oscillate: a step back to 20 makes four times as many names.
 */
const STEPS = [
  { topK: DEFAULT_TOP_K, until: 1, below: 0 },
  { topK: 5, until: 1.25, below: 0.25 },
  { topK: 0, until: Infinity, below: 0.8 },
] as const;

/** The number of series that counts against the budget: that of the fuller policy. */
export function countedSeries(live: LiveSeries): number {
  return Math.max(live.minute, live.hour);
}

/** K after a count of series: down by as many steps as necessary, up by one at most; after a refusal down by one. */
export function nextTopK(current: number, live: LiveSeries, isRefused: boolean): number {
  const used = countedSeries(live) / SERIES_BUDGET;
  // A K that is no step comes from an older version.
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
