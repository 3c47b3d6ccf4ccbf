import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, LoadingPlaceholder, useStyles2 } from '@grafana/ui';

import { isConnected, type Settings } from '../../api/settings';
import { useSettings } from '../../api/useSettings';
import { Failure } from '../../components/Failure';
import { TabBody } from '../../components/TabBody';
import { FirstRun } from '../../setup/FirstRun';
import { InGrafana } from '../../setup/InGrafana';
import { AuditTrail } from './AuditTrail';
import { Collectors } from './Collectors';
import { Deletion } from './Deletion';
import { useEnable } from './Connection.hooks';
import { ConnectionForm, URL_FIELD } from './ConnectionForm';
import { SidecarLog } from './SidecarLog';
import { Status } from './Status';

/**
 * The Connection tab: connection to the sidecar, its status, what is installed in Grafana, collectors, the hold on deletion, audit
 * trail, the sidecar's log.
 */
export function Connection() {
  const styles = useStyles2(getStyles);
  const { data: settings, error, refetch } = useSettings();
  const failure = error && (
    <Failure title="The plugin’s settings cannot be read" error={error} onRetry={() => void refetch()} />
  );
  if (!settings) {
    return failure ?? <LoadingPlaceholder text="Loading settings" />;
  }
  return (
    <TabBody about="The sidecar collects the flow logs and stores the traffic in InfluxDB. Enter its address so that Grafana can reach it.">
      <div className={styles.tab}>
        {failure}
        {settings.enabled ? <Enabled settings={settings} /> : <Disabled />}
      </div>
    </TabBody>
  );
}

function Enabled({ settings }: { settings: Settings }) {
  return (
    <>
      <FirstRun onConnect={() => document.getElementById(URL_FIELD)?.focus()} />
      <ConnectionForm settings={settings} />
      <Status settings={settings} />
      <InGrafana />
      {isConnected(settings) && (
        <>
          <Collectors />
          <Deletion />
          <AuditTrail />
          <SidecarLog />
        </>
      )}
    </>
  );
}

function Disabled() {
  const { mutate: enable, isPending, error } = useEnable();
  return (
    <>
      <Alert severity="info" title="Flowscope is not enabled">
        <p>Until it is enabled, its pages are hidden and it cannot be set up.</p>
        <Button icon={isPending ? 'spinner' : 'power'} disabled={isPending} onClick={() => enable()}>
          {isPending ? 'Enabling' : 'Enable Flowscope'}
        </Button>
      </Alert>
      {error && <Failure title="Flowscope was not enabled" error={error} />}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({
    maxWidth: theme.spacing(110),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    // Headings as large as those of the other tabs.
    legend: { ...theme.typography.h4, marginBottom: theme.spacing(2) },
  }),
});
