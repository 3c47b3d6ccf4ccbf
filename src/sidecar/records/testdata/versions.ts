import { VPC_FIELDS } from '../fields';
import { ACCOUNT, EXPORTER, gzip, IDLE, keyOf, line, NOON, SKIPPED, SUBNET, V2, VPC, type Case } from './case';

const upTo = (version: number) =>
  VPC_FIELDS.filter((field) => field.version <= version)
    .map(({ name }) => name)
    .join(' ');

const V4 = `${V2} vpc-id region az-id sublocation-type sublocation-id`;
const V7 =
  'ecs-task-id ecs-task-arn ecs-task-definition-arn ecs-service-name ecs-second-container-id ecs-container-id ' +
  'ecs-container-instance-id ecs-container-instance-arn ecs-cluster-name ecs-cluster-arn log-status interface-id ' +
  'vpc-id bytes packets end start protocol dstport srcport';
const V8 = `${V2} vpc-id reject-reason`;
const V9 =
  'resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr bytes start log-status';
const V10 = 'encryption-status flow-direction traffic-path bytes packets srcaddr dstaddr end interface-id log-status';

const ECS = {
  'ecs-cluster-arn': `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/my-cluster`,
  'ecs-cluster-name': 'my-cluster',
  'ecs-container-id': '0a1b2c3d4e5f',
  'ecs-service-name': 'web',
  'ecs-task-definition-arn': `arn:aws:ecs:eu-west-1:${ACCOUNT}:task-definition/web:7`,
  'ecs-task-arn': `arn:aws:ecs:eu-west-1:${ACCOUNT}:task/my-cluster/f1e2d3`,
  'ecs-task-id': 'f1e2d3',
};
const TAGS = {
  'instance-tag': 'caf%C3%A9%20bar',
  'instance-tag-2': '%2D',
  'interface-tag': 'a%3Db%2Cc',
  'asg-tag': 'my-asg',
};
const NEXT_HOP = {
  'next-hop-interface-id': 'eni-1111aaaa2222bbbb3',
  'next-hop-subnet-id': SUBNET,
  'next-hop-az-id': 'euw1-az2',
  'next-hop-vpc-id': VPC,
  'next-hop-interface-type': 'network_load_balancer',
};
const PLACE = { region: 'eu-west-1', 'az-id': 'euw1-az1' };
const SERVICE = { 'pkt-dst-aws-service': 'S3', 'flow-direction': 'egress', 'traffic-path': 7 };
/** Records of a flow log with every field. */
const EVERY = { version: 11, ...PLACE, ...SERVICE, ...ECS, ...TAGS, ...NEXT_HOP };

