import React from 'react';
import { PluginPage } from '@grafana/runtime';
import { Alert, Stack } from '@grafana/ui';

import { useHealth } from '../../api/useHealth';
import { Lookup } from './Lookup';
import { Quarantine } from './Quarantine';
import { Sources } from './Sources';

const SUBTITLE = 'How far each source is, what it left out, and what became of an object.';

/** How collection stands, per source; what is in quarantine; what became of an object. */
export function Collection() {
  return (
    <PluginPage subTitle={SUBTITLE}>
      <Stack direction="column" gap={4}>
        <StoreState />
        <Sources />
        <Quarantine />
        <Lookup />
      </Stack>
    </PluginPage>
  );
}

/** Says so when nothing can be collected for the store's sake. That the sidecar does not answer is said by the sources. */
function StoreState() {
  const { data } = useHealth();
  if (data?.store === 'unavailable') {
    return (
      <Alert severity="warning" title="InfluxDB does not answer">
        Collecting waits for it. Objects stay in their buckets meanwhile: nothing is lost.
      </Alert>
    );
  }
  return data && !data.isCollecting ? <Alert severity="info" title="The collector is starting" /> : null;
}
