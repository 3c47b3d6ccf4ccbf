/** What a queue's URL tells. Source: "Amazon SQS queue and message identifiers", SQS developer guide. */
export interface QueuePlace {
  /** Where its SQS answers, as in https://sqs.eu-west-1.amazonaws.com. */
  readonly origin: string;
  readonly account: string;
  readonly name: string;
  /** Undefined where the host does not name one, as that of a test double. */
  readonly region?: string;
}

/** Reads a queue's URL, as the contract lets it in. */
export function parseQueueUrl(url: string): QueuePlace {
  const { origin, hostname, pathname } = new URL(url);
  const [, account, name] = pathname.split('/');
  const region = /(?:^|\.)([a-z]{2,4}(?:-[a-z]+)+-\d)\./.exec(hostname)?.[1];
  return { origin, account, name, region };
}

/** The queue as policies and the bucket's notifications name it. `region`: that of the source, for hosts that name none. */
export function queueArn(url: string, region: string): string {
  const place = parseQueueUrl(url);
  const where = place.region ?? region;
  return `arn:${partitionOf(where)}:sqs:${where}:${place.account}:${place.name}`;
}

/** Source: "Amazon Resource Names", AWS IAM user guide. */
export function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
