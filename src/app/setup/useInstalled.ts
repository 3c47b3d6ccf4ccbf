import { useQuery } from '@tanstack/react-query';

import { useStickyError } from '../api/useStickyError';
import { installedDashboards } from './installer/dashboards';

/** Uids of our dashboards that are installed and visible to the user; undefined until known. */
export function useInstalled() {
  return useStickyError(
    useQuery({
      queryKey: ['installed', 'dashboards'],
      queryFn: ({ signal }) => installedDashboards(signal),
    })
  );
}
