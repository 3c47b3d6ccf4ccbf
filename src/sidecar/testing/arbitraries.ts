import * as fc from 'fast-check';
import { VPC_FIELDS } from '../records/fields';
import type { InterfacePlace, OwnerFact } from '../rollup/owners/facts';
import { NOON } from './reference/rollUp';

/** A record as text by field name; what is absent is written as '-'. */
export type Fields = Readonly<Record<string, string>>;

const ADDRESSES = [
  '10.0.0.1',
  '10.0.0.2',
  '10.0.0.10',
  '9.9.9.9',
  '203.0.113.5',
  '-',
  '::1',
  '2001:db8::1',
  '2001:db8:1234:a100:8d6e:3477:df66:f105',
  '2001:db8:1234:a102:3304:8879:34cf:4071',
  '2001:DB8:0:0::1',
  '::',
  '1::',
  '::ffff:10.0.0.1',
  '1:0:0:2:0:0:0:3',
  '240.0.0.1',
  '255.255.255.255',
  '0.0.0.0',
];
/** Addresses that owner facts name, and neighbours that they do not. */
const OWNED_ADDRESSES = [
  ...['10.0.0.1', '10.0.0.2', '10.0.0.10', '10.0.1.7', '10.0.1.200', '10.9.0.1', '172.16.3.4', '192.168.5.6'],
  ...['100.64.0.9', '169.254.9.9', '203.0.113.5', '198.51.100.7', 'fd00::5', 'fe80::5'],
  ...['2001:db8::1', '2001:db8:1234:a100:8d6e:3477:df66:f105'],
];
const address = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...OWNED_ADDRESSES) },
  { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) }
);

/** Where each interface of the facts is: an interface never leaves its subnet. */
const INTERFACES: Readonly<Record<string, Pick<InterfacePlace, 'vpc' | 'subnet' | 'account' | 'zone'>>> = {
  'eni-1': { vpc: 'vpc-1', subnet: 'subnet-1', account: '111122223333', zone: 'euw1-az1' },
  'eni-2': { vpc: 'vpc-1', subnet: 'subnet-2', account: '111122223333', zone: 'euw1-az2' },
  'eni-3': { vpc: 'vpc-1', subnet: 'subnet-3', account: '444455556666', zone: 'euw1-az3' },
  'eni-4': { vpc: 'vpc-2', subnet: 'subnet-4', account: '111122223333', zone: 'euw1-az1' },
  'eni-5': { vpc: 'vpc-2', subnet: 'subnet-4', account: '444455556666', zone: '-' },
  'eni-6': { vpc: 'vpc-3', subnet: 'subnet-6', account: '-', zone: 'euw1-az2' },
  'nat-1234567890abcdef': { vpc: 'vpc-2', subnet: '-', account: '111122223333', zone: '-' },
};
const PLACES: Fields[] = [
  { 'interface-id': 'eni-1', 'vpc-id': 'vpc-1', 'subnet-id': 'subnet-1', 'instance-id': 'i-1' },
  { 'interface-id': 'eni-2', 'vpc-id': 'vpc-1', 'subnet-id': 'subnet-2' },
  { 'interface-id': 'eni-3', 'subnet-id': 'subnet-3' },
  { 'interface-id': 'eni-4' },
  { 'resource-id': 'nat-1234567890abcdef', 'vpc-id': 'vpc-2' },
];
const REQUIRED = ['log-status', 'start', 'interface-id'];
const OPTIONAL = VPC_FIELDS.map(({ name }) => name).filter((name) => !REQUIRED.includes(name));

/** Counts: mostly small ones, which often tie, and some at the limit of one record. */
const count = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 1_000_000 }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom(String(2 ** 47), String(2 ** 47 - 1), '140737488355321') }
);

/** Mostly '-', which AWS writes where a field does not apply, else one of the values. */
const sometimes = (...values: string[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant('-') }, { weight: 1, arbitrary: fc.constantFrom(...values) });
const INTERFACE_TYPES = [
  ...['nat_gateway', 'regional_nat_gateway', 'network_load_balancer', 'transit_gateway', 'vpc_endpoint'],
  ...['gateway_load_balancer', 'gateway_load_balancer_endpoint'],
  'a_type_of_2031',
];

