import { useEffect, useRef } from 'react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';

import type { AccountInput } from '../../../contract/access';
import type { SourceView } from '../../../contract/sources';
import { sidecar } from '../../api/sidecar';
import { useChange } from '../../api/useChange';
import { useJob } from '../../api/useJob';
import { useSources } from '../../api/useSources';
import { useStickyError } from '../../api/useStickyError';
import { toastSuccess } from '../../components/toasts';
import type { EntityKind } from '../../../contract/stored';
import type { Account } from './Descriptions.utils';

/** The next sync may come from anywhere. */
const REFRESH_MS = 30_000;
export const ENTITIES_PER_PAGE = 25;

export const useAccounts = () =>
  useQuery({ queryKey: ['accounts'], queryFn: async ({ signal }) => (await sidecar.accounts.list(signal)).items });

/** When descriptions were read, and will be. */
export const useSyncState = () =>
  useStickyError(
    useQuery({
      queryKey: ['descriptions'],
      queryFn: ({ signal }) => sidecar.descriptions.get(signal),
      refetchInterval: REFRESH_MS,
    })
  );

const namesOf = (sources: SourceView[]) => new Map(sources.map(({ id, name }) => [id, name]));

/** Names of sources by id: what an account may sign in as. */
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
    // The page that is left stays until the next one is there.
    placeholderData: keepPreviousData,
  });

/** Adds an account, or changes the one that is given. */
export const useSaveAccount = (account?: Account) =>
  useChange('accounts', (input: AccountInput) =>
    account ? sidecar.accounts.change(account.id, account.version, input) : sidecar.accounts.add(input)
  );

export const useDeleteAccount = () =>
  useChange('accounts', ({ id, version }: Account) => sidecar.accounts.remove(id, version));

export const useSetHourly = () =>
  useChange('descriptions', ({ version, hourly }: { version: number; hourly: boolean }) =>
    sidecar.descriptions.setHourly(version, hourly)
  );

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
      toastSuccess(job.result.summary);
    }
    for (const resource of ['descriptions', 'entities', 'exporters']) {
      void queries.invalidateQueries({ queryKey: [resource] });
    }
  }, [job, queries]);
  return sync;
}
