import type { DecodedRecord } from './decode';

/** Lines that AWS and others publish: "Flow log record examples" in the Amazon VPC user guide, and as named. */
export const V2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const V3 =
  'version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr ' +
  'pkt-dstaddr protocol bytes packets start end action tcp-flags log-status';
const V5 =
  'version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id ' +
  'instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr ' +
  'pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status';
const ALPHABETICAL =
  'account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status packets ' +
  'pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport start ' +
  'sublocation-id sublocation-type subnet-id tcp-flags traffic-path type version vpc-id';
const V3_APPENDED = `${V2} vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr`;
const V11 =
  'version srcaddr dstaddr srcport dstport protocol start end action log-status reject-reason resource-id ' +
  'encryption-status instance-tag instance-tag-2 interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type ' +
  'next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type';

const NONE = { vpc: '-', subnet: '-', instance: '-', interface: '-', account: '-', action: '-', direction: 'unknown' };
const DEFAULT = { ...NONE, account: '123456789010', interface: 'eni-1235b8ca123456789', action: 'ACCEPT' };
const IN_VPC = {
  ...DEFAULT,
  vpc: 'vpc-abcdefab012345678',
  subnet: 'subnet-aaaaaaaa012345678',
  instance: 'i-01234567890123456',
};
const V5_PLACE = { ...IN_VPC, account: '123456789012', instance: 'i-0c50d5961bcb2d47b' };
const OREGON = {
  account: '999999999999',
  vpc: 'vpc-04456ab739938ee3f',
  subnet: 'subnet-0123456789abcdef',
  instance: 'i-00123456789abcdef',
  interface: 'eni-00123456789abcdef',
  action: 'ACCEPT',
};

type Values = [
  src: string,
  dst: string,
  application: string,
  bytes: number,
  packets: number,
  start: number,
  end: number,
];

function record(place: typeof NONE, [src, dst, application, bytes, packets, start, end]: Values): DecodedRecord {
  return { ...place, src, dst, application, bytes, packets, start, end };
}

const CLIENT = '52.213.180.42';
const SERVER = '10.0.0.62';
const SSH6: [string, string] = ['2001:db8:1234:a100:8d6e:3477:df66:f105', '2001:db8:1234:a102:3304:8879:34cf:4071'];
const V3_LINE =
  '3 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-01234567890123456 eni-1235b8ca123456789 123456789010';
const TCP5001 = 'tcp/5001';

