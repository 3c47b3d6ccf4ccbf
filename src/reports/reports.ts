import { FLOW_MEASUREMENTS, MISSING, type EntityKind, type FlowMeasurementName } from '../contract/stored';
import type { FilterName } from './filters';

/** A column that identifies a row. The values that follow are the same in every report. */
export interface Column {
  /** A tag of the measurement or, with `relatedTo`, a field of `aws_entity` that is looked up. */
  readonly tag: string;
  readonly heading: string;
  /** Kind of entity whose descriptions name the ids; absent where values are shown as they are. */
  readonly kind?: EntityKind;
  /** Set for columns whose values are ends of traffic: those without a name read as `ends.ts` says, and this is the text of `-`. */
  readonly end?: string;
  /** Set for owners, which are ends: the column with the address. */
  readonly ownerOf?: string;
  /** Name in JSON, where it is not that of the filter over the same tag. */
  readonly json?: string;
  /** Set for columns that are no tag of the row: the column with the entity that this one belongs to. */
  readonly relatedTo?: string;
}

/** A link from a row to another report, with filters set from the row. */
export interface Link<To extends string = ReportName | 'overview'> {
  readonly to: To;
  /** Filters that take their values from the row; each has a column here, or one of each end. */
  readonly set: readonly FilterName[];
}

export interface Report {
  readonly name: ReportName | 'overview';
  readonly title: string;
  /** What it answers, in one sentence. */
  readonly question: string;
  /** The dashboard's uid. */
  readonly uid: `flowscope-${string}`;
  readonly measurement: string;
  readonly columns: readonly Column[];
  /** The tag that is ranked over time, `pair` where a row is a pair; absent where every value is shown. */
  readonly key?: string;
  readonly filters: readonly FilterName[];
  readonly links: readonly Link[];
  /** Flow-log fields without which the report is empty. */
  readonly requiredFields: readonly string[];
  /** Whether the measurement keeps only the top K keys, so that values of a row are lower bounds. */
  readonly lowerBounds: boolean;
  /** Whether refused traffic gets rows of its own, ranked by flows: in bytes it is too small to be listed. */
  readonly refusedByFlows: boolean;
  /** Whether values are split by direction: In, Out, Unknown. */
  readonly directions: boolean;
  /** Whether its totals count each flow once, unlike its rows, and leave out what only passes through. */
  readonly countsOnce?: boolean;
}

export const ACTION: Column = { tag: 'action', heading: 'Action' };
export const INTERFACE: Column = { tag: 'interface', heading: 'Interface', kind: 'interface' };
export const INSTANCE: Column = { tag: 'instance', heading: 'Instance', kind: 'instance', relatedTo: 'interface' };
const SUBNET: Column = { tag: 'subnet', heading: 'Subnet', kind: 'subnet', relatedTo: 'interface' };
const VPC: Column = { tag: 'vpc', heading: 'VPC', kind: 'vpc', relatedTo: 'interface' };
/** How the owner of an address reads where nobody is known. */
export const NOBODY = MISSING;
/** An address names nobody, since private ranges overlap: its owner at that time stands with it. */
export const SOURCE: Column = { tag: 'src', heading: 'Source' };
export const SOURCE_OWNER: Column = {
  tag: 'src_owner',
  heading: 'Source owner',
  end: NOBODY,
  ownerOf: 'src',
  json: 'sourceOwner',
};
const DESTINATION: Column = { tag: 'dst', heading: 'Destination' };
const DESTINATION_OWNER: Column = {
  tag: 'dst_owner',
  heading: 'Destination owner',
  end: NOBODY,
  ownerOf: 'dst',
  json: 'destinationOwner',
};
const NO_ADDRESS = 'No address';
const SOURCE_INTERFACE: Column = {
  tag: 'src_interface',
  heading: 'Source interface',
  end: NO_ADDRESS,
  json: 'sourceInterface',
};
const DESTINATION_INTERFACE: Column = {
  tag: 'dst_interface',
  heading: 'Destination interface',
  end: NO_ADDRESS,
  json: 'destinationInterface',
};
export const APPLICATION: Column = { tag: 'application', heading: 'Application', kind: 'application' };

/** Filters by where traffic was seen; of pairs of interfaces, by where either end is. */
export const PLACE: readonly FilterName[] = ['account', 'vpc', 'subnet', 'instance', 'interface', 'exporter'];

/** What reports are about: the page Reports lists them under these titles. */
export const REPORT_GROUPS = {
  actions: 'Accepted and refused',
  traffic: 'Who carries the traffic, and who talks to whom',
} as const;

interface Entry extends Omit<Report, 'name' | 'uid' | 'lowerBounds' | 'links'> {
  readonly measurement: FlowMeasurementName;
  readonly links: ReadonlyArray<Link<string>>;
  readonly group: keyof typeof REPORT_GROUPS;
  /** One of Grafana's icons; the page Reports, which shows it, checks that it is. */
  readonly icon: string;
}

/**
 * The reports by name, in the order in which they are listed. A new one is an entry here, over a measurement of
 * `FLOW_MEASUREMENTS`: its dashboard (`npm run generate:dashboards`), `flowscope report`, the page Reports, the checks of S3
 * sources and the installation follow, and tests that run over all reports. Names are parts of addresses, and never change.
 */
