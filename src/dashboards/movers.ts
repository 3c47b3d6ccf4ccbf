/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DEFAULT_COUNTED } from '../reports/filters';
import { isOneOf } from '../reports/influxql';
import { DEFAULT_TOP, METRICS, TOP_CHOICES } from '../reports/metrics';
import { MOVERS } from '../reports/movers';
import { collectedThen, firstSeenQuery, moverKeysQuery, moversQuery, ratesQuery, sinceThen } from '../reports/periods';
import { isNamed, keysQuery, sumWhenQuery, withConditions } from '../reports/queries';
import { COMPARED, comparingVariables, IN_CHOSEN_PLACE, periods, placeVariables, perSecondOf } from './comparing';
import { OTHER_COLOR } from './colors';
import { comparingChart, DASHED, drawLines } from './comparingChart';
import { influxQuery } from './influxQuery';
import { hostLink, idColumn } from './links';
import {
  addNames,
  copyOfId,
  figureColumn,
  hiddenId,
  metricColumn,
  nameColumn,
  namesOf,
  plainTable,
  timeColumn,
  type Ids,
} from './plainTable';
import { only, REFS } from './refs';
import { emptyDashboard } from './reportDashboard';
import { isNoneOfChosen, isOneOfChosen } from './scopes';
import { calculate, coalesce, dropColumns, sortDescending } from './transformations';
import { figuresRow } from './stats';
import { choice, hidden, inMenu, type Variable } from './variables';
import { VARS, variable, type Var } from './vars';

/** VPCs that were collected when the compared period began. */
const KNOWN = variable('known_vpcs');
/** More than there are VPCs. */
const MANY = '1000';
const METRIC = VARS.metric.braced;
const { start, end, then, window, days, interval } = COMPARED;
const CHOSEN = IN_CHOSEN_PLACE;

/** What may have changed: the values of a tag that changed most. */
interface Movers {
  readonly title: string;
  readonly heading: string;
  readonly measurement: string;
  readonly ids: Ids;
  /** The tag of whose they are, where that is kept. */
  readonly owner?: Ids;
  readonly keys: Var;
  /** Whether only the busiest are kept by name. */
  readonly isBound?: boolean;
  readonly isHost?: boolean;
}

const LISTS: readonly Movers[] = [
  {
    title: 'Interfaces',
    heading: 'Interface',
    measurement: 'flow_interface',
    ids: { tag: 'interface', kind: 'interface' },
    keys: variable('moved_interfaces'),
    isHost: true,
  },
  {
    title: 'Applications',
    heading: 'Application',
    measurement: 'flow_application',
    ids: { tag: 'application', kind: 'application' },
    keys: variable('moved_applications'),
    isBound: true,
  },
  {
    title: 'Sources',
    heading: 'Source',
    measurement: 'flow_source',
    ids: { tag: 'src', kind: 'address' },
    owner: { tag: 'src_owner', kind: 'end' },
    keys: variable('moved_sources'),
    isBound: true,
    isHost: true,
  },
];

/** Both periods, of what was collected in both. */
const COMPARABLE = periods([...CHOSEN, isOneOfChosen('vpc', KNOWN)]);
/** What was not collected then. */
const LATER = withConditions(sinceThen(periods(CHOSEN)), [isNoneOfChosen('vpc', KNOWN)]);
const NOTHING_THEN =
  'No data then to compare with: see "Not compared" for since when there is. Choose a later range, or yesterday.';

/** The dashboard Movers. Panel ids never change meaning. */
export function moversDashboard(): Dashboard {
  const dashboard = emptyDashboard(MOVERS.title, MOVERS.uid, MOVERS.question)
    .variables(variables())
    .withPanel(compared().id(1))
    .withPanel(notCompared().id(2))
    .withPanel(total().id(3));
  LISTS.forEach((list, index) => dashboard.withPanel(table(list).id(4 + index)));
  return dashboard.build();
}

function variables(): Variable[] {
  const metrics = METRICS.map(({ name }) => name);
  const known = collectedThen(periods(CHOSEN), window.braced);
  return [
    ...comparingVariables(),
    ...placeVariables(),
    inMenu(choice(VARS.metric, 'Metric', metrics, 'bytes')),
    inMenu(choice(VARS.top, 'Top', TOP_CHOICES.map(String), String(DEFAULT_TOP))),
    hidden(KNOWN, keysQuery('flow_interface', ['vpc'], known, 'flows', MANY), { all: true }),
    ...LISTS.map(({ measurement, ids: { tag }, isBound, keys }) => {
      const where = isBound ? [isNamed(tag)] : [];
      const of = { now: withConditions(COMPARABLE.now, where), then: withConditions(COMPARABLE.then, where) };
      return hidden(keys, moverKeysQuery(measurement, [tag], of, METRIC, VARS.top.braced), { all: true });
    }),
  ];
}

