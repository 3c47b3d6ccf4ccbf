import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, useStyles2 } from '@grafana/ui';

interface Props {
  /** What it is, for those who do not see it. */
  label: string;
  code: string;
  /** Stands on the left above it. */
  children?: React.ReactNode;
}

/** Text to copy to where it is needed. */
export function CodeBlock({ label, code, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <div className={styles.bar}>
        {children}
        <ClipboardButton className={styles.copy} size="sm" variant="secondary" icon="copy" getText={() => code}>
          Copy
        </ClipboardButton>
      </div>
      {/* Scrollable, so it must be focusable. */}
      <pre className={styles.code} tabIndex={0} aria-label={label}>
        {code}
      </pre>
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), alignItems: 'center' }),
  copy: css({ marginLeft: 'auto' }),
  code: css({
    margin: 0,
    maxHeight: '60vh',
    overflow: 'auto',
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre',
  }),
});
