import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { networkInput } from '../../../contract/networks';
import { toFailure } from '../../api/failure';
import { contractResolver, refuseField } from '../../components/forms';
import { toastSuccess } from '../../components/toasts';
import { useNetworks, useSaveNetwork } from './Descriptions.hooks';
import type { Network } from './Networks.utils';

const FIELDS = ['cidr', 'name', 'note'] as const;

/** The values of the form. */
export interface NetworkValues {
  cidr: string;
  name: string;
  note: string;
}

const valuesOf = (network?: Network): NetworkValues => ({
  cidr: network?.cidr ?? '',
  name: network?.name ?? '',
  note: network?.note ?? '',
});

const toInput = ({ cidr, name, note }: NetworkValues) => ({ cidr: cidr.trim(), name: name.trim(), note: note.trim() });

const missing = ({ cidr, name }: NetworkValues) => ({
  ...(!cidr.trim() && { cidr: 'Enter a network, as in 10.0.0.0/8' }),
  ...(!name.trim() && { name: 'Enter a name' }),
});

/** Form state of a network that is edited or added, and saving it. */
export function useNetworkForm(network: Network | undefined, onSaved: () => void) {
  // The version that the form was filled from; the list may already have a newer one.
  const [stored, setStored] = useState(network);
  const { refetch } = useNetworks();
  const saving = useSaveNetwork(stored);
  const form = useForm<NetworkValues>({
    defaultValues: valuesOf(stored),
    resolver: contractResolver<NetworkValues>(networkInput, toInput, missing),
  });
  const { setError, handleSubmit, reset } = form;

  const save = handleSubmit(async (values) => {
    await saving.mutateAsync(networkInput.parse(toInput(values))).then(
      ({ cidr, name }) => {
        toastSuccess(stored ? `${cidr} is changed.` : `${cidr} is called ${name} in traffic collected from now on.`);
        onSaved();
      },
      (error: unknown) => {
        if (refuseField(toFailure(error), setError, FIELDS)) {
          saving.reset();
        }
      }
    );
  });

  /** Loads what somebody else saved in the meantime; input is kept. */
  const reload = async () => {
    const latest = (await refetch()).data?.find(({ cidr }) => cidr === stored?.cidr);
    if (latest) {
      setStored(latest);
      reset(valuesOf(latest), { keepDirtyValues: true });
    }
  };
  return { form, stored, saving, save, reload };
}
