import React from 'react';
import { css } from '@emotion/css';
import { Badge, Checkbox, Switch, Text, Tooltip, type Column } from '@grafana/ui';

import { Ago } from '../../components/Times';
import { AliasCell } from './AliasCell';
import { useExporterActions } from './ExporterActions';
import type { ExporterRow, ExporterState } from './Exporters.utils';

type CellProps = { row: { original: ExporterRow } };

const FROM = { vpc: 'vpc-id', subnet: 'subnet', interface: 'interface' } as const;

const STATES: Readonly<Record<ExporterState, { color: 'green' | 'blue' | 'orange'; text: string; tooltip: string }>> = {
  counted: { color: 'green', text: 'counted', tooltip: 'Its records are counted, and it has a place in the limit.' },
  idle: {
    color: 'blue',
    text: 'idle',
    tooltip:
      'Nothing came from it for 30 days: it keeps its history and frees its place in the limit. When it shows up again it takes one, if there is room.',
  },
  disabled: {
    color: 'orange',
    text: 'disabled',
    tooltip: 'Its records are dropped and counted, and it takes no place in the limit.',
  },
};

/** What the state filter calls each state. */
export const STATE_OPTIONS = [
  { label: 'All', value: undefined },
  { label: 'Counted', value: 'counted' as const },
  { label: 'Idle', value: 'idle' as const },
  { label: 'Disabled', value: 'disabled' as const },
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

function StateCell({ row: { original } }: CellProps) {
  const { color, text, tooltip } = STATES[original.state];
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
    <Switch
      aria-label={`Enabled: ${original.title}`}
      value={original.enabled}
      disabled={isChanging}
      onChange={() => (original.enabled ? switchOff([original]) : switchOn([original]))}
    />
  );
}

function VpcCell({ row: { original } }: CellProps) {
  return original.from === 'vpc' ? <>{original.vpc || '–'}</> : <Text color="secondary">unknown</Text>;
}

/** On one line, however narrow the table gets. */
function Seen({ at }: { at: number }) {
  return (
    <span className={css({ whiteSpace: 'nowrap' })}>
      <Ago at={at} />
    </span>
  );
}

const rate = (n: number) => n.toLocaleString('en-US', { maximumFractionDigits: n < 10 ? 1 : 0 });

/** What the table shows of an exporter. They never change, lest cells lose what is typed. */
export const COLUMNS: Array<Column<ExporterRow>> = [
  { id: 'select', cell: SelectCell, disableGrow: true },
  { id: 'title', header: 'Exporter', sortType: 'basic', cell: ({ row }) => <AliasCell row={row.original} /> },
  { id: 'account', header: 'Account', sortType: 'basic' },
  { id: 'vpc', header: 'VPC name', sortType: 'basic', cell: VpcCell },
  { id: 'from', header: 'From', sortType: 'basic', cell: ({ row }) => <>{FROM[row.original.from]}</> },
  { id: 'firstSeen', header: 'First seen', sortType: 'basic', cell: ({ row }) => <Seen at={row.original.firstSeen} /> },
  { id: 'lastSeen', header: 'Last seen', sortType: 'basic', cell: ({ row }) => <Seen at={row.original.lastSeen} /> },
  {
    id: 'recordsPerMinute',
    header: 'Records per minute',
    sortType: 'basic',
    cell: ({ row }) => <>{rate(row.original.recordsPerMinute)}</>,
  },
  { id: 'state', header: 'State', sortType: 'basic', cell: StateCell },
  { id: 'enabled', header: 'Enabled', cell: EnabledCell, disableGrow: true },
];
