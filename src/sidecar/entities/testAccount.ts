import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { explainAwsError } from '../aws/errors';
import { DESCRIBE_ACTIONS } from '../aws/policies';
import { READ_KINDS, type ReadKind } from './describe';

/** The least EC2 gives in one page. */
const FEW = { MaxResults: 5 };

/** The calls of a sync, each as small as it goes. */
const CALLS: Readonly<Record<ReadKind, (client: EC2Client) => Promise<unknown>>> = {
  interface: (ec2) => ec2.send(new DescribeNetworkInterfacesCommand(FEW)),
  instance: (ec2) => ec2.send(new DescribeInstancesCommand(FEW)),
  subnet: (ec2) => ec2.send(new DescribeSubnetsCommand(FEW)),
  vpc: (ec2) => ec2.send(new DescribeVpcsCommand(FEW)),
};

/** How one call of a sync went in a region. */
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
  for (const kind of READ_KINDS) {
    const action = DESCRIBE_ACTIONS[kind];
    try {
      await CALLS[kind](client);
      onCheck({ region, action, state: 'pass', message: `${action} allowed in ${where}` });
    } catch (error) {
      onCheck({ region, action, state: 'fail', message: explainAwsError(error, { action, region, account }).message });
    }
  }
}
