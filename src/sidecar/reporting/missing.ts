import { filterNamed } from '../../reports/filters';
import type { MetricName } from '../../reports/metrics';
import {
  COUNTED_BUT_ONCE,
  flowLogPeriodsQuery,
  hasEnds,
  IS_UNLOGGED,
  leftOutQuery,
  totalsQuery,
  withConditions,
  type Scope,
} from '../../reports/queries';
import type { Report } from '../../reports/reports';
import { figuresOf, sumsOf, type Figures } from './figures';
import { conditionsOf, type QueryClient, type ResolvedFilter } from './names';

/** What the flow logs did not say or said twice, or what was not taken from them, in the range of a report. */
export interface Missing {
  /** How many interfaces two flow logs log, so that their sums are doubled, whatever the filters. */
  readonly countedTwice?: number;
  /** How many interfaces only disabled flow logs log, whatever the filters. */
  readonly leftOutInterfaces?: number;
  /** How many records of disabled exporters were left out, whatever the filters. */
  readonly leftOut?: string;
  /** Of pairs: the traffic, counted once, whose other end is an interface here that is not logged. */
  readonly unlogged?: Figures;
}

/** Finds out what is missing. `span`: milliseconds, for the rate. */
export async function whatIsMissing(
  client: QueryClient,
  report: Report,
  scope: Scope,
  filters: readonly ResolvedFilter[],
  metric: MetricName,
  span: number
): Promise<Missing> {
  const [disabled] = await client.query(leftOutQuery({ ...scope, where: [] }, 'records'));
  const [twice] = await client.query(flowLogPeriodsQuery('counted-twice', scope, 'interfaces'));
  const [without] = await client.query(flowLogPeriodsQuery('left-out', scope, 'interfaces'));
  const missing: Missing = {
    ...(twice && { countedTwice: Number(twice.interfaces) }),
    ...(without && { leftOutInterfaces: Number(without.interfaces) }),
    ...(disabled && { leftOut: String(disabled.records) }),
  };
  if (!hasEnds(report.measurement)) {
    return missing;
  }
  // Of what interfaces saw: only that is known whole.
  const ofObserver = filters.filter(({ name }) => name === 'action' || filterNamed(name).isPlace);
  const once = { ...scope, where: [...conditionsOf('flow_interface', ofObserver), ...COUNTED_BUT_ONCE] };
  const [unlogged] = await client.query(totalsQuery('flow_interface', withConditions(once, [IS_UNLOGGED])));
  if (!unlogged) {
    return missing;
  }
  const [all] = await client.query(totalsQuery('flow_interface', once));
  return { ...missing, unlogged: figuresOf(sumsOf(unlogged), sumsOf(all), metric, span) };
}
