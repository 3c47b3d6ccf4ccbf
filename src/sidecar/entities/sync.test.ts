import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  RunInstancesCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { UNKNOWN_PLACE } from '../registry/entities';
import { describeEntities, readRegion, type DescribedEntity } from './describe';
import { AddressOwners, mergeAddresses } from './addressOwners';
import { REGION, World } from '../testing/world';

const world = World.forTests({ ownAws: true });

const named = (ResourceType: ResourceType, name: string) => [{ ResourceType, Tags: [{ Key: 'Name', Value: name }] }];

function ec2(): EC2Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new EC2Client({ region: REGION, endpoint: world.awsUrl, credentials });
}

/** A VPC with a subnet, an instance and an interface of its own. */
async function network(client: EC2Client) {
  const { Vpc } = await client.send(
    new CreateVpcCommand({ CidrBlock: '10.9.0.0/16', TagSpecifications: named('vpc', 'shop "prod", é') })
  );
  const { Subnet } = await client.send(
    new CreateSubnetCommand({
      VpcId: Vpc!.VpcId,
      CidrBlock: '10.9.1.0/24',
      TagSpecifications: named('subnet', 'web-a'),
    })
  );
  const SubnetId = Subnet!.SubnetId!;
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      TagSpecifications: named('instance', 'shop-web'),
    })
  );
  const { NetworkInterface } = await client.send(
    new CreateNetworkInterfaceCommand({ SubnetId, Description: 'ELB app/shop/1', PrivateIpAddress: '10.9.1.77' })
  );
  return {
    vpc: Vpc!.VpcId!,
    subnet: SubnetId,
    instance: Instances![0].InstanceId!,
    eni: NetworkInterface!.NetworkInterfaceId!,
  };
}

/** What EC2 says of the region. */
async function describeRegion(client: EC2Client, account?: string) {
  const reading = await readRegion(client, REGION, { account });
  return { entities: describeEntities(reading, REGION), ...reading };
}

describe('a region', () => {
  it('finds everything that has a name, with what it belongs to, and the addresses of interfaces', async () => {
    const client = ec2();
    const { vpc, subnet, instance, eni } = await network(client);
    const { entities, whole } = await describeRegion(client);
    expect([...whole].sort()).toEqual(['instance', 'interface', 'subnet', 'vpc']);
    const find = (id: string, kind?: string) =>
      entities.find((entity) => entity.id === id && entity.kind === (kind ?? entity.kind));

    expect(find(vpc)).toMatchObject({ kind: 'vpc', description: 'shop "prod", é', region: REGION });
    expect(find(subnet)).toMatchObject({ kind: 'subnet', description: 'web-a', vpc });
    expect(find(instance)).toMatchObject({ kind: 'instance', description: 'shop-web', vpc, subnet });
    expect(find(eni)).toMatchObject({ kind: 'interface', description: 'shop (ALB)', vpc, subnet, instance: '-' });
    expect(find('10.9.1.77')).toMatchObject({ kind: 'address', description: 'shop (ALB)', vpc, subnet });
    // As traffic names it that came before its owner was known.
    expect(find(`${vpc}/10.9.1.77`)).toMatchObject({ kind: 'address', description: 'shop (ALB)', vpc, subnet });
    // An interface without a name of its own goes by its instance's.
    expect(entities.find((entity) => entity.kind === 'interface' && entity.instance === instance)).toMatchObject({
      description: 'shop-web',
    });
  });

  it('reads every page, also an empty one before the last', async () => {
    const asked: Array<string | undefined> = [];
    const pages: Record<string, { Vpcs: Array<{ VpcId: string }>; NextToken?: string }> = {
      first: { Vpcs: [{ VpcId: 'vpc-1' }], NextToken: 'second' },
      second: { Vpcs: [], NextToken: 'third' },
      third: { Vpcs: [{ VpcId: 'vpc-2' }] },
    };
    const client = ec2();
    client.send = (async (command: {
      input: { NextToken?: string; MaxResults?: number };
      constructor: { name: string };
    }) => {
      expect(command.input.MaxResults).toBeGreaterThanOrEqual(5);
      if (command.constructor.name !== 'DescribeVpcsCommand') {
        return {};
      }
      asked.push(command.input.NextToken);
      return pages[command.input.NextToken ?? 'first'];
    }) as never;
    const { entities } = await describeRegion(client);
    expect(entities.map(({ id }) => id)).toEqual(['vpc-1', 'vpc-2']);
    expect(asked).toEqual([undefined, 'second', 'third']);
  });

  const refusing = (refused: string, name: string, answers: Readonly<Record<string, object>> = {}) => {
    const client = ec2();
    client.send = (async (command: { constructor: { name: string } }) => {
      const call = command.constructor.name.replace('Command', '');
      if (call === refused) {
        throw Object.assign(new Error('no'), { name });
      }
      return answers[call] ?? {};
    }) as never;
    return client;
  };

  it('reads the other kinds where a call is denied, and says which, where and for whom', async () => {
    const client = refusing('DescribeSubnets', 'UnauthorizedOperation', {
      DescribeVpcs: { Vpcs: [{ VpcId: 'vpc-1' }] },
    });
    const { entities, denied, whole } = await describeRegion(client, '123456789012');
    // The other answers have no list at all: nothing may be taken to be gone.
    expect([...whole]).toEqual(['vpc']);
    expect(entities.map(({ id }) => id)).toEqual(['vpc-1']);
    expect([...denied.keys()]).toEqual(['subnet']);
    expect(denied.get('subnet')?.message).toMatch(
      `ec2:DescribeSubnets is denied in ${REGION} for account 123456789012`
    );
  });

  it('gives the interface of an instance no other name while instances may not be read', async () => {
    const eni = {
      NetworkInterfaceId: 'eni-1',
      Description: 'Primary network interface',
      Attachment: { InstanceId: 'i-1' },
    };
    const named = { NetworkInterfaceId: 'eni-2', Description: 'Interface for NAT Gateway nat-1' };
    const client = refusing('DescribeInstances', 'UnauthorizedOperation', {
      DescribeNetworkInterfaces: { NetworkInterfaces: [eni, named] },
    });
    const { entities } = await describeRegion(client);
    expect(entities.map(({ id, description }) => [id, description])).toEqual([
      ['eni-1', undefined],
      ['eni-2', 'NAT nat-1'],
    ]);
  });

  it('asks for nothing more where a call fails for another reason', async () => {
    const client = refusing('DescribeVpcs', 'OptInRequired');
    await expect(describeRegion(client)).rejects.toThrow(`has not enabled region ${REGION}`);
  });
});

