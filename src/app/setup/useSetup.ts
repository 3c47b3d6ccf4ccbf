import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';

import { toFailure } from '../api/failure';
import { grafana } from '../api/grafana';
import { isConnected, readSettings } from '../api/settings';
import { sidecar } from '../api/sidecar';
import { DASHBOARDS } from '../pages/Reports/Reports.utils';
import { isAdmin } from '../plugin';
import { readDataSource } from './installer/dataSource';

/** `unknown`: cannot be told before a step that comes first, or is being read. `failing`: was done, and does not work now. */
export type StepState = 'todo' | 'done' | 'failing' | 'unknown';

export interface Setup {
  readonly isPending: boolean;
  /** Nothing is left to be done; a sidecar that is away for a moment does not count. */
  readonly isComplete: boolean;
  readonly connect: StepState;
  readonly addSource: StepState;
  readonly install: StepState;
  /** Why the sidecar does not answer. */
  readonly problem?: string;
}

const TAG = 'flowscope-report';

/** Whether the dashboards are there, and for administrators whether all of them and their data source are. */
async function isInstalled(signal: AbortSignal): Promise<boolean> {
  const found = await grafana(z.array(z.unknown()), 'GET', `/api/search?type=dash-db&tag=${TAG}`, { signal });
  // Viewers may be kept out of some of them.
  return isAdmin() ? found.length >= DASHBOARDS.length && !!(await readDataSource(signal)) : found.length > 0;
}

/** How far the set-up is. */
export function useSetup(): Setup {
  const settings = useQuery({ queryKey: ['settings'], queryFn: ({ signal }) => readSettings(signal) });
  const connected = settings.data !== undefined && settings.data.enabled && isConnected(settings.data);
  const health = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => sidecar.health(signal),
    enabled: connected,
  });
  const collection = useQuery({
    queryKey: ['collection'],
    queryFn: ({ signal }) => sidecar.collection.get(signal),
    enabled: connected,
  });
  const installed = useQuery({ queryKey: ['installed'], queryFn: ({ signal }) => isInstalled(signal) });

  const connect = !connected ? 'todo' : health.error ? 'failing' : health.data ? 'done' : 'unknown';
  const addSource = !collection.data ? 'unknown' : collection.data.sources.length > 0 ? 'done' : 'todo';
  const install = installed.data === undefined ? 'unknown' : installed.data ? 'done' : 'todo';
  return {
    // One that waits to be asked for is not under way.
    isPending: settings.isPending || installed.isPending || health.isLoading || collection.isLoading,
    isComplete: ![connect, addSource, install].includes('todo'),
    ...{ connect, addSource, install },
    problem: health.error ? toFailure(health.error).message : undefined,
  };
}
