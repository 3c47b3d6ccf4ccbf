import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { METRICS } from '../reports/metrics';
import { refusedSeriesQuery, refusedShareQuery, seriesQuery } from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE, properties } from './common';
import { fixedColor, REFUSED_COLOR, TRAFFIC_COLOR, WARNING_COLOR } from './colors';
import { influxQuery } from './influxQuery';
import { refusedLink } from './links';
import { REFS } from './refs';
import { totalsMeasurement, totalsScope } from './scopes';
import { GRAFANA, VARS } from './vars';

/** Points of the small lines behind the figures. */
const POINTS = 40;

/**
 * The headline figures in one panel: bytes, packets, flows, refused flows, and their share. Each but the last is the exact sum of
 * its points, which the line behind it shows.
 */
export function figures(report: Report): PanelBuilder {
  const measurement = totalsMeasurement(report);
  const scope = totalsScope(report);
  const series = (metric: string) =>
    seriesQuery(measurement, scope, metric, [`sum("${metric}") AS "${metric}"`], GRAFANA.interval);
  const panel = new PanelBuilder()
    .datasource(DATASOURCE)
    .height(3)
    .description(
      'Of all traffic in the range, under all filters. Refused is what a security group or a network ACL refused: in bytes it ' +
        'would not show, so it counts in flows.'
    )
    .interval(`1${VARS.boundary.text}`)
    .maxDataPoints(POINTS)
    .withTarget(influxQuery(REFS.bytes, series('bytes')))
    .withTarget(influxQuery(REFS.packets, series('packets')))
    .withTarget(influxQuery(REFS.refused, refusedSeriesQuery(measurement, scope, GRAFANA.interval)))
    .withTarget(influxQuery(REFS.share, refusedShareQuery(measurement, scope)))
    .orientation(VizOrientation.Vertical)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['sum']).fields('').values(false))
    .graphMode(BigValueGraphMode.Area)
    .colorMode(BigValueColorMode.Value)
    .textMode(BigValueTextMode.ValueAndName)
    .text(new VizTextDisplayOptionsBuilder().titleSize(10).valueSize(17))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(TRAFFIC_COLOR))
    .noValue('0');
  for (const { name, heading, unit } of METRICS) {
    panel.overrideByName(name, properties({ displayName: heading, unit }));
  }
  // Each line has a scale of its own.
  panel.overrideByFieldType('number', properties({ fieldMinMax: true }));
  const red = { color: fixedColor(REFUSED_COLOR), links: [refusedLink(report)] };
  return panel
    .overrideByName('refused', properties({ displayName: 'Refused flows', unit: 'short', ...red }))
    .overrideByName('share', properties({ displayName: 'Refused share', unit: 'percentunit', decimals: 1, ...red }));
}

/** A figure by itself; one that is bad above zero turns orange there. */
export function stat(title: string, description?: string, isBad = false): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .height(3)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.None)
    .textMode(BigValueTextMode.Value)
    .text(new VizTextDisplayOptionsBuilder().titleSize(13).valueSize(22))
    .noValue('0');
  if (description !== undefined) {
    panel.description(description);
  }
  return isBad ? panel.colorMode(BigValueColorMode.Value).thresholds(ABOVE_ZERO) : panel;
}

/** Figures side by side, each with its name, on no ground of their own. `size`: of the figures, in pixels. */
export function figuresRow(description: string, size: number): PanelBuilder {
  return new PanelBuilder()
    .title('')
    .description(description)
    .datasource(DATASOURCE)
    .height(3)
    .transparent(true)
    .orientation(VizOrientation.Vertical)
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.None)
    .textMode(BigValueTextMode.ValueAndName)
    .text(new VizTextDisplayOptionsBuilder().titleSize(13).valueSize(size));
}

const ABOVE_ZERO = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
  { value: null, color: 'text' },
  { value: 1, color: WARNING_COLOR },
]);
