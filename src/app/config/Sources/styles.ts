import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** What the parts of the form share. */
export const formStyles = (theme: GrafanaTheme2) => ({
  fields: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2) }),
  /** Side by side where there is room. */
  pair: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fit, minmax(min(100%, ${theme.spacing(28)}), 1fr))`,
    gap: theme.spacing(2),
    alignItems: 'start',
  }),
});
