import { sourceInput } from '../../contract/sources';
import { AwsError } from './errors';

const { queueUrl } = sourceInput.shape;

/** What a queue's URL tells. Source: "Amazon SQS queue and message identifiers", SQS developer guide. */
export interface QueuePlace {
  /** Where its SQS answers, as in https://sqs.eu-west-1.amazonaws.com. */
  readonly origin: string;
  readonly account: string;
  readonly name: string;
  /** Undefined where the host does not name one, as that of a test double. */
  readonly region?: string;
}

/** Whether the contract lets in such a queue's URL. */
export function isQueueUrl(url: string): boolean {
  return queueUrl.safeParse(url).success;
}

/**
 * Reads a queue's URL. Throws {@link AwsError} where the contract would not let it in: an older version may have, or
 * somebody wrote it into the registry.
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
 * The queue as policies and the bucket's notifications name it. `region`: that of the source, for hosts that name none.
 * Throws like {@link parseQueueUrl}.
 */
export function queueArn(url: string, region: string): string {
  const place = parseQueueUrl(url);
  const where = place.region ?? region;
  return `arn:${partitionOf(where)}:sqs:${where}:${place.account}:${place.name}`;
}

/** Source: "Amazon Resource Names", AWS IAM user guide. */
export function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
