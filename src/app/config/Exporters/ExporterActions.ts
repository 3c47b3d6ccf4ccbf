import { createContext, useContext } from 'react';

import type { Exporter } from './Exporters.utils';

/** What the cells of the table do and need to know. */
export interface ExporterActions {
  /** Of the list that is shown. */
  readonly version: number;
  readonly selected: ReadonlySet<string>;
  /** Whether a change is on its way: no other begins. */
  readonly isChanging: boolean;
  /** How far that is, when it takes more than one request. */
  readonly progress?: string;
  select(id: string, isSelected: boolean): void;
  switchOn(exporters: readonly Exporter[]): void;
  /** Asks first. */
  switchOff(exporters: readonly Exporter[]): void;
}

/** Cells read it from here: the table would make them anew, and drop what is typed, if columns changed. */
export const ExporterActionsContext = createContext<ExporterActions | undefined>(undefined);

export function useExporterActions(): ExporterActions {
  const actions = useContext(ExporterActionsContext);
  if (!actions) {
    throw new Error('Cells of the exporters stand inside ExporterActionsContext.');
  }
  return actions;
}
