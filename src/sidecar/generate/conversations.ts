import type { LoggedInterface, Tier } from './inventory';
import { KINDS, type Company, type Endpoint, type Ends, type Kind } from './kinds';
import { mix, mixText, Random } from './random';

/** Two endpoints that have traffic in each minute with some probability. */
export interface Conversation {
  /** Seed of everything random about it. */
  seed: number;
  client: Endpoint;
  server: Endpoint;
  nat: LoggedInterface | undefined;
  /** IANA number. */
  protocol: number;
  serverPort: number;
  /** Probability of traffic in a minute, at the busiest time of day. */
  activity: number;
  /** Bytes of a median minute, and of a packet, in either direction. */
  requestBytes: number;
  responseBytes: number;
  requestPacket: number;
  responsePacket: number;
  /** Whether the server's interface rejects it: there are no responses. */
  refused: boolean;
  /** Second of the minute at which its packets begin. */
  phase: number;
}

/** Mean of all activities, which are 0.1 + 0.85 u² for a uniform u, so that few conversations are busy. */
const MEAN_ACTIVITY = 0.1 + 0.85 / 3;
/** Mean of the day curve over a week. */
const MEAN_LOAD = 0.63;

/** Number of tries to draw a conversation of a kind: the VPC is drawn first, and may lack a tier. */
const TRIES = 12;

/** Share of records that are scans, which are no conversations. */
export const SCAN_SHARE = 0.08;

/** The conversations of a company that make about `recordsPerMinute` records per interface and minute. */
export function makeConversations(
  seed: number,
  interfaces: readonly LoggedInterface[],
  recordsPerMinute: number
): Conversation[] {
  const random = new Random(mixText(seed, 'conversations'));
  const company = groupByTier(interfaces);
  const possible = KINDS.filter((kind) => tryToDraw(kind, company, random) !== undefined);
  const shares = possible.reduce((sum, kind) => sum + kind.share, SCAN_SHARE);
  const conversations: Conversation[] = [];
  for (const kind of possible) {
    const records = (recordsPerMinute * interfaces.length * kind.share) / shares;
    const count = Math.ceil(records / (kind.records * MEAN_ACTIVITY * MEAN_LOAD));
    for (let i = 0; i < count; i++) {
      const ends = tryToDraw(kind, company, random);
      if (ends !== undefined && ends.client.address !== ends.server.address) {
        conversations.push(conversation(mix(seed, conversations.length), kind, ends, random));
      }
    }
  }
  return conversations;
}

function tryToDraw(kind: Kind, company: Company, random: Random): Ends | undefined {
  for (let i = 0; i < TRIES; i++) {
    const ends = kind.draw(company, random);
    if (ends !== undefined) {
      return ends;
    }
  }
  return undefined;
}

function conversation(seed: number, kind: Kind, ends: Ends, random: Random): Conversation {
  const busy = random.next() ** 2;
  const size = (0.4 + busy) * random.pareto(1.15, 3_000);
  return {
    seed,
    client: ends.client,
    server: ends.server,
    nat: ends.nat,
    protocol: ends.protocol,
    serverPort: ends.port,
    activity: 0.1 + 0.85 * busy,
    requestBytes: kind.requestBytes * size ** 0.7,
    responseBytes: kind.responseBytes * size,
    requestPacket: kind.requestPacket,
    responsePacket: kind.responsePacket,
    refused: ends.refused ?? false,
    phase: random.below(50),
  };
}

/** The interfaces of each VPC by tier. One in thirteen servers has no traffic: its interface reports NODATA. */
function groupByTier(interfaces: readonly LoggedInterface[]): Company {
  const company: Array<Record<Tier, LoggedInterface[]>> = [];
  for (const entry of interfaces) {
    const vpc = (company[entry.vpcIndex] ??= {
      'load-balancer': [],
      web: [],
      app: [],
      database: [],
      nat: [],
      bastion: [],
    });
    vpc[entry.tier].push(entry);
  }
  return Object.values(company).map((vpc) => ({
    ...vpc,
    web: vpc.web.filter((_, i) => i % 13 !== 6),
    app: vpc.app.filter((_, i) => i % 13 !== 9),
  }));
}
