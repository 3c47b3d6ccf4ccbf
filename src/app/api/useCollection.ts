import { useQuery } from '@tanstack/react-query';

import type { Collection } from '../../contract/collection';
import { sidecar } from './sidecar';
import { useStickyError } from './useStickyError';

/** Often enough to watch a backlog shrink. */
export const REFRESH_MS = 10_000;

/** State of collecting, polled while it is shown. */
export function useCollection({ enabled }: { enabled?: boolean } = {}) {
  return useStickyError(
    useQuery({
      queryKey: ['collection'],
      queryFn: ({ signal }) => sidecar.collection.get(signal),
      enabled,
      refetchInterval: REFRESH_MS,
    })
  );
}

/**
 * Up to when the data of every enabled source is complete, Unix seconds: the earliest of them. Undefined while unknown.
 */
export function completeUntil({ sources }: Collection): number | undefined {
  const times = sources.flatMap((source) =>
    source.enabled && source.completeUntil !== undefined ? [source.completeUntil] : []
  );
  return times.length > 0 ? times.reduce((earliest, time) => Math.min(earliest, time)) : undefined;
}

/** When an object was last stored, of any source, Unix seconds. */
export function lastObject({ sources }: Collection): number | undefined {
  const times = sources.flatMap((source) => source.lastObject ?? []);
  return times.length > 0 ? times.reduce((latest, time) => Math.max(latest, time)) : undefined;
}
