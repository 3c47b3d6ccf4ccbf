import { useEffect, useRef } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { AccountInput } from '../../../contract/access';
import { toFailure } from '../../api/failure';
import { sidecar } from '../../api/sidecar';
import { useJob } from '../../api/useJob';
import { sayDone } from '../../components/toast';
import type { Account, EntityKind } from './Descriptions.utils';

/** The next sync may come from anywhere. */
const REFRESH_MS = 30_000;
export const ENTITIES_PER_PAGE = 25;

export const useAccounts = () =>
  useQuery({ queryKey: ['accounts'], queryFn: async ({ signal }) => (await sidecar.accounts.list(signal)).items });

/** When descriptions were read, and will be. */
export const useSyncState = () =>
  useQuery({
    queryKey: ['descriptions'],
    queryFn: ({ signal }) => sidecar.descriptions.get(signal),
    refetchInterval: REFRESH_MS,
  });

/** Names of sources by id: what an account may sign in as. */
export const useSourceNames = () =>
  useQuery({
    queryKey: ['sources', 'names'],
    queryFn: async ({ signal }) => {
      const { items } = await sidecar.sources.list({ limit: 500 }, signal);
      return new Map(items.map(({ id, name }) => [id, name]));
    },
  });

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
    // The page that is left stays until the next one is there.
    placeholderData: keepPreviousData,
  });

/** Reads accounts again, as after somebody else changed one. */
export function useReloadAccounts() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ['accounts'] });
}

function useAccountChange<T, R>(change: (what: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: (_changed, error) =>
      // Whoever was late looks again when they are ready to.
      error && toFailure(error).code === 'stale' ? undefined : queries.invalidateQueries({ queryKey: ['accounts'] }),
  });
}

/** Adds an account, or changes the one that is given. */
export const useSaveAccount = (account?: Account) =>
  useAccountChange((input: AccountInput) =>
    account ? sidecar.accounts.change(account.id, account.version, input) : sidecar.accounts.add(input)
  );

export const useDeleteAccount = () =>
  useAccountChange(({ id, version }: Account) => sidecar.accounts.remove(id, version));

export function useSetHourly() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, hourly }: { version: number; hourly: boolean }) =>
      sidecar.descriptions.setHourly(version, hourly),
    onSettled: (_changed, error) =>
      error && toFailure(error).code === 'stale'
        ? undefined
        : queries.invalidateQueries({ queryKey: ['descriptions'] }),
  });
}

export type Syncing = ReturnType<typeof useSync>;

/** Reads descriptions now; what is shown of them follows when that has ended. */
export function useSync() {
  const queries = useQueryClient();
  const sync = useJob('sync', sidecar.descriptions.sync);
  const { job } = sync;
  const said = useRef<string>();
  useEffect(() => {
    if (!job || job.state === 'running' || said.current === job.id) {
      return;
    }
    said.current = job.id;
    if (job.result?.ok) {
      sayDone(job.result.summary);
    }
    for (const resource of ['descriptions', 'entities', 'exporters']) {
      void queries.invalidateQueries({ queryKey: [resource] });
    }
  }, [job, queries]);
  return sync;
}
