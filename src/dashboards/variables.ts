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
import { completeQuery } from '../reports/collection';
import { COUNTED, DEFAULT_COUNTED, filterNamed, filterNote, type Filter, type FilterName } from '../reports/filters';
import { END_KINDS } from '../reports/ends';
import { anyOf, isOneOf } from '../reports/influxql';
import { DEFAULT_TOP, METRICS, TOP_CHOICES } from '../reports/metrics';
import {
  boundaryQuery,
  dayBefore,
  partConditions,
  policyConditions,
  policyQuery,
  rowKeysQuery,
  totalQuery,
  withConditions,
  type Part,
  type Scope,
} from '../reports/queries';
import type { Report } from '../reports/reports';
import { DATASOURCE } from './common';
import {
  firstPart,
  isOneOfChosen,
  inexactFilters,
  rankingScope,
  rowKeysVar,
  shownFilters,
  totalsMeasurement,
} from './scopes';
import { filterVar, GRAFANA, VARS, type Var } from './vars';

export type Variable = Builder<VariableModel>;

const RANGE = { from: GRAFANA.from, to: GRAFANA.to };

/** Everything the bar on top of a report offers, its menu of rarely changed choices, and what its queries need besides. */
export function reportVariables(report: Report): Variable[] {
  return [
    ...shownFilters(report).map((name) => inPlace(name, filterVariable(report, filterNamed(name)))),
    ...switches(report).map(inMenu),
    // m or h, and the boundary: the text of the variable is the one, its value the other.
    hidden(VARS.boundary, policyQuery('ranking', RANGE, ['choice']), { regex: CHOICE }),
    hidden(VARS.seriesBoundary, policyQuery('series', RANGE, ['choice']), { regex: CHOICE }),
    hidden(
      VARS.start,
      alignedQuery((start) => start)
    ),
    hidden(VARS.complete, completeQuery('complete')),
    ...totalVariables(report),
    ...(report.key ? keysVariables(report) : []),
    ...(report.lowerBounds
      ? [hidden(VARS.flowsOfOwnMeasurement, totalQuery(report.measurement, ofKeys(report), 'flows'))]
      : []),
    hidden(VARS.flowsUnfiltered, totalQuery('flow_interface', { ...rankingScope(report), where: [] }, 'flows')),
  ];
}

const CHOICE = String.raw`/^(?<text>[mh]) (?<value>\d+)$/`;

/** How figures are shown: what people choose once in a while. */
function switches(report: Report): Variable[] {
  const metrics = METRICS.map(({ name }) => name);
  return [
    choice(VARS.metric, 'Metric', metrics, 'bytes'),
    choice(VARS.show, 'Show', ['total', 'rate'], 'rate'),
    ...(report.key ? [choice(VARS.top, 'Top', TOP_CHOICES.map(String), String(DEFAULT_TOP))] : []),
  ];
}

/** Filters that are rarely used, as another one says nearly the same. */
const IN_MENU: readonly FilterName[] = ['account', 'subnet', 'instance', 'exporter', 'counted'];

function inPlace(name: FilterName, variable: Variable): Variable {
  return IN_MENU.includes(name) ? inMenu(variable) : variable;
}

/** Moves a variable from the bar into the menu behind the three dots. */
export function inMenu(variable: Variable): Variable {
  return { build: () => ({ ...variable.build(), hide: VariableHide.InControlsMenu }) };
}

/** The keys of the rows of each part, which are those shown over time. */
function keysVariables(report: Report): Variable[] {
  // Of the overview, who is refused is ranked by another key.
  const parts: Part[] = report.countsOnce ? ['all'] : [firstPart(report), 'refused'];
  return parts.map((part) => keysVariable(rowKeysVar(part), report, part));
}

/** For what is new: from when on the day before the range is read from `minute`, and whether there is data of it. */
export function newVariables(): Variable[] {
  const before = dayBefore({ ...RANGE, boundary: VARS.hoursUntil.number, from: VARS.start.braced, where: [] });
  return [
    hidden(VARS.hoursUntil, boundaryQuery()),
    hidden(VARS.flowsBefore, totalQuery('flow_interface', before, 'flows')),
  ];
}

/** The keys of the busiest rows of a report, or of a part of them. */
export function keysVariable(variable: Var, report: Report, part: Part = 'all'): Variable {
  const query = rowKeysQuery(report, rankingScope(report), VARS.metric.braced, VARS.top.braced, part);
  return hidden(variable, query, { all: true });
}

/** A filter in the bar. */
export function filterVariable(report: Report, filter: Filter): Variable {
  if (filter.name === 'counted') {
    return choice(filterVar(filter.name), filter.heading, Object.keys(COUNTED), DEFAULT_COUNTED, COUNTED);
  }
  if (filter.name === 'action') {
    return actionVariable(filter);
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

/** The actions that AWS knows; another one can be typed in. */
function actionVariable({ name, heading, values = [] }: Filter): Variable {
  return new CustomVariableBuilder(name)
    .label(heading)
    .values(values.join(','))
    .options([
      { text: 'All', value: GRAFANA.all, selected: true },
      ...values.map((value) => ({ text: value, value, selected: false })),
    ])
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .allowCustomValue(true)
    .current({ text: ['All'], value: [GRAFANA.all] });
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

/** The range, limited to the busiest keys and to `other`: reading them all would cost as much as ranking them. */
function ofKeys(report: Report): Scope {
  const key = report.key!;
  const vars = report.countsOnce ? [VARS.keys] : [VARS.keys, VARS.refusedKeys];
  return withConditions(rankingScope(report), [
    anyOf([`"${key}" = '${OTHER}'`, ...vars.map((of) => isOneOfChosen(key, of))]),
  ]);
}

/** Exact sums, for shares, counted as rows are. */
function totalVariables(report: Report): Variable[] {
  const sum = (variable: Var, metric: string, part: Part) => {
    const scope = withConditions(rankingScope(report), partConditions(part));
    return hidden(variable, totalQuery(totalsMeasurement(report), scope, metric));
  };
  return [
    ...(inexactFilters(report).length > 0 ? [totalOf(report, inexactFilters(report))] : []),
    sum(VARS.total, VARS.metric.braced, firstPart(report)),
    ...(report.key && !report.countsOnce ? [sum(VARS.totalRefused, 'flows', 'refused')] : []),
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
