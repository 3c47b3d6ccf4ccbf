import type { Inventory, Tier } from './inventory';
import { awsId, hexDigits } from './random';

interface Site {
  accountId: string;
  accountName: string;
  region: string;
  vpcName: string;
  /** First two bytes of the VPC's /16. */
  network: string;
  /** Availability zones: letter of the name and id. */
  zones: ReadonlyArray<{ letter: string; id: string }>;
  /** Tiers of the first interfaces, so that small companies have one of each; after them `CYCLE` repeats. */
  first: readonly Tier[];
  /** Names of the servers of a tier, used in turn; numbered when they repeat. */
  names: Readonly<Record<Tier, readonly string[]>>;
}

const SITES: readonly Site[] = [
  {
    accountId: '111122223333',
    accountName: 'shop-production',
    region: 'eu-west-1',
    vpcName: 'shop-prod',
    network: '10.20',
    zones: [
      { letter: 'a', id: 'euw1-az1' },
      { letter: 'b', id: 'euw1-az2' },
    ],
    first: ['load-balancer', 'web', 'app', 'database', 'nat'],
    names: {
      'load-balancer': ['shop-public', 'shop-mobile', 'shop-partners'],
      web: ['shop-web'],
      app: ['shop-checkout', 'shop-catalog', 'shop-orders', 'shop-search'],
      database: ['orders-postgres', 'catalog-mysql', 'sessions-redis'],
      nat: ['shop-nat'],
      bastion: ['shop-bastion'],
    },
  },
  {
    accountId: '444455556666',
    accountName: 'analytics-production',
    region: 'eu-central-1',
    vpcName: 'analytics-prod',
    network: '10.40',
    zones: [
      { letter: 'a', id: 'euc1-az2' },
      { letter: 'b', id: 'euc1-az3' },
    ],
    first: ['load-balancer', 'web', 'app', 'database', 'bastion', 'nat'],
    names: {
      'load-balancer': ['analytics-gateway', 'analytics-internal'],
      web: ['analytics-portal'],
      app: ['analytics-ingest', 'analytics-query', 'analytics-batch'],
      database: ['warehouse-postgres', 'metadata-mysql', 'cache-redis'],
      nat: ['analytics-nat'],
      bastion: ['analytics-bastion'],
    },
  },
];

const CYCLE: readonly Tier[] =
  'web app web app web database web app web app load-balancer web app web app web database web app nat'.split(
    ' '
  ) as Tier[];

const SUBNETS = ['public', 'web', 'app', 'data'] as const;
const SUBNET_OF_TIER: Record<Tier, (typeof SUBNETS)[number]> = {
  'load-balancer': 'public',
  nat: 'public',
  bastion: 'public',
  web: 'web',
  app: 'app',
  database: 'data',
};

/** A three-tier company in two accounts and regions, with ids made from the seed. `interfaces`: number, in turn at either site. */
export function makeCompany(seed: number, interfaces: number): Inventory {
  const company: Inventory = { accounts: [], vpcs: [], subnets: [], instances: [], interfaces: [] };
  const used = new Map<string, number>();
  SITES.forEach((site) => addSite(company, seed, site));
  for (let index = 0; index < interfaces; index++) {
    const site = SITES[index % SITES.length];
    const position = Math.floor(index / SITES.length);
    const tier = site.first[position] ?? CYCLE[(position - site.first.length) % CYCLE.length];
    addInterface(company, seed, site, tier, used);
  }
  return company;
}

function addSite(company: Inventory, seed: number, site: Site): void {
  const vpcId = awsId('vpc', seed, site.vpcName);
  company.accounts.push({ id: site.accountId, name: site.accountName });
  company.vpcs.push({
    id: vpcId,
    accountId: site.accountId,
    region: site.region,
    cidr: `${site.network}.0.0/16`,
    name: site.vpcName,
  });
  SUBNETS.forEach((kind, row) =>
    site.zones.forEach((zone, column) => {
      const name = `${site.vpcName}-${kind}-${zone.letter}`;
      company.subnets.push({
        id: awsId('subnet', seed, name),
        vpcId,
        cidr: `${site.network}.${thirdByte(row, column)}.0/20`,
        availabilityZone: `${site.region}${zone.letter}`,
        availabilityZoneId: zone.id,
        name,
      });
    })
  );
}

function addInterface(company: Inventory, seed: number, site: Site, tier: Tier, used: Map<string, number>): void {
  const count = (key: string) => {
    const before = used.get(key) ?? 0;
    used.set(key, before + 1);
    return before;
  };
  const nth = count(`${site.vpcName}/${tier}`);
  const names = site.names[tier];
  const name = nameOf(tier, names[nth % names.length], Math.floor(nth / names.length));
  const row = SUBNETS.indexOf(SUBNET_OF_TIER[tier]);
  const column = nth % site.zones.length;
  const subnetName = `${site.vpcName}-${SUBNETS[row]}-${site.zones[column].letter}`;
  // AWS reserves the first four addresses of a subnet.
  const host = 10 + count(subnetName);
  const byte = thirdByte(row, column);
  const entry = {
    id: awsId('eni', seed, name),
    subnetId: awsId('subnet', seed, subnetName),
    privateIp: `${site.network}.${byte + (host >> 8)}.${host & 255}`,
    tier,
  };

  if (tier === 'load-balancer') {
    // As in AWS, interfaces of load balancers and gateways have no Name tag, only a description.
    // The leading 1 avoids a group of zeros, which the short form of an address would omit.
    const ipv6 = `2001:db8:${site.network.slice(3)}:1${byte.toString(16)}::${host.toString(16)}`;
    company.interfaces.push({ ...entry, ipv6, description: `ELB app/${name}/${hexDigits(seed, name, 16)}` });
  } else if (tier === 'nat') {
    company.interfaces.push({ ...entry, description: `Interface for NAT Gateway ${awsId('nat', seed, name)}` });
  } else {
    const instanceId = awsId('i', seed, name);
    company.instances.push({ id: instanceId, subnetId: entry.subnetId, name });
    company.interfaces.push({
      ...entry,
      instanceId,
      name: `${name} eth0`,
      description: `Primary interface of ${name}`,
    });
  }
}

/** Servers of web and app are numbered from 01, others from the second of a name on. */
function nameOf(tier: Tier, base: string, round: number): string {
  if (tier === 'web' || tier === 'app') {
    return `${base}-${String(round + 1).padStart(2, '0')}`;
  }
  return round === 0 ? base : `${base}-${round + 1}`;
}

/** Subnets are /20s, two to a row. */
function thirdByte(row: number, column: number): number {
  return (row * 2 + column) * 16;
}
