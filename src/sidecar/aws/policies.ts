import type { PolicyDocument, PolicyOptions } from '../../contract/policies';
import type { CheckId } from '../../contract/checks';
import { accessPointOf } from '../../contract/accessPoint';
import { partitionOf } from '../../contract/partitions';
import { inForms, type Statement } from './policyForms';
import { queueArn } from './queueUrl';

/** A call that Flowscope makes, with the IAM action that allows it. */
export interface NeededAction {
  readonly action: string;
  /** The API call. */
  readonly call: string;
  /** The check of a Test that fails when it is denied. */
  readonly check: CheckId;
  readonly on: 'bucket' | 'objects' | 'key' | 'queue' | 'queue-key';
}

/**
 * All actions that collecting from a source and testing it need. Test of a source with a queue also asks for the bucket's
 * notifications, which is optional.
 */
export const NEEDED_ACTIONS: readonly NeededAction[] = [
  { action: 's3:ListBucket', call: 'ListObjectsV2', check: 'list', on: 'bucket' },
  { action: 's3:GetBucketLocation', call: 'GetBucketLocation', check: 'region', on: 'bucket' },
  { action: 's3:GetBucketVersioning', call: 'GetBucketVersioning', check: 'versioning', on: 'bucket' },
  {
    action: 's3:GetBucketObjectLockConfiguration',
    call: 'GetObjectLockConfiguration',
    check: 'versioning',
    on: 'bucket',
  },
  { action: 's3:GetObject', call: 'GetObject', check: 'read', on: 'objects' },
  { action: 's3:DeleteObject', call: 'DeleteObject', check: 'delete', on: 'objects' },
  { action: 'kms:Decrypt', call: 'GetObject of an object encrypted with a key of KMS', check: 'read', on: 'key' },
  { action: 'sqs:ReceiveMessage', call: 'ReceiveMessage', check: 'sqs', on: 'queue' },
  { action: 'sqs:DeleteMessage', call: 'DeleteMessageBatch', check: 'sqs', on: 'queue' },
  { action: 'sqs:ChangeMessageVisibility', call: 'ChangeMessageVisibilityBatch', check: 'sqs', on: 'queue' },
  { action: 'sqs:GetQueueAttributes', call: 'GetQueueAttributes', check: 'sqs', on: 'queue' },
  {
    action: 'kms:Decrypt',
    call: 'ReceiveMessage of a message encrypted with a key of KMS',
    check: 'sqs',
    on: 'queue-key',
  },
];

/**
 * The calls of a sync of descriptions, by the kind of entity that each reads. They cannot be narrowed to resources: EC2 knows
 * no such thing for them.
 */
export const DESCRIBE_ACTIONS = {
  interface: 'ec2:DescribeNetworkInterfaces',
  instance: 'ec2:DescribeInstances',
  subnet: 'ec2:DescribeSubnets',
  vpc: 'ec2:DescribeVpcs',
} as const;

/** The call that says which regions an account has enabled: those are read where nobody has named any. */
export const REGIONS_ACTION = 'ec2:DescribeRegions';

/** Calls of a sync that only make names better, of what AWS runs; it goes without those that are denied. */
export const NAMING_ACTIONS = [
  'ec2:DescribeNatGateways',
  'ec2:DescribeVpcEndpoints',
  'ec2:DescribeTransitGatewayVpcAttachments',
  'ec2:DescribeTransitGateways',
] as const;

/** Calls of a sync that name accounts, where they are allowed: those of the organization in its management account, else an alias. */
export const ACCOUNT_ACTIONS = ['organizations:ListAccounts', 'iam:ListAccountAliases'] as const;

/** What policies depend on. */
export interface PolicySubject extends PolicyOptions {
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly queueUrl?: string;
}

/** Stands for an account that nobody has named. */
export const ACCOUNT_PLACEHOLDER = '111122223333';

/** The policies with the least permissions that a source needs. */
export function policiesFor(subject: PolicySubject): PolicyDocument[] {
  const { bucket, roleArn, externalId } = subject;
  const principalArn = lastingArn(
    subject.principalArn ?? `arn:${partitionOf(subject.region)}:iam::${ACCOUNT_PLACEHOLDER}:role/flowscope`
  );
  const slug = subject.name.replace(/[^\w+=,.@-]+/g, '-');
  const reader = roleArn ?? principalArn;
  const accessPoint = accessPointOf(bucket);
  const ofAccessPoint =
    accessPoint === undefined
      ? ''
      : ` Put the account of access point ${accessPoint} in place of ${ACCOUNT_PLACEHOLDER}, and let the policy of its bucket allow what comes through it (s3:DataAccessPointAccount).`;
  // A bucket policy can name neither keys nor queues.
  const onBucket = sourceStatements({ ...subject, kmsKeyArn: undefined, queueUrl: undefined });
  return [
    inForms({
      id: 'source',
      title: 'Policy',
      use: `${
        roleArn ? `Attach it to the role ${roleArn}.` : 'Attach it to the user or role that the sidecar signs in as.'
      }${ofAccessPoint}`,
      kind: 'policy',
      name: `flowscope-${slug}`,
      statements: sourceStatements(subject),
    }),
    inForms({
      id: 'trust',
      title: 'Trust policy',
      use: roleArn
        ? `The trust policy of ${roleArn}: who may take it on. These need sts:AssumeRole on it, too.`
        : 'Only when the source uses a role: who may take that role on.',
      kind: 'trust',
      name: roleArn?.split('/').at(-1) ?? `flowscope-${slug}`,
      statements: [trustStatement(principalArn, externalId)],
    }),
    inForms({
      id: 'bucket',
      title: 'Cross-account bucket policy',
      use: `Only when the bucket is of another account than ${reader}: add the statements to the policy of ${
        accessPoint === undefined ? `bucket ${bucket}` : `access point ${accessPoint}`
      }.${ofAccessPoint}`,
      kind: 'bucket',
      name: bucket,
      statements: onBucket.map((statement) => ({ ...statement, Principal: { AWS: reader } })),
    }),
    descriptionsPolicy(),
  ];
}

