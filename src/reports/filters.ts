import { REFUSED, type EntityKind } from '../contract/stored';

/** A filter of reports, and how its values are chosen. */
export interface Filter<Name extends string = FilterName> {
  readonly name: Name;
  readonly heading: string;
  /** The tag that is compared. */
  readonly tag: string;
  /** Kind of entity whose descriptions name the values; absent where values are shown as they are. */
  readonly kind?: EntityKind;
  /** Regular expression for ids of this kind; for filters whose values are chosen by label. */
  readonly id?: string;
  /** All possible values, where AWS writes only a few. */
  readonly values?: readonly string[];
  /** Filters that narrow down the values this one offers. A link that sets this filter resets them. */
  readonly parents: readonly Name[];
  /** The flow-log field it compares, if flow logs may lack it: traffic without it matches no value. */
  readonly field?: string;
  /** Whether only some measurements have its tag. */
  readonly isKey?: boolean;
}

const ENTRIES = [
  { name: 'account', heading: 'Account', tag: 'account', kind: 'account', id: '[0-9]+', parents: [] },
  {
    name: 'vpc',
    heading: 'VPC',
    tag: 'vpc',
    kind: 'vpc',
    id: 'vpc-[0-9a-f]+',
    parents: ['account'],
    field: 'vpc-id',
  },
  {
    name: 'subnet',
    heading: 'Subnet',
    tag: 'subnet',
    kind: 'subnet',
    id: 'subnet-[0-9a-f]+',
    parents: ['account', 'vpc'],
    field: 'subnet-id',
  },
  {
    name: 'instance',
    heading: 'Instance',
    tag: 'instance',
    kind: 'instance',
    id: 'i-[0-9a-f]+',
    parents: ['account', 'vpc', 'subnet'],
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
  },
  { name: 'action', heading: 'Action', tag: 'action', values: ['ACCEPT', REFUSED], parents: [] },
  { name: 'exporter', heading: 'Exporter', tag: 'exporter', parents: [] },
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

/** Note on traffic that the filter leaves out unexpectedly; undefined when there is none. */
export function filterNote({ heading, field }: Filter): string | undefined {
  return (
    field && `Filtered by ${heading}: traffic of flow logs without ${field} is left out. Filter by interface instead.`
  );
}
