import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/**
 * Content of a drawer. Takes the focus when the drawer opens: otherwise Grafana focuses its Close button, whose tooltip
 * swallows the first Escape.
 */
export function DrawerBody({ children }: React.PropsWithChildren) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.focus({ preventScroll: true }), []);
  return (
    <div ref={body} tabIndex={-1} className={useStyles2(getStyles)}>
      {children}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) =>
  css({
    '&:focus, &:focus-visible': { outline: 'none', boxShadow: 'none' },
    // Grafana's drawer gives the focus back to it, which scrolls: the space above it stays visible.
    scrollMarginTop: theme.spacing(2),
  });
