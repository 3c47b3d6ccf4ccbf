import {
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellDisplayMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { COLLECTION_FIGURES, sourcesQuery } from '../reports/collection';
import { NO_SOURCE_IN_RANGE } from '../reports/explanations';
import { DATASOURCE, properties } from './common';
import { influxQuery } from './influxQuery';
import { REFS } from './refs';
import { selectColumns, partitionByValues } from './transformations';
import { labelOfSeries } from './vars';

/** Lines, one per combination of the labels, or one per column. */
export function overTime(title: string, unit: string, labels: readonly string[], stacked = false): PanelBuilder {
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
    panel.transformations([partitionByValues(labels)]).overrideByFieldType('number', properties({ displayName }));
  }
  return panel;
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
    .height(6)
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
        'custom.width': widthFor(field, heading),
        ...(isBad && {
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          color: { mode: 'thresholds' },
          thresholds: {
            mode: 'absolute',
            steps: [
              { value: null, color: 'text' },
              { value: 1, color: 'orange' },
            ],
          },
        }),
      })
    );
  }
  return panel.overrideByName('source', properties({ noValue: '–', 'custom.wrapText': true, 'custom.minWidth': 110 }));
}
