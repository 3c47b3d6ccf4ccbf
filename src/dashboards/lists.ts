import { TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { OTHER } from '../contract/stored';
import { FIGURES, heading } from '../reports/headings';
import { COUNTED_TWICE, METRICS } from '../reports/metrics';
import { busiestQuery, namedKinds, namesQuery, newQuery, ownTags, remainderQuery } from '../reports/queries';
import type { Column, Report } from '../reports/reports';
import {
  ADDRESS_WIDTH,
  DATASOURCE,
  GROWING_ROWS,
  METRIC_WIDTHS,
  NOTHING_TO_SHOW,
  properties,
  SHARE_BAR,
  tableUnit,
  widthOf,
} from './common';
import { addHiddenColumns, consoleLink, hiddenColumns, idColumn, rowLinks, LINK_VERB_COLUMN } from './links';
import { influxQuery } from './influxQuery';
import { namesRef, only, REFS } from './refs';
import { rankingScope, rowsScope, totalOfRows } from './scopes';
import { EVERY_ROW, hiddenCopies, relatedEntityQueries } from './tableQueries';
import {
  selectColumns,
  dropColumns,
  join,
  keepRowsAbove0,
  mergeRows,
  nameValues,
  sortDescending,
} from './transformations';
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
  const ranking = { metric: METRIC, top: EVERY_ROW, also: [share, ...hiddenCopies(report)] };
  const panel = list(title)
    .height(17)
    .noValue(NOTHING_TO_SHOW)
    .description(COUNTED_TWICE)
    .withTarget(influxQuery(REFS.all, busiestQuery(measurement, ownTags(report), scope, ranking)))
    .withTarget(influxQuery(REFS.rest, remainderQuery(measurement, scope, METRIC, total)));
  const beside = relatedEntityQueries(report);
  beside.forEach((target) => panel.withTarget(target));
  addNames(panel, report);
  const shown = Object.fromEntries(report.columns.map((column) => [column.tag, column.heading]));
  const hidden = Object.fromEntries(hiddenColumns(report).map((name) => [name, name]));
  const figures = { [METRIC]: heading(report, 'Total'), share: heading(report, FIGURES.share) };
  // all: Time metric key share key_id words; rest: Time metric share; beside, beside_… and names_… as in the table of a report.
  panel.transformations([
    // names_… are gone; ids show names.
    ...nameColumns(report),
    dropColumns(['Time'], only(REFS.all)),
    // With beside and beside_…, all becomes joinByField-all-…; rows of interfaces without traffic go, as rest does if it is 0.
    ...(beside.length > 0 ? [join('interface', `^(${REFS.all}|${REFS.relatedEntities}.*)$`)] : []),
    keepRowsAbove0([METRIC]),
    sortDescending(METRIC, REFS.all),
    // One frame: the rows, and under them what they leave; of its columns those that are shown or parts of links.
    mergeRows(),
    selectColumns({ ...shown, ...figures, ...hidden }),
  ]);
  const links = rowLinks(report);
  report.columns.forEach((column, index) =>
    panel.overrideByName(
      column.tag,
      properties({
        noValue: index === 0 ? OTHER : ' ',
        links: [...(column.relatedTo ? [] : links), ...consoleLink(column)],
        'custom.wrapText': true,
        ...listWidth(report, column),
      })
    )
  );
  addMetricUnits(panel);
  addHiddenColumns(panel, report);
  // Beside what interfaces belong to there is no room for a bar.
  return panel.overrideByName(
    'share',
    properties(beside.length > 0 ? SHARE : { ...SHARE, 'custom.width': 100, ...SHARE_BAR })
  );
}

/** What had traffic in the range and none in the day before it, busiest first. */
export function newList(report: Report, title: string): PanelBuilder {
  const columns = report.columns.filter(({ relatedTo }) => !relatedTo);
  const ranking = { metric: METRIC, top: NEW_ROWS, also: hiddenCopies(report) };
  const scope = rankingScope(report);
  const query = newQuery(report.measurement, ownTags(report), scope, VARS.hoursUntil.number, ranking);
  const panel = list(title)
    .height(14)
    .description(`Traffic in this range, and none in the 24 hours before it. ${COUNTED_TWICE}`)
    .noValue('Nothing new in this range.')
    .withTarget(influxQuery(REFS.new, query));
  for (const column of columns) {
    panel.overrideByName(column.tag, properties({ links: rowLinks(report), ...listWidth(report, column) }));
  }
  addHiddenColumns(panel, report);
  addNames(panel, report);
  // new: Time metric key key_id words; names_…: Time name id, which become the names of the keys.
  panel.transformations([
    ...nameColumns(report),
    sortDescending(METRIC),
    selectColumns({
      ...Object.fromEntries(columns.map(({ tag, heading }) => [tag, heading])),
      [METRIC]: heading(report, 'Total'),
      ...Object.fromEntries([...columns.map(({ tag }) => idColumn(tag)), LINK_VERB_COLUMN].map((name) => [name, name])),
    }),
  ]);
  addMetricUnits(panel);
  return panel;
}

/**
 * The room that a column of a list takes. Grafana gives columns without a width equal parts of what is left: an address
 * would take room from its owner's name, and push the figures out of sight.
 */
function listWidth({ columns }: Report, column: Column): Record<string, number> {
  const hasOwner = columns.some(({ ownerOf }) => ownerOf === column.tag);
  return hasOwner ? { 'custom.width': ADDRESS_WIDTH } : widthOf(column);
}

function list(title: string): PanelBuilder {
  return new PanelBuilder().title(title).datasource(DATASOURCE).cellHeight(TableCellHeight.Md).showHeader(true);
}

function addNames(panel: PanelBuilder, report: Report): void {
  for (const kind of namedKinds(report)) {
    panel.withTarget(influxQuery(namesRef(kind), namesQuery(kind)));
  }
}

function nameColumns(report: Report) {
  return namedKinds(report).map((kind) =>
    nameValues(
      namesRef(kind),
      report.columns.filter((column) => column.kind === kind).map(({ tag }) => tag)
    )
  );
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
        'custom.cellOptions': GROWING_ROWS,
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
