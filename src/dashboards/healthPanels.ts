import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  TableCellHeight,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { COLLECTION_FIGURES, sourcesQuery } from '../reports/collection';
import { NO_SOURCE_IN_RANGE } from '../reports/explanations';
import { DATASOURCE, properties } from './common';
import { colorByName, TRAFFIC_COLOR, WARNING_COLOR } from './colors';
import { influxQuery } from './influxQuery';
import { REFS } from './refs';
import { selectColumns, partitionByValues } from './transformations';
import { labelOfSeries } from './vars';

/** Lines, one per combination of the labels, or one per column. `axis`: what stands beside the axis. */
export function overTime(
  title: string,
  unit: string,
  axis: string,
  labels: readonly string[],
  stacked = false
): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .height(8)
    .span(12)
    .interval('1m')
    .unit(unit)
    .noValue('Nothing was reported in this range.')
    .drawStyle(stacked ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .fillOpacity(stacked ? 60 : 10)
    .lineWidth(1)
    .axisLabel(axis)
    .axisSoftMin(0)
    // Counts: where there are none, an axis of its own choosing would end at 100.
    .axisSoftMax(unit === 'short' ? 10 : 60)
    .decimals(0)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs(['lastNotNull'])
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
  if (stacked) {
    panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
  }
  if (labels.length > 0) {
    const displayName = labels.map(labelOfSeries).join(' ');
    panel.transformations([partitionByValues(labels)]);
    colorByName(panel);
    panel.overrideByFieldType('number', properties({ displayName }));
  }
  return panel;
}

/** How late what a source delivers is, in seconds, and how that reads. */
const LATENESS = [
  { from: 0, to: 30 * 60, text: 'Up to date', color: TRAFFIC_COLOR },
  { from: 30 * 60, to: 60 * 60, text: 'Late', color: WARNING_COLOR },
  { from: 60 * 60, to: null, text: 'Over an hour late', color: 'dark-orange' },
];

/** A line per source: whether its data comes in time; nothing where it was not reported on. */
export function sourcesOverTime(query: string): TimelineBuilder {
  const mappings = LATENESS.map(({ from, to, ...result }, index) => ({
    type: 'range',
    options: { from, to, result: { ...result, index } },
  }));
  return new TimelineBuilder()
    .title('Sources: from traffic to data')
    .description(
      'How late data came: by delivery of flow logs, and by collecting. Blank: the sidecar did not report on the source.'
    )
    .datasource(DATASOURCE)
    .height(5)
    .span(24)
    .interval('1m')
    .maxDataPoints(200)
    .noValue(NO_SOURCE_IN_RANGE)
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .legend(new VizLegendOptionsBuilder().showLegend(false))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .withTarget(influxQuery(REFS.value, query))
    .transformations([partitionByValues(['source'])])
    .overrideByFieldType('number', properties({ displayName: labelOfSeries('source'), mappings }));
}

/** Pixels of a column, so that all of them have room beside Grafana's menu: a heading takes two lines, its longest word one. */
function widthFor(field: string, heading: string): number {
  const longest = Math.max(...heading.split(' ').map((word) => word.length));
  return field === 'complete_until' ? 104 : 20 + 8 * longest;
}

/** One row per source: its newest figures, those that need attention in orange. */
export function sourcesTable(where: string): TableBuilder {
  const figures = COLLECTION_FIGURES.filter(({ isShared, isChart }) => !isShared && !isChart);
  const fields = figures.map(({ field }) => field);
  const headings = Object.fromEntries(figures.map(({ field, heading }) => [field, heading]));
  const panel = new TableBuilder()
    .title('Sources')
    .datasource(DATASOURCE)
    .height(5)
    .cellHeight(TableCellHeight.Sm)
    .span(24)
    .noValue(NO_SOURCE_IN_RANGE)
    .withTarget(influxQuery(REFS.sources, sourcesQuery(fields, where)))
    .transformations([selectColumns({ source: 'Source', ...headings })]);
  for (const { field, heading, unit, isBad } of figures) {
    panel.overrideByName(
      field,
      properties({
        unit,
        'custom.align': 'right',
        'custom.wrapHeaderText': true,
        noValue: '–',
        // A zero is nothing to look at.
        ...(isBad && { mappings: [{ type: 'value', options: { 0: { text: ' ', index: 0 } } }] }),
        'custom.width': widthFor(field, heading),
        ...(isBad && {
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          color: { mode: 'thresholds' },
          thresholds: {
            mode: 'absolute',
            steps: [
              { value: null, color: 'text' },
              { value: 1, color: WARNING_COLOR },
            ],
          },
        }),
      })
    );
  }
  return panel.overrideByName('source', properties({ noValue: '–', 'custom.wrapText': true, 'custom.minWidth': 110 }));
}
