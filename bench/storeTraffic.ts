import { DEFAULT_TOP_K, MISSING, OTHER, type FlowMeasurementName } from '../src/contract/stored';
import { mix } from '../src/sidecar/generate/random';
import { escapeTag } from '../src/sidecar/rollup/lineProtocol';
import type { EntityRow } from '../src/sidecar/store/schema';
import { IPv4, PLACES } from './dataset';

const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
/** How many of the top keys change every hour, in rotation. */
const CHANGING = 4;
const TURNS = 4;
const STEADY = DEFAULT_TOP_K - CHANGING;
const SERVICES = ['tcp/443', 'tcp/80', 'tcp/5432', 'tcp/3306', 'tcp/6379', 'tcp/22', 'udp/53', 'udp/123', 'icmp'];
/** Internal hosts, with which many interfaces talk; every other peer is one interface's own. */
const INTERNAL_HOSTS = 2000;
/** Bytes per second at the busiest interface's busiest key. */
const BUSIEST = 400_000;
const REFUSED = 60;

/** One series of a flow measurement. */
export interface Series {
  readonly measurement: FlowMeasurementName;
  /** Measurement and tags as in line protocol, each byte a character. */
  readonly text: string;
  /** Bytes per second. */
  readonly rate: number;
  /** In which hours it has traffic: all, or those whose number leaves this remainder. */
  readonly turn?: number;
}

type Tags = Readonly<Record<string, string>>;

/** A key of a ranking: its tags, how busy it is, and when. */
interface Key {
  readonly tags: Tags;
  readonly rate: number;
  readonly turn?: number;
}

/** Whom an interface talks to. */
interface Peer {
  readonly address: string;
  /** The interface that has the address, if one here does. */
  readonly owner?: string;
}

/** Whether a series has traffic in that window (Unix seconds). */
export function isActive({ turn }: Series, window: number): boolean {
  return turn === undefined || Math.floor(window / 3600) % TURNS === turn;
}

/** All series of an interface, as default K leaves them: 20 keys and `other` in most minutes, 37 keys in a day. */
export function seriesOf(place: number): Series[] {
  const [vpc, subnet, instance, id] = PLACES[place].place.split(' ');
  const own: Peer = { address: PLACES[place].address, owner: id };
  const here = { account: ACCOUNT, instance, interface: id, subnet, vpc };
  const rate = ((PLACES.length - place) / PLACES.length) ** 3 * BUSIEST;
  const peerAt = (rank: number) => peer(place, rank);
  const serviceAt = (rank: number) => SERVICES[rank] ?? `tcp/${8000 + (mix(place, rank) % 500)}`;
  const pathOf = (rank: number) => ({
    direction: rank % 2 === 0 ? 'egress' : 'ingress',
    path: rank % 2 === 0 ? String(1 + (rank % 8)) : MISSING,
    zone: `euc1-az${1 + (place % 3)}`,
    peer_zone: `euc1-az${1 + (rank % 3)}`,
    src_service: MISSING,
    dst_service: rank === 0 ? 'S3' : MISSING,
    next_hop_type: MISSING,
  });
  const scanner = (rank: number) => ({ address: IPv4(publicAddress(place, 2 * rank + 1001)) });
  const probed = (rank: number) => `tcp/${mix(rank, 7) % 10_000}`;

  const accepted = { ...here, action: 'ACCEPT' };
  const refused = { ...here, action: 'REJECT' };
  // Even peers are interfaces here; what those send was counted where it was sent.
  const ways = [
    { direction: 'egress', counted: 'once' },
    { direction: 'ingress', counted: 'once' },
    { direction: 'ingress', counted: 'again' },
  ];
  const seen = ways.map((way) => ({ tags: { ...way, transit: 'no' }, rate: 4 * rate }));
  const probes = { counted: 'once', direction: 'ingress', transit: 'no' };
  return [
    ...seriesIn('flow_interface', accepted, seen),
    ...seriesIn(
      'flow_source',
      accepted,
      top(rate, (rank) => addressTags('src', peerAt(rank)))
    ),
    ...seriesIn(
      'flow_destination',
      accepted,
      top(rate, (rank) => addressTags('dst', peerAt(rank)))
    ),
    ...seriesIn(
      'flow_pair',
      accepted,
      top(rate, (rank) => pairTags(...inTurns(rank, own, peerAt(rank))))
    ),
    ...seriesIn(
      'flow_application',
      accepted,
      top(rate, (rank) => ({ application: serviceAt(rank) }))
    ),
    ...seriesIn('flow_interface_pair', {}, [
      ...top(rate, (rank) => endsTags(here, rank, peerAt(rank), 'ACCEPT')),
      ...top(REFUSED, (rank) => endsTags(here, 1, scanner(rank), 'REJECT')),
    ]),
    ...seriesIn(
      'flow_path',
      accepted,
      Array.from({ length: 8 }, (_, rank) => ({ tags: pathOf(rank), rate }))
    ),
    ...seriesIn(
      'flow_service',
      accepted,
      top(rate, (rank) => ({
        application: serviceAt(rank),
        direction: rank % 2 === 0 ? 'egress' : 'ingress',
        peer: rank % 3 === 0 ? 'internet' : 'interface',
      }))
    ),
    ...seriesIn('flow_interface', refused, [{ tags: probes, rate: 4 * REFUSED }]),
    ...seriesIn(
      'flow_source',
      refused,
      top(REFUSED, (rank) => addressTags('src', scanner(rank)))
    ),
    ...seriesIn('flow_destination', refused, [{ tags: addressTags('dst', own), rate: REFUSED }]),
    ...seriesIn(
      'flow_pair',
      refused,
      top(REFUSED, (rank) => pairTags(scanner(rank), own))
    ),
    ...seriesIn(
      'flow_application',
      refused,
      top(REFUSED, (rank) => ({ application: probed(rank) }))
    ),
    ...seriesIn(
      'flow_refused',
      refused,
      top(REFUSED, (rank) => ({ ...addressTags('src', scanner(rank)), application: probed(rank), connection: 'new' }))
    ),
    ...seriesIn(
      'flow_service',
      refused,
      top(REFUSED, (rank) => ({ application: probed(rank), direction: 'ingress', peer: 'internet' }))
    ),
  ];
}

