import { OVERFLOW_ACCOUNT, REFUSED, type EntityKind } from '../contract/stored';

/** A filter of reports, and how its values are chosen. */
export interface Filter<Name extends string = FilterName> {
  readonly name: Name;
  readonly heading: string;
  /** The tag that is compared: of pairs of interfaces the source's or the destination's, if it says where traffic was. */
  readonly tag: string;
  /** Kind of entity whose descriptions name the values; absent where values are shown as they are. */
  readonly kind?: EntityKind;
  /** Regular expression for ids of this kind; for filters whose values are chosen by label. */
  readonly id?: string;
  /** Regular expression for what stands before the value in such an id, as the account does in an exporter's. */
  readonly idPrefix?: string;
  /** Tags of which one has the value where {@link tag} is missing. */
  readonly fallbacks?: readonly string[];
  /** All possible values, where there are only a few. */
  readonly values?: readonly string[];
  /** Filters that narrow down the values this one offers. A link that sets this filter resets them. */
  readonly parents: readonly Name[];
  /** Whether it says where traffic was: such tags are the observing interface's, or those of either end. */
  readonly isPlace?: boolean;
  /** Whether its values are ends of traffic: not only interfaces, but networks, AWS services and addresses, too. */
  readonly isEnd?: boolean;
  /** The flow-log field it compares, where EC2 says so when the flow log lacks it. */
  readonly field?: string;
  /** Whether every interface has one, so that traffic without it is traffic of which nobody said so. */
  readonly isNeverMissing?: boolean;
  /** Whether only some measurements have its tag. */
  readonly isKey?: boolean;
}

/** Values of the filter `counted`, of which one always holds, and how they read. */
export const COUNTED = { once: 'once', again: 'as seen at each interface' } as const;
export type Counted = keyof typeof COUNTED;
export const DEFAULT_COUNTED: Counted = 'once';

/** Ids of ends of traffic: an interface's or a gateway's, and the CIDR of a named network. */
const END_ID = '[a-z]+-[0-9a-f]+|[0-9a-f.:]+/[0-9]+';

const ENTRIES = [
  {
    name: 'account',
    heading: 'Account',
    tag: 'account',
    kind: 'account',
    id: `[0-9]+|${OVERFLOW_ACCOUNT}`,
    parents: [],
    isPlace: true,
  },
  {
    name: 'vpc',
    heading: 'VPC',
    tag: 'vpc',
    kind: 'vpc',
    id: 'vpc-[0-9a-f]+',
    parents: ['account'],
    isPlace: true,
    field: 'vpc-id',
    isNeverMissing: true,
  },
  {
    name: 'subnet',
    heading: 'Subnet',
    tag: 'subnet',
    kind: 'subnet',
    id: 'subnet-[0-9a-f]+',
    parents: ['account', 'vpc'],
    isPlace: true,
    field: 'subnet-id',
    isNeverMissing: true,
  },
  {
    name: 'instance',
    heading: 'Instance',
    tag: 'instance',
    kind: 'instance',
    id: 'i-[0-9a-f]+',
    parents: ['account', 'vpc', 'subnet'],
    isPlace: true,
    field: 'instance-id',
  },
  {
    name: 'interface',
    heading: 'Interface',
    tag: 'interface',
    kind: 'interface',
    // A regional NAT gateway logs its own id in place of an interface's.
    id: '[a-z]+-[0-9a-f]+',
    parents: ['account', 'vpc', 'subnet', 'instance'],
    isPlace: true,
  },
  {
    // `account/place`: the VPC, else the subnet or interface. No tag says so: it would be one more of every series.
    name: 'exporter',
    heading: 'Exporter',
    tag: 'vpc',
    fallbacks: ['subnet', 'interface'],
    kind: 'exporter',
    id: '[a-z]+-[0-9a-f]+',
    idPrefix: '[0-9]+/',
    parents: ['account'],
    isPlace: true,
  },
  { name: 'action', heading: 'Action', tag: 'action', values: ['ACCEPT', REFUSED], parents: [] },
  { name: 'counted', heading: 'Counted', tag: 'counted', values: Object.keys(COUNTED), parents: [] },
  {
    name: 'source_interface',
    heading: 'Source interface',
    tag: 'src_interface',
    kind: 'interface',
    id: END_ID,
    parents: [],
    isEnd: true,
  },
  {
    name: 'destination_interface',
    heading: 'Destination interface',
    tag: 'dst_interface',
    kind: 'interface',
    id: END_ID,
    parents: [],
    isEnd: true,
  },
  { name: 'source', heading: 'Source', tag: 'src', kind: 'address', parents: [], isKey: true },
  { name: 'destination', heading: 'Destination', tag: 'dst', kind: 'address', parents: [], isKey: true },
  { name: 'application', heading: 'Application', tag: 'application', kind: 'application', parents: [], isKey: true },
] as const satisfies ReadonlyArray<Filter<string>>;

export type FilterName = (typeof ENTRIES)[number]['name'];

/** Every filter, in the order in which dashboards show them. A new one is an entry above. */
export const FILTERS: readonly Filter[] = ENTRIES;

/** The filter of that name. */
export function filterNamed(name: FilterName): Filter {
  return FILTERS.find((filter) => filter.name === name)!;
}

/** Note on where the values of the filter are from; undefined when there is none. */
export function filterNote({ heading, field }: Filter): string | undefined {
  return field && `${heading} as the flow log says; where it lacks ${field}, as EC2 says of the interface.`;
}
