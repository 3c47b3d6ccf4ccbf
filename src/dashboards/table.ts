import { TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { OTHER, REFUSED } from '../contract/stored';
import { nothingOf } from '../reports/explanations';
import { DIRECTIONS, FIGURES, heading, REFUSED_SHARE, SEEN } from '../reports/headings';
import { METRICS } from '../reports/metrics';
import { ownTags, type Part } from '../reports/queries';
import type { Report } from '../reports/reports';
import { countingNotes } from './captions';
import {
  bar,
  BIT_RATE,
  DATASOURCE,
  METRIC_WIDTHS,
  properties,
  SHARE,
  tableUnit,
  trendCell,
  trendColumn,
} from './common';
import { fixedColor, OTHER_COLOR, REFUSED_COLOR, TRAFFIC_COLOR } from './colors';
import { addHiddenColumns, entityLinks, hiddenColumns, idColumn, rowLinks } from './links';
import { nameColumns, shownColumns, wordsFor, type ShownColumn } from './names';
import { only, REFS } from './refs';
import { directionColumn, flowsBeside, metricOf, namesOf, tableQueries, TREND_POINTS } from './tableQueries';
import {
  asTime,
  calculate,
  coalesce,
  selectColumns,
  dropColumns,
  join,
  joinByTime,
  joinTexts,
  keepRowsAbove0,
  lineColumn,
  linesOf,
  mergeRows,
  sortDescending,
} from './transformations';
import { VARS } from './vars';

/** The queries of the rows, with when these were first and last seen and the line of each. */
const ROWS_AND_SEEN = `^(${REFS.all}|${REFS.trend}.*|(first|last)_seen)$`;
/** Frames of the row `other`, before and after they are joined; and of the other rows. */
const REST_FRAMES = REFS.rest;
const ROWS = `^(?!${REFS.rest}|names_)`;
const TOP = VARS.top.braced;

/** The top rows of a part with names, the row of what is not shown, and the exact total as footer. */
export function topTable(report: Report, part: Part): PanelBuilder {
  const isRefused = part === 'refused';
  const panel = new PanelBuilder()
    .title(title(report, part))
    .description(
      [
        isRefused ? 'Flows that a security group or a network ACL refused.' : '',
        ...countingNotes(report),
        'Trend is the average rate, and the rate over time.',
      ].join(' ')
    )
    .datasource(DATASOURCE)
    // Without scrolling at the default Top.
    .height(report.key ? 13 : 5)
    .cellHeight(TableCellHeight.Sm)
    .span(24)
    .interval(`1${VARS.boundary.text}`)
    .maxDataPoints(TREND_POINTS)
    .noValue(nothingOf(isRefused ? 'refused' : part === 'all' ? 'all' : 'accepted'))
    .showHeader(true);
  tableQueries(report, part).forEach((target) => panel.withTarget(target));
  panel.transformations(rowsAndRest(report, part));
  addOverrides(panel, report, part);
  return panel;
}

/**
 * From the frames of {@link tableQueries} to one. For Action with Interface they are, with their columns:
 *
 *     all                       Time bytes "flows beside bytes" share action_id interface_id words action interface
 *     trend                     Time action interface "bytes rate"
 *     first_seen, last_seen     Time seen action interface
 *     rest_all                  Time "all bytes" "all flows beside bytes"
 *     rest_shown                Time "shown bytes" "shown flows beside bytes"
 *     beside                    Time interface instance vpc
 *     beside_…                  Time interface …_console …_page
 *     names_…                   Time …_entity, and a tag
 *
 * A report that splits by direction has `split0`… (Time, interface, and a figure) as well, and its rest in `rest0`….
 */
function rowsAndRest(report: Report, part: Part): DataTransformerConfig[] {
  const metric = metricOf(part);
  const figures = [metric, flowsBeside(metric)];
  return [
    ...trend(report),
    // first_seen: action interface first_seen; last_seen: action interface last_seen. What is transformed last comes first where
    // frames are merged: the figures, then when they were first and last seen.
    ...['last', 'first'].flatMap((which) => [
      // A renamed column would still be called Time where rows are merged. One frame at a time: several are joined.
      coalesce(seenColumn(which), ['Time'], `^${which}_seen$`),
      dropColumns(['Time', 'seen'], `^${which}_seen$`),
    ]),
    dropColumns(['Time'], only(REFS.all)),
    // all, trend, first_seen and last_seen become merge-…: a row per action and interface, with figures, line and times.
    mergeRows(ROWS_AND_SEEN),
    // With beside, beside_… and split…, it becomes joinByField-…: the same rows with instance, vpc and halves of addresses, and
    // rows of interfaces without traffic; which go.
    ...(isJoined(report) ? [join('interface', ROWS)] : []),
    // With names_…: the same rows with names beside the ids, and rows of whatever else has one; which go.
    ...nameColumns(report),
    keepRowsAbove0(figures, ROWS),
    sortDescending(metric, ROWS),
    ...(isSeenBehind(part) ? seenAsText() : []),
    // rest_… become joinByField-rest_…: one row, Time bytes "flows beside bytes" share; none where nothing is left.
    ...(report.key ? rest(metric) : []),
    keepRowsAbove0(figures, REST_FRAMES),
    // One frame: the rows, and under them what they leave, without a key.
    mergeRows(),
    ...(report.directions ? [calculate('refused_share', 'refused_flows', '/', flowsBeside(metric))] : []),
    // Of its columns those that are shown, and those that links are made of.
    selectColumns(headings(report, part)),
  ];
}

/** What the rows leave of the total, and its share of that. */
function rest(metric: string): DataTransformerConfig[] {
  const names = { metric, flows: flowsBeside(metric) };
  const [all, shown] = [namesOf('all', names), namesOf('shown', names)];
  return [
    joinByTime(REST_FRAMES),
    calculate(names.metric, all.metric, '-', shown.metric, REST_FRAMES),
    calculate(names.flows, all.flows, '-', shown.flows, REST_FRAMES),
    calculate('share', names.metric, '/', all.metric, REST_FRAMES),
  ];
}

/** trend: Time action interface rate; then a row per action and interface, with its line. */
function trend(report: Report): DataTransformerConfig[] {
  return [
    calculate('bits', 'bytes rate', '*', { constant: '8' }, only(REFS.trend)),
    dropColumns(['bytes rate'], only(REFS.trend)),
    ...linesOf(ownTags(report), REFS.trend, report.measurement),
  ];
}

function title(report: Report, part: Part): string {
  if (!report.key) {
    return 'By action';
  }
  return part === 'refused'
    ? `Top ${TOP} refused, by flows`
    : `Top ${TOP} ${part === 'all' ? '' : 'accepted, '}by ${VARS.metric.braced}`;
}

/** The hidden column with when a row was first and last seen, where there is no room for two columns. */
const SEEN_COLUMN = 'seen';
const TIME_FORMAT = 'D MMM HH:mm';
const seenColumn = (which: string) => `${which}_seen_at`;

/** Whether a tooltip says when a row was first and last seen: of refused traffic it is the first thing to know. */
function isSeenBehind(part: Part): boolean {
  return part !== 'refused';
}

/** Makes {@link SEEN_COLUMN} of two times, which were computed, so that Grafana takes them for numbers. */
function seenAsText(): DataTransformerConfig[] {
  const columns = Object.keys(SEEN).map(seenColumn);
  return [...columns.flatMap((column) => asTime(column, TIME_FORMAT, ROWS)), ...joinTexts(SEEN_COLUMN, columns, ROWS)];
}

function isJoined(report: Report): boolean {
  return report.columns.some(({ tag }) => tag === 'interface');
}

/** The columns in their order. What rows are ranked by stands next to the names. */
function headings(report: Report, part: Part): Record<string, string> {
  const metric = metricOf(part);
  const keys = visibleColumns(report).map((column) => [column.shown, column.heading]);
  const directions = report.directions
    ? [
        ...DIRECTIONS.map((column) => [directionColumn(column.direction), column.heading.split(' ')[0]]),
        ['refused_share', REFUSED_SHARE.split(' ')[0]],
      ]
    : [];
  const seen = isSeenBehind(part)
    ? [[SEEN_COLUMN, SEEN_COLUMN]]
    : Object.entries(SEEN).map(([which, text]) => [seenColumn(which), text]);
  const hidden = hiddenColumns(report).map((name) => [name, name]);
  return Object.fromEntries([
    ...keys,
    [lineColumn(REFS.trend, report.measurement), trendColumn(metric)],
    ...METRICS.map(({ name, heading: text }) => [name, heading(report, text)]),
    ['share', heading(report, FIGURES.share)],
    ...directions,
    // In and Out take its room.
    ...(report.directions ? [] : [[flowsBeside(metric), heading(report, FIGURES.flows)]]),
    ...seen,
    ...hidden,
  ]);
}

/** The columns that there is room for: what a table is about stands in its title, and what a name has in it is no column. */
function visibleColumns(report: Report): ShownColumn[] {
  const leftOut = [...(report.key ? ['action'] : []), ...(report.directions ? ['instance', 'subnet'] : [])];
  return shownColumns(report).filter(({ tag }) => !leftOut.includes(tag));
}

function addOverrides(panel: PanelBuilder, report: Report, part: Part): void {
  const isRefused = part === 'refused';
  const color = isRefused ? REFUSED_COLOR : TRAFFIC_COLOR;
  const links = rowLinks(report);
  const columns = visibleColumns(report);
  const owners = columns.filter(({ owner }) => owner).length;
  for (const column of columns) {
    panel.overrideByName(
      column.shown,
      columnProperties(column, {
        links: [...entityLinks(column), ...(column.relatedTo ? [] : links)],
        isFirst: column === columns[0],
        isShort: owners > 1,
      })
    );
  }
  for (const metric of METRICS) {
    panel.overrideByName(metric.name, figure(BAR_WIDTH, { unit: tableUnit(metric), ...bar(color) }));
    const unit = metric.name === 'bytes' ? BIT_RATE : { unit: metric.rateUnit };
    panel.overrideByName(trendColumn(metric.name), properties({ ...trendCell(color, 140), ...unit }));
    const isSame = metric.name === 'flows';
    panel.overrideByName(
      flowsBeside(metric.name),
      isSame ? properties({ 'custom.hideFrom.viz': true }) : figure(METRIC_WIDTHS.flows, { unit: 'locale' })
    );
    for (const { direction } of report.directions ? DIRECTIONS : []) {
      panel.overrideByName(
        `${metric.name} ${direction}`,
        figure(METRIC_WIDTHS.bytes, { unit: metric.unit, noValue: '–' })
      );
    }
  }
  const none = { type: 'special', options: { match: 'null+nan', result: { text: '–', index: 1 } } };
  const share = { ...SHARE, 'custom.width': 80 };
  panel.overrideByName('share', properties(share));
  panel.overrideByName('refused_share', properties({ ...share, mappings: [...SHARE.mappings, none] }));
  if (isSeenBehind(part)) {
    const mappings = [
      { type: 'regex', options: { pattern: '^(.*),(.*)$', result: { text: 'Seen from $1 to $2', index: 0 } } },
    ];
    panel.overrideByName(SEEN_COLUMN, properties({ 'custom.hideFrom.viz': true, noValue: ' ', mappings }));
    METRICS.forEach(({ name }) => panel.overrideByName(name, properties({ 'custom.tooltip.field': SEEN_COLUMN })));
  } else {
    Object.keys(SEEN).forEach((which) => {
      const seen = { unit: `time:${TIME_FORMAT}`, noValue: ' ', 'custom.align': 'right', 'custom.width': 104 };
      panel.overrideByName(seenColumn(which), properties(seen));
    });
  }
  addHiddenColumns(panel, report);
}

/** Pixels of a column with bars: what is left beside the figure must be long enough to compare. */
const BAR_WIDTH = 148;

/** Right-aligned, summed up in the footer. */
function figure(width: number, values: Readonly<Record<string, unknown>>) {
  return properties({
    'custom.align': 'right',
    'custom.width': width,
    'custom.footer.reducers': ['sum'],
    ...values,
  });
}

/** The id that a tooltip shows: what it is of is shown by name. */
function idBehind({ tag, kind, end, relatedTo, owner }: ShownColumn, isShort: boolean): string | undefined {
  return owner
    ? idColumn(isShort ? tag : owner.tag)
    : (kind ?? end) !== undefined && !relatedTo
      ? idColumn(tag)
      : undefined;
}

interface Looks {
  readonly links: readonly object[];
  readonly isFirst: boolean;
  /** Whether there is no room for both an address and its owner. */
  readonly isShort: boolean;
}

function columnProperties(column: ShownColumn, { links, isFirst, isShort }: Looks) {
  const mappings = [
    ['ACCEPT', TRAFFIC_COLOR],
    [REFUSED, REFUSED_COLOR],
  ].map(([action, color], index) => [action, { text: action, color, index }]);
  return properties({
    // The row of what is not shown has no key; an empty cell elsewhere says nothing.
    noValue: isFirst ? OTHER : ' ',
    ...(links.length > 0 && { links }),
    ...(idBehind(column, isShort) !== undefined && { 'custom.tooltip.field': idBehind(column, isShort) }),
    ...(wordsFor(column).length > 0 && { mappings: wordsFor(column, isShort) }),
    // Many interfaces are no instance's: a load balancer's name says so.
    ...(column.relatedTo && {
      mappings: [{ type: 'regex', options: { pattern: '^No \\w+$', result: { text: '–', index: 0 } } }],
    }),
    ...(column.tag === 'action'
      ? {
          mappings: [{ type: 'value', options: Object.fromEntries(mappings) }],
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          color: fixedColor(OTHER_COLOR),
        }
      : column.relatedTo
        ? { 'custom.width': 124 }
        : { 'custom.minWidth': 130 }),
  });
}
