import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** Container of a config tab on Grafana's page of the plugin. */
export function TabFrame({ children }: React.PropsWithChildren) {
  return <div className={useStyles2(getStyles)}>{children}</div>;
}

const getStyles = (theme: GrafanaTheme2) =>
  css({
    // Wide content scrolls in boxes of its own instead of widening Grafana's page.
    contain: 'inline-size',
    // In narrow windows Grafana's side panel would leave too little room: it is pushed to the right.
    [theme.breakpoints.down('md')]: { minWidth: `calc(100vw - ${theme.spacing(6)})` },
  });
