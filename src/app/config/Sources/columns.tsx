import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Stack, Switch, Text, useStyles2, type Column } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { formatCount, formatCounted, formatSpan } from '../../../reports/units';
import { Ago } from '../../components/Times';
import { RowActions } from './RowActions';
import { placeOf } from './Sources.utils';
import { useSourcesUrl } from './Sources.url';
import { StateCell } from './SourceState';
import { useSwitching } from './Switching';

type Cell = { row: { original: SourceView } };
const UNKNOWN = '–';

/** The columns; the collector's only where there is more than one. */
export function columnsOf(isShared: boolean): Array<Column<SourceView>> {
  return [
    { id: 'name', header: 'Name', cell: NameCell, sortType: 'alphanumeric' },
    { id: 'bucket', header: 'Bucket / prefix, region', cell: PlaceCell, sortType: 'alphanumeric' },
    ...(isShared ? [{ id: 'collector', header: 'Collector', sortType: 'string' as const }] : []),
    { id: 'state', header: 'State', cell: ({ row }: Cell) => <StateCell source={row.original} />, sortType: 'string' },
    { id: 'lastObject', header: 'Last object', cell: LastObjectCell, sortType: 'number' },
    { id: 'backlog', header: 'Backlog', cell: BacklogCell, sortType: 'number' },
    { id: 'enabled', header: 'Enabled', cell: EnabledCell, disableGrow: true },
  ];
}

function Nowrap({ children }: React.PropsWithChildren) {
  return <span className={useStyles2(getStyles).nowrap}>{children}</span>;
}

function NameCell({ row: { original } }: Cell) {
  const { open } = useSourcesUrl();
  const styles = useStyles2(getStyles);
  return (
    <>
      <button type="button" className={styles.name} onClick={() => open(original.id)}>
        {original.name}
      </button>
      {original.exporters > 0 && (
        <Text element="p" variant="bodySmall" color="secondary">
          <span title="Accounts and VPCs that the newest 500 objects came from">
            {`${formatCounted(original.exporters, 'exporter')} lately`}
          </span>
        </Text>
      )}
    </>
  );
}

function PlaceCell({ row: { original } }: Cell) {
  return (
    <>
      <span className={useStyles2(getStyles).place}>{placeOf(original)}</span>
      <Text element="p" variant="bodySmall" color="secondary">
        {original.region}
      </Text>
    </>
  );
}

function LastObjectCell({ row: { original } }: Cell) {
  const { lastObject, lag } = original;
  return (
    <Nowrap>
      <Ago at={lastObject} never={UNKNOWN} />
      {lag !== undefined && (
        <Text element="p" variant="bodySmall" color="secondary">
          lag {formatSpan(lag)}
        </Text>
      )}
    </Nowrap>
  );
}

function BacklogCell({ row: { original } }: Cell) {
  const { backlog, oldestAge = 0 } = original;
  return (
    <Nowrap>
      {backlog === undefined ? UNKNOWN : formatCount(backlog)}
      {oldestAge > 0 && (
        <Text element="p" variant="bodySmall" color="secondary">
          oldest {formatSpan(oldestAge)}
        </Text>
      )}
    </Nowrap>
  );
}

/** Off at once; on only by way of the source's page, where Preview and the consent come first. What else can be done beside it. */
function EnabledCell({ row: { original } }: Cell) {
  const { open } = useSourcesUrl();
  const { disable, changing } = useSwitching();
  return (
    <Stack gap={2} alignItems="center" justifyContent="space-between">
      <Switch
        aria-label={`${original.name} enabled`}
        value={original.enabled}
        disabled={changing === original.id}
        onChange={() => (original.enabled ? disable(original) : open(original.id, 'test'))}
      />
      <RowActions source={original} />
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  nowrap: css({ whiteSpace: 'nowrap' }),
  name: css({
    background: 'none',
    border: 'none',
    padding: 0,
    textAlign: 'left',
    fontWeight: theme.typography.fontWeightMedium,
    color: theme.colors.text.link,
    overflowWrap: 'anywhere',
    minWidth: theme.spacing(10),
    '&:hover': { textDecoration: 'underline' },
  }),
  place: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    display: 'inline-block',
    minWidth: theme.spacing(14),
    overflowWrap: 'anywhere',
  }),
});