/** The policy that reading descriptions needs. */
export function descriptionsPolicy(): PolicyDocument {
  return inForms({
    id: 'descriptions',
    title: 'Policy for descriptions',
    use: 'Attach it to the user or role whose account is to be described.',
    kind: 'policy',
    name: 'flowscope-descriptions',
    statements: DESCRIPTIONS_STATEMENTS,
  });
}

/** What reading descriptions needs. */
export const DESCRIPTIONS_STATEMENTS: readonly Statement[] = [
  { Sid: 'Describe', Effect: 'Allow', Action: [...Object.values(DESCRIBE_ACTIONS), REGIONS_ACTION], Resource: '*' },
  { Sid: 'Name', Effect: 'Allow', Action: [...NAMING_ACTIONS, ...ACCOUNT_ACTIONS], Resource: '*' },
];

/** Who may take a role on: a user, a role, or the account of a `root`. */
export function trustStatement(principalArn: string, externalId?: string): Statement {
  return {
    Sid: 'Flowscope',
    Effect: 'Allow',
    Principal: { AWS: principalArn },
    Action: 'sts:AssumeRole',
    ...(externalId !== undefined && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  };
}

/**
 * The ARN of a bucket, or of the access point that an alias stands for, which policies know by its account; that has to be put in.
 * Source: "Configuring IAM policies for using access points", Amazon S3 user guide.
 */
function placeArn(bucket: string, region: string): string {
  const accessPoint = accessPointOf(bucket);
  const partition = partitionOf(region);
  return accessPoint === undefined
    ? `arn:${partition}:s3:::${bucket}`
    : `arn:${partition}:s3:${region}:${ACCOUNT_PLACEHOLDER}:accesspoint/${accessPoint}`;
}

function sourceStatements({ bucket, prefix, region, kmsKeyArn, queueUrl, queueKmsKeyArn }: PolicySubject): Statement[] {
  const arn = placeArn(bucket, region);
  return readerStatements({
    place: arn,
    objects: accessPointOf(bucket) === undefined ? arn : `${arn}/object`,
    prefix,
    key: kmsKeyArn,
    queue: queueUrl === undefined ? undefined : queueArn(queueUrl, region),
    queueKey: queueUrl === undefined ? undefined : queueKmsKeyArn,
  });
}

/** The ARNs of what a source reads. `place`: its bucket or access point; `objects`: what the ARN of an object there begins with. */
interface ReadPlaces {
  readonly place: string;
  readonly objects: string;
  readonly prefix: string;
  readonly key?: string;
  readonly queue?: string;
  readonly queueKey?: string;
}

/** What collecting from a source and testing it needs, on these places. */
export function readerStatements({ place, objects, prefix, key, queue, queueKey }: ReadPlaces): Statement[] {
  const isList = (action: string) => action === 's3:ListBucket';
  const allow = (
    Sid: string,
    on: NeededAction['on'],
    Resource: string | undefined,
    isWanted = (_action: string) => true
  ): Statement[] => {
    const needed = NEEDED_ACTIONS.filter((one) => one.on === on && isWanted(one.action));
    return Resource === undefined
      ? []
      : [{ Sid, Effect: 'Allow', Action: needed.map(({ action }) => action), Resource }];
  };
  const [list] = allow('List', 'bucket', place, isList);
  return [
    prefix === '' ? list : { ...list, Condition: { StringLike: { 's3:prefix': [`${literally(prefix)}*`] } } },
    ...allow('LookAtBucket', 'bucket', place, (action) => !isList(action)),
    ...allow('ReadAndDelete', 'objects', `${objects}/${literally(prefix)}*`),
    ...allow('Decrypt', 'key', key),
    ...allow('ReadQueue', 'queue', queue),
    ...allow('DecryptMessages', 'queue-key', queueKey),
  ];
}

/** The ARN of the role for that of one of its sessions: the name of a session changes, so policies name the role. */
export function lastingArn(arn: string): string {
  return arn.replace(/^(arn:aws[a-z-]*):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

/** Escapes what policies would take as wildcards or variables. Source: "IAM policy variables", AWS IAM user guide. */
export function literally(prefix: string): string {
  return prefix.replace(/[*?$]/g, (character) => `\${${character}}`);
}
