import type { NetworkInterface, Vpc } from '@aws-sdk/client-ec2';
import { describeEntities, type RegionReading } from './describe';
import { seenOwners } from './ownerFacts';

const ATTACHED = Date.UTC(2026, 0, 5) / 1000;

/** What EC2 says of an interface as instances have it. */
const ENI: NetworkInterface = {
  NetworkInterfaceId: 'eni-1',
  InterfaceType: 'interface',
  VpcId: 'vpc-1',
  SubnetId: 'subnet-1',
  OwnerId: '111122223333',
  Attachment: { InstanceId: 'i-1', AttachTime: new Date(ATTACHED * 1000 + 500) },
  PrivateIpAddress: '10.0.0.1',
  PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.1', Primary: true }],
};

function seen(interfaces: NetworkInterface[], changes: Partial<RegionReading> = {}) {
  const subnets = [{ SubnetId: 'subnet-1', AvailabilityZoneId: 'euw1-az1' }];
  const whole = new Set(['interface', 'vpc'] as const);
  const none = { vpcs: [], instances: [], denied: new Map() };
  return seenOwners({ ...none, subnets, interfaces, whole, began: 1, ended: 2, ...changes });
}

const addresses = (eni: Partial<NetworkInterface>) =>
  seen([{ ...ENI, ...eni }]).addresses!.map(({ vpc, address }) => `${vpc} ${address}`);

it('says where an interface is, whose it is, and since when it is attached', () => {
  expect(seen([ENI]).interfaces).toEqual([
    {
      ...{ kind: 'interface', interface: 'eni-1', vpc: 'vpc-1', subnet: 'subnet-1', instance: 'i-1' },
      ...{ account: '111122223333', zone: 'euw1-az1', passes: 'no', attached: ATTACHED },
    },
  ]);
  expect(seen([ENI]).addresses).toEqual([{ kind: 'address', vpc: 'vpc-1', address: '10.0.0.1', interface: 'eni-1' }]);
});

it('has - for what is not known, and no time of what is not attached', () => {
  expect(seen([{ NetworkInterfaceId: 'eni-1' }]).interfaces).toEqual([
    {
      ...{ kind: 'interface', interface: 'eni-1', vpc: '-', subnet: '-', instance: '-', account: '-', zone: '-' },
      ...{ passes: 'no', attached: undefined },
    },
  ]);
  expect(addresses({ VpcId: undefined })).toEqual([]);
});

it('takes what is said empty for not known: a tag without a value is no line protocol', () => {
  const none = { VpcId: '', SubnetId: '', OwnerId: '', AvailabilityZoneId: '', Attachment: { InstanceId: '' } };
  const subnets = [{ SubnetId: '', AvailabilityZoneId: '' }];
  const reading = { subnets: [], denied: new Map(), whole: new Set<never>(), began: 1, ended: 2 };
  const described = describeEntities(
    {
      ...reading,
      vpcs: [{ VpcId: 'vpc-1', OwnerId: '' }],
      instances: [{ InstanceId: 'i-1', VpcId: '', SubnetId: '' }],
      interfaces: [{ ...ENI, ...none }],
    },
    'eu-west-1'
  );
  expect(described.flatMap((one) => Object.values(one))).not.toContain('');
  expect(seen([{ ...ENI, ...none }], { subnets }).interfaces).toEqual(
    seen([{ NetworkInterfaceId: 'eni-1' }]).interfaces
  );
});

