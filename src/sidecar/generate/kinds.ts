import type { LoggedInterface, Tier } from './inventory';
import type { Random } from './random';

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;

/** One end of a conversation: an interface of the company, or an address outside. */
export interface Endpoint {
  address: string;
  interface?: LoggedInterface;
  /** AWS's service name of the address, if it has one. */
  service?: string;
}

/** Both ends of a conversation, and its protocol. */
export interface Ends {
  client: Endpoint;
  server: Endpoint;
  /** The NAT gateway between a server of the company and the internet. */
  nat?: LoggedInterface;
  protocol: number;
  port: number;
  /** Whether the server's interface rejects it. */
  refused?: boolean;
}

/** The interfaces with traffic of each VPC, by tier. */
export type Company = ReadonlyArray<Record<Tier, readonly LoggedInterface[]>>;

/** A kind of conversation. */
export interface Kind {
  /** Share of the company's records. */
  share: number;
  /** Number of records of an active minute, at all interfaces together. */
  records: number;
  /** Draws both ends; undefined if the drawn VPC lacks one of them. */
  draw(company: Company, random: Random): Ends | undefined;
  /** Bytes of a median minute, and of a packet, in either direction. */
  requestBytes: number;
  responseBytes: number;
  requestPacket: number;
  responsePacket: number;
}

/** Ports of the database engines, which database servers run in turn. */
const DATABASE_PORTS = [5432, 3306, 6379];
const BULK = { requestPacket: 420, responsePacket: 1280 };
const SMALL = { requestPacket: 76, responsePacket: 140 };

export const KINDS: readonly Kind[] = [
  { share: 0.3, records: 2, draw: drawCustomer, requestBytes: 2_000, responseBytes: 60_000, ...BULK },
  {
    share: 0.18,
    records: 4,
    draw: inside('load-balancer', 'web', 8080),
    requestBytes: 6_000,
    responseBytes: 180_000,
    ...BULK,
  },
  { share: 0.17, records: 4, draw: inside('web', 'app', 9000), requestBytes: 9_000, responseBytes: 40_000, ...BULK },
  { share: 0.15, records: 4, draw: drawQuery, requestBytes: 12_000, responseBytes: 150_000, ...BULK },
  {
    share: 0.02,
    records: 4,
    draw: drawReplication,
    requestBytes: 60_000,
    responseBytes: 5_000_000,
    requestPacket: 60,
    responsePacket: 1400,
  },
  { share: 0.02, records: 4, draw: drawPeering, requestBytes: 8_000, responseBytes: 900_000, ...BULK },
  { share: 0.1, records: 6, draw: drawInternet, requestBytes: 4_000, responseBytes: 300_000, ...BULK },
  { share: 0.03, records: 6, draw: drawNameOrTime, requestBytes: 150, responseBytes: 400, ...SMALL },
  {
    share: 0.02,
    records: 4,
    draw: drawPing,
    requestBytes: 336,
    responseBytes: 336,
    requestPacket: 84,
    responsePacket: 84,
  },
  { share: 0.01, records: 2, draw: drawForbidden, requestBytes: 180, responseBytes: 0, ...SMALL },
];

function inside(from: Tier, to: Tier, port: number): Kind['draw'] {
  return (company, random) => {
    const vpc = random.skewed(company);
    return vpc[from].length > 0 && vpc[to].length > 0
      ? { client: own(random.skewed(vpc[from])), server: own(random.skewed(vpc[to])), protocol: TCP, port }
      : undefined;
  };
}

function drawCustomer(company: Company, random: Random): Ends | undefined {
  const balancers = random.skewed(company)['load-balancer'];
  if (balancers.length === 0) {
    return undefined;
  }
  const server = random.skewed(balancers);
  const customer = Math.floor(20_000 * random.next() ** 4);
  return server.ipv6 !== undefined && random.next() < 0.2
    ? { client: { address: customerIpv6(customer) }, server: own(server, server.ipv6), protocol: TCP, port: 443 }
    : { client: { address: customerIpv4(customer) }, server: own(server), protocol: TCP, port: 443 };
}

