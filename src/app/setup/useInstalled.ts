import { useQuery } from '@tanstack/react-query';

import { useSteady } from '../api/useSteady';
import { installedDashboards } from './installer/dashboards';

/** The uids of our dashboards that are there, of those whoever asks may see. Not known while or where Grafana does not say. */
export function useInstalled() {
  return useSteady(
    useQuery({
      queryKey: ['installed', 'dashboards'],
      queryFn: ({ signal }) => installedDashboards(signal),
    })
  );
}
