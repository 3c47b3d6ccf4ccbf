import React from 'react';
import { Alert, TextLink } from '@grafana/ui';

import { bothLog, firstTold, leftOutText, SUMS_DOUBLED } from '../../reports/flowLogs';
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
          <Told texts={overlaps.map(bothLog)} />
          <Help>Disable one of them in Flow logs</Help>
        </Alert>
      )}
      {leftOut.length > 0 && (
        <Alert severity="info" title="Left out with disabled flow logs">
          <Told texts={leftOut.map(leftOutText)} />
          <Help>Open Flow logs</Help>
        </Alert>
      )}
    </>
  );
}

function Told({ texts }: { texts: readonly string[] }) {
  const { told, others } = firstTold(texts);
  return (
    <>
      {[...told, ...(others ? [others] : [])].map((text) => (
        <p key={text}>{text}</p>
      ))}
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
