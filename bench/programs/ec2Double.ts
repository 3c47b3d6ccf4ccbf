/**
 * A fast stand-in for EC2 and STS, a process of its own: `ec2Double PORT INTERFACES`. {@link ACCOUNTS} accounts with so many
 * interfaces between them, in {@link REGIONS} regions each, answered in pages. Who signs in with the keys of AssumeRole is asked as
 * that account. Signatures are not checked. Two paths are its own: `PUT /-/rename`: one instance has another name from then on;
 * `GET /-/times`: how many requests of AWS's came.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const INTERFACES = Number(process.argv[3]);
export const ACCOUNTS = 20;
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-southeast-2'];
const VPCS = 2;
const SUBNETS_PER_VPC = 3;
/** Every so many instances have one name, as those of a scaling group do; the others have names of their own. */
const GROUPED = 3;

/** What an interface is of, in turn. */
const KINDS = [
  'instance',
  'instance',
  'instance',
  'instance',
  'balancer',
  'function',
  'nat',
  'endpoint',
  'pod',
  'instance',
];

let renamed = 0;
let requests = 0;

const tag = (name: string, content: string) => `<${name}>${content}</${name}>`;
const set = (name: string, items: readonly string[]) => tag(name, items.map((item) => tag('item', item)).join(''));
const tags = (values: Readonly<Record<string, string>>) =>
  set(
    'tagSet',
    Object.entries(values).map(([key, value]) => tag('key', key) + tag('value', value))
  );
const hex = (number: number) =>
  ((number * 2654435761) % 2 ** 32).toString(16).padStart(8, '0') + number.toString(16).padStart(9, '0');

/** An account in a region: `number` counts them all. */
interface Place {
  readonly number: number;
  readonly account: string;
  readonly region: string;
}

function placeOf({ headers }: IncomingMessage): Place {
  const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  const account = /^ASIA(\d{12})/.exec(key ?? '')?.[1] ?? accountId(0);
  const number = (Number(account) % 1000) * REGIONS.length + REGIONS.indexOf(region);
  return { number, account, region };
}

const accountId = (i: number) => String(111111111000 + i);
const perPlace = Math.ceil(INTERFACES / ACCOUNTS / REGIONS.length);

/** Ids of what an interface belongs to; `i` counts the interfaces of a place. */
function idsOf({ number }: Place, i: number) {
  const vpc = i % VPCS;
  const subnet = vpc * SUBNETS_PER_VPC + (Math.floor(i / VPCS) % SUBNETS_PER_VPC);
  return {
    eni: `eni-${hex(number * 1e6 + i)}`,
    instance: `i-${hex(number * 1e6 + i)}`,
    vpc: `vpc-${hex(number * 100 + vpc)}`,
    subnet: `subnet-${hex(number * 100 + subnet)}`,
    // The second VPC of every place has the same network, as test environments do.
    address: `10.${vpc === 0 ? number : 200}.${Math.floor(i / 250)}.${(i % 250) + 4}`,
  };
}

const instanceName = ({ number }: Place, i: number) =>
  number === 0 && i === 0 && renamed > 0
    ? `renamed-${renamed}`
    : i % GROUPED === 0
      ? `team-${number}-workers`
      : `team-${number}-service-${i}`;

