import { createContext, useContext } from 'react';

import type { Exporter } from './Exporters.utils';

/** State and actions for the cells of the table. */
export interface ExporterActions {
  /** Version of the list that is shown. */
  readonly version: number;
  readonly selected: ReadonlySet<string>;
  /** Whether a change is in progress; no other can be started. */
  readonly isChanging: boolean;
  /** Progress of a change that takes several requests. */
  readonly progress?: string;
  select(id: string, isSelected: boolean): void;
  switchOn(exporters: readonly Exporter[]): void;
  /** Asks for confirmation first. */
  switchOff(exporters: readonly Exporter[]): void;
}

/** Context for cells: if columns changed, the table would remount its cells and lose input. */
export const ExporterActionsContext = createContext<ExporterActions | undefined>(undefined);

export function useExporterActions(): ExporterActions {
  const actions = useContext(ExporterActionsContext);
  if (!actions) {
    throw new Error('Cells of the exporters stand inside ExporterActionsContext.');
  }
  return actions;
}
