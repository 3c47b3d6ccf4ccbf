import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  LegendDisplayMode,
  LegendPlacement,
  TableCellDisplayMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Metric } from '../reports/metrics';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { fixedColor } from './colors';
import { GRAFANA } from './vars';

/** The data source that provisioning/datasources installs. */
export const DATASOURCE = { type: 'influxdb', uid: 'flowscope-influxdb' };

/** Tag of all dashboards; the menu among them lists dashboards with this tag. */
export const REPORT_TAG = 'flowscope-report';

export const BITS_PER_SECOND = 'bits per second';

/** `"bytes total"` and `"bytes rate"`, of which a transformation keeps what Show asks for. */
export function totalAndRate(metric: string, as = metric): string[] {
  return [`sum("${metric}") AS "${as} total"`, rate(metric, as)];
}

/** `"bytes rate"`: per second. */
export function rate(metric: string, as = metric): string {
  return `1000.0 * sum("${metric}") / ${GRAFANA.intervalMs} AS "${as} rate"`;
}

/** Bits per second. Below one of them Grafana would count in thousandths. */
export const BIT_RATE = {
  unit: 'bps',
  mappings: [{ type: 'range', options: { from: 1e-9, to: 0.999, result: { text: '< 1 b/s', index: 0 } } }],
};

/** Pixels of a column with figures. They stand at the right: where there is no room, the first digits of a number would be cut, not the last. */
export const METRIC_WIDTHS = { bytes: 78, packets: 106, flows: 74 };

/** Overrides' properties, as the builders take them. */
export function properties(values: Readonly<Record<string, unknown>>): DynamicConfigValue[] {
  return Object.entries(values).map(([id, value]) => ({ id, value: value as object }));
}

/** Unit of a metric's sum in a table: counts are written out. */
export function tableUnit(metric: Metric): string {
  return metric.name === 'bytes' ? metric.unit : 'locale';
}

/** A figure as a bar, against the largest of its column. */
export function bar(color: string): Record<string, unknown> {
  return {
    min: 0,
    color: fixedColor(color),
    'custom.cellOptions': {
      type: TableCellDisplayMode.Gauge,
      mode: BarGaugeDisplayMode.Basic,
      valueDisplayMode: BarGaugeValueMode.Text,
    },
  };
}

/** A share of a total, which was summed up a moment before the part: never above 100 %. */
export const SHARE = {
  unit: 'percentunit',
  decimals: 1,
  'custom.align': 'right',
  mappings: [{ type: 'range', options: { from: 1, to: null, result: { text: '100%', index: 0 } } }],
};

/** The column with the line of a row: its unit follows the metric, so the metric is in its name. */
export const trendColumn = (metric: string) => `${metric} trend`;

/** The average rate of a row, and beside it the line. */
export function trendCell(color: string, width: number): Record<string, unknown> {
  return {
    displayName: 'Trend',
    // Of what other rows leave there is no line.
    noValue: '–',
    color: fixedColor(color),
    'custom.width': width,
    'custom.cellOptions': {
      type: TableCellDisplayMode.Sparkline,
      drawStyle: 'line',
      lineColor: color,
      lineWidth: 1,
      fillOpacity: 25,
      hideValue: false,
      showPoints: 'never',
    },
  };
}

/** Value mappings: of each text that fits a pattern, what stands in its place; the first that fits counts. */
export function regexMappings(texts: ReadonlyArray<{ readonly pattern: string; readonly text: string }>): object[] {
  return texts.map(({ pattern, text }, index) => ({ type: 'regex', options: { pattern, result: { text, index } } }));
}

/** The legend of a chart: its series one after another, below it. */
export function legendBelow(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([]);
}
