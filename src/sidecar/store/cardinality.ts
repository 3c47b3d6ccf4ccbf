import type { InfluxClient } from './influx';

/**
 * So many series are plenty for one InfluxDB 1.x: 520,000 took 3.7 GB of memory when it was measured. A figure to be
 * warned by; nothing is refused beyond it.
 */
export const SERIES_BUDGET = 500_000;

/** Series in the database, as estimated by the store; undefined where it does not say. Throws `InfluxError` when it is away. */
export async function seriesCount(client: InfluxClient): Promise<number | undefined> {
  const [row] = await client.query(`SHOW SERIES CARDINALITY ON "${client.settings.database}"`);
  const count = Number(row?.count ?? row?.['cardinality estimation']);
  return Number.isFinite(count) ? count : undefined;
}
