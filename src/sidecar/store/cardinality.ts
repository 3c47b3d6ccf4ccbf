import type { LiveSeries } from '../rollup/seriesBudget';
import type { InfluxClient } from './influx';

/**
 * Series in the fullest shard of each policy, as InfluxDB counts them. For a store that does not count by shards, all
 * series; undefined when it does not count at all. Throws `InfluxError` when it is away.
 */
export async function liveSeries(client: InfluxClient): Promise<LiveSeries | undefined> {
  const { database } = client.settings;
  const stats = await client.query("SHOW STATS FOR 'shard'").catch(() => []);
  const shards = stats.filter((row) => row.database === database && Number.isFinite(Number(row.seriesCreate)));
  if (shards.length === 0) {
    const all = await seriesCount(client);
    return all === undefined ? undefined : { minute: all, hour: all };
  }
  const most = (policy: string) =>
    shards
      .filter((row) => row.retentionPolicy === policy)
      .reduce((greatest, row) => Math.max(greatest, Number(row.seriesCreate)), 0);
  return { minute: most('minute'), hour: most('hour') };
}

/**
 * Series in the database over all policies, as estimated by the store, or in its fullest span of time where it counts by those, as
 * openGemini does; undefined when it does not answer that.
 */
export async function seriesCount(client: InfluxClient): Promise<number | undefined> {
  const rows = await client.query(`SHOW SERIES CARDINALITY ON "${client.settings.database}"`);
  const counts = rows.map((row) => Number(row.count ?? row['cardinality estimation']));
  const count = counts.reduce((most, one) => Math.max(most, one), 0);
  return Number.isFinite(count) ? count : undefined;
}
