import { useQuery } from '@tanstack/react-query';

import type { SourceView } from '../../contract/sources';
import { fetchAllPages } from './pages';
import { sidecar } from './sidecar';
import { REFRESH_MS } from './useCollection';
import { useStickyError } from './useStickyError';

/** Query key of the list. */
export const SOURCE_LIST = ['sources', 'list'] as const;

interface Options<T> {
  /** Selects from the list. */
  select?: (all: SourceView[]) => T;
  enabled?: boolean;
}

/** All sources as administrators see them, polled while they are shown. */
export function useSources<T = SourceView[]>({ select, enabled }: Options<T> = {}) {
  return useStickyError(
    useQuery({
      queryKey: SOURCE_LIST,
      queryFn: async ({ signal }) => (await fetchAllPages((page) => sidecar.sources.list(page, signal))).items,
      select,
      enabled,
      refetchInterval: REFRESH_MS,
    })
  );
}