/** The series of these keys, with their tags in the order of their names. */
function seriesIn(measurement: FlowMeasurementName, group: Tags, keys: readonly Key[]): Series[] {
  return keys.map(({ tags, rate, turn }) => {
    const written = Object.entries({ ...group, ...tags })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `,${name}=${escapeTag(value)}`);
    return { measurement, text: Buffer.from(measurement + written.join('')).toString('latin1'), rate, turn };
  });
}

/** Keys, the busiest first: some have traffic in every hour, the rest in some hours only; and what is outside the top K. */
function top(rate: number, tagsOf: (rank: number) => Tags): Key[] {
  const keys = Array.from({ length: STEADY + CHANGING * TURNS }, (_, rank) => ({
    tags: tagsOf(rank),
    rate: rate / (rank + 1),
    turn: rank < STEADY ? undefined : (rank - STEADY) % TURNS,
  }));
  const kept = ['action', 'counted', 'transit'];
  const ofOther = (tags: Tags) =>
    Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, kept.includes(name) ? value : OTHER]));
  const others = new Map(keys.map(({ tags }) => [JSON.stringify(ofOther(tags)), ofOther(tags)]));
  return [...keys, ...[...others.values()].map((tags) => ({ tags, rate: rate / others.size }))];
}

function peer(place: number, rank: number): Peer {
  if (rank % 2 !== 0) {
    return { address: IPv4(publicAddress(place, rank)) };
  }
  const host = mix(place, rank) % INTERNAL_HOSTS;
  return { address: IPv4(0x0a400000 + host), owner: `eni-${host.toString(16).padStart(17, '0')}` };
}

function publicAddress(place: number, rank: number): number {
  return 0x0b000000 + (mix(place, rank) % 0xd0000000);
}

function addressTags(side: 'src' | 'dst', { address, owner = MISSING }: Peer): Tags {
  return { [side]: address, [`${side}_owner`]: owner };
}

function pairTags(source: Peer, destination: Peer): Tags {
  const pair = `${source.address} → ${destination.address}`;
  return { ...addressTags('src', source), ...addressTags('dst', destination), pair };
}

/** The tags of a pair of interfaces, of which one is at this place. */
function endsTags(here: Tags, rank: number, { address, owner }: Peer, action: string): Tags {
  const other = { account: ACCOUNT, instance: MISSING, interface: owner ?? address, subnet: MISSING, vpc: here.vpc };
  const there = owner ? other : { ...other, account: MISSING, vpc: MISSING };
  const [source, destination] = inTurns(rank, here as typeof there, there);
  const side = (name: string, end: Tags) =>
    Object.fromEntries(Object.entries(end).map(([tag, value]) => [`${name}_${tag}`, value]));
  return {
    action,
    counted: owner && source !== here ? 'again' : 'once',
    transit: 'no',
    pair: `${source.interface} → ${destination.interface}`,
    ...side('src', source),
    ...side('dst', destination),
  };
}

/** Traffic goes out and comes in, by turns. */
function inTurns<T>(rank: number, own: T, other: T): [source: T, destination: T] {
  return rank % 4 < 2 ? [other, own] : [own, other];
}

/** The descriptions of everything that the series are about. */
export function entitiesOf(place: number, series: readonly Series[]): EntityRow[] {
  const [vpc, subnet, instance, interfaceId] = PLACES[place].place.split(' ');
  const row = (kind: string, id: string, name = id): EntityRow => ({
    ...{ kind, id, name, label: `${name} (${id})`, region: REGION, account: ACCOUNT },
    ...(kind === 'application' ? { vpc: '', subnet: '', instance: '' } : { vpc, subnet, instance }),
  });
  const values = (kind: string, pattern: RegExp) =>
    series.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, id]) => row(kind, id)));
  return [
    row('account', ACCOUNT, 'production'),
    row('vpc', vpc, `vpc ${vpc.slice(-4)}`),
    row('subnet', subnet, `subnet ${subnet.slice(-4)}`),
    row('instance', instance, `server ${place}`),
    ...values('interface', /_owner=(eni-[^,]+)/g),
    row('interface', interfaceId, `server ${place} eth0`),
    ...values('application', /,application=([^,]+)/g),
  ];
}
