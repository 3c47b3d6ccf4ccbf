import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';

import { sidecar } from '../../api/sidecar';
import { REFRESH_MS } from '../../api/useCollection';
import { retryRequests, type QuarantinedObject } from './Quarantine.utils';

const ROWS_PER_PAGE = 50;

/** What is in quarantine, page after page. */
export function useQuarantine() {
  return useInfiniteQuery({
    queryKey: ['quarantine'],
    queryFn: ({ pageParam, signal }) =>
      sidecar.collection.quarantine({ limit: ROWS_PER_PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 3 * REFRESH_MS,
  });
}

/** Which lines of stored objects could not be counted, object by object, page after page. */
export function useUnread() {
  return useInfiniteQuery({
    queryKey: ['unread'],
    queryFn: ({ pageParam, signal }) => sidecar.collection.unread({ limit: ROWS_PER_PAGE, cursor: pageParam }, signal),
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
      for (const choice of retryRequests(items)) {
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
