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
import { refusedQuery, splitQuery } from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE, properties } from './common';
import { fixedColor, REFUSED_COLOR, TRAFFIC_COLOR, WARNING_COLOR } from './colors';
import { influxQuery } from './influxQuery';
import { refusedLink } from './links';
import { REFS } from './refs';
import { totalsMeasurement, totalsScope } from './scopes';

/**
 * The headline figures in one panel: bytes, packets, flows, refused flows, and their share. Without lines behind them: in a panel so
 * low they would run through the text, and the charts below show the same.
 */
export function figures(report: Report): PanelBuilder {
  const measurement = totalsMeasurement(report);
  const scope = totalsScope(report);
  const panel = namedFigures(
    'Of all traffic in the range, under all filters. Refused is what a security group or a network ACL refused: in bytes it ' +
      'would not show, so it counts in flows.',
    { name: 12, figure: 22 }
  )
    .withTarget(influxQuery(REFS.bytes, splitQuery(measurement, scope, 'bytes', 'bytes')))
    .withTarget(influxQuery(REFS.packets, splitQuery(measurement, scope, 'packets', 'packets')))
    .withTarget(influxQuery(REFS.refused, refusedQuery(measurement, scope)))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['sum']).fields('').values(false))
    .colorMode(BigValueColorMode.Value)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor(TRAFFIC_COLOR))
    .noValue('0');
  for (const { name, heading, unit } of METRICS) {
    panel.overrideByName(name, properties({ displayName: heading, unit }));
  }
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
  return namedFigures(description, { name: 13, figure: size })
    .title('')
    .transparent(true)
    .colorMode(BigValueColorMode.None);
}

/** Figures side by side, each with its name; `sizes` in pixels. */
function namedFigures(description: string, sizes: { readonly name: number; readonly figure: number }): PanelBuilder {
  return new PanelBuilder()
    .datasource(DATASOURCE)
    .height(3)
    .description(description)
    .orientation(VizOrientation.Vertical)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.ValueAndName)
    .text(new VizTextDisplayOptionsBuilder().titleSize(sizes.name).valueSize(sizes.figure));
}

const ABOVE_ZERO = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
  { value: null, color: 'text' },
  { value: 1, color: WARNING_COLOR },
]);