function interfaceXml(place: Place, i: number): string {
  const { account, region } = place;
  const { eni, instance, vpc, subnet, address } = idsOf(place, i);
  const kind = KINDS[i % KINDS.length];
  const descriptions: Readonly<Record<string, string>> = {
    balancer: `ELB app/shop-${i}/2404f79701f8d02b`,
    function: `AWS Lambda VPC ENI-report-${i}-0f5b3cd1-7a1b-4b0e-9d3f-2f0f4ab6a3f1`,
    nat: `Interface for NAT Gateway nat-${hex(i)}`,
    endpoint: `VPC Endpoint Interface vpce-${hex(i)}`,
    pod: `aws-K8S-${instance}`,
  };
  const isPublic = kind === 'nat' || i % 20 === 0;
  const publicIp = `198.${18 + (place.number % 2)}.${place.number}.${i % 256}`;
  const association = isPublic
    ? tag('association', tag('publicIp', publicIp) + tag('publicDnsName', '') + tag('ipOwnerId', 'amazon'))
    : '';
  const attached =
    kind === 'instance'
      ? tag('instanceId', instance) + tag('instanceOwnerId', account) + tag('deviceIndex', '0')
      : tag('instanceOwnerId', 'amazon-aws') + tag('deviceIndex', '1');
  return [
    tag('networkInterfaceId', eni),
    tag('subnetId', subnet),
    tag('vpcId', vpc),
    tag('availabilityZone', `${region}a`),
    tag('description', descriptions[kind] ?? ''),
    tag('ownerId', account),
    tag('requesterId', kind === 'balancer' ? 'amazon-elb' : 'AROAEXAMPLE'),
    tag('requesterManaged', String(kind !== 'instance')),
    tag('status', 'in-use'),
    tag('macAddress', '02:48:2e:94:92:6f'),
    tag('privateIpAddress', address),
    tag('privateDnsName', `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`),
    tag('sourceDestCheck', 'true'),
    set('groupSet', [tag('groupId', `sg-${hex(i % 40)}`) + tag('groupName', `group-${i % 40}`)]),
    tag(
      'attachment',
      tag('attachmentId', `eni-attach-${hex(i)}`) +
        attached +
        tag('status', 'attached') +
        tag('attachTime', '2026-10-01T08:00:00.000Z') +
        tag('deleteOnTermination', 'true') +
        tag('networkCardIndex', '0')
    ),
    association,
    tags({ 'aws:cloudformation:stack-name': `stack-${i % 50}`, team: `team-${place.number}` }),
    set('privateIpAddressesSet', [
      tag('privateIpAddress', address) +
        tag('privateDnsName', `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`) +
        tag('primary', 'true') +
        association,
    ]),
    tag('ipv6AddressesSet', ''),
    tag('interfaceType', kind === 'nat' ? 'nat_gateway' : kind === 'endpoint' ? 'vpc_endpoint' : 'interface'),
  ].join('');
}

function instanceXml(place: Place, i: number): string {
  const { account, region } = place;
  const { eni, instance, vpc, subnet, address } = idsOf(place, i);
  const device = (name: string) =>
    tag('deviceName', name) +
    tag(
      'ebs',
      tag('volumeId', `vol-${hex(i)}`) +
        tag('status', 'attached') +
        tag('attachTime', '2026-10-01T08:00:00.000Z') +
        tag('deleteOnTermination', 'true')
    );
  const group = tag('groupId', `sg-${hex(i % 40)}`) + tag('groupName', `group-${i % 40}`);
  const item = [
    tag('instanceId', instance),
    tag('imageId', 'ami-0123456789abcdef0'),
    tag('instanceState', tag('code', '16') + tag('name', 'running')),
    tag('privateDnsName', `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`),
    tag('reason', '') + tag('keyName', 'operations') + tag('amiLaunchIndex', '0') + tag('productCodes', ''),
    tag('instanceType', 'm7g.large') + tag('launchTime', '2026-10-01T08:00:00.000Z'),
    tag('placement', tag('availabilityZone', `${region}a`) + tag('groupName', '') + tag('tenancy', 'default')),
    tag('monitoring', tag('state', 'disabled')),
    tag('subnetId', subnet) + tag('vpcId', vpc) + tag('privateIpAddress', address),
    tag('sourceDestCheck', 'true'),
    set('groupSet', [group]),
    tag('architecture', 'arm64') + tag('rootDeviceType', 'ebs') + tag('rootDeviceName', '/dev/xvda'),
    set('blockDeviceMapping', [device('/dev/xvda'), device('/dev/xvdb')]),
    tag('virtualizationType', 'hvm') + tag('clientToken', hex(i)),
    tags({ Name: instanceName(place, i), 'aws:autoscaling:groupName': `asg-${i % 30}`, team: `team-${place.number}` }),
    tag('hypervisor', 'xen'),
    set('networkInterfaceSet', [
      tag('networkInterfaceId', eni) +
        tag('subnetId', subnet) +
        tag('vpcId', vpc) +
        tag('ownerId', account) +
        tag('status', 'in-use') +
        tag('privateIpAddress', address) +
        set('groupSet', [group]) +
        tag(
          'attachment',
          tag('attachmentId', `eni-attach-${hex(i)}`) + tag('deviceIndex', '0') + tag('status', 'attached')
        ),
    ]),
    tag(
      'iamInstanceProfile',
      tag('arn', `arn:aws:iam::${account}:instance-profile/service`) + tag('id', 'AIPAEXAMPLE')
    ),
    tag('ebsOptimized', 'true') + tag('enaSupport', 'true'),
    tag('cpuOptions', tag('coreCount', '2') + tag('threadsPerCore', '1')),
    tag('metadataOptions', tag('state', 'applied') + tag('httpTokens', 'required') + tag('httpEndpoint', 'enabled')),
  ].join('');
  return (
    tag('reservationId', `r-${hex(i)}`) + tag('ownerId', account) + tag('groupSet', '') + set('instancesSet', [item])
  );
}

