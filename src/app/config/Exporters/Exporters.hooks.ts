import { useState } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { MAX_CHANGED } from '../../../contract/bounds';
import { fetchAllPages } from '../../api/pages';
import { sidecar } from '../../api/sidecar';
import { useChange, useInvalidate } from '../../api/useChange';
import type { AllExporters } from './Exporters.utils';

const EXPORTERS = ['exporters'] as const;
/** Rates and times move on. */
const REFRESH_MS = 30_000;

/**
 * All exporters, whatever pages they come in: searching and sorting see each of them. The version is the first page's: what
 * somebody changes while the others are read makes our next change stale, as it should.
 */
export function useExporters() {
  return useQuery({
    queryKey: EXPORTERS,
    queryFn: ({ signal }): Promise<AllExporters> => fetchAllPages((page) => sidecar.exporters.list(page, signal)),
    refetchInterval: REFRESH_MS,
  });
}

/** Which version came of which by a change of our own, with nobody else's in between. */
const ownChanges = new WeakMap<QueryClient, Map<number, number>>();

/**
 * Changes exporters as they were at a version. The version is of all of them: what was changed from here since, such as
 * another exporter while an alias is typed, is no reason to refuse it.
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

/** Of exporters that are switched, how many are done; it stays where it was when that failed. */
export interface Switched {
  readonly done: number;
  readonly of: number;
}

/** Enables or disables exporters, however many: as many at a time as the sidecar takes. */
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
 * The version that what is typed is meant for: that of when typing began, though the list is read again meanwhile, so that
 * nothing is overwritten unseen. `takeLatest` reads the list again and takes its version; answers whether that worked.
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
