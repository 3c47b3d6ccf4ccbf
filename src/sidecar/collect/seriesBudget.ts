import type { Registry } from '../registry/registry';
import type { SeriesState } from '../rollup/seriesBudget';
import { liveSeries } from '../store/cardinality';
import type { InfluxClient } from '../store/influx';

/** Counts the series in the store, so that new plans keep as many names as it has room for; the last count if it is away. */
export async function keepSeriesBudget(registry: Registry, client: InfluxClient): Promise<SeriesState | undefined> {
  const live = await liveSeries(client).catch(() => undefined);
  return live ? registry.seriesCounted(live) : registry.seriesState();
}