describe('an address', () => {
  const at = (owner: string, description?: string): DescribedEntity => ({
    ...UNKNOWN_PLACE,
    ...{ kind: 'address', id: '10.0.0.1', interface: owner, description },
  });

  it.each<[string, DescribedEntity[], string | undefined]>([
    ['one interface', [at('eni-1', 'a')], 'a'],
    ['one without a name', [at('eni-1')], undefined],
    ['two interfaces', [at('eni-2', 'b'), at('eni-1', 'a')], 'a or b'],
    ['two of one name', [at('eni-1', 'a'), at('eni-2', 'a')], 'a'],
    ['two, one without a name', [at('eni-1'), at('eni-2', 'b')], 'b or eni-1'],
    ['two without names', [at('eni-1'), at('eni-2')], undefined],
    ['one that is seen twice, once without its name', [at('eni-1', 'a'), at('eni-1'), at('eni-2', 'b')], 'a or b'],
  ])('of %s is called so', (_case, found, expected) => {
    const merged = mergeAddresses(found);
    expect(new Set(merged.map(({ description }) => description))).toEqual(new Set([expected]));
    expect(merged[0]).not.toHaveProperty('interface');
  });

  it('of several interfaces belongs to the same one in whatever order they were found', () => {
    const found = [1, 2, 3].map((n) => ({ ...at(`eni-${n}`, `name ${n}`), vpc: `vpc-${n}`, account: `account ${n}` }));
    const entitiesOf = (order: readonly number[]) => {
      const owners = new AddressOwners();
      order.forEach((n) => owners.add(found[n]));
      return [...owners.entities()];
    };
    const [expected] = entitiesOf([0, 1, 2]);
    expect(expected.description).toBe('name 1 or name 2 or name 3');
    for (const order of [
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      expect(entitiesOf(order)).toEqual([expected]);
    }
  });
});

describe('awssync', () => {
  it('brings names into the store, of other accounts too, and says so', async () => {
    const { eni } = await network(ec2());
    const flowscope = world.deployment();
    await flowscope.ok('account', 'add', 'shop account', '--regions', REGION);
    await flowscope.ok(
      ...['account', 'add', 'elsewhere', '--role-arn', 'arn:aws:iam::444455556666:role/flowscope', '--regions', REGION]
    );
    expect(await flowscope.ok('awssync')).toMatch(
      /^AWS entities synced! \d+ interfaces, \d+ instances, \d+ subnets, \d+ VPCs/
    );

    const label = async (where: string) =>
      (await flowscope.query(`SELECT "label" FROM "entity"."aws_entity" WHERE ${where}`)).map((row) => row.label);
    expect(await label(`"id" = '${eni}'`)).toEqual([`shop (ALB) (${eni})`]);
    expect(await label(`"kind" = 'account' AND "id" =~ /^\\d+$/`)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^shop account \(\d{12}\)$/), 'elsewhere (444455556666)'])
    );
  });

  it('says which call was denied where, and fails', async () => {
    const flowscope = world.deployment({
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      HOME: world.folder,
    });
    const { code, stdout, stderr } = await flowscope.run('awssync');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/1 of 1 syncs failed: No AWS credentials were found/);
  });
});
