import type { FlowLogSetUp } from '../../../contract/flowLogSetUp';
import { partitionOf } from '../../../contract/partitions';
import { DESCRIPTIONS_STATEMENTS } from '../policies';
import { policyOf, shell, type Statement } from '../policyForms';
import {
  AGGREGATION_SECONDS,
  CREATED_EVENTS,
  deliveryStatements,
  destinationArn,
  LOG_FORMAT,
  MESSAGE_RETENTION_SECONDS,
  nameAfter,
  queueStatements,
  readStatements,
  trustStatements,
} from './contents';
import { replaceTokens, tokensInJson, type Tokens } from './tokens';

/** The region whose buckets are made without naming it. Source: "CreateBucket", Amazon S3 API reference. */
const DEFAULT_REGION = 'us-east-1';

/** The same as a script of the AWS CLI, to be run with sh: it makes the bucket and what belongs to it. */
export function bucketCommands(setUp: FlowLogSetUp): string {
  const { scope, bucket, prefix, region, queue } = setUp;
  const named = shell(bucket);
  const word = quoter(setUp);
  const document = (statements: readonly Statement[]) => word(policyOf(statements));
  const location = region === DEFAULT_REGION ? '' : ` --create-bucket-configuration LocationConstraint=${region}`;
  const filter = prefix !== '' && { Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: prefix }] } } };
  const name = shell(nameAfter(bucket));
  const namesName = shell(`${nameAfter(bucket)}-descriptions`);
  return lines(
    'set -eu',
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    'account=$(aws sts get-caller-identity --query Account --output text)',
    scope === 'organization' &&
      'organization=$(aws organizations describe-organization --query Organization.Id --output text)',
    '',
    '# The bucket, to which AWS may deliver',
    `aws s3api create-bucket --bucket ${named}${location}`,
    `aws s3api put-public-access-block --bucket ${named} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
    `aws s3api put-bucket-policy --bucket ${named} --policy ${document(deliveryStatements(setUp))}`,
    '',
    ...(queue
      ? [
          '# The queue, of which the bucket tells what has come',
          `queue_url=$(aws sqs create-queue --queue-name ${name} --query QueueUrl --output text --attributes ${word({
            MessageRetentionPeriod: String(MESSAGE_RETENTION_SECONDS),
            SqsManagedSseEnabled: 'true',
            Policy: tokensInJson(policyOf(queueStatements)),
          })})`,
          `aws s3api put-bucket-notification-configuration --bucket ${named} --notification-configuration ${word({
            QueueConfigurations: [{ QueueArn: queueArnOf(setUp), Events: [CREATED_EVENTS], ...filter }],
          })}`,
          '',
        ]
      : []),
    '# Who may read it',
    `policy=$(aws iam create-policy --policy-name ${name} --query Policy.Arn --output text --policy-document ${document(readStatements(setUp))})`,
    `names=$(aws iam create-policy --policy-name ${namesName} --query Policy.Arn --output text --policy-document ${document(DESCRIPTIONS_STATEMENTS)})`,
    `role=$(aws iam create-role --role-name ${roleName(bucket)} --query Role.Arn --output text --assume-role-policy-document ${document(trustStatements(setUp))})`,
    `aws iam attach-role-policy --role-name ${roleName(bucket)} --policy-arn "$policy"`,
    `aws iam attach-role-policy --role-name ${roleName(bucket)} --policy-arn "$names"`,
    `echo "Role ARN: $role"`,
    queue && `echo "Queue URL: $queue_url"`
  );
}

/** The command that makes flow logs of all VPCs of an account and region. */
export function flowLogCommands(setUp: FlowLogSetUp): string {
  const { region, prefix } = setUp;
  const destination = replaceTokens(destinationArn(prefix), tokensOf(setUp));
  return lines(
    'set -eu',
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    "vpcs=$(aws ec2 describe-vpcs --query 'Vpcs[].VpcId' --output text)",
    `aws ec2 create-flow-logs --resource-type VPC --resource-ids $vpcs --traffic-type ALL --max-aggregation-interval ${AGGREGATION_SECONDS} --log-destination-type s3 --log-destination ${shell(destination)} --log-format ${shell(LOG_FORMAT)}`
  );
}

/** Role names have at most 64 characters. */
const roleName = (bucket: string) => shell(nameAfter(bucket).slice(0, 64));

const queueArnOf = ({ region, bucket }: Pick<FlowLogSetUp, 'region' | 'bucket'>) =>
  `arn:${partitionOf(region)}:sqs:${region}:\u0001account\u0001:${nameAfter(bucket)}`;

/** What stands in commands for tokens: what is known, and the shell's variables for account and organization. */
function tokensOf(setUp: FlowLogSetUp): Tokens {
  return {
    partition: partitionOf(setUp.region),
    bucket: setUp.bucket,
    queue: queueArnOf(setUp).replace('\u0001account\u0001', `'"$account"'`),
    account: `'"$account"'`,
    organization: `'"$organization"'`,
  };
}

/** Writes a value as JSON in one word of the shell. */
function quoter(setUp: FlowLogSetUp) {
  const tokens = tokensOf(setUp);
  return (value: unknown) => replaceTokens(shell(tokensInJson(value)), tokens);
}

function lines(...given: ReadonlyArray<string | false>): string {
  return `${given.filter((line) => line !== false).join('\n')}\n`;
}
