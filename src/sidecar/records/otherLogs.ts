import { isCalledLikeFlowLog } from './objectName';

/** Logs that AWS delivers to S3 beside flow logs, and how one knows them. */
interface OtherLog {
  /** What people call them: "logs of …". */
  readonly of: string;
  /** Matches keys of them, where their place or name tells. */
  readonly key?: RegExp;
  /** Matches the first line of one, unpacked. */
  readonly line?: RegExp;
}

/** In `AWSLogs/`, below an account's folder, or an organization's with one in it. */
const inFolder = (name: string) => new RegExp(`(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?(?:\\d{12}/)${name}/`);

/**
 * A new kind of log is an entry here. Sources: "Finding your CloudTrail log files" (CloudTrail user guide); "Access logs for your
 * Application Load Balancer", likewise of Network and Classic ones (ELB user guides); "Delivery channel" (Config developer guide);
 * "Resolver query logging" (Route 53 developer guide); "Flow logs in Global Accelerator" (its developer guide); "Source version"
 * (Security Lake user guide); "Standard logs" (CloudFront developer guide); "Logging to S3" (WAF and Network Firewall guides).
 */
const OTHER_LOGS: readonly OtherLog[] = [
  { of: 'CloudTrail', key: inFolder('CloudTrail(?:-Digest|-Insight)?'), line: /^\{"(?:Records|awsAccountId)":/ },
  {
    of: 'a load balancer',
    key: inFolder('elasticloadbalancing'),
    line: /^(?:https?|h2|grpcs?|wss?|tls) (?:\d\.\d )?\d{4}-\d\d-\d\dT/,
  },
  { of: 'AWS Config', key: inFolder('Config'), line: /^\{"(?:fileVersion|configurationItems)":/ },
  { of: 'Route 53 Resolver', key: inFolder('vpcdnsquerylogs'), line: /^\{.*"query_timestamp":/ },
  { of: 'Global Accelerator', key: inFolder('globalaccelerator'), line: /^version .*\baccelerator_?id\b/i },
  { of: 'AWS WAF', key: inFolder('WAFLogs'), line: /^\{.*"webaclId":/ },
  { of: 'Network Firewall', key: inFolder('network-firewall'), line: /^\{.*"firewall_name":/ },
  { of: 'Security Lake', key: /(?:^|\/)(?:aws|ext)\/[\w-]+\/\d+\.\d+\/region=[\w-]+\/accountId=/ },
  { of: 'CloudFront', key: /(?:^|\/)E[A-Z0-9]{8,}\.\d{4}-\d\d-\d\d-\d\d\.[0-9a-f]{8}\.gz$/, line: /^#Version: / },
];

/** Whose logs an object holds, by its key: `CloudTrail`. Undefined where it may be a flow log. */
export function otherLogsByKey(key: string): string | undefined {
  return isCalledLikeFlowLog(key) ? undefined : OTHER_LOGS.find((log) => log.key?.test(key))?.of;
}

/** Whose logs an object holds, by its first line. Undefined where that does not tell. */
export function otherLogsByLine(line: string): string | undefined {
  return OTHER_LOGS.find((log) => log.line?.test(line))?.of;
}

/** What to do about logs that are no flow logs. */
export function otherLogsMessage(of: string): string {
  return (
    `These are logs of ${of}, no flow logs: set the source's prefix so that it leaves them out, as ` +
    'AWSLogs/123456789012/vpcflowlogs does, or let AWS deliver them to another bucket.'
  );
}
