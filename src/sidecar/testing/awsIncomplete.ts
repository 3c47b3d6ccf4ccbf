import type { NotCollectable } from '../records/header';
import type { DecodedRecord } from './decode';

/** A published format without required fields, and its records. */
export interface IncompleteFormat {
  readonly name: string;
  readonly header: string;
  readonly reason: NotCollectable['reason'];
  /** The missing fields, with values to try it with. */
  readonly add: Readonly<Record<string, string>>;
  /** Each line, and what it means according to the guide. */
  readonly records: ReadonlyArray<readonly [line: string, expected: Partial<DecodedRecord>]>;
}

const TIME = { start: '1566848875', end: '1566848933' };
const OK = { 'log-status': 'OK' };
const TCP80 = 'tcp/80';
const NAT_INTERFACE = { instance: '-', interface: 'eni-1235b8ca123456789' };
const INSTANCE = { instance: 'i-01234567890123456', interface: 'eni-1111aaaa2222bbbb3' };
const REGIONAL = { interface: 'nat-1234567890abcdef', instance: '-', subnet: '-' };
const TGW_VPC = { account: '123456789010', vpc: 'vpc-abcdefab012345678', action: 'ACCEPT', application: TCP80 };
const IN_B = { ...TGW_VPC, subnet: 'subnet-22222222bbbbbbbbb' };
const IN_A = { ...TGW_VPC, subnet: 'subnet-11111111aaaaaaaaa', interface: 'eni-11111111111111111', instance: '-' };
const OF_INSTANCE = { ...IN_B, interface: 'eni-33333333333333333', instance: 'i-01234567890123456' };

/** "Flow log record examples" in the Amazon VPC user guide, and the announcement of encryption controls in AWS News. */
export const AWS_INCOMPLETE: readonly IncompleteFormat[] = [
  {
    name: 'zonal NAT gateway',
    header: 'instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr',
    reason: 'log-status-missing',
    add: { ...TIME, ...OK },
    records: [
      [
        '- eni-1235b8ca123456789 10.0.1.5 10.0.0.220 10.0.1.5 203.0.113.5',
        { ...NAT_INTERFACE, src: '10.0.1.5', dst: '10.0.0.220' },
      ],
      [
        '- eni-1235b8ca123456789 10.0.0.220 203.0.113.5 10.0.0.220 203.0.113.5',
        { ...NAT_INTERFACE, src: '10.0.0.220', dst: '203.0.113.5' },
      ],
      [
        '- eni-1235b8ca123456789 203.0.113.5 10.0.0.220 203.0.113.5 10.0.0.220',
        { ...NAT_INTERFACE, src: '203.0.113.5', dst: '10.0.0.220' },
      ],
      [
        '- eni-1235b8ca123456789 10.0.0.220 10.0.1.5 203.0.113.5 10.0.1.5',
        { ...NAT_INTERFACE, src: '10.0.0.220', dst: '10.0.1.5' },
      ],
      [
        'i-01234567890123456 eni-1111aaaa2222bbbb3 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5',
        { ...INSTANCE, src: '10.0.1.5', dst: '203.0.113.5' },
      ],
    ],
  },
  {
    name: 'regional NAT gateway',
    header: 'resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr',
    reason: 'log-status-missing',
    add: { ...OK, ...TIME },
    records: [
      [
        'nat-1234567890abcdef - - - 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5',
        { ...REGIONAL, src: '10.0.1.5', dst: '203.0.113.5' },
      ],
      [
        'nat-1234567890abcdef - - - 107.22.182.139 203.0.113.5 107.22.182.139 203.0.113.5',
        { ...REGIONAL, src: '107.22.182.139', dst: '203.0.113.5' },
      ],
      [
        'nat-1234567890abcdef - - - 203.0.113.5 107.22.182.139 203.0.113.5 107.22.182.139',
        { ...REGIONAL, src: '203.0.113.5', dst: '107.22.182.139' },
      ],
      [
        'nat-1234567890abcdef - - - 203.0.113.5 10.0.1.5 203.0.113.5 10.0.1.5',
        { ...REGIONAL, src: '203.0.113.5', dst: '10.0.1.5' },
      ],
      [
        '- i-01234567890123456 eni-1111aaaa2222bbbb3 subnet-aaaaaaaa012345678 10.0.1.5 203.0.113.5 10.0.1.5 203.0.113.5',
        { ...INSTANCE, subnet: 'subnet-aaaaaaaa012345678', src: '10.0.1.5', dst: '203.0.113.5' },
      ],
    ],
  },
  {
    name: 'interfaces of a transit gateway, without start and end',
    header:
      'version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status',
    reason: 'time-missing',
    add: TIME,
    records: [
      [
        '3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.20.33.164 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK',
        { ...OF_INSTANCE, src: '10.20.33.164', dst: '10.40.2.236' },
      ],
      [
        '3 eni-33333333333333333 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb i-01234567890123456 10.40.2.236 10.20.33.164 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK',
        { ...OF_INSTANCE, src: '10.40.2.236', dst: '10.20.33.164' },
      ],
      [
        '3 eni-11111111111111111 123456789010 vpc-abcdefab012345678 subnet-11111111aaaaaaaaa - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK',
        { ...IN_A, src: '10.40.1.175', dst: '10.40.2.236' },
      ],
      [
        '3 eni-22222222222222222 123456789010 vpc-abcdefab012345678 subnet-22222222bbbbbbbbb - 10.40.2.236 10.40.2.31 80 39812 6 19 IPv4 10.40.2.236 10.20.33.164 ACCEPT OK',
        { ...IN_B, interface: 'eni-22222222222222222', instance: '-', src: '10.40.2.236', dst: '10.40.2.31' },
      ],
    ],
  },
  {
    name: 'encryption status',
    header: 'flow-direction traffic-path srcaddr dstaddr srcport dstport encryption-status',
    reason: 'log-status-missing',
    add: { ...OK, ...TIME, 'interface-id': 'eni-1', protocol: '6' },
    records: [
      [
        'ingress - 10.0.133.8 10.0.128.55 43236 80 1',
        { direction: 'ingress', src: '10.0.133.8', dst: '10.0.128.55', application: TCP80 },
      ],
      [
        'egress 1 10.0.128.55 10.0.133.8 80 43236 1',
        { direction: 'egress', src: '10.0.128.55', dst: '10.0.133.8', application: TCP80 },
      ],
      [
        'ingress - 10.0.130.104 10.0.128.55 55016 80 0',
        { direction: 'ingress', src: '10.0.130.104', dst: '10.0.128.55', application: TCP80 },
      ],
      [
        'egress 1 10.0.128.55 10.0.130.104 80 55016 0',
        { direction: 'egress', src: '10.0.128.55', dst: '10.0.130.104', application: TCP80 },
      ],
    ],
  },
];
