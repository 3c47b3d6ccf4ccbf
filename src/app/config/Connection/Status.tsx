import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, FieldSet, Icon, LoadingPlaceholder, useStyles2 } from '@grafana/ui';

import type { HealthDetails } from '../../../contract/health';
import { isConnected, type Settings } from '../../api/settings';
import { useHealthDetails } from '../../api/useHealth';
import { Ago } from '../../components/Times';
import { useMayWrite, useInstallPlan } from '../../setup/useInstall';
import { WriteWarning } from '../../setup/WriteWarning';
import { connectionProblem } from './connect';
import { storeProblem } from './Connection.utils';
import { SidecarHelp } from './SidecarHelp';

/** Status of sidecar, InfluxDB and data source, with help if one does not work. */
export function Status({ settings }: { settings: Settings }) {
  const { data, error, isFetching, refetch } = useHealthDetails({ enabled: isConnected(settings) });
  const { data: plan } = useInstallPlan();
  return (
    <FieldSet label="Status">
      {!isConnected(settings) ? (
        <SidecarHelp title="No sidecar is connected yet" isOpen />
      ) : error ? (
        <>
          <Alert severity="error" title={connectionProblem(error, settings.jsonData.sidecarUrl ?? '')}>
            <Button variant="secondary" size="sm" icon="sync" disabled={isFetching} onClick={() => void refetch()}>
              {isFetching ? 'Trying' : 'Try again'}
            </Button>
          </Alert>
          <SidecarHelp title="What to do" isOpen />
        </>
      ) : data ? (
        <Details details={data} />
      ) : (
        <LoadingPlaceholder text="Waiting for the sidecar" />
      )}
      <WriteWarning dataSource={plan?.dataSource} />
    </FieldSet>
  );
}

function Details({ details }: { details: HealthDetails }) {
  const styles = useStyles2(getStyles);
  const { version, started, isCollecting, storeUrl, storeName = 'InfluxDB', storeVersion, warnings } = details;
  const problem = storeProblem(details);
  const { data: isWriter } = useMayWrite();
  return (
    <>
      <dl className={styles.list}>
        <dt>Sidecar</dt>
        <dd>
          <Light isGreen /> version {version}, started <Ago at={started} />
        </dd>
        <dt>Collecting</dt>
        <dd>
          <Light isGreen={isCollecting} /> {isCollecting ? 'yes' : 'no: it begins once InfluxDB answers'}
        </dd>
        <dt>{storeName}</dt>
        <dd>
          <Light isGreen={problem === undefined} /> {storeVersion && `version ${storeVersion} `}at {storeUrl}
          {problem && ' cannot be used'}
        </dd>
        {typeof isWriter === 'boolean' && (
          <>
            <dt>Grafana’s data source</dt>
            <dd>
              <Light isGreen={!isWriter} /> {isWriter ? 'may write' : 'may only read, as intended'}
            </dd>
          </>
        )}
      </dl>
      {problem && <Alert severity="error" title={problem} />}
      {warnings.length > 0 && (
        <Alert severity="warning" title="InfluxDB’s settings will refuse data">
          <ul className={styles.warnings}>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  );
}

/** A red or green icon; the text next to it says the same. */
function Light({ isGreen }: { isGreen: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <Icon
      name={isGreen ? 'check-circle' : 'exclamation-circle'}
      className={isGreen ? styles.green : styles.red}
      aria-hidden
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'grid',
    gridTemplateColumns: 'max-content 1fr',
    gap: theme.spacing(1, 3),
    overflowWrap: 'anywhere',
    '& dt': { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightRegular },
  }),
  warnings: css({ paddingLeft: theme.spacing(2) }),
  green: css({ color: theme.colors.success.text }),
  red: css({ color: theme.colors.error.text }),
});
