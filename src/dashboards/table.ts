import { TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { OTHER } from '../contract/stored';
import { DIRECTIONS, FIGURES, heading, REFUSED_SHARE, SEEN } from '../reports/headings';
import { METRICS } from '../reports/metrics';
import { ownTags } from '../reports/queries';
import type { Report } from '../reports/reports';
import {
  ACTION_COLORS,
  DATASOURCE,
  GROWING_ROWS,
  METRIC_WIDTHS,
  NOTHING_TO_SHOW,
  OTHER_COLOR,
  properties,
  SHARE_BAR,
  tableUnit,
  widthOf,
} from './common';
import { addHiddenColumns, entityLinks, hiddenColumns, idColumn, rowLinks } from './links';
import { nameColumns, shownColumns, wordsFor, type ShownColumn } from './names';
import { only, REFS } from './refs';
import { directionColumn, seenRefs, tableQueries } from './tableQueries';
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
  mergeRows,
  sortDescending,
} from './transformations';
import { VARS } from './vars';

/** The queries of the rows, and when these were first and last seen. */
const ROWS_AND_SEEN = `^(${REFS.all}|${REFS.refused}|(first|last)_.*)$`;
/** Frames of the row `other`, before and after they are joined; and of the other rows. */
const REST_FRAMES = REFS.rest;
const ROWS = `^(?!${REFS.rest}|names_)`;
const TOP = VARS.top.plain;
const METRIC = VARS.metric.plain;
/** Columns besides the first that leave room for figures in a narrow window. */
const MOST_NAMES = 4;
const METRIC_FIELDS = METRICS.map(({ name }) => name);

/** The top rows with names, the row of what is not shown, and the exact total as footer. */
export function topTable(report: Report): PanelBuilder {
  const hasOwners = shownColumns(report).some(({ owner }) => owner);
  const panel = new PanelBuilder()
    .title(title(report))
    .datasource(DATASOURCE)
    // Without scrolling at the default Top, with rows that take two lines.
    .height(report.refusedByFlows ? (hasOwners ? 42 : 36) : report.directions ? 21 : report.key ? 20 : 8)
    .cellHeight(TableCellHeight.Lg)
    .span(24)
    .noValue(NOTHING_TO_SHOW)
    .showHeader(true);
  tableQueries(report).forEach((target) => panel.withTarget(target));
  panel.transformations(rowsAndRest(report));
  addOverrides(panel, report);
  return panel;
}

/**
 * From the frames of {@link tableQueries} to one. For Action with Interface they are, with their columns:
 *
 *     all, refused              Time rank bytes packets flows rate share action_id interface_id words action interface
 *     first_…, last_…           Time seen action interface
 *     rest_bytes                Time bytes rate
 *     rest_packets, rest_flows  Time packets; Time flows
 *     beside                    Time interface instance vpc
 *     beside_…                  Time interface …_console …_page
 *     names_…                   Time …_entity, and a tag
 *
 * A report that splits by direction has `split0`… (Time, interface, and a figure) in place of `first_…` of refused rows, and
 * its rest in `rest` and `rest0`….
 */
