import { EC2Client } from '@aws-sdk/client-ec2';
import { AwsError } from '../aws/errors';
import { readResourceNames } from './resourceNames';

const named = (name: string) => [{ Key: 'Name', Value: name }];
const CONTEXT = { region: 'eu-west-1', account: '111122223333' };

/** What EC2 answers to each call: nothing to those that are not given. */
async function namesIn(answers: Readonly<Record<string, object | Error>>) {
  const client = new EC2Client({ region: CONTEXT.region });
  client.send = (async (command: { constructor: { name: string } }) => {
    const answer = answers[command.constructor.name.replace('Command', '')] ?? {};
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  }) as never;
  return Object.fromEntries(await readResourceNames(client, CONTEXT));
}

const refusal = (name: string) => Object.assign(new Error('no'), { name });

describe('readResourceNames', () => {
  it.each<[string, string | undefined, string | undefined]>([
    ['a zone', 'eu-west-1a', 'NAT eu-west-1a'],
    ['what it is', 'shop-nat-a', 'shop-nat-a'],
    ['a word that only begins like it', 'internal', 'NAT internal'],
    ['nothing', undefined, undefined],
  ])('calls a NAT gateway by its name: %s', async (_case, name, expected) => {
    const gateway = { NatGatewayId: 'nat-1', Tags: name === undefined ? undefined : named(name) };
    const names = await namesIn({ DescribeNatGateways: { NatGateways: [gateway] } });
    expect(names['nat-1']).toBe(expected);
  });

  it.each<[string | undefined, string | undefined, string | undefined]>([
    ['com.amazonaws.eu-west-1.s3', undefined, 'S3 endpoint'],
    ['com.amazonaws.us-gov-west-1.kms', undefined, 'KMS endpoint'],
    ['com.amazonaws.eu-west-1.ecr.api', undefined, 'ecr.api endpoint'],
    ['cn.com.amazonaws.cn-north-1.sqs', undefined, 'SQS endpoint'],
    ['aws.sagemaker.eu-west-1.notebook', undefined, 'notebook endpoint'],
    ['com.amazonaws.vpce.eu-west-1.vpce-svc-0123', undefined, 'vpce-svc-0123 endpoint'],
    ['com.amazonaws.eu-west-1.s3', 'archive', 'archive endpoint'],
    ['com.amazonaws.eu-west-1.s3', 'archive endpoint', 'archive endpoint'],
    ['something else', undefined, undefined],
    [undefined, undefined, undefined],
  ])('calls an endpoint of %s with the name %s: %s', async (ServiceName, name, expected) => {
    const endpoint = { VpcEndpointId: 'vpce-1', ServiceName, Tags: name === undefined ? undefined : named(name) };
    const names = await namesIn({ DescribeVpcEndpoints: { VpcEndpoints: [endpoint] } });
    expect(names['vpce-1']).toBe(expected);
  });

  it('calls an attachment by its name, else by that of its Transit Gateway', async () => {
    const attachment = (id: string, gateway: string, name?: string) => ({
      TransitGatewayAttachmentId: id,
      TransitGatewayId: gateway,
      Tags: name === undefined ? undefined : named(name),
    });
    const attachments = [attachment('a-1', 'tgw-1', 'shop'), attachment('a-2', 'tgw-1'), attachment('a-3', 'tgw-2')];
    const names = await namesIn({
      DescribeTransitGatewayVpcAttachments: { TransitGatewayVpcAttachments: attachments },
      DescribeTransitGateways: { TransitGateways: [{ TransitGatewayId: 'tgw-1', Tags: named('tgw-core') }] },
    });
    expect(names).toEqual({ 'a-1': 'shop attachment', 'a-2': 'tgw-core attachment' });
  });

  it.each(['UnauthorizedOperation', 'UnsupportedOperation'])('goes without what it may not read: %s', async (name) => {
    const names = await namesIn({
      DescribeNatGateways: refusal(name),
      DescribeVpcEndpoints: { VpcEndpoints: [{ VpcEndpointId: 'vpce-1', ServiceName: 'com.amazonaws.eu-west-1.s3' }] },
    });
    expect(names).toEqual({ 'vpce-1': 'S3 endpoint' });
  });

  it('fails with the call, where and for whom when EC2 does not answer, so that better names are kept', async () => {
    const failing = namesIn({ DescribeVpcEndpoints: refusal('InternalError') });
    await expect(failing).rejects.toThrow(AwsError);
    await expect(failing).rejects.toThrow(/ec2:DescribeVpcEndpoints.*eu-west-1/);
  });
});
