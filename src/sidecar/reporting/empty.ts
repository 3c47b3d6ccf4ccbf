import { OTHER } from '../../contract/stored';
import { completeQuery } from '../../reports/collection';
import { FILTERED_OUT, lacks, mayBeOther, NO_TRAFFIC, NOT_REACHED, NOTHING_FLOWED } from '../../reports/explanations';
import { filterNamed } from '../../reports/filters';
import { isOneOf } from '../../reports/influxql';
import { METRICS } from '../../reports/metrics';
import { totalsQuery, type Scope } from '../../reports/queries';
import type { Report } from '../../reports/reports';
import type { Sums } from '../rollup/sums';
import { conditionsOf, type QueryClient, type ResolvedFilter } from './names';

/**
 * Why a report has no rows, in the dashboards' words. `filters`: those of the scope; `total`: what they leave; `from`: asked
 * for.
 */
export async function explainEmpty(
  client: QueryClient,
  report: Report,
  scope: Scope,
  filters: readonly ResolvedFilter[],
  total: Sums,
  from: number
): Promise<string> {
  if (METRICS.some(({ name }) => total[name] > 0n)) {
    return lacks(report.needs);
  }
  const [any] =
    scope.where.length > 0 ? await client.query(totalsQuery('flow_interface', { ...scope, where: [] })) : [];
  if (any) {
    const keys = await keysInOther(client, report, scope, filters);
    return keys.length > 0 ? `${FILTERED_OUT} ${mayBeOther(keys)}` : FILTERED_OUT;
  }
  const [complete] = await client.query(completeQuery('complete'));
  if (typeof complete?.complete !== 'number') {
    return NO_TRAFFIC;
  }
  return complete.complete < from ? NOT_REACHED : NOTHING_FLOWED;
}

/** The chosen keys, where the other filters leave traffic that was summed up without its keys: it may be theirs. */
async function keysInOther(
  client: QueryClient,
  { measurement, key }: Report,
  scope: Scope,
  filters: readonly ResolvedFilter[]
): Promise<string[]> {
  const keys = filters.filter(({ name }) => filterNamed(name).isKey);
  if (key === undefined || keys.length === 0) {
    return [];
  }
  const others = filters.filter((filter) => !keys.includes(filter));
  const where = [...conditionsOf(others), isOneOf(key, [OTHER])];
  const [other] = await client.query(totalsQuery(measurement, { ...scope, where }));
  return other ? keys.map(({ label }) => label) : [];
}
