import * as fc from 'fast-check';
import { TRANSIT_GATEWAY_FIELDS, VPC_FIELDS } from './fields';
import { headerVersion, whyNotCollectable, parseHeader } from './header';

const DEFAULT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const TGW =
  'version resource-type account-id tgw-id tgw-attachment-id srcaddr dstaddr protocol packets bytes start end log-status';
/** What Cloud WAN's header may look like: its field names are not published where we could read them. */
const CLOUD_WAN =
  'version resource-type account-id core-network-id core-network-attachment-id srcaddr dstaddr packets bytes start end log-status';

describe('VPC_FIELDS', () => {
  it('has as many fields of each version as AWS documents', () => {
    const counts: Record<number, number> = {};
    VPC_FIELDS.forEach(({ version }) => (counts[version] = (counts[version] ?? 0) + 1));
    expect(counts).toEqual({ 2: 14, 3: 7, 4: 4, 5: 4, 7: 10, 8: 1, 9: 1, 10: 1, 11: 12 });
    expect(new Set(VPC_FIELDS.map(({ name }) => name)).size).toBe(54);
  });

  it('shares no name with the fields that tell Transit Gateway logs apart', () => {
    expect(VPC_FIELDS.filter(({ name }) => TRANSIT_GATEWAY_FIELDS.includes(name))).toEqual([]);
  });
});

describe('parseHeader', () => {
  it('takes any selection of known fields in any order', () => {
    const some = fc.shuffledSubarray(
      VPC_FIELDS.map(({ name }) => name),
      { minLength: 1 }
    );
    fc.assert(
      fc.property(some, (names) => {
        expect(parseHeader(names.join(' '))).toEqual({ columns: names, unknown: [] });
        expect(headerVersion(parseHeader(names.join('  '))!)).toBe(
          Math.max(...VPC_FIELDS.filter(({ name }) => names.includes(name)).map(({ version }) => version))
        );
      })
    );
  });

  it('carries names that AWS did not know when the table was written', () => {
    expect(parseHeader('start end-of-the-world log-status')).toEqual({
      columns: ['start', 'end-of-the-world', 'log-status'],
      unknown: ['end-of-the-world'],
    });
  });

  it('skips a byte-order mark before the first name', () => {
    expect(parseHeader(`\xef\xbb\xbf${DEFAULT}`)).toEqual(parseHeader(DEFAULT));
    expect(parseHeader(DEFAULT.replace(' ', ' \xef\xbb\xbf'))).toBeUndefined();
  });

  it.each([
    ['a record', '2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1 2 ACCEPT OK'],
    ['a CloudWatch export', '2025-02-25T12:25:04.000Z 2 123456789010 eni-1'],
    ['a record of dashes and one word', '- - - - start'],
    ['words that are no field', 'the quick brown fox'],
    ['a column twice', 'start end start log-status'],
    ['capitals', 'START END'],
    ['commas', 'start,end,log-status'],
    ['tabs', 'start\tend'],
    ['Parquet names', 'log_status interface_id'],
    ['a name of 65 characters', `start ${'a'.repeat(65)}`],
    ['spaces', '   '],
    ['nothing', ''],
  ])('refuses %s', (_case, line) => {
    expect(parseHeader(line)).toBeUndefined();
    expect(whyNotCollectable(parseHeader(line))?.reason).toBe('no-header');
  });
});

