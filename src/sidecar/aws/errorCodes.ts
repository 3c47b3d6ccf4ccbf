import type { CheckResult } from '../../contract/checks';
import type { FailureReason } from '../../contract/descriptions';
import { where, type CallContext, type CheckContext, type SdkError } from './callContext';

/** The cause, and what to do about it. */
export type CheckWords = Pick<CheckResult, 'message' | 'fix'>;

/** What an error code means here, for each of those who see it. */
export interface ErrorWords {
  /** For logs and administrators: what went wrong, where, and what to do. */
  readonly log: (context: CallContext, error: SdkError) => string;
  /** The row of a Test; where it is left out, it says what the log does. */
  readonly check?: (context: CheckContext, error: SdkError) => CheckWords;
  /** For viewers, who see no bucket, queue or ARN: a sentence. */
  readonly viewer: string;
  /** Why a call of a sync failed, where that is told apart from other failures. */
  readonly reason?: (context: CallContext, error: SdkError) => FailureReason;
}

const NOT_LISTED = 'It could not be scanned: an administrator sees why.';
/** Of whatever goes wrong with a queue: the listing does without it. */
const QUEUE_NOT_READ = 'Its SQS queue cannot be read, so the bucket is listed instead.';

/** The row of a Test: the cause, what to do, and the field of the source where to do it. */
const row = (message: string, text: string, field?: string): CheckWords => ({
  message,
  fix: { text, ...(field !== undefined && { field }) },
});

/** Follows a failure that may come of the bucket's name standing in the host name of an endpoint that is not AWS's. */
const inPathInstead = ({ bucket, hasBucketInHost }: CallContext): string =>
  hasBucketInHost
    ? ` The request went to ${bucket}.HOST of the endpoint: if that store wants the bucket's name in the path, switch on path style (--path-style).`
    : '';

/** The field of the source to correct: where the bucket's name stands, or another. */
const fieldOfPlace = ({ hasBucketInHost }: CallContext, other: string) => (hasBucketInHost ? 'pathStyle' : other);

/** Of what is in words already when it is thrown. */
const asThrown = (_context: CallContext, { message = '' }: SdkError) => message;

/**
 * Whether a refusal is the organization's. AWS says so in a sentence only: "… is not authorized to perform: ec2:DescribeVpcs with an
 * explicit deny in a service control policy". Source: "Troubleshoot access denied error messages", AWS IAM user guide.
 */
const isByOrganization = ({ message = '' }: SdkError) => /explicit deny in a service control policy/i.test(message);

const denialReason = (_context: CallContext, error: SdkError) =>
  isByOrganization(error) ? 'service-control-policy' : 'denied';

/** The account and region of a call to EC2. */
const place = ({ region, account }: CallContext) => `${region}${account ? ` for account ${account}` : ''}`;

const deniedByOrganization: ErrorWords['log'] = ({ action, ...context }, { message = '' }) => {
  const denied = /not authorized to perform: (\w+:\w+)/.exec(message)?.[1] ?? action;
  const at =
    context.bucket || context.queue ? `on ${where({ action, ...context })}` : `in ${place({ action, ...context })}`;
  return `${denied} is denied ${at} by a service control policy of the organization: only who manages the organization can allow it.`;
};

const DENIED: ErrorWords = {
  reason: denialReason,
  log: ({ action, key, ...context }, error) => {
    const { message = '' } = error;
    if (isByOrganization(error)) {
      return deniedByOrganization({ action, key, ...context }, error);
    }
    const role = roleNotTaken(message);
    if (role !== undefined) {
      return `These credentials may not take on ${role} (sts:AssumeRole is denied): check the external id, the role's trust policy, and the IAM policy of these credentials.`;
    }
    const kmsKey = kmsKeyOf(message);
    if (kmsKey !== undefined) {
      return `kms:Decrypt is denied on ${kmsKey}, with which ${key ? `${key} in ` : ''}${where({ action, ...context })} is encrypted: allow it in the key policy and in the IAM policy of these credentials.`;
    }
    if (context.queue === undefined && context.bucket === undefined) {
      return `${action} is denied in ${place({ action, ...context })}: allow it in the IAM policy of these credentials.`;
    }
    const other = context.queue === undefined ? 'bucket' : 'queue';
    return `${action} is denied on ${key ? `${key} in ` : ''}${where({ action, ...context })}: allow it in the IAM policy of these credentials and in the ${other} policy.`;
  },
  check: ({ action, bucket, prefix }, error) => {
    const { message = '' } = error;
    if (isByOrganization(error)) {
      return row(
        `${action} denied on ${bucket} by a service control policy`,
        'Only who manages the organization can allow it: ask there.'
      );
    }
    const role = roleNotTaken(message);
    if (role !== undefined) {
      return roleDenied(role);
    }
    const kmsKey = kmsKeyOf(message);
    if (kmsKey !== undefined) {
      return row(
        `kms:Decrypt denied on ${kmsKey}`,
        'Allow it in the key policy and in the policy of these credentials: see Permissions, with this KMS key.'
      );
    }
    const isBelowPrefix = action === 's3:GetObject' || action === 's3:ListBucket';
    return row(
      `${action} denied on ${(isBelowPrefix && prefix) || bucket}`,
      'Allow it in the policy of these credentials, and in the bucket policy when the bucket is of another account: see Permissions.'
    );
  },
  viewer: 'AWS denies access to its bucket, or to the key that encrypts it.',
};

