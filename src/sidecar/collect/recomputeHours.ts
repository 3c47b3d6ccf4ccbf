import type { Registry } from '../registry/registry';
import { RETENTION_SECONDS } from '../rollup/terms';
import { recomputeHour } from '../store/hours';
import { InfluxError, type InfluxClient } from '../store/influx';

/**
 * Brings every dirty hour in `hour` up to its minutes, newest first; returns how many. An hour whose first minutes
 * InfluxDB has begun to forget is left as it is: summing what remains would lose the rest. `withRetry`: how to wait for a
 * store that does not answer. An hour that fails stays dirty; the first failure is thrown once the others are done, or at once when
 * the store does not answer.
 */
export async function recomputeDirtyHours(
  registry: Registry,
  client: InfluxClient,
  now: () => number,
  signal?: AbortSignal,
  withRetry: (work: () => Promise<void>) => Promise<void> = (work) => work()
): Promise<number> {
  let recomputed = 0;
  let failure: unknown;
  for (const dirty of await registry.dirtyHours()) {
    if (signal?.aborted) {
      break;
    }
    if (dirty.hour > now() - RETENTION_SECONDS.minute) {
      try {
        await withRetry(() => recomputeHour(client, dirty.hour));
        recomputed++;
      } catch (error) {
        // It stays dirty; the other hours need not wait for it, unless there is nobody to ask.
        failure ??= error;
        if (error instanceof InfluxError && error.failure === 'unavailable') {
          break;
        }
        continue;
      }
    }
    await registry.markHourClean(dirty);
  }
  if (failure !== undefined) {
    throw failure;
  }
  return recomputed;
}
