import { mayHoldFlowLogs, parseObjectName } from './objectName';

const utc = (...parts: [number, number, number, number, number]) =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3], parts[4]) / 1000;

/** Real keys (AWS docs and bug reports; masked digits put back), and what they say. */
const KEYS = [
  [
    'a prefix',
    'optional_prefix/AWSLogs/012345678910/vpcflowlogs/us-east-1/2023/02/14/012345678910_vpcflowlogs_us-east-1_fl-07f38b767c7cd46e3_20230214T0000Z_129a0cf7.log.gz',
    ['012345678910', 'us-east-1', 'fl-07f38b767c7cd46e3', utc(2023, 2, 14, 0, 0)],
  ],
  [
    'no prefix',
    'AWSLogs/111111111111/vpcflowlogs/us-east-1/2020/10/26/111111111111_vpcflowlogs_us-east-1_fl-0c5605d9f1baf680d_20201026T1950Z_b1ea4a7a.log.gz',
    ['111111111111', 'us-east-1', 'fl-0c5605d9f1baf680d', utc(2020, 10, 26, 19, 50)],
  ],
  [
    'per-hour partitions',
    'AWSLogs/222222222222/vpcflowlogs/us-east-1/2025/02/12/10/222222222222_vpcflowlogs_us-east-1_fl-05f57cebeaa68cbdb_20250212T1050Z_884a1fb8.log.gz',
    ['222222222222', 'us-east-1', 'fl-05f57cebeaa68cbdb', utc(2025, 2, 12, 10, 50)],
  ],
  [
    'a two-level prefix that begins with an account id',
    '999999999999/Test-East-lcl/AWSLogs/123456789012/vpcflowlogs/us-east-1/2020/08/31/123456789012_vpcflowlogs_us-east-1_fl-04af3543c74402594_20200831T1720Z_73d3922a.log.gz',
    ['123456789012', 'us-east-1', 'fl-04af3543c74402594', utc(2020, 8, 31, 17, 20)],
  ],
  [
    'Hive-compatible partitions and Parquet',
    'demo/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-2/year=2024/month=05/day=25/hour=05/123456789012_vpcflowlogs_us-east-2_fl-0a1b2c3d_20240525T0555Z_73d3922a.log.parquet',
    ['123456789012', 'us-east-2', 'fl-0a1b2c3d', utc(2024, 5, 25, 5, 55)],
  ],
  [
    'an organisation between AWSLogs and the account',
    'AWSLogs/o-a1b2c3/123456789012/vpcflowlogs/us-gov-west-1/2024/05/25/123456789012_vpcflowlogs_us-gov-west-1_fl-0a1b2c3d_20240525T0555Z_73d3922a.log.gz',
    ['123456789012', 'us-gov-west-1', 'fl-0a1b2c3d', utc(2024, 5, 25, 5, 55)],
  ],
  [
    'a path that names another account than the file: the path counts',
    'AWSLogs/111111111111/vpcflowlogs/eu-west-1/2024/05/25/222222222222_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20240525T0555Z_73d3922a.log.gz',
    ['111111111111', 'eu-west-1', 'fl-0a1b2c3d', utc(2024, 5, 25, 5, 55)],
  ],
  [
    'a copy of AWSLogs below another one: the last counts',
    'AWSLogs/111111111111/copy/AWSLogs/222222222222/vpcflowlogs/eu-west-1/2024/05/25/222222222222_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20240525T0555Z_73d3922a.log.gz',
    ['222222222222', 'eu-west-1', 'fl-0a1b2c3d', utc(2024, 5, 25, 5, 55)],
  ],
  [
    'a download out of its path: the file name counts',
    '/home/me/Downloads/123456789012_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20240525T0555Z_73d3922a.log.gz',
    ['123456789012', 'eu-west-1', 'fl-0a1b2c3d', utc(2024, 5, 25, 5, 55)],
  ],
] as const;

describe('parseObjectName', () => {
  it.each(KEYS)('reads a key with %s', (_case, key, [account, region, flowLogId, slot]) => {
    const fileName = key.slice(key.lastIndexOf('/') + 1);
    expect(parseObjectName(key)).toEqual({ fileName, account, region, flowLogId, slot });
  });

  it.each([
    ['a renamed file', 'logs/today.log.gz', {}],
    [
      'a renamed file in its path',
      'AWSLogs/123456789012/vpcflowlogs/eu-west-1/today.log.gz',
      { account: '123456789012' },
    ],
    ['a prefix that ends in AWSLogs', 'myAWSLogs/123456789012/x.gz', {}],
    ['an account with a digit less', 'AWSLogs/12345678901/x.gz', {}],
    [
      'another service',
      'AWSLogs/123456789012/CloudTrail/eu-west-1/2024/05/25/123456789012_CloudTrail_eu-west-1_20240525T0555Z_abc.json.gz',
      { account: '123456789012' },
    ],
    ['a number alone', '123456789012/x.gz', {}],
    ['nothing', '', {}],
  ])('guesses nothing from %s', (_case, key, expected) => {
    expect(parseObjectName(key)).toEqual({ account: undefined, ...expected });
  });
});

describe('mayHoldFlowLogs', () => {
  it.each([
    ['a.log.gz', true],
    ['a.log.parquet', true],
    ['AWSLogs/', false],
    ['AWSLogs/AWSLogTestFile', false],
    ['a.csv', false],
    ['a.log.gz.tmp', false],
  ])('of %s: %s', (key, expected) => {
    expect(mayHoldFlowLogs(key)).toBe(expected);
  });
});