const WRONG_REGION: ErrorWords = {
  log: ({ bucket, region }, error) => {
    const actual = bucketRegionOf(error);
    return actual
      ? `Bucket ${bucket} is in ${actual}, not ${region}: set the source's region to ${actual}.`
      : `Bucket ${bucket} is not in ${region}: set the source's region to the bucket's own.`;
  },
  check: ({ region }, error) => {
    const actual = bucketRegionOf(error);
    return actual
      ? inRegion(actual, region)
      : row(`Bucket is not in ${region}`, "Choose the bucket's own region.", 'region');
  },
  viewer: 'Its bucket is in another region.',
};

const UNKNOWN_KEY: ErrorWords = {
  log: () => 'AWS does not know this access key id: check AWS_ACCESS_KEY_ID, or create a new key.',
  check: () =>
    row(
      'AWS does not know this access key id',
      'Check the access key id; it may have been deleted or made inactive: create a new one.',
      'accessKeyId'
    ),
  viewer: 'AWS does not know its access key.',
};

const NO_CREDENTIALS: ErrorWords = {
  log: () =>
    'No AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine an IAM role.',
  check: ({ collector }, { message = '' }) => {
    const profile = process.env.AWS_PROFILE;
    if (!profile) {
      return row(
        `No role found on ${collector}`,
        'Give that machine an IAM role, or enter an access key.',
        'accessKeyId'
      );
    }
    // What follows is the profile's credential_process, which may hold a secret.
    const [said] = message.split(/(?<=Command failed):/);
    return row(
      `No credentials from profile ${profile} (AWS_PROFILE) on ${collector}: ${said}`,
      `Create or renew profile ${profile}, or unset AWS_PROFILE, where the sidecar runs.`
    );
  },
  viewer: 'The sidecar has no AWS credentials.',
};

const EXPIRED: ErrorWords = {
  log: () => 'The AWS session has expired: renew the credentials.',
  check: () => row('The AWS session has expired', 'Renew the credentials of this machine.'),
  viewer: 'The AWS session of the sidecar has expired.',
};

const notAnAddress: ErrorWords['log'] = (_context, { input, message }) =>
  `The address ${input ?? `of AWS (${message})`} is no URL, or its port is above 65535: check the endpoint in the settings of the source, and AWS_ENDPOINT_URL.`;

const NO_ADDRESS: ErrorWords = {
  log: notAnAddress,
  check: (context, error) =>
    row(notAnAddress(context, error), 'Correct the endpoint: it looks like https://host:9000.', 'endpoint'),
  viewer: 'Its endpoint is no URL.',
};

const UNREACHABLE: ErrorWords = {
  log: ({ key, ...context }, error) =>
    `AWS does not answer for ${key ? `${key} in ` : ''}${where(context)} (${error.message || error.code}): check the network, the region's name and AWS_ENDPOINT_URL.`,
  viewer: 'AWS does not answer.',
};

/** A host that has no address. */
const NO_HOST: ErrorWords = {
  ...UNREACHABLE,
  log: (context, error) => `${UNREACHABLE.log(context, error)}${inPathInstead(context)}`,
  check: (context, error) => {
    const message = UNREACHABLE.log(context, error);
    return context.hasBucketInHost ? row(message, inPathInstead(context).trim(), 'pathStyle') : { message };
  },
};

const NO_QUEUE: ErrorWords = {
  log: ({ queue, region }) => `Queue ${queue} does not exist in ${region}: check its URL.`,
  check: ({ queue, region }) =>
    row(`Queue ${queue} does not exist in ${region}`, 'Check the region, account and name in its URL.', 'queueUrl'),
  viewer: QUEUE_NOT_READ,
};

const THROTTLED: ErrorWords = {
  reason: () => 'throttled',
  log: (context) =>
    `AWS throttles ${context.action} on ${where(context)}: too many requests at once; they are tried again.`,
  viewer: NOT_LISTED,
};

/** Follows the name of an object that S3 gives only after a restore. */
export const ARCHIVED =
  'is archived (S3 Glacier, or an archive tier of Intelligent-Tiering): S3 gives it only after a restore. It is left in the bucket. Restore it and copy it back to S3 ' +
  'Standard in its place, then it is collected; and let no lifecycle rule archive what is still to be collected.';

