import { decode } from '../../testing/decode';
import { lineOf, type Fields } from '../../testing/arbitraries';
import { PART_LIMITS } from '../../rollup/part';
import { rollUpSlowly } from '../../testing/reference/reference';
import { NOON, rollUp, TERMS } from '../../testing/reference/rollUp';
import { isMalformed, RECORD_REASONS, type RecordReason } from '../reasons';

const HEADER = [
  'account-id',
  'interface-id',
  'resource-id',
  'vpc-id',
  'subnet-id',
  'instance-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'flow-direction',
  'log-status',
];
const GOOD: Fields = {
  'account-id': '111122223333',
  'interface-id': 'eni-1',
  srcaddr: '10.0.0.1',
  dstaddr: '10.0.0.2',
  srcport: '50000',
  dstport: '443',
  protocol: '6',
  packets: '2',
  bytes: '100',
  start: '1000',
  end: '1060',
  action: 'ACCEPT',
  'log-status': 'OK',
};
const objectOf = (...all: Fields[]) => [HEADER.join(' '), ...all.map((fields) => lineOf(HEADER, fields))].join('\n');
const decodeOne = (changes: Fields) => decode(objectOf({ ...GOOD, ...changes }));

describe('a record', () => {
  it.each<[string, Fields, object]>([
    ['bytes that block-public-access leaves out', { bytes: '-' }, { bytes: 0, packets: 2 }],
    ['the largest count', { bytes: '140737488355328' }, { bytes: 2 ** 47 }],
    ['a span of an hour', { start: '0', end: '3600' }, { start: 0, end: 3600 }],
    ['a span of nothing', { end: '1000' }, { end: 1000 }],
    ['no protocol', { protocol: '-' }, { application: '-' }],
    ['ports the other way round', { srcport: '443', dstport: '50000' }, { application: 'tcp/443' }],
    ['UDP', { protocol: '17', srcport: '53', dstport: '53' }, { application: 'udp/53' }],
    ['port 0', { srcport: '0' }, { application: 'tcp/0' }],
    ['one port missing', { srcport: '-' }, { application: 'tcp' }],
    ['a protocol without ports', { protocol: '50', srcport: '-', dstport: '-' }, { application: 'protocol/50' }],
    ['protocol 0', { protocol: '0' }, { application: 'protocol/0' }],
    ['no addresses', { srcaddr: '-', dstaddr: '-' }, { src: '-', dst: '-' }],
    ['no interface but a resource', { 'interface-id': '-', 'resource-id': 'nat-1' }, { interface: 'nat-1' }],
    ['an interface and a resource', { 'resource-id': 'nat-1' }, { interface: 'eni-1' }],
    ['neither of the two', { 'interface-id': '-' }, { interface: '-' }],
    ['an account AWS does not know', { 'account-id': 'unknown' }, { account: 'unknown' }],
    ['a direction', { 'flow-direction': 'egress' }, { direction: 'egress' }],
    ['a direction that is a word of as many letters', { 'flow-direction': 'insides' }, { direction: 'unknown' }],
    ['an action to come', { action: 'MIRROR' }, { action: 'MIRROR' }],
  ])('with %s', (_case, changes, expected) => {
    expect(decodeOne(changes)).toMatchObject({ notCounted: [], records: [expected] });
  });

  it('stands at the one time there is, with a span of nothing', () => {
    for (const name of ['start', 'end']) {
      const { records } = decode(`interface-id log-status ${name}\neni-1 OK 1000\n`);
      expect(records).toMatchObject([{ start: 1000, end: 1000, interface: 'eni-1', account: '-', src: '-', dst: '-' }]);
    }
  });

  it('has its interface in resource-id when there is no other column', () => {
    expect(decode('resource-id log-status start\nnat-1 OK 1000').records[0].interface).toBe('nat-1');
  });

  it('is told from another only by its own identifiers, wherever the cut between them', () => {
    const text = objectOf({ ...GOOD, 'vpc-id': 'ab', 'subnet-id': 'c' }, { ...GOOD, 'vpc-id': 'a', 'subnet-id': 'bc' });
    expect(decode(text).records).toMatchObject([
      { vpc: 'ab', subnet: 'c' },
      { vpc: 'a', subnet: 'bc' },
    ]);
  });
});

