import React, { createContext, useContext, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { FilterInput, InteractiveTable, Stack, Switch, Text, useStyles2, type Column } from '@grafana/ui';

import { EXPORTER_SILENT } from '../../../contract/bounds';
import { formatCounted } from '../../../reports/units';
import { FoundCount, NothingFound } from '../../components/Found';
import { HealthBadge, minutes, RECEIVING_MEANINGS, type RecordHealth } from '../../components/HealthBadge';
import { Rate } from '../../components/Rate';
import { stickyEnd } from '../../components/stickyEnd';
import { SeenTimes } from '../../components/Times';
import type { FlowLog } from './FlowLogs.hooks';

const ROWS = 50;

/** What each state means. */
const HEALTH_MEANINGS: Readonly<Record<RecordHealth, string>> = {
  ...RECEIVING_MEANINGS,
  silent: `No object of it came for ${minutes(EXPORTER_SILENT)}: nothing flows, or it was deleted in AWS.`,
  idle: 'No object of it came for 30 days: it may have been deleted in AWS.',
  disabled: 'Its records are left out of the reports, only their number is kept.',
};

interface Switching {
  /** Whether a change is in progress; no other can be started. */
  readonly isChanging: boolean;
  readonly onEnable: (id: string) => void;
  /** Asks for confirmation first. */
  readonly onDisable: (id: string) => void;
}

/** Context for cells: if columns changed, the table would remount its cells and focus would be lost. */
const SwitchingContext = createContext<Switching | undefined>(undefined);

type CellProps = { row: { original: FlowLog } };

function Below({ children }: { children: React.ReactNode & {} }) {
  return (
    <Text element="p" variant="bodySmall" color="secondary">
      {children}
    </Text>
  );
}

function IdCell({ row: { original } }: CellProps) {
  const { id, account, accountName, region } = original;
  return (
    <>
      <span className={css({ whiteSpace: 'nowrap' })}>{id}</span>
      <Below>{[...(accountName === undefined ? [] : [accountName]), account, region].join(' · ')}</Below>
    </>
  );
}

/** How many fields its header has; unfolded, which. */
function FieldsCell({ row: { original } }: CellProps) {
  const styles = useStyles2(getStyles);
  return (
    <details className={styles.fields}>
      <summary aria-label={`${formatCounted(original.columns.length, 'field')} of ${original.id}`}>
        {formatCounted(original.columns.length, 'field')}
      </summary>
      <Below>{original.columns.join(' ')}</Below>
    </details>
  );
}

function RecordsCell({ row: { original } }: CellProps) {
  return (
    <>
      {original.actions.join(', ') || '–'}
      <Below>{`${original.interval / 60} min interval`}</Below>
    </>
  );
}

function EnabledCell({ row: { original } }: CellProps) {
  const { isChanging, onEnable, onDisable } = useContext(SwitchingContext)!;
  const { id, enabled, health } = original;
  return (
    <Stack direction="column" gap={0.5} alignItems="flex-start">
      <Switch
        aria-label={`Enabled: ${id}`}
        value={enabled}
        disabled={isChanging}
        onChange={() => (enabled ? onDisable(id) : onEnable(id))}
      />
      <HealthBadge health={health} meaning={HEALTH_MEANINGS[health]} />
    </Stack>
  );
}

const COLUMNS: Array<Column<FlowLog>> = [
  { id: 'id', header: 'Flow log', sortType: 'alphanumeric', cell: IdCell },
  {
    id: 'columns',
    header: 'Fields',
    sortType: (a, b) => a.original.columns.length - b.original.columns.length,
    cell: FieldsCell,
  },
  { id: 'actions', header: 'Actions, interval', cell: RecordsCell },
  {
    id: 'recordsPerMinute',
    header: 'Records/min',
    sortType: (a, b) => (a.original.recordsPerMinute ?? -1) - (b.original.recordsPerMinute ?? -1),
    cell: ({ row }) => <Rate perMinute={row.original.recordsPerMinute} />,
  },
  {
    id: 'lastSeen',
    header: 'Last object',
    sortType: 'number',
    cell: ({ row: { original } }) => <SeenTimes last={original.lastSeen} first={original.firstSeen} />,
  },
  { id: 'health', header: 'Enabled, health', sortType: 'alphanumeric', cell: EnabledCell, disableGrow: true },
];

/** Table of flow logs, with a search and a switch each. */
export function FlowLogsTable({ flowLogs, ...switching }: Switching & { flowLogs: FlowLog[] }) {
  const sticky = useStyles2(stickyEnd);
  const [search, setSearch] = useState('');
  const found = useMemo(() => filterFlowLogs(flowLogs, search), [flowLogs, search]);
  return (
    <SwitchingContext.Provider value={switching}>
      <Stack direction="column" gap={2}>
        <Stack gap={2} wrap="wrap" alignItems="center">
          <FilterInput
            aria-label="Search flow logs"
            placeholder="Search by id, account, region or field"
            escapeRegex={false}
            width={40}
            value={search}
            onChange={setSearch}
          />
          <FoundCount found={found.length} all={flowLogs.length} noun="flow log" />
        </Stack>
        {found.length === 0 ? (
          <NothingFound search={search} onClear={() => setSearch('')} />
        ) : (
          <InteractiveTable
            className={sticky}
            columns={COLUMNS}
            data={found}
            getRowId={({ id }) => id}
            pageSize={ROWS}
          />
        )}
      </Stack>
    </SwitchingContext.Provider>
  );
}

/** Flow logs whose id, account, its name, region, an action or a field contains the text, ignoring case. */
function filterFlowLogs(flowLogs: FlowLog[], search: string): FlowLog[] {
  const wanted = search.trim().toLowerCase();
  return flowLogs.filter(({ id, account, accountName = '', region, columns, actions }) =>
    [id, account, accountName, region, ...columns, ...actions].some((text) => text.toLowerCase().includes(wanted))
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  fields: css({
    minWidth: theme.spacing(12),
    overflowWrap: 'anywhere',
    summary: { cursor: 'pointer', whiteSpace: 'nowrap' },
  }),
});