/** Fields about the way of the traffic, none of which makes a record uncountable. */
const context: fc.Arbitrary<Fields> = fc
  .record({
    flags: fc.constantFrom('-', '0', '2', '3', '4', '6', '18', '19', '22', '255'),
    pktSrc: fc.oneof(fc.constant('-'), address),
    pktDst: fc.oneof(fc.constant('-'), address),
    zone: sometimes('euw1-az1', 'euw1-az2'),
    services: fc.tuple(sometimes('S3', 'AMAZON', 'EC2'), sometimes('S3', 'DYNAMODB', 'AMAZON', 'EC2')),
    type: sometimes(...INTERFACE_TYPES),
    way: fc.oneof(
      fc.record({
        path: fc.constantFrom('1', '4'),
        nextHop: fc.constantFrom(...Object.keys(INTERFACES)),
        nextHopType: fc.constant('-'),
      }),
      fc.record({
        path: fc.constantFrom('-', '-', '1', '2', '3', '4', '5', '6', '7', '8'),
        nextHop: sometimes(...Object.keys(INTERFACES), 'eni-7'),
        nextHopType: sometimes(...INTERFACE_TYPES),
      })
    ),
    isNextHopPlaced: fc.boolean(),
    nextHopZone: sometimes('euw1-az1', 'euw1-az3'),
  })
  .map(({ services, way: { path, nextHop, nextHopType }, isNextHopPlaced, ...some }) => ({
    'tcp-flags': some.flags,
    'pkt-srcaddr': some.pktSrc,
    'pkt-dstaddr': some.pktDst,
    'az-id': some.zone,
    'pkt-src-aws-service': services[0],
    'pkt-dst-aws-service': services[1],
    'traffic-path': path,
    'interface-type': some.type,
    'next-hop-interface-id': nextHop,
    'next-hop-vpc-id': isNextHopPlaced ? (INTERFACES[nextHop]?.vpc ?? '-') : '-',
    'next-hop-subnet-id': isNextHopPlaced ? (INTERFACES[nextHop]?.subnet ?? '-') : '-',
    'next-hop-interface-type': nextHopType,
    'next-hop-az-id': some.nextHopZone,
  }));

/** A record of status OK near NOON, with spans up to ten minutes. */
export const flow: fc.Arbitrary<Fields> = fc
  .record({
    place: fc.constantFrom(...PLACES),
    account: fc.constantFrom('111122223333', '444455556666', 'unknown'),
    srcaddr: address,
    dstaddr: address,
    srcport: fc.constantFrom('22', '443', '8080', '51234', '0', '-'),
    dstport: fc.constantFrom('22', '443', '8080', '51234', '65535'),
    protocol: fc.constantFrom('6', '6', '17', '1', '0', '255', '-'),
    bytes: fc.oneof({ weight: 8, arbitrary: count }, { weight: 1, arbitrary: fc.constant('-') }),
    packets: count,
    start: fc.integer({ min: NOON - 1800, max: NOON }),
    span: fc.oneof(fc.constantFrom(0, 59, 60, 61, 120, 600), fc.integer({ min: 0, max: 600 })),
    action: fc.constantFrom('ACCEPT', 'ACCEPT', 'REJECT', '-', 'ELSE'),
    direction: fc.constantFrom('ingress', 'ingress', 'egress', 'egress', '-', 'invalid'),
    context,
  })
  .map(({ place, account, start, span, direction, context, ...rest }) => ({
    ...place,
    ...rest,
    ...context,
    'account-id': account,
    'flow-direction': direction,
    start: String(start),
    end: String(start + span),
    'log-status': 'OK',
    'instance-tag': 'caf%C3%A9%20bar',
  }));

