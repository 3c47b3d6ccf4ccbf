import { OTHER } from '../../contract/stored';
import { completeQuery } from '../../reports/collection';
import { FILTERED_OUT, lacks, mayBeOther, NO_TRAFFIC, NOT_REACHED, NOTHING_FLOWED } from '../../reports/explanations';
import { isOneOf } from '../../reports/influxql';
import { METRICS } from '../../reports/metrics';
import { isUnknownOfOther, totalsQuery, type Scope } from '../../reports/queries';
import type { Report } from '../../reports/reports';
import type { Sums } from '../rollup/sums';
import { conditionsOf, type QueryClient, type ResolvedFilter } from './names';

/** Why a report has no rows: nothing was collected yet, the filters leave nothing, or another reason. */
export type EmptyReason = 'nothing-collected' | 'filtered-out' | 'other';

/**
 * Why a report has no rows, and a message with the words of the dashboards. `filters`: those of the scope; `total`: the sums
 * under them; `from`: the beginning of the range that was asked for, Unix milliseconds.
 */
export async function explainEmpty(
  client: QueryClient,
  report: Report,
  scope: Scope,
  filters: readonly ResolvedFilter[],
  total: Sums,
  from: number
): Promise<{ readonly reason: EmptyReason; readonly message: string }> {
  const because = (message: string) => ({ reason: 'other' as const, message });
  if (METRICS.some(({ name }) => total[name] > 0n)) {
    return because(lacks(report.requiredFields));
  }
  const [any] =
    scope.where.length > 0 ? await client.query(totalsQuery('flow_interface', { ...scope, where: [] })) : [];
  if (any) {
    const keys = await keysInOther(client, report, scope, filters);
    const message = keys.length > 0 ? `${FILTERED_OUT} ${mayBeOther(keys)}` : FILTERED_OUT;
    return { reason: 'filtered-out', message };
  }
  const [complete] = await client.query(completeQuery('complete'));
  if (typeof complete?.complete !== 'number') {
    return because(NO_TRAFFIC);
  }
  return because(complete.complete < from ? NOT_REACHED : NOTHING_FLOWED);
}

/** Labels of the chosen keys, when the other filters match traffic that is summed up as `other`: it may have these keys. */
async function keysInOther(
  client: QueryClient,
  report: Report,
  scope: Scope,
  filters: readonly ResolvedFilter[]
): Promise<string[]> {
  const { measurement, key } = report;
  const keys = filters.filter(({ name }) => isUnknownOfOther(measurement, name));
  if (key === undefined || keys.length === 0) {
    return [];
  }
  const others = filters.filter((filter) => !keys.includes(filter));
  const where = [...conditionsOf(measurement, others), isOneOf(key, [OTHER])];
  const [other] = await client.query(totalsQuery(measurement, { ...scope, where }));
  return other ? keys.map(({ label }) => label) : [];
}
