import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Icon, Toggletip, useStyles2 } from '@grafana/ui';

import type { SourceView } from '../../../contract/sources';
import { formatCounted } from '../../../reports/units';
import { StateBadge } from '../../components/StateBadge';
import { Ago } from '../../components/Times';
import { fateOf, leftBehind, whyFailing } from './Sources.utils';

/** How a source stands, with the reason as far as there is room for it; Details says all. */
export function StateCell({ source }: { source: SourceView }) {
  const styles = useStyles2(getStyles);
  const left = leftBehind(source);
  const why = source.state === 'failing' ? whyFailing(source) : undefined;
  return (
    <div className={styles.cell}>
      <StateBadge state={source.state} />
      {why && <div className={styles.reason}>{why}</div>}
      {left > 0 && (
        <div className={styles.left}>
          <Icon name="exclamation-triangle" size="sm" /> {formatCounted(left, 'object')} left in place
        </div>
      )}
      {(why || source.left.length > 0 || !!source.ignoredEvents) && (
        <Toggletip title={source.name} content={<StateDetails source={source} />} placement="bottom-start" fitContent>
          <Button fill="text" size="sm" className={styles.more} aria-label={`Details of ${source.name}`}>
            Details
          </Button>
        </Toggletip>
      )}
    </div>
  );
}

/** All that is to be said of how a source stands: why it fails, what it left in place, why, and what to do. */
export function StateDetails({ source }: { source: SourceView }) {
  const styles = useStyles2(getStyles);
  const why = source.state === 'failing' ? whyFailing(source) : undefined;
  return (
    <dl className={styles.details}>
      {why && (
        <div>
          <dt>Why it fails</dt>
          <dd>{why}</dd>
        </div>
      )}
      {source.left.map((remark) => (
        <div key={`${remark.state} ${remark.reason}`}>
          <dt>
            {formatCounted(remark.objects, 'object')} {fateOf(remark)}
          </dt>
          <dd>{remark.message}</dd>
          <dd className={styles.key}>
            {remark.objects > 1 && 'such as '}
            <code>{remark.example}</code>
          </dd>
        </div>
      ))}
      {!!source.ignoredEvents && (
        <div>
          <dt>{formatCounted(source.ignoredEvents, 'event')} of its queue ignored</dt>
          <dd>
            Since collecting from it began: about other keys, deletions, or S3’s test. When they are many, let the
            bucket notify the queue of object create events below the prefix only.
          </dd>
        </div>
      )}
      <div>
        <dt>Last scan</dt>
        <dd>
          <Ago at={source.lastRun} />
          {source.completeUntil !== undefined && (
            <>
              , complete until <Ago at={source.completeUntil} />
            </>
          )}
        </dd>
      </div>
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  cell: css({ display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: theme.spacing(0.5) }),
  reason: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    minWidth: theme.spacing(18),
    maxWidth: theme.spacing(36),
    display: '-webkit-box',
    WebkitLineClamp: 2,
    WebkitBoxOrient: 'vertical',
    overflow: 'hidden',
  }),
  more: css({ padding: 0, height: 'auto' }),
  left: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
  details: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    margin: 0,
    maxWidth: `min(${theme.spacing(75)}, 80vw)`,
    dt: { fontWeight: theme.typography.fontWeightMedium },
    dd: { margin: 0 },
    '&, code': { overflowWrap: 'anywhere', whiteSpace: 'normal' },
    code: { border: 'none', background: 'none', padding: 0 },
  }),
  key: css({ color: theme.colors.text.secondary, ...theme.typography.bodySmall }),
});
