import React, { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { InteractiveTable, useStyles2 } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { columnsOf } from './columns';

const HELP = {
  lag: { content: 'How late objects come: from the last minute in them until they were collected.' },
  exporters: { content: 'Accounts and VPCs that the newest 500 objects came from.' },
};

const idOf = ({ id }: SourceView) => id;

/** The sources, one row each. */
export function SourcesTable({ sources, isShared }: { sources: readonly SourceView[]; isShared: boolean }) {
  const styles = useStyles2(getStyles);
  const columns = useMemo(() => columnsOf(isShared), [isShared]);
  return (
    <InteractiveTable
      // It looks at which columns are hidden only once.
      key={String(isShared)}
      className={styles.table}
      columns={columns}
      data={sources as SourceView[]}
      getRowId={idOf}
      headerTooltips={HELP}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    // What can be done stays in sight where the table has to scroll.
    'tr > :last-child': { position: 'sticky', right: 0, background: theme.colors.background.primary },
    'tr:hover > td:last-child': { background: 'inherit' },
  }),
});
