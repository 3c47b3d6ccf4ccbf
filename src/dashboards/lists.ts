import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { OTHER } from '../contract/stored';
import { nothingOf } from '../reports/explanations';
import { FIGURES, heading } from '../reports/headings';
import { COUNTED_TWICE, LOWER_BOUNDS, METRICS } from '../reports/metrics';
import {
  busiestQuery,
  newQuery,
  ownTags,
  partConditions,
  remainderQuery,
  seriesQuery,
  withConditions,
  type Part,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import {
  bar,
  BIT_RATE,
  DATASOURCE,
  METRIC_WIDTHS,
  properties,
  rate,
  SHARE,
  tableUnit,
  trendCell,
  trendColumn,
} from './common';
import { REFUSED_COLOR, TRAFFIC_COLOR } from './colors';
import { addHiddenColumns, entityLinks, hiddenColumns, idColumn, openLinks, rowLinks } from './links';
import { influxQuery } from './influxQuery';
import { nameColumns, nameQueries, shownColumns, wordsFor, type ShownColumn } from './names';
import { only, REFS } from './refs';
import { rankingScope, rowsScope, totalOfRows } from './scopes';
import {
  EVERY_ROW,
  hiddenCopies,
  metricOf,
  relatedEntityQueries,
  rowsColumn,
  TREND_POINTS,
  whereTraffic,
} from './tableQueries';
import {
  calculate,
  selectColumns,
  dropColumns,
  join,
  keepRowsAbove0,
  lineColumn,
  linesOf,
  mergeRows,
  sortDescending,
} from './transformations';
import { GRAFANA, VARS, type Var } from './vars';

const METRIC = VARS.metric.braced;
const NEW_ROWS = '10';

/** What a list shows. */
interface Shown {
  readonly title: string;
  /** The variable with the keys of its rows. */
  readonly keys: Var;
  readonly part?: Part;
  /** Whether rows have their rate over time beside them. */
  readonly trend?: boolean;
}

/**
 * A short table: the top keys by name, the chosen metric or refused flows, the share, and what the rows leave of the total. With a
 * trend, that is in place of the sum; refused flows have a bar, against the most that anybody has.
 */
export function topList(report: Report, { title, keys, part = 'all', trend = false }: Shown): PanelBuilder {
  const { measurement } = report;
  const isRefused = part === 'refused';
  const metric = metricOf(part);
  const scope = withConditions(rowsScope(report, part, keys), partConditions(part));
  const total = totalOfRows(report, part);
  const share = `1.0 * "sum" / ${total.number}.0 AS "share"`;
  // The keys are chosen already. An address that had several owners has a row for each.
  const ranking = { metric, top: EVERY_ROW, also: [share, ...rowsColumn(report, 'sum'), ...hiddenCopies(report)] };
  const panel = list(title)
    .height(7)
    .noValue(nothingOf(isRefused ? 'refused' : 'all'))
    .description([COUNTED_TWICE, ...(report.lowerBounds ? [LOWER_BOUNDS] : [])].join(' '))
    .withTarget(influxQuery(REFS.all, busiestQuery(measurement, ownTags(report), scope, ranking)));
  if (!isRefused) {
    panel.withTarget(influxQuery(REFS.rest, remainderQuery(measurement, scope, metric, total.number)));
  }
  if (trend) {
    const series = seriesQuery(measurement, scope, metric, [rate(metric)], GRAFANA.interval, ownTags(report));
    panel.interval(`1${VARS.boundary.text}`).maxDataPoints(TREND_POINTS).withTarget(influxQuery(REFS.trend, series));
  }
  const beside = relatedEntityQueries(report);
  beside.forEach((target) => panel.withTarget(target));
  addNames(panel, report, total);
  // all: Time metric key share key_id words; rest: Time metric share; beside, beside_… and names_… as in the table of a report.
  panel.transformations([
    dropColumns(['Time'], only(REFS.all)),
    // trend: Time key rate; with it, all has the line of each row.
    ...(trend ? trendOf(report) : []),
    // With beside and beside_…, all becomes joinByField-all-…; rows of interfaces without traffic go, as rest does if it is 0.
    ...(beside.length > 0 ? [join('interface', `^(.*${REFS.all}.*|${REFS.relatedEntities}.*)$`)] : []),
    // With names_…: the same rows with names beside the ids, and rows of whatever else has one; which go.
    ...nameColumns(report),
    keepRowsAbove0([metric], `^(?!names_)`),
    sortDescending(metric, `^(?!${REFS.rest})`),
    // One frame: the rows, and under them what they leave; of its columns those that are shown or parts of links.
    mergeRows(),
    selectColumns(headings(report, part, trend)),
  ]);
  const links = rowLinks(report);
  listedColumns(report).forEach((column, index) =>
    panel.overrideByName(
      column.shown,
      properties({
        noValue: index === 0 ? OTHER : ' ',
        links: [...entityLinks(column), ...(column.relatedTo ? [] : links)],
        mappings: wordsFor(column, true),
        'custom.minWidth': 90,
        ...(column.owner && { 'custom.tooltip.field': idColumn(column.tag) }),
      })
    )
  );
  if (isRefused) {
    panel.overrideByName('flows', properties({ unit: 'locale', 'custom.width': 108, ...bar(REFUSED_COLOR) }));
  } else {
    addMetricUnits(panel);
  }
  addHiddenColumns(panel, report);
  return panel.overrideByName('share', properties({ ...SHARE, 'custom.width': 56 }));
}

function listedColumns(report: Report): ShownColumn[] {
  return shownColumns(report).filter(({ relatedTo }) => !relatedTo);
}

function headings(report: Report, part: Part, trend: boolean): Record<string, string> {
  const metric = metricOf(part);
  const sum = part === 'refused' ? FIGURES.flows : 'Total';
  return Object.fromEntries([
    ...listedColumns(report).map((column) => [column.shown, column.heading]),
    trend ? [lineColumn(REFS.trend, report.measurement), trendColumn(metric)] : [metric, heading(report, sum)],
    ...(part === 'refused' ? [] : [['share', FIGURES.share]]),
    ...hiddenColumns(report).map((name) => [name, name]),
  ]);
}

/** trend: Time key rate; then a row per key, with the column Trend, beside those of `all`. */
function trendOf(report: Report) {
  return [
    calculate('bits', 'bytes rate', '*', { constant: '8' }, only(REFS.trend)),
    dropColumns(['bytes rate'], only(REFS.trend)),
    ...linesOf(ownTags(report), REFS.trend, report.measurement),
    mergeRows(`^(${REFS.all}|${REFS.trend}.*)$`),
  ];
}

/** What had traffic in the range and none in the day before it, busiest first. */
export function newList(of: Report, title: string): PanelBuilder {
  const report = { ...of, columns: of.columns.filter(({ relatedTo }) => !relatedTo) };
  const columns = shownColumns(report);
  const ranking = { metric: METRIC, top: NEW_ROWS, also: [...rowsColumn(report, 'new'), ...hiddenCopies(report)] };
  const scope = withConditions(rankingScope(report), [
    ...partConditions('not refused'),
    `${VARS.flowsBefore.number} > 0`,
  ]);
  const query = newQuery(report.measurement, ownTags(report), scope, VARS.hoursUntil.number, ranking);
  const panel = list(title)
    .height(10)
    .description(
      `Accepted traffic in this range, and none in the 24 hours before it. Of less than a day of data nothing is called new. ${COUNTED_TWICE}`
    )
    .noValue('Nothing new in this range; or there is no data of the 24 hours before it to compare with.')
    .withTarget(influxQuery(REFS.new, query));
  for (const column of columns) {
    panel.overrideByName(
      column.shown,
      properties({
        links: [...openLinks(column), ...rowLinks(report)],
        mappings: wordsFor(column),
        'custom.minWidth': 90,
      })
    );
  }
  addHiddenColumns(panel, report);
  addNames(panel, report, totalOfRows(report));
  // new: Time metric key key_id words; names_…: Time …_entity, and a tag.
  panel.transformations([
    // The same rows with names beside the ids, and rows of whatever else has one; which go.
    ...nameColumns(report),
    keepRowsAbove0([METRIC]),
    sortDescending(METRIC),
    selectColumns({
      ...Object.fromEntries(columns.map(({ shown, heading }) => [shown, heading])),
      [METRIC]: heading(report, 'Total'),
      ...Object.fromEntries(hiddenColumns(report).map((name) => [name, name])),
    }),
  ]);
  addMetricUnits(panel);
  return panel;
}

function list(title: string): PanelBuilder {
  return new PanelBuilder().title(title).datasource(DATASOURCE).cellHeight(TableCellHeight.Sm).showHeader(true);
}

function addNames(panel: PanelBuilder, report: Report, total: Var): void {
  nameQueries(report, (query) => whereTraffic(query, total)).forEach((target) => panel.withTarget(target));
}

function addMetricUnits(panel: PanelBuilder): void {
  for (const metric of METRICS) {
    panel.overrideByName(
      metric.name,
      properties({
        unit: tableUnit(metric),
        'custom.width': METRIC_WIDTHS[metric.name],
        'custom.align': 'right',
      })
    );
    panel.overrideByName(
      trendColumn(metric.name),
      properties({
        ...trendCell(TRAFFIC_COLOR, 136),
        ...(metric.name === 'bytes' ? BIT_RATE : { unit: metric.rateUnit }),
      })
    );
  }
}
