import React, { useMemo, useState } from 'react';
import { Controller, FormProvider, useForm, useWatch } from 'react-hook-form';
import { Button, Combobox, Drawer, Field, Input, Label, MultiCombobox, RadioButtonGroup, Stack } from '@grafana/ui';

import { accountInput } from '../../../contract/access';
import { toFailure } from '../../api/failure';
import { AccessFields } from '../../components/AccessFields';
import { ChangeFailure } from '../../components/ChangeFailure';
import { DrawerBody } from '../../components/DrawerBody';
import { contractResolver, refuseField } from '../../components/forms';
import { REGION_OPTIONS } from '../../components/regions';
import { sayDone } from '../../components/toast';
import { useChosenFirst } from '../../components/useChosenFirst';
import { useAccounts, useSaveAccount } from './Descriptions.hooks';
import {
  accountValues,
  listed,
  missingOfAccount,
  toAccountInput,
  type Account,
  type AccountValues,
} from './Descriptions.utils';

interface Props {
  /** The one to change, as it was when this was opened; without it, one is added. */
  account?: Account;
  /** Names of sources by id, once they are known. */
  sources?: ReadonlyMap<string, string>;
  /** The regions of accounts that name none. */
  usual: readonly string[];
  onClose: () => void;
  /** Called instead of `onClose` when it was saved and is to be tested. */
  onTest: (saved: Account) => void;
}

const WAYS = [
  { label: 'Own credentials', value: 'own' as const },
  { label: 'Same as a source', value: 'source' as const },
];
const ACCESS_HELP = {
  key: 'Of an IAM user that has only the permissions shown under Required policy.',
  role: 'A role to take on, as in the account whose names are read.',
};
const FIELDS = ['name', 'regions', 'sameAs', 'accessKeyId', 'secretAccessKey', 'roleArn', 'externalId'] as const;

const NO_SOURCES: ReadonlyMap<string, string> = new Map();

/** Adds an account, or changes one. */
export function AccountDrawer({ account, sources = NO_SOURCES, usual, onClose, onTest }: Props) {
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
  const { control, register, setError, handleSubmit, reset, formState } = form;
  const { errors } = formState;
  const [as, sameAs] = useWatch({ control, name: ['as', 'sameAs'] });
  const named = useMemo(() => [...sources].map(([value, label]) => ({ value, label })), [sources]);
  const offered = useChosenFirst(named, named.some(({ value }) => value === sameAs) ? sameAs : undefined);

  const save = (then: (saved: Account) => void) =>
    handleSubmit(async (values) => {
      await saving.mutateAsync(accountInput.parse(toAccountInput(values))).then(
        (saved) => {
          sayDone(`Account ${saved.name} is ${stored ? 'changed' : 'added'}.`);
          then(saved);
        },
        (error: unknown) => {
          if (refuseField(toFailure(error), setError, FIELDS)) {
            saving.reset();
          }
        }
      );
    });
  const saveAndTest = save(onTest);

  /** Takes what somebody else saved meanwhile; what was typed stays. */
  const reload = async () => {
    const latest = (await refetch()).data?.find(({ id }) => id === stored?.id);
    if (latest) {
      setStored(latest);
      reset(accountValues(latest), { keepDirtyValues: true });
    }
  };

  return (
    <Drawer
      title={stored ? `Edit account ${stored.name}` : 'Add an account'}
      subtitle="Whose interfaces, instances, subnets and VPCs are read by name."
      onClose={onClose}
    >
      <DrawerBody>
        <FormProvider {...form}>
          <form onSubmit={(event) => void saveAndTest(event)} noValidate>
            <Stack direction="column" gap={3}>
              <Field noMargin required label="Name" invalid={!!errors.name} error={errors.name?.message}>
                <Input {...register('name')} id="account-name" placeholder="production" autoComplete="off" />
              </Field>
              <Field
                noMargin
                label="Sign in with"
                description={
                  sources.size === 0 ? 'Once there is a source, the account may sign in as that one does.' : undefined
                }
              >
                <Controller
                  control={control}
                  name="as"
                  render={({ field: { ref: _, ...field } }) => (
                    <RadioButtonGroup
                      {...field}
                      aria-label="Sign in with"
                      options={WAYS}
                      disabledOptions={sources.size === 0 ? ['source'] : []}
                    />
                  )}
                />
              </Field>
              {as === 'own' ? (
                <AccessFields help={ACCESS_HELP} stored={stored?.sameAs === undefined ? stored : undefined} />
              ) : (
                <Field
                  noMargin
                  required
                  label="Source"
                  description="What that source changes of its credentials or role goes for this account too."
                  htmlFor="account-source"
                  invalid={!!errors.sameAs}
                  error={errors.sameAs?.message}
                >
                  <Controller
                    control={control}
                    name="sameAs"
                    render={({ field: { ref: _, onChange, value, ...field } }) => (
                      <Combobox
                        {...field}
                        id="account-source"
                        placeholder="Choose a source"
                        options={offered}
                        value={value || null}
                        // Should it answer nothing, against its type, it shows nothing: nor may anything be kept then.
                        onChange={(option: { value: string } | undefined) => onChange(option?.value ?? '')}
                      />
                    )}
                  />
                </Field>
              )}
              <Field
                noMargin
                // This combobox takes no id: its label names it the other way round.
                label={
                  <Label
                    id="account-regions"
                    description={`Empty: every region seen in the flow logs${usual.length > 0 ? `, now ${listed(usual)}` : '; none yet'}. Others can be typed.`}
                  >
                    Regions
                  </Label>
                }
                invalid={!!errors.regions}
                error={regionsError(errors.regions)}
              >
                <Controller
                  control={control}
                  name="regions"
                  render={({ field: { ref: _, onChange, ...field } }) => (
                    <MultiCombobox
                      {...field}
                      aria-labelledby="account-regions"
                      placeholder="Choose or type regions"
                      createCustomValue
                      isClearable
                      options={REGION_OPTIONS}
                      onChange={(options) => onChange(options.map(({ value }) => value))}
                    />
                  )}
                />
              </Field>
              <ChangeFailure title="The account was not saved" change={saving} onReload={reload} />
              <Stack gap={1} wrap="wrap">
                <Button type="submit" disabled={saving.isPending}>
                  {saving.isPending ? 'Saving…' : 'Save and test'}
                </Button>
                <Button
                  type="button"
                  variant="secondary"
                  disabled={saving.isPending}
                  onClick={(event) => void save(onClose)(event)}
                >
                  Save
                </Button>
                <Button type="button" variant="secondary" fill="text" onClick={onClose}>
                  Cancel
                </Button>
              </Stack>
            </Stack>
          </form>
        </FormProvider>
      </DrawerBody>
    </Drawer>
  );
}

/** One of several regions may be wrong; what is said of it stands at the field. */
function regionsError(error: unknown): string | undefined {
  const all = [error, ...(Array.isArray(error) ? (error as unknown[]) : [])];
  return all.map((one) => (one as { message?: string } | undefined)?.message).find(Boolean);
}
