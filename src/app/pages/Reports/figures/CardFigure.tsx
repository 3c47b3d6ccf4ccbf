import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

import type { Figure } from './figures';
import { Sparkline } from './Sparkline';

/** The live figure of a card, as high while it is read as when it is there. */
export function CardFigure({ figure, isLoading }: { figure?: Figure; isLoading: boolean }) {
  const styles = useStyles2(getStyles);
  if (isLoading) {
    return <div className={styles.skeleton} data-testid="figure-loading" />;
  }
  return (
    <div className={styles.figure}>
      {figure && (
        <>
          <div>
            <strong>{figure.text}</strong> <span>{figure.of}</span>
          </div>
          {figure.course && <Sparkline values={figure.course} isRefused={figure.isRefused} />}
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const height = theme.spacing(8);
  return {
    figure: css({
      minHeight: height,
      strong: { ...theme.typography.h4, marginBottom: 0 },
      span: { color: theme.colors.text.secondary },
      svg: { display: 'block' },
    }),
    skeleton: css({
      height,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.action.hover,
    }),
  };
};
