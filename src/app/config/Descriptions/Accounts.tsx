import React, { useRef, useState } from 'react';
import { Button, ConfirmModal, EmptyState, LoadingPlaceholder, Stack, Text } from '@grafana/ui';

import { useInvalidate } from '../../api/useChange';
import { ChangeFailure } from '../../components/ChangeFailure';
import { Failure } from '../../components/Failure';
import { toastSuccess } from '../../components/toasts';
import { AccountDrawer } from './AccountDrawer';
import { AccountsTable } from './AccountsTable';
import { useAccounts, useDeleteAccount, useSourceNames } from './Descriptions.hooks';
import type { Account } from './Descriptions.utils';
import { PolicyDrawer } from './PolicyDrawer';
import { TestDrawer } from './TestDrawer';

/** The open drawer or modal; the account by id, so that refetched data is shown. */
type Open = { what: 'add' | 'policy' } | { what: 'edit' | 'test' | 'delete'; id: string };

/** Accounts whose descriptions are synced. `usual`: regions of accounts without regions of their own. */
export function Accounts({ usual }: { usual: readonly string[] }) {
  const { data: accounts, error, refetch } = useAccounts();
  const sources = useSourceNames();
  const [open, setOpen] = useState<Open>();
  const addButton = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(undefined);
  const named = open && 'id' in open ? accounts?.find(({ id }) => id === open.id) : undefined;

  return (
    <section aria-labelledby="flowscope-accounts">
      <Stack direction="column" gap={2}>
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={2}>
          <Text element="h2" variant="h4" id="flowscope-accounts">
            Accounts
          </Text>
          <Stack gap={1} wrap="wrap">
            <Button variant="secondary" icon="shield" onClick={() => setOpen({ what: 'policy' })}>
              Required policy
            </Button>
            <Button ref={addButton} icon="plus" onClick={() => setOpen({ what: 'add' })}>
              Add account
            </Button>
          </Stack>
        </Stack>
        {error && <Failure title="The accounts cannot be shown" error={error} onRetry={() => void refetch()} />}
        {!accounts && !error && <LoadingPlaceholder text="Loading accounts" />}
        {accounts?.length === 0 && (
          <EmptyState variant="call-to-action" hideImage message="No account yet">
            Until there is one, descriptions are read with the machine’s own credentials. Add an account to use an
            access key, to assume a role, or to read several accounts.
          </EmptyState>
        )}
        {accounts && accounts.length > 0 && (
          <AccountsTable
            accounts={accounts}
            sources={sources.data}
            usual={usual}
            onOpen={(what, { id }) => setOpen({ what, id })}
          />
        )}
      </Stack>
      {open?.what === 'policy' && <PolicyDrawer onClose={close} />}
      {(open?.what === 'add' || open?.what === 'edit') && (
        <AccountDrawer
          // Input belongs to one account, even if the account is refetched.
          key={'id' in open ? open.id : 'new'}
          account={named}
          sources={sources.data}
          usual={usual}
          onClose={close}
          onTest={({ id }) => setOpen({ what: 'test', id })}
        />
      )}
      {open?.what === 'test' && named && <TestDrawer account={named} onClose={close} />}
      {open?.what === 'delete' && named && (
        <DeleteModal
          account={named}
          onClose={close}
          onDeleted={() => {
            close();
            // The button that opened it has gone with its row. The dialog holds the focus as long as it is there.
            requestAnimationFrame(() => addButton.current?.focus());
          }}
        />
      )}
    </section>
  );
}

function DeleteModal({
  account,
  onClose,
  onDeleted,
}: {
  account: Account;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const deleting = useDeleteAccount();
  const reload = useInvalidate('accounts');
  return (
    <ConfirmModal
      isOpen
      title={`Delete account ${account.name}?`}
      body="Its descriptions are no longer read. Those already read are kept."
      description={
        deleting.error && <ChangeFailure title="The account was not deleted" change={deleting} onReload={reload} />
      }
      confirmText="Delete"
      onConfirm={() =>
        deleting.mutateAsync(account).then(
          ({ stays }) => {
            toastSuccess(`Account ${account.name} is deleted. ${stays}`);
            onDeleted();
          },
          () => undefined
        )
      }
      onDismiss={onClose}
    />
  );
}
