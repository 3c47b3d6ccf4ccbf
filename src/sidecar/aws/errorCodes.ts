import type { CheckResult } from '../../contract/checks';
import type { FailureReason } from '../../contract/descriptions';
import { proxies, proxyFault } from '../util/network';
import { where, type CallContext, type CheckContext, type SdkError } from './callContext';

/** The cause, and what to do about it. */
export type CheckWords = Pick<CheckResult, 'message' | 'fix'>;

/** Who answers with a code: a service of AWS (S3 also stands for stores that are not AWS), what lies between, or Flowscope itself. */
export type Answering = 'S3' | 'SQS' | 'EC2' | 'STS' | 'Network' | 'Flowscope';

/** What an error code means here, for each of those who see it. */
export interface ErrorWords {
  readonly of: readonly Answering[];
  /** Of a code that says many things: whether it says this one. The others are shown in AWS's own words. */
  readonly when?: (error: SdkError) => boolean;
  /** For logs and administrators: what went wrong, where, and what to do. */
  readonly log: (context: CallContext, error: SdkError) => string;
  /** The row of a Test: the cause, and what to do. */
  readonly check: (context: CheckContext, error: SdkError) => CheckWords;
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

type Say = (context: CallContext, error: SdkError) => string;

/** Words of a cause and what to do about it, which the log has in one sentence and a Test in two. `cure`: begins with a verb. */
function words({
  cause,
  cure,
  field,
  ...rest
}: Omit<ErrorWords, 'log' | 'check'> & {
  readonly cause: Say;
  readonly cure: Say | string;
  readonly field?: string;
}): ErrorWords {
  const toDo: Say = typeof cure === 'string' ? () => cure : cure;
  return {
    ...rest,
    log: (context, error) => {
      const text = toDo(context, error);
      return `${cause(context, error)}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
    },
    check: (context, error) => row(cause(context, error), toDo(context, error), field),
  };
}

/** Words of what was put into words when it was thrown. `cure`: what a Test says to do. */
const thrownInWords = (viewer: string, cure: string, field?: string): ErrorWords => ({
  of: ['Flowscope'],
  log: asThrown,
  check: (_context, { message = '' }) => row(message, cure, field),
  viewer,
});

/** Follows a failure that may come of the bucket's name standing in the host name of an endpoint that is not AWS's. */
const inPathInstead = ({ bucket, hasBucketInHost }: CallContext): string =>
  hasBucketInHost
    ? ` The request went to ${bucket}.HOST of the endpoint: if that store wants the bucket's name in the path, switch on path style (--path-style).`
    : '';

/** The field of the source to correct: where the bucket's name stands, or another. */
const fieldOfPlace = ({ hasBucketInHost }: CallContext, other: string) => (hasBucketInHost ? 'pathStyle' : other);

/** Of what is in words already when it is thrown. */
function asThrown(_context: CallContext, { message = '' }: SdkError): string {
  return message;
}

/** What AWS said, in brackets; '' when it said nothing. In one line, unlike what OpenSSL says. */
const inBrackets = ({ message }: SdkError) => (message ? ` (${message.trim().replace(/\s+/g, ' ')})` : '');

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
  of: ['S3', 'SQS', 'EC2', 'STS'],
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
  check: ({ action, bucket, prefix, queue, region }, error) => {
    const { message = '' } = error;
    if (isByOrganization(error)) {
      return row(
        `${action} denied on ${queue ?? bucket} by a service control policy`,
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
    if (queue === undefined && bucket === undefined) {
      return row(
        `${action} denied in ${place({ action, region })}`,
        'Allow it in the IAM policy of these credentials.'
      );
    }
    const isBelowPrefix = action === 's3:GetObject' || action === 's3:ListBucket';
    const [what, name] = queue === undefined ? ['bucket', (isBelowPrefix && prefix) || bucket] : ['queue', queue];
    return row(
      `${action} denied on ${name}`,
      `Allow it in the policy of these credentials, and in the ${what} policy when the ${what} is of another account: see Permissions.`
    );
  },
  viewer: 'AWS denies access to its bucket, or to the key that encrypts it.',
};

const WRONG_REGION: ErrorWords = {
  of: ['S3'],
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
  of: ['S3', 'SQS', 'EC2', 'STS'],
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
  of: ['S3', 'SQS', 'EC2', 'STS'],
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
  of: ['S3', 'SQS', 'EC2', 'STS'],
  log: () => 'The AWS session has expired: renew the credentials.',
  check: () => row('The AWS session has expired', 'Renew the credentials of this machine.'),
  viewer: 'The AWS session of the sidecar has expired.',
};

/** Whether the SDK has no endpoint of the kind that is asked for. It says so in a sentence only. */
const isOfKind = ({ message = '' }: SdkError) => /FIPS|dual-?stack/i.test(message);

const notAnAddress: ErrorWords['log'] = ({ action, region }, { input, message = '' }) =>
  isOfKind({ message })
    ? `${action} cannot be called in ${region} as AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT say (${message}): unset them, or AWS_ENDPOINT_URL where that is set.`
    : `The address ${input ?? `of AWS (${message})`} is no URL, or its port is above 65535: check the endpoint in the settings of the source, and AWS_ENDPOINT_URL.`;

const NO_ADDRESS: ErrorWords = {
  of: ['Network'],
  log: notAnAddress,
  check: (context, error) =>
    isOfKind(error)
      ? row(
          `AWS has no such endpoint in ${context.region} (${error.message})`,
          'Unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, or AWS_ENDPOINT_URL where that is set.'
        )
      : row(notAnAddress(context, error), 'Correct the endpoint: it looks like https://host:9000.', 'endpoint'),
  viewer: 'Its endpoint is no URL.',
};

/** `a, b and c` */
const listed = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Follows a failure to reach an endpoint with FIPS: whether there is one is known by its name alone. */
const fipsAdvice = ({ message = '', statusCode = 0 }: SdkError) =>
  /-fips\./.test(message) && ![403, 407].includes(statusCode)
    ? ' AWS has endpoints with FIPS in some regions only: unset AWS_USE_FIPS_ENDPOINT where this service has none.'
    : '';

/** A proxy that stands in the way; undefined when it is none. */
const byProxy = ({ key, ...context }: CallContext, error: SdkError) => {
  const fault = proxyFault(error);
  return fault && `On the way to ${key ? `${key} in ` : ''}${where(context)}, ${fault.what}`;
};

const UNREACHABLE = words({
  of: ['Network'],
  cause: ({ key, ...context }, error) =>
    byProxy({ key, ...context }, error) ??
    `AWS does not answer for ${key ? `${key} in ` : ''}${where(context)} (${error.message || error.code})`,
  cure: (_context, error) => {
    const settings = ['AWS_ENDPOINT_URL', ...proxies().map(({ setting }) => setting)];
    const toCheck = `Check ${listed(['the network', "the region's name", ...settings])}.`;
    return `${proxyFault(error)?.toDo ?? toCheck}${fipsAdvice(error)}`;
  },
  viewer: 'AWS does not answer.',
});

/** A proxy answered in the place of AWS. */
const PROXY = words({
  of: ['Network'],
  cause: (context, error) =>
    byProxy(context, error) ?? `On the way to ${where(context)}, the proxy did not do its work${inBrackets(error)}`,
  cure: (_context, error) => `${proxyFault(error)?.toDo ?? "Look at the proxy's log."}${fipsAdvice(error)}`,
  viewer: 'A proxy stands in the way to AWS.',
});

/** What answers has a certificate that this machine does not take. `what`: why, as a part of a sentence. */
const certificateFault = (what: string, cure: string): ErrorWords =>
  words({
    of: ['Network'],
    cause: (context, error) => `The certificate of what answers for ${where(context)} ${what}${inBrackets(error)}`,
    cure,
    viewer: 'The certificate of its endpoint is not trusted.',
  });
const NOT_TRUSTED = certificateFault(
  'is signed by an authority that is not trusted',
  "Name the file of that authority in FLOWSCOPE_CA_FILE, where the sidecar runs, and start it again. Behind a proxy that opens TLS it is the proxy's authority."
);

/** What answers speaks plain HTTP. */
const NO_TLS = words({
  of: ['Network'],
  cause: (context, error) => `What answers for ${where(context)} speaks no TLS${inBrackets(error)}`,
  cure: 'Check whether the endpoint begins with http:// or https://, and its port.',
  field: 'endpoint',
  viewer: 'Its endpoint speaks no TLS.',
});

/** The certificate is of another host. */
const OTHER_HOST = words({
  of: ['Network'],
  cause: (context, error) =>
    `The certificate of what answers for ${where(context)} is of another host${inBrackets(error)}`,
  cure: (context) => `Call the endpoint by a name that the certificate has.${inPathInstead(context)}`,
  field: 'endpoint',
  viewer: 'The certificate of its endpoint is of another host.',
});

/** A host that has no address. */
const NO_HOST: ErrorWords = {
  ...UNREACHABLE,
  log: (context, error) => `${UNREACHABLE.log(context, error)}${inPathInstead(context)}`,
  check: (context, error) =>
    context.hasBucketInHost
      ? row(UNREACHABLE.log(context, error), inPathInstead(context).trim(), 'pathStyle')
      : UNREACHABLE.check(context, error),
};

const NO_QUEUE: ErrorWords = {
  of: ['SQS'],
  log: ({ queue, region }) => `Queue ${queue} does not exist in ${region}: check its URL.`,
  check: ({ queue, region }) =>
    row(`Queue ${queue} does not exist in ${region}`, 'Check the region, account and name in its URL.', 'queueUrl'),
  viewer: QUEUE_NOT_READ,
};

const THROTTLED: ErrorWords = {
  of: ['S3', 'SQS', 'EC2', 'STS'],
  reason: () => 'throttled',
  log: (context) =>
    `AWS throttles ${context.action} on ${where(context)}: too many requests at once; they are tried again.`,
  check: (context) =>
    row(
      `AWS throttles ${context.action} on ${where(context)}`,
      'Test again in a minute: collecting tries again by itself. If it goes on, ask AWS for a higher limit, or see who else calls so often.'
    ),
  viewer: NOT_LISTED,
};

/** AWS could not answer, and will again. */
const TROUBLE = words({
  of: ['S3', 'SQS', 'EC2', 'STS'],
  cause: (context, error) =>
    `${context.action} on ${where(context)} failed for a fault of the service itself, ${error.name}${inBrackets(error)}`,
  cure: 'Wait, since it is tried again. If it goes on, see the AWS Health Dashboard, or the log of the store where that is not AWS.',
  viewer: 'The service that its bucket lies in has a fault.',
});

/** Two who write at the same time. */
const AT_ONCE = words({
  of: ['S3'],
  cause: ({ key, ...context }) =>
    `${context.action} on ${key ? `${key} in ` : ''}${where(context)} met another change of the same at the same moment`,
  cure: 'Wait, since it is tried again with the next listing, and nothing was lost.',
  viewer: NOT_LISTED,
});

/** What the store cannot do. */
const NOT_KNOWN_THERE = words({
  of: ['S3', 'SQS'],
  cause: (context, error) => `What answers for ${where(context)} does not know ${context.action}${inBrackets(error)}`,
  cure: 'Use a newer version of that store: see "Stores that are not AWS" in docs/collection.md.',
  field: 'endpoint',
  viewer: 'Its store does not know a call that collecting needs.',
});

/** What came is not what was sent. */
const CHANGED = words({
  of: ['S3'],
  cause: (context, error) =>
    `${context.action} on ${where(context)} did not arrive as it was sent, ${error.name}${inBrackets(error)}`,
  cure: 'See what stands between, such as a proxy that changes requests.',
  viewer: NOT_LISTED,
});

/** The clock of this machine, as AWS tells it. */
const SKEWED: Pick<ErrorWords, 'log' | 'check'> = {
  log: () => 'The clock of this machine is more than 15 minutes off: AWS refuses its requests. Set it right.',
  check: () =>
    row(
      'The clock is more than 900 s off: AWS refuses its requests',
      "Set the clock of the sidecar's machine right (NTP)."
    ),
};

/** Signatures are of a time: AWS says so in a sentence only. Source: "Troubleshoot Signature Version 4 signing", AWS IAM user guide. */
const isOfClock = ({ message = '' }: SdkError) => /signature (?:expired|not yet current)/i.test(message);

const WRONG_SECRET: ErrorWords = {
  of: ['S3', 'SQS', 'EC2', 'STS'],
  log: (context, error) =>
    isOfClock(error)
      ? SKEWED.log(context, error)
      : 'The secret access key does not match the access key id: check AWS_SECRET_ACCESS_KEY.',
  check: (context, error) =>
    isOfClock(error)
      ? SKEWED.check(context, error)
      : row('The secret does not match', 'Enter the secret access key again, or create a new key.', 'secretAccessKey'),
  viewer: 'The secret of its access key is wrong.',
};

/** Temporary credentials whose session token is none. */
const BAD_TOKEN = words({
  of: ['S3', 'SQS', 'EC2', 'STS'],
  cause: () => 'AWS does not accept the session token of these credentials',
  cure: 'Renew the credentials where the sidecar runs (AWS_SESSION_TOKEN); an access key that stays has no token.',
  viewer: 'AWS does not accept the session of the sidecar.',
});

const NOT_SIGNED = words({
  of: ['S3', 'SQS', 'EC2', 'STS'],
  cause: (context) => `The request ${context.action} came to AWS without a whole signature`,
  cure: 'See what stands between, such as a proxy that drops the header Authorization, and check AWS_ENDPOINT_URL.',
  viewer: NOT_LISTED,
});

/** An account that AWS has closed in one way or another. */
const ACCOUNT_CLOSED = words({
  of: ['S3', 'EC2', 'STS'],
  cause: ({ action, region, account }, error) =>
    `AWS refuses ${action} in ${region} for the whole account${account ? ` ${account}` : ''}${inBrackets(error)}`,
  cure: 'Ask AWS Support: the account may be blocked, not verified yet, or its bills not paid.',
  viewer: 'AWS refuses its account.',
});

/** What is wrong with a key of KMS, besides a permission. */
const kmsFault = (what: string, cure: string): ErrorWords =>
  words({
    of: ['S3', 'SQS'],
    cause: ({ key, ...context }, error) =>
      `The KMS key of ${key ? `${key} in ` : ''}${where(context)} ${what}${inBrackets(error)}`,
    cure,
    viewer: 'The key that encrypts it cannot be used.',
  });
const KMS_DISABLED = kmsFault('is disabled', 'Enable it: what it encrypts cannot be read until then.');
const KMS_GONE = kmsFault(
  'does not exist',
  'See whether it was deleted: what it encrypts cannot be read any more, unless its deletion is only scheduled.'
);
const KMS_STATE = kmsFault(
  'cannot be used in its state',
  'See its state in KMS: a key that is to be deleted must have that cancelled, and be enabled.'
);
const KMS_USAGE = kmsFault('is not for encrypting', 'Use a symmetric key for encrypting and decrypting there.');

/** What objects with a key of the customer's own say. Source: "Using server-side encryption with customer-provided keys", S3 user guide. */
const hasOwnKey = ({ message = '' }: SdkError) => /stored using a form of server side encryption/i.test(message);

/** Follows the name of an object that S3 gives only after a restore. */
export const ARCHIVED =
  'is archived (S3 Glacier, or an archive tier of Intelligent-Tiering): S3 gives it only after a restore. It is left in the bucket. Restore it and copy it back to S3 ' +
  'Standard in its place, then it is collected; and let no lifecycle rule archive what is still to be collected.';

const NOT_ENABLED: ErrorWords = {
  ...words({
    of: ['S3', 'EC2', 'STS'],
    cause: ({ region, account }) =>
      `${account ? `Account ${account}` : 'The account'} has not enabled region ${region}`,
    cure: 'Enable it there, or leave it out of the regions that are read.',
    viewer: NOT_LISTED,
  }),
  reason: () => 'region-not-enabled',
};

/** Why nothing is deleted from a store. `said`: what it does, as a part of a sentence. */
const anyVersionDeleted = (said = '') =>
  `this store does not delete exactly the version that was read (${said}), so an object that was overwritten meanwhile would be lost.`;

const KEEP_OR_EXPIRE =
  'Let a rule of the store expire objects, later than Flowscope may ever fall behind, or use one that knows If-Match on DELETE, as AWS does.';

/** Of an object: what S3 does, and what becomes of it. */
const objectFault = (what: (place: string, said: string) => string): ErrorWords => {
  const cause: Say = ({ key, ...context }, { message = '' }) => what(`${key} in ${where(context)}`, message);
  const cure = 'If this goes on, look at the store and at what stands before it, such as a proxy or a cache.';
  return {
    of: ['Flowscope'],
    log: (context, error) =>
      `${cause(context, error)}. Nothing of it was stored or deleted; it is tried again with the next listing. ${cure}`,
    check: (context, error) => row(cause(context, error), cure),
    viewer: NOT_LISTED,
  };
};

const NO_ACCESS_POINT = words({
  of: ['S3'],
  cause: ({ bucket, region }) => `Access point ${bucket} does not exist in ${region}`,
  cure: 'Check its alias and region: S3 shows both under Access Points.',
  field: 'bucket',
  viewer: 'Its access point does not exist.',
});

const KMS_DENIED: ErrorWords = {
  ...words({
    of: ['SQS'],
    cause: ({ queue }) => `Queue ${queue} is encrypted with a key of KMS that these credentials may not use`,
    cure: 'Allow kms:Decrypt on that key.',
    viewer: QUEUE_NOT_READ,
  }),
};

const NOT_ENABLED_FOR_KMS = words({
  of: ['S3', 'SQS'],
  cause: (context) => `The account may not use KMS for ${where(context)} (it has to be signed up for it)`,
  cure: 'Sign the account up for KMS in that region.',
  viewer: 'The key that encrypts it cannot be used.',
});

/** A message whose time was over before it was deleted or kept. */
const LATE_RECEIPT = words({
  of: ['SQS'],
  cause: ({ queue }) => `A message of queue ${queue} was visible again before it was done with`,
  cure: 'Wait, since it comes again, and counts nothing twice. If it goes on, see who else reads the queue.',
  viewer: QUEUE_NOT_READ,
});

const CHECK_ENDPOINT =
  'Check the endpoint, and what stands before it, such as a proxy or the sign-in page of a network.';

/**
 * What error codes of AWS mean here, each described once: for the log, for a Test and for viewers. Also the codes that
 * Flowscope itself gives. docs/errors.md shows all of them. Sources: S3, SQS, STS and EC2 API error lists; the SDK's behaviour as run.
 */
export const ERROR_CODES: Readonly<Record<string, ErrorWords>> = {
  NoSuchBucket: {
    of: ['S3'],
    log: (context) => `Bucket ${context.bucket} does not exist: check its name.${inPathInstead(context)}`,
    check: (context) =>
      row(
        'Bucket does not exist',
        `Check the bucket's name.${inPathInstead(context)}`,
        fieldOfPlace(context, 'bucket')
      ),
    viewer: 'Its bucket does not exist.',
  },
  InvalidBucketName: words({
    of: ['S3'],
    cause: ({ bucket }) => `${bucket} is no name that S3 gives buckets`,
    cure: (context) => `Check the bucket's name.${inPathInstead(context)}`,
    field: 'bucket',
    viewer: 'Its bucket does not exist.',
  }),
  NoSuchAccessPoint: NO_ACCESS_POINT,
  InvalidAccessPointAliasError: NO_ACCESS_POINT,
  PermanentRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  TemporaryRedirect: words({
    of: ['S3'],
    cause: ({ bucket }) => `Bucket ${bucket} was made a short time ago, and not all of AWS knows where it is`,
    cure: 'Wait some hours, or choose the region that it is in.',
    field: 'region',
    viewer: 'Its bucket is new, and not all of AWS knows it yet.',
  }),
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  UnauthorizedAccess: words({
    of: ['S3'],
    cause: () => 'AWS lets these credentials into its regions in China only, or only into those elsewhere',
    cure: 'Use credentials of the partition that the bucket is in.',
    field: 'accessKeyId',
    viewer: 'Its credentials are of another partition of AWS.',
  }),
  AllAccessDisabled: words({
    of: ['S3'],
    cause: ({ bucket }) => `AWS has disabled all access to bucket ${bucket}`,
    cure: 'Check its name: it may be of somebody else; and ask AWS Support.',
    field: 'bucket',
    viewer: 'AWS has disabled all access to its bucket.',
  }),
  UnauthorizedOperation: {
    of: ['EC2'],
    reason: denialReason,
    log: (context, error) =>
      isByOrganization(error)
        ? deniedByOrganization(context, error)
        : `${context.action} is denied in ${place(context)}: allow it in the IAM policy of these credentials.`,
    check: (context) =>
      row(`${context.action} denied in ${place(context)}`, 'Allow it in the IAM policy of these credentials.'),
    viewer: NOT_LISTED,
  },
  InvalidAccessKeyId: UNKNOWN_KEY,
  InvalidClientTokenId: UNKNOWN_KEY,
  UnrecognizedClientException: UNKNOWN_KEY,
  SignatureDoesNotMatch: WRONG_SECRET,
  InvalidSignatureException: WRONG_SECRET,
  InvalidToken: BAD_TOKEN,
  TokenRefreshRequired: BAD_TOKEN,
  MissingAuthenticationToken: NOT_SIGNED,
  MissingAuthenticationTokenException: NOT_SIGNED,
  IncompleteSignature: NOT_SIGNED,
  SecretNotOpened: thrownInWords(
    'The secret of its access key cannot be opened.',
    'Enter the secret access key again, or bring back the key it was sealed under.',
    'secretAccessKey'
  ),
  AuthFailure: {
    of: ['EC2'],
    // A region that is not enabled knows no credentials of the account. Whose id is known has signed in elsewhere.
    reason: ({ account }) => (account === undefined ? 'other' : 'region-not-enabled'),
    log: (context, error) =>
      context.account === undefined
        ? `AWS does not accept these credentials in ${context.region}: check them, and this machine's clock.`
        : NOT_ENABLED.log(context, error),
    check: (context, error) =>
      context.account === undefined
        ? row(`AWS does not accept these credentials in ${context.region}`, "Check them, and this machine's clock.")
        : NOT_ENABLED.check(context, error),
    viewer: NOT_LISTED,
  },
  Blocked: ACCOUNT_CLOSED,
  PendingVerification: ACCOUNT_CLOSED,
  AccountProblem: ACCOUNT_CLOSED,
  NotSignedUp: ACCOUNT_CLOSED,
  InvalidPayer: ACCOUNT_CLOSED,
  RequestTimeTooSkewed: { ...SKEWED, of: ['S3'], viewer: 'The clock of the sidecar is wrong.' },
  RequestExpired: { ...SKEWED, of: ['EC2'], viewer: 'The clock of the sidecar is wrong.' },
  ClockDiffers: thrownInWords(
    'The clocks of the sidecar and of S3 differ by more than five minutes.',
    "Set the clock of the sidecar's machine right (NTP), or the store's if that is wrong."
  ),
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  CredentialsProviderError: NO_CREDENTIALS,
  OptInRequired: NOT_ENABLED,
  RegionDisabledException: NOT_ENABLED,
  ERR_INVALID_URL: NO_ADDRESS,
  EndpointError: NO_ADDRESS,
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  ECONNRESET: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EPIPE: UNREACHABLE,
  TimeoutError: UNREACHABLE,
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    ...OTHER_HOST,
    check: (context, error) =>
      context.hasBucketInHost
        ? { ...OTHER_HOST.check(context, error), fix: { text: inPathInstead(context).trim(), field: 'pathStyle' } }
        : OTHER_HOST.check(context, error),
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: NOT_TRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: NOT_TRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_TRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: NOT_TRUSTED,
  CERT_HAS_EXPIRED: certificateFault(
    'has expired',
    "Renew it there; if it is still valid, set this machine's clock right."
  ),
  CERT_NOT_YET_VALID: certificateFault('is not valid yet', "Set this machine's clock right, or wait until it is."),
  ERR_PROXY_TUNNEL: PROXY,
  SlowDown: THROTTLED,
  RequestThrottled: THROTTLED,
  RequestThrottledException: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  Throttling: THROTTLED,
  ThrottlingException: THROTTLED,
  ThrottledException: THROTTLED,
  TooManyRequestsException: THROTTLED,
  KmsThrottled: THROTTLED,
  'KMS.ThrottlingException': THROTTLED,
  InternalError: TROUBLE,
  InternalFailure: TROUBLE,
  InternalServerError: TROUBLE,
  ServiceUnavailable: TROUBLE,
  ServiceUnavailableException: TROUBLE,
  Unavailable: TROUBLE,
  RequestTimeout: words({
    of: ['S3'],
    cause: (context) => `${context.action} on ${where(context)} took so long on its way that S3 gave it up`,
    cure: 'Wait, since it is tried again. If it goes on, look at the network.',
    viewer: 'The network to its bucket is too slow.',
  }),
  QueueDoesNotExist: NO_QUEUE,
  'AWS.SimpleQueueService.NonExistentQueue': NO_QUEUE,
  InvalidAddress: NO_QUEUE,
  InvalidQueueUrl: thrownInWords(QUEUE_NOT_READ, 'Enter the URL of the queue as SQS shows it.', 'queueUrl'),
  InvalidSecurity: words({
    of: ['SQS'],
    cause: (context) => `SQS refuses ${context.action} on ${where(context)} as not secure`,
    cure: 'Call the queue by https://, and see what stands between, such as a proxy that drops the signature.',
    field: 'queueUrl',
    viewer: QUEUE_NOT_READ,
  }),
  KmsAccessDenied: KMS_DENIED,
  'KMS.AccessDeniedException': KMS_DENIED,
  KmsDisabled: KMS_DISABLED,
  'KMS.DisabledException': KMS_DISABLED,
  KmsNotFound: KMS_GONE,
  'KMS.NotFoundException': KMS_GONE,
  KmsInvalidState: KMS_STATE,
  'KMS.KMSInvalidStateException': KMS_STATE,
  KmsInvalidKeyUsage: KMS_USAGE,
  'KMS.InvalidKeyUsageException': KMS_USAGE,
  KmsOptInRequired: NOT_ENABLED_FOR_KMS,
  'KMS.OptInRequired': NOT_ENABLED_FOR_KMS,
  OverLimit: words({
    of: ['SQS'],
    cause: ({ queue }) => `Queue ${queue} has too many messages in flight`,
    cure: 'See who else reads it: other readers receive and never delete them. A source needs a queue of its own.',
    viewer: QUEUE_NOT_READ,
  }),
  ReceiptHandleIsInvalid: LATE_RECEIPT,
  MessageNotInflight: LATE_RECEIPT,
  UnsupportedOperation: NOT_KNOWN_THERE,
  NotImplemented: NOT_KNOWN_THERE,
  MethodNotAllowed: NOT_KNOWN_THERE,
  MissingContentMD5: CHANGED,
  InvalidDigest: CHANGED,
  BadDigest: CHANGED,
  XAmzContentSHA256Mismatch: CHANGED,
  MalformedXML: CHANGED,
  ConditionalRequestConflict: AT_ONCE,
  OperationAborted: AT_ONCE,
  InvalidRequest: {
    ...words({
      of: ['S3'],
      cause: ({ key, ...context }) =>
        `${key ?? 'An object'} in ${where(context)} is encrypted with a key that whoever wrote it has kept (SSE-C)`,
      cure: 'Let it be written with a key of S3 or KMS: Flowscope has no such keys.',
      viewer: 'Objects of its bucket are encrypted with a key that nobody gave.',
    }),
    when: hasOwnKey,
  },
  EndlessListing: thrownInWords(
    'The listing of its bucket does not come to its end.',
    'Look at the store and at what stands before it, such as a proxy or a cache.',
    'endpoint'
  ),
  // Those of `AnswerFault`: AWS has no names for what only a store or a proxy before it does.
  NotS3: {
    of: ['Flowscope'],
    log: ({ action, ...context }, { message }) =>
      `${action} on ${where({ action, ...context })} was answered with ${message}: that is no answer of S3. ${CHECK_ENDPOINT}${inPathInstead({ action, ...context })}`,
    check: ({ action, ...context }, { message }) =>
      row(
        `${action} on ${where({ action, ...context })} was answered with ${message}: that is no answer of S3`,
        `${CHECK_ENDPOINT}${inPathInstead({ action, ...context })}`,
        fieldOfPlace({ action, ...context }, 'endpoint')
      ),
    viewer: 'What answers in the place of its bucket is no S3.',
  },
  NotAsListed: objectFault((place, said) => `S3 does not give ${place} as it was listed: ${said}`),
  ListedNotFound: objectFault((place) => `S3 lists ${place}, and says that it is not there when it is read (404)`),
  ListedNotMatching: objectFault(
    (place) => `S3 says that ${place} has changed since it was listed (412), and lists it unchanged`
  ),
  InvalidObjectState: {
    of: ['S3'],
    log: ({ key, ...context }) => `${key} in ${where(context)} ${ARCHIVED}`,
    check: ({ key }) =>
      row(
        `${key ?? 'An object'} is archived: S3 gives it only after a restore`,
        'Such objects are left in the bucket. Let the lifecycle rule archive nothing that is to be collected, and copy what is archived back to S3 Standard.'
      ),
    viewer: 'Objects of its bucket are archived.',
  },
  NotDeleted: {
    of: ['Flowscope'],
    log: ({ key, ...context }, { message }) =>
      `${key} in ${where(context)} was stored, and not deleted: S3 answers ${message}, and no listing shows that it is gone. It is tried again with the next listing.`,
    check: ({ key, ...context }, { message }) =>
      row(
        `${key} in ${where(context)} is not deleted: S3 answers ${message}, and no listing shows that it is gone`,
        'Look at the store and at what stands before it, such as a proxy; it is tried again with the next listing.'
      ),
    viewer: NOT_LISTED,
  },
  AnyVersionDeleted: {
    of: ['Flowscope'],
    log: ({ action, bucket, region }, { message }) =>
      `Nothing is deleted from ${where({ action, bucket, region })}: ${anyVersionDeleted(message)} What was stored stays in the bucket. ${KEEP_OR_EXPIRE}`,
    check: (_context, { message }) =>
      row(
        `Nothing will be deleted: ${anyVersionDeleted(message)}`,
        `Objects are collected, and stay in the bucket. ${KEEP_OR_EXPIRE}`
      ),
    viewer: 'Its store cannot delete exactly what was read, so objects stay in the bucket.',
  },
  Overwritten: {
    of: ['Flowscope'],
    log: ({ key, ...context }) =>
      `${key} in ${where(context)} was overwritten after it was listed: the next listing shows what is there now, and that is collected.`,
    check: ({ key, ...context }) =>
      row(
        `${key} in ${where(context)} was overwritten after it was listed`,
        'Test again: the next listing shows what is there now.'
      ),
    viewer: NOT_LISTED,
  },
};

/** The code of an error that {@link ERROR_CODES} knows; undefined when it knows none, or knows it of other errors only. */
export function codeOf(error: SdkError): string | undefined {
  if (error.$metadata?.httpStatusCode === 407) {
    return 'ERR_PROXY_TUNNEL';
  }
  const code = [error.name, error.code].find((known) => known !== undefined && Object.hasOwn(ERROR_CODES, known));
  return code !== undefined && (ERROR_CODES[code].when?.(error) ?? true) ? code : undefined;
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
