import type { Random } from '../../src/sidecar/generate/random';
import { VPC_FIELDS } from '../../src/sidecar/records/fields';
import { NOON } from '../../src/sidecar/testing/reference/rollUp';
import { noise, pick } from './damage';

/** A flow log as a table: names of columns and rows of texts. */
export interface FlowLog {
  readonly columns: readonly string[];
  readonly rows: readonly string[][];
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  'account-id': ['123456789012', 'unknown'],
  'interface-id': ['eni-1235b8ca123456789', 'eni-2', 'eni-3', '-'],
  'resource-id': ['nat-1234567890abcdef', '-'],
  'vpc-id': ['vpc-1', 'vpc-2', '-'],
  'subnet-id': ['subnet-1', '-'],
  'instance-id': ['i-1', 'i-2', '-'],
  srcaddr: [
    '10.0.0.1',
    '10.0.0.2',
    '203.0.113.9',
    '255.255.255.255',
    '0.0.0.0',
    '::1',
    '2001:db8::8d6e:3477:f105',
    '-',
  ],
  dstaddr: ['10.0.0.1', '10.0.0.3', '198.51.100.7', '240.0.0.0', '2001:db8:1234:a100:8d6e:3477:df66:f105', '-'],
  srcport: ['443', '22', '0', '65535', '51234', '-'],
  dstport: ['443', '53', '8080', '-'],
  protocol: ['6', '6', '17', '1', '58', '255', '-'],
  action: ['ACCEPT', 'ACCEPT', 'REJECT', '-'],
  'log-status': ['OK', 'OK', 'OK', 'OK', 'OK', 'NODATA', 'SKIPDATA', 'INCOMPLETEDATA'],
  'flow-direction': ['ingress', 'egress', '-'],
  'instance-tag': ['caf%C3%A9%20bar', '-'],
};
/** Values at limits, just within them and beyond them. */
const ODD = [
  ...['', '-', '--', '0', '00', '-1', '+1', '1.5', '1e9', '0x10', '256', '65536', String(2 ** 47), String(2 ** 47 + 1)],
  ...['4294967295', '4294967296', '9007199254740993', '9223372036854775807', '9223372036854775808', '9'.repeat(30)],
  ...['10.0.0.256', '1.2.3', '01.2.3.4', ':::', 'fe80::1%eth0', 'OK', 'ok', 'a,b', 'a=b', 'a"b', 'a\\', '\0', '\x1f'],
  ...['\xe9', 'x'.repeat(300), 'x'.repeat(70_000), String(NOON * 1000), String(NOON - 500 * 86_400)],
];
const REQUIRED = ['log-status', 'start', 'interface-id'];
const NAMES = VPC_FIELDS.map(({ name }) => name);

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((value) => [random.next(), value] as const)
    .sort(([a], [b]) => a - b)
    .map(([, value]) => value);
}

function value(name: string, random: Random): string {
  const words = WORDS[name];
  if (words) {
    return pick(random, words);
  }
  if (name === 'start' || name === 'end') {
    const second = NOON - random.below(1200);
    return String(name === 'start' ? second : second + random.below(3600));
  }
  return name === 'bytes' || name === 'packets' ? String(Math.floor(2 ** random.below(48))) : '-';
}

/** Any selection of fields in any order, mostly with those that are required, and rows that fit it. */
export function flowLog(random: Random): FlowLog {
  const share = random.next();
  const some = NAMES.filter((name) => REQUIRED.includes(name) || random.next() < share);
  const columns = shuffled([...some, ...(random.next() < 0.2 ? ['a-name-of-2031'] : [])], random).filter(
    () => random.next() > 0.01
  );
  const odd = random.next() < 0.5 ? 0 : 0.03;
  const rows = Array.from({ length: random.below(60) }, () =>
    columns.map((name) => (random.next() < odd ? pick(random, ODD) : value(name, random)))
  );
  return { columns, rows };
}

/** The text of a flow log, sometimes with characters, spaces, lines and line ends that should not be there. */
export function textOf({ columns, rows }: FlowLog, random: Random): Buffer {
  const isOdd = random.next() < 0.5;
  const lines = [columns, ...rows].map((row) => {
    const line = row.join(isOdd && random.next() < 0.02 ? '  ' : ' ');
    if (!isOdd || random.next() > 0.05) {
      return line;
    }
    const at = random.below(line.length + 1);
    const inserted = pick(random, [' ', '\r', '\n', '\t', '\0', '-', noise(random, 3).toString('latin1')]);
    return pick(random, [
      line.slice(0, at),
      line.slice(at),
      line.slice(0, at) + inserted + line.slice(at),
      `${line} ${line}`,
      '',
    ]);
  });
  const end = random.next() < 0.1 ? '\r\n' : '\n';
  return Buffer.from(lines.join(end) + (random.next() < 0.8 ? end : ''), 'latin1');
}
