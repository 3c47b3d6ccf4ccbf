import type { CheckResult } from '../../contract/checks';
import type { CheckTools } from '../inspect/checkRun';
import { runChecks } from '../inspect/checks';
import { s3Client, sqsClient, stsClient } from '../aws/clients';
import type { SignIn } from '../util/signIn';
import { readObjectHead } from '../inspect/objectHead';
import { findObjects } from '../inspect/testSource';

/** An access key; {@link FakeS3} accepts any. */
export const KEYS: SignIn = { keys: { accessKeyId: 'AKIA', secretAccessKey: 's' } };

/** The time of the checks, Unix seconds: an hour after {@link FakeS3}'s objects were written. */
const AT = Date.UTC(2026, 10, 24, 1) / 1000;

/** Runs all checks of a source with the AWS at `AWS_ENDPOINT_URL`, and a store that accepts everything. */
export async function checkResults(
  given: Pick<CheckTools, 'source'> & Partial<Pick<CheckTools, 'overlaps' | 'tryStore' | 'sqs' | 'storeUrl'>>,
  signIn: SignIn = KEYS
): Promise<CheckResult[]> {
  const s3 = s3Client('eu-west-1', signIn);
  const sts = stsClient('eu-west-1', signIn);
  const { queueUrl } = given.source;
  const sqs = queueUrl === undefined ? undefined : sqsClient(queueUrl, 'eu-west-1', signIn);
  const results: CheckResult[] = [];
  for await (const result of runChecks({
    collector: { name: 'primary', version: '1.0.0' },
    s3,
    sts,
    sqs,
    find: (bucket) => findObjects(bucket, given.source.prefix, 10, AT),
    readHead: (body) => readObjectHead(body, AT),
    overlaps: () => Promise.resolve([]),
    tryStore: () => Promise.resolve([]),
    now: Date.now,
    ...given,
  })) {
    results.push(result);
  }
  s3.destroy();
  sts.destroy();
  sqs?.destroy();
  return results;
}
