import { useMutation, useQueryClient } from '@tanstack/react-query';

import { toFailure } from './failure';

/** Reads again all that is known of a resource, by the first element of its query keys. */
export function useInvalidate(resource: string) {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: [resource] });
}

/**
 * A change of a resource; done once what is shown of it has followed. Where somebody else was faster nothing is read anew:
 * whoever was late looks again when they are ready to.
 */
export function useChange<T, R>(resource: string, change: (what: T) => Promise<R>) {
  const reload = useInvalidate(resource);
  return useMutation({
    mutationFn: change,
    onSettled: (_changed, error) => (error && toFailure(error).code === 'stale' ? undefined : reload()),
  });
}
