/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import { DashboardBuilder, DashboardCursorSync, type Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { partsOf } from '../reports/queries';
import type { Report } from '../reports/reports';
import { caption, command } from './captions';
import { REPORT_TAG } from './common';
import { reportsMenu } from './links';
import { acceptedOverTime, allRefusedOverTime, directionOverTime, refusedOverTime, topOverTime } from './overTime';
import { figures } from './stats';
import { topTable } from './table';
import { completeUntil, dataQualityBanner } from './dataQualityBanner';
import { incomplete } from './incomplete';
import { reportVariables, type Variable } from './variables';

/** The dashboard of a report: headline figures, over time, tables. Panel ids never change meaning. */
export function reportDashboard(report: Report): Dashboard {
  const dashboard = headline(report);
  const [first, ...others] = partsOf(report);
  if (report.directions) {
    dashboard
      .withPanel(directionOverTime(report, 'ingress').span(12).id(7))
      .withPanel(directionOverTime(report, 'egress').span(12).id(17));
  } else if (report.key) {
    dashboard.withPanel(topOverTime(report).span(14).id(7)).withPanel(refusedOverTime(report).span(10).id(15));
  } else {
    dashboard.withPanel(acceptedOverTime(report).span(14).id(7)).withPanel(allRefusedOverTime(report).span(10).id(15));
  }
  dashboard.withPanel(topTable(report, first).id(8));
  others.forEach((part) => dashboard.withPanel(topTable(report, part).id(18)));
  if (report.directions) {
    dashboard
      .withPanel(directionOverTime(report, 'unknown').span(12).id(19))
      .withPanel(refusedOverTime(report).span(12).id(15));
  }
  // The end of every chain of links.
  return (report.links.length === 0 ? dashboard.withPanel(command(report).id(10)) : dashboard).build();
}

/** What all dashboards of traffic begin with: filters, how far to trust the answer, the totals. `also`: variables for further panels. */
export function headline(report: Report, also: readonly Variable[] = []): DashboardBuilder {
  return emptyDashboard(report.title, report.uid, caption(report))
    .variables([...reportVariables(report), ...also])
    .annotation(incomplete())
    .withPanel(completeUntil().span(4).id(9))
    .withPanel(figures(report).span(13).id(2))
    .withPanel(dataQualityBanner(report).span(7).id(20));
}

/** A dashboard with the menu of all others, for the last three hours. */
export function emptyDashboard(title: string, uid: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['flowscope', REPORT_TAG])
    .readonly()
    .time({ from: 'now-3h', to: 'now' })
    .refresh('1m')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(reportsMenu());
}