const NOT_ENABLED: ErrorWords = {
  reason: () => 'region-not-enabled',
  log: ({ region, account }) =>
    `${account ? `Account ${account}` : 'The account'} has not enabled region ${region}: enable it there, or leave it out of the regions that are read.`,
  viewer: NOT_LISTED,
};

/** Why nothing is deleted from a store. `said`: what it does, as a part of a sentence. */
const anyVersionDeleted = (said = '') =>
  `this store does not delete exactly the version that was read (${said}), so an object that was overwritten meanwhile would be lost.`;

const KEEP_OR_EXPIRE =
  'Let a rule of the store expire objects, later than Flowscope may ever fall behind, or use one that knows If-Match on DELETE, as AWS does.';

/** Of an object: what S3 does, and what becomes of it. */
const objectFault = (what: (place: string, said: string) => string): ErrorWords => ({
  log: ({ key, ...context }, { message = '' }) =>
    `${what(`${key} in ${where(context)}`, message)}. Nothing of it was stored or deleted; it is tried again with the next listing. If this goes on, look at the store and at what stands before it, such as a proxy or a cache.`,
  viewer: NOT_LISTED,
});

/**
 * What error codes of AWS mean here, each described once: for the log, for a Test and for viewers. Also the codes that
 * Flowscope itself gives. Sources: S3, SQS, STS and EC2 API error lists; the SDK's behaviour as run.
 */
export const ERROR_CODES: Readonly<Record<string, ErrorWords>> = {
  NoSuchBucket: {
    log: (context) => `Bucket ${context.bucket} does not exist: check its name.${inPathInstead(context)}`,
    check: (context) =>
      row(
        'Bucket does not exist',
        `Check the bucket's name.${inPathInstead(context)}`,
        fieldOfPlace(context, 'bucket')
      ),
    viewer: 'Its bucket does not exist.',
  },
  PermanentRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  UnauthorizedOperation: {
    reason: denialReason,
    log: (context, error) =>
      isByOrganization(error)
        ? deniedByOrganization(context, error)
        : `${context.action} is denied in ${place(context)}: allow it in the IAM policy of these credentials.`,
    viewer: NOT_LISTED,
  },
  InvalidAccessKeyId: UNKNOWN_KEY,
  InvalidClientTokenId: UNKNOWN_KEY,
  SignatureDoesNotMatch: {
    log: () => 'The secret access key does not match the access key id: check AWS_SECRET_ACCESS_KEY.',
    check: () =>
      row('The secret does not match', 'Enter the secret access key again, or create a new key.', 'secretAccessKey'),
    viewer: 'The secret of its access key is wrong.',
  },
  SecretNotOpened: { log: asThrown, viewer: 'The secret of its access key cannot be opened.' },
  AuthFailure: {
    // A region that is not enabled knows no credentials of the account. Whose id is known has signed in elsewhere.
    reason: ({ account }) => (account === undefined ? 'other' : 'region-not-enabled'),
    log: (context, error) =>
      context.account === undefined
        ? `AWS does not accept these credentials in ${context.region}: check them, and this machine's clock.`
        : NOT_ENABLED.log(context, error),
    viewer: NOT_LISTED,
  },
  RequestTimeTooSkewed: {
    log: () => 'The clock of this machine is more than 15 minutes off: AWS refuses its requests. Set it right.',
    check: () =>
      row(
        'The clock is more than 900 s off: AWS refuses its requests',
        "Set the clock of the sidecar's machine right (NTP)."
      ),
    viewer: 'The clock of the sidecar is wrong.',
  },
  ClockDiffers: {
    log: asThrown,
    viewer: 'The clocks of the sidecar and of S3 differ by more than five minutes.',
  },
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  CredentialsProviderError: NO_CREDENTIALS,
  OptInRequired: NOT_ENABLED,
  ERR_INVALID_URL: NO_ADDRESS,
  EndpointError: NO_ADDRESS,
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  ECONNRESET: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  TimeoutError: UNREACHABLE,
  RequestThrottled: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  QueueDoesNotExist: NO_QUEUE,
  'AWS.SimpleQueueService.NonExistentQueue': NO_QUEUE,
  InvalidQueueUrl: { log: asThrown, viewer: QUEUE_NOT_READ },
  KmsAccessDenied: {
    log: ({ queue }) =>
      `Queue ${queue} is encrypted with a key of KMS that these credentials may not use: allow kms:Decrypt on that key.`,
    viewer: QUEUE_NOT_READ,
  },
  OverLimit: {
    log: ({ queue }) => `Queue ${queue} has too many messages in flight: other readers receive and never delete them.`,
    viewer: QUEUE_NOT_READ,
  },
  EndlessListing: { log: asThrown, viewer: 'The listing of its bucket does not come to its end.' },
  // Those of `AnswerFault`: AWS has no names for what only a store or a proxy before it does.
  NotS3: {
    log: ({ action, ...context }, { message }) =>
      `${action} on ${where({ action, ...context })} was answered with ${message}: that is no answer of S3. Check the endpoint, and what stands before it, such as a proxy or the sign-in page of a network.${inPathInstead({ action, ...context })}`,
    viewer: 'What answers in the place of its bucket is no S3.',
  },
  NotAsListed: objectFault((place, said) => `S3 does not give ${place} as it was listed: ${said}`),
  ListedNotFound: objectFault((place) => `S3 lists ${place}, and says that it is not there when it is read (404)`),
  ListedNotMatching: objectFault(
    (place) => `S3 says that ${place} has changed since it was listed (412), and lists it unchanged`
  ),
  InvalidObjectState: {
    log: ({ key, ...context }) => `${key} in ${where(context)} ${ARCHIVED}`,
    check: ({ key }) =>
      row(
        `${key ?? 'An object'} is archived: S3 gives it only after a restore`,
        'Such objects are left in the bucket. Let the lifecycle rule archive nothing that is to be collected, and copy what is archived back to S3 Standard.'
      ),
    viewer: 'Objects of its bucket are archived.',
  },
  NotDeleted: {
    log: ({ key, ...context }, { message }) =>
      `${key} in ${where(context)} was stored, and not deleted: S3 answers ${message}, and no listing shows that it is gone. It is tried again with the next listing.`,
    viewer: NOT_LISTED,
  },
  AnyVersionDeleted: {
    log: ({ action: _, key: _key, ...context }, { message }) =>
      `Nothing is deleted from ${where({ action: '', ...context })}: ${anyVersionDeleted(message)} What was stored stays in the bucket. ${KEEP_OR_EXPIRE}`,
    check: (_context, { message }) =>
      row(
        `Nothing will be deleted: ${anyVersionDeleted(message)}`,
        `Objects are collected, and stay in the bucket. ${KEEP_OR_EXPIRE}`
      ),
    viewer: 'Its store cannot delete exactly what was read, so objects stay in the bucket.',
  },
  Overwritten: {
    log: ({ key, ...context }) =>
      `${key} in ${where(context)} was overwritten after it was listed: the next listing shows what is there now, and that is collected.`,
    viewer: NOT_LISTED,
  },
};