describe('the addresses of an interface', () => {
  it.each<[string, Partial<NetworkInterface>, string[]]>([
    [
      'secondary ones',
      { PrivateIpAddresses: [{ PrivateIpAddress: '10.0.0.1' }, { PrivateIpAddress: '10.0.0.7' }] },
      ['vpc-1 10.0.0.1', 'vpc-1 10.0.0.7'],
    ],
    ['a prefix', { Ipv4Prefixes: [{ Ipv4Prefix: '10.0.0.16/28' }] }, ['vpc-1 10.0.0.1', 'vpc-1 10.0.0.16/28']],
    [
      'public and Elastic ones, anywhere',
      {
        Association: { PublicIp: '203.0.113.9' },
        PrivateIpAddresses: [
          { PrivateIpAddress: '10.0.0.1', Association: { PublicIp: '203.0.113.9' } },
          { PrivateIpAddress: '10.0.0.7', Association: { PublicIp: '198.51.100.4' } },
        ],
      },
      ['vpc-1 10.0.0.1', 'vpc-1 10.0.0.7', '- 203.0.113.9', '- 198.51.100.4'],
    ],
    [
      'IPv6 addresses and prefixes, in the VPC and anywhere',
      { Ipv6Addresses: [{ Ipv6Address: '2001:db8::5' }], Ipv6Prefixes: [{ Ipv6Prefix: '2001:db8:0:1::/80' }] },
      ['vpc-1 10.0.0.1', 'vpc-1 2001:db8::5', 'vpc-1 2001:db8:0:1::/80', '- 2001:db8::5', '- 2001:db8:0:1::/80'],
    ],
    [
      'private IPv6 addresses, in the VPC alone',
      { Ipv6Addresses: [{ Ipv6Address: 'fd12:3456::5' }] },
      ['vpc-1 10.0.0.1', 'vpc-1 fd12:3456::5'],
    ],
    [
      'addresses of public ranges that a VPC has as its own, in the VPC alone',
      { PrivateIpAddress: '198.51.100.4', PrivateIpAddresses: [] },
      ['vpc-1 198.51.100.4'],
    ],
    ['none of an IPv6-only one', { PrivateIpAddress: undefined, PrivateIpAddresses: undefined }, []],
  ])('are %s', (_case, eni, expected) => {
    expect(addresses(eni)).toEqual(expected);
  });
});

describe('an interface that passes traffic on', () => {
  it.each<[string, Partial<NetworkInterface>, string]>([
    ['a NAT gateway', { InterfaceType: 'nat_gateway' as never }, 'nat'],
    ['a NAT gateway, as the SDK writes it', { InterfaceType: 'natGateway' }, 'nat'],
    ['a Network Load Balancer', { InterfaceType: 'network_load_balancer' }, 'balancer'],
    ['a Gateway Load Balancer', { InterfaceType: 'gateway_load_balancer' }, 'balancer'],
    ['an endpoint of one', { InterfaceType: 'gateway_load_balancer_endpoint' }, 'yes'],
    ['an endpoint', { InterfaceType: 'vpc_endpoint' }, 'yes'],
    ['a Transit Gateway attachment', { InterfaceType: 'transit_gateway' }, 'yes'],
    ['a load balancer', { InterfaceType: 'load_balancer' }, 'balancer'],
    [
      'an Application Load Balancer',
      { RequesterManaged: true, Description: 'ELB app/shop/50dc6c495c0c9188' },
      'balancer',
    ],
    ['a Classic Load Balancer', { RequesterId: 'amazon-elb', Description: 'ELB shop' }, 'balancer'],
    ['none: somebody only calls it so', { Description: 'ELB app/shop/1' }, 'no'],
    [
      'none: made for Lambda',
      { InterfaceType: 'lambda', RequesterManaged: true, Description: 'AWS Lambda VPC ENI' },
      'no',
    ],
    ['none: an EFA', { InterfaceType: 'efa' }, 'no'],
  ])('is %s', (_case, eni, passes) => {
    expect(seen([{ ...ENI, ...eni }]).interfaces).toMatchObject([{ passes }]);
  });
});

it('says which CIDRs a VPC has, and not those that failed or are gone', () => {
  const vpc: Vpc = {
    VpcId: 'vpc-1',
    CidrBlock: '10.0.0.0/16',
    CidrBlockAssociationSet: [
      { CidrBlock: '10.0.0.0/16', CidrBlockState: { State: 'associated' } },
      { CidrBlock: '100.64.0.0/20', CidrBlockState: { State: 'associated' } },
      { CidrBlock: '10.5.0.0/16', CidrBlockState: { State: 'disassociated' } },
      { CidrBlock: '10.6.0.0/16', CidrBlockState: { State: 'failed' } },
    ],
    Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2001:db8::/56', Ipv6CidrBlockState: { State: 'associated' } }],
  };
  expect(seen([], { vpcs: [vpc] }).vpcs).toEqual(
    ['10.0.0.0/16', '100.64.0.0/20', '2001:db8::/56'].map((cidr) => ({ kind: 'vpc', vpc: 'vpc-1', cidr }))
  );
});

it('says nothing of what was not read to the end', () => {
  const { addresses: found, interfaces, vpcs } = seen([ENI], { whole: new Set() });
  expect([found, interfaces, vpcs]).toEqual([undefined, undefined, undefined]);
});
