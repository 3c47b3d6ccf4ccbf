import * as fc from 'fast-check';
import { VPC_FIELDS } from '../records/fields';
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

/** A record of status OK near NOON, with spans up to ten minutes. */
export const flow: fc.Arbitrary<Fields> = fc
  .record({
    place: fc.constantFrom(...PLACES),
    account: fc.constantFrom('111122223333', '444455556666', 'unknown'),
    srcaddr: fc.constantFrom(...ADDRESSES),
    dstaddr: fc.constantFrom(...ADDRESSES),
    srcport: fc.constantFrom('22', '443', '8080', '51234', '0', '-'),
    dstport: fc.constantFrom('22', '443', '8080', '51234', '65535'),
    protocol: fc.constantFrom('6', '6', '17', '1', '0', '255', '-'),
    bytes: fc.oneof({ weight: 8, arbitrary: count }, { weight: 1, arbitrary: fc.constant('-') }),
    packets: count,
    start: fc.integer({ min: NOON - 1800, max: NOON }),
    span: fc.oneof(fc.constantFrom(0, 59, 60, 61, 120, 600), fc.integer({ min: 0, max: 600 })),
    action: fc.constantFrom('ACCEPT', 'ACCEPT', 'REJECT', '-', 'ELSE'),
    direction: fc.constantFrom('ingress', 'egress', '-', 'invalid', 'either'),
  })
  .map(({ place, account, start, span, direction, ...rest }) => ({
    ...place,
    ...rest,
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
      { start: '0', end: '10' }
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
export function anyLine(header: readonly string[]): fc.Arbitrary<string> {
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
