import { useState } from 'react';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

import { MOST_CHANGED } from '../../../contract/bounds';
import { everyPage } from '../../api/pages';
import { sidecar } from '../../api/sidecar';
import { useChange, useReload } from '../../api/useChange';
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
    queryFn: ({ signal }): Promise<AllExporters> => everyPage((page) => sidecar.exporters.list(page, signal)),
    refetchInterval: REFRESH_MS,
  });
}

/** Which version came of which by a change of our own, with nobody else's in between. */
const ownChanges = new WeakMap<QueryClient, Map<number, number>>();

/**
 * A change of exporters as they were at a version. The version is of all of them: what was changed from here since, such as
 * another exporter while an alias is typed, is no reason to refuse it.
 */
function useExportersChange<T>(change: (version: number, what: T) => Promise<{ version: number }>) {
  const queries = useQueryClient();
  return useChange('exporters', async ({ version, what }: { version: number; what: T }) => {
    const own = ownChanges.get(queries) ?? new Map<number, number>();
    ownChanges.set(queries, own);
    let latest = version;
    for (let next = own.get(latest); next !== undefined; next = own.get(latest)) {
      latest = next;
    }
    const changed = await change(latest, what);
    if (changed.version > latest) {
      own.set(latest, changed.version);
    }
    return changed;
  });
}

/** Enables or disables exporters, however many. */
export const useSwitchExporters = () =>
  useExportersChange(async (version, { ids, enabled }: { ids: readonly string[]; enabled: boolean }) => {
    let changed = { version };
    for (let at = 0; at < ids.length; at += MOST_CHANGED) {
      changed = await sidecar.exporters.change(changed.version, { ids: ids.slice(at, at + MOST_CHANGED), enabled });
    }
    return changed;
  });

export const useSetAlias = () => useExportersChange(sidecar.exporters.setAlias);

export const useSetLimit = () => useExportersChange(sidecar.exporters.setLimit);

/**
 * The version that what is typed is meant for: that of when typing began, though the list is read again meanwhile, so that
 * nothing is overwritten unseen. `takeLatest` reads the list again and takes its version; answers whether that worked.
 */
export function useEditedVersion(version: number, isEditing: boolean) {
  const queries = useQueryClient();
  const reload = useReload('exporters');
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
