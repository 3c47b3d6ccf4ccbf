import { VPC_FIELDS } from '../../records/fields';
import { lineOf, type Fields } from '../../testing/arbitraries';
import { HEADER_V2 } from '../../testing/lines';
import { rollUpSlowly, type ReferenceCovered } from '../../testing/reference/reference';
import type { BigSums } from '../../testing/reference/referencePoints';
import { coveredOf, NOON, pointsOf, rollUp, TERMS } from '../../testing/reference/rollUp';
import type { ExporterDecision, RollupTerms } from '../terms';
import type { InterfacePlace, OwnerFact } from './facts';

// The table of resolving: what docs/owners.md promises, trap by trap, held by both implementations of it.

const HOME = '111111111111';
const ABROAD = '222222222222';
const LONG_AGO = NOON - 30 * 86_400;

/** When a fact holds. Default: always. */
type Time = Partial<Pick<OwnerFact, 'since' | 'until'>>;

const placed = (id: string, vpc: string, place: Partial<InterfacePlace> = {}, time: Time = {}): OwnerFact => ({
  ...{ kind: 'interface', interface: id, vpc, subnet: `subnet-of-${id}`, instance: `i-of-${id}` },
  ...{ account: HOME, zone: 'euw1-az1', passes: 'no', since: LONG_AGO },
  ...place,
  ...time,
});
const owns = (id: string, vpc: string, address: string, time: Time = {}): OwnerFact => ({
  ...{ kind: 'address', vpc, address, interface: id, since: LONG_AGO },
  ...time,
});
const cidrOf = (vpc: string, cidr: string, time: Time = {}): OwnerFact => ({
  ...{ kind: 'vpc', vpc, cidr, since: LONG_AGO },
  ...time,
});
const named = (cidr: string, time: Time = {}): OwnerFact => ({
  ...{ kind: 'network', cidr, since: LONG_AGO },
  ...time,
});
const covered = (id: string, time: Time = {}, action = 'ACCEPT'): OwnerFact => ({
  ...{ kind: 'covered', interface: id, action, since: LONG_AGO },
  ...time,
});

/** A web server and a database in one VPC. */
const WEB = [placed('eni-web', 'vpc-a'), owns('eni-web', 'vpc-a', '10.0.0.10')];
const DB = [placed('eni-db', 'vpc-a', { zone: 'euw1-az2' }), owns('eni-db', 'vpc-a', '10.0.0.20')];
const PAIR = [...WEB, ...DB, cidrOf('vpc-a', '10.0.0.0/16')];
/** Somebody in a VPC with a CIDR of its own. */
const PEER = [
  placed('eni-peer', 'vpc-c', { account: ABROAD, zone: 'euw1-az3' }),
  owns('eni-peer', 'vpc-c', '10.20.0.5'),
  cidrOf('vpc-c', '10.20.0.0/16'),
];
const NAT = [
  placed('eni-nat', 'vpc-a', { passes: 'nat', instance: '-' }),
  owns('eni-nat', 'vpc-a', '10.0.0.5'),
  owns('eni-nat', '-', '198.51.100.5'),
];

/** From the web server to the database, as the web server sees it. */
const OUT: Fields = {
  ...{ version: '11', 'account-id': HOME, 'log-status': 'OK', action: 'ACCEPT', 'flow-direction': 'egress' },
  ...{ 'interface-id': 'eni-web', 'vpc-id': 'vpc-a', 'subnet-id': 'subnet-of-eni-web', 'instance-id': 'i-of-eni-web' },
  ...{ srcaddr: '10.0.0.10', dstaddr: '10.0.0.20', protocol: '6', srcport: '40000', dstport: '443' },
  ...{ packets: '1', bytes: '100', start: String(NOON), end: String(NOON + 30) },
};
/** The same as the database sees it. */
const IN: Fields = {
  ...OUT,
  ...{ 'interface-id': 'eni-db', 'subnet-id': 'subnet-of-eni-db', 'instance-id': 'i-of-eni-db' },
  'flow-direction': 'ingress',
};
const AT_NAT: Fields = {
  ...OUT,
  ...{ 'interface-id': 'eni-nat', 'subnet-id': 'subnet-of-eni-nat', 'instance-id': '-' },
};
const NAT_INNER_IN = {
  ...AT_NAT,
  ...{ 'flow-direction': 'ingress', srcaddr: '10.0.0.10', dstaddr: '10.0.0.5' },
  ...{ 'pkt-srcaddr': '10.0.0.10', 'pkt-dstaddr': '203.0.113.9' },
};
const NAT_OUTER_OUT = {
  ...AT_NAT,
  ...{ srcaddr: '10.0.0.5', dstaddr: '203.0.113.9', 'pkt-srcaddr': '10.0.0.5', 'pkt-dstaddr': '203.0.113.9' },
};
const NAT_OUTER_IN = {
  ...AT_NAT,
  ...{ 'flow-direction': 'ingress', srcaddr: '203.0.113.9', dstaddr: '10.0.0.5' },
  ...{ 'pkt-srcaddr': '203.0.113.9', 'pkt-dstaddr': '10.0.0.5' },
};
const NAT_INNER_OUT = {
  ...AT_NAT,
  ...{ srcaddr: '10.0.0.5', dstaddr: '10.0.0.10', 'pkt-srcaddr': '203.0.113.9', 'pkt-dstaddr': '10.0.0.10' },
};
const REGIONAL_NAT: Fields = {
  ...AT_NAT,
  ...{ 'interface-id': '-', 'resource-id': 'nat-0a1b', 'subnet-id': '-', 'interface-type': 'regional_nat_gateway' },
};
/** At the Transit Gateway's interface in the VPC of the web server. */
const AT_TGW: Fields = {
  ...OUT,
  ...{ 'interface-id': 'eni-tgw', 'subnet-id': '-', 'instance-id': '-', 'interface-type': 'transit_gateway' },
  ...{ 'flow-direction': 'ingress', dstaddr: '10.0.9.9', 'pkt-srcaddr': '10.0.0.10', 'pkt-dstaddr': '10.20.0.5' },
};
/** Its interface in the VPC of the peer, which sends to that. */
const FAR_TGW = [placed('eni-far', 'vpc-c', { passes: 'yes', instance: '-' }), owns('eni-far', 'vpc-c', '10.20.9.9')];
const AT_FAR_TGW: Fields = {
  ...{ ...AT_TGW, 'interface-id': 'eni-far', 'vpc-id': 'vpc-c', 'flow-direction': 'egress' },
  ...{ srcaddr: '10.20.9.9', dstaddr: '10.20.0.5' },
};
const ENDPOINT = [
  placed('eni-vpce', 'vpc-a', { passes: 'yes', instance: '-' }),
  owns('eni-vpce', 'vpc-a', '10.0.0.50'),
];
const AT_ENDPOINT: Fields = { 'interface-id': 'eni-vpce', 'subnet-id': '-', 'instance-id': '-' };
const BALANCER = [
  placed('eni-lb', 'vpc-a', { passes: 'balancer', instance: '-' }),
  owns('eni-lb', 'vpc-a', '10.0.0.40'),
];
const AT_BALANCER: Fields = { 'interface-id': 'eni-lb', 'subnet-id': '-', 'instance-id': '-' };
const DEFAULT_HEADER = HEADER_V2.split(' ');

const at = (start: number): Fields => ({ start: String(start), end: String(start + 30) });
const to = (dstaddr: string): Fields => ({ ...OUT, dstaddr });
const from = (srcaddr: string): Fields => ({ ...IN, srcaddr });
/** The written ends, and the kind of the other one, of a record of the web server. */
const goesTo = (end: string, peer: string): Fields => ({
  ...{ src_interface: 'eni-web', src_owner: 'eni-web', dst_interface: end, peer, direction: 'egress' },
  dst_owner: /^(eni-|aws\/)/.test(end) || peer === 'network' ? end : '-',
});
const HOP: Fields = {
  ...{ 'next-hop-interface-id': 'eni-hop', 'next-hop-vpc-id': 'vpc-c', 'next-hop-interface-type': '-' },
};

interface Row {
  readonly name: string;
  /** Columns of the object. Default: every field that AWS has. */
  readonly header?: readonly string[];
  readonly facts: readonly OwnerFact[];
  readonly terms?: Partial<RollupTerms>;
  readonly decision?: ExporterDecision;
  /** Records, each by itself in an object, and tags of its points; `exporter`: its exporter. */
  readonly records: ReadonlyArray<readonly [Fields, Fields]>;
}

