import type { CheckResult } from '../../contract/checks';
import { explainAwsError, roleNotTaken } from '../aws/errors';

/** What a check found: all of its row but the name. */
export type Outcome = Omit<CheckResult, 'id' | 'title'>;

/** Where a call went, as far as words need it. */
export interface FaultContext {
  readonly action: string;
  readonly bucket: string;
  /** The name of the SQS queue, when the call was one to SQS. */
  readonly queue?: string;
  readonly region: string;
  /** Where S3 is, when it is not AWS's. */
  readonly endpoint?: string;
  readonly prefix: string;
  readonly collector: string;
  readonly key?: string;
}

interface SdkFault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

type Words = (context: FaultContext, fault: SdkFault) => Omit<Outcome, 'state'>;

const UNKNOWN_KEY: Words = () => ({
  message: 'AWS does not know this access key id',
  fix: {
    text: 'Check the access key id; it may have been deleted or made inactive: create a new one.',
    field: 'accessKeyId',
  },
});
const NO_CREDENTIALS: Words = ({ collector }, { message = '' }) => {
  const profile = process.env.AWS_PROFILE;
  if (!profile) {
    return {
      message: `No role found on ${collector}`,
      fix: { text: 'Give that machine an IAM role, or enter an access key.', field: 'accessKeyId' },
    };
  }
  // What follows is the profile's credential_process, which may hold a secret.
  const [said] = message.split(/(?<=Command failed):/);
  return {
    message: `No credentials from profile ${profile} (AWS_PROFILE) on ${collector}: ${said}`,
    fix: { text: `Create or renew profile ${profile}, or unset AWS_PROFILE, where the sidecar runs.` },
  };
};
const EXPIRED: Words = () => ({
  message: 'The AWS session has expired',
  fix: { text: 'Renew the credentials of this machine.' },
});
const NO_QUEUE: Words = ({ queue, region }) => ({
  message: `Queue ${queue} does not exist in ${region}`,
  fix: { text: 'Check the region, account and name in its URL.', field: 'queueUrl' },
});
const NO_ADDRESS: Words = (context, fault) => ({
  message: explainAwsError(fault, context).message,
  fix: { text: 'Correct the endpoint: it looks like https://host:9000.', field: 'endpoint' },
});
const WRONG_REGION: Words = ({ region }, { $response }) => {
  const actual = $response?.headers?.['x-amz-bucket-region'];
  return actual
    ? inRegion(actual, region)
    : { message: `Bucket is not in ${region}`, fix: { text: "Choose the bucket's own region.", field: 'region' } };
};

/** By AWS's error codes. Sources: S3 and STS API error lists; the SDK's behaviour as run. */
const FAULTS: Readonly<Record<string, Words>> = {
  InvalidAccessKeyId: UNKNOWN_KEY,
  InvalidClientTokenId: UNKNOWN_KEY,
  SignatureDoesNotMatch: () => ({
    message: 'The secret does not match',
    fix: { text: 'Enter the secret access key again, or create a new key.', field: 'secretAccessKey' },
  }),
  CredentialsProviderError: NO_CREDENTIALS,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  RequestTimeTooSkewed: () => ({
    message: 'The clock is more than 900 s off: AWS refuses its requests',
    fix: { text: "Set the clock of the sidecar's machine right (NTP)." },
  }),
  NoSuchBucket: () => ({
    message: 'Bucket does not exist',
    fix: { text: "Check the bucket's name.", field: 'bucket' },
  }),
  ERR_INVALID_URL: NO_ADDRESS,
  EndpointError: NO_ADDRESS,
  QueueDoesNotExist: NO_QUEUE,
  'AWS.SimpleQueueService.NonExistentQueue': NO_QUEUE,
  PermanentRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
};

/** The words for a bucket that lies elsewhere. */
export function inRegion(actual: string, wanted: string) {
  return {
    message: `Bucket is in ${actual}, not ${wanted}`,
    fix: { text: `Use ${actual}`, field: 'region', value: actual },
  };
}

/** Whether AWS refused a call for want of a permission. */
export function isDenied(error: unknown): boolean {
  const { name, $metadata } = (error ?? {}) as SdkFault;
  return (
    name === 'AccessDenied' ||
    name === 'AccessDeniedException' ||
    (name === 'Forbidden' && $metadata?.httpStatusCode === 403)
  );
}

/** Whether an error is one of these codes. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  const { name = '', code = '' } = (error ?? {}) as SdkFault;
  return codes.includes(name) || codes.includes(code);
}

/** Whether the bucket's region is what is wrong. */
export function isWrongRegion(error: unknown): boolean {
  return FAULTS[(error as SdkFault).name ?? ''] === WRONG_REGION;
}

/** A failed call as the row of a check: the cause and what to do. */
export function faultOf(error: unknown, context: FaultContext): Outcome {
  const fault = (error ?? {}) as SdkFault;
  if (isDenied(error)) {
    return { state: 'fail', ...denied(context, fault.message ?? '') };
  }
  const words = FAULTS[fault.name ?? ''] ?? FAULTS[fault.code ?? ''];
  return { state: 'fail', ...(words ? words(context, fault) : { message: explainAwsError(error, context).message }) };
}

/** The words for a role that these credentials may not take on. */
export function roleDenied(role: string): Omit<Outcome, 'state'> {
  return {
    message: `sts:AssumeRole denied on ${role}`,
    fix: { text: "Check the external id, and the role's trust policy: see Permissions.", field: 'roleArn' },
  };
}

function denied({ action, bucket, prefix }: FaultContext, message: string): Omit<Outcome, 'state'> {
  const role = roleNotTaken(message);
  if (role !== undefined) {
    return roleDenied(role);
  }
  // As S3 words it: "… is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:… because …"
  if (/kms:\w+/.test(message)) {
    const key = /arn:aws[a-z-]*:kms:[^\s"']+/.exec(message)?.[0] ?? "the bucket's KMS key";
    return {
      message: `kms:Decrypt denied on ${key}`,
      fix: {
        text: 'Allow it in the key policy and in the policy of these credentials: see Permissions, with this KMS key.',
      },
    };
  }
  const where = action === 's3:GetObject' || action === 's3:ListBucket' ? prefix || bucket : bucket;
  return {
    message: `${action} denied on ${where}`,
    fix: {
      text: 'Allow it in the policy of these credentials, and in the bucket policy when the bucket is of another account: see Permissions.',
    },
  };
}
