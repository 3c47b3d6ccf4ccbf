import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { accountInput } from '../../../contract/access';
import { toFailure } from '../../api/failure';
import { contractResolver, refuseField } from '../../components/forms';
import { toastSuccess } from '../../components/toasts';
import { useAccounts, useSaveAccount } from './Descriptions.hooks';
import {
  accountValues,
  missingOfAccount,
  toAccountInput,
  type Account,
  type AccountValues,
} from './Descriptions.utils';

const FIELDS = ['name', 'regions', 'sameAs', 'accessKeyId', 'secretAccessKey', 'roleArn', 'externalId'] as const;

/** The form of an account as it was when this was opened, or of a new one, and its saving. */
export function useAccountForm(account: Account | undefined) {
  // What the form was filled from, and what its changes are meant for: the list may know a newer one by now.
  const [stored, setStored] = useState(account);
  const { refetch } = useAccounts();
  const saving = useSaveAccount(stored);
  const form = useForm<AccountValues>({
    defaultValues: accountValues(stored),
    resolver: contractResolver<AccountValues>(accountInput, toAccountInput, (values) =>
      missingOfAccount(values, stored)
    ),
  });
  const { setError, handleSubmit, reset } = form;

  /** Saves what was typed, and goes on with what was saved. */
  const save = (then: (saved: Account) => void) =>
    handleSubmit(async (values) => {
      await saving.mutateAsync(accountInput.parse(toAccountInput(values))).then(
        (saved) => {
          toastSuccess(`Account ${saved.name} is ${stored ? 'changed' : 'added'}.`);
          then(saved);
        },
        (error: unknown) => {
          if (refuseField(toFailure(error), setError, FIELDS)) {
            saving.reset();
          }
        }
      );
    });

  /** Takes what somebody else saved meanwhile; what was typed stays. */
  const reload = async () => {
    const latest = (await refetch()).data?.find(({ id }) => id === stored?.id);
    if (latest) {
      setStored(latest);
      reset(accountValues(latest), { keepDirtyValues: true });
    }
  };
  return { form, stored, saving, save, reload };
}
