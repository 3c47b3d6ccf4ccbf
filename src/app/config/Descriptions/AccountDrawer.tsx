import React from 'react';
import { FormProvider } from 'react-hook-form';
import { Button, Drawer, Stack } from '@grafana/ui';

import { ChangeFailure } from '../../components/ChangeFailure';
import { DrawerBody } from '../../components/DrawerBody';
import { AccountFields } from './AccountFields';
import type { Account } from './Descriptions.utils';
import { useAccountForm } from './useAccountForm';

interface Props {
  /** The account to edit, as it was when this was opened; absent to add one. */
  account?: Account;
  /** Names of sources by id, once they are known. */
  sources?: ReadonlyMap<string, string>;
  /** Regions of accounts without regions of their own. */
  usual: readonly string[];
  onClose: () => void;
  /** Called instead of `onClose` after Save and test. */
  onTest: (saved: Account) => void;
}

const NO_SOURCES: ReadonlyMap<string, string> = new Map();

/** Form for adding or editing an account. */
export function AccountDrawer({ account, sources = NO_SOURCES, usual, onClose, onTest }: Props) {
  const { form, stored, saving, save, reload } = useAccountForm(account);
  const saveAndTest = save(onTest);
  return (
    <Drawer
      title={stored ? `Edit account ${stored.name}` : 'Add an account'}
      subtitle="Descriptions of its interfaces, instances, subnets and VPCs are read."
      onClose={onClose}
    >
      <DrawerBody>
        <FormProvider {...form}>
          <form onSubmit={(event) => void saveAndTest(event)} noValidate>
            <Stack direction="column" gap={3}>
              <AccountFields stored={stored} sources={sources} usual={usual} />
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
