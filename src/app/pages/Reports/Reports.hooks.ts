import { lastValueFrom } from 'rxjs';
import { useQuery } from '@tanstack/react-query';
import { getBackendSrv } from '@grafana/runtime';
import { z } from 'zod';

import { DASHBOARDS } from './Reports.utils';

const found = z.array(z.object({ uid: z.string() }));

/**
 * The uids of the dashboards that are there, of those the page lists. Undefined while or where that is not known: then they
 * are taken to be there.
 */
export function useInstalled(): ReadonlySet<string> | undefined {
  const { data } = useQuery({
    queryKey: ['dashboards', 'listed'],
    queryFn: async ({ signal }) => {
      const uids = DASHBOARDS.map(({ uid }) => `dashboardUIDs=${uid}`).join('&');
      const answer = await lastValueFrom(
        getBackendSrv().fetch<unknown>({
          url: `/api/search?type=dash-db&${uids}`,
          showErrorAlert: false,
          abortSignal: signal,
        })
      );
      return new Set(found.parse(answer.data).map(({ uid }) => uid));
    },
  });
  return data;
}
