import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { sidecar } from '../../api/sidecar';
import { REFRESH_MS } from '../../api/useCollection';
import { isAdmin } from '../../plugin';
import { bySource, type QuarantinedObject } from './Quarantine.utils';

/** Whether the store answers, without which nothing is collected. */
export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => sidecar.health(signal),
    refetchInterval: REFRESH_MS,
  });
}

/** What administrators may know of each source beyond its standing. */
export function useSourceDetails() {
  return useQuery({
    queryKey: ['sources', 'details'],
    queryFn: ({ signal }) => sidecar.sources.list({ limit: 500 }, signal),
    enabled: isAdmin(),
    refetchInterval: REFRESH_MS,
  });
}

const QUARANTINE_PAGE = 50;

/** What is in quarantine, page after page. */
export function useQuarantine() {
  return useInfiniteQuery({
    queryKey: ['quarantine'],
    queryFn: ({ pageParam, signal }) =>
      sidecar.collection.quarantine({ limit: QUARANTINE_PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 3 * REFRESH_MS,
  });
}

/** Collects quarantined objects again, or forgets their notices; whatever comes of it, everything is read anew. */
export function useQuarantineChange(verb: 'retry' | 'dismiss') {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (items: readonly QuarantinedObject[]) => {
      const sum = { changed: 0, unlisted: 0 };
      for (const choice of bySource(items)) {
        const { changed, unlisted } = await sidecar.collection[verb](choice);
        sum.changed += changed;
        sum.unlisted += unlisted;
      }
      return sum;
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['quarantine'] }),
        client.invalidateQueries({ queryKey: ['collection'] }),
        client.invalidateQueries({ queryKey: ['sources'] }),
      ]),
  });
}
