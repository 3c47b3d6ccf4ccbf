import React, { useId } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, TextLink, useStyles2 } from '@grafana/ui';

import type { SourceStatus, SourceView } from '../../../contract/sources';
import { formatCount, formatCounted, formatSpan } from '../../../reports/units';
import { Facts } from '../../components/Facts';
import { StateBadge } from '../../components/StateBadge';
import { Ago, Clock } from '../../components/Times';
import { WhyComplete } from '../../components/WhyComplete';
import { tabUrl } from '../../plugin';
import { stateReason } from './Collection.words';
import { SourceObjects } from './SourceObjects';

interface Props {
  source: SourceStatus;
  /** For administrators only. */
  details?: SourceView;
}

/** State of one source. */
export function SourceCard({ source, details }: Props) {
  const styles = useStyles2(getStyles);
  const id = useId();
  const { name, state, completeUntil, lag, lastObject, lastRun } = source;
  const reason = (state === 'failing' && details?.lastError) || stateReason(source);
  const unknown = source.enabled ? 'Not known yet' : '–';
  const complete = completeUntil === undefined ? unknown : <Reach at={completeUntil} />;

  return (
    <article aria-labelledby={id} className={styles.card}>
      <div className={styles.head}>
        <h3 id={id} className={styles.name}>
          {name}
        </h3>
        <StateBadge state={state} />
        {details && <TextLink href={tabUrl('sources')}>Settings</TextLink>}
      </div>
      {reason && (
        <p className={state === 'failing' ? styles.problem : styles.reason}>
          <Icon name={state === 'failing' ? 'exclamation-triangle' : 'info-circle'} /> <span>{reason}</span>
        </p>
      )}
      <Facts
        facts={[
          ['Complete until', complete],
          ['Delivery lag', lag === undefined ? unknown : formatSpan(lag)],
          ['Waiting', waiting(source) ?? unknown],
          ['Last object', <Ago key="object" at={lastObject} never="None yet" />],
          ['Last scan', <Ago key="scan" at={lastRun} never="None yet" />],
          ...(source.ignoredEvents ? [['Queue events ignored', formatCount(source.ignoredEvents)] as const] : []),
        ]}
      />
      <SourceObjects counts={source.objects} left={details?.left} />
    </article>
  );
}

function Reach({ at }: { at: number }) {
  return (
    <>
      <Clock at={at} /> <WhyComplete />
    </>
  );
}

function waiting({ backlog, oldestAge }: SourceStatus): string | undefined {
  if (backlog === undefined || backlog === 0) {
    return backlog === undefined ? undefined : 'Nothing';
  }
  return oldestAge === undefined
    ? formatCounted(backlog, 'object')
    : `${formatCounted(backlog, 'object')}, the oldest for ${formatSpan(oldestAge)}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    padding: theme.spacing(2),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
  }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
    '& > :last-child:is(a)': { marginLeft: 'auto' },
  }),
  name: css({ ...theme.typography.h5, margin: 0, overflowWrap: 'anywhere' }),
  reason: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
  problem: css({ color: theme.colors.error.text, overflowWrap: 'anywhere' }),
});
