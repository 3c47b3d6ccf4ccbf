import React, { createContext, useContext } from 'react';

import type { SourceView } from '../../../contract/sources';
import { useInvalidate } from '../../api/useChange';
import { ChangeFailure } from '../../components/ChangeFailure';
import { toastSuccess } from '../../components/toasts';
import { useSwitchSource } from './Sources.hooks';

interface Switching {
  disable(source: SourceView): void;
  /** The id of the source that is being switched. */
  changing: string | undefined;
}

const Context = createContext<Switching>({ disable: () => undefined, changing: undefined });
export const useSwitching = () => useContext(Context);

/** Lets rows disable their sources, and says above them why one could not be. */
export function SwitchingProvider({ children }: React.PropsWithChildren) {
  const reload = useInvalidate('sources');
  const switching = useSwitchSource();
  const { mutate, isPending, variables } = switching;
  const disable = (source: SourceView) =>
    mutate(
      { source, enabled: false },
      {
        onSuccess: ({ name }) =>
          toastSuccess(`${name} is disabled: nothing is collected or deleted until it is enabled.`),
      }
    );
  return (
    <Context.Provider value={{ disable, changing: isPending ? variables.source.id : undefined }}>
      <ChangeFailure title={`${variables?.source.name} was not disabled`} change={switching} onReload={reload} />
      {children}
    </Context.Provider>
  );
}
