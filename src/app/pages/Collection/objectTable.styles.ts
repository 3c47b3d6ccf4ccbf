import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** Styles of the tables of quarantined objects and of unread lines. */
export const getObjectTableStyles = (theme: GrafanaTheme2) => ({
  // Narrow windows scroll the table, not the page.
  box: css({ overflowX: 'auto', marginBottom: theme.spacing(1) }),
  table: css({
    width: '100%',
    minWidth: theme.spacing(78),
    background: theme.colors.background.secondary,
    'th, td': {
      padding: theme.spacing(1),
      textAlign: 'left',
      verticalAlign: 'top',
      borderBottom: `1px solid ${theme.colors.border.weak}`,
    },
    th: { fontWeight: theme.typography.fontWeightMedium, whiteSpace: 'nowrap' },
  }),
  source: css({ overflowWrap: 'anywhere', minWidth: theme.spacing(10) }),
  key: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    overflowWrap: 'anywhere',
    minWidth: theme.spacing(22),
  }),
  time: css({ [theme.breakpoints.up('lg')]: { whiteSpace: 'nowrap' } }),
});
