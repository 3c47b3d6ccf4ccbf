/**
 * Names and values in InfluxDB that both the sidecar (which writes them) and the reports (which read them) know. Without zod,
 * because the registry's thread and every command load this file.
 */

/** Stands for an identifier that does not apply (AWS writes it), or that the flow log does not carry. */
export const MISSING = '-';

/** The account of points of exporters beyond the limit. */
export const OVERFLOW_ACCOUNT = 'overflow';

/** The key under which measurements that keep the top K hold everything else. */
export const OTHER = 'other';

/** Keys that a measurement of the top K keeps by name, per interface and action, as long as the store has room. */
export const DEFAULT_TOP_K = 20;

/** Kinds of what people know by a name rather than by its id, address or CIDR: the tag `kind` of `aws_entity`. */
export const ENTITY_KINDS = [
  'interface',
  'instance',
  'subnet',
  'vpc',
  'account',
  'address',
  'application',
  'network',
  'exporter',
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/**
 * What filters of dashboards offer, in the policy `entity`: the tag `kind`, the field `label` (`name (id)`), and the ids of what the
 * entity belongs to. `most`: how many a list has. `offered`: from this time on (nanoseconds) it is what a list shows, the busiest
 * first; before it, what is found by typing.
 */
export const FILTER_OPTIONS = { measurement: 'filter_option', most: 2000, offered: 1_000_000_000 } as const;

/**
 * From when to when flow logs made sums wrong, in the policy `entity`: the tags `kind`, `flow_log` and `other`, the fields
 * `interfaces` (how many) and `until` (Unix milliseconds); the time is when it began.
 */
export const FLOW_LOG_PERIODS = 'flow_log_period';
/** `counted-twice`: both flow logs log them · `left-out`: only `flow_log` does, which is disabled, and `other` is missing. */
export type FlowLogPeriodKind = 'counted-twice' | 'left-out';

/** A measurement of sums that collected objects feed. */
export interface FlowMeasurement {
  readonly name: string;
  /** Whether it has the tags {@link GROUP_TAGS} of the observing interface. */
  readonly group: boolean;
  /** Its own tags, and the dimension that each takes its values from: `DIMENSIONS` in `src/sidecar/rollup/dimensions.ts`. */
  readonly keys: Readonly<Record<string, string>>;
  /**
   * How many keys per interface and action are kept by name; the rest is summed up as {@link OTHER}. `K`: see
   * {@link DEFAULT_TOP_K}.
   */
  readonly top: 'all' | 'K' | number;
  /** Own tags that {@link OTHER} keeps: neither addresses nor applications. */
  readonly kept?: readonly string[];
  /** The two own tags that a further tag `pair` is made of, for ranking pairs; it adds no series. */
  readonly pair?: readonly [source: string, destination: string];
  /** The header fields that it needs: of each list one. */
  readonly requires: ReadonlyArray<readonly string[]>;
  /** The only action that it counts. */
  readonly action?: string;
}

/** Tags of the observing interface. */
export const GROUP_TAGS = ['account', 'action', 'instance', 'interface', 'subnet', 'vpc'] as const;

/** The action whose flows count as refused. */
export const REFUSED = 'REJECT';

const BOTH_ADDRESSES = [['srcaddr'], ['dstaddr']];
const APPLICATION = [['protocol'], ['srcport'], ['dstport']];
const end = (side: 'src' | 'dst', name: 'source' | 'destination') => ({
  [`${side}_account`]: `${name}Account`,
  [`${side}_instance`]: `${name}Instance`,
  [`${side}_interface`]: `${name}End`,
  [`${side}_subnet`]: `${name}Subnet`,
  [`${side}_vpc`]: `${name}Vpc`,
});

/**
 * The measurements of sums. A new one is an entry here, and a report over it one in `src/reports/reports.ts`. What their tags
 * mean: docs/owners.md.
 */
export const FLOW_MEASUREMENTS = [
  {
    name: 'flow_interface',
    group: true,
    keys: { counted: 'counted', direction: 'direction', peer_logged: 'peerLogged', transit: 'transit' },
    top: 'all',
    requires: [],
  },
  {
    name: 'flow_source',
    group: true,
    keys: { src: 'source', src_owner: 'sourceOwner' },
    top: 'K',
    requires: [['srcaddr']],
  },
  {
    name: 'flow_destination',
    group: true,
    keys: { dst: 'destination', dst_owner: 'destinationOwner' },
    top: 'K',
    requires: [['dstaddr']],
  },
  {
    name: 'flow_pair',
    group: true,
    keys: { src: 'source', dst: 'destination', src_owner: 'sourceOwner', dst_owner: 'destinationOwner' },
    top: 'K',
    pair: ['src', 'dst'],
    requires: BOTH_ADDRESSES,
  },
  { name: 'flow_application', group: true, keys: { application: 'application' }, top: 'K', requires: APPLICATION },
  {
    name: 'flow_interface_pair',
    group: false,
    keys: {
      action: 'action',
      counted: 'counted',
      transit: 'transit',
      ...end('src', 'source'),
      ...end('dst', 'destination'),
    },
    top: 'K',
    kept: ['action', 'counted', 'transit'],
    pair: ['src_interface', 'dst_interface'],
    requires: BOTH_ADDRESSES,
  },
  {
    name: 'flow_path',
    group: true,
    keys: {
      direction: 'direction',
      path: 'trafficPath',
      zone: 'zone',
      peer_zone: 'peerZone',
      src_service: 'sourceService',
      dst_service: 'destinationService',
      next_hop_type: 'nextHopType',
    },
    top: 'K',
    requires: [
      ['flow-direction', 'traffic-path', 'az-id', 'pkt-src-aws-service', 'pkt-dst-aws-service', 'next-hop-az-id'],
    ],
  },
  {
    name: 'flow_refused',
    group: true,
    keys: { src: 'source', src_owner: 'sourceOwner', application: 'application', connection: 'connection' },
    top: 50,
    requires: [['srcaddr'], ['action']],
    action: REFUSED,
  },
  {
    name: 'flow_service',
    group: true,
    keys: { application: 'application', direction: 'direction', peer: 'peerKind' },
    top: 'K',
    requires: [...BOTH_ADDRESSES, ...APPLICATION],
  },
] as const satisfies readonly FlowMeasurement[];
export type FlowMeasurementName = (typeof FLOW_MEASUREMENTS)[number]['name'];

/**
 * The measurement of Transit Gateway flow logs, which are recognised and not collected yet: its tags, so that none of the
 * others have to change for it. Its further fields count packets that were lost: `lost_no_route`, `lost_blackhole`, `lost_mtu`
 * and `lost_ttl`.
 */
export const TRANSIT_GATEWAY_MEASUREMENT = {
  name: 'flow_transit_gateway',
  tags: [
    ...['account', 'attachment', 'direction', 'gateway', 'pair', 'pair_attachment'],
    ...['dst_account', 'dst_interface', 'dst_subnet', 'dst_vpc', 'dst_zone'],
    ...['src_account', 'src_interface', 'src_subnet', 'src_vpc', 'src_zone'],
  ],
  top: 'K',
} as const;
