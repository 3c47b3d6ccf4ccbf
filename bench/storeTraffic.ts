import { OTHER, DEFAULT_TOP_K } from '../src/contract/stored';
import { seriesPrefix } from '../src/sidecar/rollup/lineProtocol';
import { mix } from '../src/sidecar/generate/random';
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
  /** Measurement and the tags of the group, with a comma at the end. */
  readonly group: string;
  /** The measurement's own tags. */
  readonly key: Buffer;
  /** Bytes per second. */
  readonly rate: number;
  /** In which hours it has traffic: all, or those whose number leaves this remainder. */
  readonly turn?: number;
}

/** A key of a ranking before it has become a tag. */
interface Key {
  readonly value: string;
  readonly rate: number;
  readonly turn?: number;
}

/** Whether a series has traffic in that window (Unix seconds). */
export function isActive({ turn }: Series, window: number): boolean {
  return turn === undefined || Math.floor(window / 3600) % TURNS === turn;
}

/** All series of an interface, as default K leaves them: 20 keys and `other` in most minutes, 37 keys in a day. */
export function seriesOf(place: number): Series[] {
  const [vpc, subnet, instance, interfaceId] = PLACES[place].place.split(' ');
  const own = PLACES[place].address;
  const busy = ((PLACES.length - place) / PLACES.length) ** 3;
  const series = (action: string) => {
    const group = { account: ACCOUNT, vpc, subnet, instance, interface: interfaceId, action };
    const prefix = seriesPrefix(group, `${ACCOUNT}/${vpc}`);
    return (measurement: string, keys: readonly Key[], tags: (value: string, rank: number) => string) =>
      keys.map(({ value, rate, turn }, rank) => ({
        group: `${measurement},${prefix},`,
        key: Buffer.from(tags(value, rank)),
        rate,
        turn,
      }));
  };
  const accepted = series('ACCEPT');
  const peers = keysOf(STEADY, busy * BUSIEST, (rank) => peer(place, rank));
  const services = keysOf(STEADY, busy * BUSIEST, (rank) => SERVICES[rank] ?? `tcp/${8000 + (mix(place, rank) % 500)}`);
  const rest = [{ value: OTHER, rate: busy * BUSIEST }];
  const refused = series('REJECT');
  const scanners = keysOf(0, REFUSED, (rank) => peer(place, 2 * rank + 1001));
  const probed = keysOf(0, REFUSED, (rank) => `tcp/${mix(rank, 7) % 10_000}`);
  return [
    ...accepted('flow_interface', directions(busy * BUSIEST, ['ingress', 'egress']), (value) => `direction=${value}`),
    ...accepted('flow_source', [...peers, ...rest], (value) => `src=${value}`),
    ...accepted('flow_destination', [...peers, ...rest], (value) => `dst=${value}`),
    ...accepted('flow_pair', peers, (value, rank) => (rank % 2 === 0 ? pair(value, own) : pair(own, value))),
    ...accepted('flow_pair', rest, () => `src=${OTHER},dst=${OTHER},pair=${OTHER}`),
    ...accepted('flow_application', [...services, ...rest], (value) => `application=${value}`),
    ...refused('flow_interface', directions(REFUSED, ['ingress']), (value) => `direction=${value}`),
    ...refused('flow_source', scanners, (value) => `src=${value}`),
    ...refused('flow_destination', [{ value: own, rate: REFUSED }], (value) => `dst=${value}`),
    ...refused('flow_pair', scanners, (value) => pair(value, own)),
    ...refused('flow_application', probed, (value) => `application=${value}`),
  ];
}

function directions(rate: number, values: readonly string[]): Key[] {
  return values.map((value) => ({ value, rate: rate * 4 }));
}

/** Keys, the busiest first: some have traffic in every hour, the rest in some hours only. */
function keysOf(steady: number, rate: number, valueOf: (rank: number) => string): Key[] {
  return Array.from({ length: steady + CHANGING * TURNS }, (_, rank) => ({
    value: valueOf(rank),
    rate: rate / (rank + 1),
    turn: rank < steady ? undefined : (rank - steady) % TURNS,
  }));
}

function peer(place: number, rank: number): string {
  const number = mix(place, rank);
  return rank % 2 === 0 ? IPv4(0x0a400000 + (number % INTERNAL_HOSTS)) : IPv4(0x0b000000 + (number % 0xd0000000));
}

function pair(src: string, dst: string): string {
  return `src=${src},dst=${dst},pair=${src}\\ →\\ ${dst}`;
}

/** The descriptions of everything that the series are about. */
export function entitiesOf(place: number, series: readonly Series[]): EntityRow[] {
  const [vpc, subnet, instance, interfaceId] = PLACES[place].place.split(' ');
  const row = (kind: string, id: string, name = id): EntityRow => ({
    ...{ kind, id, name, label: `${name} (${id})`, region: REGION, account: ACCOUNT },
    ...(kind === 'address' || kind === 'application'
      ? { vpc: '', subnet: '', instance: '' }
      : { vpc, subnet, instance }),
  });
  const values = (kind: string, pattern: RegExp) =>
    series.flatMap(({ key }) => {
      const value = pattern.exec(key.toString())?.[1];
      return value === undefined ? [] : [row(kind, value)];
    });
  return [
    row('account', ACCOUNT, 'production'),
    row('vpc', vpc, `vpc ${vpc.slice(-4)}`),
    row('subnet', subnet, `subnet ${subnet.slice(-4)}`),
    row('instance', instance, `server ${place}`),
    row('interface', interfaceId, `server ${place} eth0`),
    ...values('address', /^(?:src|dst)=([^,]+)/),
    ...values('application', /^application=(.+)/),
  ];
}
