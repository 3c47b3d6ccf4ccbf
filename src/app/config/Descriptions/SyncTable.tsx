import React, { useMemo } from 'react';
import { Icon, InteractiveTable, Stack, Text, type Column } from '@grafana/ui';

import { formatCount } from '../../../reports/units';
import { KINDS, oneLine, READ_KINDS, type SyncRegion } from './Descriptions.utils';

const ROWS = 10;

function FoundCount({ region, kind }: { region: SyncRegion; kind: string }) {
  const count = region.kinds[kind];
  if (!count) {
    return <>{region.error === undefined ? '0' : '–'}</>;
  }
  return (
    <>
      <span className={oneLine}>{formatCount(count.found)} found,</span>{' '}
      <span className={oneLine}>{formatCount(count.named)} named</span>
    </>
  );
}

function Place({ region: { account, region } }: { region: SyncRegion }) {
  return (
    <>
      {account}
      <Text element="p" variant="bodySmall" color="secondary">
        <span className={oneLine}>{region}</span>
      </Text>
    </>
  );
}

function Outcome({ region: { error } }: { region: SyncRegion }) {
  return (
    <Stack gap={1} alignItems="center">
      <Icon name={error === undefined ? 'check-circle' : 'exclamation-triangle'} />
      <span>{error ?? 'Read'}</span>
    </Stack>
  );
}

/** Errors come right after the place: at the end, narrow windows would cut them off. */
const COLUMNS: Array<Column<SyncRegion>> = [
  { id: 'account', header: 'Account, region', cell: ({ row }) => <Place region={row.original} /> },
  { id: 'error', header: 'Result', cell: ({ row }) => <Outcome region={row.original} /> },
  ...READ_KINDS.map((kind) => ({
    id: kind,
    header: KINDS[kind].many,
    cell: ({ row }: { row: { original: SyncRegion } }) => <FoundCount region={row.original} kind={kind} />,
  })),
];

/** Result of a sync per account and region, failures first. */
export function SyncTable({ regions }: { regions: readonly SyncRegion[] }) {
  const rows = useMemo(
    () => [...regions].sort((a, b) => Number(b.error !== undefined) - Number(a.error !== undefined)),
    [regions]
  );
  return (
    <InteractiveTable
      columns={COLUMNS}
      data={rows}
      pageSize={ROWS}
      getRowId={({ account, region }) => `${account} ${region}`}
    />
  );
}