const TABLE: readonly Row[] = [
  {
    name: 'two interfaces of a VPC',
    facts: [...PAIR, covered('eni-web')],
    records: [
      [
        OUT,
        {
          ...{ src: '10.0.0.10', src_owner: 'eni-web', dst: '10.0.0.20', dst_owner: 'eni-db', peer: 'interface' },
          ...{ src_interface: 'eni-web', src_vpc: 'vpc-a', src_subnet: 'subnet-of-eni-web', src_account: HOME },
          ...{ dst_interface: 'eni-db', dst_vpc: 'vpc-a', dst_subnet: 'subnet-of-eni-db', dst_account: HOME },
          ...{ src_instance: 'i-of-eni-web', dst_instance: 'i-of-eni-db' },
          ...{ counted: 'once', transit: 'no', direction: 'egress', zone: 'euw1-az1', peer_zone: 'euw1-az2' },
        },
      ],
      [
        IN,
        {
          ...{ src_interface: 'eni-web', dst_interface: 'eni-db', peer: 'interface', interface: 'eni-db' },
          ...{ counted: 'again', transit: 'no', direction: 'ingress', zone: 'euw1-az2', peer_zone: 'euw1-az1' },
        },
      ],
    ],
  },
  {
    name: 'a NAT gateway: inner and outer side, both ways',
    facts: [...PAIR, ...NAT, covered('eni-web'), covered('eni-nat')],
    records: [
      [
        { ...to('203.0.113.9'), 'traffic-path': '1', 'next-hop-interface-id': 'eni-nat', 'next-hop-vpc-id': 'vpc-a' },
        { ...goesTo('203.0.113.9', 'internet'), counted: 'once', transit: 'no', src_vpc: 'vpc-a', dst_vpc: '-' },
      ],
      [NAT_INNER_IN, { src_interface: 'eni-web', dst_interface: 'eni-nat', counted: 'again', transit: 'yes' }],
      [NAT_OUTER_OUT, { src_interface: 'eni-nat', dst_interface: '203.0.113.9', counted: 'once', transit: 'yes' }],
      [NAT_OUTER_IN, { src_interface: '203.0.113.9', dst_interface: 'eni-nat', counted: 'once', transit: 'yes' }],
      [NAT_INNER_OUT, { src_interface: 'eni-nat', dst_interface: 'eni-web', counted: 'once', transit: 'yes' }],
      [
        { ...IN, ...OUT, ...at(NOON), 'flow-direction': 'ingress', srcaddr: '203.0.113.9', dstaddr: '10.0.0.10' },
        { src_interface: '203.0.113.9', dst_interface: 'eni-web', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a NAT gateway whose client is not logged',
    facts: [...PAIR, ...NAT, covered('eni-nat')],
    records: [
      [NAT_INNER_IN, { src_interface: 'eni-web', counted: 'once', transit: 'no' }],
      [NAT_OUTER_OUT, { counted: 'once', transit: 'yes' }],
      [NAT_OUTER_IN, { counted: 'once', transit: 'yes' }],
      [NAT_INNER_OUT, { dst_interface: 'eni-web', counted: 'once', transit: 'no' }],
    ],
  },
  {
    name: 'a NAT gateway that only the record, or only EC2, calls one, and nobody',
    facts: [...PAIR, owns('eni-nat', 'vpc-a', '10.0.0.5'), covered('eni-web')],
    records: [
      [
        { ...NAT_OUTER_OUT, 'interface-type': 'nat_gateway' },
        { transit: 'yes', src_interface: 'eni-nat' },
      ],
      [
        { ...NAT_INNER_IN, 'interface-type': 'nat_gateway' },
        { transit: 'yes', counted: 'again' },
      ],
      [NAT_OUTER_OUT, { transit: 'no' }],
      [NAT_INNER_IN, { transit: 'no', counted: 'again' }],
    ],
  },
  {
    name: 'a NAT gateway: what is refused or goes to a private address passes nothing on',
    facts: [...PAIR, ...NAT, named('192.168.0.0/16'), named('203.0.113.0/24'), covered('eni-web')],
    records: [
      [
        { ...NAT_OUTER_IN, action: 'REJECT' },
        { transit: 'no', counted: 'once' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '192.168.1.1' },
        { dst_interface: '192.168.0.0/16', transit: 'no' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '10.7.0.1' },
        { dst_interface: 'vpc-a/10.7.0.1', transit: 'no' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '203.0.113.9' },
        { dst_interface: '203.0.113.0/24', transit: 'yes' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '52.95.1.1', 'pkt-dst-aws-service': 'S3' },
        { dst_interface: 'aws/S3', transit: 'yes' },
      ],
    ],
  },
  {
    name: 'a regional NAT gateway, which has no interface',
    facts: [...PAIR, covered('eni-web')],
    records: [
      [
        { ...REGIONAL_NAT, srcaddr: '198.51.100.5', dstaddr: '203.0.113.9' },
        {
          ...{ interface: 'nat-0a1b', src_interface: 'nat-0a1b', src_vpc: 'vpc-a', src_subnet: '-', transit: 'yes' },
          ...{ dst_interface: '203.0.113.9', peer: 'internet', exporter: '111122223333/vpc-a' },
        },
      ],
      [{ ...REGIONAL_NAT, 'interface-type': '-', srcaddr: '198.51.100.5', dstaddr: '203.0.113.9' }, { transit: 'yes' }],
      [
        { ...REGIONAL_NAT, 'flow-direction': 'ingress', srcaddr: '10.0.0.10', dstaddr: '203.0.113.9' },
        { src_interface: 'eni-web', dst_interface: 'nat-0a1b', transit: 'yes', counted: 'again' },
      ],
      [
        { ...REGIONAL_NAT, 'flow-direction': 'ingress', srcaddr: '10.0.0.20', dstaddr: '203.0.113.9' },
        { src_interface: 'eni-db', dst_interface: 'nat-0a1b', transit: 'no', counted: 'once' },
      ],
    ],
  },
  {
    name: 'a secondary address',
    facts: [...PAIR, owns('eni-db', 'vpc-a', '10.0.0.21')],
    records: [
      [to('10.0.0.21'), { ...goesTo('eni-db', 'interface'), dst: '10.0.0.21', dst_vpc: 'vpc-a' }],
      [from('10.0.0.21'), { src_interface: 'eni-db', dst_interface: 'eni-db' }],
    ],
  },
  {
    name: 'the primary address in dstaddr of ingress: the packet went to another one of the interface',
    facts: [...PAIR, owns('eni-db', 'vpc-a', '10.0.0.21'), covered('eni-db')],
    records: [
      [
        { ...IN, 'pkt-srcaddr': '10.0.0.10', 'pkt-dstaddr': '10.0.0.21', 'interface-type': 'vpc_endpoint' },
        { dst: '10.0.0.20', dst_interface: 'eni-db', dst_owner: 'eni-db', transit: 'no' },
      ],
    ],
  },
  {
    name: 'IPv6, in whatever form',
    facts: [
      ...PAIR,
      ...PEER,
      ...[owns('eni-db', '-', '2001:db8::20'), owns('eni-peer', '-', '2001:db8:1::5')],
      ...[owns('eni-db', '-', '2001:db8:0:0:5::/80'), owns('eni-web', '-', 'fd00::10')],
    ],
    records: [
      [to('2001:DB8:0:0::20'), { ...goesTo('eni-db', 'interface'), dst: '2001:db8::20', dst_vpc: 'vpc-a' }],
      [to('2001:db8:1::5'), { ...goesTo('eni-peer', 'other-vpc'), dst_vpc: 'vpc-c', dst_account: ABROAD }],
      [to('2001:db8::5:1:2:3'), goesTo('eni-db', 'interface')],
      [to('2001:db8::6:1:2:3'), { ...goesTo('2001:db8::6:1:2:3', 'internet'), dst_vpc: '-' }],
      [to('fd00::10'), goesTo('eni-web', 'interface')],
      [to('fd00::11'), { ...goesTo('vpc-a/fd00::11', 'private'), dst_vpc: 'vpc-a' }],
      [to('fe80::1'), goesTo('vpc-a/fe80::1', 'private')],
      [to('fec0::1'), goesTo('fec0::1', 'internet')],
      [to('::ffff:10.0.0.20'), goesTo('::ffff:a00:14', 'internet')],
    ],
  },
  {
    name: 'delegated prefixes: an address comes before them, a longer one before a shorter one',
    facts: [
      ...PAIR,
      ...['eni-node', 'eni-long', 'eni-one'].map((id) => placed(id, 'vpc-a')),
      owns('eni-node', 'vpc-a', '10.0.4.0/24'),
      owns('eni-long', 'vpc-a', '10.0.4.16/28'),
      owns('eni-one', 'vpc-a', '10.0.4.17'),
    ],
    records: [
      [to('10.0.4.17'), goesTo('eni-one', 'interface')],
      [to('10.0.4.16'), goesTo('eni-long', 'interface')],
      [to('10.0.4.31'), goesTo('eni-long', 'interface')],
      [to('10.0.4.32'), goesTo('eni-node', 'interface')],
      [to('10.0.4.15'), goesTo('eni-node', 'interface')],
      [to('10.0.4.255'), goesTo('eni-node', 'interface')],
      [to('10.0.5.0'), goesTo('vpc-a/10.0.5.0', 'private')],
      [to('10.0.3.255'), goesTo('vpc-a/10.0.3.255', 'private')],
    ],
  },
  {
    name: "a pod's address, which is nobody's: the observing interface is its own end all the same",
    facts: PAIR,
    records: [
      [
        { ...OUT, srcaddr: '100.64.0.7' },
        { src: '100.64.0.7', src_interface: 'eni-web', src_owner: 'eni-web', dst_interface: 'eni-db' },
      ],
      [from('100.64.0.7'), { src_interface: 'vpc-a/100.64.0.7', src_vpc: 'vpc-a', src_owner: '-', peer: 'private' }],
      [
        { ...OUT, srcaddr: '100.64.0.7', dstaddr: '203.0.113.9', 'flow-direction': '-' },
        { src_interface: 'vpc-a/100.64.0.7', dst_interface: '203.0.113.9', direction: 'unknown', peer: '-' },
      ],
    ],
  },
  {
    name: 'an Elastic address of another account',
    facts: [...PAIR, ...PEER, owns('eni-peer', '-', '198.51.100.20'), covered('eni-peer')],
    records: [
      [
        { ...to('198.51.100.20'), 'traffic-path': '8', 'pkt-dst-aws-service': 'EC2' },
        {
          ...goesTo('eni-peer', 'other-vpc'),
          ...{ dst_account: ABROAD, dst_vpc: 'vpc-c', dst_subnet: 'subnet-of-eni-peer', dst_instance: 'i-of-eni-peer' },
        },
      ],
      [from('198.51.100.20'), { src_interface: 'eni-peer', counted: 'again' }],
    ],
  },
  {
    name: 'VPCs with the same CIDR: only the owner in the own one counts',
    facts: [
      ...PAIR,
      placed('eni-twin', 'vpc-b', { account: ABROAD }),
      ...['10.0.0.20', '10.0.0.77', '10.0.0.10'].map((address) => owns('eni-twin', 'vpc-b', address)),
      ...[cidrOf('vpc-b', '10.0.0.0/16'), covered('eni-twin')],
    ],
    records: [
      [to('10.0.0.20'), goesTo('eni-db', 'interface')],
      [
        { ...OUT, 'vpc-id': 'vpc-b' },
        { ...goesTo('eni-twin', 'interface'), dst_account: ABROAD, dst_vpc: 'vpc-b' },
      ],
      [to('10.0.0.77'), { ...goesTo('vpc-a/10.0.0.77', 'private'), dst_vpc: 'vpc-a', dst_account: '-' }],
      [{ ...to('10.0.0.77'), 'vpc-id': 'vpc-z' }, goesTo('vpc-z/10.0.0.77', 'private')],
      [from('10.0.0.77'), { src_interface: 'vpc-a/10.0.0.77', counted: 'once' }],
    ],
  },
  {
    name: 'a peered VPC with a CIDR that no other one has',
    facts: [...PAIR, ...PEER, covered('eni-peer')],
    records: [
      [
        { ...to('10.20.0.5'), 'traffic-path': '4' },
        {
          ...goesTo('eni-peer', 'other-vpc'),
          ...{ dst_account: ABROAD, dst_vpc: 'vpc-c', dst_subnet: 'subnet-of-eni-peer', peer_zone: 'euw1-az3' },
        },
      ],
      [from('10.20.0.5'), { src_interface: 'eni-peer', counted: 'again' }],
      [to('10.20.0.6'), { ...goesTo('vpc-a/10.20.0.6', 'private'), dst_vpc: 'vpc-a' }],
    ],
  },
  {
    name: 'a peered VPC, seen from one whose CIDRs are not known, or not yet, or no more',
    facts: [...WEB, ...PEER, cidrOf('vpc-a', '10.0.0.0/16', { since: NOON, until: NOON + 60 }), covered('eni-peer')],
    records: [
      [{ ...to('10.20.0.5'), ...at(NOON - 1) }, goesTo('vpc-a/10.20.0.5', 'private')],
      [to('10.20.0.5'), goesTo('eni-peer', 'other-vpc')],
      [{ ...to('10.20.0.5'), ...at(NOON + 60) }, goesTo('vpc-a/10.20.0.5', 'private')],
      [{ ...to('10.20.0.5'), 'vpc-id': 'vpc-z' }, goesTo('vpc-z/10.20.0.5', 'private')],
      [
        { ...from('10.20.0.5'), 'vpc-id': 'vpc-z' },
        { src_interface: 'vpc-z/10.20.0.5', counted: 'once' },
      ],
      [
        { ...to('10.20.0.5'), 'vpc-id': '-', 'interface-id': 'eni-x' },
        { dst_interface: '10.20.0.5', peer: 'private' },
      ],
    ],
  },
  {
    name: 'a peered VPC whose CIDR the own one has, too, or another one, or had',
    facts: [...PAIR, ...PEER, cidrOf('vpc-a', '10.20.0.0/24', { since: NOON, until: NOON + 60 })],
    records: [
      [{ ...to('10.20.0.5'), ...at(NOON - 1) }, goesTo('eni-peer', 'other-vpc')],
      [to('10.20.0.5'), goesTo('vpc-a/10.20.0.5', 'private')],
      [{ ...to('10.20.0.5'), 'vpc-id': 'vpc-z' }, goesTo('vpc-z/10.20.0.5', 'private')],
      [{ ...to('10.20.0.5'), ...at(NOON + 60) }, goesTo('eni-peer', 'other-vpc')],
    ],
  },
  {
    name: 'a peered VPC with several CIDRs around the address is still one VPC',
    facts: [...PAIR, ...PEER, cidrOf('vpc-c', '10.20.0.0/24')],
    records: [[to('10.20.0.5'), goesTo('eni-peer', 'other-vpc')]],
  },
  {
    name: 'a path that leads to no other VPC',
    facts: [...PAIR, ...PEER],
    records: ['1', '2', '3', '4', '5', '6', '7', '8', '-'].map((path) => [
      { ...to('10.20.0.5'), 'traffic-path': path },
      {
        ...(['2', '3', '7', '8'].includes(path)
          ? goesTo('vpc-a/10.20.0.5', 'private')
          : goesTo('eni-peer', 'other-vpc')),
        path,
      },
    ]),
  },
  {
    name: 'the next hop is the owner: no type, path 1 or 4, an address of its VPC',
    facts: [...PAIR, ...PEER, placed('eni-hop', 'vpc-c', { account: ABROAD })],
    records: [
      [
        { ...to('10.20.0.99'), ...HOP, 'traffic-path': '4' },
        { ...goesTo('eni-hop', 'other-vpc'), dst_vpc: 'vpc-c', dst_account: ABROAD, peer_zone: 'euw1-az1' },
      ],
      // Before the table's owner: it is the record's own evidence.
      [{ ...to('10.20.0.5'), ...HOP, 'traffic-path': '4' }, goesTo('eni-hop', 'other-vpc')],
      [{ ...to('10.0.0.20'), ...HOP, 'next-hop-vpc-id': 'vpc-a', 'traffic-path': '1' }, goesTo('eni-hop', 'interface')],
    ],
  },
  {
    name: 'the next hop is only on the way',
    facts: [...PAIR, ...PEER, placed('eni-hop', 'vpc-c')],
    records: [
      [{ ...to('10.20.0.99'), ...HOP, 'traffic-path': '5' }, goesTo('vpc-a/10.20.0.99', 'private')],
      [{ ...to('10.20.0.99'), ...HOP, 'traffic-path': '-' }, goesTo('vpc-a/10.20.0.99', 'private')],
      [
        { ...to('10.20.0.99'), ...HOP, 'traffic-path': '4', 'next-hop-interface-type': 'transit_gateway' },
        { ...goesTo('vpc-a/10.20.0.99', 'private'), next_hop_type: 'transit_gateway' },
      ],
      [
        { ...to('10.20.0.99'), ...HOP, 'traffic-path': '4', 'next-hop-vpc-id': '-' },
        goesTo('vpc-a/10.20.0.99', 'private'),
      ],
      [{ ...to('10.30.0.1'), ...HOP, 'traffic-path': '4' }, goesTo('vpc-a/10.30.0.1', 'private')],
      [{ ...to('203.0.113.9'), ...HOP, 'traffic-path': '1' }, goesTo('203.0.113.9', 'internet')],
      [
        { ...to('-'), ...HOP, 'traffic-path': '1' },
        { dst_interface: '-', peer: '-' },
      ],
      [{ ...from('10.20.0.99'), ...HOP, 'traffic-path': '4' }, { src_interface: 'vpc-a/10.20.0.99' }],
    ],
  },
  {
    name: 'an address used again: before, after, and between',
    facts: [
      ...PAIR,
      placed('eni-old', 'vpc-a', { instance: 'i-old' }),
      placed('eni-new', 'vpc-a', { instance: 'i-new' }),
      owns('eni-old', 'vpc-a', '10.0.0.30', { until: NOON }),
      owns('eni-new', 'vpc-a', '10.0.0.30', { since: NOON + 300 }),
    ],
    records: [
      [
        { ...to('10.0.0.30'), ...at(NOON - 1) },
        { ...goesTo('eni-old', 'interface'), dst_instance: 'i-old' },
      ],
      [
        { ...to('10.0.0.30'), ...at(NOON) },
        { ...goesTo('vpc-a/10.0.0.30', 'private'), dst_instance: '-' },
      ],
      [{ ...to('10.0.0.30'), ...at(NOON + 299) }, goesTo('vpc-a/10.0.0.30', 'private')],
      [
        { ...to('10.0.0.30'), ...at(NOON + 300) },
        { ...goesTo('eni-new', 'interface'), dst_instance: 'i-new' },
      ],
    ],
  },
  {
    name: 'an address that left its owner while the prefix around it is still owned',
    facts: [
      ...PAIR,
      ...[placed('eni-node', 'vpc-a'), owns('eni-node', 'vpc-a', '10.0.4.16/28')],
      owns('eni-db', 'vpc-a', '10.0.4.17', { until: NOON }),
    ],
    records: [
      [{ ...to('10.0.4.17'), ...at(NOON - 1) }, goesTo('eni-db', 'interface')],
      [to('10.0.4.17'), goesTo('eni-node', 'interface')],
    ],
  },
  {
    name: 'a named network and an owner',
    facts: [
      ...PAIR,
      ...PEER,
      ...['10.0.0.0/8', '10.20.0.0/24', '192.168.0.0/16', '198.51.100.0/24', '0.0.0.0/0'].map((cidr) => named(cidr)),
      ...[named('2001:db8::/32'), named('::/0')],
      ...[owns('eni-db', '-', '198.51.100.20'), owns('eni-peer', '-', '198.51.100.21')],
      ...[owns('eni-db', '-', '2001:db8::20'), owns('eni-peer', '-', '2001:db8::21')],
    ],
    records: [
      [to('10.0.0.20'), goesTo('eni-db', 'interface')],
      [to('10.0.0.99'), { ...goesTo('10.0.0.0/8', 'network'), dst_vpc: '-', dst: '10.0.0.99' }],
      [to('10.20.0.5'), { ...goesTo('10.20.0.0/24', 'network'), dst_vpc: '-', dst_account: '-' }],
      [to('10.20.1.5'), goesTo('10.0.0.0/8', 'network')],
      [
        { ...from('192.168.7.1'), 'traffic-path': '3' },
        { src_interface: '192.168.0.0/16', src_owner: '192.168.0.0/16' },
      ],
      // An owner in the same VPC comes first, whatever kind of address it is.
      [to('198.51.100.20'), goesTo('eni-db', 'interface')],
      [to('2001:db8::20'), goesTo('eni-db', 'interface')],
      [to('198.51.100.21'), goesTo('198.51.100.0/24', 'network')],
      [to('2001:db8::21'), goesTo('2001:db8::/32', 'network')],
      [{ ...to('52.95.1.1'), 'pkt-dst-aws-service': 'S3' }, goesTo('0.0.0.0/0', 'network')],
      [to('255.255.255.255'), goesTo('0.0.0.0/0', 'network')],
      [to('2001:db9::1'), goesTo('::/0', 'network')],
    ],
  },
  {
    name: 'a named network in a VPC that is not known: addresses that are owned anywhere come after it',
    facts: [owns('eni-db', '-', '198.51.100.20'), named('198.51.100.0/24'), placed('eni-db', '-')],
    records: [
      [
        { ...to('198.51.100.20'), 'vpc-id': '-' },
        { dst_interface: '198.51.100.0/24', peer: 'network', vpc: '-' },
      ],
    ],
  },
  {
    name: 'a named network of all IPv6 addresses holds no IPv4 address, nor the other way round',
    facts: [...PAIR, named('::/0'), named('::ffff:0:0/96')],
    records: [
      [to('203.0.113.9'), goesTo('203.0.113.9', 'internet')],
      [to('10.0.0.99'), goesTo('vpc-a/10.0.0.99', 'private')],
      [to('::ffff:10.0.0.99'), goesTo('::ffff:0:0/96', 'network')],
      [to('2001:db8::1'), goesTo('::/0', 'network')],
    ],
  },
  {
    name: 'a named network of all IPv4 addresses holds no IPv6 address',
    facts: [...PAIR, named('0.0.0.0/0')],
    records: [
      [to('::1'), goesTo('::1', 'internet')],
      [to('::ffff:203.0.113.9'), goesTo('::ffff:cb00:7109', 'internet')],
      [to('203.0.113.9'), goesTo('0.0.0.0/0', 'network')],
    ],
  },
  {
    name: 'a named network before it was named and after',
    facts: [...PAIR, named('192.168.0.0/16', { since: NOON, until: NOON + 60 })],
    records: [
      [{ ...to('192.168.0.1'), ...at(NOON - 1) }, goesTo('vpc-a/192.168.0.1', 'private')],
      [to('192.168.0.1'), goesTo('192.168.0.0/16', 'network')],
      [{ ...to('192.168.0.1'), ...at(NOON + 60) }, goesTo('vpc-a/192.168.0.1', 'private')],
    ],
  },
  {
    name: 'AWS services by name, and EC2 and AMAZON, whose addresses may be of somebody here',
    facts: [...PAIR, owns('eni-db', '-', '198.51.100.20')],
    records: [
      [
        { ...to('52.95.1.1'), 'pkt-dst-aws-service': 'S3', 'pkt-src-aws-service': 'EC2' },
        { ...goesTo('aws/S3', 'aws'), dst: '52.95.1.1', dst_vpc: '-', dst_service: 'S3', src_service: 'EC2' },
      ],
      [
        { ...from('52.95.1.1'), 'pkt-src-aws-service': 'S3' },
        { src_interface: 'aws/S3', src_owner: 'aws/S3', peer: 'aws' },
      ],
      [{ ...to('52.95.1.1'), 'pkt-src-aws-service': 'S3' }, goesTo('52.95.1.1', 'internet')],
      [
        { ...to('52.95.1.1'), 'pkt-dst-aws-service': 'EC2' },
        { ...goesTo('52.95.1.1', 'aws'), dst_service: 'EC2' },
      ],
      [{ ...to('52.95.1.1'), 'pkt-dst-aws-service': 'AMAZON' }, goesTo('52.95.1.1', 'aws')],
      [{ ...to('52.95.1.1'), 'pkt-dst-aws-service': '-' }, goesTo('52.95.1.1', 'internet')],
      [{ ...to('198.51.100.20'), 'pkt-dst-aws-service': 'EC2' }, goesTo('eni-db', 'interface')],
      [{ ...to('198.51.100.20'), 'pkt-dst-aws-service': 'S3' }, goesTo('eni-db', 'interface')],
      [{ ...to('10.0.0.99'), 'pkt-dst-aws-service': 'AMAZON' }, goesTo('vpc-a/10.0.0.99', 'private')],
    ],
  },
  {
    name: 'private addresses, to the last one',
    facts: [],
    records: [
      ...['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
      ...['100.64.0.0', '100.127.255.255', '169.254.0.0', '169.254.255.255', 'fc00::', 'fdff:ffff::1', 'febf::1'],
    ]
      .map((address): readonly [Fields, Fields] => [to(address), goesTo(`vpc-a/${address}`, 'private')])
      .concat(
        [
          ...['9.255.255.255', '11.0.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
          ...['100.63.255.255', '100.128.0.0', '169.253.255.255', '169.255.0.0', 'fbff::1', 'fe00::', 'fe7f::1'],
        ].map((address) => [to(address), goesTo(address, 'internet')] as const)
      ),
  },
  {
    name: 'a refusal, which only the destination sees',
    facts: [...PAIR, covered('eni-web'), covered('eni-web', {}, 'REJECT'), covered('eni-db', {}, 'REJECT')],
    records: [
      [OUT, { counted: 'once', action: 'ACCEPT' }],
      [
        { ...IN, action: 'REJECT' },
        { counted: 'once', transit: 'no', action: 'REJECT', src_interface: 'eni-web' },
      ],
      [{ ...OUT, action: 'REJECT' }, { counted: 'once' }],
      [{ ...IN, action: '-' }, { counted: 'once' }],
    ],
  },
  {
    name: 'a destination that is not logged: the source counts',
    facts: PAIR,
    records: [[OUT, { counted: 'once', src_interface: 'eni-web', dst_interface: 'eni-db' }]],
  },
  {
    name: 'a source that is not logged, or logs only what is refused: the destination counts',
    facts: [...PAIR, covered('eni-web', {}, 'REJECT'), covered('eni-db')],
    records: [[IN, { counted: 'once', src_interface: 'eni-web', dst_interface: 'eni-db' }]],
  },
  {
    name: 'a source that is nobody here',
    facts: [...PAIR, covered('eni-web'), covered('-'), covered('203.0.113.9')],
    records: [
      [from('203.0.113.9'), { counted: 'once', src_interface: '203.0.113.9' }],
      [from('-'), { counted: 'once', src_interface: '-', peer: '-' }],
    ],
  },
  {
    name: 'coverage that begins and ends',
    facts: [...PAIR, covered('eni-web', { since: NOON, until: NOON + 60 }), covered('eni-web', { since: NOON + 120 })],
    records: [
      [{ ...IN, ...at(NOON - 1) }, { counted: 'once' }],
      [{ ...IN, ...at(NOON) }, { counted: 'again' }],
      [{ ...IN, ...at(NOON + 59) }, { counted: 'again' }],
      [{ ...IN, ...at(NOON + 60) }, { counted: 'once' }],
      [{ ...IN, ...at(NOON + 119) }, { counted: 'once' }],
      [{ ...IN, ...at(NOON + 120) }, { counted: 'again' }],
    ],
  },
  {
    name: 'a Transit Gateway on the way of a covered source',
    facts: [...PAIR, covered('eni-web')],
    records: [
      [AT_TGW, { src_interface: 'eni-web', dst_interface: 'eni-tgw', counted: 'again', transit: 'yes' }],
      [{ ...AT_TGW, 'interface-type': '-' }, { transit: 'no' }],
      [
        { ...AT_TGW, action: 'REJECT' },
        { transit: 'no', counted: 'once' },
      ],
    ],
  },
  {
    name: 'a Transit Gateway on the way of a source that is not covered',
    facts: [...PAIR, covered('eni-tgw'), covered('eni-web', { until: NOON })],
    records: [[AT_TGW, { src_interface: 'eni-web', counted: 'once', transit: 'no' }]],
  },
  {
    name: "a Transit Gateway: the packet's ends decide, without them the record's",
    facts: [...PAIR, placed('eni-tgw', 'vpc-a', { passes: 'yes' }), covered('eni-db'), covered('eni-tgw')],
    records: [
      [{ ...AT_TGW, 'pkt-dstaddr': '10.0.0.20', 'interface-type': '-' }, { transit: 'yes' }],
      [{ ...AT_TGW, 'pkt-dstaddr': '-', dstaddr: '10.0.0.20' }, { transit: 'yes' }],
      [{ ...AT_TGW, 'pkt-srcaddr': '10.0.0.99', srcaddr: '10.0.0.20' }, { transit: 'no' }],
      [{ ...AT_TGW, 'pkt-srcaddr': 'nonsense', srcaddr: '10.0.0.20' }, { transit: 'yes' }],
    ],
  },
  {
    name: "a Transit Gateway: the packet's ends may be in other VPCs",
    facts: [...PAIR, ...PEER, placed('eni-tgw', 'vpc-a', { passes: 'yes' }), covered('eni-peer')],
    records: [
      [AT_TGW, { src_interface: 'eni-web', counted: 'once', transit: 'yes' }],
      [{ ...AT_TGW, 'pkt-dstaddr': '10.20.0.6' }, { transit: 'no' }],
    ],
  },
  {
    name: 'a box whose type the record says: that comes before what EC2 says',
    facts: [...PAIR, ...NAT],
    records: [
      [{ ...NAT_OUTER_OUT, 'interface-type': '-' }, { transit: 'yes' }],
      [{ ...NAT_OUTER_OUT, 'interface-type': 'a_type_of_2031' }, { transit: 'yes' }],
      [{ ...NAT_OUTER_OUT, 'interface-type': 'vpc_endpoint' }, { transit: 'no' }],
    ],
  },
  {
    name: 'an endpoint that answers a covered client: what it sends counts, since it counts again as it comes in',
    facts: [...PAIR, ...ENDPOINT, covered('eni-web'), covered('eni-vpce')],
    records: [
      [to('10.0.0.50'), { ...goesTo('eni-vpce', 'interface'), counted: 'once', transit: 'no' }],
      [
        { ...IN, ...AT_ENDPOINT, dstaddr: '10.0.0.50' },
        { dst_interface: 'eni-vpce', counted: 'again', transit: 'yes' },
      ],
      [
        { ...OUT, ...AT_ENDPOINT, srcaddr: '10.0.0.50', dstaddr: '10.0.0.10' },
        { src_interface: 'eni-vpce', dst_interface: 'eni-web', counted: 'once', transit: 'no' },
      ],
      [
        { ...OUT, 'flow-direction': 'ingress', srcaddr: '10.0.0.50', dstaddr: '10.0.0.10' },
        { src_interface: 'eni-vpce', dst_interface: 'eni-web', counted: 'again', transit: 'no' },
      ],
    ],
  },
  {
    name: 'an endpoint whose coverage is not known yet: what it sends itself counts all the same',
    facts: [...PAIR, ...ENDPOINT, covered('eni-web')],
    records: [
      [
        { ...OUT, ...AT_ENDPOINT, srcaddr: '10.0.0.50', dstaddr: '10.0.0.10' },
        { dst_interface: 'eni-web', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a client that is not logged, through a NAT gateway to an Elastic address of a covered interface',
    facts: [
      ...[...PAIR, ...NAT, ...PEER],
      ...[owns('eni-peer', '-', '198.51.100.20'), covered('eni-nat'), covered('eni-peer')],
    ],
    records: [
      [
        { ...NAT_INNER_IN, 'pkt-dstaddr': '198.51.100.20' },
        { src_interface: 'eni-web', dst_interface: 'eni-nat', counted: 'once', transit: 'no' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '198.51.100.20', 'pkt-dstaddr': '198.51.100.20' },
        { dst_interface: 'eni-peer', counted: 'once', transit: 'yes' },
      ],
      [
        { ...IN, 'interface-id': 'eni-peer', 'vpc-id': 'vpc-c', srcaddr: '198.51.100.5', dstaddr: '10.20.0.5' },
        { src_interface: 'eni-nat', dst_interface: 'eni-peer', counted: 'again', transit: 'no' },
      ],
      [
        { ...NAT_OUTER_IN, srcaddr: '198.51.100.20', 'pkt-srcaddr': '198.51.100.20' },
        { src_interface: 'eni-peer', counted: 'again', transit: 'yes' },
      ],
      [
        { ...NAT_INNER_OUT, 'pkt-srcaddr': '198.51.100.20' },
        { dst_interface: 'eni-web', counted: 'once', transit: 'yes' },
      ],
    ],
  },
  {
    name: 'a NAT gateway and an Elastic address of an interface that is not covered: it is the outer side all the same',
    facts: [...PAIR, ...NAT, ...PEER, owns('eni-peer', '-', '198.51.100.20'), covered('eni-nat')],
    records: [
      [
        { ...NAT_INNER_IN, 'pkt-dstaddr': '198.51.100.20' },
        { counted: 'once', transit: 'no' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '198.51.100.20', 'pkt-dstaddr': '198.51.100.20' },
        { dst_interface: 'eni-peer', counted: 'once', transit: 'yes' },
      ],
      [
        { ...NAT_OUTER_IN, srcaddr: '198.51.100.20', 'pkt-srcaddr': '198.51.100.20' },
        { src_interface: 'eni-peer', counted: 'once', transit: 'yes' },
      ],
      [
        { ...NAT_INNER_OUT, 'pkt-srcaddr': '198.51.100.20' },
        { dst_interface: 'eni-web', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a private NAT gateway: the client is not logged, the target sees the gateway',
    facts: [...PAIR, ...NAT, covered('eni-nat'), covered('eni-db')],
    records: [
      [
        { ...NAT_INNER_IN, 'pkt-dstaddr': '10.0.0.20' },
        { src_interface: 'eni-web', counted: 'once', transit: 'no' },
      ],
      [
        { ...NAT_OUTER_OUT, dstaddr: '10.0.0.20', 'pkt-dstaddr': '10.0.0.20' },
        { dst_interface: 'eni-db', counted: 'once', transit: 'no' },
      ],
      [from('10.0.0.5'), { src_interface: 'eni-nat', dst_interface: 'eni-db', counted: 'again', transit: 'no' }],
      [
        { ...NAT_OUTER_IN, srcaddr: '10.0.0.20', 'pkt-srcaddr': '10.0.0.20' },
        { src_interface: 'eni-db', counted: 'again', transit: 'yes' },
      ],
      [
        { ...NAT_INNER_OUT, 'pkt-srcaddr': '10.0.0.20' },
        { dst_interface: 'eni-web', counted: 'once', transit: 'yes' },
      ],
    ],
  },
  {
    name: 'a load balancer between a client outside and a covered target: what comes in counts, and both answers',
    facts: [...PAIR, ...BALANCER, covered('eni-lb'), covered('eni-db')],
    records: [
      [
        { ...IN, ...AT_BALANCER, srcaddr: '203.0.113.9', dstaddr: '10.0.0.40' },
        { src_interface: '203.0.113.9', dst_interface: 'eni-lb', counted: 'once', transit: 'no' },
      ],
      [
        { ...OUT, ...AT_BALANCER, srcaddr: '10.0.0.40' },
        { src_interface: 'eni-lb', dst_interface: 'eni-db', counted: 'once', transit: 'yes' },
      ],
      [from('10.0.0.40'), { src_interface: 'eni-lb', counted: 'again', transit: 'no' }],
      [
        { ...IN, 'flow-direction': 'egress', srcaddr: '10.0.0.20', dstaddr: '10.0.0.40' },
        { dst_interface: 'eni-lb', counted: 'once', transit: 'no' },
      ],
      [
        { ...IN, ...AT_BALANCER, srcaddr: '10.0.0.20', dstaddr: '10.0.0.40' },
        { src_interface: 'eni-db', counted: 'again', transit: 'yes' },
      ],
      [
        { ...OUT, ...AT_BALANCER, srcaddr: '10.0.0.40', dstaddr: '203.0.113.9' },
        { dst_interface: '203.0.113.9', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a load balancer between a covered client and a covered target: each sender counts',
    facts: [...PAIR, ...BALANCER, covered('eni-lb'), covered('eni-web'), covered('eni-db')],
    records: [
      [to('10.0.0.40'), { dst_interface: 'eni-lb', counted: 'once', transit: 'no' }],
      [
        { ...IN, ...AT_BALANCER, dstaddr: '10.0.0.40' },
        { src_interface: 'eni-web', counted: 'again', transit: 'yes' },
      ],
      [
        { ...OUT, ...AT_BALANCER, srcaddr: '10.0.0.40' },
        { dst_interface: 'eni-db', counted: 'once', transit: 'yes' },
      ],
      [
        { ...OUT, ...AT_BALANCER, srcaddr: '10.0.0.40', dstaddr: '10.0.0.10' },
        { dst_interface: 'eni-web', counted: 'once', transit: 'yes' },
      ],
      [
        { ...OUT, 'flow-direction': 'ingress', srcaddr: '10.0.0.40', dstaddr: '10.0.0.10' },
        { src_interface: 'eni-lb', counted: 'again', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a load balancer between a client and a target neither of which is covered: each of its legs counts',
    facts: [...PAIR, ...BALANCER, covered('eni-lb')],
    records: [
      [
        { ...IN, ...AT_BALANCER, dstaddr: '10.0.0.40' },
        { src_interface: 'eni-web', counted: 'once', transit: 'no' },
      ],
      [
        { ...OUT, ...AT_BALANCER, srcaddr: '10.0.0.40' },
        { dst_interface: 'eni-db', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a load balancer that preserves its client: the answer of a target that is not logged',
    facts: [...PAIR, ...BALANCER, covered('eni-lb'), covered('eni-web')],
    records: [
      [
        { ...IN, ...AT_BALANCER, ...{ srcaddr: '10.0.0.20', dstaddr: '10.0.0.40', 'pkt-dstaddr': '10.0.0.10' } },
        { src_interface: 'eni-db', dst_interface: 'eni-lb', counted: 'once', transit: 'no' },
      ],
      [
        { ...OUT, ...AT_BALANCER, srcaddr: '10.0.0.40', dstaddr: '10.0.0.10' },
        { dst_interface: 'eni-web', counted: 'once', transit: 'yes' },
      ],
      [
        { ...OUT, 'flow-direction': 'ingress', srcaddr: '10.0.0.40', dstaddr: '10.0.0.10' },
        { src_interface: 'eni-lb', counted: 'again', transit: 'no' },
      ],
    ],
  },
  {
    name: 'a NAT gateway in a VPC with a public range: its inner side, of a client that is not logged',
    facts: [...NAT, cidrOf('vpc-a', '44.1.0.0/16'), covered('eni-nat')],
    records: [
      [
        { ...NAT_INNER_IN, srcaddr: '44.1.0.10', 'pkt-srcaddr': '44.1.0.10' },
        { src_interface: '44.1.0.10', counted: 'once', transit: 'no' },
      ],
      [NAT_OUTER_OUT, { transit: 'yes' }],
      [NAT_OUTER_IN, { transit: 'yes' }],
      [
        { ...NAT_INNER_OUT, dstaddr: '44.1.0.10', 'pkt-dstaddr': '44.1.0.10' },
        { dst_interface: '44.1.0.10', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'the types of boxes in the record: what each sends itself to a covered interface',
    facts: [...PAIR, placed('eni-box', 'vpc-a'), owns('eni-box', 'vpc-a', '10.0.0.60'), covered('eni-db')],
    records: Object.entries({
      ...{ network_load_balancer: 'yes', gateway_load_balancer: 'yes', gateway_load_balancer_endpoint: 'no' },
      ...{ vpc_endpoint: 'no', transit_gateway: 'no', nat_gateway: 'no', regional_nat_gateway: 'no', '-': 'no' },
    }).map(([type, transit]) => [
      { ...OUT, 'interface-id': 'eni-box', srcaddr: '10.0.0.60', 'interface-type': type },
      { src_interface: 'eni-box', dst_interface: 'eni-db', transit },
    ]),
  },
  {
    name: 'the types of boxes in the record: what each passes on to a covered interface',
    facts: [...PAIR, placed('eni-box', 'vpc-a'), owns('eni-box', 'vpc-a', '10.0.0.60'), covered('eni-db')],
    records: [
      ...['network_load_balancer', 'gateway_load_balancer', 'gateway_load_balancer_endpoint', 'vpc_endpoint'],
      ...['transit_gateway', 'nat_gateway', 'regional_nat_gateway', '-'],
    ].flatMap((type): Array<readonly [Fields, Fields]> => {
      const box = { ...OUT, 'interface-id': 'eni-box', 'interface-type': type, 'pkt-srcaddr': '10.0.0.99' };
      const incoming = { ...box, srcaddr: '10.0.0.99', dstaddr: '10.0.0.60', 'pkt-dstaddr': '10.0.0.20' };
      return [
        [
          { ...box, srcaddr: '10.0.0.60' },
          { dst_interface: 'eni-db', transit: type === '-' ? 'no' : 'yes' },
        ],
        // What comes in at a NAT gateway or load balancer may leave it as its own: for the destination that is the source.
        [
          { ...incoming, 'flow-direction': 'ingress' },
          { dst_interface: 'eni-box', transit: /^-|nat_gateway$|load_balancer$/.test(type) ? 'no' : 'yes' },
        ],
      ];
    }),
  },
  {
    name: 'both interfaces of a Transit Gateway, of a source that is not covered and a destination that is',
    facts: [...PAIR, ...PEER, ...FAR_TGW, covered('eni-peer'), covered('eni-tgw'), covered('eni-far')],
    records: [
      [AT_TGW, { src_interface: 'eni-web', counted: 'once', transit: 'yes' }],
      [AT_FAR_TGW, { src_interface: 'eni-far', dst_interface: 'eni-peer', counted: 'once', transit: 'yes' }],
      [
        { ...IN, 'interface-id': 'eni-peer', 'vpc-id': 'vpc-c', dstaddr: '10.20.0.5' },
        { src_interface: 'eni-web', dst_interface: 'eni-peer', counted: 'once', transit: 'no' },
      ],
    ],
  },
  {
    name: 'both interfaces of a Transit Gateway, of ends of which none is covered: each counts',
    facts: [...PAIR, ...PEER, ...FAR_TGW, covered('eni-tgw'), covered('eni-far')],
    records: [
      [AT_TGW, { counted: 'once', transit: 'no' }],
      [AT_FAR_TGW, { counted: 'once', transit: 'no' }],
    ],
  },
  {
    name: 'an endpoint, by the record or by EC2, at that time',
    facts: [
      ...PAIR,
      placed('eni-vpce', 'vpc-a', { passes: 'yes' }, { until: NOON + 60 }),
      placed('eni-vpce', 'vpc-a', { passes: 'no' }, { since: NOON + 60 }),
      ...[owns('eni-vpce', 'vpc-a', '10.0.0.50'), covered('eni-web')],
    ],
    records: [
      [
        { ...IN, 'interface-id': 'eni-vpce', dstaddr: '10.0.0.50' },
        { dst_interface: 'eni-vpce', transit: 'yes' },
      ],
      [{ ...IN, ...at(NOON + 60), 'interface-id': 'eni-vpce', dstaddr: '10.0.0.50' }, { transit: 'no' }],
      [
        { ...IN, ...at(NOON + 60), 'interface-id': 'eni-vpce', dstaddr: '10.0.0.50', 'interface-type': 'vpc_endpoint' },
        { transit: 'yes', counted: 'again' },
      ],
      // To the outside only a NAT gateway has passed everything before.
      [
        { ...OUT, 'interface-id': 'eni-vpce', dstaddr: '203.0.113.9', srcaddr: '10.0.0.50' },
        { transit: 'no', dst_interface: '203.0.113.9' },
      ],
      [to('10.0.0.50'), goesTo('eni-vpce', 'interface')],
    ],
  },
  {
    name: 'nothing is known: addresses stay addresses, and everything counts once',
    facts: [],
    records: [
      [OUT, { ...goesTo('vpc-a/10.0.0.20', 'private'), counted: 'once', transit: 'no', account: HOME, vpc: 'vpc-a' }],
      [IN, { src_interface: 'vpc-a/10.0.0.10', dst_interface: 'eni-db', counted: 'once', src_account: '-' }],
      [
        { ...to('10.0.0.20'), 'vpc-id': '-' },
        { dst_interface: '10.0.0.20', dst_vpc: '-', peer: 'private' },
      ],
      [
        { ...OUT, 'flow-direction': '-' },
        { src_interface: 'vpc-a/10.0.0.10', dst_interface: 'vpc-a/10.0.0.20', direction: 'unknown', peer: '-' },
      ],
    ],
  },
  {
    name: "AWS's default log: place and direction from EC2",
    header: DEFAULT_HEADER,
    facts: [...PAIR, covered('eni-web')],
    terms: { account: ABROAD },
    records: [
      [
        OUT,
        {
          ...goesTo('eni-db', 'interface'),
          ...{ account: HOME, vpc: 'vpc-a', subnet: 'subnet-of-eni-web', instance: 'i-of-eni-web', counted: 'once' },
          ...{ src_vpc: 'vpc-a', src_instance: 'i-of-eni-web', exporter: `${ABROAD}/vpc-a` },
        },
      ],
      [IN, { direction: 'ingress', counted: 'again', vpc: 'vpc-a', instance: 'i-of-eni-db', peer: 'interface' }],
      [
        { ...OUT, dstaddr: '203.0.113.9' },
        { direction: 'egress', peer: 'internet' },
      ],
      [
        { ...OUT, 'interface-id': 'eni-nobody' },
        {
          ...{ direction: 'unknown', vpc: '-', src_interface: '10.0.0.10', dst_interface: '10.0.0.20', peer: '-' },
          ...{ exporter: `${ABROAD}/eni-nobody`, account: HOME },
        },
      ],
    ],
  },
  {
    name: 'a log with vpc-id or subnet-id alone: the record first, EC2 for the rest',
    header: [...DEFAULT_HEADER, 'subnet-id'],
    facts: PAIR,
    records: [
      [
        { ...OUT, 'subnet-id': 'subnet-said' },
        { subnet: 'subnet-said', vpc: 'vpc-a', instance: 'i-of-eni-web', exporter: '111122223333/vpc-a' },
      ],
      [
        { ...OUT, 'subnet-id': 'subnet-said', 'interface-id': 'eni-nobody' },
        { subnet: 'subnet-said', vpc: '-', exporter: '111122223333/subnet-said' },
      ],
    ],
  },
  {
    name: 'whose address it is decides the direction only where flow-direction does not',
    facts: [...PAIR, owns('eni-web', '-', '198.51.100.10'), owns('eni-web', 'vpc-a', '10.0.0.11')],
    records: [
      [
        { ...OUT, 'flow-direction': 'ingress' },
        { dst_interface: 'eni-web', src_interface: 'eni-web', direction: 'ingress' },
      ],
      [
        { ...OUT, 'flow-direction': '-' },
        { src_interface: 'eni-web', dst_interface: 'eni-db', direction: 'egress' },
      ],
      [
        { ...OUT, 'flow-direction': '-', srcaddr: '203.0.113.9', dstaddr: '198.51.100.10' },
        { src_interface: '203.0.113.9', dst_interface: 'eni-web', direction: 'ingress', peer: 'internet' },
      ],
      [
        { ...OUT, 'flow-direction': '-', dstaddr: '10.0.0.11' },
        { src_interface: 'eni-web', dst_interface: 'eni-web', direction: 'unknown', peer: '-', peer_zone: '-' },
      ],
    ],
  },
  {
    name: 'a record without own end: both ends are others, and it counts once',
    facts: [...PAIR, ...PEER, covered('eni-web'), covered('eni-db'), placed('eni-hop', 'vpc-a')],
    records: [
      [
        { ...OUT, 'interface-id': 'eni-third', 'flow-direction': '-', 'subnet-id': '-', 'instance-id': '-' },
        {
          ...{ src_interface: 'eni-web', dst_interface: 'eni-db', src_owner: 'eni-web', dst_owner: 'eni-db' },
          ...{ src_instance: 'i-of-eni-web', dst_subnet: 'subnet-of-eni-db', interface: 'eni-third' },
          ...{ direction: 'unknown', counted: 'once', transit: 'no', peer: '-' },
        },
      ],
      // It is no egress record: the next hop says nothing of its ends.
      [
        {
          ...{ ...to('10.0.0.99'), ...HOP, 'next-hop-vpc-id': 'vpc-a', 'traffic-path': '1' },
          ...{ 'interface-id': 'eni-third', 'flow-direction': '-' },
        },
        { dst_interface: 'vpc-a/10.0.0.99', direction: 'unknown' },
      ],
      [
        { ...AT_TGW, 'flow-direction': '-', dstaddr: '10.20.0.5' },
        { src_interface: 'eni-web', dst_interface: 'eni-peer', transit: 'yes', counted: 'once' },
      ],
    ],
  },
  {
    name: 'an instance that moved to another one',
    facts: [
      ...DB,
      cidrOf('vpc-a', '10.0.0.0/16'),
      placed('eni-web', 'vpc-a', { instance: 'i-before' }, { until: NOON }),
      placed('eni-web', 'vpc-a', { instance: 'i-after' }, { since: NOON }),
      owns('eni-web', 'vpc-a', '10.0.0.10'),
    ],
    records: [
      [
        { ...OUT, ...at(NOON - 1), 'instance-id': '-' },
        { instance: 'i-before', src_instance: 'i-before' },
      ],
      [
        { ...OUT, 'instance-id': '-' },
        { instance: 'i-after', src_instance: 'i-after' },
      ],
      [
        { ...OUT, 'instance-id': 'i-said' },
        { instance: 'i-said', src_instance: 'i-said' },
      ],
      [{ ...IN, ...at(NOON - 1) }, { src_instance: 'i-before' }],
      [IN, { src_instance: 'i-after' }],
    ],
  },
  {
    name: 'an account-id that is none',
    facts: [placed('eni-web', 'vpc-a', { account: ABROAD }), placed('eni-lost', 'vpc-a', { account: '-' })],
    terms: { account: '333333333333' },
    records: [
      [OUT, { account: HOME, src_account: HOME, exporter: '333333333333/vpc-a' }],
      [
        { ...OUT, 'account-id': 'unknown' },
        { account: ABROAD, src_account: ABROAD, exporter: '333333333333/vpc-a' },
      ],
      [{ ...OUT, 'account-id': '-' }, { account: ABROAD }],
      [{ ...OUT, 'account-id': '11111111111' }, { account: ABROAD }],
      [{ ...OUT, 'account-id': 'unknown', 'interface-id': 'eni-lost' }, { account: '333333333333' }],
      [{ ...OUT, 'account-id': 'unknown', 'interface-id': 'eni-nobody' }, { account: '333333333333' }],
    ],
  },
  {
    name: 'a key that names no account',
    facts: [placed('eni-web', 'vpc-a', { account: ABROAD })],
    terms: { account: undefined },
    records: [
      [OUT, { account: HOME, exporter: `${HOME}/vpc-a` }],
      [
        { ...OUT, 'account-id': 'unknown' },
        { account: ABROAD, exporter: 'unknown/vpc-a' },
      ],
    ],
  },
  {
    name: 'an exporter beyond the limit',
    facts: [...PAIR, covered('eni-web')],
    decision: 'overflow',
    records: [
      [
        OUT,
        {
          ...goesTo('eni-db', 'interface'),
          ...{
            account: 'overflow',
            vpc: 'vpc-a',
            src_account: 'overflow',
            subnet: 'subnet-of-eni-web',
            interface: 'eni-web',
          },
          ...{ dst_account: HOME, dst_vpc: 'vpc-a', exporter: '111122223333/vpc-a' },
        },
      ],
      [IN, { counted: 'again', src_interface: 'eni-web', account: 'overflow', vpc: 'vpc-a' }],
      [from('10.0.0.99'), { src_interface: 'vpc-a/10.0.0.99', src_vpc: 'vpc-a' }],
    ],
  },
  {
    name: 'zones: of the record, else of the interfaces',
    facts: [...PAIR, placed('eni-outpost', 'vpc-a', { zone: '-' })],
    records: [
      [
        { ...OUT, 'az-id': 'said-1', 'next-hop-az-id': 'said-2' },
        { zone: 'said-1', peer_zone: 'said-2' },
      ],
      [OUT, { zone: 'euw1-az1', peer_zone: 'euw1-az2' }],
      [
        { ...IN, 'next-hop-az-id': 'said-2' },
        { zone: 'euw1-az2', peer_zone: 'said-2' },
      ],
      [
        { ...to('203.0.113.9'), 'interface-id': 'eni-outpost' },
        { zone: '-', peer_zone: '-' },
      ],
    ],
  },
  {
    name: 'new and late connections among refused ones',
    facts: PAIR,
    records: [
      ...Object.entries({ 2: 'new', 3: 'new', 6: 'new', 18: 'late', 19: 'late', 16: 'late', 0: 'late', 4: 'late' }).map(
        ([flags, connection]): readonly [Fields, Fields] => [
          { ...IN, action: 'REJECT', 'tcp-flags': flags },
          { connection, application: 'tcp/443', src_owner: 'eni-web' },
        ]
      ),
      [{ ...IN, action: 'REJECT', 'tcp-flags': '-' }, { connection: '-' }],
      [{ ...IN, action: 'REJECT', 'tcp-flags': 'SYN' }, { connection: '-' }],
      [
        { ...IN, action: 'REJECT', 'tcp-flags': '2', protocol: '17' },
        { connection: '-', application: 'udp/443' },
      ],
    ],
  },
  {
    name: 'what AWS never writes in fields that only say more',
    facts: [...PAIR, covered('eni-web')],
    records: [
      [
        {
          ...OUT,
          ...{ 'az-id': 'a,z', 'next-hop-az-id': 'a=z', 'traffic-path': '1"', 'next-hop-interface-type': '\\' },
          ...{ 'pkt-src-aws-service': 'S,3', 'pkt-dst-aws-service': 'S3,', 'pkt-srcaddr': 'x', 'pkt-dstaddr': '::1::' },
          ...{ 'flow-direction': 'EGRESS', 'interface-type': 'nat,gateway', 'next-hop-interface-id': 'eni,1' },
        },
        {
          ...{ src_interface: 'eni-web', dst_interface: 'eni-db', direction: 'egress', transit: 'no' },
          ...{ zone: 'euw1-az1', peer_zone: 'euw1-az2', path: '-', next_hop_type: '-' },
          ...{ src_service: '-', dst_service: '-' },
        },
      ],
    ],
  },
];

/** What both implementations are asked. */
interface Rolled {
  readonly points: ReadonlyMap<string, BigSums>;
  readonly exporters: readonly string[];
  readonly reasons: Readonly<Record<string, number>>;
  readonly covered: readonly ReferenceCovered[];
}
type RollUp = (text: string, row: Pick<Row, 'facts' | 'terms' | 'decision'>) => Rolled;
const termsOf = (terms: Partial<RollupTerms> = {}): RollupTerms => ({ ...TERMS, owners: 1, ...terms });

const IMPLEMENTATIONS: ReadonlyArray<readonly [string, RollUp]> = [
  [
    'the slow twin',
    (text, { facts, terms, decision = 'count' }) => {
      const { exporters, ...rest } = rollUpSlowly(text, termsOf(terms), () => decision, facts);
      return { ...rest, exporters: Object.keys(exporters) };
    },
  ],
  [
    'the rollup',
    (text, { facts, terms, decision = 'count' }) => {
      const { lines, summary } = rollUp(text, termsOf(terms), { decide: () => decision, facts });
      const { exporters, reasons } = summary!;
      const { points } = pointsOf(lines);
      return { points, reasons, exporters: [...exporters.keys()], covered: coveredOf(summary!) };
    },
  ],
];

function objectOf(flows: readonly Fields[], header = VPC_FIELDS.map(({ name }) => name)): string {
  return [header.join(' '), ...flows.map((fields) => lineOf(header, fields))].join('\n');
}

/** A point's measurement and tags. */
function parseKey(key: string): { name: string; tags: Fields } {
  const [, , name, ...pairs] = key.split(' | ');
  const tags = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const);
  return { name, tags: Object.fromEntries(tags) };
}

/** The tags of all points of one record, which name nothing twice but `pair`. */
function tagsOf({ points, exporters }: Rolled): Fields {
  const all = [...points.keys()].map(parseKey);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  const tags = all.map(({ name, tags: { pair, ...rest } }) => (pair ? { ...rest, [`pair of ${name}`]: pair } : rest));
  return Object.assign({ exporter: exporters.join() }, ...tags) as Fields;
}

describe.each(IMPLEMENTATIONS)('%s resolves', (_name, roll) => {
  it.each(TABLE)('$name', (row) => {
    const seen = row.records.map(([fields, expected]) => {
      const all = tagsOf(roll(objectOf([fields], row.header && [...row.header]), row));
      return Object.fromEntries(Object.keys(expected).map((tag) => [tag, all[tag]]));
    });
    expect(seen).toEqual(row.records.map(([, expected]) => expected));
  });

  it('pairs as their ends are written', () => {
    const facts = [...PAIR, ...PEER];
    const tags = tagsOf(roll(objectOf([to('10.0.0.99')]), { facts }));
    expect(tags['pair of flow_pair']).toBe('10.0.0.10 → 10.0.0.99');
    expect(tags['pair of flow_interface_pair']).toBe('eni-web → vpc-a/10.0.0.99');
  });

  it('nothing of a disabled exporter, and counts its peer once when it is covered no more', () => {
    const dropped = roll(objectOf([OUT, OUT]), { facts: PAIR, decision: 'drop' });
    expect([dropped.points.size, dropped.reasons]).toEqual([0, { 'exporter-disabled': 2 }]);
    const facts = [...PAIR, covered('eni-web', { until: NOON })];
    expect(tagsOf(roll(objectOf([IN]), { facts })).counted).toBe('once');
  });

  it('groups that EC2 makes one: their sums are kept, and their keys ranked together', () => {
    const said = { ...OUT, bytes: '100' };
    const filled = { ...OUT, bytes: '7', 'vpc-id': '-', 'subnet-id': '-', 'instance-id': '-', 'account-id': 'unknown' };
    const facts = [...PAIR, placed('eni-web', 'vpc-a')];
    const { points } = roll(
      objectOf([said, filled, { ...said, dstaddr: '10.0.0.30', bytes: '105' }, { ...filled, bytes: '1' }]),
      { facts, terms: { topK: 1 } }
    );
    const bytesOf = (measurement: string) =>
      [...points].flatMap(([key, { bytes, flows }]) => {
        const { name, tags } = parseKey(key);
        return name === measurement ? [[tags.dst ?? tags.dst_interface, bytes, flows]] : [];
      });
    expect(bytesOf('flow_destination').sort()).toEqual([
      ['10.0.0.20', 108n, 3n],
      ['other', 105n, 1n],
    ]);
    expect(bytesOf('flow_interface')).toEqual([[undefined, 213n, 4n]]);
    expect(bytesOf('flow_interface_pair').sort()).toEqual([
      ['eni-db', 108n, 3n],
      ['other', 105n, 1n],
    ]);
  });

  it('one pair seen at both ends, with what counts once apart from what counts again', () => {
    const facts = [...PAIR, covered('eni-web')];
    const { points } = roll(objectOf([OUT, IN, { ...IN, action: 'REJECT', bytes: '40' }]), { facts });
    const pairs = [...points].flatMap(([key, { bytes }]) => {
      const { name, tags } = parseKey(key);
      return name === 'flow_interface_pair' ? [[tags.pair, tags.action, tags.counted, bytes]] : [];
    });
    expect(pairs.sort()).toEqual([
      ['eni-web → eni-db', 'ACCEPT', 'again', 100n],
      ['eni-web → eni-db', 'ACCEPT', 'once', 100n],
      ['eni-web → eni-db', 'REJECT', 'once', 40n],
    ]);
  });

  it('what is no more among the top K keeps action, counted and transit', () => {
    const facts = [...PAIR, covered('eni-web'), placed('eni-tgw', 'vpc-a', { passes: 'yes' })];
    const { points } = roll(objectOf([OUT, IN, AT_TGW, from('203.0.113.9')]), { facts, terms: { topK: 0 } });
    const pairs = [...points].flatMap(([key, { flows }]) => {
      const { name, tags } = parseKey(key);
      const { action, counted, transit, ...rest } = tags;
      return name === 'flow_interface_pair'
        ? [[action, counted, transit, flows, [...new Set(Object.values(rest))]]]
        : [];
    });
    expect(pairs.sort()).toEqual([
      ['ACCEPT', 'again', 'no', 1n, ['other']],
      ['ACCEPT', 'again', 'yes', 1n, ['other']],
      ['ACCEPT', 'once', 'no', 2n, ['other']],
    ]);
  });
});

describe.each(IMPLEMENTATIONS)('%s keeps refused sources', (_name, roll) => {
  const flows = Array.from({ length: 60 }, (_, i) => ({ ...IN, action: 'REJECT', srcaddr: `203.0.113.${i}` }));

  it.each([
    [0, 0],
    [1, 2],
    [5, 12],
    [19, 47],
    [20, 50],
    [100, 50],
  ])('at K = %d, %d of them', (topK, kept) => {
    const { points } = roll(objectOf(flows), { facts: [], terms: { topK } });
    const sources = [...points.keys()]
      .map(parseKey)
      .flatMap(({ name, tags }) => (name === 'flow_refused' ? tags.src : []));
    expect(sources.filter((src) => src !== 'other')).toHaveLength(kept);
    expect(sources).toContain('other');
  });
});

describe('what was stored of whom', () => {
  const facts = [...PAIR, ...NAT];
  const flows = [
    { ...OUT, ...at(NOON + 60) },
    OUT,
    { ...OUT, ...at(NOON + 5), 'flow-direction': '-' },
    { ...OUT, action: 'REJECT' },
    IN,
    { ...OUT, 'interface-id': 'eni-third', 'flow-direction': '-' },
    { ...REGIONAL_NAT, ...at(NOON + 7) },
  ];
  const expected = [
    { interface: 'eni-web', action: 'ACCEPT', exporter: '111122223333/vpc-a', since: NOON, until: NOON + 60 },
    { interface: 'eni-web', action: 'REJECT', exporter: '111122223333/vpc-a', since: NOON, until: NOON },
    { interface: 'nat-0a1b', action: 'ACCEPT', exporter: '111122223333/vpc-a', since: NOON + 7, until: NOON + 7 },
  ];

  it.each(IMPLEMENTATIONS)('%s names egress records only, since the first', (_name, roll) => {
    expect(roll(objectOf(flows), { facts }).covered).toEqual(expected);
    expect(roll(objectOf(flows), { facts, decision: 'drop' }).covered).toEqual([]);
  });
});
