import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { REGION, World } from '../testing/world';

const world = World.forTests({ ownAws: true });
const ADDRESS = '10.9.1.77';

const tags = (ResourceType: 'vpc' | 'network-interface', Value: string) => [
  { ResourceType, Tags: [{ Key: 'Name', Value }] },
];

/** Two VPCs with one CIDR; in each an interface has the address. */
async function twoVpcs(client: EC2Client) {
  const made: Array<{ vpc: string; eni: string }> = [];
  for (const name of ['shop', 'staging']) {
    const { Vpc } = await client.send(
      new CreateVpcCommand({ CidrBlock: '10.9.0.0/16', TagSpecifications: tags('vpc', name) })
    );
    const vpc = Vpc!.VpcId!;
    const { Subnet } = await client.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '10.9.1.0/24' }));
    const { NetworkInterface } = await client.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: Subnet!.SubnetId,
        PrivateIpAddress: ADDRESS,
        TagSpecifications: tags('network-interface', `${name}-db`),
      })
    );
    made.push({ vpc, eni: NetworkInterface!.NetworkInterfaceId! });
  }
  return made;
}

it('says who had an address in which VPC, and what it talked to most', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new EC2Client({ region: REGION, endpoint: world.awsUrl, credentials });
  const [shop, staging] = await twoVpcs(client);
  const flowscope = world.deployment();
  await flowscope.ok('account', 'add', 'own', '--regions', REGION);
  await flowscope.ok('awssync');
  const { regions } = JSON.parse(await flowscope.ok('awssync', '--json')) as { regions: unknown[] };
  expect(regions).toMatchObject([{ account: 'own', region: REGION, kinds: { interface: { found: 2, named: 2 } } }]);

  const start = Math.floor(Date.now() / 1000) - 120;
  const record = (src: string, dst: string, bytes: number) =>
    `2 111122223333 ${shop.eni} ${src} ${dst} 5432 40000 6 3 ${bytes} ${start} ${start + 30} ACCEPT OK`;
  const header =
    'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
  const log = [header, record(ADDRESS, '10.9.1.5', 5000), record('10.9.1.6', ADDRESS, 700), ''].join('\n');
  const file = join(world.folder, 'address.log.gz');
  writeFileSync(file, gzipSync(log));
  await flowscope.ok('import', file);

  const all = await flowscope.ok('explain', ADDRESS);
  expect(all).toContain(`\n  shop-db (${shop.eni}), in VPC shop (${shop.vpc}): since `);
  expect(all).toContain(`\n  staging-db (${staging.eni}), in VPC staging (${staging.vpc}): since `);
  expect(all).toMatch(
    /Sent most in the last 24 hours, to:\n {4}10\.9\.1\.5: 4\.88 KiB, 1 flow, ACCEPT, seen at shop-db/
  );
  expect(all).toMatch(/Was sent most in the last 24 hours, by:\n {4}10\.9\.1\.6: 700 B, 1 flow, ACCEPT/);

  const ofOne = await flowscope.ok('explain', ADDRESS, '--vpc', 'staging');
  expect(ofOne).toContain(staging.eni);
  expect(ofOne).not.toContain(`shop-db (${shop.eni}), in VPC`);

  const before = await flowscope.ok('explain', ADDRESS, '--at', '-30d');
  expect(before).toContain('No interface is known to have had it at that time.');
  expect(before).toContain('In the range of VPC');
  expect(before).toMatch(/Sent most in the hour around .*: nobody/);

  const json = JSON.parse(await flowscope.ok('explain', ADDRESS, '--vpc', staging.vpc, '--json')) as {
    owners: unknown[];
  };
  expect(json.owners).toMatchObject([{ interface: staging.eni, vpc: staging.vpc, name: 'staging-db' }]);

  await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: staging.eni }));
  await flowscope.ok('awssync');
  expect(await flowscope.ok('explain', ADDRESS, '--vpc', 'staging')).toMatch(/staging-db .*: from .* until /);
});

it.each([
  [['10.0.0.1', '--at', 'yesterday'], /--at yesterday is no time/],
  [['some/key.log.gz', '--vpc', 'x'], /--vpc and --at are of addresses, and some\/key\.log\.gz is none/],
])('refuses %j', async (args, message) => {
  const flowscope = world.deployment();
  await flowscope.ok('network', 'add', '172.16.0.0/12', 'Office');
  const { code, stderr } = await flowscope.run('explain', ...args);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

it('names the network of an address that nobody has, and goes without a store that does not answer', async () => {
  const flowscope = world.deployment({ FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:1' });
  await flowscope.ok('network', 'add', '172.16.0.0/12', 'Company');
  await flowscope.ok('network', 'add', '172.16.5.0/24', 'Office');
  const { code, stdout, stderr } = await flowscope.run('explain', '172.16.5.9');
  expect(code).toBe(0);
  expect(stdout).toContain('In the network Office (172.16.5.0/24)');
  expect(stderr).toContain('Whom it talked to cannot be said: InfluxDB does not answer');
});
