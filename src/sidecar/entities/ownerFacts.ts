import type { NetworkInterface, Vpc } from '@aws-sdk/client-ec2';
import { MISSING } from '../../contract/stored';
import type { OwnerStatement, Passes } from '../rollup/owners/facts';
import { isPrivateText } from '../records/address/addressWords';
import type { RegionReading } from './describe';

type Statement<Kind extends OwnerStatement['kind']> = Extract<OwnerStatement, { readonly kind: Kind }>;
export type AddressStatement = Statement<'address'>;
export type VpcStatement = Statement<'vpc'>;

/** Where an interface is now, and since when it is attached as it is; Unix seconds, undefined where EC2 does not say. */
export type InterfaceStatement = Statement<'interface'> & { readonly attached?: number };

/** What EC2 says now about whose addresses there are; undefined where it was not read to the end. */
export interface SeenOwners {
  readonly addresses?: readonly AddressStatement[];
  readonly interfaces?: readonly InterfaceStatement[];
  readonly vpcs?: readonly VpcStatement[];
  /** When the reading began and ended, Unix seconds. */
  readonly began: number;
  readonly ended: number;
}

/** Whose addresses there are, by what was read. The zone of an interface is `-` where its subnet could not be read. */
export function seenOwners({ vpcs, subnets, interfaces, whole, began, ended }: RegionReading): SeenOwners {
  const zones = new Map(subnets.map(({ SubnetId, AvailabilityZoneId }) => [SubnetId, AvailabilityZoneId]));
  const areInterfacesWhole = whole.has('interface');
  return {
    addresses: areInterfacesWhole ? interfaces.flatMap(addressesOf) : undefined,
    interfaces: areInterfacesWhole ? interfaces.map((eni) => placeOf(eni, zones)) : undefined,
    vpcs: whole.has('vpc') ? vpcs.flatMap(cidrsOf) : undefined,
    ...{ began, ended },
  };
}

function placeOf(
  eni: NetworkInterface,
  zones: ReadonlyMap<string | undefined, string | undefined>
): InterfaceStatement {
  // What is said empty is not known either: InfluxDB takes no tag without a value.
  const attached = eni.Attachment?.AttachTime?.getTime();
  return {
    kind: 'interface',
    interface: eni.NetworkInterfaceId!,
    vpc: eni.VpcId || MISSING,
    subnet: eni.SubnetId || MISSING,
    instance: eni.Attachment?.InstanceId || MISSING,
    account: eni.OwnerId || MISSING,
    zone: eni.AvailabilityZoneId || zones.get(eni.SubnetId) || MISSING,
    passes: passesOf(eni),
    attached: attached === undefined ? undefined : Math.floor(attached / 1000),
  };
}

/**
 * The types of interfaces that pass on what others send. Source: `InterfaceType` of DescribeNetworkInterfaces in the EC2 API
 * reference; the SDK's list has `natGateway`, answers have `nat_gateway`.
 */
const PASSING: Readonly<Record<string, Passes>> = {
  natGateway: 'nat',
  nat_gateway: 'nat',
  gateway_load_balancer: 'balancer',
  gateway_load_balancer_endpoint: 'yes',
  load_balancer: 'balancer',
  network_load_balancer: 'balancer',
  transit_gateway: 'yes',
  vpc_endpoint: 'yes',
};

/** Application and Classic Load Balancers have interfaces of the usual type, which EC2 makes and describes as `ELB …`. */
function passesOf({
  InterfaceType: type,
  RequesterManaged: isManaged,
  RequesterId,
  Description,
}: NetworkInterface): Passes {
  const isBalancer = (isManaged || RequesterId === 'amazon-elb') && Description?.startsWith('ELB ');
  return PASSING[type ?? ''] ?? (isBalancer ? 'balancer' : 'no');
}

/** The addresses and prefixes of an interface: in its VPC, and public, Elastic and IPv6 ones anywhere. */
function addressesOf(eni: NetworkInterface): AddressStatement[] {
  const { VpcId: vpc, NetworkInterfaceId: id, PrivateIpAddresses = [], Ipv6Addresses = [] } = eni;
  const ipv6 = [
    ...Ipv6Addresses.map(({ Ipv6Address }) => Ipv6Address),
    ...(eni.Ipv6Prefixes ?? []).map(({ Ipv6Prefix }) => Ipv6Prefix),
  ];
  const inVpc = [
    eni.PrivateIpAddress,
    ...PrivateIpAddresses.map(({ PrivateIpAddress }) => PrivateIpAddress),
    ...(eni.Ipv4Prefixes ?? []).map(({ Ipv4Prefix }) => Ipv4Prefix),
    ...ipv6,
  ];
  const anywhere = [
    eni.Association?.PublicIp,
    ...PrivateIpAddresses.map(({ Association }) => Association?.PublicIp),
    ...ipv6.filter((address) => address && !isPrivateText(address)),
  ];
  const statements = (scope: string, addresses: ReadonlyArray<string | undefined>) =>
    [...new Set(addresses)].flatMap((address): AddressStatement[] =>
      address ? [{ kind: 'address', vpc: scope, address, interface: id! }] : []
    );
  return [...(vpc ? statements(vpc, inVpc) : []), ...statements(MISSING, anywhere)];
}

/** States of a CIDR in which it is the VPC's. */
const HELD: ReadonlyArray<string | undefined> = [undefined, 'associated', 'disassociating'];

function cidrsOf({ VpcId: vpc, CidrBlock, ...sets }: Vpc): VpcStatement[] {
  const cidrs = [
    CidrBlock,
    ...(sets.CidrBlockAssociationSet ?? [])
      .filter(({ CidrBlockState }) => HELD.includes(CidrBlockState?.State))
      .map((one) => one.CidrBlock),
    ...(sets.Ipv6CidrBlockAssociationSet ?? [])
      .filter(({ Ipv6CidrBlockState }) => HELD.includes(Ipv6CidrBlockState?.State))
      .map((one) => one.Ipv6CidrBlock),
  ];
  return [...new Set(cidrs)].flatMap((cidr): VpcStatement[] => (cidr ? [{ kind: 'vpc', vpc: vpc!, cidr }] : []));
}
