import { useQuery } from '@tanstack/react-query';

import { useStickyError } from '../api/useStickyError';
import { installedDashboards } from './installer/dashboards';

/** The uids of our dashboards that are there, of those whoever asks may see. Not known while or where Grafana does not say. */
export function useInstalled() {
  return useStickyError(
    useQuery({
      queryKey: ['installed', 'dashboards'],
      queryFn: ({ signal }) => installedDashboards(signal),
    })
  );
}