/** Name, header, line, and what the line means according to the documentation. */
export const AWS_RECORDS: Array<[string, string, string, DecodedRecord]> = [
  [
    'accepted SSH',
    V2,
    '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK',
    record(DEFAULT, ['172.31.16.139', '172.31.16.21', 'tcp/22', 4249, 20, 1418530010, 1418530070]),
  ],
  [
    'rejected RDP',
    V2,
    '2 123456789010 eni-1235b8ca123456789 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1418530010 1418530070 REJECT OK',
    record({ ...DEFAULT, action: 'REJECT' }, [
      '172.31.9.69',
      '172.31.9.12',
      'tcp/3389',
      4249,
      20,
      1418530010,
      1418530070,
    ]),
  ],
  [
    'a ping',
    V2,
    '2 123456789010 eni-1235b8ca123456789 203.0.113.12 172.31.16.139 0 0 1 4 336 1432917027 1432917142 ACCEPT OK',
    record(DEFAULT, ['203.0.113.12', '172.31.16.139', 'protocol/1', 336, 4, 1432917027, 1432917142]),
  ],
  [
    'its rejected answer',
    V2,
    '2 123456789010 eni-1235b8ca123456789 172.31.16.139 203.0.113.12 0 0 1 4 336 1432917094 1432917142 REJECT OK',
    record({ ...DEFAULT, action: 'REJECT' }, [
      '172.31.16.139',
      '203.0.113.12',
      'protocol/1',
      336,
      4,
      1432917094,
      1432917142,
    ]),
  ],
  [
    'IPv6',
    V2,
    `2 123456789010 eni-1235b8ca123456789 ${SSH6.join(' ')} 34892 22 6 54 8855 1477913708 1477913820 ACCEPT OK`,
    record(DEFAULT, [...SSH6, 'tcp/22', 8855, 54, 1477913708, 1477913820]),
  ],
  [
    'a custom format with bytes before packets',
    V3,
    `${V3_LINE} IPv4 ${CLIENT} ${SERVER} 43416 5001 ${CLIENT} ${SERVER} 6 568 8 1566848875 1566848933 ACCEPT 2 OK`,
    record(IN_VPC, [CLIENT, SERVER, TCP5001, 568, 8, 1566848875, 1566848933]),
  ],
  [
    'its answer',
    V3,
    `${V3_LINE} IPv4 ${SERVER} ${CLIENT} 5001 43416 ${SERVER} ${CLIENT} 6 376 7 1566848875 1566848933 ACCEPT 18 OK`,
    record(IN_VPC, [SERVER, CLIENT, TCP5001, 376, 7, 1566848875, 1566848933]),
  ],
  [
    'a span of three minutes',
    V3,
    `${V3_LINE} IPv4 ${SERVER} ${CLIENT} 5001 43418 ${SERVER} ${CLIENT} 6 63388 1219 1566848933 1566849113 ACCEPT 1 OK`,
    record(IN_VPC, [SERVER, CLIENT, TCP5001, 63388, 1219, 1566848933, 1566849113]),
  ],
  [
    'megabytes',
    V3,
    `${V3_LINE} IPv4 ${CLIENT} ${SERVER} 43418 5001 ${CLIENT} ${SERVER} 6 23294588 15774 1566848933 1566849113 ACCEPT 1 OK`,
    record(IN_VPC, [CLIENT, SERVER, TCP5001, 23294588, 15774, 1566848933, 1566849113]),
  ],
  [
    'SYN and FIN in one interval',
    V3,
    `${V3_LINE} IPv4 ${CLIENT} ${SERVER} 43638 5001 ${CLIENT} ${SERVER} 6 1260 17 1566933133 1566933193 ACCEPT 3 OK`,
    record(IN_VPC, [CLIENT, SERVER, TCP5001, 1260, 17, 1566933133, 1566933193]),
  ],
  [
    'two spaces, as AWS prints them',
    V3,
    `${V3_LINE} IPv4 ${SERVER} ${CLIENT} 5001 43638  ${SERVER} ${CLIENT} 6 967 14 1566933133 1566933193 ACCEPT 19 OK`,
    record(IN_VPC, [SERVER, CLIENT, TCP5001, 967, 14, 1566933133, 1566933193]),
  ],
  [
    'ingress from a service',
    V5,
    '5 52.95.128.179 10.0.0.71 80 34210 6 1616729292 1616729349 IPv4 14 15044 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 19 52.95.128.179 10.0.0.71 S3 - - ingress OK',
    record({ ...V5_PLACE, direction: 'ingress' }, [
      '52.95.128.179',
      '10.0.0.71',
      'tcp/80',
      15044,
      14,
      1616729292,
      1616729349,
    ]),
  ],
  [
    'egress to a service',
    V5,
    '5 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 IPv4 7 471 123456789012 vpc-abcdefab012345678 subnet-aaaaaaaa012345678 i-0c50d5961bcb2d47b eni-1235b8ca123456789 ap-southeast-2 apse2-az3 - - ACCEPT 3 10.0.0.71 52.95.128.179 - S3 8 egress OK',
    record({ ...V5_PLACE, direction: 'egress' }, [
      '10.0.0.71',
      '52.95.128.179',
      'tcp/80',
      471,
      7,
      1616729292,
      1616729349,
    ]),
  ],
  [
    'columns in alphabetical order',
    ALPHABETICAL,
    '999999999999 ACCEPT use2-az2 4895 192.0.2.156 50318 1614866511 ingress i-00123456789abcdef eni-00123456789abcdef OK 15 - 192.0.2.156 S3 198.51.100.6 6 us-east-2 198.51.100.7 443 1614866493 - - subnet-0123456789abcdef 19 - IPv4 5 vpc-04456ab739938ee3f',
    record({ ...OREGON, direction: 'ingress' }, [
      '198.51.100.7',
      '192.0.2.156',
      'tcp/443',
      4895,
      15,
      1614866493,
      1614866511,
    ]),
  ],
  [
    'egress through a gateway endpoint',
    ALPHABETICAL,
    '999999999999 ACCEPT use2-az2 3015 198.51.100.6 443 1614866511 egress i-00123456789abcdef eni-00123456789abcdef OK 16 S3 198.51.100.7 - 192.0.2.156 6 us-east-2 192.0.2.156 50318 1614866493 - - subnet-0123456789abcdef 7 7 IPv4 5 vpc-04456ab739938ee3f',
    record({ ...OREGON, direction: 'egress' }, [
      '192.0.2.156',
      '198.51.100.6',
      'tcp/443',
      3015,
      16,
      1614866493,
      1614866511,
    ]),
  ],
  [
    'HTTPS to a high port',
    V2,
    '2 348372346321 eni-00184058652e5a320 52.119.169.95 172.31.20.31 443 48316 6 19 7119 1573642242 1573642284 ACCEPT OK',
    record({ ...NONE, account: '348372346321', interface: 'eni-00184058652e5a320', action: 'ACCEPT' }, [
      '52.119.169.95',
      '172.31.20.31',
      'tcp/443',
      7119,
      19,
      1573642242,
      1573642284,
    ]),
  ],
  [
    'version 3 fields after the default ones',
    V3_APPENDED,
    '3 348372346321 eni-00184058652e5a320 52.119.169.95 172.31.20.31 443 48316 6 19 7119 1573642242 1573642284 ACCEPT OK vpc-4a486c30 subnet-48998e66 i-038407d32b0f38c60 0 IPv4 76.198.154.105 172.31.88.3',
    record(
      {
        ...NONE,
        account: '348372346321',
        interface: 'eni-00184058652e5a320',
        action: 'ACCEPT',
        vpc: 'vpc-4a486c30',
        subnet: 'subnet-48998e66',
        instance: 'i-038407d32b0f38c60',
      },
      ['52.119.169.95', '172.31.20.31', 'tcp/443', 7119, 19, 1573642242, 1573642284]
    ),
  ],
  [
    'version 11: a regional NAT gateway stands in for the interface, no counts',
    V11,
    '11 10.0.0.71 52.95.128.179 34210 80 6 1616729292 1616729349 REJECT OK BPA nat-0c50d5961bcb2d47b 1 web web-2 eth0 eth0-2 my-asg my-asg-2 nat_gateway eni-1111aaaa2222bbbb3 subnet-aaaaaaaa012345678 apse2-az3 vpc-abcdefab012345678 network_load_balancer',
    record({ ...NONE, interface: 'nat-0c50d5961bcb2d47b', action: 'REJECT' }, [
      '10.0.0.71',
      '52.95.128.179',
      'tcp/80',
      0,
      0,
      1616729292,
      1616729349,
    ]),
  ],
  [
    'a task of ECS, whose names hold slashes and colons (made up: the published line is cut)',
    `${V2} ecs-cluster-arn ecs-cluster-name`,
    '7 123456789012 eni-1235b8ca123456789 10.0.0.71 52.95.128.179 34210 443 6 10 1000 1700000000 1700000060 ACCEPT OK arn:aws:ecs:us-east-1:123456789012:cluster/my-cluster my-cluster',
    record({ ...DEFAULT, account: '123456789012' }, [
      '10.0.0.71',
      '52.95.128.179',
      'tcp/443',
      1000,
      10,
      1700000000,
      1700000060,
    ]),
  ],
];
