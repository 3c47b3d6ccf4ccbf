import React from 'react';
import { css } from '@emotion/css';
import { locationUtil } from '@grafana/data';
import { Card, Icon, useStyles2 } from '@grafana/ui';

import { reportUrl, type Listed } from './Reports.utils';

interface Props {
  report: Listed;
  /** The page's own query string, whose time range the link keeps. */
  search: string;
  /** Whether its dashboard is there; without it there is no link. */
  isInstalled: boolean;
}

/** A report by its name and the question it answers, linking to its dashboard. */
export function ReportCard({ report: { title, question, uid, icon }, search, isInstalled }: Props) {
  const styles = useStyles2(getStyles);
  const href = isInstalled ? locationUtil.assureBaseUrl(reportUrl(uid, search)) : undefined;
  return (
    <Card noMargin className={styles.card} href={href} disabled={!isInstalled}>
      <Card.Heading>{title}</Card.Heading>
      <Card.Figure>
        <Icon name={icon} size="xl" />
      </Card.Figure>
      <Card.Description>{question}</Card.Description>
      {!isInstalled && <Card.Meta>Not installed yet</Card.Meta>}
    </Card>
  );
}

const getStyles = () => ({
  card: css({
    height: '100%',
    // Cards of one row are equally high; extra height goes below the text.
    gridTemplateRows: 'auto auto auto 1fr',
  }),
});
