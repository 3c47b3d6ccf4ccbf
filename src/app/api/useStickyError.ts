import { useState } from 'react';

/** The parts of a query's result that are shown. */
interface Shown {
  data: unknown;
  error: Error | null;
  isLoading: boolean;
  isFetching: boolean;
  refetch: () => Promise<unknown>;
}

/**
 * A query's result whose last error stays until data arrives. TanStack Query forgets the error with every new try as long as it has
 * no data, so a polled query that keeps failing would flicker between error and loading.
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
    /** Whether neither data nor an error has arrived yet. */
    isLoading: isLoading && last === null,
    isFetching,
    refetch,
  };
}