/** A record with something unusual, most of which prevents it from being counted as traffic. */
export const oddFlow: fc.Arbitrary<Fields> = fc
  .tuple(
    flow,
    fc.constantFrom<Fields>(
      { 'log-status': 'NODATA', srcaddr: '-', dstaddr: '-', bytes: '-', packets: '-', action: '-', protocol: '-' },
      { 'log-status': 'SKIPDATA', packets: '-' },
      ...['INCOMPLETEDATA', '-', 'ok'].map((status) => ({ 'log-status': status })),
      ...['-1', '1.5', '0x10', '1e3', '9'.repeat(21), '\x002'].map((packets) => ({ packets })),
      ...['x', '12a'].map((bytes) => ({ bytes })),
      { protocol: '256' },
      { srcport: '65536', protocol: '6' },
      { dstport: 'http', protocol: '17' },
      ...[String(2 ** 47 + 1), '9223372036854775807', '9223372036854775808', '99999999999999999999'].flatMap(
        (n): Fields[] => [{ bytes: n }, { packets: n }]
      ),
      ...['10.0.0.256', 'localhost', '10.0.0.1%eth0', 'fe80::1%eth0', '1.2.3', ':::', 'other', 'caf\xe9'].map(
        (srcaddr) => ({ srcaddr })
      ),
      ...[
        '1::2::3',
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6:7:8:9',
        '12345::',
        '::1.2.3',
        '1:',
        ':1',
        '1:2:3:4:5:6:7:8::',
        '+1.2.3.4',
      ].map((dstaddr) => ({ dstaddr })),
      { dstaddr: '10.0.0.1,x=1' },
      { 'vpc-id': 'vpc,1' },
      { 'interface-id': 'eni"1' },
      { action: 'AC=CEPT' },
      { 'subnet-id': 'subnet\x1f2', 'instance-id': 'i-\xe9' },
      { 'instance-id': 'i-\x1f2' },
      { 'vpc-id': 'v'.repeat(2000) },
      { start: '-' },
      { start: 'x', end: 'y' },
      { end: '-' },
      { start: String(NOON), end: String(NOON - 1) },
      { start: String(NOON - 3601), end: String(NOON) },
      { start: String(NOON * 1000), end: String(NOON * 1000 + 60) },
      { start: '0', end: '10' },
      // Nothing of these makes a record uncountable: what it says there is as good as nothing.
      { 'tcp-flags': '1.5' },
      { 'tcp-flags': 'SYN' },
      { 'pkt-srcaddr': 'localhost', 'pkt-dstaddr': '10.0.0.1%eth0' },
      { 'pkt-dstaddr': '1::2::3' },
      { 'az-id': 'caf\xe9', 'next-hop-az-id': 'a"z' },
      { 'pkt-src-aws-service': 'S,3', 'pkt-dst-aws-service': 'S=3' },
      { 'traffic-path': '1,2', 'interface-type': 'nat\\gateway' },
      { 'next-hop-interface-id': 'eni"1', 'next-hop-vpc-id': 'vpc,1', 'next-hop-interface-type': '\x1f' }
    )
  )
  .map(([fields, odd]) => ({ ...fields, ...odd }));

/** A header: the required fields and any others, in any order. */
export const columns: fc.Arbitrary<string[]> = fc
  .tuple(
    fc.subarray([...OPTIONAL, 'a-name-of-2031']),
    fc.constantFrom(REQUIRED, ['log-status', 'end', 'resource-id'], [...REQUIRED, 'end'])
  )
  .chain(([some, required]) => {
    const all = [...new Set([...required, ...some])];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });

/** The line of a record under a header. */
export function lineOf(header: readonly string[], fields: Fields): string {
  return header.map((name) => fields[name] ?? '-').join(' ');
}

/** A line with the fields of a record, or more or fewer, and sometimes with unusual spaces or line ends. */
function anyLine(header: readonly string[]): fc.Arbitrary<string> {
  const plain = flow.map((fields) => lineOf(header, fields));
  return fc.oneof(
    { weight: 8, arbitrary: plain },
    { weight: 8, arbitrary: oddFlow.map((fields) => lineOf(header, fields)) },
    { weight: 1, arbitrary: plain.map((line) => line.replaceAll(' ', '  ')) },
    { weight: 1, arbitrary: plain.map((line) => ` ${line} \r`) },
    { weight: 1, arbitrary: plain.map((line) => `${line} 1`) },
    { weight: 1, arbitrary: plain.map((line) => line.slice(line.indexOf(' ') + 1)) },
    { weight: 1, arbitrary: fc.constantFrom('', '\r', ' ', '\r\r', '\x00', '-'.repeat(300)) }
  );
}

/** The text of an object: any header, any mix of good and bad lines, with or without a last line end. */
export const anyObject: fc.Arbitrary<string> = columns.chain((header) =>
  fc
    .tuple(
      fc.array(anyLine(header), { maxLength: 30 }),
      fc.constantFrom('', '\n', '\r\n'),
      fc.constantFrom('\n', '\r\n')
    )
    .map(([lines, last, eol]) => [header.join(' '), ...lines].join(eol) + last)
);

/** When a fact of the records' half hour begins or ends. */
const moment = fc.integer({ min: NOON - 2000, max: NOON + 200 });
/** Long before, and without end, or any time within the half hour. */
const period = fc
  .record({
    since: fc.oneof({ weight: 2, arbitrary: fc.constant(NOON - 86_400) }, { weight: 1, arbitrary: moment }),
    until: fc.option(moment, { freq: 2, nil: undefined }),
  })
  .filter(({ since, until }) => until === undefined || since < until);
