import { useEffect, useRef } from 'react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';

import type { AccountInput } from '../../../contract/access';
import type { NetworkInput } from '../../../contract/networks';
import type { SourceView } from '../../../contract/sources';
import { fetchAllPages } from '../../api/pages';
import { sidecar } from '../../api/sidecar';
import { useChange, useInvalidate } from '../../api/useChange';
import { useJob } from '../../api/useJob';
import { useSources } from '../../api/useSources';
import { useStickyError } from '../../api/useStickyError';
import { toastSuccess } from '../../components/toasts';
import type { EntityKind } from '../../../contract/stored';
import type { Account } from './Descriptions.utils';
import type { Network } from './Networks.utils';

/** Syncs may be started elsewhere. */
const REFRESH_MS = 30_000;
export const ENTITIES_PER_PAGE = 25;

export const useAccounts = () =>
  useQuery({ queryKey: ['accounts'], queryFn: async ({ signal }) => (await sidecar.accounts.list(signal)).items });

/** When descriptions were synced, and when they will be. */
export const useSyncState = () =>
  useStickyError(
    useQuery({
      queryKey: ['descriptions'],
      queryFn: ({ signal }) => sidecar.descriptions.get(signal),
      refetchInterval: REFRESH_MS,
    })
  );

const namesOf = (sources: SourceView[]) => new Map(sources.map(({ id, name }) => [id, name]));

/** Names of sources by id, whose credentials an account may use. */
export const useSourceNames = () => useSources({ select: namesOf });

export const useDescriptionPolicies = () =>
  useQuery({
    queryKey: ['policies', 'descriptions'],
    queryFn: async () => (await sidecar.descriptions.policies()).documents,
    staleTime: Infinity,
  });

export const useEntities = (asked: { search: string; kind: EntityKind | undefined; cursor: string | undefined }) =>
  useQuery({
    queryKey: ['entities', asked],
    queryFn: ({ signal }) =>
      sidecar.descriptions.entities({ ...asked, search: asked.search || undefined, limit: ENTITIES_PER_PAGE }, signal),
    // Keeps the previous page until the next one has loaded.
    placeholderData: keepPreviousData,
  });

/** Adds an account, or changes the given one. */
export const useSaveAccount = (account?: Account) =>
  useChange('accounts', (input: AccountInput) =>
    account ? sidecar.accounts.change(account.id, account.version, input) : sidecar.accounts.add(input)
  );

export const useDeleteAccount = () =>
  useChange('accounts', ({ id, version }: Account) => sidecar.accounts.remove(id, version));

/** All named networks, so that each is known to lie in others. */
export const useNetworks = () =>
  useQuery({
    queryKey: ['networks'],
    queryFn: async ({ signal }) => (await fetchAllPages((page) => sidecar.networks.list(page, signal))).items,
  });

/** Names a network, or changes what is said of the given one. */
export const useSaveNetwork = (network?: Network) =>
  useNetworksChange((input: NetworkInput) =>
    network ? sidecar.networks.change(network.version, input) : sidecar.networks.add(input)
  );

export const useRemoveNetwork = () => useNetworksChange(({ cidr }: Network) => sidecar.networks.remove(cidr));

/** Networks are entities, too. */
function useNetworksChange<T, R>(change: (what: T) => Promise<R>) {
  const reloadEntities = useInvalidate('entities');
  return useChange('networks', async (what: T) => {
    const changed = await change(what);
    void reloadEntities();
    return changed;
  });
}

export const useSetHourly = () =>
  useChange('descriptions', ({ version, hourly }: { version: number; hourly: boolean }) =>
    sidecar.descriptions.setHourly(version, hourly)
  );

export type Syncing = ReturnType<typeof useSync>;

/** Starts a sync; refetches what depends on descriptions when it has ended. */
export function useSync() {
  const queries = useQueryClient();
  const sync = useJob('sync', sidecar.descriptions.sync);
  const { job } = sync;
  const said = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!job || job.state === 'running' || said.current === job.id) {
      return;
    }
    said.current = job.id;
    if (job.result?.ok) {
      toastSuccess(job.result.summary);
    }
    for (const resource of ['descriptions', 'entities', 'exporters']) {
      void queries.invalidateQueries({ queryKey: [resource] });
    }
  }, [job, queries]);
  return sync;
}
