import { useMemo } from 'react';
import type { ComboboxOption } from '@grafana/ui';

/**
 * Options for Grafana's Combobox with the chosen one in front, also one that was typed. The Combobox highlights the place
 * of the chosen one even among the few that typing leaves: from any other place, Enter would answer with none of them.
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
