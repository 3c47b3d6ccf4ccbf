import {
  GraphDrawStyle,
  GraphTransform,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
  StackingConfigBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { OTHER, REFUSED } from '../contract/stored';
import { DIRECTIONS } from '../reports/headings';
import { METRICS } from '../reports/metrics';
import { seriesQuery } from '../reports/queries';
import type { Report } from '../reports/reports';
import {
  ACTION_COLORS,
  BITS_PER_SECOND,
  CHOSEN_VALUE,
  DATASOURCE,
  NOTHING_TO_SHOW,
  OTHER_COLOR,
  properties,
  totalAndRate,
} from './common';
import { influxQuery } from './influxQuery';
import { seriesLinks } from './links';
import { nameInWords, nameSeries, seriesNames } from './names';
import { JOINED, joined, only, REFS } from './refs';
import { isNoneOfChosen, keysSeriesScope, seriesScope, totalsMeasurement } from './scopes';
import {
  calculate,
  selectColumns,
  dropColumns,
  joinByTime,
  keepRowsAbove0,
  partitionByValues,
} from './transformations';
import { GRAFANA, labelOfSeries, VARS } from './vars';

/**
 * About how many points a chart has: one per minute below 10 hours, one per 5 minutes over a day. Each costs InfluxDB a sum per
 * series, and more of them could not be told apart on the screen; by default Grafana queries one per pixel.
 */
const POINTS = 400;

/** The frame of the top keys, with their names or without; without traffic that of their names, which must not be shown instead. */
const KEYED = `^(${JOINED}-)*(${REFS.top}|names)`;
/** The frame of what the top keys leave. */
const REST_FRAME = joined(REFS.all, REFS.shown);
const SHOW = VARS.show.plain;
const METRIC = VARS.metric.plain;

/** Traffic per action, stacked to the total, with the refused share of flows as a line: bytes would hide it. */
export function actionsOverTime(report: Report): PanelBuilder {
  const flows = (refused: boolean) => {
    const where = refused ? [`"action" = '${REFUSED}'`] : [];
    const sum = `sum("flows") AS "${refused ? 'refused' : 'flows'}"`;
    return seriesQuery(report.measurement, seriesScope(report, where), 'flows', [sum], GRAFANA.interval);
  };
  const panel = stacked('Traffic over time')
    .withTarget(
      influxQuery(
        REFS.top,
        seriesQuery(report.measurement, seriesScope(report), METRIC, totalAndRate(), GRAFANA.interval, ['action'])
      )
    )
    .withTarget(influxQuery(REFS.refused, flows(true)))
    .withTarget(influxQuery(REFS.flows, flows(false)))
    // refused: Time refused; flows: Time flows; top: Time, action, and total and rate of the metric.
    .transformations([
      // refused and flows become joinByField-refused-flows: Time refused flows; then Time share.
      joinByTime(only(REFS.refused, REFS.flows)),
      calculate('share', 'refused', '/', 'flows', JOINED),
      selectColumns({ Time: 'Time', share: 'share' }, { refIds: JOINED }),
      // top: Time action value; then a frame per action, Time and value.
      ...chosenValue(['action'], only(REFS.top)),
      partitionByValues(['action'], only(REFS.top)),
    ])
    .overrideByFieldType(
      'number',
      properties({ displayName: labelOfSeries('action'), links: seriesLinks(report, ['action']) })
    );
  for (const [action, color] of Object.entries(ACTION_COLORS)) {
    panel.overrideByRegexp(`/\\b${action}\\b/`, properties({ color: { mode: 'fixed', fixedColor: color } }));
  }
  return panel.overrideByName(
    'share',
    properties({
      displayName: 'Refused share of flows',
      unit: 'percentunit',
      links: [],
      color: { mode: 'fixed', fixedColor: 'orange' },
      'custom.axisPlacement': 'right',
      'custom.axisSoftMin': 0,
      'custom.drawStyle': GraphDrawStyle.Line,
      'custom.fillOpacity': 0,
      'custom.lineWidth': 2,
      'custom.stacking': { mode: StackingMode.None, group: 'A' },
    })
  );
}

/** The top keys by name and the rest in grey, stacked to the total. */
export function topOverTime(report: Report): PanelBuilder {
  const names = seriesNames(report);
  const top = keysSeriesScope(report);
  const all = seriesQuery(
    totalsMeasurement(report),
    seriesScope(report),
    METRIC,
    totalAndRate('all'),
    GRAFANA.interval
  );
  const panel = stacked(`Top ${VARS.top.plain} over time`, names.shown.length > 1)
    .withTarget(
      influxQuery(REFS.top, seriesQuery(report.measurement, top, METRIC, totalAndRate(), GRAFANA.interval, names.tags))
    )
    .withTarget(influxQuery(REFS.all, all))
    .withTarget(
      influxQuery(REFS.shown, seriesQuery(report.measurement, top, METRIC, totalAndRate('shown'), GRAFANA.interval))
    );
  names.queries.forEach((target) => panel.withTarget(target));
  // top: Time, the key's tags, and total and rate of the metric; all and shown: Time, total and rate; names_…: id and name.
  panel.transformations([
    // top and names_… become joinByField-top-names_…: a row per point, with the names of its key.
    ...nameSeries(names, REFS.top),
    // Time, tags, names, value; then a frame per key, Time and value.
    ...chosenValue(names.labels, KEYED),
    partitionByValues(names.labels, KEYED),
    ...nameInWords(names, KEYED),
    // all and shown become joinByField-all-shown: Time and the value of all less that of the keys.
    joinByTime(only(REFS.all, REFS.shown)),
    calculate(CHOSEN_VALUE, `all ${SHOW}`, '-', `shown ${SHOW}`, `^${REST_FRAME}$`),
    ...chosenValue([], `^${REST_FRAME}$`),
  ]);
  panel.overrideByFieldType('number', properties({ links: seriesLinks(report, names.labels) }));
  return panel.overrideByQuery(REST_FRAME, otherProperties(OTHER));
}

/** In above zero, Out below. Traffic whose flow log has no direction is above zero, too. */
export function directionsOverTime(report: Report): PanelBuilder {
  const names = seriesNames(report);
  const labels = ['direction', ...names.labels];
  const shown = keysSeriesScope(report);
  const rest = seriesScope(report, [isNoneOfChosen(report.key!, VARS.keys)]);
  const tags = ['direction', ...names.tags];
  const panel = stacked(`Top ${VARS.top.plain} over time: in above zero, out below`)
    .withTarget(
      influxQuery(REFS.top, seriesQuery(report.measurement, shown, METRIC, totalAndRate(), GRAFANA.interval, tags))
    )
    .withTarget(
      influxQuery(
        REFS.rest,
        seriesQuery(report.measurement, rest, METRIC, totalAndRate(), GRAFANA.interval, ['direction'])
      )
    );
  names.queries.forEach((target) => panel.withTarget(target));
  // top: Time, direction, the key's tags, total and rate; rest: Time, direction, total and rate; names_…: id and name.
  panel.transformations([
    // top and names_… become joinByField-top-names_…, then a frame per direction and key.
    ...nameSeries(names, REFS.top),
    ...chosenValue(labels, KEYED),
    partitionByValues(labels, KEYED),
    // rest becomes a frame per direction.
    ...chosenValue(['direction'], only(REFS.rest)),
    partitionByValues(['direction'], only(REFS.rest)),
  ]);
  // Until an override renames it, a series is called by its labels; so each of these patterns fits once.
  const [{ label }] = names.shown;
  for (const { direction, suffix } of DIRECTIONS) {
    const transform = direction === 'egress' ? { 'custom.transform': GraphTransform.NegativeY } : {};
    panel.overrideByRegexp(
      `/direction="${direction}", /`,
      properties({ displayName: labelOfSeries(label) + suffix, links: seriesLinks(report, names.labels), ...transform })
    );
    panel.overrideByRegexp(`/ ${direction}$/`, [...otherProperties(OTHER + suffix), ...properties(transform)]);
  }
  return panel;
}

function otherProperties(displayName: string) {
  return properties({ displayName, color: { mode: 'fixed', fixedColor: OTHER_COLOR }, links: [] });
}

/** Keeps the column that Show asks for; bytes per second become bits. */
function chosenValue(labels: readonly string[], refIds: string): DataTransformerConfig[] {
  const kept = ['Time', ...labels, CHOSEN_VALUE];
  return [
    // Rows without labels are points of one series, whose zeros count.
    ...(labels.length > 0 ? [keepRowsAbove0([CHOSEN_VALUE], refIds)] : []),
    selectColumns(Object.fromEntries(kept.map((name) => [name, name])), { refIds }),
    calculate(BITS_PER_SECOND, 'bytes rate', '*', { constant: '8' }, refIds),
    dropColumns(['bytes rate'], refIds),
  ];
}

/** `longNames`: the legend stands below, where names of both ends leave room for the chart. */
function stacked(title: string, longNames = false): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .height(longNames ? 17 : 11)
    .span(24)
    .interval(`1${VARS.step.braced}`)
    .maxDataPoints(POINTS)
    .noValue(NOTHING_TO_SHOW)
    .description(
      'The first and the last point cover a part of their interval. Whatever is later than "Complete until", above, still ' +
        'grows: flow logs arrive 10 to 15 minutes after the traffic.'
    )
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(50)
    .axisSoftMin(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.Table)
        .placement(longNames ? LegendPlacement.Bottom : LegendPlacement.Right)
        // No mean: minutes without traffic have no value, and it would be that of the others.
        .calcs(['max'])
        .sortBy('Max')
        .sortDesc(true)
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  for (const { name, unit, rateUnit } of METRICS) {
    panel.overrideByName(`${name} total`, properties({ unit }));
    panel.overrideByName(name === 'bytes' ? BITS_PER_SECOND : `${name} rate`, properties({ unit: rateUnit }));
  }
  return panel;
}
