import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DIRECTIONS } from '../reports/headings';
import { literal } from '../reports/influxql';
import { METRICS, MISSING, REFUSED } from '../reports/metrics';
import {
  entitiesQuery,
  namedKinds,
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
import { consoleColumns, consoleHalves, idColumn, WORDS_COLUMN } from './links';
import { namesRefId } from './names';
import { isKeyOf, KEYS, rankingScope, rowsScope } from './scopes';

type Target = Builder<Dataquery>;

/** Share of the exact total; the 0 in front keeps the query whole when the range is empty and there is no total. */
const SHARE = '1.0 * "$metric" / 0${total}.0';

/** Exact sums, as the variables hold them. */
export const TOTALS = {
  bytes: '0${total_bytes}',
  packets: '0${total_packets}',
  flows: '0${total_flows}',
  share: '0${total}',
};

/** Everything a table reads: its rows, what they leave of the total, and what is looked up for them. */
export function tableQueries(report: Report): Target[] {
  const targets: Target[] = [];
  const ranking = rankingOf(report);
  for (const part of partsOf(report)) {
    const query = rankingQuery(report, rowsScope(report, part), ranking, part);
    targets.push(influxQuery(part === 'refused' ? part : 'all', query));
  }
  if (report.directions) {
    targets.push(...directionQueries(report));
  } else if (report.key) {
    for (const { name } of METRICS) {
      const rest = restQuery(report, (part) => rowsScope(report, part), ranking, name, TOTALS[name]);
      targets.push(influxQuery(`rest_${name}`, rest));
    }
  }
  for (const [which, refId, part] of seenRefIds(report)) {
    targets.push(influxQuery(refId, seenQuery(report, rowsScope(report, part), which, part)));
  }
  targets.push(...besideQueries(report));
  for (const kind of namedKinds(report)) {
    targets.push(influxQuery(namesRefId(kind), entitiesQuery([kind], ['"name"'])));
  }
  return targets;
}

/** Without a key there is no Top to choose, and nothing is left over. */
const EVERY_ROW = '1000';

/** How rows are ranked, with the share of each and its ids once more. */
export function rankingOf(report: Report): Ranking {
  return {
    metric: '$metric',
    top: report.key ? '$top' : EVERY_ROW,
    span: '${span}',
    also: [`${SHARE} AS "share"`, ...hiddenCopies(report)],
  };
}

/** The ids of a row once more, for its links. */
export function hiddenCopies(report: Report): string[] {
  const tags = ownTags(report);
  return [...tags.map((tag) => `"${tag}" AS "${idColumn(tag)}"`), `"${tags[0]}" AS "${WORDS_COLUMN}"`];
}

/** What interfaces belong to, and the halves of addresses in the AWS console: queries of rows by interface. */
export function besideQueries(report: Report): Target[] {
  const beside = report.columns.filter((column) => column.beside).map(({ tag }) => `"${tag}"`);
  const consoles = consoleColumns(report).map((column) => {
    const [home, page] = consoleHalves(column.tag);
    const id = column.beside ? `"${column.tag}"` : '"id"';
    const query = ofInterfaces([`"region" AS "${home}"`, `${id} AS "${page}"`]);
    return influxQuery(`beside_${column.tag}`, `${query} AND ${id} != ${literal(MISSING)}`);
  });
  return [...(beside.length > 0 ? [influxQuery('beside', ofInterfaces(beside))] : []), ...consoles];
}

/**
 * Entities stand at time 0: without traffic there is no total, and nothing is listed. Nanoseconds, without a unit: a total in
 * another one may be longer than InfluxDB knows.
 */
function ofInterfaces(fields: readonly string[]): string {
  return `${entitiesQuery(['interface'], fields, 'interface')} AND time < 0\${total}`;
}

/** The queries with the first and last windows of the rows of each part. */
export function seenRefIds(report: Report): Array<[which: 'first' | 'last', refId: string, part: Part]> {
  return (['first', 'last'] as const).flatMap((which) =>
    partsOf(report).map((part): ['first' | 'last', string, Part] => [
      which,
      `${which}_${part === 'refused' ? part : 'all'}`,
      part,
    ])
  );
}

/** In, Out, Unknown and refused flows of each row, and of what the rows leave. */
function directionQueries(report: Report): Target[] {
  const scope = rankingScope(report);
  const shown = withConditions(scope, [isKeyOf(report, KEYS)]);
  const rest = withConditions(scope, [`"${report.key}" !~ /^\${${KEYS}:regex}$/`]);
  const figures = [
    // The unit follows the metric, so the metric is in the name.
    ...DIRECTIONS.map(({ direction }) => ({
      name: `$metric ${direction}`,
      metric: '$metric',
      when: `"direction" = '${direction}'`,
    })),
    { name: 'refused_flows', metric: 'flows', when: `"action" = '${REFUSED}'` },
  ];
  return [
    influxQuery('rest', sumsQuery(report.measurement, rest, '${span}')),
    ...figures.flatMap(({ name, metric, when }, index) => {
      const of = { shown: withConditions(shown, [when]), rest: withConditions(rest, [when]) };
      return [
        influxQuery(`split${index}`, splitQuery(report.measurement, of.shown, metric, name, report.key)),
        influxQuery(`rest${index}`, splitQuery(report.measurement, of.rest, metric, name)),
      ];
    }),
  ];
}
