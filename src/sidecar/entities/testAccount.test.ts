import { DescribeSubnetsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { testRegion, type CallCheck } from './testAccount';

/** EC2 as it answers somebody who may not describe subnets. */
const client = {
  send: (command: unknown) =>
    command instanceof DescribeSubnetsCommand
      ? Promise.reject(Object.assign(new Error('You are not authorized'), { name: 'UnauthorizedOperation' }))
      : Promise.resolve({}),
} as unknown as EC2Client;

async function checksFor(account: string | undefined): Promise<CallCheck[]> {
  const checks: CallCheck[] = [];
  await testRegion(client, 'eu-west-1', account, (check) => checks.push(check));
  return checks;
}

describe('the four calls', () => {
  it('are all tried; the one that is denied says which, where and for whom', async () => {
    expect((await checksFor('123456789012')).map(({ state, message }) => [state, message])).toEqual([
      ['pass', 'ec2:DescribeNetworkInterfaces allowed in eu-west-1 for account 123456789012'],
      ['pass', 'ec2:DescribeInstances allowed in eu-west-1 for account 123456789012'],
      [
        'fail',
        'ec2:DescribeSubnets is denied in eu-west-1 for account 123456789012: allow it in the IAM policy of these credentials.',
      ],
      ['pass', 'ec2:DescribeVpcs allowed in eu-west-1 for account 123456789012'],
    ]);
  });

  it('name no account where none is known', async () => {
    expect((await checksFor(undefined))[0].message).toBe('ec2:DescribeNetworkInterfaces allowed in eu-west-1');
  });
});
