import type { Registry } from '../registry/registry';
import { RETENTION_SECONDS } from '../rollup/terms';
import { recomputeHour } from '../store/hours';
import type { InfluxClient } from '../store/influx';

/**
 * Brings every dirty hour in `hour` up to its minutes, newest first; returns how many. An hour whose first minutes
 * InfluxDB has begun to forget is left as it is: summing what remains would lose the rest. `patiently`: how to wait for a
 * store that is away.
 */
export async function recomputeDirtyHours(
  registry: Registry,
  client: InfluxClient,
  now: () => number,
  signal?: AbortSignal,
  patiently: (work: () => Promise<void>) => Promise<void> = (work) => work()
): Promise<number> {
  let recomputed = 0;
  for (const dirty of await registry.dirtyHours()) {
    if (signal?.aborted) {
      break;
    }
    if (dirty.hour > now() - RETENTION_SECONDS.minute) {
      await patiently(() => recomputeHour(client, dirty.hour));
      recomputed++;
    }
    await registry.hourRecomputed(dirty);
  }
  return recomputed;
}
