import React from 'react';
import { Alert, TextLink } from '@grafana/ui';

import { bothLog, leftOutText, SUMS_DOUBLED } from '../../reports/flowLogs';
import { useCollection } from '../api/useCollection';
import { isAdmin, tabUrl } from '../plugin';

/** Says that two flow logs log the same, and that something is logged by disabled flow logs alone; nothing where that is not so. */
export function FlowLogNotice() {
  const { data } = useCollection();
  const { overlaps = [], leftOut = [] } = data ?? {};
  return (
    <>
      {overlaps.length > 0 && (
        <Alert severity="warning" title={SUMS_DOUBLED}>
          {overlaps.map((overlap) => (
            <p key={overlap.flowLogs.join()}>{bothLog(overlap)}</p>
          ))}
          <Help>Disable one of them in Flow logs</Help>
        </Alert>
      )}
      {leftOut.length > 0 && (
        <Alert severity="info" title="Left out with disabled flow logs">
          {leftOut.map((left) => (
            <p key={left.flowLog}>{leftOutText(left)}</p>
          ))}
          <Help>Open Flow logs</Help>
        </Alert>
      )}
    </>
  );
}

/** Leads administrators to what helps. */
function Help({ children }: { children: string }) {
  return isAdmin() ? (
    <TextLink href={tabUrl('flowlogs')}>{children}</TextLink>
  ) : (
    <p>Ask an administrator of Flowscope to look at its flow logs.</p>
  );
}
