import { lastValueFrom } from 'rxjs';
import { useQuery } from '@tanstack/react-query';
import { usePluginContext } from '@grafana/data';
import { getBackendSrv } from '@grafana/runtime';
import { z } from 'zod';

import { useCollection } from '../../api/useCollection';
import { UIDS } from './Reports.utils';

const found = z.array(z.object({ uid: z.string() }));

/**
 * The uids of the dashboards that are there, of those the page lists. Undefined while or where that is not known: then they
 * are taken to be there.
 */
export function useInstalled(): ReadonlySet<string> | undefined {
  const { data } = useQuery({
    queryKey: ['dashboards', 'listed'],
    queryFn: async ({ signal }) => {
      const uids = UIDS.map((uid) => `dashboardUIDs=${uid}`).join('&');
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

/** False when one of the three steps of set-up is known not to be done: connection, source, dashboards. */
export function useIsSetUp(): boolean {
  const settings = usePluginContext()?.meta.jsonData as { sidecarUrl?: string } | undefined;
  const { data } = useCollection();
  const installed = useInstalled();
  const isConnected = settings === undefined || Boolean(settings.sidecarUrl) || data !== undefined;
  const hasSource = data === undefined || data.sources.length > 0;
  const hasDashboards = installed === undefined || UIDS.every((uid) => installed.has(uid));
  return isConnected && hasSource && hasDashboards;
}
