import type { PolicyDocument, PolicyOptions } from '../../contract/policies';
import type { CheckId } from '../../contract/checks';
import { accessPointOf } from '../../contract/accessPoint';
import { inForms, type Statement } from './policyForms';
import { partitionOf, queueArn } from './queueUrl';

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

/** Placeholder for the ARN of the user or role that signs in. */
const ACCOUNT_PLACEHOLDER = '111122223333';
const PRINCIPAL_PLACEHOLDER = `arn:aws:iam::${ACCOUNT_PLACEHOLDER}:role/flowscope`;

/** The policies with the least permissions that a source needs. */
export function policiesFor(subject: PolicySubject): PolicyDocument[] {
  const { bucket, roleArn, externalId } = subject;
  const principalArn = lastingArn(subject.principalArn ?? PRINCIPAL_PLACEHOLDER);
  const slug = subject.name.replace(/[^\w+=,.@-]+/g, '-');
  const reader = roleArn ?? principalArn;
  const accessPoint = accessPointOf(bucket);
  const ofAccessPoint =
    accessPoint === undefined
      ? ''
      : ` Put the account of access point ${accessPoint} in place of ${ACCOUNT_PLACEHOLDER}, and let the policy of its bucket allow what comes through it (s3:DataAccessPointAccount).`;
  // A bucket policy can name neither keys nor queues.
  const onBucket = sourceStatements({ ...subject, kmsKeyArn: undefined, queueUrl: undefined });
  const trust: Statement = {
    Sid: 'Flowscope',
    Effect: 'Allow',
    Principal: { AWS: principalArn },
    Action: 'sts:AssumeRole',
    ...(externalId !== undefined && { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  };
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
      statements: [trust],
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
    statements: [
      { Sid: 'Describe', Effect: 'Allow', Action: [...Object.values(DESCRIBE_ACTIONS), REGIONS_ACTION], Resource: '*' },
      { Sid: 'Name', Effect: 'Allow', Action: [...NAMING_ACTIONS, ...ACCOUNT_ACTIONS], Resource: '*' },
    ],
  });
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
  const objects = accessPointOf(bucket) === undefined ? arn : `${arn}/object`;
  const actions = (on: NeededAction['on'], isWanted = (_action: string) => true) =>
    NEEDED_ACTIONS.filter((needed) => needed.on === on && isWanted(needed.action)).map(({ action }) => action);
  const isList = (action: string) => action === 's3:ListBucket';
  return [
    {
      Sid: 'List',
      Effect: 'Allow',
      Action: actions('bucket', isList),
      Resource: arn,
      ...(prefix !== '' && { Condition: { StringLike: { 's3:prefix': [`${literally(prefix)}*`] } } }),
    },
    { Sid: 'LookAtBucket', Effect: 'Allow', Action: actions('bucket', (action) => !isList(action)), Resource: arn },
    { Sid: 'ReadAndDelete', Effect: 'Allow', Action: actions('objects'), Resource: `${objects}/${literally(prefix)}*` },
    ...(kmsKeyArn === undefined
      ? []
      : [{ Sid: 'Decrypt', Effect: 'Allow' as const, Action: actions('key'), Resource: kmsKeyArn }]),
    ...(queueUrl === undefined
      ? []
      : [
          {
            Sid: 'ReadQueue',
            Effect: 'Allow' as const,
            Action: actions('queue'),
            Resource: queueArn(queueUrl, region),
          },
        ]),
    ...(queueUrl === undefined || queueKmsKeyArn === undefined
      ? []
      : [
          {
            Sid: 'DecryptMessages',
            Effect: 'Allow' as const,
            Action: actions('queue-key'),
            Resource: queueKmsKeyArn,
          },
        ]),
  ];
}

/** The ARN of the role for that of one of its sessions: the name of a session changes, so policies name the role. */
function lastingArn(arn: string): string {
  return arn.replace(/^(arn:aws[a-z-]*):sts::(\d+):assumed-role\/([^/]+)\/.*$/, '$1:iam::$2:role/$3');
}

/** Escapes what policies would take as wildcards or variables. Source: "IAM policy variables", AWS IAM user guide. */
function literally(prefix: string): string {
  return prefix.replace(/[*?$]/g, (character) => `\${${character}}`);
}
