import { TableCellDisplayMode, TableCellHeight } from '@grafana/grafana-foundation-sdk/common';
import { DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { MISSING } from '../contract/stored';
import {
  COLLECTION_HEALTH,
  completeBeforeQuery,
  completeQuery,
  fewerNamesQuery,
  reportedQuery,
  warningsQuery,
} from '../reports/collection';
import {
  FEWER_NAMES,
  FILTERED_OUT,
  lacks,
  lacksFiltered,
  LEFT_OUT,
  NO_DIRECTION,
  NO_SOURCE,
  NOT_REACHED,
  NOTHING_FLOWED,
  NOTHING_YET,
  SILENT,
  UNLOGGED,
} from '../reports/explanations';
import { filterNamed } from '../reports/filters';
import { literal } from '../reports/influxql';
import {
  hasEnds,
  isNamed,
  leftOutQuery,
  sumWhenQuery,
  unloggedQuery,
  withConditions,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE, GROWING_ROWS, properties } from './common';
import { influxQuery } from './influxQuery';
import { REFS, type BannerRef } from './refs';
import { GRAFANA, VARS, type Var } from './vars';
import { isChosen, observedScope, rankingScope, shownFilters, totalOfRows, totalsMeasurement } from './scopes';
import { concatenate, dropColumns } from './transformations';

/** A sentence of the banner, shown when its query returns a row. */
interface BannerMessage {
  readonly name: BannerRef;
  readonly query: string;
  readonly text: string;
  readonly link?: { readonly title: string; readonly url: string };
}

const HEALTH = {
  title: `Show in ${COLLECTION_HEALTH.title}`,
  url: `/d/${COLLECTION_HEALTH.uid}?${GRAFANA.timeRange}`,
};
/** The page that says what is wrong with each source. */
const COLLECTION = { title: 'Show in Collection', url: '/a/flowscope-awsflowlogs-app/collection' };
const NOTHING_AT_ALL = `${VARS.flowsUnfiltered.number} = 0`;
/** The least share of flows that is worth a note on what they lack: a stray record says nothing of the flow logs. */
const NOTABLE_SHARE = 0.001;

/**
 * One line that says how far the data can be trusted: complete until when, how much of it is in named rows, how many
 * warnings; and before that, whenever there is less to see than people expect, why.
 */
export function dataQualityBanner(report: Report): PanelBuilder {
  const panel = new PanelBuilder()
    .datasource(DATASOURCE)
    .transparent(true)
    // A sentence takes two lines; of more the row can be scrolled.
    .height(2)
    .span(24)
    .showHeader(false)
    .cellHeight(TableCellHeight.Lg)
    .noValue(NO_SOURCE)
    .links([
      new DashboardLinkBuilder('S3 sources').type(DashboardLinkType.Link).url('/plugins/flowscope-awsflowlogs-app'),
      new DashboardLinkBuilder(HEALTH.title).type(DashboardLinkType.Link).url(HEALTH.url),
    ]);
  for (const { name, query, text, link = HEALTH } of bannerMessages(report)) {
    const mappings = [{ type: 'range', options: { from: 0, to: null, result: { text, color: 'orange', index: 0 } } }];
    const cellOptions = { type: TableCellDisplayMode.ColorText };
    panel.withTarget(influxQuery(name, query)).overrideByName(
      name,
      properties({
        mappings,
        links: [link],
        'custom.align': 'left',
        'custom.wrapText': true,
        'custom.cellOptions': cellOptions,
      })
    );
  }
  const own = rankingScope(report);
  const named = report.lowerBounds && report.key ? { ...own, where: [...own.where, isNamed(report.key)] } : own;
  const share = `100.0 * sum("${VARS.metric.plain}") / ${totalOfRows(report).number}.0 AS "${REFS.named}"`;
  panel
    .withTarget(influxQuery(REFS.complete, completeQuery(REFS.complete)))
    .withTarget(influxQuery(REFS.named, sumWhenQuery(report.measurement, named, VARS.metric.plain, share)));
  if (report.countsOnce || hasEnds(report.measurement)) {
    const least = 100 * NOTABLE_SHARE;
    const query = unloggedQuery(observedScope(report), VARS.metric.plain, REFS.unlogged, least);
    panel.withTarget(influxQuery(REFS.unlogged, query));
  }
  return (
    panel
      .withTarget(influxQuery(REFS.warnings, warningsQuery(REFS.warnings)))
      // Each query: Time and one column named as it, or nothing. One frame: the columns of all that found something.
      .transformations([dropColumns(['Time']), concatenate()])
      .overrideByName(
        REFS.complete,
        figure(216, { unit: 'time:[Complete until] D MMM HH:mm', 'custom.cellOptions': GROWING_ROWS })
      )
      .overrideByName(REFS.named, figure(246, { unit: 'suffix: % of traffic in named rows', decimals: 1 }))
      .overrideByName(REFS.unlogged, figure(225, { unit: `suffix: % ${UNLOGGED}`, decimals: 1 }))
      .overrideByName(
        REFS.warnings,
        figure(96, { unit: 'suffix: warnings', mappings: [ONE_WARNING], links: [COLLECTION] })
      )
  );
}

const ONE_WARNING = { type: 'value', options: { 1: { text: '1 warning', index: 0 } } };

function figure(width: number, values: Readonly<Record<string, unknown>>) {
  return properties({ 'custom.width': width, 'custom.align': 'left', links: [HEALTH], ...values });
}

/** The sentences a report may need, the most fundamental first. */
function bannerMessages(report: Report): BannerMessage[] {
  const scope = rankingScope(report);
  const inRange: Scope = { ...scope, where: [] };
  const flows = (as: string, when: readonly string[] = [], of = inRange) =>
    sumWhenQuery('flow_interface', withConditions(of, when), 'flows', `sum("flows") AS "${as}"`);
  const notable = (as: string, condition: string, of: Scope, total: Var) =>
    `SELECT "${as}" FROM (${flows(as, [condition], of)}) WHERE "${as}" >= ${NOTABLE_SHARE} * ${total.number}`;
  const clear = { title: 'Clear filters', url: `/d/${report.uid}?${GRAFANA.timeRange}` };
  const notes: BannerMessage[] = [
    { name: 'silent', query: reportedQuery('silent', `${VARS.recentReports.number} = 0`), text: SILENT },
    // The name of a measurement that exists is no prefix of a collector's.
    {
      name: 'nothing_yet',
      query: reportedQuery('nothing_yet', `"collector" =~ /^${VARS.everStored.braced}/`),
      text: NOTHING_YET,
    },
    {
      name: 'filtered_out',
      query: flows('filtered_out', [`${totalOfRows(report).number} = 0`]),
      text: FILTERED_OUT,
      link: clear,
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
  notes.push({ name: 'left_out', query: leftOutQuery(inRange, 'left_out'), text: LEFT_OUT });
  for (const name of shownFilters(report)) {
    const { tag, field, heading, isNeverMissing } = filterNamed(name);
    if (field && isNeverMissing) {
      const lacking = `"${tag}" = ${literal(MISSING)}`;
      const query = notable(`lacks_${name}`, lacking, withConditions(inRange, [isChosen(name)]), VARS.flowsUnfiltered);
      notes.push({ name: `lacks_${name}`, query, text: lacksFiltered(heading, field), link: clear });
    }
  }
  if (report.requiredFields.includes('action')) {
    notes.push({
      name: 'lacks_action',
      query: notable('lacks_action', `"action" = ${literal(MISSING)}`, scope, VARS.totals.flows),
      text: lacks(['action']),
    });
  }
  if (report.lowerBounds) {
    const text = lacks(report.requiredFields.filter((field) => field !== 'action'));
    const query = sumWhenQuery(
      totalsMeasurement(report),
      withConditions(scope, [`${VARS.flowsOfOwnMeasurement.number} = 0`]),
      'flows',
      'sum("flows") AS "lacks_fields"'
    );
    notes.push({ name: 'lacks_fields', query, text });
  }
  if (report.lowerBounds) {
    notes.push({ name: 'fewer_names', query: fewerNamesQuery('fewer_names'), text: FEWER_NAMES });
  }
  if (report.directions) {
    notes.push({
      name: 'no_direction',
      query: notable('no_direction', `"direction" = 'unknown'`, scope, VARS.totals.flows),
      text: NO_DIRECTION,
    });
  }
  return notes;
}
