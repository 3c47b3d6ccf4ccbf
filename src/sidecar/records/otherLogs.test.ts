import { parseHeader, whyNotCollectable } from './header';
import { hasOtherEnding } from './objectName';
import { otherLogsByKey, otherLogsByLine } from './otherLogs';

const ACCOUNT = 'AWSLogs/111122223333';
const DAY = 'eu-west-1/2026/11/24';
const FLOW_LOG = `${ACCOUNT}/vpcflowlogs/${DAY}/111122223333_vpcflowlogs_eu-west-1_fl-0a_20261124T0000Z_1f.log.gz`;

describe('other logs of AWS', () => {
  it.each([
    ['CloudTrail', `${ACCOUNT}/CloudTrail/${DAY}/111122223333_CloudTrail_eu-west-1_20261124T0000Z_x.json.gz`],
    ['CloudTrail', `some/prefix/${ACCOUNT}/CloudTrail-Digest/${DAY}/x.json.gz`],
    ['CloudTrail', `AWSLogs/o-abc123/111122223333/CloudTrail/${DAY}/x.json.gz`],
    ['a load balancer', `${ACCOUNT}/elasticloadbalancing/${DAY}/111122223333_elasticloadbalancing_x.log.gz`],
    ['AWS Config', `${ACCOUNT}/Config/eu-west-1/2026/11/24/ConfigHistory/x.json.gz`],
    ['Route 53 Resolver', `${ACCOUNT}/vpcdnsquerylogs/vpc-1/2026/11/24/x.log.gz`],
    ['Global Accelerator', `${ACCOUNT}/globalaccelerator/us-west-2/2026/11/24/x.log.gz`],
    ['AWS WAF', `${ACCOUNT}/WAFLogs/eu-west-1/acl/2026/11/24/x.log.gz`],
    ['Network Firewall', `${ACCOUNT}/network-firewall/flow/${DAY}/x.log.gz`],
    ['Security Lake', 'aws/VPC_FLOW/2.0/region=eu-west-1/accountId=111122223333/eventDay=20261124/x.gz.parquet'],
    ['CloudFront', 'cf/EMLARXS9EXAMPLE.2026-11-24-20.1a2b3c4d.gz'],
  ])('are known by their key: of %s', (of, key) => {
    expect(otherLogsByKey(key)).toBe(of);
  });

  it.each([
    FLOW_LOG,
    `CloudTrail/${FLOW_LOG}`,
    `${ACCOUNT}/CloudTrail/${FLOW_LOG}`,
    'Config/x.log.gz',
    'AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/x.log.parquet',
  ])('are not found where a flow log may lie: %s', (key) => {
    expect(otherLogsByKey(key)).toBeUndefined();
  });

  it.each([
    ['CloudTrail', '{"Records":[{"eventVersion":"1.08","userIdentity":{"type":"IAMUser"}'],
    ['a load balancer', 'https 2026-11-24T00:00:00.186641Z app/shop/50dc6c495c0c9188 192.168.131.39:2817'],
    ['a load balancer', 'tls 2.0 2026-11-24T00:00:00 net/shop/c6e77e28c25b2234 g3d4b5e8bb8464cd 72.21.218.154:51341'],
    ['AWS Config', '{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[]}'],
    ['Route 53 Resolver', '{"version":"1.1","account_id":"111122223333","query_timestamp":"2026-11-24T00:00:00Z"}'],
    ['AWS WAF', '{"timestamp":1576280412771,"formatVersion":1,"webaclId":"arn:aws:wafv2:…"}'],
    ['CloudFront', '#Version: 1.0'],
  ])('are known by their first line: of %s', (of, line) => {
    expect(otherLogsByLine(line)).toBe(of);
    const { reason, message } = whyNotCollectable(parseHeader(line), line)!;
    expect([reason, message]).toEqual([
      'no-header',
      expect.stringMatching(`^These are logs of ${of}, no flow logs: .*prefix`),
    ]);
  });

  it.each(['the quick brown fox', '2 111122223333 eni-1 10.0.0.1 10.0.0.2 1 2 6', '{"message":"x"}'])(
    'are not guessed: %s',
    (line) => {
      expect(otherLogsByLine(line)).toBeUndefined();
    }
  );
});

describe('a name like those of flow logs', () => {
  it.each([['.log'], ['.log.zst'], ['.log.gz.tmp'], ['.json']])('has another ending: %s', (ending) => {
    expect(hasOtherEnding(FLOW_LOG.replace('.log.gz', ending))).toBe(true);
  });

  it.each([FLOW_LOG, FLOW_LOG.replace('.gz', '.parquet'), 'readme.txt', `${ACCOUNT}/vpcflowlogs/readme.txt`])(
    'has none, or is no such name: %s',
    (key) => {
      expect(hasOtherEnding(key)).toBe(false);
    }
  );
});
