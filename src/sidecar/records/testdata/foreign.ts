import { gzip, keyOf, line, NOON, V2, type Case } from './case';

/** The 36 fields of Transit Gateway flow logs, in the order of their default format. */
const TRANSIT_GATEWAY =
  'version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id ' +
  'tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id ' +
  'tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status ' +
  'type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags ' +
  'region flow-direction pkt-src-aws-service pkt-dst-aws-service';
const TGW_RECORD =
  '6 TransitGateway 123456789012 tgw-0abc12345def67890 tgw-attach-0abc12345def67890 123456789012 123456789012 ' +
  'vpc-0abc12345def67890 vpc-0def12345abc67890 subnet-0abc12345def67890 subnet-0def12345abc67890 ' +
  'eni-0abc12345def67890 eni-0def12345abc67890 use1-az1 use1-az2 tgw-attach-0def12345abc67890 10.0.0.1 10.0.1.1 ' +
  `12345 443 6 10 1000 ${NOON} ${NOON + 60} OK IPv4 1 2 3 4 2 us-east-1 ingress - -`;
/** Made up: AWS's list of Cloud WAN fields was not to be had. */
const CLOUD_WAN =
  'version resource-type account-id core-network-id core-network-attachment-id srcaddr dstaddr bytes start end log-status';

const without = (...names: string[]) =>
  V2.split(' ')
    .filter((name) => !names.includes(name))
    .join(' ');

/** Objects that must stay where they are: logs of other services, and headers that lack what is required. */
export const FOREIGN: readonly Case[] = [
  {
    name: 'Transit Gateway flow logs, version 6',
    key: keyOf(0x601),
    body: gzip(TRANSIT_GATEWAY, TGW_RECORD),
    expected: { refused: 'transit-gateway' },
  },
  {
    name: 'Cloud WAN flow logs',
    key: keyOf(0x602),
    body: gzip(CLOUD_WAN, line(CLOUD_WAN, { 'log-status': 'INCOMPLETEDATA' })),
    expected: { refused: 'cloud-wan' },
  },
  {
    name: 'an export from CloudWatch Logs: a time before each record, no header',
    key: 'exported/0a1b2c3d-0000-0000-0000-000000000000/eni-1235b8ca123456789-all/000000.gz',
    body: gzip(`2026-03-03T12:00:00.000Z ${line(V2)}`, `2026-03-03T12:00:01.000Z ${line(V2)}`),
    expected: { refused: 'no-header' },
  },
  {
    name: 'an export from CloudWatch Logs in a custom format without log-status',
    key: 'exported/0a1b2c3d-0000-0000-0000-000000000000/eni-0416a1c81c87ab9c9-all/000000.gz',
    body: gzip(
      '2025-02-25T12:25:04.000Z i-085c7a43a498c2f5d eni-0416a1c81c87ab9c9 - - - use1-az2 - 1740486335 - - - - - - 1740486304 subnet-027e9a6d4add894eb'
    ),
    expected: { refused: 'no-header' },
  },
  {
    name: 'records that Firehose delivered: no header',
    key: 'firehose/2026/03/03/12/flow-logs-1-2026-03-03-12-00-00-0a1b2c3d.gz',
    body: gzip(line(V2), line(V2)),
    expected: { refused: 'no-header' },
  },
  {
    name: 'text of another kind',
    key: 'access-logs/1.gz',
    body: gzip('{"Records":[{"eventVersion":"1.08"}]}'),
    expected: { refused: 'no-header' },
  },
  ...(
    [
      ['log-status-missing', ['log-status']],
      ['time-missing', ['start', 'end']],
      ['interface-missing', ['interface-id']],
      ['log-status-missing', ['log-status', 'start', 'end']],
    ] as const
  ).map(([refused, names], i) => ({
    name: `a flow log without ${names.join(', ')}`,
    key: keyOf(0x610 + i),
    body: gzip(without(...names), line(without(...names))),
    expected: { refused },
  })),
];
