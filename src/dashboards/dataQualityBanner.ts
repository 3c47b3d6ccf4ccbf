import { BigValueColorMode, TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { MISSING, type FlowLogPeriodKind } from '../contract/stored';
import {
  BAD_FIGURES,
  COLLECTION_HEALTH,
  completeBeforeQuery,
  fewerNamesQuery,
  reportedQuery,
  silentQuery,
  warningsQuery,
} from '../reports/collection';
import {
  FEWER_NAMES,
  FILTERED_OUT,
  LEFT_OUT,
  LEFT_OUT_WITH_FLOW_LOG,
  lacksFiltered,
  lacksInShort,
  LOGGED_TWICE,
  NO_DIRECTION,
  NOT_REACHED,
  NOTHING_FLOWED,
  NOTHING_TO_NOTE,
  NOTHING_YET,
  SILENT,
  UNLOGGED,
} from '../reports/explanations';
import { filterNamed } from '../reports/filters';
import { literal } from '../reports/influxql';
import {
  flowLogPeriodsQuery,
  hasEnds,
  leftOutQuery,
  notableQuery,
  sumWhenQuery,
  unloggedQuery,
  withConditions,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE, properties } from './common';
import { fixedColor, WARNING_COLOR } from './colors';
import { influxQuery } from './influxQuery';
import { REFS, type BannerRef } from './refs';
import { cellOfRow, GRAFANA, VARS } from './vars';
import { isChosen, observedScope, rankingScope, shownFilters, totalOfRows, totalsMeasurement } from './scopes';
import { stat } from './stats';
import {
  coalesce,
  concatenate,
  dropColumns,
  dropRows0,
  ofAllNumbers,
  selectColumns,
  transpose,
} from './transformations';

/** A sentence of the banner, shown when its query returns a row. */
interface BannerMessage {
  readonly name: BannerRef;
  readonly query: string;
  readonly text: string;
  /** Where the sentence leads, without the range; Collection health unless it says otherwise. */
  readonly to?: string;
  /** Whether what the query finds is a figure to be shown before the sentence. */
  readonly hasFigure?: boolean;
}

const HEALTH = {
  title: `Show in ${COLLECTION_HEALTH.title}`,
  url: `/d/${COLLECTION_HEALTH.uid}?${GRAFANA.timeRange}`,
};
/** The page that says what is wrong with each source. */
const COLLECTION_PAGE = '/a/flowscope-awsflowlogs-app/collection';
/** The tab that says who produces the traffic. */
const EXPORTERS_PAGE = '/a/flowscope-awsflowlogs-app/config/exporters';
/** The tab that says which flow logs log the same, and which are disabled. */
const FLOW_LOGS_PAGE = '/a/flowscope-awsflowlogs-app/config/flowlogs';
const NOTHING_AT_ALL = `${VARS.flowsUnfiltered.number} = 0`;
/** The least share of flows that is worth a note on what they lack: a stray record says nothing of the flow logs. */
const NOTABLE_SHARE = 0.001;
/** Half a day, in milliseconds: what is complete until longer ago than that before the end of the range has its date shown. */
const HALF_A_DAY = 43_200_000;

/** Up to when the data is complete, which leads to what is missing. */
export function completeUntil(): StatBuilder {
  const recent = `(${GRAFANA.to} - ${HALF_A_DAY})`;
  const panel = stat('Complete until')
    .colorMode(BigValueColorMode.Value)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Fixed).fixedColor('text'))
    .noValue('Unknown')
    .withTarget(influxQuery(REFS.complete, completeBeforeQuery(REFS.complete, recent, false)))
    .withTarget(influxQuery(REFS.completeBefore, completeBeforeQuery(REFS.completeBefore, recent, true)));
  return panel
    .overrideByName(REFS.complete, properties({ unit: 'time:HH:mm', links: [HEALTH] }))
    .overrideByName(REFS.completeBefore, properties({ unit: 'time:D MMM HH:mm', links: [HEALTH] }));
}

