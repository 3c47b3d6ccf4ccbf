import React, { createContext, useContext } from 'react';
import { IconButton, InteractiveTable, Stack, Text, type Column } from '@grafana/ui';

import { Ago } from '../../components/Times';
import { oneLine } from './Descriptions.utils';
import { titleOf, type Network, type NetworkRow } from './Networks.utils';

type OnOpen = (what: 'edit' | 'remove', network: Network) => void;

interface Props {
  networks: NetworkRow[];
  onOpen: OnOpen;
}

const ROWS = 25;

/** Context for cells: if columns changed, the table would remount its cells and focus would be lost. */
const OpenContext = createContext<OnOpen>(() => undefined);

type CellProps = { row: { original: NetworkRow } };

function Below({ children }: { children: React.ReactNode & {} }) {
  return (
    <Text element="p" variant="bodySmall" color="secondary">
      {children}
    </Text>
  );
}

function CidrCell({ row: { original } }: CellProps) {
  return (
    <>
      <span className={oneLine}>{original.cidr}</span>
      {original.outer && <Below>in {titleOf(original.outer)}</Below>}
    </>
  );
}

function NameCell({ row: { original } }: CellProps) {
  return (
    <>
      {original.name}
      {original.note && <Below>{original.note}</Below>}
    </>
  );
}

function Actions({ row: { original } }: CellProps) {
  const onOpen = useContext(OpenContext);
  return (
    <Stack gap={1} alignItems="center" justifyContent="flex-end">
      <IconButton name="pen" tooltip={`Edit ${titleOf(original)}`} onClick={() => onOpen('edit', original)} />
      <IconButton name="trash-alt" tooltip={`Remove ${titleOf(original)}`} onClick={() => onOpen('remove', original)} />
    </Stack>
  );
}

const COLUMNS: Array<Column<NetworkRow>> = [
  { id: 'cidr', header: 'Network', cell: CidrCell },
  { id: 'name', header: 'Name, note', sortType: 'alphanumeric', cell: NameCell },
  { id: 'added', header: 'Named', cell: ({ row }) => <Ago at={row.original.added} />, disableGrow: true },
  { id: 'actions', cell: Actions, disableGrow: true },
];

/** Table of the named networks. */
export function NetworksTable({ networks, onOpen }: Props) {
  return (
    <OpenContext.Provider value={onOpen}>
      <InteractiveTable columns={COLUMNS} data={networks} getRowId={({ cidr }) => cidr} pageSize={ROWS} />
    </OpenContext.Provider>
  );
}
