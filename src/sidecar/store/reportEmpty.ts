import { completeQuery } from '../../reports/collection';
import { FILTERED_OUT, lacks, NO_TRAFFIC, NOT_REACHED, NOTHING_FLOWED } from '../../reports/explanations';
import { METRICS } from '../../reports/metrics';
import { totalsQuery, type Scope } from '../../reports/queries';
import type { Report } from '../../reports/reports';
import type { Sums } from '../rollup/sums';
import type { QueryClient } from './reportNames';

/** Why a report has no rows, in the dashboards' words. `total`: what the filters leave; `from`: asked for. */
export async function explainEmpty(
  client: QueryClient,
  report: Report,
  scope: Scope,
  total: Sums,
  from: number
): Promise<string> {
  if (METRICS.some(({ name }) => total[name] > 0n)) {
    return lacks(report.needs);
  }
  const [any] =
    scope.where.length > 0 ? await client.query(totalsQuery('flow_interface', { ...scope, where: [] })) : [];
  if (any) {
    return FILTERED_OUT;
  }
  const [complete] = await client.query(completeQuery('complete'));
  if (typeof complete?.complete !== 'number') {
    return NO_TRAFFIC;
  }
  return complete.complete < from ? NOT_REACHED : NOTHING_FLOWED;
}
