import React, { useMemo } from 'react';
import { InteractiveTable, useStyles2 } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { stickyEnd } from '../../components/stickyEnd';
import { columnsOf } from './columns';

const HELP = {
  lastObject: {
    content:
      'When the newest object was collected. Lag: how late objects come, from the last minute in them until then.',
  },
  backlog: { content: 'Objects that wait in the bucket to be collected.' },
};

const idOf = ({ id }: SourceView) => id;

/** The sources, one row each. */
export function SourcesTable({ sources, isShared }: { sources: readonly SourceView[]; isShared: boolean }) {
  const styles = useStyles2(stickyEnd);
  const columns = useMemo(() => columnsOf(isShared), [isShared]);
  return (
    <InteractiveTable
      // It looks at which columns are hidden only once.
      key={String(isShared)}
      className={styles}
      columns={columns}
      data={sources as SourceView[]}
      getRowId={idOf}
      headerTooltips={HELP}
    />
  );
}
