import React, { useEffect, useRef } from 'react';
import { css } from '@emotion/css';

/**
 * What a drawer shows. It takes the focus as the drawer opens: on Grafana's Close button, which would have it else, a
 * tooltip opens and keeps the first Escape to itself.
 */
export function DrawerBody({ children }: React.PropsWithChildren) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => body.current?.focus({ preventScroll: true }), []);
  return (
    <div
      ref={body}
      tabIndex={-1}
      className={css({ '&:focus, &:focus-visible': { outline: 'none', boxShadow: 'none' } })}
    >
      {children}
    </div>
  );
}
