import type { Registry } from '../registry/registry';
import { REFUSED_SECONDS, type SeriesState } from '../rollup/seriesBudget';
import { liveSeries } from '../store/cardinality';
import type { InfluxClient } from '../store/influx';
import { mayRefuse, seriesLimits } from '../store/limits';

/**
 * Counts the series in the store at `now` (Unix seconds), so that new plans keep only as many names as it has room for. Returns
 * the last count when the store does not answer.
 */
export async function keepSeriesBudget(
  registry: Registry,
  client: InfluxClient,
  now: number
): Promise<SeriesState | undefined> {
  const live = await liveSeries(client).catch(() => undefined);
  if (!live) {
    return registry.seriesState();
  }
  const isLimited = mayRefuse(await seriesLimits(client));
  // A refusal under a limit that was lifted does not count any more.
  return registry.recordSeriesCount(live, isLimited ? now - REFUSED_SECONDS : now + 1);
}
