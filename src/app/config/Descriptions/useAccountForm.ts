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

/** Form state of an account that is edited or added, and saving it. */
export function useAccountForm(account: Account | undefined) {
  // The version that the form was filled from; the list may already have a newer one.
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

  /** Saves the form, then calls `then` with the saved account. */
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

  /** Loads what somebody else saved in the meantime; input is kept. */
  const reload = async () => {
    const latest = (await refetch()).data?.find(({ id }) => id === stored?.id);
    if (latest) {
      setStored(latest);
      reset(accountValues(latest), { keepDirtyValues: true });
    }
  };
  return { form, stored, saving, save, reload };
}
