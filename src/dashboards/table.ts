import { BarGaugeDisplayMode, BarGaugeValueMode, TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { METRICS, OTHER, REFUSED } from '../reports/metrics';
import {
  entitiesQuery,
  ownTags,
  partsOf,
  rankingQuery,
  restQuery,
  splitQuery,
  sumsQuery,
  type Ranking,
  type Scope,
} from '../reports/queries';
import type { Column, Report } from '../reports/reports';
import { ACTION_COLORS, DATASOURCE, NOTHING, OTHER_COLOR, properties, tableUnit } from './common';
import { influxQuery } from './influxQuery';
import { idColumn, rowLinks } from './links';
import { namedColumns } from './names';
import { rankingScope } from './scopes';
import {
  calculate,
  columns,
  join,
  joinByTime,
  keepRowsAbove0,
  merge,
  nameValues,
  sortDescending,
} from './transformations';

/** Figures behind a row's columns: name in the query, heading. */
const FIGURES = { bytes: 'Bytes', rate: 'Average rate', packets: 'Packets', flows: 'Flows', share: 'Share' };
/** Share of the exact total; the 0 in front keeps the query whole when the range is empty and there is no total. */
const SHARE = '1.0 * "$metric" / 0${total}.0';
const SHARE_OF_SUM = '1.0 * sum("$metric") / 0${total}.0';
const NOT_THE_REST = '^(?!rest)';
const METRIC_WIDTHS = { bytes: 95, packets: 115, flows: 100 };
const METRIC_FIELDS = METRICS.map(({ name }) => name);

/** In, Out and Unknown of the Interface report; the unit follows the metric, so the metric is in the name. */
const DIRECTIONS = [
  { direction: 'ingress', heading: 'In' },
  { direction: 'egress', heading: 'Out' },
  { direction: 'unknown', heading: 'Unknown direction' },
] as const;

/** The top rows with names, the row of what is not shown, and the exact total as footer. */
export function topTable(report: Report): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title(report))
    .datasource(DATASOURCE)
    // Without scrolling at the default Top.
    .height(report.refusedByFlows ? 24 : report.directions ? 18 : report.key ? 14 : 7)
    .span(24)
    .noValue(NOTHING)
    .showHeader(true);
  addQueries(panel, report);
  panel.transformations([
    nameValues(
      'names',
      namedColumns(report).map((column) => column.tag)
    ),
    ...(report.refusedByFlows ? [merge('^(all|refused)$')] : []),
    ...(isJoined(report) ? [join('interface', NOT_THE_REST)] : []),
    keepRowsAbove0(METRIC_FIELDS, NOT_THE_REST),
    sortDescending('$metric', NOT_THE_REST),
    ...(report.directions ? [joinByTime('rest')] : []),
    keepRowsAbove0(METRIC_FIELDS, 'rest'),
    merge(),
    ...(report.directions ? [calculate('refused_share', 'refused_flows', '/', 'flows')] : []),
    columns(headings(report)),
  ]);
  addOverrides(panel, report);
  return panel;
}

function title(report: Report): string {
  if (!report.key) {
    return 'Traffic by action';
  }
  return report.refusedByFlows ? 'Top $top by $metric, and top $top refused by flows' : 'Top $top by $metric';
}

function addQueries(panel: PanelBuilder, report: Report): void {
  const scope = rankingScope(report);
  const own = ownTags(report);
  const ranking: Ranking = {
    metric: '$metric',
    top: report.key ? '$top' : '20',
    span: '${span}',
    also: [`${SHARE} AS "share"`, ...own.map((tag) => `"${tag}" AS "${idColumn(tag)}"`)],
  };
  for (const part of partsOf(report)) {
    panel.withTarget(influxQuery(part === 'refused' ? part : 'all', rankingQuery(report, scope, ranking, part)));
  }
  const total = {
    bytes: '0${total_bytes}',
    packets: '0${total_packets}',
    flows: '0${total_flows}',
    share: '0${total}',
  };
  if (report.directions) {
    addDirections(panel, report);
  } else {
    panel.withTarget(influxQuery('rest', restQuery(report, scope, ranking, total)));
  }
  const beside = report.columns.filter((column) => column.beside);
  if (beside.length > 0) {
    const fields = beside.map((column) => `"${column.tag}"`);
    // Entities stand at time 0: without traffic there is no total, and nothing is listed.
    const query = `${entitiesQuery(['interface'], fields, 'interface')} AND time < 0\${total}ms`;
    panel.withTarget(influxQuery('beside', query));
  }
  const kinds = [...new Set(namedColumns(report).map((column) => column.kind!))];
  if (kinds.length > 0) {
    panel.withTarget(influxQuery('names', entitiesQuery(kinds, ['"name"'])));
  }
}

