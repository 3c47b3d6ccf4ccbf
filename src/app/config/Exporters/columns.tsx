import React from 'react';
import { css } from '@emotion/css';
import { Badge, Checkbox, Stack, Switch, Text, Tooltip, type Column } from '@grafana/ui';

import { EXPORTER_LATE, EXPORTER_SILENT } from '../../../contract/bounds';
import { Ago } from '../../components/Times';
import { AliasCell } from './AliasCell';
import { useExporterActions } from './ExporterActions';
import type { ExporterHealth, ExporterRow } from './Exporters.utils';

type CellProps = { row: { original: ExporterRow } };

const FROM = { vpc: 'vpc-id', subnet: 'subnet', interface: 'interface' } as const;

const minutes = (seconds: number) => `${seconds / 60} minutes`;

/** What a badge says, and what that means. Idle exporters have been silent for 30 days. */
const HEALTH: Readonly<
  Record<ExporterHealth, { color: 'green' | 'orange' | 'red' | 'blue' | 'darkgrey'; text: string; tooltip: string }>
> = {
  receiving: {
    color: 'green',
    text: 'Receiving',
    tooltip: `Its records come as they should: the newest end less than ${minutes(EXPORTER_LATE)} ago.`,
  },
  late: {
    color: 'orange',
    text: 'Late',
    tooltip: `Its newest records end more than ${minutes(EXPORTER_LATE)} ago: AWS delivers late, there is a backlog, or its traffic has just stopped.`,
  },
  silent: {
    color: 'red',
    text: 'Silent',
    tooltip: `No record of it came for ${minutes(EXPORTER_SILENT)}: nothing flows there, or its flow log is gone.`,
  },
  idle: {
    color: 'blue',
    text: 'Idle',
    tooltip:
      'Nothing came from it for 30 days: it keeps its history and frees its place in the limit. When it shows up again it takes one, if there is room.',
  },
  disabled: {
    color: 'darkgrey',
    text: 'Disabled',
    tooltip: 'Its records are left out of the reports, only their number is kept, and it takes no place in the limit.',
  },
};

/** Options of the filter by health. */
export const HEALTH_OPTIONS = [
  { label: 'All', value: undefined },
  ...(Object.keys(HEALTH) as ExporterHealth[]).map((value) => ({ label: HEALTH[value].text, value })),
];

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

function Health({ of: { health } }: { of: ExporterRow }) {
  const { color, text, tooltip } = HEALTH[health];
  return (
    // In reach of the keyboard: the tooltip is the only place that says what it means.
    <Tooltip content={tooltip}>
      <span tabIndex={0} role="note">
        <Badge color={color} text={text} />
      </span>
    </Tooltip>
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
      <Health of={original} />
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

/** Times, each kept on one line. */
function SeenCell({ row: { original } }: CellProps) {
  return (
    <span className={css({ whiteSpace: 'nowrap' })}>
      <Ago at={original.lastSeen} />
      <Text element="p" variant="bodySmall" color="secondary">
        first <Ago at={original.firstSeen} />
      </Text>
    </span>
  );
}

/** Shown where the sidecar leaves out `recordsPerMinute`. */
const NO_RATE_YET =
  'Only records that are older than an hour have come so far: a backlog, which says nothing of the rate.';

function RateCell({ row: { original } }: CellProps) {
  const { recordsPerMinute: rate } = original;
  return rate === undefined ? (
    <Tooltip content={NO_RATE_YET}>
      <span tabIndex={0} role="note">
        –
      </span>
    </Tooltip>
  ) : (
    <>{rate.toLocaleString('en-US', { maximumFractionDigits: rate < 10 ? 1 : 0 })}</>
  );
}

/** Columns of the table. Constant, because changing columns would remount cells and lose input. */
export const COLUMNS: Array<Column<ExporterRow>> = [
  { id: 'select', cell: SelectCell, disableGrow: true },
  { id: 'title', header: 'Exporter', sortType: 'basic', cell: ({ row }) => <AliasCell row={row.original} /> },
  { id: 'account', header: 'Account, VPC', sortType: 'basic', cell: AccountCell },
  { id: 'lastSeen', header: 'Last seen', sortType: 'basic', cell: SeenCell },
  { id: 'recordsPerMinute', header: 'Records/min', sortType: 'basic', cell: RateCell },
  { id: 'health', header: 'Enabled, health', sortType: 'basic', cell: EnabledCell, disableGrow: true },
];
