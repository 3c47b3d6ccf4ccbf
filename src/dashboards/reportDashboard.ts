/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import { DashboardBuilder, DashboardCursorSync, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from '../reports/metrics';
import type { Report } from '../reports/reports';
import { caption, command } from './captions';
import { REPORT_TAG } from './common';
import { backLinks, reportsMenu } from './links';
import { actionsOverTime, directionsOverTime, topOverTime } from './overTime';
import { refusedShareStat, refusedStat, totalStat } from './stats';
import { topTable } from './table';
import { dataQualityBanner } from './dataQualityBanner';
import { reportVariables, type Variable } from './variables';

/** The dashboard of a report: what it answers, headline figures, over time, table. Panel ids never change meaning. */
export function reportDashboard(report: Report): Dashboard {
  const overTime = report.directions ? directionsOverTime : report.key ? topOverTime : actionsOverTime;
  const dashboard = headline(report).withPanel(overTime(report).id(7)).withPanel(topTable(report).id(8));
  // The end of every chain of links.
  return (report.links.length === 0 ? dashboard.withPanel(command(report).id(10)) : dashboard).build();
}

/**
 * What all dashboards of traffic begin with: filters, links, the question, how far to trust the answer, the totals.
 * `also`: variables for further panels.
 */
export function headline(report: Report, also: readonly Variable[] = []): DashboardBuilder {
  const dashboard = emptyDashboard(report.title, report.uid, report.question)
    .variables([...reportVariables(report), ...also])
    .withPanel(caption(report).id(1))
    .withPanel(dataQualityBanner(report).id(9));
  backLinks(report).forEach((link) => dashboard.link(link));
  METRICS.forEach((metric, index) =>
    dashboard.withPanel(
      totalStat(report, metric)
        .id(2 + index)
        .span(metric.name === 'flows' ? 4 : 5)
    )
  );
  return dashboard.withPanel(refusedStat(report).id(5).span(5)).withPanel(refusedShareStat(report).id(6).span(5));
}

/** A dashboard with the menu of all others, for the last three hours. */
export function emptyDashboard(title: string, uid: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['flowscope', REPORT_TAG])
    .readonly()
    .time({ from: 'now-3h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(reportsMenu());
}
