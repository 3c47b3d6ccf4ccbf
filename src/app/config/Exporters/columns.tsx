import React from 'react';
import { Checkbox, Stack, Switch, Text, type Column } from '@grafana/ui';

import { EXPORTER_SILENT } from '../../../contract/bounds';
import { HealthBadge, minutes, RECEIVING_MEANINGS, type RecordHealth } from '../../components/HealthBadge';
import { Rate } from '../../components/Rate';
import { SeenTimes } from '../../components/Times';
import { AliasCell } from './AliasCell';
import { useExporterActions } from './ExporterActions';
import type { ExporterRow } from './Exporters.utils';

type CellProps = { row: { original: ExporterRow } };

const FROM = { vpc: 'vpc-id', subnet: 'subnet', interface: 'interface' } as const;

/** What each state means. Idle exporters have been silent for 30 days. */
const HEALTH_MEANINGS: Readonly<Record<RecordHealth, string>> = {
  ...RECEIVING_MEANINGS,
  silent: `No record of it came for ${minutes(EXPORTER_SILENT)}: nothing flows there, or its flow log is gone.`,
  idle: 'Nothing came from it for 30 days: it keeps its history and frees its place in the limit. When it shows up again it takes one, if there is room.',
  disabled: 'Its records are left out of the reports, only their number is kept, and it takes no place in the limit.',
};

function SelectCell({ row: { original } }: CellProps) {
  const { selected, select } = useExporterActions();
  return (
    <Checkbox
      aria-label={`Select ${original.title}`}
      value={selected.has(original.id)}
      onChange={({ currentTarget }) => select(original.id, currentTarget.checked)}
    />
  );
}

function EnabledCell({ row: { original } }: CellProps) {
  const { isChanging, switchOn, switchOff } = useExporterActions();
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      <Switch
        aria-label={`Enabled: ${original.title}`}
        value={original.enabled}
        disabled={isChanging}
        onChange={() => (original.enabled ? switchOff([original]) : switchOn([original]))}
      />
      <HealthBadge health={original.health} meaning={HEALTH_MEANINGS[original.health]} />
    </Stack>
  );
}

function AccountCell({ row: { original } }: CellProps) {
  return (
    <>
      {original.accountName ?? original.account}
      {original.accountName !== undefined && (
        <Text element="p" variant="bodySmall" color="secondary">
          {original.account}
        </Text>
      )}
      <Text element="p" variant="bodySmall" color="secondary">
        {original.from === 'vpc' ? original.vpc || 'VPC without a name' : 'VPC unknown'}, from {FROM[original.from]}
      </Text>
    </>
  );
}

/** Columns of the table. Constant, because changing columns would remount cells and lose input. */
export const COLUMNS: Array<Column<ExporterRow>> = [
  { id: 'select', cell: SelectCell, disableGrow: true },
  { id: 'title', header: 'Exporter', sortType: 'basic', cell: ({ row }) => <AliasCell row={row.original} /> },
  { id: 'account', header: 'Account, VPC', sortType: 'basic', cell: AccountCell },
  {
    id: 'lastSeen',
    header: 'Last seen',
    sortType: 'basic',
    cell: ({ row: { original } }) => <SeenTimes last={original.lastSeen} first={original.firstSeen} />,
  },
  {
    id: 'recordsPerMinute',
    header: 'Records/min',
    sortType: 'basic',
    cell: ({ row }) => <Rate perMinute={row.original.recordsPerMinute} />,
  },
  { id: 'health', header: 'Enabled, health', sortType: 'basic', cell: EnabledCell, disableGrow: true },
];
