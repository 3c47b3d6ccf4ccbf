import { useQuery } from '@tanstack/react-query';

import type { SourceView } from '../../contract/sources';
import { fetchAllPages } from './pages';
import { sidecar } from './sidecar';
import { REFRESH_MS } from './useCollection';
import { useStickyError } from './useStickyError';

/** Where queries keep the list. */
export const SOURCE_LIST = ['sources', 'list'] as const;

interface Options<T> {
  /** Makes of the list what is wanted. */
  select?: (all: SourceView[]) => T;
  enabled?: boolean;
}

/** All sources as administrators see them, read again while somebody looks at them. */
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
