import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';

import { sidecar } from '../../api/sidecar';
import { REFRESH_MS } from '../../api/useCollection';
import { retryRequests, type QuarantinedObject } from './Quarantine.utils';

const ROWS_PER_PAGE = 50;

/** Quarantined objects, page by page. */
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

/** Unread lines by object, page by page. */
export function useUnread() {
  return useInfiniteQuery({
    queryKey: ['unread'],
    queryFn: ({ pageParam, signal }) => sidecar.collection.unread({ limit: ROWS_PER_PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 3 * REFRESH_MS,
  });
}

/** Retries quarantined objects or dismisses their notices; refetches afterwards, whatever the outcome. */
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
