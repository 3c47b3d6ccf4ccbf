import { gzipSync } from 'node:zlib';
import type { NotCollectable } from '../header';
import type { RecordReason } from '../reasons';

/** The expected counts of a collected object. */
export interface Collected {
  readonly ok: number;
  /** Sums over the `ok` records. */
  readonly bytes: number;
  readonly packets: number;
  /** Number of records that are not counted, by reason; none by default. */
  readonly reasons?: Partial<Record<RecordReason, number>>;
  /** Ids of the exporters: the account of the key, then VPC, subnet or interface. */
  readonly exporters: readonly string[];
  /** Unknown names in the header; none by default. */
  readonly unknown?: readonly string[];
}

/** An object that AWS, or somebody else, may put into a bucket, and the expected result. */
export interface Case {
  readonly name: string;
  readonly key: string;
  readonly body: Buffer;
  readonly expected:
    { readonly collected: Collected } | { readonly refused: NotCollectable['reason'] } | { readonly corrupt: string };
  /** Id of an exporter that is disabled. */
  readonly disabled?: string;
}

/** The Tuesday noon (UTC, Unix seconds) at which everything here happens. */
export const NOON = Date.UTC(2026, 2, 3, 12) / 1000;
export const ACCOUNT = '123456789012';
export const VPC = 'vpc-abcdefab012345678';
export const SUBNET = 'subnet-aaaaaaaa012345678';
/** The exporter of records that carry {@link VPC}, in the default layout. */
export const EXPORTER = `${ACCOUNT}/${VPC}`;

export const V2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';

/** An object name of AWS's form; `number` stands for the hash. */
export function fileName(number: number, account = ACCOUNT): string {
  const hash = number.toString(16).padStart(8, '0');
  return `${account}_vpcflowlogs_eu-west-1_fl-0a1b2c3d4e5f60718_20260303T1155Z_${hash}.log.gz`;
}

/** Key in the default layout. */
export function keyOf(number: number): string {
  return `AWSLogs/${ACCOUNT}/vpcflowlogs/eu-west-1/2026/03/03/${fileName(number)}`;
}

/** Lines, each with its end, in one gzip member. Each character is one byte. */
export function gzip(...lines: string[]): Buffer {
  return gzipSync(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
}

/** The fields of a valid record, with changes. */
function fields(changes: Readonly<Record<string, string | number>> = {}): Record<string, string> {
  const all = {
    version: 2,
    'account-id': ACCOUNT,
    'interface-id': 'eni-1235b8ca123456789',
    'vpc-id': VPC,
    'subnet-id': SUBNET,
    'instance-id': 'i-01234567890123456',
    srcaddr: '10.0.1.5',
    dstaddr: '10.0.0.220',
    srcport: 49761,
    dstport: 443,
    protocol: 6,
    packets: 1,
    bytes: 40,
    start: NOON,
    end: NOON + 58,
    action: 'ACCEPT',
    'log-status': 'OK',
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
}

/** The line of a record under a header; absent fields are '-'. */
export function line(header: string, changes?: Readonly<Record<string, string | number>>): string {
  const values = fields(changes);
  return header
    .split(' ')
    .map((name) => values[name] ?? '-')
    .join(' ');
}

/** What AWS writes when an interface had no traffic, or when it skipped records. */
export const IDLE = {
  srcaddr: '-',
  dstaddr: '-',
  srcport: '-',
  dstport: '-',
  protocol: '-',
  packets: '-',
  bytes: '-',
  action: '-',
  'log-status': 'NODATA',
};
export const SKIPPED = { ...IDLE, 'log-status': 'SKIPDATA' };
