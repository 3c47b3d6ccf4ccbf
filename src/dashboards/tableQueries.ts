import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { MISSING, REFUSED } from '../contract/stored';
import { DIRECTIONS } from '../reports/headings';
import { literal } from '../reports/influxql';
import {
  entitiesQuery,
  ownTags,
  partConditions,
  rowsQuery,
  seenQuery,
  seriesQuery,
  shownQuery,
  splitQuery,
  wholeQuery,
  withConditions,
  type Part,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { rate } from './common';
import { influxQuery } from './influxQuery';
import { consoleColumns, consoleLinkColumns, idColumn, leadsToItself, LINK_VERB_COLUMN, rowsOf } from './links';
import { nameQueries } from './names';
import { consoleRef, REFS, restRef, seenRef, splitRef, splitRestRef } from './refs';
import { isNoneOfChosen, isOneOfChosen, rankingScope, rowsScope, totalOfRows, totalsMeasurement } from './scopes';
import { GRAFANA, VARS, type Var } from './vars';

type Target = Builder<Dataquery>;

/** Everything a table reads of a part: its rows, what they leave of the total, and what is looked up for them. */
export function tableQueries(report: Report, part: Part): Target[] {
  const metric = metricOf(part);
  const rows = rowsScope(report, part);
  const share = `1.0 * "sum" / ${totalOfRows(report, part).number}.0 AS "share"`;
  const also = [share, ...rowsColumn(report, 'sum'), ...hiddenCopies(report)];
  const names = { metric, flows: flowsBeside(metric) };
  const ranking = { metric, top: report.key ? VARS.top.braced : EVERY_ROW, names };
  const targets = [
    influxQuery(REFS.all, rowsQuery(report, rows, { ...ranking, also }, part)),
    influxQuery(REFS.trend, trendQuery(report, rows, part)),
  ];
  if (report.key) {
    const whole = wholeQuery(totalsMeasurement(report), rankingScope(report), metric, part, namesOf('all', names));
    targets.push(
      influxQuery(restRef('all'), whole),
      influxQuery(restRef('shown'), shownQuery(report, rows, ranking, part, namesOf('shown', names)))
    );
  }
  if (report.directions) {
    targets.push(...directionQueries(report));
  }
  for (const which of ['first', 'last'] as const) {
    targets.push(influxQuery(seenRef(which), seenQuery(report, rows, which, part)));
  }
  targets.push(...relatedEntityQueries(report, part));
  targets.push(...nameQueries(report, (query) => whereTraffic(query, totalOfRows(report, part))));
  return targets;
}

/** So many rows that none is left over, where there is no Top to choose. */
export const EVERY_ROW = '1000';

/** What the rows of a part are ranked by: in bytes, refused traffic is too small to be listed. */
export function metricOf(part: Part): string {
  return part === 'refused' ? 'flows' : VARS.metric.braced;
}

/** The column with a row's flows, beside that of the metric: not shown where these are the same. */
export function flowsBeside(metric: string): string {
  return `flows beside ${metric}`;
}

/** The columns of the total, and of what of it is shown. */
export function namesOf(what: 'all' | 'shown', { metric, flows }: { readonly metric: string; readonly flows: string }) {
  return { metric: `${what} ${metric}`, flows: `${what} ${flows}` };
}

/** Points of the small line in a row, and how many rows have one at most: a source may have been seen at hundreds of interfaces. */
export const TREND_POINTS = 40;
const MOST_TRENDS = 300;

/** Rates of each row over time. */
function trendQuery(report: Report, rows: Scope, part: Part): string {
  const metric = metricOf(part);
  const of = withConditions(rows, partConditions(part));
  const tags = ownTags(report);
  return `${seriesQuery(report.measurement, of, metric, [rate(metric)], GRAFANA.interval, tags)} SLIMIT ${MOST_TRENDS}`;
}

/** What links to the report itself need of a query. */
export function rowsColumn(report: Report, sum: string): string[] {
  return leadsToItself(report) ? [rowsOf(sum)] : [];
}

/** The ids of a row once more, for its links. */
export function hiddenCopies(report: Report): string[] {
  const tags = ownTags(report);
  return [...tags.map((tag) => `"${tag}" AS "${idColumn(tag)}"`), `"${tags[0]}" AS "${LINK_VERB_COLUMN}"`];
}

/** What interfaces belong to, and the halves of addresses in the AWS console: queries of rows by interface. */
export function relatedEntityQueries(report: Report, part: Part = 'all'): Target[] {
  const total = totalOfRows(report, part);
  const beside = report.columns.filter((column) => column.relatedTo).map(({ tag }) => `"${tag}"`);
  const consoles = consoleColumns(report).map((column) => {
    const [home, page] = consoleLinkColumns(column.tag);
    const id = column.relatedTo ? `"${column.tag}"` : '"id"';
    const query = ofInterfaces(report, [`"region" AS "${home}"`, `${id} AS "${page}"`], total);
    return influxQuery(consoleRef(column.tag), `${query} AND ${id} != ${literal(MISSING)}`);
  });
  return [
    ...(beside.length > 0 ? [influxQuery(REFS.relatedEntities, ofInterfaces(report, beside, total))] : []),
    ...consoles,
  ];
}

/**
 * Entities stand at time 0: without traffic there is no total, and nothing is listed. Nanoseconds, without a unit: a total in
 * another one may be longer than InfluxDB knows.
 */
export function whereTraffic(entities: string, total: Var): string {
  return `${entities} AND time < ${total.number}`;
}

function ofInterfaces(report: Report, fields: readonly string[], total: Var): string {
  return whereTraffic(entitiesQuery(['interface'], fields, 'interface'), total);
}

/** The column with the chosen metric of one direction: the unit follows the metric, so the metric is in its name. */
export function directionColumn(direction: string): string {
  return `${VARS.metric.braced} ${direction}`;
}

/** In, Out, Unknown and refused flows of each row, and of what the rows leave. */
function directionQueries(report: Report): Target[] {
  const scope = rankingScope(report);
  const shown = withConditions(scope, [isOneOfChosen(report.key!, VARS.keys)]);
  const rest = withConditions(scope, [isNoneOfChosen(report.key!, VARS.keys)]);
  const figures = [
    ...DIRECTIONS.map(({ direction }) => ({
      name: directionColumn(direction),
      metric: VARS.metric.braced,
      when: `"direction" = '${direction}'`,
    })),
    { name: 'refused_flows', metric: 'flows', when: `"action" = '${REFUSED}'` },
  ];
  return figures.flatMap(({ name, metric, when }, index) => {
    const of = { shown: withConditions(shown, [when]), rest: withConditions(rest, [when]) };
    return [
      influxQuery(splitRef(index), splitQuery(report.measurement, of.shown, metric, name, report.key)),
      influxQuery(splitRestRef(index), splitQuery(report.measurement, of.rest, metric, name)),
    ];
  });
}