/** In, Out, Unknown and refused flows of each row, and of what the rows leave. */
function addDirections(panel: PanelBuilder, report: Report): void {
  const scope = rankingScope(report);
  const shown = { ...scope, where: [...scope.where, `"${report.key}" =~ /^\${keys:regex}$/`] };
  const rest = { ...scope, where: [...scope.where, `"${report.key}" !~ /^\${keys:regex}$/`] };
  const figures = [
    ...DIRECTIONS.map(({ direction }) => ({
      name: `$metric ${direction}`,
      metric: '$metric',
      when: `"direction" = '${direction}'`,
    })),
    { name: 'refused_flows', metric: 'flows', when: `"action" = '${REFUSED}'` },
  ];
  panel.withTarget(influxQuery('rest', sumsQuery(report.measurement, rest, '${span}', [`${SHARE_OF_SUM} AS "share"`])));
  figures.forEach(({ name, metric, when }, index) => {
    const of = (part: Scope) => ({ ...part, where: [...part.where, when] });
    panel.withTarget(influxQuery(`split${index}`, splitQuery(report.measurement, of(shown), metric, name, report.key)));
    panel.withTarget(influxQuery(`rest${index}`, splitQuery(report.measurement, of(rest), metric, name)));
  });
}

function isJoined(report: Report): boolean {
  return report.directions || report.columns.some((column) => column.beside);
}

function headings(report: Report): Record<string, string> {
  const keys = report.columns.map((column) => [column.tag, column.heading]);
  const directions = report.directions
    ? [
        ...DIRECTIONS.map(({ direction, heading }) => [`$metric ${direction}`, heading]),
        ['refused_share', 'Refused share'],
      ]
    : [];
  const figures = Object.entries(FIGURES).map(([name, heading]) => [
    name,
    report.lowerBounds ? `≥ ${heading}` : heading,
  ]);
  const ids = ownTags(report).map((tag) => [idColumn(tag), idColumn(tag)]);
  return Object.fromEntries([...keys, ...directions, ...figures, ...ids]);
}

function addOverrides(panel: PanelBuilder, report: Report): void {
  const links = rowLinks(report);
  const first = ownTags(report)[0];
  for (const column of report.columns) {
    const narrow = column.beside ? 150 : undefined;
    panel.overrideByName(
      column.tag,
      columnProperties(column, column.beside ? [] : links, column.tag === first, narrow)
    );
  }
  for (const metric of METRICS) {
    panel.overrideByName(metric.name, figure(METRIC_WIDTHS[metric.name], { unit: tableUnit(metric) }));
    for (const { direction } of report.directions ? DIRECTIONS : []) {
      panel.overrideByName(`${metric.name} ${direction}`, figure(82, { unit: tableUnit(metric), noValue: '–' }));
    }
  }
  panel.overrideByName('rate', figure(105, { unit: 'bps', decimals: 1 }));
  const none = { type: 'special', options: { match: 'null+nan', result: { text: '–' } } };
  const percent = { unit: 'percentunit', decimals: 1, 'custom.footer.reducers': [] };
  panel.overrideByName('refused_share', figure(78, { ...percent, mappings: [none] }));
  panel.overrideByName(
    'share',
    figure(130, {
      ...percent,
      min: 0,
      max: 1,
      color: { mode: 'fixed', fixedColor: 'blue' },
      'custom.cellOptions': {
        type: TableCellDisplayMode.Gauge,
        mode: BarGaugeDisplayMode.Basic,
        valueDisplayMode: BarGaugeValueMode.Text,
      },
    })
  );
  panel.overrideByRegexp('/_id$/', properties({ 'custom.hideFrom.viz': true }));
}

/** Right-aligned, summed up in the footer. */
function figure(width: number, values: Readonly<Record<string, unknown>>) {
  return properties({
    'custom.align': 'right',
    'custom.width': width,
    'custom.wrapHeaderText': true,
    'custom.footer.reducers': ['sum'],
    ...values,
  });
}

function columnProperties(column: Column, links: readonly object[], first: boolean, width?: number) {
  const mappings = Object.entries(ACTION_COLORS).map(([action, color], index) => [
    action,
    { text: action, color, index },
  ]);
  return properties({
    // The row of what is not shown has no key; an empty cell elsewhere says nothing.
    noValue: first ? OTHER : ' ',
    ...(links.length > 0 && { links }),
    ...(column.kind && !column.beside && { 'custom.tooltip.field': idColumn(column.tag) }),
    ...(column.tag === 'action'
      ? {
          mappings: [{ type: 'value', options: Object.fromEntries(mappings) }],
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          'custom.width': 110,
          color: { mode: 'fixed', fixedColor: OTHER_COLOR },
        }
      : { 'custom.wrapText': true, ...(width ? { 'custom.width': width } : { 'custom.minWidth': 180 }) }),
  });
}