const CASES: Array<[RecordReason, string, Fields, number | undefined]> = [
  ['nodata', 'NODATA', { 'log-status': 'NODATA', bytes: '-', packets: '-', action: '-' }, 1000],
  ['nodata', 'NODATA with a time at its end only', { 'log-status': 'NODATA', start: '-' }, 1060],
  ['nodata', 'NODATA without a time', { 'log-status': 'NODATA', start: '-', end: '-' }, undefined],
  ['skipdata', 'SKIPDATA', { 'log-status': 'SKIPDATA' }, 1000],
  ['unknown-status', 'that of Cloud WAN', { 'log-status': 'INCOMPLETEDATA' }, 1000],
  ['unknown-status', 'none', { 'log-status': '-' }, 1000],
  ['unknown-status', 'OK in small letters', { 'log-status': 'ok' }, 1000],
  ['field-count', 'a field more', { 'log-status': 'OK 1' }, undefined],
  ['field-count', 'a field less', { 'log-status': '' }, undefined],
  ['field-count', 'a tab for a space', { start: '1000\t1060', end: '' }, undefined],
  ['line-too-long', '64 KiB', { 'vpc-id': 'v'.repeat(65_536) }, undefined],
  ['not-a-number', 'a minus', { packets: '-1' }, 1000],
  ['not-a-number', 'packets missing', { packets: '-' }, 1000],
  ['not-a-number', 'a word', { bytes: 'many' }, 1000],
  ['not-a-number', 'a fraction', { bytes: '1.5' }, 1000],
  ['not-a-number', '21 digits', { bytes: '0'.repeat(21) }, 1000],
  ['out-of-range', 'protocol 256', { protocol: '256' }, 1000],
  ['out-of-range', 'protocol 300, whose ports are none', { protocol: '300', srcport: 'x' }, 1000],
  ['not-a-number', 'protocol by name', { protocol: 'tcp' }, 1000],
  ['out-of-range', 'port 65536', { dstport: '65536' }, 1000],
  ['out-of-range', 'port 70000', { srcport: '70000' }, 1000],
  ['out-of-range', 'a port of 20 digits beside a missing one', { srcport: '-', dstport: '9'.repeat(20) }, 1000],
  ['not-a-number', 'a port by name beside port 70000', { srcport: '70000', dstport: 'https' }, 1000],
  ['not-a-number', 'port 70000 and bytes that are none', { dstport: '70000', bytes: 'x' }, 1000],
  ['not-a-number', 'a port by name beside a missing one', { srcport: '-', dstport: 'https' }, 1000],
  ['too-large', 'one more than 2^47 bytes', { bytes: '140737488355329' }, 1000],
  ['too-large', 'one more than 2^47 packets', { packets: '140737488355329' }, 1000],
  ['too-large', '2^63 - 1', { bytes: '9223372036854775807' }, 1000],
  ['too-large', '2^63', { bytes: '9223372036854775808' }, 1000],
  ['too-large', '20 digits', { packets: '9'.repeat(20) }, 1000],
  ['bad-address', 'an octet too large', { srcaddr: '10.0.0.256' }, 1000],
  ['bad-address', 'a name', { dstaddr: 'localhost' }, 1000],
  ['bad-address', 'our own word', { srcaddr: 'other' }, 1000],
  ['bad-address', 'a comma', { dstaddr: '10.0.0.1,a=b' }, 1000],
  ['bad-address', 'a network', { dstaddr: '10.0.0.0/8' }, 1000],
  ['bad-identifier', 'a quote', { 'interface-id': 'eni"1' }, 1000],
  ['bad-identifier', 'a comma', { 'vpc-id': 'vpc,1' }, 1000],
  ['bad-identifier', 'a backslash', { 'subnet-id': 'subnet\\' }, 1000],
  ['bad-identifier', 'an equals sign', { action: 'a=b' }, 1000],
  ['bad-identifier', 'a letter of Latin-1', { 'instance-id': 'i-\xe9' }, 1000],
  ['bad-identifier', "the decoder's own separator", { 'vpc-id': 'vpc-1\x1fsubnet-1' }, 1000],
  ['bad-identifier', 'the separator at its end', { action: 'ACCEPT\x1f' }, 1000],
  ['bad-identifier', 'kilobytes', { 'account-id': '1'.repeat(2000) }, 1000],
  ['bad-identifier', 'kilobytes in all', { 'account-id': '1'.repeat(500), 'vpc-id': 'v'.repeat(520) }, 1000],
  ['bad-time', 'the end before the start', { end: '999' }, 1000],
  ['bad-time', 'a second over an hour', { end: '4601' }, 1000],
  ['bad-time', 'no start', { start: '-' }, 1060],
  ['bad-time', 'no end', { end: '-' }, 1000],
  ['bad-time', 'neither', { start: 'x', end: 'y' }, undefined],
];

