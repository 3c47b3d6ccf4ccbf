import type { FlowRecord } from './record';

type Column = (record: FlowRecord) => string | number;

/** Columns that also have a value in a record without traffic: interface, interval and status. */
const INTERFACE_COLUMNS: Record<string, Column> = {
  'account-id': ({ at, status }) =>
    // Idle interfaces that AWS created report no owner.
    status === 'NODATA' && at.instanceId === undefined ? 'unknown' : at.accountId,
  'interface-id': ({ at }) => at.id,
  start: ({ start }) => start,
  end: ({ end }) => end,
  'log-status': ({ status }) => status,
  'vpc-id': ({ at }) => at.vpcId,
  'subnet-id': ({ at }) => at.subnetId,
  'instance-id': ({ at }) => at.instanceId ?? '-',
  region: ({ at }) => at.region,
  'az-id': ({ at }) => at.availabilityZoneId,
  'sublocation-type': () => '-',
  'sublocation-id': () => '-',
  'resource-id': ({ resource }) => resource ?? '-',
  'interface-type': ({ interfaceType }) => interfaceType ?? '-',
};

const TRAFFIC_COLUMNS: Record<string, Column> = {
  srcaddr: ({ source }) => source,
  dstaddr: ({ destination }) => destination,
  srcport: ({ sourcePort }) => sourcePort,
  dstport: ({ destinationPort }) => destinationPort,
  protocol: ({ protocol }) => protocol,
  packets: ({ packets }) => packets,
  bytes: ({ bytes }) => bytes,
  action: ({ action }) => action,
  'tcp-flags': ({ tcpFlags }) => tcpFlags,
  type: ({ source }) => (source.includes(':') ? 'IPv6' : 'IPv4'),
  'pkt-srcaddr': ({ packetSource }) => packetSource,
  'pkt-dstaddr': ({ packetDestination }) => packetDestination,
  'pkt-src-aws-service': ({ sourceService }) => sourceService,
  'pkt-dst-aws-service': ({ destinationService }) => destinationService,
  'flow-direction': ({ direction }) => direction,
  'traffic-path': ({ trafficPath }) => trafficPath,
  'next-hop-interface-id': ({ nextHop }) => nextHop?.id ?? '-',
  'next-hop-subnet-id': ({ nextHop }) => nextHop?.subnetId ?? '-',
  'next-hop-az-id': ({ nextHop }) => nextHop?.availabilityZoneId ?? '-',
  'next-hop-vpc-id': ({ nextHop }) => nextHop?.vpcId ?? '-',
  'next-hop-interface-type': ({ nextHop }) => nextHop?.type ?? '-',
};

/** Fields by the format version that introduced them; others are of version 2. */
const FIELD_VERSIONS: Record<number, string> = {
  3: 'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr',
  4: 'region az-id sublocation-type sublocation-id',
  5: 'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path',
  9: 'resource-id',
  11: 'interface-type next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type',
};

/** The format of a flow log. */
export interface Format {
  fields: readonly string[];
  header: string;
  /** A record as a line, without the line feed. */
  line(record: FlowRecord): string;
}

/**
 * The format with these fields, separated by spaces, in this order.
 * @throws Error when a field is unknown
 */
function makeFormat(header: string): Format {
  const fields = header.split(' ');
  const version = String(fields.map(versionOf).reduce((highest, next) => Math.max(highest, next)));
  const columns = fields.map((field): Column => {
    const column = field === 'version' ? () => version : (INTERFACE_COLUMNS[field] ?? TRAFFIC_COLUMNS[field]);
    if (column === undefined) {
      throw new Error(`The generator cannot write the field ${field}`);
    }
    return column;
  });
  const idleColumns = columns.map((column, i): Column => (fields[i] in TRAFFIC_COLUMNS ? () => '-' : column));

  return {
    fields,
    header,
    line(record) {
      const writers = record.status === 'OK' ? columns : idleColumns;
      let line = String(writers[0](record));
      for (let i = 1; i < writers.length; i++) {
        line += ` ${writers[i](record)}`;
      }
      return line;
    },
  };
}

function versionOf(field: string): number {
  for (const [version, fields] of Object.entries(FIELD_VERSIONS)) {
    if (fields.split(' ').includes(field)) {
      return Number(version);
    }
  }
  return 2;
}

/** AWS's default format: the fields of version 2, and no VPC. */
const DEFAULT_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

const V5_FIELDS =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status ' +
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id ' +
  'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path';

/** The formats that flow logs of the company and of the organisation use. */
export const FORMATS = {
  default: makeFormat(DEFAULT_FIELDS),
  v5: makeFormat(V5_FIELDS),
  /** The same 29 fields in alphabetical order, as some templates write them. */
  v5Alphabetical: makeFormat(V5_FIELDS.split(' ').sort().join(' ')),
  /** With the next hop, and what kind of box an interface is of. */
  v11: makeFormat(`${V5_FIELDS} ${FIELD_VERSIONS[9]} ${FIELD_VERSIONS[11]}`),
  /** The order of AWS's own example of a custom format: bytes come before packets. */
  v3Custom: makeFormat(
    'version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr ' +
      'pkt-dstaddr protocol bytes packets start end action tcp-flags log-status'
  ),
  /** Without VPC, but with subnet and direction. */
  direction: makeFormat(`${DEFAULT_FIELDS} subnet-id flow-direction`),
  /** Without ports: its traffic has no applications. */
  noPorts: makeFormat(
    'version vpc-id subnet-id interface-id flow-direction srcaddr dstaddr protocol packets bytes start end action log-status'
  ),
  /** Without `log-status`: its objects are not collected. */
  noStatus: makeFormat(DEFAULT_FIELDS.replace(' log-status', '')),
};
