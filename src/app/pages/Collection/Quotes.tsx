import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

import { formatCounted } from '../../../reports/units';

interface Props {
  quotes: ReadonlyArray<{ reason: string; line: string }>;
}

/** The first bad lines of an object, collapsed at first. */
export function Quotes({ quotes }: Props) {
  const styles = useStyles2(getStyles);
  if (quotes.length === 0) {
    return null;
  }
  return (
    <details className={styles.details}>
      <summary>{formatCounted(quotes.length, 'quoted line')}</summary>
      {quotes.map(({ reason, line }, index) => (
        <pre key={index} className={styles.line}>
          {reason}: {line}
        </pre>
      ))}
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  details: css({ summary: { cursor: 'pointer', color: theme.colors.text.link, width: 'fit-content' } }),
  line: css({
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    wordBreak: 'normal',
    fontSize: theme.typography.bodySmall.fontSize,
    margin: theme.spacing(0.5, 0),
  }),
});
