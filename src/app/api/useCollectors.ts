import { useQuery } from '@tanstack/react-query';

import { sidecar } from './sidecar';
import { useStickyError } from './useStickyError';

/** As often as collectors say something of themselves. */
const REFRESH_MS = 20_000;

/** The collectors, the primary first. */
export function useCollectors() {
  return useStickyError(
    useQuery({
      queryKey: ['collectors'],
      queryFn: ({ signal }) => sidecar.collectors.list(signal),
      refetchInterval: REFRESH_MS,
    })
  );
}
