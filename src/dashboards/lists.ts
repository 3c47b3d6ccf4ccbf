import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { OTHER } from '../contract/stored';
import { FIGURES, heading } from '../reports/headings';
import { COUNTED_TWICE, METRICS } from '../reports/metrics';
import { busiestQuery, newQuery, ownTags, remainderQuery } from '../reports/queries';
import type { Report } from '../reports/reports';
import {
  DATASOURCE,
  METRIC_WIDTHS,
  NOTHING_TO_SHOW,
  properties,
  SHARE_BAR,
  SHARE_WIDTH,
  tableUnit,
  widthOf,
} from './common';
import { addHiddenColumns, entityLinks, hiddenColumns, leadsToItself, openLinks, rowLinks, rowsOf } from './links';
import { influxQuery } from './influxQuery';
import { nameColumns, nameQueries, shownColumns, wordsFor } from './names';
import { only, REFS } from './refs';
import { rankingScope, rowsScope, totalOfRows } from './scopes';
import { EVERY_ROW, hiddenCopies, relatedEntityQueries, whereTraffic } from './tableQueries';
import { selectColumns, dropColumns, join, keepRowsAbove0, mergeRows, sortDescending } from './transformations';
import { VARS, type Var } from './vars';

const METRIC = VARS.metric.plain;
const NEW_ROWS = '10';

/**
 * A short table: the top keys by name, the chosen metric, its share, and what the rows leave of the total. `keys`: the
 * variable with those keys.
 */
export function topList(report: Report, title: string, keys: Var): PanelBuilder {
  const { measurement } = report;
  const scope = rowsScope(report, 'all', keys);
  const total = totalOfRows(report).number;
  const share = `1.0 * "sum" / ${total}.0 AS "share"`;
  // The keys are chosen already. An address that had several owners has a row for each.
  const ranking = {
    metric: METRIC,
    top: EVERY_ROW,
    also: [share, ...rowsColumn(report, 'sum'), ...hiddenCopies(report)],
  };
  const panel = list(title)
    .height(17)
    .noValue(NOTHING_TO_SHOW)
    .description(COUNTED_TWICE)
    .withTarget(influxQuery(REFS.all, busiestQuery(measurement, ownTags(report), scope, ranking)))
    .withTarget(influxQuery(REFS.rest, remainderQuery(measurement, scope, METRIC, total)));
  const beside = relatedEntityQueries(report);
  beside.forEach((target) => panel.withTarget(target));
  addNames(panel, report);
  const columns = shownColumns(report);
  const shown = Object.fromEntries(columns.map((column) => [column.shown, column.heading]));
  const hidden = Object.fromEntries(hiddenColumns(report).map((name) => [name, name]));
  const figures = { [METRIC]: heading(report, 'Total'), share: heading(report, FIGURES.share) };
  // all: Time metric key share key_id words; rest: Time metric share; beside, beside_… and names_… as in the table of a report.
  panel.transformations([
    dropColumns(['Time'], only(REFS.all)),
    // With beside and beside_…, all becomes joinByField-all-…; rows of interfaces without traffic go, as rest does if it is 0.
    ...(beside.length > 0 ? [join('interface', `^(${REFS.all}|${REFS.relatedEntities}.*)$`)] : []),
    // With names_…: the same rows with names beside the ids, and rows of whatever else has one; which go.
    ...nameColumns(report),
    keepRowsAbove0([METRIC]),
    sortDescending(METRIC, REFS.all),
    // One frame: the rows, and under them what they leave; of its columns those that are shown or parts of links.
    mergeRows(),
    selectColumns({ ...shown, ...figures, ...hidden }),
  ]);
  const links = rowLinks(report);
  columns.forEach((column, index) =>
    panel.overrideByName(
      column.shown,
      properties({
        noValue: index === 0 ? OTHER : ' ',
        links: [...entityLinks(column), ...(column.relatedTo ? [] : links)],
        mappings: wordsFor(column),
        'custom.wrapText': true,
        ...widthOf(column),
      })
    )
  );
  addMetricUnits(panel);
  addHiddenColumns(panel, report);
  // Beside what interfaces belong to there is no room for a bar.
  return panel.overrideByName(
    'share',
    properties(beside.length > 0 ? SHARE : { ...SHARE, 'custom.width': SHARE_WIDTH, ...SHARE_BAR })
  );
}

/** What had traffic in the range and none in the day before it, busiest first. */
export function newList(of: Report, title: string): PanelBuilder {
  const report = { ...of, columns: of.columns.filter(({ relatedTo }) => !relatedTo) };
  const columns = shownColumns(report);
  const ranking = { metric: METRIC, top: NEW_ROWS, also: [...rowsColumn(report, 'new'), ...hiddenCopies(report)] };
  const scope = rankingScope(report);
  const query = newQuery(report.measurement, ownTags(report), scope, VARS.hoursUntil.number, ranking);
  const panel = list(title)
    .height(14)
    .description(`Traffic in this range, and none in the 24 hours before it. ${COUNTED_TWICE}`)
    .noValue('Nothing new in this range.')
    .withTarget(influxQuery(REFS.new, query));
  for (const column of columns) {
    const links = [...openLinks(column), ...rowLinks(report)];
    const shown = { links, mappings: wordsFor(column), 'custom.wrapText': true, ...widthOf(column) };
    panel.overrideByName(column.shown, properties(shown));
  }
  addHiddenColumns(panel, report);
  addNames(panel, report);
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

/** What links to the report itself need of a query. */
function rowsColumn(report: Report, sum: string): string[] {
  return leadsToItself(report) ? [rowsOf(sum)] : [];
}

function list(title: string): PanelBuilder {
  return new PanelBuilder().title(title).datasource(DATASOURCE).cellHeight(TableCellHeight.Md).showHeader(true);
}

function addNames(panel: PanelBuilder, report: Report): void {
  nameQueries(report, (query) => whereTraffic(report, query)).forEach((target) => panel.withTarget(target));
}

function addMetricUnits(panel: PanelBuilder): void {
  for (const metric of METRICS) {
    panel.overrideByName(
      metric.name,
      properties({
        unit: tableUnit(metric),
        'custom.width': METRIC_WIDTHS[metric.name],
        'custom.wrapHeaderText': true,
        'custom.align': 'right',
      })
    );
  }
}

const SHARE = {
  unit: 'percentunit',
  decimals: 1,
  'custom.width': 58,
  'custom.align': 'right',
};