describe('a record that does not count', () => {
  it.each(CASES)('%s: %s', (reason, _case, changes, time) => {
    const { records, notCounted } = decode(objectOf(GOOD, { ...GOOD, ...changes }, GOOD));
    expect(records).toHaveLength(2);
    expect(notCounted).toMatchObject([{ reason, time }]);
  });

  it('is of a reason that the table above reaches, or of one the rollup gives', () => {
    const reached = new Set<string>(CASES.map(([reason]) => reason));
    const ofTheRollup = ['in-the-future', 'expired', 'exporter-disabled', 'flow-log-disabled'];
    expect([...reached, ...ofTheRollup].sort()).toEqual(Object.keys(RECORD_REASONS).sort());
  });

  it('is quoted as it stands in the object', () => {
    const { notCounted } = decode(`${HEADER.join(' ')}\r\nnot a record\r\n  nor  this`);
    expect(notCounted.map(({ quote }) => quote)).toEqual(['not a record', '  nor  this']);
  });
});

describe('isMalformed', () => {
  it('is every reason but the expected, the chosen and those of time', () => {
    const others = Object.keys(RECORD_REASONS).filter((reason) => !isMalformed(reason as RecordReason));
    expect(others).toEqual([
      'nodata',
      'skipdata',
      'in-the-future',
      'expired',
      'exporter-disabled',
      'flow-log-disabled',
    ]);
  });
});

describe('an object', () => {
  it.each([
    ['of nothing', ''],
    ['of line ends', '\n\r\n\n'],
    ['without a header', lineOf(HEADER, GOOD)],
    ['with a first line of 64 KiB and more', `start ${'a'.repeat(65_536)}\n`],
    ['of zeros', '\0'.repeat(1000)],
  ])('%s has no header', (_case, text) => {
    expect(decode(text)).toMatchObject({ refusal: { reason: 'no-header' }, records: [], notCounted: [] });
  });

  it('of a header alone is empty, not refused', () => {
    expect(decode(HEADER.join(' '))).toEqual({ refusal: undefined, records: [], notCounted: [] });
  });
});

describe('whatever the size of the chunks', () => {
  const columns = ['srcaddr', 'interface-id', 'instance-tag', 'action', 'log-status', 'start'];
  const line = (address: string, start: string, tag = '-') => `${address} eni-1 ${tag} ACCEPT OK ${start}`;
  const texts: Array<[string, string[]]> = [
    [
      'a line that is too long adds nothing to the tables',
      [line('::1', '0'), line('2001:db8::1', '0', 'x'.repeat(66_000)), line('::2', '0'), line('::3', '0')],
    ],
    ['bytes of zeros are no time', [line('::1', `0${NOON}`), line('::1', '\0\0\0\0\0\0\0\x0012')]],
    ['a time of more digits than are exact is none', [line('::1', '99999999999999999999')]],
  ];

  it.each(texts)('%s', (_title, lines) => {
    const text = [columns.join(' '), ...lines].join('\n');
    const limits = { ...PART_LIMITS, tableBytes: 1100 };
    const whole = rollUp(text, TERMS, { limits });
    // Byte by byte only what is short: a line is put together anew with each chunk.
    for (const chunk of [...(text.length < 10_000 ? [1, 7] : []), 100, 65_000]) {
      expect(rollUp(text, TERMS, { limits, chunk })).toEqual(whole);
    }
    const { ok, reasons } = rollUpSlowly(text, TERMS);
    expect({ ok: whole.summary!.ok, ...whole.summary!.reasons }).toEqual({ ok, ...reasons });
  });
});

test('a first line of names that is too long for a header is said to be that', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `name-${i}`).join(' ');
  const { refusal } = decode(`version srcaddr dstaddr ${names}\n`);
  expect(refusal).toMatchObject({
    reason: 'no-header',
    message: expect.stringContaining('The line is too long to be'),
  });
});
