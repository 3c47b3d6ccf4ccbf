import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, TextLink, useStyles2 } from '@grafana/ui';

import type { Collection } from '../../../contract/collection';
import { NOTHING_YET, WAITING } from '../../../reports/explanations';
import { formatCount, formatCounted } from '../../../reports/units';
import { toFailure } from '../../api/failure';
import { completeUntil, lastObject, useCollection } from '../../api/useCollection';
import { Ago, Clock } from '../../components/Times';
import { WhyComplete } from '../../components/WhyComplete';
import { APP_URL } from '../../plugin';
import { ROUTES } from '../../routes';
import { useSetup } from '../../setup/useSetup';

/**
 * Up to when the data of all reports is complete, in one line. Shows a quiet warning if that is unknown, and nothing until
 * set-up is finished.
 */
export function DataState() {
  const styles = useStyles2(getStyles);
  const { isPending, isComplete, addSource } = useSetup();
  const isSetUp = !isPending && (isComplete || addSource === 'done');
  const { data, error } = useCollection({ enabled: isSetUp });
  if (!isSetUp) {
    return null;
  }
  return (
    <div role="status" className={styles.line}>
      {data && <Reach {...data} />}
      {error && (
        <span className={styles.warning}>
          <Icon name="exclamation-triangle" /> How far the data reaches is not known{data && ' any more'}:{' '}
          {toFailure(error).message}
        </span>
      )}
      {(data || error) && <TextLink href={`${APP_URL}/${ROUTES.collection}`}>Collection</TextLink>}
    </div>
  );
}

function Reach(data: Collection) {
  const styles = useStyles2(getStyles);
  const until = completeUntil(data);
  const last = lastObject(data);
  const waits = data.sources.some(({ backlog = 0 }) => backlog > 0);
  const failing = data.sources.filter(({ state }) => state === 'failing').length;
  const warnings = [
    ...(failing > 0 ? [formatCounted(failing, 'source is failing', 'sources are failing')] : []),
    ...(data.quarantined > 0 ? [`${formatCount(data.quarantined)} in quarantine`] : []),
  ];
  return (
    <>
      {until !== undefined && (
        <span>
          <strong>
            Data complete until <Clock at={until} />
          </strong>{' '}
          <WhyComplete />
        </span>
      )}
      <span>
        {last === undefined ? (
          waits ? (
            WAITING
          ) : (
            NOTHING_YET
          )
        ) : (
          <>
            Last collected <Ago at={last} />
          </>
        )}
      </span>
      {warnings.length > 0 && (
        <span className={styles.warning}>
          <Icon name="exclamation-triangle" /> {warnings.join(', ')}
        </span>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    minHeight: theme.spacing(3),
    strong: { fontWeight: theme.typography.fontWeightMedium },
  }),
  warning: css({ color: theme.colors.warning.text }),
});
