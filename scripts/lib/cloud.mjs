/** Creates a company's accounts, networks and machines in moto, so that their names can be looked up as in AWS. */
import {
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

/** moto takes any credentials; those of a role belong to the role's account. */
const ANYBODY = { accessKeyId: 'demo', secretAccessKey: 'demo' };
const IMAGE = 'ami-0123456789abcdef0';

/** @returns {string} the role through which the demo reads an account */
export function roleArn(accountId) {
  return `arn:aws:iam::${accountId}:role/flowscope`;
}

/** Credentials of an account in moto. */
export async function credentialsOf(endpoint, accountId) {
  const sts = new STSClient({ endpoint, region: 'us-east-1', credentials: ANYBODY });
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn(accountId), RoleSessionName: 'flowscope-demo' })
  );
  sts.destroy();
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
  };
}

/**
 * Creates everything in an inventory, in order, so that a seeded moto gives the same ids every time.
 * @param {string} endpoint moto's URL
 * @param {object} company inventory with made-up ids, as `flowscope generate --print-inventory` prints it
 * @returns {Promise<object>} the same inventory with the ids that moto gave
 */
export async function createCompany(endpoint, company) {
  await fetch(`${endpoint}/moto-api/seed?a=11`, { method: 'POST' });
  const clients = new Map();
  for (const vpc of company.vpcs) {
    const credentials = await credentialsOf(endpoint, vpc.accountId);
    clients.set(vpc.id, new EC2Client({ endpoint, region: vpc.region, credentials }));
  }
  const vpcOf = new Map(company.subnets.map((subnet) => [subnet.id, subnet.vpcId]));
  const clientFor = (subnetId) => clients.get(vpcOf.get(subnetId));
  const instanceNames = new Map(company.instances.map((instance) => [instance.id, instance.name]));
  const ids = new Map();

  const vpcs = [];
  for (const vpc of company.vpcs) {
    const { Vpc } = await clients
      .get(vpc.id)
      .send(new CreateVpcCommand({ CidrBlock: vpc.cidr, TagSpecifications: named('vpc', vpc.name) }));
    ids.set(vpc.id, Vpc.VpcId);
    vpcs.push({ ...vpc, id: Vpc.VpcId });
  }
  const subnets = [];
  for (const subnet of company.subnets) {
    const { Subnet } = await clientFor(subnet.id).send(
      new CreateSubnetCommand({
        VpcId: ids.get(subnet.vpcId),
        CidrBlock: subnet.cidr,
        AvailabilityZone: subnet.availabilityZone,
        TagSpecifications: named('subnet', subnet.name),
      })
    );
    ids.set(subnet.id, Subnet.SubnetId);
    const place = { vpcId: Subnet.VpcId, availabilityZoneId: Subnet.AvailabilityZoneId };
    subnets.push({ ...subnet, ...place, id: Subnet.SubnetId });
  }
  const interfaces = [];
  const instances = [];
  for (const entry of company.interfaces) {
    const client = clientFor(entry.subnetId);
    const subnetId = ids.get(entry.subnetId);
    const { NetworkInterface } = await client.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: subnetId,
        PrivateIpAddress: entry.privateIp,
        Description: entry.description,
        ...(entry.ipv6 !== undefined && { Ipv6Addresses: [{ Ipv6Address: entry.ipv6 }] }),
        ...(entry.name !== undefined && { TagSpecifications: named('network-interface', entry.name) }),
      })
    );
    const created = { ...entry, id: NetworkInterface.NetworkInterfaceId, subnetId };
    if (entry.instanceId !== undefined) {
      const name = instanceNames.get(entry.instanceId);
      created.instanceId = await runInstance(client, created.id, name);
      instances.push({ id: created.instanceId, subnetId, name });
    }
    interfaces.push(created);
  }
  clients.forEach((client) => client.destroy());
  return { accounts: company.accounts, vpcs, subnets, instances, interfaces };
}

async function runInstance(client, interfaceId, name) {
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: IMAGE,
      InstanceType: 'm7g.large',
      MinCount: 1,
      MaxCount: 1,
      NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: interfaceId }],
      TagSpecifications: named('instance', name),
    })
  );
  return Instances[0].InstanceId;
}

function named(resource, name) {
  return [{ ResourceType: resource, Tags: [{ Key: 'Name', Value: name }] }];
}

export async function createBucket(endpoint, { bucket, region, credentials }) {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
  s3.destroy();
}

/** @returns {Promise<string[]>} the keys of a bucket */
export async function listKeys(endpoint, { bucket, region, credentials }) {
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const keys = [];
  let token;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  s3.destroy();
  return keys;
}
