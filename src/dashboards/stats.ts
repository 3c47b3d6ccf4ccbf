import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  PercentChangeColorMode,
  VizTextDisplayOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardLinkBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { Metric } from '../reports/metrics';
import { periodsQuery } from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE } from './common';
import { influxQuery } from './influxQuery';
import { refusedLink } from './links';
import { REFS } from './refs';
import { totalsMeasurement, twoPeriodsScope } from './scopes';
import { calculate, selectColumns, joinByTime } from './transformations';
import { VARS } from './vars';

const SPAN = `${VARS.span.braced}ms`;
const START = `${VARS.start.braced}ms`;

/** Exact sum of a metric, and how it changed against the period of the same length before. */
export function totalStat(report: Report, metric: Metric): PanelBuilder {
  const query = periodsQuery(totalsMeasurement(report), twoPeriodsScope(report), [metric.name], SPAN, START);
  return stat(metric.heading, `All ${metric.name} in the range, and the change against the period before it.`)
    .withTarget(influxQuery(REFS.total, query))
    .unit(metric.unit);
}

/** Flows that were refused: in bytes they would not show. */
export function refusedStat(report: Report): PanelBuilder {
  return stat('Refused flows', 'Flows that a security group or a network ACL refused.')
    .withTarget(influxQuery(REFS.refused, flows(report, 'refused')))
    .unit('short')
    .dataLinks([toRefused(report)])
    .percentChangeColorMode(PercentChangeColorMode.Inverted);
}

function toRefused(report: Report) {
  const { title, url } = refusedLink(report);
  return new DashboardLinkBuilder(title).url(url);
}

/** The share of refused flows among all flows. */
export function refusedShareStat(report: Report): PanelBuilder {
  return (
    stat('Refused share', 'Refused flows against all flows in the range.')
      .withTarget(influxQuery(REFS.refused, flows(report, 'refused')))
      .withTarget(influxQuery(REFS.all, flows(report)))
      // refused: Time, refused; all: Time, flows. A row is the range, or the one of the same length before it.
      .transformations([
        // One frame: Time, refused, flows.
        joinByTime(),
        // Time, refused, flows, share; and of these only what is shown.
        calculate('share', 'refused', '/', 'flows'),
        selectColumns({ Time: 'Time', share: 'Refused share of flows' }),
      ])
      .unit('percentunit')
      .decimals(2)
      .dataLinks([toRefused(report)])
      .percentChangeColorMode(PercentChangeColorMode.Inverted)
  );
}

function flows(report: Report, only?: 'refused'): string {
  return periodsQuery(totalsMeasurement(report), twoPeriodsScope(report), ['flows'], SPAN, START, only);
}

/** A headline figure; one that is bad above zero turns orange there. */
export function stat(title: string, description: string, isBad = false): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .description(description)
    .datasource(DATASOURCE)
    .height(3)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.None)
    .textMode(BigValueTextMode.Value)
    .text(new VizTextDisplayOptionsBuilder().titleSize(14).valueSize(30).percentSize(14))
    .showPercentChange(true)
    .percentChangeColorMode(PercentChangeColorMode.SameAsValue)
    .noValue('0');
  return isBad ? panel.colorMode(BigValueColorMode.Value).thresholds(ABOVE_ZERO) : panel;
}

const ABOVE_ZERO = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
  { value: null, color: 'text' },
  { value: 1, color: 'orange' },
]);
