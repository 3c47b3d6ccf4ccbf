import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { SourceView } from '../../../contract/sources';
import { sidecar } from '../../api/sidecar';
import { REFRESH_MS } from '../../api/useCollection';
import { SOURCE_LIST } from '../../api/useSources';

const one = (id: string | undefined) => ['sources', 'one', id] as const;

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
    client.setQueryData<SourceView[]>(SOURCE_LIST, (all) =>
      all?.map((source) => (source.id === changed.id ? changed : source))
    );
    void client.invalidateQueries({ queryKey: ['sources'] });
    void client.invalidateQueries({ queryKey: ['collection'] });
  };
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
      client.setQueryData<SourceView[]>(SOURCE_LIST, (all) => all?.filter((source) => source.id !== id));
      void client.invalidateQueries({ queryKey: SOURCE_LIST });
      void client.invalidateQueries({ queryKey: ['collection'] });
    },
  });
}