/** The code of an error that {@link ERROR_CODES} knows; undefined when it knows none. */
export function codeOf({ name, code }: SdkError): string | undefined {
  return [name, code].find((known) => known !== undefined && Object.hasOwn(ERROR_CODES, known));
}

/** Why a source fails, for viewers. `code`: as the registry keeps it, `sqs:…` for errors of the queue. */
export function viewerWords(code: string): string {
  return code.startsWith('sqs:')
    ? QUEUE_NOT_READ
    : Object.hasOwn(ERROR_CODES, code)
      ? ERROR_CODES[code].viewer
      : NOT_LISTED;
}

/** Whether a code says that the bucket is in another region. */
export function saysWrongRegion(code: string): boolean {
  return ERROR_CODES[code] === WRONG_REGION;
}

/** The words of a Test for a bucket that lies elsewhere. */
export function inRegion(actual: string, wanted: string) {
  return {
    message: `Bucket is in ${actual}, not ${wanted}`,
    fix: { text: `Use ${actual}`, field: 'region', value: actual },
  };
}

/** The words of a Test for a role that these credentials may not take on. */
export function roleDenied(role: string): CheckWords {
  const text = "Check the external id, and the role's trust policy: see Permissions.";
  return row(`sts:AssumeRole denied on ${role}`, text, 'roleArn');
}

/**
 * The role that a refusal is about, where it is none of the call itself but of taking on that role. AWS names it in a
 * sentence only: "User: arn:… is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::…:role/…".
 */
function roleNotTaken(message: string): string | undefined {
  return message.includes('sts:AssumeRole')
    ? (/arn:aws[a-z-]*:iam::\d+:role\/[^\s"']+/.exec(message)?.[0] ?? 'the role')
    : undefined;
}

/**
 * The key of KMS that a refusal is about, where the bucket allows the call. S3 words it so: "User: … is not authorized to perform:
 * kms:Decrypt on resource: arn:aws:kms:… because …"
 */
function kmsKeyOf(message: string): string | undefined {
  return /kms:\w+/.test(message)
    ? (/arn:aws[a-z-]*:kms:[^\s"']+/.exec(message)?.[0] ?? 'the KMS key of the bucket')
    : undefined;
}

/** The region that S3 names when it was asked in another one. */
function bucketRegionOf({ $response }: SdkError): string | undefined {
  return $response?.headers?.['x-amz-bucket-region'];
}
