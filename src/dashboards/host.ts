/* eslint-disable @typescript-eslint/no-deprecated -- files in this schema are what Grafana 12.3 provisions; its successor is not */
import {
  TextBoxVariableBuilder,
  VariableSort,
  type Dashboard,
  type DataTransformerConfig,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { EntityKind } from '../contract/stored';
import {
  boundParts,
  busiestInterfacesQuery,
  descriptionQuery,
  EXACT,
  exactParts,
  HOST,
  hostApplicationsQuery,
  hostRefusedQuery,
  hostSeenQuery,
  ownersQuery,
  refusedAtHostQuery,
  peerAddressesQuery,
  peerEndsQuery,
  scopedAddressQuery,
  twoPeriodsQuery,
} from '../reports/host';
import { ratesQuery } from '../reports/periods';
import { COMPARED, comparingVariables, periods, perSecondOf, wholeRange } from './comparing';
import { OTHER_COLOR } from './colors';
import { properties, regexMappings } from './common';
import { comparingChart, DASHED, drawLines } from './comparingChart';
import { influxQuery } from './influxQuery';
import { CONSOLE_HOSTS, CONSOLE_PAGES, hostLink, idColumn } from './links';
import {
  addNames,
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
import { asText, calculate, coalesce, dropColumns, joinTexts, mergeRows, sortDescending } from './transformations';
import { figuresRow } from './stats';
import { hidden, type Variable } from './variables';
import { cellOfRow, variable } from './vars';

/** Who is asked about, as typed or as a link has it; and the two parts of an address in scope. */
const ASKED = variable('host');
const ADDRESS = variable('host_address');
const ADDRESS_VPC = variable('host_vpc');
const WHO = { host: ASKED.regex, address: ADDRESS.regex, vpc: ADDRESS_VPC.regex };

const { now, then } = periods([]);
const WHOLE = wholeRange([]);
/** For when it was first seen: hours are kept for 13 months. */
const EVER = { ...WHOLE, from: '0' };
const { interval } = COMPARED;
const MOST = '50';

const BOUND =
  'Of addresses, networks and AWS services no totals are stored: each interface keeps its busiest ones by name. So these are lower ' +
  'bounds (≥), as seen at each interface.';
const CHOOSE = 'Nothing is known of this host in this range. Type an id or address above, or choose one below.';

/** The dashboard Host. Panel ids never change meaning. */
export function hostDashboard(): Dashboard {
  return emptyDashboard(HOST.title, HOST.uid, HOST.question)
    .variables(variables())
    .withPanel(description().id(1))
    .withPanel(seen().id(3))
    .withPanel(figures().id(2))
    .withPanel(overTime().id(4))
    .withPanel(peers('src', 'Sends to').id(5))
    .withPanel(peers('dst', 'Receives from').id(6))
    .withPanel(refused().id(7))
    .withPanel(applications().id(8))
    .withPanel(owners().id(9))
    .withPanel(busiest().id(10))
    .build();
}

/** The end of what nothing is called among addresses: it stands behind every address, and before every VPC. */
const NONE = 'ress';
/** What no host is called: to compare tags with nothing at all would make InfluxDB look at every series. */
const NOBODY = 'none';

function variables(): Variable[] {
  const scoped = scopedAddressQuery(ASKED.regex);
  return [
    new TextBoxVariableBuilder(ASKED.name)
      .label('Host')
      .description(
        'An interface (eni-…), an instance (i-…), an address (10.0.1.5, vpc-…/10.0.1.5, 203.0.113.9), the CIDR of a named network, or an AWS service (aws/S3).'
      )
      .defaultValue(NOBODY)
      .current({ text: NOBODY, value: NOBODY }),
    hidden(ADDRESS, scoped, {
      regex: String.raw`/(${NONE}(?= \(-\)$)|(?<=\/)[^/)]+(?=\)$))/`,
      sort: VariableSort.AlphabeticalAsc,
    }),
    hidden(ADDRESS_VPC, scoped, {
      regex: String.raw`/(${NONE}(?= \(-\)$)|(?<=\()vpc-[0-9a-f]+(?=\/[^)]*\)$))/`,
      sort: VariableSort.AlphabeticalDesc,
    }),
    ...comparingVariables(true),
  ];
}

/** What the host belongs to. */
const PLACES = [
  { tag: 'instance', heading: 'Instance' },
  { tag: 'subnet', heading: 'Subnet' },
  { tag: 'vpc', heading: 'VPC' },
  { tag: 'account', heading: 'Account' },
] as const satisfies ReadonlyArray<{ readonly tag: EntityKind; readonly heading: string }>;

/** Who it is now. */
function description(): TableBuilder {
  const ids: Ids[] = PLACES.map(({ tag }) => ({ tag, kind: tag }));
  const consoles = ['who', ...PLACES.map(({ tag }) => tag)].filter((tag) => tag !== 'account');
  const linkOf = (tag: string) => ({
    title: 'Open in the AWS console',
    url: cellOfRow(consoleColumn(tag)),
    targetBlank: true,
  });
  const fields = ['"name"', '"region"', '"id" AS "who"', '"kind" AS "what"', ...PLACES.map(({ tag }) => `"${tag}"`)];
  const columns: PlainColumn[] = [
    { name: 'name', heading: 'Name', properties: { 'custom.minWidth': 150, links: [linkOf('who')] } },
    { name: 'who', heading: 'Id', properties: { 'custom.minWidth': 190 } },
    { name: 'what', heading: 'Kind', properties: { 'custom.width': 84 } },
    ...PLACES.map(({ tag, heading }, index) =>
      nameColumn(ids[index], heading, { 'custom.minWidth': 100, ...(tag !== 'account' && { links: [linkOf(tag)] }) })
    ),
    { name: 'region', heading: 'Region', properties: { 'custom.width': 96 } },
    ...consoles.map((tag) => consoleProperties(tag)),
  ];
  const panel = plainTable('Who it is now', columns, [
    ...consoles.flatMap((tag) => joinTexts(consoleColumn(tag), ['region', tag], only(REFS.all))),
    ...addNames(ids, 'who'),
  ])
    .description(
      'As EC2 says now. Whose an address was in this range, and which addresses an interface had, stands below.'
    )
    .withTarget(influxQuery(REFS.all, descriptionQuery(WHO, fields)))
    .noValue('Nobody here: an address outside, or nothing chosen. Type an id or address above, or choose one below.')
    .height(3)
    .span(24);
  ids.forEach((each) => panel.withTarget(namesOf(each)));
  return panel;
}

const consoleColumn = (tag: string) => `${tag}_in_console`;

/** A hidden column with region and id, which become an address in the AWS console; empty where there is none. */
function consoleProperties(tag: string): PlainColumn {
  const pages = Object.values(CONSOLE_PAGES);
  const ids = ['eni-', 'i-', 'subnet-', 'vpc-'];
  const texts = CONSOLE_HOSTS.flatMap(({ regions, host }) =>
    pages.map(({ service, page }, index) => ({
      pattern: `${regions.replace(/\$$/, '')},(${ids[index]}[0-9a-f]+)$`,
      text: `https://${host}/${service}/home?region=$1${page}$2`,
    }))
  );
  const mappings = regexMappings([...texts, { pattern: '^.*$', text: '' }]);
  return {
    name: consoleColumn(tag),
    heading: consoleColumn(tag),
    isHidden: true,
    properties: { noValue: '', mappings },
  };
}

/** In and out, against the same time yesterday: a row of each. */
function figures(): TableBuilder {
  const columnsOf = (names: readonly string[]) => names.map((name) => `sum("${name}") AS "${name}"`);
  const bound = (side: 'src' | 'dst', name: string) =>
    twoPeriodsQuery(boundParts(WHO, side, now), boundParts(WHO, side, then), [`sum("bytes") AS "${name}"`]);
  const bytes = { unit: 'bytes' };
  const columns = [
    { name: 'Field', heading: ' ', properties: { 'custom.minWidth': 96 } },
    figureColumn('Last', 'Now', 78, bytes),
    figureColumn('First', 'Yesterday', 88, { ...bytes, mappings: [NO_NUMBER] }),
    figureColumn('change', 'Δ %', 58, { unit: 'percentunit', decimals: 0, mappings: NO_CHANGE }),
  ];
  // Each answer: Time and figures, a row of then and one of now. One frame: a row of each figure, and both as columns.
  const steps: DataTransformerConfig[] = [
    { id: 'reduce', options: { reducers: ['first', 'last'] } },
    calculate('delta', 'Last', '-', 'First'),
    calculate('change', 'delta', '/', 'First'),
  ];
  return plainTable('Against the same time yesterday', columns, steps)
    .description(`Up to when data is complete. ${BOUND}`)
    .height(7)
    .span(9)
    .noValue(CHOOSE)
    .withTarget(influxQuery(REFS.all, twoPeriodsQuery(exactParts(WHO, now), exactParts(WHO, then), columnsOf(EXACT))))
    .withTarget(influxQuery(REFS.received, bound('dst', '≥ In')))
    .withTarget(influxQuery(REFS.sent, bound('src', '≥ Out')));
}

/** What is not there to be compared with. */
const NO_NUMBER = { type: 'special', options: { match: 'null+nan', result: { text: '–', index: 1 } } };
/** Against nothing there is no share: it would be infinite, or no number. */
const NO_CHANGE = [{ type: 'range', options: { from: 1e15, to: null, result: { text: '–', index: 0 } } }, NO_NUMBER];

function seen(): StatBuilder {
  return figuresRow(
    'When it first and last sent or received anything, since there is data, for 13 months: to the hour.',
    20
  )
    .span(24)
    .unit('time:D MMM YYYY HH:mm')
    .noValue('Never seen')
    .withTarget(influxQuery(REFS.first, hostSeenQuery(WHO, 'first', EVER)))
    .withTarget(influxQuery(REFS.last, hostSeenQuery(WHO, 'last', EVER)))
    .withTarget(influxQuery(REFS.refused, refusedAtHostQuery(WHO, WHOLE, 'Flows refused at it')))
    .transformations([
      ...seenSteps('first', 'First seen'),
      ...seenSteps('last', 'Last seen'),
      dropColumns(['Time'], only(REFS.refused)),
    ])
    .overrideByName('Flows refused at it', properties({ unit: 'locale' }));
}

function seenSteps(which: 'first' | 'last', as = `${which}_seen`): DataTransformerConfig[] {
  return [coalesce(as, ['Time'], only(REFS[which])), dropColumns(['Time', 'seen'], only(REFS[which]))];
}

/** In and out over time, and dashed lines of yesterday. */
function overTime(): ChartBuilder {
  const suffixes = { now: '', then: ' yesterday' } as const;
  const panel = comparingChart('In and out').height(7).span(15).noValue(CHOOSE).description(BOUND);
  const directions = ['In', 'Out', 'Unknown direction'];
  for (const [scope, suffix, refs] of [
    [now, suffixes.now, [REFS.now, REFS.received, REFS.sent]],
    [then, suffixes.then, [REFS.then, REFS.receivedThen, REFS.sentThen]],
  ] as const) {
    const exact = directions.map((name) => `${perSecondOf(`sum("${name}")`)} AS "bytes ${name}${suffix}"`);
    panel.withTarget(influxQuery(refs[0], ratesQuery(exactParts(WHO, scope), exact, interval.braced)));
    (['dst', 'src'] as const).forEach((side, index) => {
      const values = [`${perSecondOf('sum("bytes")')} AS "bytes ≥ ${directions[index]}${suffix}"`];
      panel.withTarget(influxQuery(refs[index + 1], ratesQuery(boundParts(WHO, side, scope), values, interval.braced)));
    });
  }
  const colors: Readonly<Record<string, string>> = {
    In: 'blue',
    '≥ In': 'blue',
    Out: 'purple',
    '≥ Out': 'purple',
    'Unknown direction': OTHER_COLOR,
  };
  const lines = Object.entries(colors).flatMap(([name, fixedColor]) =>
    Object.values(suffixes).map((suffix) => [
      `${name}${suffix}`,
      {
        displayName: `${name}${suffix}`,
        color: { mode: 'fixed', fixedColor },
        ...(suffix && DASHED),
      },
    ])
  );
  return drawLines(panel, Object.fromEntries(lines), [REFS.then, REFS.receivedThen, REFS.sentThen]);
}

/** Whom it sends to, or receives from. */
function peers(side: 'src' | 'dst', title: string): TableBuilder {
  const ids: Ids = { tag: 'end', kind: 'end' };
  const columns: PlainColumn[] = [
    nameColumn(ids, 'Peer', { links: [hostLink(idColumn('end'))] }, 'Nobody known'),
    addressColumn('address', 'Address'),
    bytesGauge(),
    figureColumn('flows', '≥ Flows', 76, { unit: 'locale' }),
    hiddenId('end'),
    hiddenId('address'),
  ];
  const steps = [
    dropColumns(['Time'], only(REFS.ends, REFS.all)),
    mergeRows(only(REFS.ends, REFS.all)),
    ...addNames([ids], 'bytes'),
    sortDescending('bytes'),
  ];
  return plainTable(title, columns, steps)
    .description(
      'Accepted traffic. Of an interface or instance: the ends of its pairs, each flow counted once. Of an address: addresses and whose they were then.'
    )
    .withTarget(influxQuery(REFS.ends, peerEndsQuery(WHO, side, WHOLE, MOST)))
    .withTarget(influxQuery(REFS.all, peerAddressesQuery(WHO, side, WHOLE, MOST)))
    .withTarget(namesOf(ids))
    .noValue('Nothing that is kept by name in this range.')
    .height(8)
    .span(12);
}

function addressColumn(name: string, heading: string): PlainColumn {
  return { name, heading, properties: { 'custom.width': 116, noValue: ' ', links: [hostLink(idColumn(name))] } };
}

function bytesGauge(): PlainColumn {
  return figureColumn('bytes', '≥ Bytes', 142, {
    unit: 'bytes',
    min: 0,
    color: { mode: 'fixed', fixedColor: 'blue' },
    'custom.cellOptions': { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' },
  });
}

/** What was refused at it, or of it elsewhere. */
function refused(): TableBuilder {
  const names: Ids[] = [
    { tag: 'src_owner', kind: 'end' },
    { tag: 'interface', kind: 'interface' },
    { tag: 'application', kind: 'application' },
  ];
  const columns: PlainColumn[] = [
    addressColumn('src', 'Source'),
    nameColumn(names[0], 'Owner', { links: [hostLink(idColumn('src_owner'))] }),
    nameColumn(names[1], 'Refused at', { links: [hostLink(idColumn('interface'))] }),
    nameColumn(names[2], 'Port', { 'custom.minWidth': 90 }),
    figureColumn('flows', '≥ Flows', 76, { unit: 'locale' }),
    ...['src', 'src_owner', 'interface'].map(hiddenId),
  ];
  const panel = plainTable('Refused: at it, or of it elsewhere', columns, [
    dropColumns(['Time'], only(REFS.all)),
    ...addNames(names, 'flows'),
    sortDescending('flows'),
  ])
    .description('By source, interface and port, late packets of closed connections among them.')
    .withTarget(influxQuery(REFS.all, hostRefusedQuery(WHO, WHOLE, MOST)))
    .noValue('Nothing refused in this range, as far as it is kept by name.')
    .height(8)
    .span(15);
  names.forEach((each) => panel.withTarget(namesOf(each)));
  return panel;
}

function applications(): TableBuilder {
  const ids: Ids = { tag: 'application', kind: 'application' };
  return plainTable(
    'Applications',
    [nameColumn(ids, 'Application'), bytesGauge(), hiddenId('application')],
    [dropColumns(['Time'], only(REFS.all)), ...addNames([ids], 'bytes'), sortDescending('bytes')]
  )
    .description('Accepted traffic of an interface or instance by application.')
    .withTarget(influxQuery(REFS.all, hostApplicationsQuery(WHO, WHOLE, MOST)))
    .withTarget(namesOf(ids))
    .noValue('Applications are stored by interface, not by address: open the owner.')
    .height(8)
    .span(9);
}

/** The frame of the owners, when they were merged. */
const OWNER_ROWS = '^(?!names_)';

/** Whose an address was, or which addresses it had, in the range. */
function owners(): TableBuilder {
  const ids: Ids = { tag: 'src_owner', kind: 'end' };
  const columns: PlainColumn[] = [
    { ...addressColumn('src', 'Address'), properties: { links: [hostLink('src')] } },
    nameColumn(ids, 'Owner then', { links: [hostLink(idColumn('src_owner'))] }),
    timeColumn('first_seen', 'First seen'),
    timeColumn('last_seen', 'Last seen'),
    hiddenId('src_owner'),
  ];
  return plainTable('Addresses and owners, as they were', columns, [
    ...seenSteps('last'),
    ...seenSteps('first'),
    mergeRows(only(REFS.first, REFS.last)),
    // The id once more, under a name that the frame of names does not have.
    coalesce(idColumn('src_owner'), ['src_owner'], OWNER_ROWS),
    asText(idColumn('src_owner'), OWNER_ROWS),
    ...addNames([ids], 'last_seen'),
    sortDescending('last_seen'),
  ])
    .description(
      'Of what it sent in this range, as far as that is kept by name: whose its address was then, or which addresses it had.'
    )
    .withTarget(influxQuery(REFS.first, ownersQuery(WHO, 'first', WHOLE)))
    .withTarget(influxQuery(REFS.last, ownersQuery(WHO, 'last', WHOLE)))
    .withTarget(namesOf(ids))
    .noValue('Sent nothing that is kept by name in this range; of an instance, see its interfaces.')
    .height(8)
    .span(14);
}

/** A way out when nothing is chosen. */
function busiest(): TableBuilder {
  const ids: Ids = { tag: 'interface', kind: 'interface' };
  return plainTable(
    'Or choose one of the busiest interfaces',
    [
      nameColumn(ids, 'Interface', { links: [hostLink(idColumn('interface'))] }),
      { ...bytesGauge(), heading: 'Bytes' },
      hiddenId('interface'),
    ],
    [dropColumns(['Time'], only(REFS.all)), ...addNames([ids], 'bytes'), sortDescending('bytes')]
  )
    .withTarget(influxQuery(REFS.all, busiestInterfacesQuery(WHOLE, '20')))
    .withTarget(namesOf(ids))
    .noValue('No traffic in this range: choose another one.')
    .height(8)
    .span(10);
}
