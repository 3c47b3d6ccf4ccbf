import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { FILTER_OPTIONS, OTHER } from '../contract/stored';
import { heardQuery } from '../reports/collection';
import { COUNTED, DEFAULT_COUNTED, filterNamed, filterNote, type Filter, type FilterName } from '../reports/filters';
import { END_KINDS } from '../reports/ends';
import { isOneOf } from '../reports/influxql';
import { DEFAULT_TOP, METRICS, TOP_CHOICES } from '../reports/metrics';
import {
  boundaryQuery,
  partsOf,
  policyConditions,
  policyQuery,
  rowKeysQuery,
  topKeysQuery,
  totalQuery,
  valuesQuery,
  withConditions,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE } from './common';
import {
  isOneOfChosen,
  inexactFilters,
  rankingScope,
  rowKeysVar,
  shownFilters,
  totalsMeasurement,
  totalsScope,
} from './scopes';
import { filterVar, GRAFANA, VARS, type Var } from './vars';

export type Variable = Builder<VariableModel>;

const RANGE = { from: GRAFANA.from, to: GRAFANA.to };

/** Everything the bar on top of a report offers, and what its queries need besides. */
export function reportVariables(report: Report): Variable[] {
  return [
    ...shownFilters(report).map((name) => filterVariable(report, filterNamed(name))),
    choice(
      VARS.metric,
      'Metric',
      METRICS.map(({ name }) => name),
      'bytes'
    ),
    choice(VARS.show, 'Show', ['total', 'rate'], 'rate'),
    ...(report.key ? [choice(VARS.top, 'Top', TOP_CHOICES.map(String), String(DEFAULT_TOP))] : []),
    hidden(VARS.boundary, policyQuery('ranking', RANGE, ['boundary'])),
    hidden(VARS.seriesBoundary, policyQuery('series', RANGE, ['boundary'])),
    // m or h: the shortest interval that the series' policy can show is one of it.
    hidden(VARS.step, policyQuery('series', RANGE, ['name']), { regex: '/^(m|h)/' }),
    hidden(
      VARS.start,
      alignedQuery((start) => start)
    ),
    hidden(
      VARS.span,
      alignedQuery((start) => `${GRAFANA.to} - (${start})`)
    ),
    ...totalVariables(report),
    ...(report.key ? keysVariables(report) : []),
    ...bannerVariables(report),
  ];
}

/** The keys that are shown over time, and those of the table's rows where they are others. */
function keysVariables(report: Report): Variable[] {
  const parts = partsOf(report).filter((part) => rowKeysVar(report, part) !== VARS.keys);
  return [
    keysVariable(VARS.keys, report),
    ...parts.map((part) => {
      const query = rowKeysQuery(report, rankingScope(report), VARS.metric.plain, VARS.top.plain, part);
      return hidden(rowKeysVar(report, part), query, { all: true });
    }),
  ];
}

/** For what is new: from when on the day before the range is read from `minute`. */
export function hoursUntilVariable(): Variable {
  return hidden(VARS.hoursUntil, boundaryQuery());
}

/** The busiest keys of a report. */
export function keysVariable(variable: Var, report: Report): Variable {
  const query = topKeysQuery(report, rankingScope(report), VARS.metric.plain, VARS.top.plain);
  return hidden(variable, query, { all: true });
}

/** A filter in the bar. */
export function filterVariable(report: Report, filter: Filter): Variable {
  if (filter.name === 'counted') {
    return choice(filterVar(filter.name), filter.heading, Object.keys(COUNTED), DEFAULT_COUNTED, COUNTED);
  }
  if (filter.name === 'action') {
    return pick(filter, valuesQuery(filter.tag));
  }
  // Options do not depend on the range; read again with it, Grafana would drop what was typed and is none of them.
  const offered = pick(filter, optionsQuery(filter), filter.isKey ? VariableSort.Disabled : undefined);
  return offered.refresh(VariableRefresh.OnDashboardLoad).regex(`/${optionPattern(filter)}/`);
}

/** What people typed into a filter so far; stays as it stands here until they do, when it fits nothing. */
const TYPED = '${__searchFilter:regex}';

/** The texts of options, of which a list shows so many: those that fit what is typed, and the busiest. */
function optionsQuery({ kind, isEnd, parents }: Filter): string {
  const { measurement, most, offered } = FILTER_OPTIONS;
  const ofParents = parents.map((parent) => isOneOfChosen(filterNamed(parent).tag, filterVar(parent)));
  const conditions = [isOneOf('kind', isEnd ? END_KINDS.filter((each) => each !== 'address') : [kind!]), ...ofParents];
  const options = (...more: readonly string[]) =>
    `SELECT "label" FROM "entity"."${measurement}" WHERE ${[...conditions, ...more].join(' AND ')} LIMIT ${most}`;
  // Rows come in the order of their times, so that the limit cuts off the least busy.
  const typed = options(`time < ${offered}`, `"label" =~ /(?i)${TYPED}/`);
  return `SELECT "label" FROM (${typed}), (${options(`time >= ${offered}`)}) LIMIT ${most}`;
}

/** Takes the id out of `name (id)`. The id is a part of what is shown where it says something to people: of addresses and applications. */
function optionPattern({ isKey, id, idPrefix = '' }: Filter): string {
  return isKey ? '^(?<text>(?:.* \\()?(?<value>[^\\s()]+)\\)?)$' : `^(?<text>.*) \\(${idPrefix}(?<value>${id})\\)$`;
}

