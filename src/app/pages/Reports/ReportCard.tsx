import React from 'react';
import { css } from '@emotion/css';
import { locationUtil, type GrafanaTheme2 } from '@grafana/data';
import { Card, Icon, useStyles2 } from '@grafana/ui';

import { CardFigure } from './figures/CardFigure';
import { hasFigure } from './figures/figures';
import type { Figures } from './figures/useFigures';
import { dashboardUrl, type Listed } from './Reports.utils';

interface Props {
  report: Listed;
  /** The page's own query string, whose time range the link keeps. */
  search: string;
  /** Whether its dashboard is there; without it there is no link. */
  isInstalled: boolean;
  figures: Figures;
}

/** A report by the question that it answers and by its name, with a live figure, linking to its dashboard. */
export function ReportCard({ report: { title, question, uid, icon }, search, isInstalled, figures }: Props) {
  const styles = useStyles2(getStyles);
  const href = isInstalled ? locationUtil.assureBaseUrl(dashboardUrl(uid, search)) : undefined;
  const { isLoading, error } = figures;
  const figure = figures.of(uid);
  return (
    <Card noMargin className={styles.card} href={href} disabled={!isInstalled}>
      <Card.Heading>{question}</Card.Heading>
      <Card.Figure>
        <Icon name={icon} size="xl" />
      </Card.Figure>
      <Card.Meta>{isInstalled ? [title] : [title, 'Not installed yet']}</Card.Meta>
      {hasFigure(uid) && isInstalled && (isLoading || figure) && !(error && !figure) && (
        <div className={styles.figure}>
          <CardFigure figure={figure} isLoading={isLoading} />
        </div>
      )}
    </Card>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    height: '100%',
    // Cards of one row are equally high; extra height goes above the figure.
    gridTemplateRows: 'auto auto 1fr auto',
  }),
  figure: css({ gridArea: 'Description', alignSelf: 'end', marginTop: theme.spacing(1) }),
});
