import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LoadingPlaceholder, useStyles2 } from '@grafana/ui';

import { useSources } from '../../api/useSources';
import { Failure } from '../../components/Failure';
import { PermissionsDrawer } from './PermissionsDrawer';
import { focusActions } from './RowActions';
import { sourceValues, toSourceInput } from './sourceForm';
import { SourceList } from './SourceList';
import { SourcePage } from './SourcePage';
import { useSourcesUrl } from './Sources.url';

/** The S3 sources tab: the list of sources, or the page of one. */
export function Sources() {
  const styles = useStyles2(getStyles);
  const { data: sources, error, refetch } = useSources();
  const { source: id, permissions, close } = useSourcesUrl();
  if (!sources) {
    return error ? (
      <Failure title="The sources cannot be shown" error={error} onRetry={() => void refetch()} />
    ) : (
      <LoadingPlaceholder text="Reading the sources" />
    );
  }
  const asked = sources.find((source) => source.id === permissions);
  return (
    <div className={styles.tab}>
      {error && <Failure title="What is shown may be old" error={error} onRetry={() => void refetch()} />}
      {id === undefined ? <SourceList sources={sources} /> : <SourcePage id={id} sources={sources} />}
      {asked && (
        <PermissionsDrawer
          source={toSourceInput(sourceValues(asked))}
          onClose={() => {
            close();
            focusActions(asked.id);
          }}
        />
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  tab: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
  }),
});
