import { AWS_RECORDS, V2 } from '../testing/awsRecords';
import { decode } from '../testing/decode';

describe('published records', () => {
  it.each(AWS_RECORDS)('%s', (_case, header, line, expected) => {
    expect(decode(`${header}\n${line}\n`)).toEqual({ refusal: undefined, records: [expected], notCounted: [] });
  });

  it.each([
    ['nodata', '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA', 1431280876],
    ['skipdata', '2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA', 1431280876],
    ['nodata', '2 unknown eni-0608192d5c498fbcd - - - - - - - 1538696170 1538696308 - NODATA', 1538696170],
    ['skipdata', '2 123456789010 eni-4b118871 - - - - - - - 1512564058000 1512564059000 - SKIPDATA', 1512564058000],
  ])('%s: %s', (reason, line, time) => {
    expect(decode(`${V2}\n${line}`)).toEqual({ records: [], notCounted: [{ reason, time, quote: line }] });
  });
});

describe('published formats that cannot be collected', () => {
  it.each([
    ['zonal NAT gateway', 'instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr', 'log-status-missing'],
    [
      'regional NAT gateway',
      'resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr',
      'log-status-missing',
    ],
    [
      'Transit Gateway interfaces without start and end',
      'version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status',
      'time-missing',
    ],
    [
      'AWS News blog, encryption',
      'flow-direction traffic-path srcaddr dstaddr srcport dstport encryption-status',
      'log-status-missing',
    ],
  ])('%s', (_case, header, reason) => {
    expect(decode(`${header}\n- - - -\n`)).toMatchObject({ refusal: { reason }, records: [], notCounted: [] });
  });
});
