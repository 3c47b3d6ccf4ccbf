import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { toFailure } from '../../api/failure';
import { sidecar } from '../../api/sidecar';
import type { AllExporters } from './Exporters.utils';

const EXPORTERS = ['exporters'];
/** The most that the sidecar gives and takes at once. */
const PAGE = 500;
const MOST_CHANGED = 1000;
/** Rates and times move on. */
const REFRESH_MS = 30_000;

/** All exporters, whatever pages they come in: searching and sorting see each of them. */
export function useExporters() {
  return useQuery({
    queryKey: EXPORTERS,
    queryFn: ({ signal }) => readAll(signal),
    refetchInterval: REFRESH_MS,
  });
}

async function readAll(signal: AbortSignal): Promise<AllExporters> {
  const { next, ...first } = await sidecar.exporters.list({ limit: PAGE }, signal);
  const items = [...first.items];
  for (let cursor = next; cursor !== undefined;) {
    const page = await sidecar.exporters.list({ limit: PAGE, cursor }, signal);
    items.push(...page.items);
    cursor = page.next;
  }
  // The first page's version: what somebody changes while the others are read makes our next change stale, as it should.
  return { ...first, items };
}

/** Reads the exporters again, as after somebody else changed them. */
export function useReload() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: EXPORTERS });
}

/** A change of exporters as they were at a version. Done once what is shown has followed. */
function useChange<T>(change: (version: number, what: T) => Promise<{ version: number }>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, what }: { version: number; what: T }) => change(version, what),
    onSettled: (_changed, error) =>
      // Whoever was late looks again when they are ready to.
      error && toFailure(error).code === 'stale' ? undefined : queries.invalidateQueries({ queryKey: EXPORTERS }),
  });
}

/** Enables or disables exporters, however many. */
export const useSwitchExporters = () =>
  useChange(async (version, { ids, enabled }: { ids: readonly string[]; enabled: boolean }) => {
    let changed = { version };
    for (let at = 0; at < ids.length; at += MOST_CHANGED) {
      changed = await sidecar.exporters.change(changed.version, { ids: ids.slice(at, at + MOST_CHANGED), enabled });
    }
    return changed;
  });

export const useSetAlias = () => useChange(sidecar.exporters.setAlias);

export const useSetLimit = () => useChange(sidecar.exporters.setLimit);
