import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

export type Fact = readonly [heading: string, value: React.ReactNode];

/** A list of headings and values, in as many columns as fit; `wide`: one per line. */
export function Facts({ facts, wide = false }: { facts: readonly Fact[]; wide?: boolean }) {
  const styles = useStyles2(getStyles);
  return (
    <dl className={wide ? styles.lines : styles.columns}>
      {facts.map(([heading, value]) => (
        <div key={heading}>
          <dt>{heading}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const shared = {
    margin: 0,
    '& dt': { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, fontWeight: 'normal' },
    '& dd': { margin: 0, overflowWrap: 'anywhere', fontVariantNumeric: 'tabular-nums' },
  } as const;
  return {
    columns: css({
      ...shared,
      display: 'grid',
      gridTemplateColumns: `repeat(auto-fill, minmax(${theme.spacing(17)}, 1fr))`,
      gap: theme.spacing(1, 2),
    }),
    lines: css({
      ...shared,
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(0.5),
      '& > div': {
        display: 'grid',
        gridTemplateColumns: `minmax(${theme.spacing(12)}, ${theme.spacing(18)}) 1fr`,
        gap: theme.spacing(1),
      },
    }),
  };
};
