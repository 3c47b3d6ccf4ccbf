/** Creates a company's accounts, networks and machines in moto, so that their names can be looked up as in AWS. */
import {
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteNetworkInterfaceCommand,
  EC2Client,
  RunInstancesCommand,
  type ResourceType,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  S3Client,
  type BucketLocationConstraint,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Inventory } from '../../src/sidecar/generate/inventory';

/** moto accepts any credentials; those of a role belong to the account of the role. */
const ANY_CREDENTIALS = { accessKeyId: 'demo', secretAccessKey: 'demo' };
const IMAGE = 'ami-0123456789abcdef0';

/** Credentials that AWS issues for a role. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A bucket and the credentials to reach it with. */
interface BucketAccess {
  readonly bucket: string;
  readonly region: BucketLocationConstraint;
  readonly credentials: SessionCredentials;
}

/** The role through which the demo reads an account. */
export function roleArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/flowscope`;
}

/** Credentials of an account in the moto at `endpoint`. */
export async function credentialsOf(endpoint: string, accountId: string): Promise<SessionCredentials> {
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: ANY_CREDENTIALS });
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn(accountId), RoleSessionName: 'flowscope-demo' })
  );
  sts.destroy();
  return {
    accessKeyId: issued!.AccessKeyId!,
    secretAccessKey: issued!.SecretAccessKey!,
    sessionToken: issued!.SessionToken!,
  };
}

/**
 * Creates everything in an inventory with made-up ids, in order, so that a seeded moto gives the same ids every time.
 * Resolves to the same inventory with moto's ids.
 */
export async function createCompany(endpoint: string, company: Inventory): Promise<Inventory> {
  await fetch(`${endpoint}/moto-api/seed?a=11`, { method: 'POST' });
  /** By the made-up ids of VPCs. */
  const clients = new Map<string, EC2Client>();
  for (const vpc of company.vpcs) {
    const credentials = await credentialsOf(endpoint, vpc.accountId);
    clients.set(vpc.id, new EC2Client({ endpoint, region: vpc.region, credentials }));
  }
  const vpcOf = new Map(company.subnets.map((subnet) => [subnet.id, subnet.vpcId]));
  const clientFor = (subnetId: string) => clients.get(vpcOf.get(subnetId)!)!;
  const instanceNames = new Map(company.instances.map((instance) => [instance.id, instance.name]));
  /** moto's ids by the made-up ones. */
  const ids = new Map<string, string>();

  const vpcs: Inventory['vpcs'] = [];
  for (const vpc of company.vpcs) {
    const { Vpc } = await clients
      .get(vpc.id)!
      .send(new CreateVpcCommand({ CidrBlock: vpc.cidr, TagSpecifications: nameTag('vpc', vpc.name) }));
    ids.set(vpc.id, Vpc!.VpcId!);
    vpcs.push({ ...vpc, id: Vpc!.VpcId! });
  }

  const subnets: Inventory['subnets'] = [];
  for (const subnet of company.subnets) {
    const { Subnet } = await clientFor(subnet.id).send(
      new CreateSubnetCommand({
        VpcId: ids.get(subnet.vpcId),
        CidrBlock: subnet.cidr,
        AvailabilityZone: subnet.availabilityZone,
        TagSpecifications: nameTag('subnet', subnet.name),
      })
    );
    ids.set(subnet.id, Subnet!.SubnetId!);
    subnets.push({
      ...subnet,
      id: Subnet!.SubnetId!,
      vpcId: Subnet!.VpcId!,
      availabilityZoneId: Subnet!.AvailabilityZoneId!,
    });
  }

  const interfaces: Inventory['interfaces'] = [];
  const instances: Inventory['instances'] = [];
  for (const entry of company.interfaces) {
    const client = clientFor(entry.subnetId);
    const subnetId = ids.get(entry.subnetId)!;
    const description =
      entry.tier === 'nat'
        ? `Interface for NAT Gateway ${await createNat(client, subnetId, natName(company, entry))}`
        : entry.description;
    const { NetworkInterface } = await client.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: subnetId,
        PrivateIpAddress: entry.privateIp,
        Description: description,
        Ipv6Addresses: entry.ipv6 === undefined ? undefined : [{ Ipv6Address: entry.ipv6 }],
        TagSpecifications: entry.name === undefined ? undefined : nameTag('network-interface', entry.name),
      })
    );
    const created = { ...entry, description, id: NetworkInterface!.NetworkInterfaceId!, subnetId };
    if (entry.instanceId !== undefined) {
      const name = instanceNames.get(entry.instanceId)!;
      created.instanceId = await runInstance(client, created.id, name);
      instances.push({ id: created.instanceId, subnetId, name });
    }
    interfaces.push(created);
  }
  clients.forEach((client) => client.destroy());
  return { accounts: company.accounts, vpcs, subnets, instances, interfaces };
}

/** Starts an instance with that interface; resolves to its id. */
async function runInstance(client: EC2Client, interfaceId: string, name: string): Promise<string> {
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: IMAGE,
      InstanceType: 'm7g.large',
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: interfaceId }],
      TagSpecifications: nameTag('instance', name),
    })
  );
  return Instances![0].InstanceId!;
}

/** `shop-prod-nat-a`: that of its VPC and zone. */
function natName({ subnets, vpcs }: Inventory, { subnetId }: Inventory['interfaces'][number]): string {
  const { vpcId, availabilityZone } = subnets.find(({ id }) => id === subnetId)!;
  return `${vpcs.find(({ id }) => id === vpcId)!.name}-nat-${availabilityZone.slice(-1)}`;
}

/** Creates a NAT gateway without the interface that moto makes for it, at an address out of the blue; resolves to its id. */
async function createNat(client: EC2Client, subnetId: string, name: string): Promise<string> {
  const { NatGateway } = await client.send(
    new CreateNatGatewayCommand({
      SubnetId: subnetId,
      ConnectivityType: 'private',
      TagSpecifications: nameTag('natgateway', name),
    })
  );
  const [{ NetworkInterfaceId }] = NatGateway!.NatGatewayAddresses!;
  await client.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  return NatGateway!.NatGatewayId!;
}

function nameTag(resource: ResourceType, name: string): TagSpecification[] {
  return [{ ResourceType: resource, Tags: [{ Key: 'Name', Value: name }] }];
}

/** Creates a bucket in the moto at `endpoint`. */
export async function createBucket(endpoint: string, { bucket, region, credentials }: BucketAccess): Promise<void> {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  s3.destroy();
}

/** All keys of a bucket in the moto at `endpoint`. */
export async function listKeys(endpoint: string, { bucket, region, credentials }: BucketAccess): Promise<string[]> {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page: ListObjectsV2CommandOutput = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token })
    );
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  s3.destroy();
  return keys;
}
