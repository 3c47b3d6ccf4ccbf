import React, { createContext, useContext } from 'react';
import { Button, IconButton, InteractiveTable, Stack, Text, type Column } from '@grafana/ui';

import { oneLine, signInOf, type Account } from './Descriptions.utils';

interface Props {
  accounts: Account[];
  /** Names by id, once they are known. */
  sources: ReadonlyMap<string, string> | undefined;
  /** Regions of accounts without regions of their own. */
  usual: readonly string[];
  onOpen: (what: 'edit' | 'test' | 'delete', account: Account) => void;
}

/** Context for cells: if columns changed, the table would remount its cells and focus would be lost. */
const TableContext = createContext<Props | undefined>(undefined);
const useTable = () => useContext(TableContext)!;

function SignIn({ account }: { account: Account }) {
  const { sources = new Map<string, string>() } = useTable();
  return (
    <Stack direction="column" gap={0}>
      <span>{signInOf(account, sources)}</span>
      {account.roleArn && account.sameAs === undefined && (
        <Text color="secondary" variant="bodySmall">
          {`then role ${account.roleArn}`}
        </Text>
      )}
    </Stack>
  );
}

/** Names, each kept on one line. */
function Names({ names }: { names: readonly string[] }) {
  return (
    <span>
      {names.map((name, at) => (
        <React.Fragment key={name}>
          {at > 0 && ', '}
          <span className={oneLine}>{name}</span>
        </React.Fragment>
      ))}
    </span>
  );
}

function Regions({ account: { regions } }: { account: Account }) {
  const { usual } = useTable();
  if (regions.length > 0) {
    return <Names names={regions} />;
  }
  if (usual.length === 0) {
    return <>All enabled</>;
  }
  return (
    <Stack direction="column" gap={0}>
      <Names names={usual} />
      <Text color="secondary" variant="bodySmall">
        FLOWSCOPE_AWS_REGIONS
      </Text>
    </Stack>
  );
}

function Actions({ account }: { account: Account }) {
  const { onOpen } = useTable();
  return (
    <Stack gap={1} alignItems="center" justifyContent="flex-end">
      <Button size="sm" variant="secondary" aria-label={`Test ${account.name}`} onClick={() => onOpen('test', account)}>
        Test
      </Button>
      <IconButton name="pen" tooltip={`Edit ${account.name}`} onClick={() => onOpen('edit', account)} />
      <IconButton name="trash-alt" tooltip={`Delete ${account.name}`} onClick={() => onOpen('delete', account)} />
    </Stack>
  );
}

const COLUMNS: Array<Column<Account>> = [
  { id: 'name', header: 'Name', sortType: 'alphanumeric' },
  { id: 'accessKeyId', header: 'Signs in with', cell: ({ row }) => <SignIn account={row.original} /> },
  { id: 'regions', header: 'Regions', cell: ({ row }) => <Regions account={row.original} /> },
  { id: 'actions', cell: ({ row }) => <Actions account={row.original} />, disableGrow: true },
];

/** Table of the accounts whose descriptions are synced. */
export function AccountsTable(props: Props) {
  return (
    <TableContext.Provider value={props}>
      <InteractiveTable columns={COLUMNS} data={props.accounts} getRowId={({ id }) => id} />
    </TableContext.Provider>
  );
}
