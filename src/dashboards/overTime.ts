import {
  GraphDrawStyle,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { OTHER, REFUSED } from '../contract/stored';
import { nothingOf } from '../reports/explanations';
import { DIRECTIONS } from '../reports/headings';
import { METRICS } from '../reports/metrics';
import { partConditions, seriesQuery, type Part, type Scope } from '../reports/queries';
import type { Report } from '../reports/reports';
import { BIT_RATE, BITS_PER_SECOND, DATASOURCE, legendBelow, properties, totalAndRate } from './common';
import { colorByName, fixedColor, OTHER_COLOR, REFUSED_COLOR, TRAFFIC_COLOR } from './colors';
import { influxQuery } from './influxQuery';
import { seriesLinks } from './links';
import { nameInWords, nameSeries, seriesNames } from './names';
import { JOINED, joined, only, REFS } from './refs';
import { firstPart, keysSeriesScope, rowKeysVar, seenSeriesScope, seriesScope, totalsMeasurement } from './scopes';
import { calculate, selectColumns, dropColumns, joinByTime, keepRowsWith, partitionByValues } from './transformations';
import { GRAFANA, labelOfSeries, VARS, type Var } from './vars';

/**
 * About how many points a chart has: one per minute below 10 hours, one per 5 minutes over a day. Each costs InfluxDB a sum per
 * series, and more of them could not be told apart on the screen; by default Grafana queries one per pixel.
 */
const POINTS = 400;
/** The same of charts with bars, which must be wide enough to be seen. */
const BARS = 100;

/** The frame of the top keys, with their names or without; without traffic that of their names, which must not be shown instead. */
const KEYED = `^(${JOINED}-)*(${REFS.top}|names)`;
/** The frame of what the top keys leave. */
const REST_FRAME = joined(REFS.all, REFS.shown);
const METRIC = VARS.metric.braced;

/** What a chart shows of the traffic of a report. */
interface Shown {
  readonly title: string;
  readonly part: Part;
  /** Further conditions. */
  readonly where?: readonly string[];
  /** The variable with the keys that have a series each. */
  readonly keys?: Var;
}

/** The busiest keys by name and the rest in grey, stacked to the total: what was accepted, or all where a row has no action. */
export function topOverTime(report: Report, { keys }: Pick<Shown, 'keys'> = {}): PanelBuilder {
  // A row without an action is all traffic, of which what was refused is next to nothing.
  const part = report.countsOnce ? 'not refused' : firstPart(report);
  const what = part === 'all' ? 'Traffic' : 'Accepted';
  return ofKeys(report, { title: `${what} by ${nameOfKey(report)}`, part, keys });
}

/** Refused flows by key, as bars: in bytes they would not show. */
export function refusedOverTime(report: Report, { keys }: Pick<Shown, 'keys'> = {}): PanelBuilder {
  return asBars(ofKeys(report, { title: `Refused by ${nameOfKey(report)}`, part: 'refused', keys }));
}

/** The traffic of one direction by key. One chart each: below zero there is no traffic. */
export function directionOverTime(report: Report, direction: (typeof DIRECTIONS)[number]['direction']): PanelBuilder {
  const { heading } = DIRECTIONS.find((each) => each.direction === direction)!;
  return ofKeys(report, { title: heading, part: 'all', where: [`"direction" = '${direction}'`] });
}

/** Accepted traffic, by the actions that accept it. */
export function acceptedOverTime(report: Report): PanelBuilder {
  return byAction(report, 'Accepted', 'not refused', METRIC).overrideByRegexp(
    '/\\bACCEPT\\b/',
    properties({ color: fixedColor(TRAFFIC_COLOR) })
  );
}

/** Refused flows, as bars. */
export function allRefusedOverTime(report: Report): PanelBuilder {
  const panel = byAction(report, 'Refused', 'refused', 'flows');
  return asBars(panel).overrideByRegexp(`/\\b${REFUSED}\\b/`, properties({ color: fixedColor(REFUSED_COLOR) }));
}

function byAction(report: Report, title: string, part: Part, metric: string): PanelBuilder {
  const scope = seriesScope(report, partConditions(part));
  const query = seriesQuery(report.measurement, scope, metric, totalAndRate(metric), GRAFANA.interval, ['action']);
  const panel = stacked(title, part, metric)
    .withTarget(influxQuery(REFS.top, query))
    // top: Time, action, and total and rate of the metric; then a frame per action, Time and value.
    .transformations([
      ...chosenValue(metric, ['action'], only(REFS.top)),
      partitionByValues(['action'], only(REFS.top)),
    ]);
  colorByName(panel);
  return panel.overrideByFieldType(
    'number',
    properties({ displayName: labelOfSeries('action'), links: seriesLinks(report, ['action']) })
  );
}

function ofKeys(report: Report, { title, part, where = [], keys = rowKeysVar(part) }: Shown): PanelBuilder {
  const names = seriesNames(report);
  const metric = part === 'refused' ? 'flows' : METRIC;
  const rows = keysSeriesScope(report, part, where, keys);
  const all = seenSeriesScope(report, [...partConditions(part), ...where]);
  const top = seriesQuery(report.measurement, rows, metric, totalAndRate(metric), GRAFANA.interval, names.tags);
  const sum = (measurement: string, scope: Scope, what: string) =>
    seriesQuery(measurement, scope, metric, totalAndRate(metric, what), GRAFANA.interval);
  const panel = stacked(title, part, metric)
    .withTarget(influxQuery(REFS.top, top))
    .withTarget(influxQuery(REFS.all, sum(totalsMeasurement(report), all, 'all')))
    .withTarget(influxQuery(REFS.shown, sum(report.measurement, rows, 'shown')));
  names.queries.forEach((target) => panel.withTarget(target));
  // top: Time, the key's tags, and total and rate of the metric; all and shown: Time, total and rate; names_…: id and name.
  panel.transformations([
    // top and names_… become joinByField-top-names_…: a row per point, with the names of its key.
    ...nameSeries(names, REFS.top),
    // Time, tags, names, value; then a frame per key, Time and value.
    ...chosenValue(metric, names.labels, KEYED),
    partitionByValues(names.labels, KEYED),
    ...nameInWords(names, KEYED),
    // all and shown become joinByField-all-shown: Time and the value of all less that of the keys.
    joinByTime(only(REFS.all, REFS.shown)),
    calculate(chosen(metric), chosen('all'), '-', chosen('shown'), `^${REST_FRAME}$`),
    ...chosenValue(metric, [], `^${REST_FRAME}$`),
  ]);
  colorByName(panel);
  panel.overrideByFieldType('number', properties({ links: seriesLinks(report, names.labels) }));
  return panel.overrideByQuery(
    REST_FRAME,
    properties({ displayName: OTHER, color: fixedColor(OTHER_COLOR), links: [] })
  );
}

/** What a series of a report is of. */
function nameOfKey({ key, columns }: Report): string {
  return key === 'pair' ? 'pair' : columns.find(({ tag }) => tag === key)!.heading.toLowerCase();
}

/** The column that Show asks for. */
const chosen = (of: string) => `${of} ${VARS.show.braced}`;

/** Keeps the column that Show asks for; bytes per second become bits. */
function chosenValue(metric: string, labels: readonly string[], refIds: string): DataTransformerConfig[] {
  const value = chosen(metric);
  const kept = ['Time', ...labels, value];
  return [
    // Joins also list entities without traffic.
    ...(labels.length > 0 ? [keepRowsWith(value, refIds)] : []),
    selectColumns(Object.fromEntries(kept.map((name) => [name, name])), { refIds }),
    calculate(BITS_PER_SECOND, 'bytes rate', '*', { constant: '8' }, refIds),
    dropColumns(['bytes rate'], refIds),
  ];
}

function asBars(panel: PanelBuilder): PanelBuilder {
  return panel.drawStyle(GraphDrawStyle.Bars).fillOpacity(85).lineWidth(0).barWidthFactor(0.9).maxDataPoints(BARS);
}

function stacked(title: string, part: Part, metric: string): PanelBuilder {
  const isRefused = part === 'refused';
  const panel = new PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .height(6)
    .interval(`1${VARS.seriesBoundary.text}`)
    .maxDataPoints(POINTS)
    .noValue(nothingOf(isRefused ? 'refused' : part === 'all' ? 'all' : 'accepted'))
    .description(
      `${isRefused ? 'Flows that a security group or a network ACL refused. ' : ''}The first and the last point cover a part of ` +
        'their interval. What is later than *Complete until* is shaded: it still grows, as flow logs arrive 10 to 15 minutes after the traffic.'
    )
    .drawStyle(GraphDrawStyle.Line)
    .showPoints(VisibilityMode.Never)
    .lineWidth(1)
    .fillOpacity(60)
    .axisSoftMin(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .legend(legendBelow())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending).hideZeros(true));
  for (const { name, unit, rateUnit } of METRICS.filter((each) => metric === METRIC || each.name === metric)) {
    panel.overrideByName(`${name} total`, properties({ unit }));
    panel.overrideByName(
      name === 'bytes' ? BITS_PER_SECOND : `${name} rate`,
      properties(name === 'bytes' ? BIT_RATE : { unit: rateUnit })
    );
  }
  return panel;
}
