import type { FlowLogSetUp, SetUpStep } from '../../../contract/flowLogSetUp';
import { partitionOf } from '../../../contract/partitions';
import { RECOMMENDED_FIELDS } from '../../records/recommendedFields';
import { ACCOUNT_PLACEHOLDER } from '../policies';
import { policyOf, type Statement } from '../policyForms';
import { deliveryStatements, destinationArn, nameAfter, queueStatements, readStatements } from './contents';
import { replaceTokens, tokensInJson, type Tokens } from './tokens';

/** Stands for an organization that nobody has named. */
const ORGANIZATION_PLACEHOLDER = 'o-exampleorgid';

/** The same by hand in AWS's console. */
export function consoleSteps(setUp: FlowLogSetUp): SetUpStep[] {
  const { scope, bucket, prefix, region, queue } = setUp;
  const name = nameAfter(bucket);
  const tokens: Tokens = {
    partition: partitionOf(region),
    account: ACCOUNT_PLACEHOLDER,
    bucket,
    queue: `arn:${partitionOf(region)}:sqs:${region}:${ACCOUNT_PLACEHOLDER}:${name}`,
    organization: ORGANIZATION_PLACEHOLDER,
  };
  const document = (statements: readonly Statement[]) => replaceTokens(tokensInJson(policyOf(statements), 2), tokens);
  const yours =
    scope === 'organization'
      ? `Put your organization's id in place of ${ORGANIZATION_PLACEHOLDER}: AWS Organizations shows it.`
      : `Put your account in place of ${ACCOUNT_PLACEHOLDER}.`;
  const flowLog: SetUpStep[] = [
    {
      text: `VPC, in ${scope === 'account' ? 'each region' : 'each account and region'} whose traffic you want to see: choose the VPCs under Your VPCs, then Actions → Create flow log. Filter: All. Maximum aggregation interval: 1 minute. Destination: Send to an Amazon S3 bucket, with this ARN.`,
      code: replaceTokens(destinationArn(prefix), tokens),
    },
    {
      text: 'On the same page, log record format: Custom format. Choose these fields; where AWS offers one of them not yet, leave it out. Log file format: Text.',
      code: RECOMMENDED_FIELDS.join(' '),
    },
  ];
  if (scope === 'flow-log') {
    return flowLog;
  }
  return [
    {
      text: `S3 → Create bucket, in region ${region}, with the name ${bucket}. Leave versioning and Object Lock off, and public access blocked.`,
      code: bucket,
    },
    { text: `Its permissions → Bucket policy. ${yours}`, code: document(deliveryStatements(setUp)) },
    ...(queue
      ? [
          {
            text: `SQS → Create queue, in region ${region}: standard, with the name ${name}, and this access policy. Put your account in place of ${ACCOUNT_PLACEHOLDER}.`,
            code: document(queueStatements),
          },
          {
            text: `The bucket's properties → Create event notification: all object create events, ${prefix === '' ? '' : `with the prefix ${prefix}, `}to the queue ${name}.`,
          },
        ]
      : []),
    {
      text: `IAM → Policies → Create policy → JSON. Attach it to the user or role that the sidecar signs in as.${queue ? ` Put your account in place of ${ACCOUNT_PLACEHOLDER}.` : ''}`,
      code: document(readStatements(setUp)),
    },
    ...flowLog,
  ];
}
