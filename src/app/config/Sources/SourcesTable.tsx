import React, { useMemo } from 'react';
import { InteractiveTable } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { columnsOf } from './columns';
import { StateDetails } from './SourceState';

const HELP = {
  lag: { content: 'How late objects come: from the last minute in them until they were collected.' },
  backlog: { content: 'Objects that were found and wait to be collected.' },
  exporters: { content: 'Accounts and VPCs that the newest 500 objects came from.' },
};

const idOf = ({ id }: SourceView) => id;

/** The sources, one row each, which opens to all that is to be said of it. */
export function SourcesTable({ sources, isShared }: { sources: readonly SourceView[]; isShared: boolean }) {
  const columns = useMemo(() => columnsOf(isShared), [isShared]);
  return (
    <InteractiveTable
      // It looks at which columns are hidden only once.
      key={String(isShared)}
      columns={columns}
      data={sources as SourceView[]}
      getRowId={idOf}
      headerTooltips={HELP}
      renderExpandedRow={(source) => <StateDetails source={source} />}
    />
  );
}
