/** An error as the AWS SDK throws it; fields it may lack are optional. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  /** Of Node's ERR_INVALID_URL: what should be one. */
  readonly input?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** A failed AWS call in words: what, where, and what to do. `code` is AWS's own. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions
  ) {
    super(message, options);
  }
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
}

type Explanation = (context: CallContext, error: SdkError) => string;

const where = ({ bucket, queue, region }: CallContext) => {
  const place = queue ? `queue ${queue}` : bucket && `bucket ${bucket}`;
  return place ? `${place} (${region})` : region;
};

const DENIED: Explanation = ({ action, key, ...context }, { message = '' }) => {
  const role = roleNotTaken(message);
  if (role !== undefined) {
    return `These credentials may not take on ${role} (sts:AssumeRole is denied): check the external id, the role's trust policy, and the IAM policy of these credentials.`;
  }
  const other = context.queue === undefined ? 'bucket' : 'queue';
  return `${action} is denied on ${key ? `${key} in ` : ''}${where({ action, ...context })}: allow it in the IAM policy of these credentials and in the ${other} policy.`;
};

const NO_ADDRESS: Explanation = (_context, { input, message }) =>
  `The address ${input ?? `of AWS (${message})`} is no URL, or its port is above 65535: check the endpoint in the settings of the source, and AWS_ENDPOINT_URL.`;

const NO_QUEUE: Explanation = ({ queue, region }) => `Queue ${queue} does not exist in ${region}: check its URL.`;

const THROTTLED: Explanation = (context) =>
  `AWS throttles ${context.action} on ${where(context)}: too many requests at once; they are tried again.`;

const WRONG_REGION: Explanation = (context, error) => {
  const actual = error.$response?.headers?.['x-amz-bucket-region'];
  return actual
    ? `Bucket ${context.bucket} is in ${actual}, not ${context.region}: set the source's region to ${actual}.`
    : `Bucket ${context.bucket} is not in ${context.region}: set the source's region to the bucket's own.`;
};

const NO_CREDENTIALS: Explanation = () =>
  'No AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this machine an IAM role.';

const EXPIRED: Explanation = () => 'The AWS session has expired: renew the credentials.';

const UNREACHABLE: Explanation = ({ key, ...context }, error) =>
  `AWS does not answer for ${key ? `${key} in ` : ''}${where(context)} (${error.message || error.code}): check the network, the region's name and AWS_ENDPOINT_URL.`;

/** Says of an object what S3 does, and what becomes of it. */
const OBJECT_FAULT =
  (what: (place: string, said: string) => string): Explanation =>
  ({ key, ...context }, { message = '' }) =>
    `${what(`${key} in ${where(context)}`, message)}. Nothing of it was stored or deleted; it is tried again with the next listing. If this goes on, look at the store and at what stands before it, such as a proxy or a cache.`;

/** What AWS's error codes mean here, and what to do. Sources: S3 and EC2 API error lists; SDK behaviour as run. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  NoSuchBucket: ({ bucket }) => `Bucket ${bucket} does not exist: check its name.`,
  PermanentRedirect: WRONG_REGION,
  AuthorizationHeaderMalformed: WRONG_REGION,
  IllegalLocationConstraintException: WRONG_REGION,
  AccessDenied: DENIED,
  AccessDeniedException: DENIED,
  QueueDoesNotExist: NO_QUEUE,
  'AWS.SimpleQueueService.NonExistentQueue': NO_QUEUE,
  KmsAccessDenied: ({ queue }) =>
    `Queue ${queue} is encrypted with a key of KMS that these credentials may not use: allow kms:Decrypt on that key.`,
  OverLimit: ({ queue }) =>
    `Queue ${queue} has too many messages in flight: other readers receive and never delete them.`,
  RequestThrottled: THROTTLED,
  ThrottlingException: THROTTLED,
  UnauthorizedOperation: ({ action, region, account }) =>
    `${action} is denied in ${region}${account ? ` for account ${account}` : ''}: allow it in the IAM policy of these credentials.`,
  InvalidAccessKeyId: () => 'AWS does not know this access key id: check AWS_ACCESS_KEY_ID, or create a new key.',
  InvalidClientTokenId: () => 'AWS does not know this access key id: check AWS_ACCESS_KEY_ID, or create a new key.',
  SignatureDoesNotMatch: () => 'The secret access key does not match the access key id: check AWS_SECRET_ACCESS_KEY.',
  AuthFailure: ({ region }) =>
    `AWS does not accept these credentials in ${region}: check them, and this machine's clock.`,
  RequestTimeTooSkewed: () =>
    'The clock of this machine is more than 15 minutes off: AWS refuses its requests. Set it right.',
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  CredentialsProviderError: NO_CREDENTIALS,
  ERR_INVALID_URL: NO_ADDRESS,
  EndpointError: NO_ADDRESS,
  OptInRequired: ({ region }) => `The account has not enabled region ${region}.`,
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ECONNRESET: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  TimeoutError: UNREACHABLE,
  // Those of `AnswerFault`: AWS has no names for what only a store or a proxy before it does.
  NotS3: ({ action, ...context }, { message }) =>
    `${action} on ${where({ action, ...context })} was answered with ${message}: that is no answer of S3. Check the endpoint, and what stands before it, such as a proxy or the sign-in page of a network.`,
  NotAsListed: OBJECT_FAULT((place, said) => `S3 does not give ${place} as it was listed: ${said}`),
  ListedNotFound: OBJECT_FAULT((place) => `S3 lists ${place}, and says that it is not there when it is read (404)`),
  ListedNotMatching: OBJECT_FAULT(
    (place) => `S3 says that ${place} has changed since it was listed (412), and lists it unchanged`
  ),
  NotDeleted: ({ key, ...context }, { message }) =>
    `${key} in ${where(context)} was stored, and not deleted: S3 answers ${message}, and no listing shows that it is gone. It is tried again with the next listing.`,
  Overwritten: ({ key, ...context }) =>
    `${key} in ${where(context)} was overwritten after it was listed: the next listing shows what is there now, and that is collected.`,
};

/**
 * The role that a refusal is about, where it is none of the call itself but of taking on that role. As STS words it:
 * "User: arn:… is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::…:role/…".
 */
export function roleNotTaken(message: string): string | undefined {
  return message.includes('sts:AssumeRole')
    ? (/arn:aws[a-z-]*:iam::\d+:role\/[^\s"']+/.exec(message)?.[0] ?? 'the role')
    : undefined;
}

/** What went wrong in a call, in words for people; keeps the SDK's error as `cause`. What is in words already stays as it is. */
export function explainAwsError(cause: unknown, context: CallContext): AwsError {
  if (cause instanceof AwsError) {
    return cause;
  }
  const error = (cause ?? {}) as SdkError;
  const code = [error.name, error.code].find((name) => name !== undefined && name in EXPLANATIONS);
  if (code) {
    return new AwsError(code, EXPLANATIONS[code](context, error), { cause });
  }
  const status = error.$metadata?.httpStatusCode;
  const text = `${context.action} failed for ${where(context)}: ${error.name ?? 'error'}${status ? ` (HTTP ${status})` : ''}${
    error.message ? `, ${error.message}` : ''
  }`;
  return new AwsError(error.name ?? 'Unknown', text, { cause });
}
