import React from 'react';
import { css } from '@emotion/css';
import { locationUtil, type GrafanaTheme2 } from '@grafana/data';
import { EmptyState, LinkButton, LoadingPlaceholder, useStyles2 } from '@grafana/ui';

import { COLLECTION_HEALTH } from '../../../reports/collection';
import { useCollection } from '../../api/useCollection';
import { useSources } from '../../api/useSources';
import { Failure } from '../../components/Failure';
import { isAdmin, tabUrl } from '../../plugin';
import { useInstalled } from '../../setup/useInstalled';
import { Section } from './Section';
import { SourceCard } from './SourceCard';

/** State of each source. */
export function Sources() {
  const styles = useStyles2(getStyles);
  const { data, error, refetch } = useCollection();
  const { data: details } = useSources({ enabled: isAdmin() });
  const { data: installed } = useInstalled();

  return (
    <Section
      title="Sources"
      actions={
        // Until Grafana has answered, assume that it is installed.
        (installed?.has(COLLECTION_HEALTH.uid) ?? true) && (
          <LinkButton
            variant="secondary"
            size="sm"
            icon="heart-rate"
            href={locationUtil.assureBaseUrl(`/d/${COLLECTION_HEALTH.uid}`)}
          >
            {COLLECTION_HEALTH.title} over time
          </LinkButton>
        )
      }
    >
      {error && (
        <Failure
          title={data ? 'What is shown may be out of date' : 'The sources cannot be shown'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <LoadingPlaceholder text="Loading sources" />}
      {data?.sources.length === 0 && <NoSource />}
      {data && data.sources.length > 0 && (
        <ul className={styles.list} aria-label="Sources">
          {data.sources.map((source) => (
            <li key={source.id}>
              <SourceCard source={source} details={details?.find(({ id }) => id === source.id)} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function NoSource() {
  return isAdmin() ? (
    <EmptyState
      variant="call-to-action"
      message="No source yet"
      button={
        <LinkButton icon="plus" href={tabUrl('sources')}>
          Add an S3 source
        </LinkButton>
      }
    >
      A source is a bucket that your flow logs are delivered to.
    </EmptyState>
  ) : (
    <EmptyState variant="not-found" message="No source yet">
      Ask an administrator to finish set-up.
    </EmptyState>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    listStyle: 'none',
  }),
});
