import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Text, useStyles2 } from '@grafana/ui';

/** A config tab: what it is about in a sentence or two, then its parts, one below the other. */
export function TabBody({ about, children }: React.PropsWithChildren<{ about?: string }>) {
  return (
    <div className={useStyles2(getStyles)}>
      {about && (
        <Text element="p" color="secondary">
          {about}
        </Text>
      )}
      {children}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) =>
  css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(3),
    // Grafana's page would grow with what is in it: wide things scroll in their own boxes instead.
    contain: 'inline-size',
    // In a narrow window Grafana's panel beside it would leave a column: it makes way, to the right.
    [theme.breakpoints.down('md')]: { minWidth: `calc(100vw - ${theme.spacing(6)})` },
  });
