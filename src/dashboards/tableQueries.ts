import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { MISSING, REFUSED } from '../contract/stored';
import { DIRECTIONS } from '../reports/headings';
import { literal } from '../reports/influxql';
import { METRICS } from '../reports/metrics';
import {
  entitiesQuery,
  ownTags,
  partsOf,
  rankingQuery,
  restQuery,
  seenQuery,
  splitQuery,
  sumsQuery,
  withConditions,
  type Part,
  type Ranking,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { influxQuery } from './influxQuery';
import { consoleColumns, consoleLinkColumns, idColumn, LINK_VERB_COLUMN } from './links';
import { nameQueries } from './names';
import { consoleRef, REFS, restRef, seenRef, splitRef, splitRestRef, type Ref } from './refs';
import { isNoneOfChosen, isOneOfChosen, rankingScope, rowsScope, totalOfRows } from './scopes';
import { VARS } from './vars';

type Target = Builder<Dataquery>;

/** Share of the exact total. */
const SHARE = `1.0 * "${VARS.metric.plain}" / ${VARS.total.number}.0`;

/** Everything a table reads: its rows, what they leave of the total, and what is looked up for them. */
export function tableQueries(report: Report): Target[] {
  const targets: Target[] = [];
  const ranking = rankingOf(report);
  for (const part of partsOf(report)) {
    const query = rankingQuery(report, rowsScope(report, part), ranking, part);
    targets.push(influxQuery(part === 'refused' ? REFS.refused : REFS.all, query));
  }
  if (report.directions) {
    targets.push(...directionQueries(report));
  } else if (report.key) {
    for (const { name } of METRICS) {
      const rest = restQuery(report, (part) => rowsScope(report, part), ranking, name, VARS.totals[name].number);
      targets.push(influxQuery(restRef(name), rest));
    }
  }
  for (const { which, ref, part } of seenRefs(report)) {
    targets.push(influxQuery(ref, seenQuery(report, rowsScope(report, part), which, part)));
  }
  targets.push(...relatedEntityQueries(report));
  targets.push(...nameQueries(report, (query) => whereTraffic(report, query)));
  return targets;
}

/** So many rows that none is left over, where there is no Top to choose. */
export const EVERY_ROW = '1000';

/** How rows are ranked, with the share of each and its ids once more. */
function rankingOf(report: Report): Ranking {
  return {
    metric: VARS.metric.plain,
    top: report.key ? VARS.top.plain : EVERY_ROW,
    span: VARS.span.braced,
    also: [`${SHARE} AS "share"`, ...hiddenCopies(report)],
  };
}

/** The ids of a row once more, for its links. */
export function hiddenCopies(report: Report): string[] {
  const tags = ownTags(report);
  return [...tags.map((tag) => `"${tag}" AS "${idColumn(tag)}"`), `"${tags[0]}" AS "${LINK_VERB_COLUMN}"`];
}

/** What interfaces belong to, and the halves of addresses in the AWS console: queries of rows by interface. */
export function relatedEntityQueries(report: Report): Target[] {
  const beside = report.columns.filter((column) => column.relatedTo).map(({ tag }) => `"${tag}"`);
  const consoles = consoleColumns(report).map((column) => {
    const [home, page] = consoleLinkColumns(column.tag);
    const id = column.relatedTo ? `"${column.tag}"` : '"id"';
    const query = ofInterfaces(report, [`"region" AS "${home}"`, `${id} AS "${page}"`]);
    return influxQuery(consoleRef(column.tag), `${query} AND ${id} != ${literal(MISSING)}`);
  });
  return [...(beside.length > 0 ? [influxQuery(REFS.relatedEntities, ofInterfaces(report, beside))] : []), ...consoles];
}

/**
 * Entities stand at time 0: without traffic there is no total, and nothing is listed. Nanoseconds, without a unit: a total in
 * another one may be longer than InfluxDB knows.
 */
export function whereTraffic(report: Report, entities: string): string {
  return `${entities} AND time < ${totalOfRows(report).number}`;
}

function ofInterfaces(report: Report, fields: readonly string[]): string {
  return whereTraffic(report, entitiesQuery(['interface'], fields, 'interface'));
}

/** The queries with the first and last windows of the rows of each part. */
export function seenRefs(report: Report): Array<{ which: 'first' | 'last'; ref: Ref; part: Part }> {
  return (['first', 'last'] as const).flatMap((which) =>
    partsOf(report).map((part) => ({ which, ref: seenRef(which, part === 'refused' ? part : 'all'), part }))
  );
}

/** The column with the chosen metric of one direction: the unit follows the metric, so the metric is in its name. */
export function directionColumn(direction: string): string {
  return `${VARS.metric.plain} ${direction}`;
}

/** In, Out, Unknown and refused flows of each row, and of what the rows leave. */
function directionQueries(report: Report): Target[] {
  const scope = rankingScope(report);
  const shown = withConditions(scope, [isOneOfChosen(report.key!, VARS.keys)]);
  const rest = withConditions(scope, [isNoneOfChosen(report.key!, VARS.keys)]);
  const figures = [
    ...DIRECTIONS.map(({ direction }) => ({
      name: directionColumn(direction),
      metric: VARS.metric.plain,
      when: `"direction" = '${direction}'`,
    })),
    { name: 'refused_flows', metric: 'flows', when: `"action" = '${REFUSED}'` },
  ];
  return [
    influxQuery(REFS.rest, sumsQuery(report.measurement, rest, VARS.span.braced)),
    ...figures.flatMap(({ name, metric, when }, index) => {
      const of = { shown: withConditions(shown, [when]), rest: withConditions(rest, [when]) };
      return [
        influxQuery(splitRef(index), splitQuery(report.measurement, of.shown, metric, name, report.key)),
        influxQuery(splitRestRef(index), splitQuery(report.measurement, of.rest, metric, name)),
      ];
    }),
  ];
}