function rowsAndRest(report: Report): DataTransformerConfig[] {
  return [
    // first_…: action interface first_seen; last_…: action interface last_seen. What is transformed last comes first where
    // frames are merged: the figures, then when they were first and last seen.
    ...seenRefs(report)
      .reverse()
      .flatMap(({ which, ref }) => [
        // A renamed column would still be called Time where rows are merged. One frame at a time: several are joined.
        coalesce(`${which}_seen`, ['Time'], only(ref)),
        dropColumns(['Time', 'seen'], only(ref)),
      ]),
    dropColumns(['Time'], only(REFS.all, REFS.refused)),
    // all, refused, first_… and last_… become merge-…: a row per action and interface, with figures, first_seen and last_seen.
    mergeRows(ROWS_AND_SEEN),
    // With beside, beside_… and split…, it becomes joinByField-…: the same rows with instance, vpc and halves of addresses, and
    // rows of interfaces without traffic; which go.
    ...(isJoined(report) ? [join('interface', ROWS)] : []),
    // With names_…: the same rows with names beside the ids, and rows of whatever else has one; which go.
    ...nameColumns(report),
    keepRowsAbove0(METRIC_FIELDS, ROWS),
    sortDescending(METRIC, ROWS),
    ...(isSeenBehind(report) ? seenAsText() : []),
    // rest_… become joinByField-rest_…: one row, Time bytes rate packets flows share; none where nothing is left.
    ...(report.key
      ? [joinByTime(REST_FRAMES), calculate('share', METRIC, '/', { constant: VARS.total.number }, REST_FRAMES)]
      : []),
    keepRowsAbove0(METRIC_FIELDS, REST_FRAMES),
    // One frame: the rows, and under them what they leave, without a key.
    mergeRows(),
    ...(report.directions ? [calculate('refused_share', 'refused_flows', '/', 'flows')] : []),
    // Of its columns those that are shown, and those that links are made of.
    selectColumns(headings(report), { order: order(report) }),
  ];
}

function title(report: Report): string {
  if (!report.key) {
    return 'Traffic by action';
  }
  const busiest = `Top ${TOP} by ${METRIC}`;
  return report.refusedByFlows ? `${busiest}, and top ${TOP} refused by flows` : busiest;
}

/** The hidden column with when a row was first and last seen, where there is no room for two columns. */
const SEEN_COLUMN = 'seen';
const TIME_FORMAT = 'D MMM HH:mm';

/** Whether a tooltip says when a row was first and last seen: beside what interfaces belong to there is no room for it. */
function isSeenBehind({ columns }: Report): boolean {
  return columns.some(({ relatedTo }) => relatedTo !== undefined);
}

/** Makes {@link SEEN_COLUMN} of two times, which were computed, so that Grafana takes them for numbers. */
function seenAsText(): DataTransformerConfig[] {
  const columns = Object.keys(SEEN).map((which) => `${which}_seen`);
  return [...columns.flatMap((column) => asTime(column, TIME_FORMAT, ROWS)), ...joinTexts(SEEN_COLUMN, columns, ROWS)];
}

function isJoined(report: Report): boolean {
  return report.columns.some(({ tag }) => tag === 'interface');
}

function headings(report: Report): Record<string, string> {
  const keys = shownColumns(report).map((column) => [column.shown, column.heading]);
  const directions = report.directions
    ? [
        ...DIRECTIONS.map((column) => [directionColumn(column.direction), column.heading]),
        ['refused_share', REFUSED_SHARE],
      ]
    : [];
  const figures = Object.entries(FIGURES).map(([name, text]) => [name, heading(report, text)]);
  const seen = isSeenBehind(report)
    ? [[SEEN_COLUMN, SEEN_COLUMN]]
    : Object.entries(SEEN).map(([which, text]) => [`${which}_seen`, text]);
  const hidden = hiddenColumns(report).map((name) => [name, name]);
  return Object.fromEntries([...keys, ...directions, ...figures, ...seen, ...hidden]);
}

/**
 * What comes first: what rows are ranked by, and its share, next to the names, where a narrow window shows them without
 * scrolling; before them where they fill such a window. The other metrics come behind all these.
 */
function order(report: Report): string[] {
  const directions = report.directions
    ? [...DIRECTIONS.map(({ direction }) => directionColumn(direction)), 'refused_share']
    : [];
  const [first, ...others] = shownColumns(report).map(({ shown }) => shown);
  const ranking = [METRIC, 'share'];
  const rest = others.length > MOST_NAMES ? [...ranking, ...others] : [...others, ...ranking];
  return [first, ...rest, ...directions, 'rate'];
}

