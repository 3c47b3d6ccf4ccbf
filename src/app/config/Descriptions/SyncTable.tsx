import React, { useMemo } from 'react';
import { Icon, InteractiveTable, Stack, type Column } from '@grafana/ui';

import { formatCount } from '../../../reports/units';
import { KINDS, oneLine, READ_KINDS, type SyncRegion } from './Descriptions.utils';

const ROWS = 10;

function Found({ region, kind }: { region: SyncRegion; kind: string }) {
  const count = region.kinds[kind];
  if (!count) {
    return <>{region.error === undefined ? '0' : '–'}</>;
  }
  return <>{`${formatCount(count.found)} found, ${formatCount(count.named)} named`}</>;
}

function Outcome({ region: { error } }: { region: SyncRegion }) {
  return (
    <Stack gap={1} alignItems="center">
      <Icon name={error === undefined ? 'check-circle' : 'exclamation-triangle'} />
      <span>{error ?? 'Read'}</span>
    </Stack>
  );
}

const COLUMNS: Array<Column<SyncRegion>> = [
  { id: 'account', header: 'Account' },
  { id: 'region', header: 'Region', cell: ({ row }) => <span className={oneLine}>{row.original.region}</span> },
  ...READ_KINDS.map((kind) => ({
    id: kind,
    header: KINDS[kind].many,
    cell: ({ row }: { row: { original: SyncRegion } }) => <Found region={row.original} kind={kind} />,
  })),
  { id: 'error', header: 'Result', cell: ({ row }) => <Outcome region={row.original} /> },
];

/** What a sync found, named and missed, per account and region; what failed comes first. */
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