const ENTRIES = {
  action: {
    title: 'Action',
    question: 'How much traffic was accepted, and how much was refused?',
    group: 'actions',
    icon: 'shield',
    measurement: 'flow_interface',
    columns: [ACTION],
    filters: [...PLACE, 'action'],
    links: [{ to: 'action-interface', set: ['action'] }],
    requiredFields: ['action'],
    refusedByFlows: false,
    directions: false,
  },
  'action-interface': {
    title: 'Action with Interface',
    question: 'Which interfaces had traffic accepted or refused?',
    group: 'actions',
    icon: 'filter',
    measurement: 'flow_interface',
    columns: [ACTION, INTERFACE, INSTANCE, VPC],
    key: 'interface',
    filters: [...PLACE, 'action'],
    links: [
      { to: 'action-interface-src', set: ['action', 'interface'] },
      { to: 'action-interface-dst', set: ['action', 'interface'] },
    ],
    requiredFields: ['action', 'interface-id'],
    refusedByFlows: true,
    directions: false,
  },
  'action-interface-dst': {
    title: 'Action with Interface and Dst',
    question: 'Which destinations did traffic at each interface go to, accepted or refused?',
    group: 'actions',
    icon: 'arrow-from-right',
    measurement: 'flow_destination',
    columns: [ACTION, INTERFACE, DESTINATION, DESTINATION_OWNER],
    key: 'dst',
    filters: [...PLACE, 'action', 'destination'],
    links: [{ to: 'conversations', set: ['action', 'interface', 'destination'] }],
    requiredFields: ['action', 'interface-id', 'dstaddr'],
    refusedByFlows: true,
    directions: false,
  },
  'action-interface-src': {
    title: 'Action with Interface and Src',
    question: 'Which sources did traffic at each interface come from, accepted or refused?',
    group: 'actions',
    icon: 'arrow-to-right',
    measurement: 'flow_source',
    columns: [ACTION, INTERFACE, SOURCE, SOURCE_OWNER],
    key: 'src',
    filters: [...PLACE, 'action', 'source'],
    links: [{ to: 'conversations', set: ['action', 'interface', 'source'] }],
    requiredFields: ['action', 'interface-id', 'srcaddr'],
    refusedByFlows: true,
    directions: false,
  },
  interface: {
    title: 'Interface',
    question: 'Which interfaces carry the most traffic, in and out?',
    group: 'traffic',
    icon: 'plug',
    measurement: 'flow_interface',
    columns: [INTERFACE, INSTANCE, SUBNET, VPC],
    key: 'interface',
    filters: [...PLACE, 'action'],
    links: [{ to: 'pair-interface', set: ['interface'] }],
    requiredFields: ['interface-id'],
    refusedByFlows: false,
    directions: true,
  },
  'pair-interface': {
    title: 'Pair Interface',
    question:
      'Who talks to whom? A row is a source and a destination: interfaces, networks, AWS services, the internet.',
    group: 'traffic',
    icon: 'exchange-alt',
    measurement: 'flow_interface_pair',
    columns: [SOURCE_INTERFACE, DESTINATION_INTERFACE],
    key: 'pair',
    filters: [...PLACE, 'action', 'counted', 'source_interface', 'destination_interface'],
    links: [{ to: 'pair-interface-action', set: ['source_interface', 'destination_interface'] }],
    requiredFields: ['srcaddr', 'dstaddr'],
    refusedByFlows: false,
    directions: false,
  },
  'pair-interface-action': {
    title: 'Pair Interface Action',
    question: 'Who talks to whom, and is it accepted or refused?',
    group: 'traffic',
    icon: 'shield-exclamation',
    measurement: 'flow_interface_pair',
    columns: [ACTION, SOURCE_INTERFACE, DESTINATION_INTERFACE],
    key: 'pair',
    filters: [...PLACE, 'action', 'counted', 'source_interface', 'destination_interface'],
    links: [{ to: 'conversations', set: ['action', 'interface'] }],
    requiredFields: ['action', 'srcaddr', 'dstaddr'],
    refusedByFlows: true,
    directions: false,
  },
  conversations: {
    title: 'Conversations',
    question: 'Which addresses talked to each other at an interface, whose were they, and was it accepted or refused?',
    group: 'traffic',
    icon: 'comments-alt',
    measurement: 'flow_pair',
    columns: [ACTION, INTERFACE, SOURCE, SOURCE_OWNER, DESTINATION, DESTINATION_OWNER],
    key: 'pair',
    filters: [...PLACE, 'action', 'source', 'destination'],
    links: [],
    requiredFields: ['action', 'interface-id', 'srcaddr', 'dstaddr'],
    refusedByFlows: true,
    directions: false,
  },
} as const satisfies Record<string, Entry>;

export type ReportName = keyof typeof ENTRIES;

/** A report of the table: what the page Reports lists. */
export interface ListedReport extends Report {
  readonly name: ReportName;
  readonly group: keyof typeof REPORT_GROUPS;
  readonly icon: (typeof ENTRIES)[ReportName]['icon'];
}

const NAMES = Object.keys(ENTRIES) as ReportName[];
const TOP_K_MEASUREMENTS: readonly string[] = FLOW_MEASUREMENTS.filter(({ top }) => top !== 'all').map(
  ({ name }) => name
);

/** The reports. Dashboards, the command line and the plugin's pages are made from these. */
export const REPORTS: readonly ListedReport[] = NAMES.map((name) => ({
  ...ENTRIES[name],
  name,
  uid: `flowscope-${name}`,
  lowerBounds: TOP_K_MEASUREMENTS.includes(ENTRIES[name].measurement),
}));

/** The report of that name. */
export function reportNamed(name: string): ListedReport | undefined {
  return REPORTS.find((report) => report.name === name);
}
