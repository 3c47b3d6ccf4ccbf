import { policyQuery, type Scope } from '../../reports/queries';
import type { TimeRange } from '../../reports/timeRange';
import type { Policy } from '../rollup/windows';
import type { QueryClient } from './names';
import { oldestInMinute, MAX_RANKING_RANGE_MS } from '../store/schema';

/** What a report reads: the policy whose windows its range is made of, and the boundary of its scope. */
export interface PolicyChoice extends Pick<Scope, 'boundary'> {
  readonly policy: Policy;
}

/** What a report over this range reads at `now` (Unix milliseconds). */
export async function choosePolicy(client: QueryClient, range: TimeRange, now: number): Promise<PolicyChoice> {
  const query = policyQuery('ranking', { from: String(range.from), to: String(range.to) }, ['name', 'boundary']);
  const [row] = await client.query(query);
  const policy = row?.name === 'minute' || row?.name === 'hour' ? row.name : usualPolicy(range, now);
  return { policy, boundary: String(row?.boundary ?? 0) };
}

/** The policy that a range reads when the store has no choice of policy yet. */
function usualPolicy({ from, to }: TimeRange, now: number): Policy {
  const isKept = from >= oldestInMinute(Math.floor(now / 1000)) * 1000;
  return isKept && to - from <= MAX_RANKING_RANGE_MS ? 'minute' : 'hour';
}
