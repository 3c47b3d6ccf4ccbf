import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** For tables: their last column, with what can be done, stays in sight where the table has to scroll. */
export const stickyEnd = (theme: GrafanaTheme2) =>
  css({
    'tr > :last-child': { position: 'sticky', right: 0, background: theme.colors.background.primary },
    'tr:hover > td:last-child': { background: 'inherit' },
  });
