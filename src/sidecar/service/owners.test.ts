import { once } from 'node:events';
import { CreateSubnetCommand, CreateVpcCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { gzipSync } from 'node:zlib';
import { until } from '../testing/until';
import { REGION, World } from '../testing/world';

const world = World.forTests({ ownAws: true });

/** Two instances in a subnet, each with its interface and address. */
async function network() {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ec2 = new EC2Client({ region: REGION, endpoint: world.awsUrl, credentials });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
  const vpc = Vpc!.VpcId!;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.9.1.0/24' }));
  const SubnetId = Subnet!.SubnetId!;
  const run = { ImageId: 'ami-12c6146b', MinCount: 2, MaxCount: 2, SubnetId };
  const { Instances } = await ec2.send(new RunInstancesCommand(run));
  ec2.destroy();
  const ends = Instances!.map(({ InstanceId, NetworkInterfaces: [eni] = [] }) => ({
    ...{ instance: InstanceId!, eni: eni.NetworkInterfaceId!, address: eni.PrivateIpAddress! },
  }));
  return { vpc, subnet: SubnetId, ends };
}

describe('traffic of a default flow log', () => {
  it('is of the VPC, subnet and instance that EC2 names, between interfaces and named networks', async () => {
    const { vpc, subnet, ends } = await network();
    const [a, b] = ends;
    const flowscope = world.deployment();
    const bucket = await world.bucket();
    await flowscope.ok('network', 'add', '192.168.0.0/16', 'Office');
    await flowscope.addSource(bucket, { name: 'prod' });
    const start = Math.floor(Date.now() / 1000);
    const record = (to: string) =>
      `2 111122223333 ${a.eni} ${a.address} ${to} 40000 443 6 1 10 ${start} ${start + 5} ACCEPT OK\n`;
    const header =
      'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
    const key = 'AWSLogs/111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260303T1200Z_00000000.log.gz';
    await world.put(bucket, key, gzipSync(`${header}\n${record(b.address)}${record('192.168.7.7')}`));

    const served = flowscope.start('serve');
    await until(async () => (await world.keys(bucket)).length === 0, served);
    const exit = once(served, 'exit');
    served.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);

    const places = await flowscope.query(
      'SELECT "bytes" FROM "minute"."flow_interface" GROUP BY "vpc", "subnet", "instance", "interface"'
    );
    expect(places).toMatchObject([{ vpc, subnet, instance: a.instance, interface: a.eni, bytes: 20 }]);
    const pairs = await flowscope.query('SELECT "bytes" FROM "minute"."flow_interface_pair" GROUP BY "pair"');
    expect(pairs.map(({ pair }) => pair).sort()).toEqual([`${a.eni} → 192.168.0.0/16`, `${a.eni} → ${b.eni}`].sort());
    const named = await flowscope.query(
      `SELECT "label" FROM "entity"."aws_entity" WHERE "kind" = 'network' AND "id" = '192.168.0.0/16'`
    );
    expect(named).toMatchObject([{ label: 'Office (192.168.0.0/16)' }]);
    expect(await flowscope.ok('explain', key)).toMatch(/Rules: .*, owner facts of version 1\n/);
  });
});