function addOverrides(panel: PanelBuilder, report: Report): void {
  const links = rowLinks(report);
  const first = ownTags(report)[0];
  for (const column of shownColumns(report)) {
    panel.overrideByName(
      column.shown,
      columnProperties(column, [...entityLinks(column), ...(column.relatedTo ? [] : links)], column.tag === first)
    );
  }
  const figure = figureProperties(report);
  // Of two addresses with owners Grafana would measure one.
  const hasTwoOwners = shownColumns(report).filter(({ owner }) => owner).length > 1;
  const growing = hasTwoOwners && { 'custom.cellOptions': GROWING_ROWS };
  for (const metric of METRICS) {
    panel.overrideByName(metric.name, figure(METRIC_WIDTHS[metric.name], { unit: tableUnit(metric) }));
    for (const { direction } of report.directions ? DIRECTIONS : []) {
      panel.overrideByName(
        `${metric.name} ${direction}`,
        figure(METRIC_WIDTHS.bytes, { unit: metric.unit, noValue: '–' })
      );
    }
  }
  panel.overrideByName('rate', figure(report.lowerBounds ? 92 : 86, { unit: 'bps', decimals: 1, ...growing }));
  const none = { type: 'special', options: { match: 'null+nan', result: { text: '–' } } };
  const percent = { unit: 'percentunit', decimals: 1, 'custom.footer.reducers': [] };
  panel.overrideByName('refused_share', figure(70, { ...percent, mappings: [none] }));
  panel.overrideByName(
    'share',
    // Beside names there is no room for a bar.
    report.key ? figure(report.lowerBounds ? 66 : 58, percent) : figure(110, { ...percent, ...SHARE_BAR })
  );
  if (isSeenBehind(report)) {
    panel.overrideByName('flows', properties({ 'custom.tooltip.field': SEEN_COLUMN }));
    const mappings = [
      { type: 'regex', options: { pattern: '^(.*),(.*)$', result: { text: 'Seen from $1 to $2', index: 0 } } },
    ];
    panel.overrideByName(SEEN_COLUMN, properties({ 'custom.hideFrom.viz': true, noValue: ' ', mappings }));
  }
  for (const which of isSeenBehind(report) ? [] : Object.keys(SEEN)) {
    const seen = { unit: `time:${TIME_FORMAT}`, noValue: ' ', 'custom.wrapText': true, 'custom.align': 'right' };
    // Day above time, unless there are no names to make room for.
    const width = report.key ? 64 : 110;
    panel.overrideByName(
      `${which}_seen`,
      properties({ ...seen, 'custom.width': width, 'custom.wrapHeaderText': true })
    );
  }
  addHiddenColumns(panel, report);
}

/** Right-aligned, summed up in the footer. */
function figureProperties(report: Report) {
  return (width: number, values: Readonly<Record<string, unknown>>) =>
    properties({
      'custom.align': 'right',
      // Names get the room that figures leave; where there are none, the figures share it.
      [report.key ? 'custom.width' : 'custom.minWidth']: width,
      'custom.wrapHeaderText': true,
      'custom.footer.reducers': ['sum'],
      ...values,
    });
}

/** The id that a tooltip shows: what it is of is shown by name. */
function idBehind({ tag, kind, end, relatedTo, owner }: ShownColumn): string | undefined {
  return owner ? idColumn(owner.tag) : (kind ?? end) !== undefined && !relatedTo ? idColumn(tag) : undefined;
}

function columnProperties(column: ShownColumn, links: readonly object[], first: boolean) {
  const mappings = Object.entries(ACTION_COLORS).map(([action, color], index) => [
    action,
    { text: action, color, index },
  ]);
  return properties({
    // The row of what is not shown has no key; an empty cell elsewhere says nothing.
    noValue: first ? OTHER : ' ',
    ...(links.length > 0 && { links }),
    ...(idBehind(column) !== undefined && { 'custom.tooltip.field': idBehind(column) }),
    ...(wordsFor(column).length > 0 && { mappings: wordsFor(column) }),
    ...(column.tag === 'action'
      ? {
          mappings: [{ type: 'value', options: Object.fromEntries(mappings) }],
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          'custom.width': 82,
          color: { mode: 'fixed', fixedColor: OTHER_COLOR },
        }
      : {
          'custom.wrapText': true,
          ...widthOf(column),
        }),
  });
}
