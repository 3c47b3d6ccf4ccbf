import React, { useMemo } from 'react';
import { Icon, InteractiveTable, Spinner, Stack, Text, type Column } from '@grafana/ui';

import { formatCount } from '../../../reports/units';
import { KINDS, oneLine, READ_KINDS, type SyncProgress, type SyncRegion } from './Descriptions.utils';

const ROWS = 10;

/** A result, or how far it is. */
type Row = SyncRegion | SyncProgress;

const isReading = (row: Row) => 'state' in row && row.state === 'reading';

function FoundCount({ region, kind }: { region: Row; kind: string }) {
  const count = region.kinds[kind];
  if (!count) {
    const isRead = region.error === undefined && region.leftOut === undefined && !isReading(region);
    return <>{isRead ? '0' : '–'}</>;
  }
  if (isReading(region)) {
    return <span className={oneLine}>{formatCount(count.found)} so far</span>;
  }
  return (
    <>
      <span className={oneLine}>{formatCount(count.found)} found,</span>{' '}
      <span className={oneLine}>{formatCount(count.named)} named</span>
    </>
  );
}

function Place({ region: { account, accountId, region } }: { region: Row }) {
  return (
    <>
      {account}
      {accountId !== undefined && accountId !== account && ` (${accountId})`}
      <Text element="p" variant="bodySmall" color="secondary">
        <span className={oneLine}>{region}</span>
      </Text>
    </>
  );
}

function Outcome({ region }: { region: Row }) {
  const { error, leftOut } = region;
  if (isReading(region)) {
    return (
      <Stack gap={1} alignItems="center">
        <Spinner inline />
        <span>Reading</span>
      </Stack>
    );
  }
  if (leftOut !== undefined) {
    return (
      <Stack gap={1} alignItems="center">
        <Icon name="minus-circle" />
        <span>{`Left out: ${leftOut} Nobody has named this region, and no flow logs of it were collected.`}</span>
      </Stack>
    );
  }
  return (
    <Stack gap={1} alignItems="center">
      <Icon name={error === undefined ? 'check-circle' : 'exclamation-triangle'} />
      <span>{error ?? 'Read'}</span>
    </Stack>
  );
}

/** Errors come right after the place: at the end, narrow windows would cut them off. */
const COLUMNS: Array<Column<Row>> = [
  { id: 'account', header: 'Account, region', cell: ({ row }) => <Place region={row.original} /> },
  { id: 'error', header: 'Result', cell: ({ row }) => <Outcome region={row.original} /> },
  ...READ_KINDS.map((kind) => ({
    id: kind,
    header: KINDS[kind].many,
    cell: ({ row }: { row: { original: Row } }) => <FoundCount region={row.original} kind={kind} />,
  })),
];

/** What comes first: failures, then what is being read. */
const rankOf = (row: Row) => (row.error !== undefined ? 0 : isReading(row) ? 1 : row.leftOut === undefined ? 2 : 3);

/** Result of a sync per account and region, failures first. */
export function SyncTable({ regions }: { regions: readonly Row[] }) {
  const rows = useMemo(() => [...regions].sort((a, b) => rankOf(a) - rankOf(b)), [regions]);
  return (
    <InteractiveTable
      columns={COLUMNS}
      data={rows}
      pageSize={ROWS}
      getRowId={({ account, region }) => `${account} ${region}`}
    />
  );
}
