import type { S3Client } from '@aws-sdk/client-s3';

/** An error as the AWS SDK throws it; fields it may lack are optional. */
export interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  /** Of Node's ERR_INVALID_URL: what should be one. */
  readonly input?: string;
  /** What a proxy answered. */
  readonly statusCode?: number;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Where a call went, for the message. */
export interface CallContext {
  /** The call as IAM names it: `s3:ListBucket`. */
  readonly action: string;
  readonly bucket?: string;
  /** The name of an SQS queue, when the call was one to SQS. */
  readonly queue?: string;
  readonly region: string;
  readonly key?: string;
  /** The id of the account that was asked, where it is known. */
  readonly account?: string;
  /** Whether the bucket's name stood in the host name, before an endpoint that is not AWS's: see {@link namesBucketInHost}. */
  readonly hasBucketInHost?: boolean;
}

/** Where a call of a Test went. */
export interface CheckContext extends CallContext {
  readonly bucket: string;
  /** Where S3 is, when it is not AWS's. */
  readonly endpoint?: string;
  readonly prefix: string;
  readonly collector: string;
}

/** `bucket logs (eu-west-1)`; of calls that concern neither a bucket nor a queue, the region. */
export function where({ bucket, queue, region }: CallContext): string {
  const place = queue ? `queue ${queue}` : bucket && `bucket ${bucket}`;
  return place ? `${place} (${region})` : region;
}

/** Whether a client names the bucket in the host name although the endpoint is not AWS's: many other stores want it in the path. */
export function namesBucketInHost({ config }: S3Client): boolean {
  return config.isCustomEndpoint === true && !config.forcePathStyle;
}
