import { filterNamed } from '../../reports/filters';
import type { MetricName } from '../../reports/metrics';
import {
  COUNTED_BUT_ONCE,
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

/** What the flow logs did not say, or what was not taken from them, in the range of a report. */
export interface Missing {
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
  const leftOut = disabled && { leftOut: String(disabled.records) };
  if (!hasEnds(report.measurement)) {
    return { ...leftOut };
  }
  // Of what interfaces saw: only that is known whole.
  const ofObserver = filters.filter(({ name }) => name === 'action' || filterNamed(name).isPlace);
  const once = { ...scope, where: [...conditionsOf('flow_interface', ofObserver), ...COUNTED_BUT_ONCE] };
  const [unlogged] = await client.query(totalsQuery('flow_interface', withConditions(once, [IS_UNLOGGED])));
  if (!unlogged) {
    return { ...leftOut };
  }
  const [all] = await client.query(totalsQuery('flow_interface', once));
  return { ...leftOut, unlogged: figuresOf(sumsOf(unlogged), sumsOf(all), metric, span) };
}
