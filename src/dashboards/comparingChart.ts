import {
  GraphDrawStyle,
  SortOrder,
  TooltipDisplayMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { METRICS } from '../reports/metrics';
import { COMPARED } from './comparing';
import { BITS_PER_SECOND, DATASOURCE, legendBelow, properties } from './common';
import { only, REFS, type Ref } from './refs';
import { asTime, calculate, coalesce, dropColumns } from './transformations';

/** What lines of a period then look like, beside those of now. */
export const DASHED = {
  'custom.lineStyle': { fill: 'dash', dash: [8, 6] },
  'custom.fillOpacity': 0,
  'custom.lineWidth': 2,
};

/** A chart over time of now, and of then; {@link drawLines} draws it. */
export function comparingChart(title: string): PanelBuilder {
  return new PanelBuilder()
    .title(title)
    .datasource(DATASOURCE)
    .span(24)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(20)
    .axisSoftMin(0)
    .legend(legendBelow())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None));
}

/**
 * Moves what was then to now, makes bits of bytes per second, and gives each line its looks. `lines`: properties by name; their columns
 * are called as a metric and that name. `thens`: the queries of what was then; their answers are a time and rates.
 */
export function drawLines(
  panel: PanelBuilder,
  lines: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  thens: readonly [Ref, ...Ref[]] = [REFS.then]
): PanelBuilder {
  const names = Object.keys(lines);
  const bits = (name: string) => `${BITS_PER_SECOND} ${name}`;
  // Each answer: Time, and rates.
  panel.transformations([
    // One frame at a time: columns are left out of the first alone.
    ...thens.flatMap((ref) => [
      coalesce('moved', ['Time'], only(ref)),
      calculate('at', 'moved', '+', { constant: COMPARED.shift.number }, only(ref)),
      dropColumns(['Time', 'moved'], only(ref)),
      asTime('at', '', only(ref))[0],
    ]),
    ...names.flatMap((name) => [
      calculate(bits(name), `bytes ${name}`, '*', { constant: '8' }),
      dropColumns([`bytes ${name}`]),
    ]),
  ]);
  for (const { name: metric, rateUnit } of METRICS) {
    for (const name of names) {
      const column = metric === 'bytes' ? bits(name) : `${metric} ${name}`;
      panel.overrideByName(column, properties({ unit: rateUnit, ...lines[name] }));
    }
  }
  return panel;
}