const isInstance = (i: number) => KINDS[i % KINDS.length] === 'instance';

/** What calls of EC2 list: its items by number, and how many there are. */
const LISTS: Readonly<
  Record<string, { name: string; count: number; item: (place: Place, i: number) => string | undefined }>
> = {
  DescribeVpcs: {
    name: 'vpcSet',
    count: VPCS,
    item: (place, i) => {
      const { vpc, address } = idsOf(place, i);
      const network = `${address.split('.').slice(0, 2).join('.')}.0.0/16`;
      return (
        tag('vpcId', vpc) +
        tag('ownerId', place.account) +
        tag('state', 'available') +
        tag('cidrBlock', network) +
        tags({ Name: `team-${place.number}-${i === 0 ? 'production' : 'test'}` })
      );
    },
  },
  DescribeSubnets: {
    name: 'subnetSet',
    count: VPCS * SUBNETS_PER_VPC,
    item: (place, i) => {
      const { vpc, subnet } = idsOf(place, i);
      return (
        tag('subnetId', subnet) +
        tag('vpcId', vpc) +
        tag('ownerId', place.account) +
        tag('availabilityZoneId', 'euw1-az1') +
        tags({ Name: `team-${place.number}-private-${i}` })
      );
    },
  },
  DescribeInstances: {
    name: 'reservationSet',
    count: perPlace,
    item: (place, i) => (isInstance(i) ? instanceXml(place, i) : undefined),
  },
  DescribeNetworkInterfaces: { name: 'networkInterfaceSet', count: perPlace, item: interfaceXml },
};

function ec2Answer(action: string, form: URLSearchParams, place: Place): string {
  if (action === 'DescribeRegions') {
    return set(
      'regionInfo',
      REGIONS.map((name) => tag('regionName', name) + tag('optInStatus', 'opt-in-not-required'))
    );
  }
  const list = LISTS[action];
  if (!list || !REGIONS.includes(place.region)) {
    return '';
  }
  const from = Number(form.get('NextToken') ?? 0);
  const to = Math.min(from + Number(form.get('MaxResults') ?? 1000), list.count);
  const items: string[] = [];
  for (let i = from; i < to; i++) {
    const item = list.item(place, i);
    if (item !== undefined) {
      items.push(item);
    }
  }
  return set(list.name, items) + (to < list.count ? tag('nextToken', String(to)) : '');
}

function stsAnswer(action: string, form: URLSearchParams, { account }: Place): string {
  if (action === 'AssumeRole') {
    const role = /::(\d{12}):/.exec(form.get('RoleArn') ?? '')?.[1] ?? '';
    const keys =
      tag('AccessKeyId', `ASIA${role}`) +
      tag('SecretAccessKey', 'secret') +
      tag('SessionToken', 'token') +
      tag('Expiration', new Date(Date.now() + 3600_000).toISOString());
    return tag('AssumeRoleResult', tag('Credentials', keys));
  }
  return tag('GetCallerIdentityResult', tag('Account', account) + tag('Arn', `arn:aws:iam::${account}:user/bench`));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/-/times') {
    response.end(JSON.stringify({ requests }));
    requests = 0;
    return;
  }
  if (request.url === '/-/rename') {
    renamed++;
    response.end();
    return;
  }
  requests++;
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
  }
  const form = new URLSearchParams(body);
  const action = form.get('Action') ?? '';
  const place = placeOf(request);
  const isSts = action === 'AssumeRole' || action === 'GetCallerIdentity';
  const xml = tag(`${action}Response`, isSts ? stsAnswer(action, form, place) : ec2Answer(action, form, place));
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(xml) }).end(xml);
}

createServer((request, response) => void answer(request, response)).listen(Number(process.argv[2]), '127.0.0.1');
