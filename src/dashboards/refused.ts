/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import {
  GraphDrawStyle,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { Dashboard, DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { DEFAULT_TOP, TOP_CHOICES } from '../reports/metrics';
import { ratesQuery } from '../reports/periods';
import { sumWhenQuery, withConditions, type Scope } from '../reports/queries';
import {
  REFUSED,
  refusedPartsQuery,
  mostRefusedQuery,
  allRefused,
  refusedSeenQuery,
  scannersQuery,
  scansQuery,
  SCAN_TARGETS,
  shareQuery,
  MOST_REFUSED,
  STEADY_WINDOWS,
  steadyQuery,
  steadySourcesQuery,
} from '../reports/refused';
import { reportNamed } from '../reports/reports';
import { COMPARED, IN_CHOSEN_PLACE, perSecondOf, placeVariables, rangeVariables, wholeRange } from './comparing';
import { OTHER_COLOR, REFUSED_COLOR } from './colors';
import { bar, DATASOURCE, legendBelow, properties } from './common';
import { influxQuery } from './influxQuery';
import { hostLink, idColumn } from './links';
import {
  addNames,
  copyOfId,
  figureColumn,
  hiddenId,
  nameColumn,
  namesOf,
  plainTable,
  timeColumn,
  type Ids,
  type PlainColumn,
} from './plainTable';
import { only, REFS } from './refs';
import { emptyDashboard } from './reportDashboard';
import { isNoneOfChosen, isOneOfChosen } from './scopes';
import {
  calculate,
  coalesce,
  dropColumns,
  join,
  joinByTime,
  mergeRows,
  selectColumns,
  sortDescending,
  sumOf,
} from './transformations';
import { figuresRow } from './stats';
import { choice, hidden, inMenu, type Variable } from './variables';
import { cellInAddress, GRAFANA, VARS, variable } from './vars';

const RANGE = wholeRange(IN_CHOSEN_PLACE);
const TOP = VARS.top.braced;

/** The sources that are refused most; of these those that scan, and those of what is refused steadily. */
const MOST = variable('most_refused');
const SCANNERS = variable('scanners');
const STEADY = variable('steady_sources');
const SCANS = withConditions(RANGE, [isOneOfChosen('src', SCANNERS)]);
const OF_MOST = withConditions(RANGE, [isOneOfChosen('src', MOST)]);
const NO_SCANS = withConditions(OF_MOST, [isNoneOfChosen('src', SCANNERS)]);
const STEADILY = withConditions(RANGE, [isOneOfChosen('src', STEADY)]);
const { window, interval } = COMPARED;

const SOURCE_OWNER: Ids = { tag: 'src_owner', kind: 'end' };
const INTERFACE: Ids = { tag: 'interface', kind: 'interface' };
const APPLICATION: Ids = { tag: 'application', kind: 'application' };

const WINDOWS = 'minutes, or hours in a range above six';
const NOT_KEPT = `Of the ${MOST_REFUSED} sources that are refused most. Of refused traffic each interface keeps 50 sources and ports by name: figures of them are lower bounds (≥).`;

/** How the parts of refused flows are called and drawn: red, since nothing else is. */
const PARTS = [
  {
    name: 'steady',
    heading: '≥ Steadily',
    color: 'red',
    of: `Refused in at least ${STEADY_WINDOWS} ${WINDOWS}, at one interface and port: as by a rule that is wrong.`,
  },
  {
    name: 'scans',
    heading: '≥ Scans',
    color: 'dark-red',
    of: `From sources that tried ${SCAN_TARGETS} or more interfaces and ports.`,
  },
  {
    name: 'late',
    heading: '≥ Late packets',
    color: 'light-red',
    of: 'Of TCP connections that were closed already: harmless.',
  },
] as const;

/** The dashboard Refused. Panel ids never change meaning. */
export function refusedDashboard(): Dashboard {
  return emptyDashboard(REFUSED.title, REFUSED.uid, REFUSED.question)
    .variables(variables())
    .withPanel(figures().id(1))
    .withPanel(overTime().id(2))
    .withPanel(steadyTable().id(3))
    .withPanel(scansTable().id(4))
    .build();
}

function variables(): Variable[] {
  return [
    ...placeVariables(),
    inMenu(choice(VARS.top, 'Top', TOP_CHOICES.map(String), String(DEFAULT_TOP))),
    ...rangeVariables(),
    hidden(MOST, mostRefusedQuery(RANGE), { all: true }),
    hidden(SCANNERS, scannersQuery(OF_MOST), { all: true }),
    hidden(STEADY, steadySourcesQuery(NO_SCANS, window.braced, TOP), { all: true }),
  ];
}

/** What tells the parts of refused flows apart. */
const PARTED = { isScanner: isOneOfChosen('src', SCANNERS), isSteady: isOneOfChosen('src', STEADY) };

function figures(): StatBuilder {
  const every = sumWhenQuery('flow_interface', RANGE, 'flows', 'sum("flows") AS "every"');
  const share = 'Refused share of all flows';
  const parts = PARTS.map(({ heading, of }) => `**${heading}**: ${of}`);
  const panel = figuresRow([...parts, NOT_KEPT].join('\n\n'), 24)
    .span(24)
    .unit('locale')
    .noValue('0')
    .withTarget(
      influxQuery(
        REFS.refused,
        sumWhenQuery('flow_interface', allRefused(RANGE).scope, 'flows', 'sum("flows") AS "Refused flows"')
      )
    )
    .withTarget(
      influxQuery(
        REFS.shown,
        refusedPartsQuery(
          RANGE,
          PARTED,
          PARTS.map(({ name, heading }) => `sum("${name}") AS "${heading}"`)
        )
      )
    )
    .withTarget(influxQuery(REFS.all, every))
    .transformations([joinByTime(), calculate(share, 'Refused flows', '/', 'every'), dropColumns(['Time', 'every'])]);
  return panel.overrideByName(share, properties({ unit: 'percentunit', decimals: 1 }));
}

function overTime(): ChartBuilder {
  const columns = PARTS.flatMap(({ name, heading }) => {
    const rate = perSecondOf(`sum("${name}")`);
    return [`${rate} AS "${heading}"`, `-1.0 * ${rate} AS "${less(name)}"`];
  });
  const time = `time(${interval.braced}ms, ${RANGE.from}ms)`;
  const total = [`${perSecondOf('sum("total")')} AS "total"`];
  const panel = new ChartBuilder()
    .title('Refused flows per second')
    .description(`${REST_HEADING}: refused now and then, and what no name is kept of.`)
    .datasource(DATASOURCE)
    .height(6)
    .span(24)
    .withTarget(influxQuery(REFS.shown, refusedPartsQuery(RANGE, PARTED, columns, time)))
    .withTarget(influxQuery(REFS.refused, ratesQuery([allRefused(RANGE)], total, interval.braced)))
    // shown: Time, each part, and less each part; refused: Time, total. One frame, in which what they leave stands for the total.
    .transformations([joinByTime(), ...restOfTotal()])
    .unit('suffix: flows/s')
    .noValue('Nothing was refused in this range.')
    .drawStyle(GraphDrawStyle.Bars)
    .lineWidth(0)
    .fillOpacity(90)
    .axisSoftMin(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .legend(legendBelow())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .overrideByName(REST_HEADING, properties({ color: { mode: 'fixed', fixedColor: OTHER_COLOR } }));
  for (const { heading, color } of PARTS) {
    panel.overrideByName(heading, properties({ color: { mode: 'fixed', fixedColor: color } }));
  }
  return panel;
}
const REST_HEADING = 'Other';

const less = (part: string) => `less ${part}`;

/** Takes the parts from the total, as far as there are any. */
function restOfTotal(): DataTransformerConfig[] {
  return [
    sumOf(REST_HEADING, ['total', ...PARTS.map(({ name }) => less(name))]),
    selectColumns({
      Time: 'Time',
      ...Object.fromEntries(PARTS.map(({ heading }) => [heading, heading])),
      [REST_HEADING]: REST_HEADING,
    }),
  ];
}

/** What is refused steadily: a row is a source, an interface and a port. */
function steadyTable(): TableBuilder {
  const tags = ['src', 'src_owner', 'interface', 'application'];
  const names = [SOURCE_OWNER, INTERFACE, APPLICATION];
  const conversations = {
    title: 'Show in Conversations',
    url: `/d/${reportNamed('conversations')!.uid}?${GRAFANA.timeRange}&var-action=REJECT&var-source=${cellInAddress(idColumn('src'))}&var-interface=${cellInAddress(idColumn('interface'))}`,
  };
  const columns = [
    sourceColumn([conversations]),
    nameColumn(SOURCE_OWNER, 'Owner', { links: [hostLink(idColumn('src_owner'))] }),
    nameColumn(INTERFACE, 'Refused at', { links: [hostLink(idColumn('interface')), conversations] }),
    nameColumn(APPLICATION, 'Port', { 'custom.minWidth': 110 }),
    figureColumn('flows', '≥ Flows', 80, { unit: 'locale' }),
    ...LAST_COLUMNS,
    ...tags.map(hiddenId),
  ];
  const panel = table('Refused steadily: a rule that is wrong?', columns, names, STEADILY, true)
    .description(
      `One source, one interface, one port, in at least ${STEADY_WINDOWS} ${WINDOWS}; sources that scan are below. ` +
        `A refused share below 100 % says that the source is accepted elsewhere. ${NOT_KEPT}`
    )
    .withTarget(influxQuery(REFS.all, steadyQuery(STEADILY, window.braced, TOP, tags.map(copyOfId))));
  return panel.noValue('Nothing is refused steadily in this range. Choose a longer one, or fewer filters.').height(8);
}

/** Scans: a row is a source. */
function scansTable(): TableBuilder {
  const tags = ['src', 'src_owner'];
  const columns = [
    sourceColumn([]),
    nameColumn(SOURCE_OWNER, 'Owner', { links: [hostLink(idColumn('src_owner'))] }),
    figureColumn('interfaces', '≥ Interfaces', 100, { unit: 'locale' }),
    figureColumn('ports', '≥ Ports', 80, { unit: 'locale' }),
    figureColumn('flows', '≥ Flows', 80, { unit: 'locale' }),
    ...LAST_COLUMNS,
    ...tags.map(hiddenId),
  ];
  return table('Scans', columns, [SOURCE_OWNER], SCANS, false)
    .description(
      `Sources that were refused at ${SCAN_TARGETS} or more targets: an interface and a port. Late packets do not count. ${NOT_KEPT}`
    )
    .withTarget(influxQuery(REFS.all, scansQuery(SCANS, TOP, tags.map(copyOfId))))
    .noValue('No scans in this range.')
    .height(8);
}

function sourceColumn(links: readonly object[]): PlainColumn {
  return {
    name: 'src',
    heading: 'Source',
    properties: { 'custom.width': 116, noValue: ' ', links: [hostLink(idColumn('src')), ...links] },
  };
}

const LAST_COLUMNS: readonly PlainColumn[] = [
  figureColumn('refused_share', 'Refused share', 142, {
    ...bar(REFUSED_COLOR),
    max: 1,
    unit: 'percentunit',
    decimals: 0,
    mappings: [{ type: 'special', options: { match: 'null+nan', result: { text: '–', index: 0 } } }],
  }),
  timeColumn('first_seen', 'First seen'),
  timeColumn('last_seen', 'Last seen'),
];

/** A table of rows with when they were seen, and the share of their source's flows that is refused. */
function table(
  title: string,
  columns: readonly PlainColumn[],
  names: readonly Ids[],
  scope: Scope,
  perTarget: boolean
): TableBuilder {
  const panel = plainTable(title, columns, [
    // first, last: a time, and the tags of a row; then first_seen or last_seen in its place.
    ...seen('last'),
    ...seen('first'),
    dropColumns(['Time'], only(REFS.all, REFS.share)),
    // all, first and last become merge-…: rows with all these.
    mergeRows(only(REFS.all, REFS.first, REFS.last)),
    // With share, by source.
    join('src', `^((merge|${REFS.all}).*|${REFS.share})$`),
    calculate('refused_share', 'refused', '/', 'every'),
    // With names_…: names beside the ids, and rows of whatever else has one; which go.
    ...addNames(names, 'flows'),
    sortDescending('flows'),
  ])
    .span(24)
    .withTarget(influxQuery(REFS.share, shareQuery(scope)))
    .withTarget(influxQuery(REFS.first, refusedSeenQuery(scope, 'first', perTarget)))
    .withTarget(influxQuery(REFS.last, refusedSeenQuery(scope, 'last', perTarget)));
  names.forEach((each) => panel.withTarget(namesOf(each)));
  return panel;
}

function seen(which: 'first' | 'last'): DataTransformerConfig[] {
  return [coalesce(`${which}_seen`, ['Time'], only(REFS[which])), dropColumns(['Time', 'seen'], only(REFS[which]))];
}
