import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { explainAwsError } from '../aws/errors';

/** The least EC2 gives in one page. */
const FEW = { MaxResults: 5 };

/** The calls of a sync, each with the action it needs. */
export const DESCRIBE_CALLS: ReadonlyArray<{
  readonly action: string;
  readonly call: (client: EC2Client) => Promise<unknown>;
}> = [
  { action: 'ec2:DescribeNetworkInterfaces', call: (ec2) => ec2.send(new DescribeNetworkInterfacesCommand(FEW)) },
  { action: 'ec2:DescribeInstances', call: (ec2) => ec2.send(new DescribeInstancesCommand(FEW)) },
  { action: 'ec2:DescribeSubnets', call: (ec2) => ec2.send(new DescribeSubnetsCommand(FEW)) },
  { action: 'ec2:DescribeVpcs', call: (ec2) => ec2.send(new DescribeVpcsCommand(FEW)) },
];

/** How one call of {@link DESCRIBE_CALLS} went in a region. */
export interface CallCheck {
  readonly region: string;
  readonly action: string;
  readonly state: 'pass' | 'fail';
  readonly message: string;
}

/** Tries the four calls in a region of an account (its id, if known), each whatever became of the others. */
export async function testRegion(
  client: EC2Client,
  region: string,
  account: string | undefined,
  onCheck: (check: CallCheck) => void
): Promise<void> {
  const where = `${region}${account ? ` for account ${account}` : ''}`;
  for (const { action, call } of DESCRIBE_CALLS) {
    try {
      await call(client);
      onCheck({ region, action, state: 'pass', message: `${action} allowed in ${where}` });
    } catch (error) {
      onCheck({ region, action, state: 'fail', message: explainAwsError(error, { action, region, account }).message });
    }
  }
}