/**
 * What people must know of the data before they trust it, a line each: why there is less to see than they expect, and what is
 * wrong with collecting. Each line leads to what helps.
 */
export function dataQualityBanner(report: Report): PanelBuilder {
  return notes(bannerMessages(report));
}

/** The same of collecting alone. */
export function collectionNotes(): PanelBuilder {
  return notes([
    { name: 'silent', query: asMessage('silent', silentQuery('silent')), text: SILENT, to: COLLECTION_PAGE },
    ...flowLogNotes(GRAFANA),
  ]);
}

/** What flow logs make of the sums of a range. */
function flowLogNotes(range: Pick<Scope, 'from' | 'to'>): BannerMessage[] {
  const of = (name: BannerRef, kind: FlowLogPeriodKind, text: string): BannerMessage => ({
    ...{ name, query: flowLogPeriodsQuery(kind, range, name), text },
    ...{ to: FLOW_LOGS_PAGE, hasFigure: true },
  });
  return [
    of('counted_twice', 'counted-twice', LOGGED_TWICE),
    of('left_out_flow_logs', 'left-out', LEFT_OUT_WITH_FLOW_LOG),
  ];
}

function notes(messages: readonly BannerMessage[]): PanelBuilder {
  const panel = new PanelBuilder()
    .datasource(DATASOURCE)
    .height(3)
    .showHeader(false)
    // Two lines: Grafana measures names of notes, not the sentences that stand for them.
    .cellHeight(TableCellHeight.Md)
    .noValue(NOTHING_TO_NOTE);
  messages.forEach(({ name, query }) => panel.withTarget(influxQuery(name, query)));
  const texts = [
    ...messages.map(({ name, text }) => [name, text]),
    ...BAD_FIGURES.map(({ field, warning }) => [field, warning!]),
  ];
  const targets = [
    ...messages.map(({ name, to = `/d/${COLLECTION_HEALTH.uid}` }) => [name, to]),
    ...BAD_FIGURES.map(({ field }) => [field, COLLECTION_PAGE]),
  ];
  const links = [{ title: 'What helps', url: `${cellOfRow('target')}?${GRAFANA.timeRange}` }];
  return (
    panel
      .withTarget(influxQuery('warnings', warningsQuery()))
      // Each query: Time and one column named as it; warnings: Time and a column for each figure. One frame: all columns, one row.
      .transformations([
        dropColumns(['Time']),
        concatenate(),
        // A row per column: note, its name, and a value, as count. Sentences have MESSAGE for it, figures that are 0 go.
        transpose('note', 'value'),
        ofAllNumbers('count'),
        coalesce('target', ['note']),
        dropRows0('count'),
        selectColumns({ count: 'count', note: 'note', target: 'target' }),
      ])
      .overrideByName(
        'count',
        properties({
          'custom.width': 36,
          'custom.align': 'right',
          color: fixedColor(WARNING_COLOR),
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          mappings: [{ type: 'value', options: { [MESSAGE]: { text: ' ', index: 0 } } }],
        })
      )
      .overrideByName(
        'note',
        properties({
          'custom.wrapText': true,
          color: fixedColor(WARNING_COLOR),
          'custom.cellOptions': { type: TableCellDisplayMode.ColorText },
          links,
          mappings: [words(texts)],
        })
      )
      .overrideByName('target', properties({ 'custom.hideFrom.viz': true, mappings: [words(targets)] }))
  );
}

/** What a sentence has for a value: no count is below zero. */
const MESSAGE = -1;

/** A query that has {@link MESSAGE} where this one has a row. */
function asMessage(name: BannerRef, query: string): string {
  return `SELECT ${MESSAGE} + 0 * "${name}" AS "${name}" FROM (${query})`;
}

