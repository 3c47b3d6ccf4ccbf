import {
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type EC2Client,
  type NetworkInterface,
  type Tag,
} from '@aws-sdk/client-ec2';
import { explainAwsError, type CallContext } from '../aws/errors';
import { MISSING } from '../records/fields';
import { NOWHERE, type Entity } from '../registry/entities';

/** Results per page: unpaginated calls fail in large accounts and are throttled harder. */
const PAGE_SIZE = 500;

const nameTag = (tags: readonly Tag[] | undefined) => tags?.find((tag) => tag.Key === 'Name')?.Value || undefined;

/**
 * All that people call things by in one account and region: VPCs, subnets, instances, interfaces and the addresses of
 * those interfaces. Makes the four Describe calls. Throws `AwsError` naming the call that failed, and the account's id if
 * it is given.
 */
export async function describeRegion(client: EC2Client, region: string, account?: string): Promise<Entity[]> {
  const paginator = { client, pageSize: PAGE_SIZE };
  const none = { ...NOWHERE, region };
  const at = (action: string): CallContext => ({ action, region, account });
  const vpcs = await pages(at('ec2:DescribeVpcs'), paginateDescribeVpcs(paginator, {}), (page) => page.Vpcs);
  const subnets = await pages(
    at('ec2:DescribeSubnets'),
    paginateDescribeSubnets(paginator, {}),
    (page) => page.Subnets
  );
  const instances = await pages(at('ec2:DescribeInstances'), paginateDescribeInstances(paginator, {}), (page) =>
    page.Reservations?.flatMap(({ OwnerId, Instances }) => (Instances ?? []).map((i) => ({ ...i, OwnerId })))
  );
  const interfaces = await pages(
    at('ec2:DescribeNetworkInterfaces'),
    paginateDescribeNetworkInterfaces(paginator, {}),
    (page) => page.NetworkInterfaces
  );
  const instanceNames = new Map(instances.map((instance) => [instance.InstanceId, nameTag(instance.Tags)]));
  return [
    ...vpcs.map((vpc): Entity => ({
      ...none,
      kind: 'vpc',
      id: vpc.VpcId!,
      description: nameTag(vpc.Tags),
      account: vpc.OwnerId ?? MISSING,
    })),
    ...subnets.map((subnet): Entity => ({
      ...none,
      kind: 'subnet',
      id: subnet.SubnetId!,
      description: nameTag(subnet.Tags),
      vpc: subnet.VpcId ?? MISSING,
      account: subnet.OwnerId ?? MISSING,
    })),
    ...instances.map((instance): Entity => ({
      kind: 'instance',
      id: instance.InstanceId!,
      description: nameTag(instance.Tags),
      vpc: instance.VpcId ?? MISSING,
      subnet: instance.SubnetId ?? MISSING,
      instance: instance.InstanceId!,
      account: instance.OwnerId ?? MISSING,
      region,
    })),
    ...interfaces.flatMap((eni) => interfaceEntities(eni, instanceNames, region)),
  ];
}

/** An interface and its addresses. Its name: its own tag, else its instance's, else what the service wrote about it. */
function interfaceEntities(
  eni: NetworkInterface,
  instanceNames: ReadonlyMap<string | undefined, string | undefined>,
  region: string
): Entity[] {
  const instance = eni.Attachment?.InstanceId;
  const description = nameTag(eni.TagSet) ?? instanceNames.get(instance) ?? (eni.Description || undefined);
  const place = {
    description,
    vpc: eni.VpcId ?? MISSING,
    subnet: eni.SubnetId ?? MISSING,
    instance: instance ?? MISSING,
    account: eni.OwnerId ?? MISSING,
    region,
  };
  const addresses = [
    ...(eni.PrivateIpAddresses ?? []).flatMap((address) => [address.PrivateIpAddress, address.Association?.PublicIp]),
    ...(eni.Ipv6Addresses ?? []).map((address) => address.Ipv6Address),
    eni.PrivateIpAddress,
    eni.Association?.PublicIp,
  ];
  const known = [...new Set(addresses.filter((address): address is string => Boolean(address)))];
  return [
    { ...place, kind: 'interface', id: eni.NetworkInterfaceId! },
    ...known.map((id): Entity => ({ ...place, kind: 'address', id })),
  ];
}

async function pages<P, T>(
  call: CallContext,
  paginator: AsyncIterable<P>,
  items: (page: P) => T[] | undefined
): Promise<T[]> {
  const found: T[] = [];
  try {
    for await (const page of paginator) {
      found.push(...(items(page) ?? []));
    }
  } catch (error) {
    throw explainAwsError(error, call);
  }
  return found;
}
