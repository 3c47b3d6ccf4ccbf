import React from 'react';
import { PluginPage } from '@grafana/runtime';
import { Alert, Stack } from '@grafana/ui';

import { useCollection } from '../../api/useCollection';
import { useHealth } from '../../api/useHealth';
import { FlowLogNotice } from '../../components/FlowLogNotice';
import { HoldNotice } from '../../components/HoldNotice';
import { Lookup } from './Lookup';
import { Quarantine } from './Quarantine';
import { SeriesWarning } from './SeriesWarning';
import { Sources } from './Sources';
import { Unread } from './Unread';

const SUBTITLE = 'How far each source is, what it left out, and what became of an object.';

/** The page Collection: state of each source, quarantine, unread lines, and look-up of an object. */
export function Collection() {
  // Without it, the sources show the failure, and a look-up would fail, too.
  const { data } = useCollection();
  return (
    <PluginPage subTitle={SUBTITLE}>
      <Stack direction="column" gap={4}>
        <StoreState />
        <HoldNotice />
        <FlowLogNotice />
        <SeriesWarning />
        <Sources />
        <Quarantine />
        <Unread />
        {data && <Lookup />}
      </Stack>
    </PluginPage>
  );
}

/** Says that InfluxDB does not answer. That the sidecar does not answer is shown by the sources. */
function StoreState() {
  const { data } = useHealth();
  if (data?.store === 'unavailable') {
    return (
      <Alert severity="warning" title="InfluxDB does not answer">
        Collecting waits for it. Objects stay in their buckets meanwhile: nothing is lost.
      </Alert>
    );
  }
  return data && !data.isCollecting ? <Alert severity="info" title="Collecting is about to start" /> : null;
}
