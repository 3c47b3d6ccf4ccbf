import React from 'react';
import { Combobox } from '@grafana/ui';

import { REGION_OPTIONS } from './regions';
import { useChosenFirst } from './useChosenFirst';

interface Props {
  id: string;
  /** The id of its label: the combobox takes its name by this only. */
  labelId: string;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  invalid?: boolean;
}

/** Takes a region of the list, or one that is typed. */
export function RegionCombobox({ labelId, value, onChange, ...props }: Props) {
  const regions = useChosenFirst(REGION_OPTIONS, value);
  return (
    <Combobox
      {...props}
      aria-labelledby={labelId}
      options={regions}
      createCustomValue
      placeholder="Choose or type one"
      value={value || null}
      // Should Grafana's combobox answer nothing, it shows nothing: nor may anything be kept then.
      onChange={(option) => onChange(option?.value ?? '')}
    />
  );
}
