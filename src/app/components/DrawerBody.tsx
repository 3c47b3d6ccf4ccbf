import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/**
 * What a drawer shows. It takes the focus as the drawer opens: on Grafana's Close button, which would have it else, a
 * tooltip opens and keeps the first Escape to itself.
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
    // Grafana's drawer gives the focus back to it, which scrolls: the space above it stays in sight.
    scrollMarginTop: theme.spacing(2),
  });
