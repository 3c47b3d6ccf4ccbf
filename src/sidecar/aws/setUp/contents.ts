import type { FlowLogSetUp } from '../../../contract/flowLogSetUp';
import { RECOMMENDED_FIELDS } from '../../records/recommendedFields';
import { lastingArn, literally, readerStatements, trustStatement } from '../policies';
import type { Statement } from '../policyForms';
import { TOKENS } from './tokens';

/*
 * What every form of a set-up has in common, with tokens for what is known only where it runs.
 */

/** The format of a flow log, as AWS takes it. */
export const LOG_FORMAT = RECOMMENDED_FIELDS.map((field) => `\${${field}}`).join(' ');

/** Seconds over which AWS adds up the records of a flow log: the least that it offers. */
export const AGGREGATION_SECONDS = 60;

/** How long a queue keeps messages, seconds: as long as SQS can. Meanwhile the bucket is listed, whatever the queue has. */
export const MESSAGE_RETENTION_SECONDS = 1_209_600;

/** Events of S3 that collecting wants to know of. */
export const CREATED_EVENTS = 's3:ObjectCreated:*';

const { partition, account, bucket, queue, organization } = TOKENS;
const BUCKET_ARN = `arn:${partition}:s3:::${bucket}`;

/** Where flow logs are delivered to: the bucket, and the folder above AWSLogs/. */
export const destinationArn = (prefix: string) => `${BUCKET_ARN}${prefix === '' ? '' : `/${prefix}`}`;

/**
 * Lets AWS deliver flow logs of this account, or of all accounts of the organization, in all their regions. Source: "Amazon S3 bucket
 * permissions for flow logs", Amazon VPC user guide; the organization by its id: "AWS global condition context keys", IAM user guide.
 */
export function deliveryStatements({ scope, prefix }: Pick<FlowLogSetUp, 'scope' | 'prefix'>): Statement[] {
  const [whose, where] =
    scope === 'organization'
      ? [{ 'aws:SourceOrgID': organization }, `arn:${partition}:logs:*:*:*`]
      : [{ 'aws:SourceAccount': account }, `arn:${partition}:logs:*:${account}:*`];
  const fromFlowLogs = { ArnLike: { 'aws:SourceArn': where } };
  const Principal = { Service: 'delivery.logs.amazonaws.com' };
  return [
    {
      ...{ Sid: 'AWSLogDeliveryWrite', Effect: 'Allow', Principal, Action: 's3:PutObject' },
      Resource: `${BUCKET_ARN}/${literally(prefix)}AWSLogs/*`,
      Condition: { StringEquals: { ...whose, 's3:x-amz-acl': 'bucket-owner-full-control' }, ...fromFlowLogs },
    },
    {
      ...{ Sid: 'AWSLogDeliveryAclCheck', Effect: 'Allow', Principal, Action: ['s3:GetBucketAcl', 's3:ListBucket'] },
      Resource: BUCKET_ARN,
      Condition: { StringEquals: whose, ...fromFlowLogs },
    },
  ];
}

/** Lets the bucket notify the queue. Source: "Granting permissions to publish event notification messages", Amazon S3 user guide. */
export const queueStatements: readonly Statement[] = [
  {
    ...{
      Sid: 'S3Notifications',
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
    },
    Resource: queue,
    Condition: { ArnEquals: { 'aws:SourceArn': BUCKET_ARN }, StringEquals: { 'aws:SourceAccount': account } },
  },
];

/** What collecting needs: the same as Permissions shows for a source. */
export function readStatements({ prefix, queue: hasQueue }: Pick<FlowLogSetUp, 'prefix' | 'queue'>): Statement[] {
  return readerStatements({
    ...{ place: BUCKET_ARN, objects: BUCKET_ARN, prefix },
    queue: hasQueue ? queue : undefined,
  });
}

/** Who may take on the role that reads: the one who signs in, else whom this account allows to. */
export function trustStatements({ principalArn, externalId }: Pick<FlowLogSetUp, 'principalArn' | 'externalId'>) {
  const principal = principalArn === undefined ? `arn:${partition}:iam::${account}:root` : lastingArn(principalArn);
  return [trustStatement(principal, externalId)];
}

/** The name of what has to have one, after the bucket: at most 80 letters, digits, `-` and `_`, as SQS wants. */
export const nameAfter = (bucketName: string) => `flowscope-${bucketName.replaceAll('.', '-')}`;
