import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** What a config tab stands in on Grafana's page of the plugin. */
export function TabFrame({ children }: React.PropsWithChildren) {
  return <div className={useStyles2(getStyles)}>{children}</div>;
}

const getStyles = (theme: GrafanaTheme2) =>
  css({
    // Grafana's page would grow with what is in it: wide things scroll in their own boxes instead.
    contain: 'inline-size',
    // In a narrow window Grafana's panel beside it would leave a column: it makes way, to the right.
    [theme.breakpoints.down('md')]: { minWidth: `calc(100vw - ${theme.spacing(6)})` },
  });