function drawQuery(company: Company, random: Random): Ends | undefined {
  const vpc = random.skewed(company);
  return vpc.app.length > 0 && vpc.database.length > 0
    ? { client: own(random.skewed(vpc.app)), ...database(vpc.database, random) }
    : undefined;
}

/** Every database server replicates from the one before it with the same engine. */
function drawReplication(company: Company, random: Random): Ends | undefined {
  const databases = random.skewed(company).database;
  const server = random.below(Math.max(1, databases.length - DATABASE_PORTS.length));
  const client = databases[server + DATABASE_PORTS.length];
  return client === undefined
    ? undefined
    : {
        client: own(client),
        server: own(databases[server]),
        protocol: TCP,
        port: DATABASE_PORTS[server % DATABASE_PORTS.length],
      };
}

/** Analytics reads the shop's databases: traffic between VPCs, recorded in both accounts. */
function drawPeering(company: Company, random: Random): Ends | undefined {
  const [first, second] = company;
  return first !== undefined && second !== undefined && first.database.length > 0 && second.app.length > 0
    ? { client: own(random.skewed(second.app)), ...database(first.database, random) }
    : undefined;
}

function drawInternet(company: Company, random: Random): Ends | undefined {
  const services = [
    { service: 'S3', network: '52.95.128' },
    { service: 'DYNAMODB', network: '52.94.26' },
    { service: undefined, network: '198.51.100' },
    { service: undefined, network: '192.0.2' },
  ];
  const { service, network } = random.skewed(services);
  const server = { address: `${network}.${10 + random.below(30)}`, ...(service !== undefined && { service }) };
  return throughNat(company, random, { server, protocol: TCP, port: 443 });
}

function drawNameOrTime(company: Company, random: Random): Ends | undefined {
  const ends =
    random.next() < 0.7
      ? { server: { address: '192.0.2.53' }, protocol: UDP, port: 53 }
      : { server: { address: `192.0.2.${123 + random.below(4)}` }, protocol: UDP, port: 123 };
  return throughNat(company, random, ends);
}

function throughNat(company: Company, random: Random, ends: Omit<Ends, 'client' | 'nat'>): Ends | undefined {
  const vpc = random.skewed(company);
  const clients = [...vpc.web, ...vpc.app];
  return vpc.nat.length > 0 && clients.length > 0
    ? { ...ends, client: own(random.skewed(clients)), nat: random.skewed(vpc.nat) }
    : undefined;
}

function drawPing(company: Company, random: Random): Ends | undefined {
  const vpc = random.skewed(company);
  const servers = [...vpc.web, ...vpc.app, ...vpc.database];
  const monitors = [...vpc.bastion, ...vpc.app];
  return monitors.length > 0 && servers.length > 0
    ? { client: own(random.skewed(monitors)), server: own(random.skewed(servers)), protocol: ICMP, port: 0 }
    : undefined;
}

/** Web servers that connect to a database, which is not allowed: accepted at the client's interface, rejected at the server's. */
function drawForbidden(company: Company, random: Random): Ends | undefined {
  const vpc = random.skewed(company);
  return vpc.web.length > 0 && vpc.database.length > 0
    ? { client: own(random.skewed(vpc.web)), ...database(vpc.database, random), refused: true }
    : undefined;
}

function database(databases: readonly LoggedInterface[], random: Random): Pick<Ends, 'server' | 'protocol' | 'port'> {
  const server = random.skewed(databases);
  return {
    server: own(server),
    protocol: TCP,
    port: DATABASE_PORTS[databases.indexOf(server) % DATABASE_PORTS.length],
  };
}

function own(entry: LoggedInterface, address = entry.address): Endpoint {
  return { address, interface: entry };
}

/** Documentation ranges for frequent customers, the benchmark range for others, so that no address is of a real host. */
function customerIpv4(customer: number): string {
  if (customer < 400) {
    return `${customer < 200 ? '203.0.113' : '198.51.100'}.${(customer % 200) + 40}`;
  }
  return `198.18.${(customer >> 8) & 255}.${customer & 255}`;
}

function customerIpv6(customer: number): string {
  return `2001:db8:${(0x1000 + (customer >> 4)).toString(16)}::${(1 + (customer & 15)).toString(16)}`;
}
