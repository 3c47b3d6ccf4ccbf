import { useState } from 'react';

/** What is shown of a query. */
interface Shown {
  data: unknown;
  error: Error | null;
  isLoading: boolean;
  isFetching: boolean;
  refetch: () => Promise<unknown>;
}

/**
 * A query whose last error stays until something is read. TanStack Query forgets the error with every new try as long as it has
 * no data, so what is polled in vain would change between failure and loading each time.
 */
export function useStickyError<Q extends Shown>({ data, error, isLoading, isFetching, refetch }: Q) {
  const [kept, setKept] = useState<Error | null>(null);
  const last = error ?? (data === undefined ? kept : null);
  if (last !== kept) {
    setKept(last);
  }
  return {
    data: data as Q['data'],
    error: last,
    /** Whether the first answer is still to come. */
    isLoading: isLoading && last === null,
    isFetching,
    refetch,
  };
}
