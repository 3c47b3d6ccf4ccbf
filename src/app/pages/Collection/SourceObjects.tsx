import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

import type { SourceStatus, SourceView } from '../../../contract/sources';
import { formatCount, formatCounted } from '../../../reports/units';
import { objectState, reasonText } from './Collection.words';

type Count = SourceStatus['objects'][number];
type Left = SourceView['left'];

interface Props {
  counts: readonly Count[];
  /** For administrators: the sidecar's message and an example key per reason. */
  left?: Left;
}

/** Objects of a source by state and reason. */
export function SourceObjects({ counts, left = [] }: Props) {
  const styles = useStyles2(getStyles);
  if (counts.length === 0) {
    return null;
  }
  const states = [...new Set(counts.map(({ state }) => state))];
  return (
    <ul className={styles.list} aria-label="Its objects">
      {states.map((state) => {
        const ofState = counts.filter((count) => count.state === state);
        const total = ofState.reduce((sum, count) => sum + count.objects, 0);
        const reasons = ofState.filter(({ reason }) => reason !== undefined);
        return (
          <li key={state}>
            {formatCounted(total, 'object')}: {objectState(state)}
            {reasons.length > 0 && (
              <ul className={styles.reasons}>
                {reasons.map((count) => (
                  <Reason key={count.reason} count={count} isOnly={ofState.length === 1} left={left} />
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Reason({ count, isOnly, left }: { count: Count; isOnly: boolean; left: Left }) {
  // Quarantined objects are listed with their messages further below.
  const known =
    count.state === 'quarantined'
      ? undefined
      : left.find(({ state, reason }) => state === count.state && reason === count.reason);
  return (
    <li>
      {!isOnly && `${formatCount(count.objects)}: `}
      {known?.message ?? reasonText(count.reason!)}
      {known && <> For example {known.example}</>}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    listStyle: 'none',
    marginTop: theme.spacing(2),
    paddingTop: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  reasons: css({
    listStyle: 'none',
    paddingLeft: theme.spacing(2),
    color: theme.colors.text.secondary,
    overflowWrap: 'anywhere',
  }),
});