/** Which times are compared: a row only if there is something to compare with. */
function compared(): StatBuilder {
  const times = {
    'Now from': start.braced,
    to: end.braced,
    'compared with': then.braced,
  };
  const figures = Object.entries(times).map(([name, time]) => `${time} + 0 * sum("flows") AS "${name}"`);
  const known = collectedThen(COMPARABLE, window.braced);
  return figuresRow(
    'From the first to the last whole window of the range that is complete, and the same time of day then: over a change of ' +
      'clocks, an hour earlier or later.',
    20
  )
    .span(14)
    .unit('time:ddd D MMM HH:mm')
    .noValue(NOTHING_THEN)
    .transformations([dropColumns(['Time'])])
    .withTarget(influxQuery(REFS.now, sumWhenQuery('flow_interface', known, 'flows', figures.join(', '))));
}

/** VPCs that were collected only later: what is new there says nothing. */
function notCompared(): TableBuilder {
  const ids: Ids = { tag: 'vpc', kind: 'vpc' };
  return plainTable(
    'Not compared',
    [nameColumn(ids, 'VPC'), timeColumn('since_seen', 'No data before')],
    [coalesce('since_seen', ['Time'], only(REFS.since)), ...addNames([ids], 'seen')]
  )
    .description(
      'VPCs without any traffic in the day before the compared time: their flow logs were not collected yet.'
    )
    .withTarget(influxQuery(REFS.since, firstSeenQuery('flow_interface', 'vpc', LATER)))
    .withTarget(namesOf(ids))
    .noValue('All VPCs were collected then, too.')
    .height(3)
    .span(10);
}

/** All traffic now, and a dashed line of then. */
function total(): ChartBuilder {
  const once = [isOneOf('counted', [DEFAULT_COUNTED]), `"transit" = 'no'`];
  const of = (name: 'now' | 'then') => {
    const part = { measurement: 'flow_interface', scope: withConditions(COMPARABLE[name], once), figures: SUM };
    const query = ratesQuery([part], [`${perSecondOf(SUM_OF_SUMS)} AS "${METRIC} ${name}"`], interval.braced);
    return influxQuery(REFS[name], query);
  };
  const panel = comparingChart(`All traffic, and ${days.text}`)
    .description('Counts each flow once. The dashed line is what flowed then, moved to now.')
    .height(6)
    .noValue(NOTHING_THEN)
    .withTarget(of('now'))
    .withTarget(of('then'));
  return drawLines(panel, LOOKS);
}

const SUM = `sum("${METRIC}") AS "${METRIC}"`;
const SUM_OF_SUMS = `sum("${METRIC}")`;

const LOOKS = {
  now: { displayName: 'Now', color: { mode: 'fixed', fixedColor: 'blue' } },
  then: {
    displayName: days.text,
    color: { mode: 'fixed', fixedColor: OTHER_COLOR },
    ...DASHED,
  },
};

const NONE = [{ type: 'value', options: { 0: { text: 'none', index: 0 } } }];
/** What had nothing then has grown beyond measure. */
const NEW = { type: 'range', options: { from: 1e15, to: null, result: { text: 'new', index: 0 } } };

function table({ title, heading, measurement, ids, owner, keys, isBound, isHost }: Movers): TableBuilder {
  const { tag } = ids;
  const conditions = [isOneOfChosen(tag, keys)];
  const of = {
    now: withConditions(COMPARABLE.now, conditions),
    then: withConditions(COMPARABLE.then, conditions),
  };
  const tags = [tag, ...(owner ? [owner.tag] : [])];
  const query = moversQuery(measurement, tags, of, METRIC, tags.map(copyOfId));
  const bound = (text: string) => (isBound ? `≥ ${text}` : text);
  const shown = owner ? [owner] : [ids];
  const names = nameColumn(ids, heading, {
    'custom.minWidth': 110,
    ...(isHost && { links: [hostLink(idColumn(tag))] }),
  });
  const panel = plainTable(
    `${title} that changed most`,
    [
      owner ? { ...names, name: tag } : names,
      ...(owner
        ? [nameColumn(owner, `${heading} owner`, { 'custom.minWidth': 110, links: [hostLink(idColumn(owner.tag))] })]
        : []),
      metricColumn('now', bound('Now'), { mappings: NONE }),
      metricColumn('then', bound('Then'), { mappings: NONE }),
      metricColumn('delta', 'Δ'),
      figureColumn('change', 'Δ %', 64, { unit: 'percentunit', decimals: 0, mappings: [NEW] }),
      ...tags.map(hiddenId),
    ],
    [
      dropColumns(['Time'], only(REFS.all)),
      ...addNames(shown, 'size'),
      sortDescending('size'),
      calculate('change', `${METRIC} delta`, '/', `${METRIC} then`),
    ]
  )
    .description(
      isBound
        ? 'Of what each interface keeps by name: what was named at one time may be part of other at the other.'
        : 'Counted as seen at each interface.'
    )
    .withTarget(influxQuery(REFS.all, query))
    .noValue(NOTHING_THEN)
    .height(9)
    .span(owner ? 24 : 12);
  shown.forEach((each) => panel.withTarget(namesOf(each)));
  return panel;
}
