import { useMemo } from 'react';
import type { ComboboxOption } from '@grafana/ui';

/**
 * Options for Grafana's Combobox with the chosen one first, even if it was typed. The Combobox highlights the index of the
 * chosen option even in a list that typing has filtered: with any other index, Enter would select nothing.
 */
export function useChosenFirst<T extends string>(
  options: ReadonlyArray<ComboboxOption<T>>,
  chosen: T | '' | undefined
): Array<ComboboxOption<T>> {
  return useMemo(() => {
    if (!chosen) {
      return [...options];
    }
    const known = options.find(({ value }) => value === chosen);
    return [known ?? { value: chosen, label: chosen }, ...options.filter((option) => option !== known)];
  }, [options, chosen]);
}
