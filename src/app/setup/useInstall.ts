import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useStickyError } from '../api/useStickyError';
import { mayWrite, readDataSource, type DataSourceForm } from './installer/dataSource';
import { install, isSame, replace, type Item, type Outcome } from './installer/items';
import { dataSourceItem, makePlan } from './installer/plan';

/** State of everything in Grafana; refetched when the window gets the focus. */
export const useInstallPlan = () => useStickyError(useQuery({ queryKey: ['plan'], queryFn: makePlan }));

/** Whether the data source may write. Fetched only by Save & test and after installing. Null: there is no data source. */
export const useMayWrite = () =>
  useQuery({
    queryKey: ['mayWrite'],
    queryFn: async () => ((await readDataSource()) ? mayWrite() : null),
    enabled: false,
    staleTime: Infinity,
    gcTime: Infinity,
  });

/** State and actions of the installer. */
export function useInstall() {
  const queries = useQueryClient();
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const [items, setItems] = useState<readonly Item[]>([]);
  const plan = useInstallPlan();
  const { refetch: askMayWrite } = useMayWrite();
  const lookAgain = () =>
    Promise.all(['plan', 'installed'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const run = useMutation({
    mutationFn: async (form: DataSourceForm | undefined) => {
      const all = [dataSourceItem(plan.data!, form), ...plan.data!.items];
      setItems(all);
      setOutcomes([]);
      await install(all, (outcome) => setOutcomes((known) => [...known, outcome]));
    },
    onSettled: () => Promise.all([lookAgain(), askMayWrite()]),
  });
  const replacing = useMutation({
    mutationFn: async (item: Item) => {
      const outcome = await replace(item);
      setOutcomes((known) => [...known.filter((one) => !isSame(one.item, item)), outcome]);
    },
    onSettled: lookAgain,
  });
  return {
    plan,
    /** Number of items in the current run. */
    total: items.length,
    outcomes,
    isRunning: run.isPending,
    run: (form?: DataSourceForm) => run.mutate(form),
    /** The item that is being replaced. */
    replacing: replacing.isPending ? replacing.variables : undefined,
    replace: (item: Item) => replacing.mutateAsync(item),
    lookAgain: () => {
      setOutcomes([]);
      void lookAgain();
    },
  };
}