/** One after the other, with or without time in between; the last one may have no end. */
const periods = fc
  .tuple(fc.uniqueArray(moment, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([moments, isOpen]) => {
    const sorted = [NOON - 86_400, ...moments.sort((a, b) => a - b)];
    const all = sorted.slice(1).map((until, i): Period => ({ since: sorted[i], until }));
    return isOpen ? [...all, { since: sorted[sorted.length - 1] }] : all;
  });
type Period = Pick<OwnerFact, 'since' | 'until'>;

/** Addresses and prefixes, and who they may belong to: in a VPC only interfaces of it. */
const OWNABLE: ReadonlyArray<readonly [vpc: string, addresses: readonly string[]]> = [
  [
    'vpc-1',
    ['10.0.0.1', '10.0.0.2', '10.0.0.10', '10.0.0.0/28', '10.0.1.0/28', '10.0.1.0/24', '100.64.0.9', 'fe80::5'],
  ],
  ['vpc-2', ['10.0.0.1', '10.0.0.2', '10.0.0.10', '10.0.0.0/28', '10.0.1.7', '192.168.5.6']],
  ['vpc-3', ['172.16.3.4', '10.0.1.200', '10.9.0.0/16', '10.9.0.1']],
  [
    '-',
    ['203.0.113.5', '198.51.100.7', '9.9.9.9', '2001:db8::1', '2001:db8:1234:a100:8d6e::/80', 'fd00::5', 'fd00::/80'],
  ],
];
const addressFacts = (vpc: string, addresses: readonly string[], known: readonly string[]) => {
  const owners = known.filter((id) => vpc === '-' || INTERFACES[id].vpc === vpc);
  const owned = (address: string) =>
    periods
      .chain((all) => fc.tuple(...all.map((one) => fc.tuple(fc.constant(one), fc.option(fc.constantFrom(...owners))))))
      .map((all) =>
        all.flatMap(([one, owner]): OwnerFact[] =>
          owner === null ? [] : [{ kind: 'address', vpc, address, interface: owner, ...one }]
        )
      );
  return owners.length === 0
    ? fc.constant([])
    : fc.subarray([...addresses]).chain((some) => fc.tuple(...some.map(owned)).map((all) => all.flat()));
};

/** An interface that EC2 knows: another instance, or none, from time to time. */
const interfaceFacts = (id: string) =>
  periods.chain((all) =>
    fc.tuple(
      ...all.map((one, i) =>
        fc
          .record({
            instance: fc.constantFrom('-', 'i-1', 'i-2'),
            passes: fc.constantFrom<Array<InterfacePlace['passes']>>('no', 'nat', 'balancer', 'yes'),
          })
          .map((rest): OwnerFact => ({
            ...{ kind: 'interface', interface: id, ...INTERFACES[id], ...rest },
            since: one.since,
            // Whose address it is is known only while the interface is.
            ...(i < all.length - 1 ? { until: one.until } : {}),
          }))
      )
    )
  );

const vpcFacts = fc
  .subarray(
    [
      ...['10.0.0.0/16', '10.0.0.0/24', '100.64.0.0/16'].map((cidr) => ({ vpc: 'vpc-1', cidr })),
      ...['10.0.0.0/24', '10.0.1.0/25', '192.168.0.0/16'].map((cidr) => ({ vpc: 'vpc-2', cidr })),
      ...['172.16.0.0/12', '10.9.0.0/16', '10.0.1.192/26', 'fd00::/56'].map((cidr) => ({ vpc: 'vpc-3', cidr })),
    ],
    { minLength: 4 }
  )
  .chain((all) => fc.tuple(...all.map((one) => period.map((held): OwnerFact => ({ kind: 'vpc', ...one, ...held })))));

const networkFacts = fc
  .subarray(
    [
      ...['192.168.0.0/16', '192.168.5.0/24', '10.0.0.0/8', '10.9.0.0/24', '203.0.113.0/24', '0.0.0.0/0'],
      ...['2001:db8::/32', '2001:db8::1/128', 'fd00::/8', '::/0'],
    ],
    { maxLength: 3 }
  )
  .chain((all) =>
    fc.tuple(...all.map((cidr) => period.map((held): OwnerFact => ({ kind: 'network', cidr, ...held }))))
  );

const coveredFacts = fc
  .subarray(
    Object.keys(INTERFACES).flatMap((id) => ['ACCEPT', 'REJECT'].map((action) => ({ interface: id, action }))),
    { minLength: 6 }
  )
  .chain((all) =>
    fc.tuple(...all.map((one) => period.map((held): OwnerFact => ({ kind: 'covered', ...one, ...held }))))
  );

/** What may be known of the owners of the addresses in {@link flow}, in any order. Of no address two owners at once. */
export const ownerFacts: fc.Arbitrary<OwnerFact[]> = fc
  .oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 12, arbitrary: fc.subarray(Object.keys(INTERFACES), { minLength: 3 }) }
  )
  .chain((known) =>
    fc.tuple(
      ...known.map(interfaceFacts),
      ...OWNABLE.map(([vpc, addresses]) => addressFacts(vpc, addresses, known)),
      ...(known.length === 0 ? [] : [vpcFacts, coveredFacts, networkFacts])
    )
  )
  .chain((all) => {
    const facts: OwnerFact[] = all.flat();
    return fc.shuffledSubarray(facts, { minLength: facts.length });
  });