/** Which sources Collection health shows. */
export function sourceVariable(): Variable {
  return multiple(VARS.s3Source, 'Source', 'SHOW TAG VALUES FROM "minute"."collection" WITH KEY = "source"');
}

/** A filter in the bar: several values or All. */
function pick(filter: Filter, query: string, sort = VariableSort.AlphabeticalCaseInsensitiveAsc): QueryVariableBuilder {
  return multiple(filterVar(filter.name), filter.heading, query, sort).description(filterNote(filter) ?? '');
}

function multiple(
  { name }: Var,
  label: string,
  query: string,
  sort = VariableSort.AlphabeticalCaseInsensitiveAsc
): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(sort)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .allowCustomValue(true)
    .current({ text: ['All'], value: [GRAFANA.all] });
}

/** One of a few values. `texts`: how they read, if not as they are. */
export function choice(
  { name }: Var,
  label: string,
  values: readonly string[],
  chosen: string,
  texts: Readonly<Record<string, string>> = {}
): Variable {
  const textOf = (value: string) => texts[value] ?? value;
  return new CustomVariableBuilder(name)
    .label(label)
    .values(values.map((value) => (value in texts ? `${texts[value]} : ${value}` : value)).join(','))
    .options(values.map((value) => ({ text: textOf(value), value, selected: value === chosen })))
    .allowCustomValue(false)
    .current({ text: textOf(chosen), value: chosen });
}

/** A value that the data source works out for the queries; not part of a link to the dashboard. */
export function hidden(
  { name }: Var,
  query: string,
  { regex = '', all = false, sort = VariableSort.Disabled }: { regex?: string; all?: boolean; sort?: VariableSort } = {}
): Variable {
  const builder = new QueryVariableBuilder(name)
    .datasource(DATASOURCE)
    .query(query)
    .regex(regex)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(sort)
    .hide(VariableHide.HideVariable)
    .multi(all)
    .includeAll(all)
    .current(all ? { text: ['All'], value: [GRAFANA.all] } : { text: '', value: '' });
  return { build: () => ({ ...builder.build(), skipUrlSync: true }) };
}

/**
 * A number computed from the start of the first window, whose length depends on the policy. InfluxQL has no conditional
 * expressions, so there are two subqueries of which one is empty.
 */
function alignedQuery(value: (start: string) => string): string {
  const { minute, hour } = policyConditions(RANGE);
  const of = (windowMs: number, field: string, when: string) => {
    const start = `${GRAFANA.from} - ${GRAFANA.from} % ${windowMs}`;
    const from = `FROM "entity"."policy_choice" WHERE "use" = 'ranking' AND (${when})`;
    return `(SELECT ${value(start)} + 0 * "${field}" AS "value" ${from})`;
  };
  return `SELECT "value" FROM ${of(60_000, 'longest', minute)}, ${of(3_600_000, 'shortest', hour)}`;
}

/** Variables that the queries of the data quality banner use. */
function bannerVariables(report: Report): Variable[] {
  const scope = rankingScope(report);
  return [
    hidden(VARS.flowsUnfiltered, totalQuery('flow_interface', { ...scope, where: [] }, 'flows')),
    ...(report.lowerBounds
      ? [hidden(VARS.flowsOfOwnMeasurement, totalQuery(report.measurement, ofKeys(report), 'flows'))]
      : []),
    hidden(VARS.everStored, 'SHOW MEASUREMENTS WITH MEASUREMENT = "flow_interface"'),
    hidden(VARS.recentReports, heardQuery('heard')),
  ];
}

/** The range, limited to the busiest keys and to `other`. */
function ofKeys(report: Report): Scope {
  const { key } = report;
  return withConditions(rankingScope(report), [`("${key}" = '${OTHER}' OR ${isOneOfChosen(key!, VARS.keys)})`]);
}

/** Exact sums, for shares and for the row of what is not shown. */
function totalVariables(report: Report): Variable[] {
  const measurement = totalsMeasurement(report);
  const sum = (variable: Var, metric: string) => hidden(variable, totalQuery(measurement, totalsScope(report), metric));
  const seen = totalQuery(measurement, rankingScope(report), VARS.metric.plain);
  return [
    ...(inexactFilters(report).length > 0 ? [totalOf(report, inexactFilters(report))] : []),
    sum(VARS.total, VARS.metric.plain),
    ...(report.countsOnce ? [hidden(VARS.seen, seen)] : []),
    ...METRICS.map(({ name }) => sum(VARS.totals[name], name)),
  ];
}

/**
 * The measurement that totals come from: with All, `.*flow_interface` matches; with something chosen only the report's own.
 * In a store without traffic it is one without traffic, since a query must name a measurement.
 */
function totalOf(report: Report, filters: readonly FilterName[]): Variable {
  const chosen = filters.map((name) => filterVar(name).regex).join('');
  const [sort, last] =
    'flow_interface' < report.measurement
      ? [VariableSort.AlphabeticalAsc, 'policy_choice']
      : [VariableSort.AlphabeticalDesc, 'aws_entity'];
  const query = `SHOW MEASUREMENTS WITH MEASUREMENT =~ /^(${report.measurement}|${chosen}flow_interface|${last})$/`;
  return hidden(VARS.totalsMeasurement, query, { sort });
}
