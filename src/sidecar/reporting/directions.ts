import { REFUSED } from '../../contract/stored';
import { DIRECTIONS, type DirectionName } from '../../reports/headings';
import { isOneOf } from '../../reports/influxql';
import { type MetricName } from '../../reports/metrics';
import { splitQuery, type Scope } from '../../reports/queries';
import type { Report } from '../../reports/reports';
import type { Row } from '../store/influx';
import { ratio } from './figures';
import type { QueryClient } from './names';

/** How a row's traffic is split, in the ranked metric, as decimal text. */
export interface Directions extends Readonly<Record<DirectionName, string>> {
  /** Refused flows against all its flows, 0 to 1. */
  readonly refusedShare: number;
}

/** Queries the split of each row, in the order of `rows`, of a report whose rows are interfaces. */
export async function directionsOf(
  client: QueryClient,
  report: Report,
  scope: Scope,
  metric: MetricName,
  rows: readonly Row[]
): Promise<Directions[]> {
  if (rows.length === 0) {
    return [];
  }
  const key = report.key!;
  const where = [
    ...scope.where,
    isOneOf(
      key,
      rows.map((row) => String(row[key]))
    ),
  ];
  const split = async (condition: string, of: MetricName) => {
    const narrowed = { ...scope, where: [...where, condition] };
    const found = await client.query(splitQuery(report.measurement, narrowed, of, 'sum', key));
    return new Map(found.map((row) => [row[key], BigInt(row.sum ?? 0)]));
  };
  const directed: Array<{ name: DirectionName; sums: Map<Row[string], bigint> }> = [];
  for (const { name, direction } of DIRECTIONS) {
    directed.push({ name, sums: await split(`"direction" = '${direction}'`, metric) });
  }
  const refused = await split(`"action" = '${REFUSED}'`, 'flows');
  return rows.map((row) => {
    const of = (sums: Map<Row[string], bigint>) => sums.get(row[key]) ?? 0n;
    const figures = directed.map(({ name, sums }) => [name, String(of(sums))]);
    return {
      ...(Object.fromEntries(figures) as Record<DirectionName, string>),
      refusedShare: ratio(of(refused), BigInt(row.flows ?? 0)),
    };
  });
}
