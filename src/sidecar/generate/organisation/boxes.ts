import { awsId } from '../random';
import type { LogName } from './logs';

/** A time range, Unix seconds, half-open; without `until` it goes on. */
export interface Span {
  readonly since: number;
  readonly until?: number;
}

/** Whether a time is in a span. */
export function isWithin({ since, until }: Span, time: number): boolean {
  return since <= time && (until === undefined || time < until);
}

export interface Vpc {
  readonly id: string;
  readonly account: string;
  readonly cidr: string;
  /** Whether another VPC has the same range: outside of it, an address of it says nothing. */
  readonly isRangeShared: boolean;
  /** Whether EC2 may not be read in its account: nothing there is known. */
  readonly isUnknown?: boolean;
}

/** A network interface, or a regional NAT gateway, which has none. */
export interface Box {
  readonly name: string;
  readonly id: string;
  readonly vpc: Vpc;
  /** Who owns it. */
  readonly account: string;
  /** What its flow log says of that: AWS does not know the owner of some that it made itself. */
  readonly accountInLog: string;
  readonly subnet: string;
  readonly zone: string;
  /** Its instances, one after the other; empty: none. */
  readonly instances: ReadonlyArray<Span & { readonly id: string }>;
  /** Its primary address. */
  readonly address: string;
  /** Further addresses and prefixes in its VPC. */
  readonly further: readonly string[];
  /** Addresses and prefixes that are its own anywhere: Elastic ones, IPv6. */
  readonly anywhere: readonly string[];
  /** Whether it passes traffic on, and how its flow log names such a box. */
  readonly passes: 'no' | 'nat' | 'balancer' | 'yes';
  readonly type: string;
  /** When EC2 knows it; undefined: never, it came and went between two looks. */
  readonly known: Span | undefined;
  /** The flow log that records it; undefined: none does. */
  readonly log: LogName | undefined;
}

/** An organisation of four accounts: two VPCs with the same range, and three with ranges of their own. */
export type Boxes = Readonly<Record<BoxName, Box>>;

const ACCOUNTS = {
  shop: '111122223333',
  analytics: '444455556666',
  network: '777788889999',
  acquired: '999900001111',
} as const;
export const REGION = 'eu-west-1';

const VPCS = {
  shop: { account: ACCOUNTS.shop, cidr: '10.0.0.0/16', isRangeShared: true },
  analytics: { account: ACCOUNTS.analytics, cidr: '10.0.0.0/16', isRangeShared: true },
  shared: { account: ACCOUNTS.network, cidr: '10.50.0.0/16', isRangeShared: false },
  archive: { account: ACCOUNTS.analytics, cidr: '10.60.0.0/16', isRangeShared: false },
  acquired: { account: ACCOUNTS.acquired, cidr: '10.70.0.0/16', isRangeShared: false, isUnknown: true },
} as const;

/** What a box is, if it is more than an instance with one address that was always there. */
interface Sketch extends Partial<Pick<Box, 'account' | 'further' | 'anywhere' | 'passes' | 'type' | 'log'>> {
  readonly vpc: keyof typeof VPCS;
  readonly address: string;
  /** Whether AWS made it: it has no instance. */
  readonly isManaged?: true;
  readonly isOwnerUnknown?: true;
  /** When EC2 knows it, as shares of the traffic's time; [0]: always from then on; never: null. */
  readonly known?: readonly [since: number, until?: number] | null;
  /** When its instance is replaced by another, as a share of the traffic's time. */
  readonly movesAt?: number;
}