describe('whyNotCollectable', () => {
  const reason = (line: string) => whyNotCollectable(parseHeader(line))?.reason;

  it.each([
    ['the default format', DEFAULT],
    ['start alone', 'start interface-id log-status'],
    ['end alone', 'end interface-id log-status'],
    ['resource-id instead of interface-id', 'start resource-id log-status'],
  ])('lets %s pass', (_case, line) => {
    expect(reason(line)).toBeUndefined();
  });

  it.each([
    ['transit-gateway', TGW],
    ['transit-gateway', 'tgw-id start end log-status'],
    ['cloud-wan', CLOUD_WAN],
    ['cloud-wan', 'srcaddr cwan-edge-location start log-status'],
    ['cloud-wan', 'srcaddr cloudwan-segment resource-id start log-status'],
    ['cloud-wan', 'srcaddr src-core-network-arn'],
    ['interface-missing', 'srcaddr attachment-id start log-status'],
    ['log-status-missing', DEFAULT.replace(' log-status', '')],
    ['log-status-missing', 'flow-direction traffic-path srcaddr dstaddr srcport dstport encryption-status'],
    ['time-missing', DEFAULT.replace(' start end', '')],
    ['interface-missing', DEFAULT.replace(' interface-id', '')],
  ])('stops with %s: %s', (expected, line) => {
    expect(reason(line)).toBe(expected);
  });

  it('takes fields of an interface as the sign of a VPC flow log, whatever else there is', () => {
    expect(reason(`${DEFAULT} next-hop-core-network-arn`)).toBeUndefined();
    expect(reason('vpc-id cwan-segment start log-status')).toBe('interface-missing');
  });

  it.each([
    ['log-status', 'lacks log-status', '${log-status}'],
    ['start end', 'has neither start nor end', '${start} ${end}'],
    ['interface-id', 'has neither interface-id nor resource-id', '${interface-id}'],
    ['start end log-status', 'lacks log-status and has neither start nor end', '${log-status} ${start} ${end}'],
  ])('says that %s is missing, and what to do', (names, missing, fields) => {
    const columns = DEFAULT.split(' ').filter((column) => !names.split(' ').includes(column));
    expect(whyNotCollectable(parseHeader(columns.join(' ')))?.message).toBe(
      `The header ${missing}. A flow log's format cannot be edited: create a new flow log with ${fields} in ` +
        '--log-format of aws ec2 create-flow-logs, and delete this one.'
    );
  });

  it('names fields it does not know, which tell the logs of another service', () => {
    const { message } = whyNotCollectable(parseHeader('srcaddr attachment-id segment edge-a edge-b log-status'))!;
    expect(message).toContain('names that this version does not know (attachment-id, segment, edge-a)');
  });

  it('says what has no header', () => {
    const message = whyNotCollectable(undefined, '2025-02-25T12:25:04Z i-1')?.message;
    expect(message).toContain('It begins with "2025-02-25T12:25:04Z i-1".');
    expect(message).toContain('let the flow log deliver to S3 itself');
    expect(whyNotCollectable(undefined)?.message).toBe(
      'There is not a single line in it: nothing is lost when it is deleted.'
    );
  });

  it.each([
    ['a name twice', `${DEFAULT} bytes`, '"bytes" stands there twice.'],
    ['capitals', DEFAULT.toUpperCase(), '"VERSION" is no name: names have small letters'],
    ['one capital', DEFAULT.replace('dstaddr', 'dstAddr'), '"dstAddr" is no name'],
    ['tabs', DEFAULT.replaceAll(' ', '\t'), '"version\\taccount-id\\t'],
    ['commas', DEFAULT.replaceAll(' ', ','), '"version,account-id,'],
    ['low lines', DEFAULT.replaceAll('-', '_'), '"account_id" is no name'],
    ['the words of --log-format', DEFAULT.replaceAll(/\S+/g, '${$&}'), '"${version}" is no name'],
    ['CR alone at the end of lines', `${DEFAULT}\r2 123456789010 eni-1 `, '"log-status\\r2" is no name'],
    ['NUL', `${DEFAULT}\0`, '"log-status\\u0000" is no name'],
    ['spaces that do not break', DEFAULT.replaceAll(' ', '\xa0'), '"version\\u00a0account-id'],
  ])('says what is wrong with a header that has %s', (_case, line, fault) => {
    const { reason, message } = whyNotCollectable(parseHeader(line), line)!;
    expect(reason).toBe('no-header');
    expect(message).toContain(fault);
    expect(message).toContain('AWS writes no such header');
    expect(message).toMatch(/^[ -~]+$/);
  });

  it.each([
    ['zip', 'PK\x03\x04\x14'],
    ['zstd', '\x28\xb5\x2f\xfd\x04'],
    ['LZ4', '\x04\x22\x4d\x18'],
  ])('says that what is gzip outside and %s within is that', (packer, line) => {
    expect(whyNotCollectable(parseHeader(line), line)?.message).toBe(
      `What is packed in it looks like ${packer} itself: unpack that, and gzip the text alone.`
    );
  });

  it.each(['\x1f\x8b\x08\x00\x00', 'PAR1\x15\x04'])('says that %j within gzip is packed twice', (line) => {
    expect(whyNotCollectable(parseHeader(line), line)?.message).toBe(
      'What is packed in it is gzip or Parquet itself: put that into the bucket as it is.'
    );
  });
});
