import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DIRECTIONS } from '../reports/headings';
import { REFUSED } from '../reports/metrics';
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
  type Part,
  type Ranking,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { influxQuery } from './influxQuery';
import { idColumn, REGION_COLUMN } from './links';
import { namesRefId } from './names';
import { rankingScope } from './scopes';

type Target = Builder<Dataquery>;

/** Share of the exact total; the 0 in front keeps the query whole when the range is empty and there is no total. */
const SHARE = '1.0 * "$metric" / 0${total}.0';
const SHARE_OF_SUM = '1.0 * sum("$metric") / 0${total}.0';

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
  const scope = rankingScope(report);
  const ranking = rankingOf(report);
  for (const part of partsOf(report)) {
    targets.push(influxQuery(part === 'refused' ? part : 'all', rankingQuery(report, scope, ranking, part)));
  }
  targets.push(
    ...(report.directions ? directionQueries(report) : [influxQuery('rest', restQuery(report, scope, ranking, TOTALS))])
  );
  for (const [which, refId, part] of seenRefIds(report)) {
    targets.push(influxQuery(refId, seenQuery(report, seenScope(report), which, part)));
  }
  const beside = besideQuery(report);
  if (beside) {
    targets.push(influxQuery('beside', beside));
  }
  for (const kind of namedKinds(report)) {
    targets.push(influxQuery(namesRefId(kind), entitiesQuery([kind], ['"name"'])));
  }
  return targets;
}

/** How rows are ranked, with the share of each and its ids once more. */
export function rankingOf(report: Report): Ranking {
  return {
    metric: '$metric',
    top: report.key ? '$top' : '20',
    span: '${span}',
    also: [`${SHARE} AS "share"`, ...ownTags(report).map((tag) => `"${tag}" AS "${idColumn(tag)}"`)],
  };
}

/** What is known of each interface besides its name; undefined for reports without interfaces. */
export function besideQuery(report: Report): string | undefined {
  if (!ownTags(report).includes('interface')) {
    return undefined;
  }
  const beside = report.columns.filter((column) => column.beside);
  const fields = [...beside.map(({ tag }) => tag), REGION_COLUMN].map((field) => `"${field}"`);
  // Entities stand at time 0: without traffic there is no total, and nothing is listed. Nanoseconds, without a unit: a
  // total in another one may be longer than InfluxDB knows.
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

/**
 * Where each row is one key, the rows are those of the busiest keys. Rows of several tags or parts are not: a row may be among
 * the busiest while its key, summed over all rows, is not.
 */
function seenScope(report: Report): Scope {
  const scope = rankingScope(report);
  return report.key && ownTags(report).length === 1 && partsOf(report).length === 1
    ? { ...scope, where: [...scope.where, `"${report.key}" =~ /^\${keys:regex}$/`] }
    : scope;
}

/** In, Out, Unknown and refused flows of each row, and of what the rows leave. */
function directionQueries(report: Report): Target[] {
  const scope = rankingScope(report);
  const shown = { ...scope, where: [...scope.where, `"${report.key}" =~ /^\${keys:regex}$/`] };
  const rest = { ...scope, where: [...scope.where, `"${report.key}" !~ /^\${keys:regex}$/`] };
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
    influxQuery('rest', sumsQuery(report.measurement, rest, '${span}', [`${SHARE_OF_SUM} AS "share"`])),
    ...figures.flatMap(({ name, metric, when }, index) => {
      const of = (part: Scope) => ({ ...part, where: [...part.where, when] });
      return [
        influxQuery(`split${index}`, splitQuery(report.measurement, of(shown), metric, name, report.key)),
        influxQuery(`rest${index}`, splitQuery(report.measurement, of(rest), metric, name)),
      ];
    }),
  ];
}