function words(texts: ReadonlyArray<readonly string[]>): object {
  const options = texts.map(([name, text], index) => [name, { text, index }]);
  return { type: 'value', options: Object.fromEntries(options) };
}

/** The sentences a report may need, the most fundamental first. */
function bannerMessages(report: Report): BannerMessage[] {
  const scope = rankingScope(report);
  const inRange: Scope = { ...scope, where: [] };
  const flows = (as: string, when: readonly string[] = [], of = inRange) =>
    sumWhenQuery('flow_interface', withConditions(of, when), 'flows', `sum("flows") AS "${as}"`);
  const notable = (as: string, condition: string, of: Scope) =>
    notableQuery(as, 'flow_interface', of, condition, NOTABLE_SHARE);
  const itself = `/d/${report.uid}`;
  const totals = [totalOfRows(report), ...(report.key && !report.countsOnce ? [VARS.totalRefused] : [])].map(
    ({ number }) => number
  );
  const notes: BannerMessage[] = [
    { name: 'silent', query: silentQuery('silent'), text: SILENT },
    {
      name: 'nothing_yet',
      query: reportedQuery('nothing_yet', `${VARS.complete.number} = 0 AND ${NOTHING_AT_ALL}`),
      text: NOTHING_YET,
    },
    {
      name: 'filtered_out',
      query: flows('filtered_out', [`${totals.join(' + ')} = 0`]),
      text: FILTERED_OUT,
      to: itself,
    },
    {
      name: 'not_reached',
      query: completeBeforeQuery('not_reached', GRAFANA.from, true, NOTHING_AT_ALL),
      text: NOT_REACHED,
    },
    {
      name: 'nothing_flowed',
      query: completeBeforeQuery('nothing_flowed', GRAFANA.from, false, NOTHING_AT_ALL),
      text: NOTHING_FLOWED,
    },
  ];
  flowLogNotes(inRange).forEach((note) => notes.push(note));
  notes.push({ name: 'left_out', query: leftOutQuery(inRange, 'left_out'), text: LEFT_OUT });
  for (const name of shownFilters(report)) {
    const { tag, field, heading, isNeverMissing } = filterNamed(name);
    if (field && isNeverMissing) {
      const query = notable(
        `lacks_${name}`,
        `"${tag}" = ${literal(MISSING)}`,
        withConditions(inRange, [isChosen(name)])
      );
      notes.push({ name: `lacks_${name}`, query, text: lacksFiltered(heading), to: itself });
    }
  }
  if (report.requiredFields.includes('action')) {
    notes.push({
      name: 'lacks_action',
      query: notable('lacks_action', `"action" = ${literal(MISSING)}`, scope),
      text: lacksInShort(['action']),
    });
  }
  if (report.lowerBounds) {
    const text = lacksInShort(report.requiredFields.filter((field) => field !== 'action'));
    const query = sumWhenQuery(
      totalsMeasurement(report),
      withConditions(scope, [`${VARS.flowsOfOwnMeasurement.number} = 0`]),
      'flows',
      'sum("flows") AS "lacks_fields"'
    );
    notes.push({ name: 'lacks_fields', query, text });
    notes.push({ name: 'fewer_names', query: fewerNamesQuery('fewer_names'), text: FEWER_NAMES });
  }
  if (report.directions) {
    notes.push({
      name: 'no_direction',
      query: notable('no_direction', `"direction" = 'unknown'`, scope),
      text: NO_DIRECTION,
    });
  }
  if (report.countsOnce || hasEnds(report.measurement)) {
    const query = unloggedQuery(observedScope(report), VARS.metric.braced, 'unlogged', 100 * NOTABLE_SHARE);
    notes.push({
      name: 'unlogged',
      query,
      text: `% of this traffic is ${UNLOGGED}`,
      to: EXPORTERS_PAGE,
      hasFigure: true,
    });
  }
  return notes.map((note) => (note.hasFigure ? note : { ...note, query: asMessage(note.name, note.query) }));
}
