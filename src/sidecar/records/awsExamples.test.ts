import { AWS_INCOMPLETE } from '../testing/awsIncomplete';
import { AWS_RECORDS, V2 } from '../testing/awsRecords';
import { decode } from '../testing/decode';

describe('published records', () => {
  it.each(AWS_RECORDS)('%s', (_case, header, line, expected) => {
    expect(decode(`${header}\n${line}\n`)).toEqual({ refusal: undefined, records: [expected], notCounted: [] });
  });

  it.each([
    ['nodata', '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA', 1431280876],
    ['skipdata', '2 123456789010 eni-11111111aaaaaaaaa - - - - - - - 1431280876 1431280934 - SKIPDATA', 1431280876],
    ['nodata', '2 12345678910 eni-0eb1e4178af74336c - - - - - - - 1742569968 1742570020 - NODATA', 1742569968],
    ['nodata', '2 unknown eni-0608192d5c498fbcd - - - - - - - 1538696170 1538696308 - NODATA', 1538696170],
    ['nodata', '2 unknown eni-09a44dfd0ebd78288 - - - - - - - 1638859102 1638859154 - NODATA', 1638859102],
    ['skipdata', '2 123456789010 eni-4b118871 - - - - - - - 1512564058000 1512564059000 - SKIPDATA', 1512564058000],
  ])('%s: %s', (reason, line, time) => {
    expect(decode(`${V2}\n${line}`)).toEqual({ records: [], notCounted: [{ reason, time, quote: line }] });
  });
});

describe.each(AWS_INCOMPLETE)('a published format that lacks fields: $name', ({ header, reason, add, records }) => {
  it('is refused, and all that it lacks is named', () => {
    const { refusal, ...rest } = decode([header, ...records.map(([line]) => line)].join('\n'));
    expect(rest).toEqual({ records: [], notCounted: [] });
    expect(refusal?.reason).toBe(reason);
    // What is only added to try it with is not required.
    Object.keys(add)
      .filter((name) => name !== 'protocol')
      .forEach((name) => expect(refusal?.message).toContain(`\${${name}}`));
  });

  it.each(records)('%s is read as documented once they are added', (line, expected) => {
    const names = [header, ...Object.keys(add)].join(' ');
    const { records: read, notCounted } = decode(`${names}\n${[line, ...Object.values(add)].join(' ')}\n`);
    expect(read).toEqual([expect.objectContaining({ ...expected, start: 1566848875, end: 1566848933 })]);
    expect(notCounted).toEqual([]);
  });
});

describe('published lines of other kinds', () => {
  it('a Transit Gateway record, as the OpenTelemetry collector tests it', () => {
    const header =
      'version account-id tgw-id tgw-attachment-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired start end log-status type tcp-flags flow-direction region';
    const line =
      '6 123456789012 tgw-0abc12345def67890 tgw-attach-0abc12345def67890 vpc-0abc12345def67890 vpc-0def12345abc67890 subnet-0abc12345def67890 subnet-0def12345abc67890 eni-0abc12345def67890 eni-0def12345abc67890 use1-az1 use1-az2 tgw-attach-0def12345abc67890 10.0.0.1 10.0.1.1 12345 443 6 10 1000 1 2 3 4 1700000000 1700000060 OK IPv4 2 ingress us-east-1';
    expect(line.split(' ')).toHaveLength(header.split(' ').length);
    expect(decode(`${header}\n${line}\n`)).toMatchObject({ refusal: { reason: 'transit-gateway' }, records: [] });
  });

  it('a line that CloudWatch Logs exported', () => {
    const line =
      '2025-02-25T12:25:04.000Z i-085c7a43a498c2f5d eni-0416a1c81c87ab9c9 - - - use1-az2 - 1740486335 - - - - - - 1740486304 subnet-027e9a6d4add894eb';
    expect(decode(`${line}\n${line}\n`)).toMatchObject({ refusal: { reason: 'no-header' }, records: [] });
  });
});
