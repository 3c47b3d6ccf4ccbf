import { partitionOf } from '../../contract/partitions';
import { sourceInput } from '../../contract/sources';
import { AwsError } from './errors';

const { queueUrl } = sourceInput.shape;

/** The parts of a queue's URL. Source: "Amazon SQS queue and message identifiers", SQS developer guide. */
export interface QueuePlace {
  /** The endpoint of SQS, as in https://sqs.eu-west-1.amazonaws.com. */
  readonly origin: string;
  readonly account: string;
  readonly name: string;
  /** Undefined when the host names none, as that of a test double. */
  readonly region?: string;
}

/** Whether the contract accepts the URL. */
export function isQueueUrl(url: string): boolean {
  return queueUrl.safeParse(url).success;
}

/**
 * Parses a queue's URL. Throws {@link AwsError} when the contract does not accept it: an older version may have, or somebody
 * wrote it into the registry.
 */
export function parseQueueUrl(url: string): QueuePlace {
  const { error } = queueUrl.safeParse(url);
  if (error) {
    throw new AwsError(
      'InvalidQueueUrl',
      `The queue URL ${url} cannot be used: ${error.issues[0].message}. Correct it in the source's settings, or take it ` +
        'away to have the bucket listed: flowscope source edit NAME --queue-url URL.'
    );
  }
  const { origin, hostname, pathname } = new URL(url);
  const [, account, name] = pathname.split('/');
  const region = /(?:^|\.)([a-z]{2,4}(?:-[a-z]+)+-\d)\./.exec(hostname)?.[1];
  return { origin, account, name, region };
}

/**
 * The ARN of a queue. `region`: that of the source, for hosts that name none.
 * Throws like {@link parseQueueUrl}.
 */
export function queueArn(url: string, region: string): string {
  const place = parseQueueUrl(url);
  const where = place.region ?? region;
  return `arn:${partitionOf(where)}:sqs:${where}:${place.account}:${place.name}`;
}
