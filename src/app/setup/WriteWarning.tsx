import React from 'react';
import { css } from '@emotion/css';
import { locationUtil } from '@grafana/data';
import { Alert, ClipboardButton, Stack, useStyles2 } from '@grafana/ui';

import { DATA_SOURCE_PAGE, type StoredDataSource } from './installer/dataSource';
import { useMayWrite } from './useInstall';

/** Warns that the data source may write, so that any viewer could change data, and how to fix it. Nothing if unknown. */
export function WriteWarning({ dataSource }: { dataSource: StoredDataSource | undefined }) {
  const styles = useStyles2(getStyles);
  const { data: isWriter } = useMayWrite();
  if (!isWriter) {
    return null;
  }
  const database = dataSource?.jsonData?.dbName ?? 'flowscope';
  const statements = `CREATE USER "grafana" WITH PASSWORD 'choose one';\nGRANT READ ON "${database}" TO "grafana"`;
  return (
    <Alert severity="warning" title="Grafana’s data source may write">
      <Stack direction="column" gap={1} alignItems="flex-start">
        <span>
          Any viewer can send any query through a data source, so a viewer could delete what was collected. Give Grafana
          a user that may only read, and see that InfluxDB asks for passwords (<code>auth-enabled = true</code>).{' '}
          <code>flowscope influx-user grafana</code> makes one where the sidecar runs; by hand it is:
        </span>
        <pre className={styles.statements}>{statements}</pre>
        <Stack gap={2} wrap="wrap" alignItems="center">
          <ClipboardButton variant="secondary" size="sm" icon="copy" getText={() => statements}>
            Copy
          </ClipboardButton>
          {dataSource?.readOnly ? (
            <span>The data source is provisioned from files: set its user there.</span>
          ) : (
            <a href={locationUtil.assureBaseUrl(DATA_SOURCE_PAGE)} className="external-link">
              Open the data source
            </a>
          )}
        </Stack>
        <span>
          Flowscope knows because InfluxDB accepted a statement that needs write permission (it wrote nothing).
        </span>
      </Stack>
    </Alert>
  );
}

const getStyles = () => ({
  // In a narrow drawer it wraps.
  statements: css({ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }),
});
