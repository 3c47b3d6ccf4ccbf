import { useState } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { MAX_CHANGED } from '../../../contract/bounds';
import { fetchAllPages } from '../../api/pages';
import { sidecar } from '../../api/sidecar';
import { useChange, useInvalidate } from '../../api/useChange';
import type { AllExporters } from './Exporters.utils';

const EXPORTERS = ['exporters'] as const;
/** Rates and times change. */
const REFRESH_MS = 30_000;

/**
 * All exporters, so that search and sorting cover every one. The version is the first page's: if somebody changes exporters
 * while later pages are fetched, our next change is refused as stale, as it should be.
 */
export function useExporters() {
  return useQuery({
    queryKey: EXPORTERS,
    queryFn: ({ signal }): Promise<AllExporters> => fetchAllPages((page) => sidecar.exporters.list(page, signal)),
    refetchInterval: REFRESH_MS,
  });
}

/** Versions produced by our own changes, by the version they replaced. */
const ownChanges = new WeakMap<QueryClient, Map<number, number>>();

/**
 * Changes exporters at a version. All exporters share it, so our own changes since then (such as enabling another exporter
 * while an alias is edited) must not make the change stale: it is sent with the version they led to.
 */
function useOwnVersion() {
  const queries = useQueryClient();
  return async (version: number, change: (latest: number) => Promise<{ version: number }>) => {
    const own = ownChanges.get(queries) ?? new Map<number, number>();
    ownChanges.set(queries, own);
    let latest = version;
    for (let next = own.get(latest); next !== undefined; next = own.get(latest)) {
      latest = next;
    }
    const changed = await change(latest);
    if (changed.version > latest) {
      own.set(latest, changed.version);
    }
    return changed;
  };
}

function useExportersChange<T>(change: (version: number, what: T) => Promise<{ version: number }>) {
  const since = useOwnVersion();
  return useChange('exporters', ({ version, what }: { version: number; what: T }) =>
    since(version, (latest) => change(latest, what))
  );
}

/** How many of the exporters have been switched; after a failure, how many were. */
export interface Switched {
  readonly done: number;
  readonly of: number;
}

/** Enables or disables any number of exporters, in requests of at most MAX_CHANGED. */
export function useSwitchExporters() {
  const since = useOwnVersion();
  const [switched, setSwitched] = useState<Switched>({ done: 0, of: 0 });
  const switching = useChange(
    'exporters',
    async ({ version, ids, enabled }: { version: number; ids: readonly string[]; enabled: boolean }) => {
      for (let done = 0; done < ids.length; done += MAX_CHANGED) {
        setSwitched({ done, of: ids.length });
        const next = ids.slice(done, done + MAX_CHANGED);
        await since(version, (latest) => sidecar.exporters.change(latest, { ids: next, enabled }));
      }
    }
  );
  return { switching, switched };
}

export const useSetAlias = () => useExportersChange(sidecar.exporters.setAlias);

export const useSetLimit = () => useExportersChange(sidecar.exporters.setLimit);

/**
 * The version for a change: that of when editing began, even if the list is refetched, so that nobody's change is overwritten
 * unseen. `takeLatest` refetches the list and takes its version; resolves to whether that worked.
 */
export function useEditedVersion(version: number, isEditing: boolean) {
  const queries = useQueryClient();
  const reload = useInvalidate('exporters');
  const [edited, setEdited] = useState(version);
  if (!isEditing && edited !== version) {
    setEdited(version);
  }
  const takeLatest = async () => {
    await reload();
    const latest = queries.getQueryState<AllExporters>(EXPORTERS);
    if (!latest?.data || latest.error) {
      return false;
    }
    setEdited(latest.data.version);
    return true;
  };
  return { edited, takeLatest };
}
