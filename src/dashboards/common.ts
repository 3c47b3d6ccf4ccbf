import { BarGaugeDisplayMode, BarGaugeValueMode, TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import type { Metric } from '../reports/metrics';
import type { Column } from '../reports/reports';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { GRAFANA, VARS } from './vars';

/** The data source that provisioning/datasources installs. */
export const DATASOURCE = { type: 'influxdb', uid: 'flowscope-influxdb' };

/** Tag of all dashboards; the menu among them lists dashboards with this tag. */
export const REPORT_TAG = 'flowscope-report';

/** Text of a panel whose queries return nothing. */
export const NOTHING_TO_SHOW = 'Nothing to show: see why above, below the question.';

/** Actions that have a colour of their own; any other value keeps the palette's. */
export const ACTION_COLORS: Readonly<Record<string, string>> = { ACCEPT: 'green', REJECT: 'red' };
export const OTHER_COLOR = '#808080';

/** Columns of a series: what the Show switch chooses between. */
export const CHOSEN_VALUE = `${VARS.metric.plain} ${VARS.show.plain}`;
export const BITS_PER_SECOND = 'bits per second';

/** `"$metric total"` and `"$metric rate"`, of which a transformation keeps what Show asks for. */
export function totalAndRate(prefix = VARS.metric.plain): string[] {
  const sum = `sum("${VARS.metric.plain}")`;
  return [`${sum} AS "${prefix} total"`, `1000.0 * ${sum} / ${GRAFANA.intervalMs} AS "${prefix} rate"`];
}

/**
 * Cell options of one column that make all rows of its table as high as their texts need. Grafana measures one value of each row,
 * before mappings, which would cut others. It offers the setting for Markdown alone, yet heeds it of any column. A few rows are
 * stretched over the whole table.
 */
export const GROWING_ROWS = { type: 'auto', dynamicHeight: true };

/** Pixels of a table's column, so that the longest word of a name fits: AWS calls load balancers `app/`, a name, `/` and sixteen digits. */
const NAME_WIDTH = 212;
/** Likewise of an application: its words are short. */
const APPLICATION_WIDTH = 132;
/** Width of the columns of related entities: an id without a description has seventeen digits. */
const RELATED_WIDTH = 143;

/** Likewise of a metric. Figures stand at the right: where there is no room, the first digits of a number would be cut, not the last. */
export const METRIC_WIDTHS = { bytes: 78, packets: 112, flows: 98 };

/** The room that a column of a table takes, at least. */
export function widthOf({ kind, relatedTo }: Column): Record<string, number> {
  if (relatedTo) {
    return { 'custom.width': RELATED_WIDTH };
  }
  return { 'custom.minWidth': kind === 'application' ? APPLICATION_WIDTH : NAME_WIDTH };
}

/** Overrides' properties, as the builders take them. */
export function properties(values: Readonly<Record<string, unknown>>): DynamicConfigValue[] {
  return Object.entries(values).map(([id, value]) => ({ id, value: value as object }));
}

/** Unit of a metric's sum in a table: counts are written out. */
export function tableUnit(metric: Metric): string {
  return metric.name === 'bytes' ? metric.unit : 'locale';
}

/** Pixels of a column with shares as bars: what is left beside the figure must be long enough to compare. */
export const SHARE_WIDTH = 150;

/** A share as a bar, from nothing to all. */
export const SHARE_BAR = {
  min: 0,
  max: 1,
  color: { mode: 'fixed', fixedColor: 'blue' },
  'custom.cellOptions': {
    type: TableCellDisplayMode.Gauge,
    mode: BarGaugeDisplayMode.Basic,
    valueDisplayMode: BarGaugeValueMode.Text,
  },
};
