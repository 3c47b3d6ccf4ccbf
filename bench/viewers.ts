import type { DashboardJson } from '../src/dashboards/testing';
import { askedBy, askWhole } from './queryTimes';

const HOUR_MS = 3_600_000;

/** Somebody who keeps a dashboard open. */
interface Viewer {
  readonly dashboard: string;
  /** Hours up to now that it shows. */
  readonly hours: number;
  /** Minutes between two refreshes. */
  readonly refresh: number;
}

/** Ten people, as in a team that works with it: few look at every minute, most at the day. */
export const VIEWERS: readonly Viewer[] = [
  { dashboard: 'flowscope-overview', hours: 6, refresh: 1 },
  { dashboard: 'flowscope-overview', hours: 24, refresh: 5 },
  { dashboard: 'flowscope-collection-health', hours: 6, refresh: 1 },
  { dashboard: 'flowscope-interface', hours: 6, refresh: 2 },
  { dashboard: 'flowscope-interface', hours: 24, refresh: 5 },
  { dashboard: 'flowscope-action', hours: 24, refresh: 5 },
  { dashboard: 'flowscope-action-interface', hours: 6, refresh: 5 },
  { dashboard: 'flowscope-action-interface-src', hours: 24, refresh: 5 },
  { dashboard: 'flowscope-pair-interface', hours: 6, refresh: 5 },
  { dashboard: 'flowscope-pair-interface-action', hours: 24, refresh: 5 },
];

/** Which viewers' dashboards refresh in a minute (counted from anywhere): those of one interval take turns. */
export function viewersDue(minute: number): Viewer[] {
  return VIEWERS.filter(({ refresh }, turn) => (minute + turn) % refresh === 0);
}

/**
 * Asks what these viewers' dashboards ask when they refresh at `now` (Unix seconds), all viewers at once, and each one query after the
 * other: first the values of variables, then every query of every panel, with nothing filtered. Returns how many queries that were.
 */
export async function refresh(
  viewers: readonly Viewer[],
  dashboards: ReadonlyMap<string, DashboardJson>,
  store: { readonly url: string; readonly database: string },
  now: number
): Promise<number> {
  const counts = viewers.map(async ({ dashboard, hours }) => {
    const range = { length: hours * HOUR_MS };
    const [variables, ...panels] = await askedBy(dashboards.get(dashboard)!, { ...store, end: now * 1000 }, range);
    const queries = panels.flatMap((panel) => panel.queries);
    for (const { query } of queries) {
      await askWhole(query, store);
    }
    return variables.queries.length + queries.length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
