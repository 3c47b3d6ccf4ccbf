import {
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type EC2Client,
  type Instance,
  type NetworkInterface,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { MISSING, type EntityKind } from '../../contract/stored';
import type { CallContext } from '../aws/callContext';
import { AwsError, explainAwsError } from '../aws/errors';
import { DESCRIBE_ACTIONS } from '../aws/policies';
import { UNKNOWN_PLACE, type Entity } from '../registry/entities';
import { isPrivateText } from '../records/address/addressWords';
import { now } from '../util/time';
import { nameTag, shortName, type NameSources } from './shortNames';

/** Results per page: unpaginated calls fail in large accounts and are throttled harder. */
export const PAGE_SIZE = 500;

/** Kinds of entities that are read from EC2, each by its own call. */
export type ReadKind = keyof typeof DESCRIBE_ACTIONS & EntityKind;
export const READ_KINDS = Object.keys(DESCRIBE_ACTIONS) as ReadKind[];

/** An entity as EC2 describes it. `interface`: of an address, the id of the interface that has it. */
export type DescribedEntity = Entity & { readonly interface?: string };

/** What EC2 said of one account and region. */
export interface RegionReading {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly instances: ReadonlyArray<Instance & { readonly OwnerId?: string }>;
  readonly interfaces: readonly NetworkInterface[];
  /** Kinds that were asked for and read to the end, each page with its list. Of the others nothing may be taken to be gone. */
  readonly whole: ReadonlySet<ReadKind>;
  /** Kinds whose call is denied to these credentials, each with the message that says which call, where and for whom. */
  readonly denied: ReadonlyMap<ReadKind, string>;
  /** When the reading began and ended, Unix seconds. */
  readonly began: number;
  readonly ended: number;
}

/**
 * Reads one account and region: VPCs, subnets, instances and interfaces, or only `kinds` of these, a Describe call each; where
 * one is denied, the others are made all the same. Throws `AwsError` when a call fails for another reason, since the others
 * would too; it names the call, and the account's id if that is given.
 */
export async function readRegion(
  client: EC2Client,
  region: string,
  account?: string,
  kinds: readonly ReadKind[] = READ_KINDS
): Promise<RegionReading> {
  const paginator = { client, pageSize: PAGE_SIZE };
  const denied = new Map<ReadKind, string>();
  const whole = new Set<ReadKind>();
  const read = async <P, T>(
    kind: ReadKind,
    pages: AsyncIterable<P>,
    items: (page: P) => T[] | undefined
  ): Promise<T[]> => {
    if (!kinds.includes(kind)) {
      return [];
    }
    try {
      const { found, isWhole } = await readPages({ action: DESCRIBE_ACTIONS[kind], region, account }, pages, items);
      if (isWhole) {
        whole.add(kind);
      }
      return found;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'UnauthorizedOperation') {
        denied.set(kind, error.message);
        return [];
      }
      throw error;
    }
  };
  const began = now();
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
  return { vpcs, subnets, instances, interfaces, whole, denied, began, ended: now() };
}

/**
 * The entities in what was read: VPCs, subnets, instances, interfaces and the addresses of those interfaces. `resources`: what
 * people call other things in the region, by their ids.
 */
export function describeEntities(
  { vpcs, subnets, instances, interfaces, denied }: RegionReading,
  region: string,
  resources?: NameSources['resources']
): DescribedEntity[] {
  const none = { ...UNKNOWN_PLACE, region };
  const sources: NameSources = {
    instances: denied.has('instance')
      ? undefined
      : new Map(instances.map((instance) => [instance.InstanceId, nameTag(instance.Tags)])),
    interfaces: interfacesByInstance(interfaces),
    resources,
  };
  return [
    ...vpcs.map((vpc): Entity => ({
      ...none,
      kind: 'vpc',
      id: vpc.VpcId!,
      description: nameTag(vpc.Tags),
      account: vpc.OwnerId || MISSING,
    })),
    ...subnets.map((subnet): Entity => ({
      ...none,
      kind: 'subnet',
      id: subnet.SubnetId!,
      description: nameTag(subnet.Tags),
      vpc: subnet.VpcId || MISSING,
      account: subnet.OwnerId || MISSING,
    })),
    ...instances.map((instance): Entity => ({
      kind: 'instance',
      id: instance.InstanceId!,
      description: nameTag(instance.Tags),
      vpc: instance.VpcId || MISSING,
      subnet: instance.SubnetId || MISSING,
      instance: instance.InstanceId!,
      account: instance.OwnerId || MISSING,
      region,
    })),
    ...interfaces.flatMap((eni) => interfaceEntities(eni, sources, region)),
  ];
}

/** How many interfaces each instance has. */
function interfacesByInstance(interfaces: readonly NetworkInterface[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { Attachment } of interfaces) {
    const id = Attachment?.InstanceId;
    if (id) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * An interface and its addresses; a private one in its VPC, too (`vpc-…/10.0.1.5`), as traffic names it whose owner was not
 * known at that time. They are called as {@link shortName} says.
 */
function interfaceEntities(eni: NetworkInterface, sources: NameSources, region: string): DescribedEntity[] {
  const instance = eni.Attachment?.InstanceId || undefined;
  const description = shortName(eni, sources);
  const place = {
    description,
    vpc: eni.VpcId || MISSING,
    subnet: eni.SubnetId || MISSING,
    instance: instance ?? MISSING,
    account: eni.OwnerId || MISSING,
    region,
  };
  const addresses = [
    ...(eni.PrivateIpAddresses ?? []).flatMap((address) => [address.PrivateIpAddress, address.Association?.PublicIp]),
    ...(eni.Ipv6Addresses ?? []).map((address) => address.Ipv6Address),
    eni.PrivateIpAddress,
    eni.Association?.PublicIp,
  ];
  const known = [...new Set(addresses.filter((address): address is string => Boolean(address)))];
  const inVpc = known.filter(isPrivateText).map((address) => `${eni.VpcId}/${address}`);
  const own = eni.NetworkInterfaceId!;
  return [
    { ...place, kind: 'interface', id: own },
    ...[...known, ...(eni.VpcId ? inVpc : [])].map((id): DescribedEntity => ({
      ...place,
      kind: 'address',
      id,
      interface: own,
    })),
  ];
}

/** All items of all pages; `isWhole`: every page had a list of them, be it empty. Throws `AwsError`. */
export async function readPages<P, T>(
  call: CallContext,
  paginator: AsyncIterable<P>,
  items: (page: P) => T[] | undefined
): Promise<{ readonly found: T[]; readonly isWhole: boolean }> {
  const found: T[] = [];
  let isWhole = true;
  try {
    for await (const page of paginator) {
      const list = items(page);
      isWhole &&= list !== undefined;
      list?.forEach((item) => found.push(item));
    }
  } catch (error) {
    throw explainAwsError(error, call);
  }
  return { found, isWhole };
}
