import { policyQuery } from '../../reports/queries';
import type { TimeRange } from '../../reports/timeRange';
import type { Policy } from '../rollup/windows';
import type { QueryClient } from './names';
import { oldestInMinute, MAX_RANKING_RANGE_MS } from '../store/schema';

/** The policy that a report over this range reads at `now` (Unix milliseconds). */
export async function choosePolicy(client: QueryClient, range: TimeRange, now: number): Promise<Policy> {
  const [row] = await client.query(policyQuery('ranking', { from: String(range.from), to: String(range.to) }));
  return row?.name === 'minute' || row?.name === 'hour' ? row.name : usualPolicy(range, now);
}

/** The policy that a range reads when the store has no choice of policy yet. */
function usualPolicy({ from, to }: TimeRange, now: number): Policy {
  const isKept = from >= oldestInMinute(Math.floor(now / 1000)) * 1000;
  return isKept && to - from <= MAX_RANKING_RANGE_MS ? 'minute' : 'hour';
}
