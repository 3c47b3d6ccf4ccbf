import React, { useMemo, useRef, useState } from 'react';
import { Button, ConfirmModal, EmptyState, FilterInput, LoadingPlaceholder, Stack, Text } from '@grafana/ui';

import { ChangeFailure } from '../../components/ChangeFailure';
import { Failure } from '../../components/Failure';
import { NothingFound } from '../../components/Found';
import { toastSuccess } from '../../components/toasts';
import { useNetworks, useRemoveNetwork } from './Descriptions.hooks';
import { NetworkDrawer } from './NetworkDrawer';
import { filterNetworks, titleOf, toRows, type NetworkRow } from './Networks.utils';
import { NetworksTable } from './NetworksTable';

/** The open drawer or modal; the network by CIDR, so that refetched data is shown. */
type Open = { what: 'add' } | { what: 'edit' | 'remove'; cidr: string };

/** So many can be looked through without a search. */
const FEW = 10;

/** CIDRs with names: what EC2 does not know, such as an office. */
export function Networks() {
  const { data, error, refetch } = useNetworks();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<Open>();
  const addButton = useRef<HTMLButtonElement>(null);
  const rows = useMemo(() => toRows(data ?? []), [data]);
  const found = useMemo(() => filterNetworks(rows, search), [rows, search]);
  const close = () => setOpen(undefined);
  const named = open && 'cidr' in open ? rows.find(({ cidr }) => cidr === open.cidr) : undefined;

  return (
    <section aria-labelledby="flowscope-networks">
      <Stack direction="column" gap={2}>
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={2}>
          <Text element="h2" variant="h4" id="flowscope-networks">
            Named networks
          </Text>
          <Button ref={addButton} icon="plus" onClick={() => setOpen({ what: 'add' })}>
            Name a network
          </Button>
        </Stack>
        <Text element="p" color="secondary">
          Names for what EC2 does not know, such as an office or a data centre. Of networks in one another the longest
          prefix counts. A network that is added or removed changes what is collected from then on; another name shows
          within a minute, over old data too.
        </Text>
        {error && <Failure title="The networks cannot be shown" error={error} onRetry={() => void refetch()} />}
        {!data && !error && <LoadingPlaceholder text="Loading networks" />}
        {data?.length === 0 && (
          <EmptyState variant="call-to-action" hideImage message="No named network yet">
            Until there is one, reports call addresses outside AWS “Internet” or “Unowned private range”.
          </EmptyState>
        )}
        {rows.length > FEW && (
          <FilterInput
            aria-label="Search networks"
            placeholder="Search by CIDR, name or note"
            escapeRegex={false}
            width={40}
            value={search}
            onChange={setSearch}
          />
        )}
        {rows.length > 0 && found.length === 0 && <NothingFound search={search} onClear={() => setSearch('')} />}
        {found.length > 0 && <NetworksTable networks={found} onOpen={(what, { cidr }) => setOpen({ what, cidr })} />}
      </Stack>
      {data && (open?.what === 'add' || (open?.what === 'edit' && named)) && (
        // Input belongs to one network, even if that is refetched.
        <NetworkDrawer key={named?.cidr ?? 'new'} network={named} networks={data} onClose={close} />
      )}
      {open?.what === 'remove' && named && (
        <RemoveModal
          network={named}
          onClose={close}
          onRemoved={() => {
            close();
            // The button that opened it has gone with its row. The dialog holds the focus as long as it is there.
            requestAnimationFrame(() => addButton.current?.focus());
          }}
        />
      )}
    </section>
  );
}

interface RemoveProps {
  network: NetworkRow;
  onClose: () => void;
  onRemoved: () => void;
}

function RemoveModal({ network, onClose, onRemoved }: RemoveProps) {
  const removing = useRemoveNetwork();
  const then = network.outer ? `count as ${titleOf(network.outer)}` : 'are addresses without a name';
  return (
    <ConfirmModal
      isOpen
      title={`Remove ${titleOf(network)}?`}
      body={`In traffic that is collected from now on its addresses ${then}. Traffic that was collected keeps the name.`}
      description={
        removing.error && (
          <ChangeFailure title="The network was not removed" change={removing} onReload={() => undefined} />
        )
      }
      confirmText="Remove"
      onConfirm={() =>
        removing.mutateAsync(network).then(
          () => {
            toastSuccess(`${network.cidr} is no longer called ${network.name}.`);
            onRemoved();
          },
          () => undefined
        )
      }
      onDismiss={onClose}
    />
  );
}
