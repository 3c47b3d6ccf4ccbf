import { useQuery } from '@tanstack/react-query';

import { sidecar } from './sidecar';
import { useStickyError } from './useStickyError';

/** Often enough to see that InfluxDB is back. */
const REFRESH_MS = 15_000;

/** Health of sidecar and InfluxDB, for all viewers. */
export function useHealth({ enabled }: { enabled?: boolean } = {}) {
  return useStickyError(
    useQuery({
      queryKey: ['health'],
      queryFn: ({ signal }) => sidecar.health(signal),
      enabled,
      refetchInterval: REFRESH_MS,
    })
  );
}

/** Health of sidecar and InfluxDB in detail, for administrators. */
export function useHealthDetails({ enabled }: { enabled?: boolean } = {}) {
  return useStickyError(
    useQuery({
      queryKey: ['health', 'details'],
      queryFn: ({ signal }) => sidecar.healthDetails(signal),
      enabled,
      refetchInterval: REFRESH_MS,
    })
  );
}
