import {
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type EC2Client,
  type NetworkInterface,
  type Tag,
} from '@aws-sdk/client-ec2';
import { MISSING, type EntityKind } from '../../contract/stored';
import type { CallContext } from '../aws/callContext';
import { AwsError, explainAwsError } from '../aws/errors';
import { DESCRIBE_ACTIONS } from '../aws/policies';
import { UNKNOWN_PLACE, type Entity } from '../registry/entities';

/** Results per page: unpaginated calls fail in large accounts and are throttled harder. */
const PAGE_SIZE = 500;

const nameTag = (tags: readonly Tag[] | undefined) => tags?.find((tag) => tag.Key === 'Name')?.Value || undefined;

/** Kinds of entities that are read from EC2, each by its own call. */
export type ReadKind = keyof typeof DESCRIBE_ACTIONS & EntityKind;
export const READ_KINDS = Object.keys(DESCRIBE_ACTIONS) as ReadKind[];

/** An entity as EC2 describes it. `interface`: of an address, the id of the interface that has it. */
export type DescribedEntity = Entity & { readonly interface?: string };

/** The entities of one account and region, as EC2 describes them. */
export interface Described {
  readonly entities: DescribedEntity[];
  /** Kinds whose call is denied to these credentials, each with the message that says which call, where and for whom. */
  readonly denied: ReadonlyMap<ReadKind, string>;
}

/**
 * Reads the entities of one account and region with their descriptions: VPCs, subnets, instances, interfaces and the
 * addresses of those interfaces. Makes the four Describe calls; where one is denied, the others are made all the same. Throws
 * `AwsError` when a call fails for another reason, since the others would too; it names the call, and the account's id if
 * that is given.
 */
export async function describeRegion(client: EC2Client, region: string, account?: string): Promise<Described> {
  const paginator = { client, pageSize: PAGE_SIZE };
  const none = { ...UNKNOWN_PLACE, region };
  const denied = new Map<ReadKind, string>();
  const read = async <P, T>(
    kind: ReadKind,
    pages: AsyncIterable<P>,
    items: (page: P) => T[] | undefined
  ): Promise<T[]> => {
    try {
      return await all({ action: DESCRIBE_ACTIONS[kind], region, account }, pages, items);
    } catch (error) {
      if (error instanceof AwsError && error.code === 'UnauthorizedOperation') {
        denied.set(kind, error.message);
        return [];
      }
      throw error;
    }
  };
  const vpcs = await read('vpc', paginateDescribeVpcs(paginator, {}), ({ Vpcs }) => Vpcs);
  const subnets = await read('subnet', paginateDescribeSubnets(paginator, {}), ({ Subnets }) => Subnets);
  const instances = await read('instance', paginateDescribeInstances(paginator, {}), ({ Reservations }) =>
    Reservations?.flatMap(({ OwnerId, Instances }) => (Instances ?? []).map((i) => ({ ...i, OwnerId })))
  );
  const interfaces = await read(
    'interface',
    paginateDescribeNetworkInterfaces(paginator, {}),
    ({ NetworkInterfaces }) => NetworkInterfaces
  );
  const instanceNames = denied.has('instance')
    ? undefined
    : new Map(instances.map((instance) => [instance.InstanceId, nameTag(instance.Tags)]));
  const entities: DescribedEntity[] = [
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
  return { entities, denied };
}

/**
 * An interface and its addresses. Its description: its own tag Name, else its instance's, else the description that EC2
 * keeps of it. Without `instanceNames` (the call was denied) an instance's interface gets no description from EC2 instead, so
 * that it keeps the one it was given before.
 */
function interfaceEntities(
  eni: NetworkInterface,
  instanceNames: ReadonlyMap<string | undefined, string | undefined> | undefined,
  region: string
): DescribedEntity[] {
  const instance = eni.Attachment?.InstanceId;
  const written = instance !== undefined && !instanceNames ? undefined : eni.Description || undefined;
  const description = nameTag(eni.TagSet) ?? instanceNames?.get(instance) ?? written;
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
  const own = eni.NetworkInterfaceId!;
  return [
    { ...place, kind: 'interface', id: own },
    ...known.map((id): DescribedEntity => ({ ...place, kind: 'address', id, interface: own })),
  ];
}

async function all<P, T>(
  call: CallContext,
  paginator: AsyncIterable<P>,
  items: (page: P) => T[] | undefined
): Promise<T[]> {
  const found: T[] = [];
  try {
    for await (const page of paginator) {
      items(page)?.forEach((item) => found.push(item));
    }
  } catch (error) {
    throw explainAwsError(error, call);
  }
  return found;
}
