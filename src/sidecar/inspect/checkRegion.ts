import { GetBucketLocationCommand, type S3Client } from '@aws-sdk/client-s3';
import type { CheckContext } from '../aws/callContext';
import { inRegion } from '../aws/errorCodes';
import { failedOutcome, isDenied, isWrongRegion, notChecked, type Outcome } from './checkFaults';

/** The region a bucket is in. Throws the SDK's error. */
export async function bucketRegion(s3: S3Client, bucket: string): Promise<string> {
  const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
  // What S3 calls its oldest regions. Source: GetBucketLocation, S3 API reference.
  const old: Record<string, string> = { '': 'us-east-1', EU: 'eu-west-1' };
  return old[LocationConstraint ?? ''] ?? LocationConstraint!;
}

/**
 * Whether a bucket is in the region that its source says. `locate`: finds out where it is; `context`: where that is asked.
 * What other stores than AWS's answer is no region to sign for: R2 has `WEUR`, Ceph the name of a zone group.
 */
export async function checkRegion(locate: () => Promise<string>, context: CheckContext): Promise<Outcome> {
  const { region, endpoint } = context;
  if (endpoint !== undefined) {
    return notChecked('only AWS tells, and this source has an endpoint of its own');
  }
  try {
    const actual = await locate();
    return actual === region
      ? { state: 'pass', message: `Bucket is in ${region}` }
      : { state: 'fail', ...inRegion(actual, region) };
  } catch (error) {
    if (isWrongRegion(error)) {
      return failedOutcome(error, context);
    }
    if (isDenied(error)) {
      return { ...failedOutcome(error, context), state: 'warn' };
    }
    return notChecked('the bucket did not tell, see List');
  }
}
