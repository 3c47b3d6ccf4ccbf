import {
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type EC2Client,
  type Instance,
  type NetworkInterface,
  type Subnet,
  type Tag,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { FailureReason } from '../../contract/descriptions';
import { MISSING, type EntityKind } from '../../contract/stored';
import type { CallContext } from '../aws/callContext';
import { AwsError, explainAwsError } from '../aws/errors';
import { DESCRIBE_ACTIONS } from '../aws/policies';
import { UNKNOWN_PLACE, type Entity } from '../registry/entities';
import { isPrivateText } from '../records/address/addressWords';
import { now } from '../util/time';
import { NAMING_TAGS, nameTag, shortName, type NameSources } from './shortNames';

/** Results per page: unpaginated calls fail in large accounts and are throttled harder. */
export const PAGE_SIZE = 250;

/** Kinds of entities that are read from EC2, each by its own call. */
export type ReadKind = keyof typeof DESCRIBE_ACTIONS & EntityKind;
export const READ_KINDS = Object.keys(DESCRIBE_ACTIONS) as ReadKind[];

/** An entity as EC2 describes it. `interface`: of an address, the id of the interface that has it. */
export type DescribedEntity = Entity & { readonly interface?: string };

/** What is used of an instance. */
export type ReadInstance = Pick<Instance, 'InstanceId' | 'VpcId' | 'SubnetId' | 'Tags'> & { readonly OwnerId?: string };

/** What is used of a VPC, a subnet and an interface: the rest of what EC2 says is several times as much. */
const VPC_FIELDS = ['VpcId', 'OwnerId', 'CidrBlock', 'CidrBlockAssociationSet', 'Ipv6CidrBlockAssociationSet'] as const;
const SUBNET_FIELDS = ['SubnetId', 'VpcId', 'OwnerId', 'AvailabilityZoneId'] as const;
const INSTANCE_FIELDS = ['InstanceId', 'VpcId', 'SubnetId'] as const;
const INTERFACE_FIELDS = [
  ...(['NetworkInterfaceId', 'VpcId', 'SubnetId', 'OwnerId', 'AvailabilityZoneId', 'Attachment'] as const),
  ...(['InterfaceType', 'RequesterId', 'RequesterManaged', 'Description'] as const),
  ...(['PrivateIpAddress', 'PrivateIpAddresses', 'Association', 'Ipv4Prefixes'] as const),
  ...(['Ipv6Addresses', 'Ipv6Prefixes'] as const),
] as const;

/** What EC2 said of one account and region. */
export interface RegionReading {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly instances: readonly ReadInstance[];
  readonly interfaces: readonly NetworkInterface[];
  /** Kinds that were asked for and read to the end, each page with its list. Of the others nothing may be taken to be gone. */
  readonly whole: ReadonlySet<ReadKind>;
  /** Kinds whose call is denied to these credentials, each with the error that says which call, where and for whom. */
  readonly denied: ReadonlyMap<ReadKind, AwsError>;
  /** When the reading began and ended, Unix seconds. */
  readonly began: number;
  readonly ended: number;
}

/** Why calls are denied, where others need not be. */
const DENIALS: ReadonlySet<FailureReason> = new Set(['denied', 'service-control-policy']);

/** How a region is to be read. */
export interface RegionOptions {
  /** The id of the account, for messages. */
  readonly account?: string;
  /** Kinds that are read; all of them when left out. */
  readonly kinds?: readonly ReadKind[];
  /** Called after each page with how many of a kind were read so far. */
  readonly onPage?: (kind: ReadKind, found: number) => void;
}

/**
 * Reads one account and region: VPCs, subnets, instances and interfaces, or only some of these, a Describe call each; where
 * one is denied, the others are made all the same. Throws `AwsError` when a call fails for another reason, since the others
 * would too; it names the call, and the account's id if that is given.
 */
export async function readRegion(
  client: EC2Client,
  region: string,
  { account, kinds = READ_KINDS, onPage = () => undefined }: RegionOptions = {}
): Promise<RegionReading> {
  const paginator = { client, pageSize: PAGE_SIZE };
  const denied = new Map<ReadKind, AwsError>();
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
      const call = { action: DESCRIBE_ACTIONS[kind], region, account };
      const { found, isWhole } = await readPages(call, pages, items, (soFar) => onPage(kind, soFar));
      if (isWhole) {
        whole.add(kind);
      }
      return found;
    } catch (error) {
      if (error instanceof AwsError && DENIALS.has(error.reason)) {
        denied.set(kind, error);
        return [];
      }
      throw error;
    }
  };
  const began = now();
  const vpcs = await read('vpc', paginateDescribeVpcs(paginator, {}), ({ Vpcs }) => Vpcs?.map(usedOf(VPC_FIELDS)));
  const subnets = await read('subnet', paginateDescribeSubnets(paginator, {}), ({ Subnets }) =>
    Subnets?.map(usedOf(SUBNET_FIELDS))
  );
  const instances = await read('instance', paginateDescribeInstances(paginator, {}), ({ Reservations }) =>
    Reservations?.flatMap(({ OwnerId, Instances }) =>
      (Instances ?? []).map((instance): ReadInstance => ({ ...usedOf(INSTANCE_FIELDS)(instance), OwnerId }))
    )
  );
  const interfaces = await read(
    'interface',
    paginateDescribeNetworkInterfaces(paginator, {}),
    ({ NetworkInterfaces }) => NetworkInterfaces?.map(usedOfInterface)
  );
  return { vpcs, subnets, instances, interfaces, whole, denied, began, ended: now() };
}

/** These fields, and the tag Name. */
function usedOf<K extends string>(fields: readonly K[]) {
  return <T extends { readonly Tags?: Tag[] } & { readonly [key in K]?: unknown }>(
    item: T
  ): Pick<T, K> & { Tags?: Tag[] } => ({ ...pick(item, fields), Tags: item.Tags?.filter(({ Key }) => Key === 'Name') });
}

const usedOfInterface = (eni: NetworkInterface): NetworkInterface => ({
  ...pick(eni, INTERFACE_FIELDS),
  TagSet: eni.TagSet?.filter(({ Key }) => NAMING_TAGS.has(Key)),
});

function pick<T extends object, K extends keyof T>(item: T, fields: readonly K[]): Pick<T, K> {
  const picked: Partial<Pick<T, K>> = {};
  for (const field of fields) {
    picked[field] = item[field];
  }
  return picked as Pick<T, K>;
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

/**
 * All items of all pages; `isWhole`: every page had a list of them, be it empty. `onPage`: called after each with how many there are.
 * Throws `AwsError`.
 */
export async function readPages<P, T>(
  call: CallContext,
  paginator: AsyncIterable<P>,
  items: (page: P) => T[] | undefined,
  onPage: (found: number) => void = () => undefined
): Promise<{ readonly found: T[]; readonly isWhole: boolean }> {
  const found: T[] = [];
  let isWhole = true;
  try {
    for await (const page of paginator) {
      const list = items(page);
      isWhole &&= list !== undefined;
      list?.forEach((item) => found.push(item));
      onPage(found.length);
    }
  } catch (error) {
    throw explainAwsError(error, call);
  }
  return { found, isWhole };
}