const SKETCHES = {
  'web-1': { vpc: 'shop', address: '10.0.1.10', anywhere: ['2001:db8:20:1::10'], log: 'web' },
  'web-2': { vpc: 'shop', address: '10.0.1.11', log: 'webLater' },
  alb: {
    ...{ vpc: 'shop', address: '10.0.0.10', anywhere: ['198.51.100.10', '2001:db8:20:100::10'], log: 'web' },
    ...{ passes: 'balancer', isManaged: true, isOwnerUnknown: true },
  },
  'app-1': { vpc: 'shop', address: '10.0.2.10', log: 'app' },
  'app-2': { vpc: 'shop', address: '10.0.2.11', log: 'app' },
  db: { vpc: 'shop', address: '10.0.3.10', further: ['10.0.3.11'], log: 'data' },
  node: {
    ...{ vpc: 'shop', address: '10.0.4.10', further: ['10.0.4.16/28'], anywhere: ['2001:db8:20:4:5::/80'] },
    log: 'data',
  },
  nat: {
    ...{ vpc: 'shop', address: '10.0.0.20', anywhere: ['198.51.100.20'], log: 'web' },
    ...{ passes: 'nat', type: 'nat_gateway', isManaged: true },
  },
  // A private one: it has no Elastic address.
  'inner-nat': { vpc: 'shop', address: '10.0.6.20', passes: 'nat', isManaged: true, log: 'data' },
  endpoint: { vpc: 'shop', address: '10.0.5.10', passes: 'yes', isManaged: true, isOwnerUnknown: true, log: 'data' },
  batch: { vpc: 'shop', address: '10.0.2.30' },
  bastion: { vpc: 'shop', address: '10.0.0.30', anywhere: ['198.51.100.30'], log: 'bastion' },
  vault: { vpc: 'shop', address: '10.0.3.30', log: 'vault' },
  // One address, twice: between the two it is nobody's.
  'worker-old': { vpc: 'shop', address: '10.0.2.40', known: [-1, 0.4], log: 'data' },
  'worker-new': { vpc: 'shop', address: '10.0.2.40', known: [0.5], log: 'data' },
  moved: { vpc: 'shop', address: '10.0.2.50', movesAt: 0.6, log: 'app' },
  brief: { vpc: 'shop', address: '10.0.2.60', known: null, log: 'app' },
  fresh: { vpc: 'shop', address: '10.0.1.60', known: [0.5], log: 'web' },
  idle: { vpc: 'shop', address: '10.0.2.70', log: 'app' },

  gateway: {
    ...{ vpc: 'analytics', address: '10.0.0.10', anywhere: ['198.51.100.40'], log: 'gateway' },
    ...{ passes: 'balancer', type: 'network_load_balancer', isManaged: true },
  },
  ingest: { vpc: 'analytics', address: '10.0.2.10', log: 'ingest' },
  store: { vpc: 'analytics', address: '10.0.3.10', further: ['10.0.3.11'], log: 'ingest' },
  reporter: { vpc: 'analytics', address: '10.0.2.11' },

  // In a subnet that another account shares with its own.
  monitor: { vpc: 'shared', address: '10.50.1.10', account: ACCOUNTS.shop, log: 'monitor' },
  dns: { vpc: 'shared', address: '10.50.1.53', log: 'dns' },
  collector: { vpc: 'shared', address: '10.50.1.20', log: 'dns' },
  'tgw-shared': {
    ...{ vpc: 'shared', address: '10.50.9.10', passes: 'yes', type: 'transit_gateway', isManaged: true },
    log: 'monitor',
  },
  'regional-nat': {
    ...{ vpc: 'shared', address: '198.51.100.90', passes: 'nat', type: 'regional_nat_gateway', isManaged: true },
    ...{ known: null, log: 'monitor' },
  },

  'archive-1': { vpc: 'archive', address: '10.60.1.10', log: 'archive' },
  silent: { vpc: 'archive', address: '10.60.1.20' },
  // In the account of which EC2 tells nothing.
  legacy: { vpc: 'acquired', address: '10.70.1.10', known: null, log: 'acquired' },
  'tgw-archive': { vpc: 'archive', address: '10.60.9.10', passes: 'yes', isManaged: true, log: 'archive' },
} as const satisfies Record<string, Sketch>;
export type BoxName = keyof typeof SKETCHES;

/** The boxes of an organisation with traffic in a time range. `moment`: a share of that range, Unix seconds. */
export function makeBoxes(seed: number, moment: (share: number) => number): Boxes {
  const vpcs = Object.entries(VPCS).map(([name, vpc]) => [name, { ...vpc, id: awsId('vpc', seed, name) }] as const);
  const vpcOf = Object.fromEntries(vpcs) as Record<keyof typeof VPCS, Vpc>;
  const boxes = Object.entries(SKETCHES).map(([name, sketch]) => [name, boxOf(name, sketch, seed, vpcOf, moment)]);
  return Object.fromEntries(boxes) as Record<BoxName, Box>;
}

function boxOf(
  name: string,
  sketch: Sketch,
  seed: number,
  vpcs: Record<keyof typeof VPCS, Vpc>,
  moment: (share: number) => number
): Box {
  const vpc = vpcs[sketch.vpc];
  const { address, account = vpc.account, known = [-1] } = sketch;
  const isRegional = sketch.type === 'regional_nat_gateway';
  const row = address.split('.').slice(0, 3).join('.');
  const spanOf = ([since, until]: readonly [number, number?]): Span => ({
    since: moment(since),
    ...(until !== undefined && { until: moment(until) }),
  });
  const instance = (which: string, span: readonly [number, number?]) => ({
    id: awsId('i', seed, name + which),
    ...spanOf(span),
  });
  const { movesAt } = sketch;
  const instances =
    movesAt === undefined ? [instance('', [-1])] : [instance('', [-1, movesAt]), instance('/2', [movesAt])];
  return {
    ...{ name, vpc, account, address },
    id: awsId(isRegional ? 'nat' : 'eni', seed, name),
    accountInLog: sketch.isOwnerUnknown ? 'unknown' : account,
    subnet: isRegional ? '-' : awsId('subnet', seed, `${sketch.vpc}/${row}`),
    zone: isRegional ? '-' : `euw1-az${1 + (Number(row.split('.')[2]) % 3)}`,
    instances: sketch.isManaged ? [] : instances,
    further: sketch.further ?? [],
    anywhere: sketch.anywhere ?? [],
    passes: sketch.passes ?? 'no',
    type: sketch.type ?? '-',
    known: known === null ? undefined : spanOf(known),
    log: sketch.log,
  };
}

/** The instance of a box at a time, or '-'. */
export function instanceAt({ instances }: Box, time: number): string {
  return instances.find((span) => isWithin(span, time))?.id ?? '-';
}
