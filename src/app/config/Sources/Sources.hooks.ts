import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { SourceView } from '../../../contract/sources';
import { sidecar } from '../../api/sidecar';

/** How often figures are read again, ms. */
const REFRESH_MS = 10_000;
const PAGE = 500;

const LIST = ['sources', 'list'] as const;
const one = (id: string | undefined) => ['sources', 'one', id] as const;

async function everySource(signal: AbortSignal): Promise<SourceView[]> {
  const all: SourceView[] = [];
  let cursor: string | undefined;
  do {
    const page = await sidecar.sources.list({ limit: PAGE, cursor }, signal);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

/** All sources, read again while somebody looks at them. */
export function useSources() {
  return useQuery({ queryKey: LIST, queryFn: ({ signal }) => everySource(signal), refetchInterval: REFRESH_MS });
}

/** One source as it stands now. */
export function useSource(id: string | undefined) {
  return useQuery({
    queryKey: one(id),
    queryFn: () => sidecar.sources.get(id!),
    enabled: id !== undefined,
    refetchInterval: REFRESH_MS,
  });
}

/** Takes what the sidecar answered to a change, so that all shows it at once; what else may have changed is read again. */
export function useTakeSource() {
  const client = useQueryClient();
  return (changed: SourceView) => {
    client.setQueryData(one(changed.id), changed);
    client.setQueryData<SourceView[]>(LIST, (all) =>
      all?.map((source) => (source.id === changed.id ? changed : source))
    );
    void client.invalidateQueries({ queryKey: LIST });
    void client.invalidateQueries({ queryKey: ['collection'] });
  };
}

/** Reads everything about sources again, as after somebody else was faster. */
export function useReload() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['sources'] });
}

/** Enables or disables a source. Enabling is the consent to deletion: ask for it before. */
export function useSwitchSource() {
  const take = useTakeSource();
  return useMutation({
    mutationFn: ({ source: { id, version }, enabled }: { source: SourceView; enabled: boolean }) =>
      enabled ? sidecar.sources.enable(id, version) : sidecar.sources.disable(id, version),
    onSuccess: take,
  });
}

/** Forgets a source; answers what stays. */
export function useRemoveSource() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: SourceView) => sidecar.sources.remove(id, version),
    onSuccess: (_stays, { id }) => {
      client.removeQueries({ queryKey: one(id) });
      client.setQueryData<SourceView[]>(LIST, (all) => all?.filter((source) => source.id !== id));
      void client.invalidateQueries({ queryKey: LIST });
      void client.invalidateQueries({ queryKey: ['collection'] });
    },
  });
}
