import { useMutation, useQueryClient } from '@tanstack/react-query';

import { toFailure } from './failure';

/** Refetches a resource, which is the first element of its query keys. */
export function useInvalidate(resource: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: [resource] });
}

/**
 * A mutation that is done once the resource was refetched. After a conflict (`stale`) nothing is refetched: people reload
 * when they are ready to.
 */
export function useChange<T, R>(resource: string, change: (what: T) => Promise<R>) {
  const reload = useInvalidate(resource);
  return useMutation({
    mutationFn: change,
    onSettled: (_changed, error) => (error && toFailure(error).code === 'stale' ? undefined : reload()),
  });
}
