import { gzipSync } from 'node:zlib';
import { ACCOUNT, gzip, keyOf, line, NOON, V2, type Case, type Collected } from './case';

const EXPORTERS = [`${ACCOUNT}/eni-1235b8ca123456789`];
const LINE = line(V2);
const V6_ADDRESSES = {
  srcaddr: '2001:db8:1234:a100:8d6e:3477:df66:f105',
  dstaddr: '2001:db8:1234:a102:3304:8879:34cf:4071',
};
const ICMP = { protocol: 1, srcport: 0, dstport: 0 };
const EMPTY = gzipSync('');
const MEGABYTES = 'x'.repeat(3 << 20);

/** As many good records of 40 bytes. */
const good = (ok: number): Collected => ({ ok, bytes: 40 * ok, packets: ok, exporters: ok > 0 ? EXPORTERS : [] });
const zip = (text: string) => gzipSync(Buffer.from(text, 'latin1'));

type Shape = readonly [name: string, body: Buffer, expected: Case['expected']];

const SHAPES: readonly Shape[] = [
  ['a header and no record', gzip(V2), { collected: good(0) }],
  ['a header without a line end, and no record', zip(V2), { collected: good(0) }],
  ['no bytes at all', Buffer.alloc(0), { corrupt: 'empty' }],
  ['no bytes at all, in gzip', EMPTY, { refused: 'no-header' }],
  ['three gzip members', Buffer.concat([gzip(V2, LINE), gzip(LINE), gzip(LINE)]), { collected: good(3) }],
  [
    'a record that two gzip members share',
    Buffer.concat([zip(`${V2}\n${LINE}\n${LINE.slice(0, 40)}`), zip(`${LINE.slice(40)}\n`)]),
    { collected: good(2) },
  ],
  ['an empty gzip member at its end', Buffer.concat([gzip(V2, LINE), EMPTY]), { collected: good(1) }],
  ['an empty gzip member before it', Buffer.concat([EMPTY, gzip(V2, LINE)]), { collected: good(1) }],
  ['an empty gzip member inside', Buffer.concat([gzip(V2, LINE), EMPTY, gzip(LINE)]), { collected: good(2) }],
  ['lines that end with CR and LF', zip([V2, LINE, LINE, ''].join('\r\n')), { collected: good(2) }],
  ['CR and LF, and none after the last line', zip([V2, LINE, LINE].join('\r\n')), { collected: good(2) }],
  ['no line end after the last line', zip([V2, LINE, LINE].join('\n')), { collected: good(2) }],
  ['empty lines', zip(`\n${V2}\n\n${LINE}\n\r\n\n${LINE}\n\n`), { collected: good(2) }],
  ['a line of megabytes between good ones', gzip(V2, LINE, MEGABYTES, LINE), { corrupt: 'unreadable' }],
  ['a line of megabytes and nothing else', zip(MEGABYTES), { refused: 'no-header' }],
  [
    'two spaces between all fields, and some at both ends',
    gzip(V2.replaceAll(' ', '  '), ` ${LINE.replaceAll(' ', '  ')} `, `${LINE} `),
    { collected: good(2) },
  ],
  ['IPv6', gzip(V2, line(V2, V6_ADDRESSES), line(V2, { ...V6_ADDRESSES, dstaddr: '::1' })), { collected: good(2) }],
  [
    'ICMP, and a protocol without ports',
    gzip(V2, line(V2, ICMP), line(V2, { ...ICMP, action: 'REJECT' }), line(V2, { ...ICMP, protocol: 47 })),
    { collected: good(3) },
  ],
  [
    'names that AWS did not know when the table was written',
    gzip(`${V2} next-hop-of-2031 x`, `${LINE} something -`, `${LINE} - 17`),
    { collected: { ...good(2), unknown: ['next-hop-of-2031', 'x'] } },
  ],
  [
    'times in milliseconds: too far from a second of ours, but an idle interface is one',
    gzip(
      V2,
      LINE,
      line(V2, { start: NOON * 1000, end: (NOON + 58) * 1000 }),
      `2 ${ACCOUNT} eni-4b118871 - - - - - - - ${NOON * 1000} ${NOON * 1000 + 1000} - SKIPDATA`
    ),
    { collected: { ...good(1), reasons: { 'bad-time': 1, skipdata: 1 } } },
  ],
  ['its end missing', gzip(V2, LINE, LINE).subarray(0, -9), { corrupt: 'corrupt-gzip' }],
  [
    'a damaged second member',
    Buffer.concat([gzip(V2, LINE), Buffer.from([0]), gzip(LINE).subarray(1)]),
    { corrupt: 'corrupt-gzip' },
  ],
  ['zeros behind its end', Buffer.concat([gzip(V2, LINE), Buffer.alloc(512)]), { corrupt: 'corrupt-gzip' }],
  ['text behind its end', Buffer.concat([gzip(V2, LINE), Buffer.from(LINE)]), { corrupt: 'corrupt-gzip' }],
  ['gzip within gzip', gzipSync(gzip(V2, LINE)), { refused: 'no-header' }],
  ['a header in capitals', gzip(V2.toUpperCase(), LINE), { refused: 'no-header' }],
  ['a header that names a field twice', gzip(`${V2} bytes`, `${LINE} 40`), { refused: 'no-header' }],
  ['tabs instead of spaces', gzip(V2.replaceAll(' ', '\t'), LINE.replaceAll(' ', '\t')), { refused: 'no-header' }],
  ['a byte order mark', gzip(`\xef\xbb\xbf${V2}`, LINE), { collected: good(1) }],
  ['lines that end with CR alone', zip([V2, LINE, ''].join('\r')), { refused: 'no-header' }],
  [
    'NUL bytes in a line, and as a line',
    gzip(V2, LINE, line(V2, { 'interface-id': 'eni\0-1' }), '\0'.repeat(100)),
    { collected: { ...good(1), reasons: { 'bad-identifier': 1, 'field-count': 1 } } },
  ],
  ['text that nobody compressed', Buffer.from(`${V2}\n${LINE}\n`), { corrupt: 'not-gzip' }],
];