/** Objects of each version of the format, with values as AWS documents them. */
export const VERSIONS: readonly Case[] = [
  {
    name: 'version 2, the default format, with NODATA and SKIPDATA',
    key: keyOf(0x201),
    body: gzip(
      V2,
      line(V2, { bytes: 4249, packets: 20 }),
      line(V2, { bytes: 336, packets: 4, action: 'REJECT', dstport: 3389 }),
      line(V2, IDLE),
      line(V2, { ...IDLE, 'account-id': 'unknown' }),
      line(V2, SKIPPED)
    ),
    expected: {
      collected: {
        ok: 2,
        bytes: 4585,
        packets: 24,
        reasons: { nodata: 2, skipdata: 1 },
        exporters: [`${ACCOUNT}/eni-1235b8ca123456789`],
      },
    },
  },
  {
    name: 'version 2, the fewest fields that can be collected, in another order',
    key: keyOf(0x202),
    body: gzip('log-status end interface-id', `OK ${NOON} eni-1`, `NODATA ${NOON} eni-1`, `OK ${NOON} eni-2`),
    expected: {
      collected: {
        ok: 2,
        bytes: 0,
        packets: 0,
        reasons: { nodata: 1 },
        exporters: [`${ACCOUNT}/eni-1`, `${ACCOUNT}/eni-2`],
      },
    },
  },
  {
    name: 'version 3, as in the examples: bytes before packets',
    key: keyOf(0x301),
    body: gzip(
      'version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags log-status',
      `3 ${VPC} ${SUBNET} i-01234567890123456 eni-1235b8ca123456789 ${ACCOUNT} IPv4 52.213.180.42 10.0.0.62 43416 5001 52.213.180.42 10.0.0.62 6 568 8 ${NOON} ${NOON + 58} ACCEPT 2 OK`,
      // Two spaces: a misprint in AWS's guide.
      `3 ${VPC} ${SUBNET} i-01234567890123456 eni-1235b8ca123456789 ${ACCOUNT} IPv4 10.0.0.62 52.213.180.42 5001 43638  10.0.0.62 52.213.180.42 6 967 14 ${NOON} ${NOON + 60} ACCEPT 19 OK`
    ),
    expected: { collected: { ok: 2, bytes: 1535, packets: 22, exporters: [EXPORTER] } },
  },
  {
    name: 'version 4, an interface in a Local Zone',
    key: keyOf(0x401),
    body: gzip(
      V4,
      line(V4, { version: 4, ...PLACE, bytes: 100 }),
      line(V4, { version: 4, region: 'us-west-2', 'sublocation-type': 'localzone', 'sublocation-id': 'usw2-lax1-az1' })
    ),
    expected: { collected: { ok: 2, bytes: 140, packets: 2, exporters: [EXPORTER] } },
  },
  {
    name: 'version 5, every field so far',
    key: keyOf(0x501),
    body: gzip(
      upTo(5),
      line(upTo(5), { version: 5, ...PLACE, ...SERVICE, bytes: 471, packets: 7 }),
      line(upTo(5), { version: 5, ...PLACE, 'flow-direction': 'ingress', bytes: 15_044, packets: 14 })
    ),
    expected: { collected: { ok: 2, bytes: 15_515, packets: 21, exporters: [EXPORTER] } },
  },
  {
    name: 'version 7, tasks of ECS on EC2 and on Fargate, and traffic that is of none',
    key: keyOf(0x701),
    body: gzip(
      V7,
      line(V7, { ...ECS, 'ecs-container-instance-id': 'e5f6', bytes: 1000 }),
      line(V7, { ...ECS, bytes: 100 }),
      line(V7, { bytes: 10 })
    ),
    expected: { collected: { ok: 3, bytes: 1110, packets: 3, exporters: [EXPORTER] } },
  },
  {
    name: 'version 8, refused by block public access (no bytes) and by encryption controls',
    key: keyOf(0x801),
    body: gzip(
      V8,
      line(V8, { version: 8, action: 'REJECT', 'reject-reason': 'BPA', bytes: '-', packets: 3 }),
      line(V8, { version: 8, action: 'REJECT', 'reject-reason': 'EC', bytes: 40 }),
      line(V8, { version: 8, bytes: 60, packets: 2 })
    ),
    expected: { collected: { ok: 3, bytes: 100, packets: 6, exporters: [EXPORTER] } },
  },
  {
    name: 'version 9, a regional NAT gateway: no interface, a public address on its own side',
    key: keyOf(0x901),
    body: gzip(
      V9,
      `nat-1234567890abcdef - - - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5 70 ${NOON} OK`,
      `nat-1234567890abcdef - - - 107.22.182.139 203.0.113.5 107.22.182.139 203.0.113.5 7 ${NOON} OK`,
      `- i-01234567890123456 eni-1111aaaa2222bbbb3 ${SUBNET} 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5 1 ${NOON} OK`
    ),
    expected: {
      collected: {
        ok: 3,
        bytes: 78,
        packets: 0,
        exporters: [`${ACCOUNT}/nat-1234567890abcdef`, `${ACCOUNT}/${SUBNET}`],
      },
    },
  },
  {
    name: 'version 10, every encryption status, in another order',
    key: keyOf(0xa01),
    body: gzip(V10, ...['0', '1', '2', '3', '-'].map((status) => line(V10, { 'encryption-status': status }))),
    expected: {
      collected: { ok: 5, bytes: 200, packets: 5, exporters: [`${ACCOUNT}/eni-1235b8ca123456789`] },
    },
  },
  {
    name: 'version 11, all 54 fields: tags in percent-encoding, next hops',
    key: keyOf(0xb01),
    body: gzip(
      upTo(11),
      line(upTo(11), { ...EVERY, bytes: 500 }),
      line(upTo(11), { version: 11, 'interface-type': 'nat_gateway', bytes: 5 }),
      line(upTo(11), { version: 11, ...IDLE })
    ),
    expected: { collected: { ok: 2, bytes: 505, packets: 2, reasons: { nodata: 1 }, exporters: [EXPORTER] } },
  },
];
