import React from 'react';
import { css } from '@emotion/css';
import { useLocation } from 'react-router-dom';
import { locationUtil, type GrafanaTheme2 } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { Card, useStyles2 } from '@grafana/ui';

import { DASHBOARDS, reportUrl } from './Reports.utils';

const SUBTITLE = 'Who talks to whom in your VPCs, and what was let through.';

/** The index of reports: one card per report, linking to its dashboard. */
export function Reports() {
  const styles = useStyles2(getStyles);
  const { search } = useLocation();

  return (
    <PluginPage subTitle={SUBTITLE}>
      <ul className={styles.list} aria-label="Reports">
        {DASHBOARDS.map(({ title, question, uid }) => (
          <li key={uid}>
            <Card noMargin className={styles.card} href={locationUtil.assureBaseUrl(reportUrl(uid, search))}>
              <Card.Heading>{title}</Card.Heading>
              <Card.Description>{question}</Card.Description>
            </Card>
          </li>
        ))}
      </ul>
    </PluginPage>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({
    display: 'grid',
    gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, ${theme.spacing(40)}), 1fr))`,
    gap: theme.spacing(2),
    listStyle: 'none',
  }),
  card: css({
    height: '100%',
    // Cards of one row are as high as the highest: what is too much goes below the text, not around the heading.
    gridTemplateRows: 'auto auto auto 1fr',
  }),
});