/** What is changed in a good record for each reason a record is not counted for, but those that follow further below. */
const LINES = {
  nodata: { 'log-status': 'NODATA' },
  skipdata: { 'log-status': 'SKIPDATA' },
  'unknown-status': { 'log-status': 'INCOMPLETEDATA' },
  'not-a-number': { packets: '1.5' },
  'out-of-range': { dstport: '70000' },
  'too-large': { bytes: '9223372036854775808' },
  'bad-address': { srcaddr: '10.0.0.256' },
  'bad-identifier': { action: 'AC,CEPT' },
  'bad-time': { end: NOON - 1 },
  'in-the-future': { start: NOON + 86_400, end: NOON + 86_400 },
  expired: { start: NOON - 500 * 86_400, end: NOON - 500 * 86_400 },
} as const;

/** An object for each shape of gzip and text, and for each thing that can be wrong with a line. */
export const OBJECTS: readonly Case[] = [
  ...SHAPES.map(([name, body, expected], i) => ({
    name: `an object with ${name}`,
    key: keyOf(0x1000 + i),
    body,
    expected,
  })),
  ...Object.entries(LINES).map(([reason, changes], i) => ({
    name: `a record that is ${reason}`,
    key: keyOf(0x2000 + i),
    body: gzip(V2, LINE, line(V2, changes), LINE),
    expected: { collected: { ...good(2), reasons: { [reason]: 1 } } },
  })),
  {
    name: 'records with a field too few, and with one too many',
    key: keyOf(0x3000),
    body: gzip(V2, LINE, LINE.slice(2), `${LINE} 1`, '-'),
    expected: { collected: { ...good(1), reasons: { 'field-count': 3 } } },
  },
  {
    name: 'records of a disabled exporter',
    key: keyOf(0x3001),
    body: gzip(V2, LINE, line(V2, { 'interface-id': 'eni-off' })),
    expected: {
      collected: { ...good(1), reasons: { 'exporter-disabled': 1 }, exporters: [...EXPORTERS, `${ACCOUNT}/eni-off`] },
    },
    disabled: `${ACCOUNT}/eni-off`,
  },
];
