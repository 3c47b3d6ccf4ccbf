import { useQuery } from '@tanstack/react-query';

import { DASHBOARDS } from '../../reports/dashboards';
import { toFailure } from '../api/failure';
import { isConnected } from '../api/settings';
import { useCollection } from '../api/useCollection';
import { useHealth } from '../api/useHealth';
import { useSettings } from '../api/useSettings';
import { useStickyError } from '../api/useStickyError';
import { isAdmin } from '../plugin';
import { readDataSource } from './installer/dataSource';
import { useInstalled } from './useInstalled';

/** `unknown`: depends on an earlier step, or is loading. `failing`: was done, but does not work now. */
export type StepState = 'todo' | 'done' | 'failing' | 'unknown';

export interface Setup {
  /** Whether any request is still pending. */
  readonly isPending: boolean;
  /** Whether nothing is left to do; a sidecar that does not answer at the moment does not count. */
  readonly isComplete: boolean;
  readonly connect: StepState;
  readonly addSource: StepState;
  readonly install: StepState;
  /** Why the sidecar does not answer. */
  readonly problem?: string;
}

/** State of the set-up steps. */
export function useSetup(): Setup {
  const settings = useSettings();
  const isKept = settings.data !== undefined && settings.data.enabled && isConnected(settings.data);
  const health = useHealth({ enabled: isKept });
  const collection = useCollection({ enabled: isKept });
  const dashboards = useInstalled();
  const dataSource = useStickyError(
    useQuery({
      queryKey: ['installed', 'dataSource'],
      queryFn: async ({ signal }) => (await readDataSource(signal)) !== undefined,
      enabled: isAdmin(),
    })
  );

  const connect = !settings.data ? 'unknown' : isKept ? stateOf(health) : 'todo';
  const addSource = !collection.data ? 'unknown' : collection.data.sources.length > 0 ? 'done' : 'todo';
  const install = installState(dashboards.data?.size, dataSource.data);
  return {
    isPending: [settings, dashboards, dataSource, health, collection].some(({ isLoading }) => isLoading),
    isComplete: ![connect, addSource, install].includes('todo'),
    connect,
    addSource,
    install,
    problem: health.error ? toFailure(health.error).message : undefined,
  };
}

/** State of a configured connection. */
function stateOf({ data, error }: { data: unknown; error: Error | null }): StepState {
  return error ? 'failing' : data ? 'done' : 'unknown';
}

/** Viewers may lack access to some dashboards and cannot list data sources: for them one dashboard is enough. */
function installState(dashboards: number | undefined, hasDataSource: boolean | undefined): StepState {
  if (dashboards === undefined || (isAdmin() && hasDataSource === undefined)) {
    return 'unknown';
  }
  const isDone = isAdmin() ? dashboards >= DASHBOARDS.length && hasDataSource : dashboards > 0;
  return isDone ? 'done' : 'todo';
}
