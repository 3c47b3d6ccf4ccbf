import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** For tables: the last column, with actions, stays visible when the table scrolls. */
export const stickyEnd = (theme: GrafanaTheme2) =>
  css({
    'tr > :last-child': { position: 'sticky', right: 0, background: theme.colors.background.primary },
    'tr:hover > td:last-child': { background: 'inherit' },
  });
