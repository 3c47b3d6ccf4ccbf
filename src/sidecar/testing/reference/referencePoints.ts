import type { RollupTerms } from '../../rollup/terms';
import { addressRank } from './referenceAddress';
import type { Resolved } from './referenceOwners';

/** Bytes, packets and flows, exact. */
export interface BigSums {
  bytes: bigint;
  packets: bigint;
  flows: bigint;
}

/** A counted record, as text and numbers. */
export interface ReferenceRecord extends BigSums, Resolved {
  /** The tags of the observing interface, with its true account. */
  readonly group: Readonly<Record<'account' | 'action' | 'instance' | 'interface' | 'subnet' | 'vpc', string>>;
  readonly exporter: string;
  /** Whether its exporter is one beyond the limit. */
  readonly isOverflow: boolean;
  readonly protocol: number;
  /** The lower port of TCP and UDP; -1 without. */
  readonly port: number;
  readonly path: string;
  readonly zone: string;
  readonly peerZone: string;
  readonly srcService: string;
  readonly dstService: string;
  readonly nextHopType: string;
  readonly connection: string;
  readonly start: number;
  readonly end: number;
}

/** What identifies a point: measurement, tags in any order, policy and window. */
export function pointKey(name: string, tags: Readonly<Record<string, string>>, policy: string, window: number): string {
  const pairs = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  return [policy, window, name, ...pairs.sort()].join(' | ');
}

/** The policy and window that a time counts in. */
export function placeOf(second: number, { minuteHorizon }: RollupTerms): { policy: string; window: number } {
  const hour = Math.floor(second / 3600) * 3600;
  return hour < minuteHorizon
    ? { policy: 'hour', window: hour }
    : { policy: 'minute', window: Math.floor(second / 60) * 60 };
}

/** The share of a record in one minute. */
interface Share extends BigSums {
  readonly minute: number;
}

interface Key {
  readonly tags: Readonly<Record<string, string>>;
  /** Orders keys that are equal in every metric. */
  readonly order: ReadonlyArray<string | number>;
}

interface ReferenceMeasurement {
  readonly name: string;
  /** Of each list, the header has one. */
  readonly needs: ReadonlyArray<readonly string[]>;
  /** How many keys are kept by name. */
  readonly top: (terms: RollupTerms) => number;
  /** Tags that `other` keeps. */
  readonly kept?: readonly string[];
  /** The only action that is counted. */
  readonly action?: string;
  /** Whether it lacks the tags of the observing interface. */
  readonly isBetweenEnds?: boolean;
  readonly key: (record: ReferenceRecord) => Key;
}

const ADDRESSES = [['srcaddr'], ['dstaddr']];
const APPLICATION = [['protocol'], ['srcport'], ['dstport']];
const topK = ({ topK }: RollupTerms) => topK;
const texts = (tags: Readonly<Record<string, string>>): Key => ({ tags, order: Object.values(tags) });
const applicationOrder = ({ protocol, port }: ReferenceRecord) => [protocol < 0 ? 256 : protocol, port];

/** The table of measurements, written a second time. */
const MEASUREMENTS: readonly ReferenceMeasurement[] = [
  {
    name: 'flow_interface',
    needs: [],
    top: () => Infinity,
    key: ({ counted, direction, peerLogged, transit }) =>
      texts({ counted, direction, peer_logged: peerLogged, transit }),
  },
  {
    name: 'flow_source',
    needs: [['srcaddr']],
    top: topK,
    key: ({ src }) => ({
      tags: { src: src.address, src_owner: src.owner },
      order: [addressRank(src.address), src.owner],
    }),
  },
  {
    name: 'flow_destination',
    needs: [['dstaddr']],
    top: topK,
    key: ({ dst }) => ({
      tags: { dst: dst.address, dst_owner: dst.owner },
      order: [addressRank(dst.address), dst.owner],
    }),
  },
  {
    name: 'flow_pair',
    needs: ADDRESSES,
    top: topK,
    key: ({ src, dst }) => ({
      tags: {
        src: src.address,
        dst: dst.address,
        src_owner: src.owner,
        dst_owner: dst.owner,
        pair: `${src.address} → ${dst.address}`,
      },
      order: [addressRank(src.address), addressRank(dst.address), src.owner, dst.owner],
    }),
  },
  {
    name: 'flow_application',
    needs: APPLICATION,
    top: topK,
    key: (record) => ({ tags: { application: applicationOf(record) }, order: applicationOrder(record) }),
  },
  {
    name: 'flow_interface_pair',
    needs: ADDRESSES,
    top: topK,
    kept: ['action', 'counted', 'transit'],
    isBetweenEnds: true,
    key: (record) => {
      const { counted, transit, group } = record;
      const ends = texts({
        ...{ action: group.action, counted, transit },
        ...endTags('src', record),
        ...endTags('dst', record),
      });
      return { ...ends, tags: { ...ends.tags, pair: `${record.src.written} → ${record.dst.written}` } };
    },
  },
  {
    name: 'flow_path',
    needs: [
      ['flow-direction', 'traffic-path', 'az-id', 'pkt-src-aws-service', 'pkt-dst-aws-service', 'next-hop-az-id'],
    ],
    top: topK,
    key: ({ direction, path, zone, peerZone, srcService, dstService, nextHopType }) =>
      texts({
        ...{ direction, path, zone, peer_zone: peerZone },
        ...{ src_service: srcService, dst_service: dstService, next_hop_type: nextHopType },
      }),
  },
  {
    name: 'flow_refused',
    needs: [['srcaddr'], ['action']],
    top: ({ topK }) => Math.min(50, Math.floor((50 * topK) / 20)),
    action: 'REJECT',
    key: (record) => {
      const { src, connection } = record;
      return {
        tags: { src: src.address, src_owner: src.owner, application: applicationOf(record), connection },
        order: [addressRank(src.address), src.owner, ...applicationOrder(record), connection],
      };
    },
  },
  {
    name: 'flow_service',
    needs: [...ADDRESSES, ...APPLICATION],
    top: topK,
    key: (record) => {
      const peer = record.other?.kind ?? '-';
      const { direction } = record;
      return {
        tags: { application: applicationOf(record), direction, peer },
        order: [...applicationOrder(record), direction, peer],
      };
    },
  },
];

/** The tags of one end of an interface pair. */
function endTags(side: 'src' | 'dst', { direction, isOverflow, ...record }: ReferenceRecord): Record<string, string> {
  const { account, instance, written, subnet, vpc } = record[side];
  const isOwn = direction === (side === 'src' ? 'egress' : 'ingress');
  return {
    [`${side}_account`]: isOverflow && isOwn ? 'overflow' : account,
    [`${side}_instance`]: instance,
    [`${side}_interface`]: written,
    [`${side}_subnet`]: subnet,
    [`${side}_vpc`]: vpc,
  };
}

/** The tags of the observing interface, as they are written. */
function groupTags({ group, isOverflow }: ReferenceRecord): Record<string, string> {
  const { account, action, instance, interface: id, subnet, vpc } = group;
  return { account: isOverflow ? 'overflow' : account, action, instance, interface: id, subnet, vpc };
}

function applicationOf({ protocol, port }: ReferenceRecord): string {
  if (protocol < 0) {
    return '-';
  }
  const name = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : `protocol/${protocol}`;
  return port < 0 ? name : `${name}/${port}`;
}

/** Adds counts to sums. */
export function addShares(sums: BigSums, shares: readonly BigSums[]): void {
  for (const { bytes, packets, flows } of shares) {
    sums.bytes += bytes;
    sums.packets += packets;
    sums.flows += flows;
  }
}

/** Records of the same account, vpc, subnet, instance, interface and action, as they are written. */
export function inGroups(records: readonly ReferenceRecord[]): ReferenceRecord[][] {
  const groups = new Map<string, ReferenceRecord[]>();
  for (const record of records) {
    const key = JSON.stringify(groupTags(record));
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()];
}

/** Ranks the keys of one group in every measurement and adds the points of the keys that are kept and of `other`. */
export function topPoints(
  records: readonly ReferenceRecord[],
  columns: readonly string[],
  terms: RollupTerms,
  points: Map<string, BigSums>
): void {
  const { action } = records[0].group;
  for (const measurement of MEASUREMENTS) {
    const { name, needs, top, kept = [], isBetweenEnds, key } = measurement;
    const isPresent = needs.every((fields) => fields.some((field) => columns.includes(field)));
    if (!isPresent || (measurement.action !== undefined && measurement.action !== action)) {
      continue;
    }
    const keys = new Map<string, { key: Key; totals: BigSums; records: ReferenceRecord[] }>();
    for (const record of records) {
      const text = JSON.stringify(key(record).tags);
      const entry = keys.get(text) ?? { key: key(record), totals: { bytes: 0n, packets: 0n, flows: 0n }, records: [] };
      addShares(entry.totals, [record]);
      entry.records.push(record);
      keys.set(text, entry);
    }
    const ranked = [...keys.values()].sort((a, b) => compareKeys(a, b, action === 'REJECT'));
    ranked.forEach((entry, rank) => {
      const isOther = rank >= top(terms);
      const own = Object.fromEntries(
        Object.entries(entry.key.tags).map(([tag, value]) => [tag, isOther && !kept.includes(tag) ? 'other' : value])
      );
      const tags = isBetweenEnds ? own : { ...groupTags(records[0]), ...own };
      for (const share of entry.records.flatMap(spread)) {
        const { policy, window } = placeOf(share.minute, terms);
        const at = pointKey(name, tags, policy, window);
        const sums = points.get(at) ?? { bytes: 0n, packets: 0n, flows: 0n };
        addShares(sums, [share]);
        if (sums.bytes + sums.packets + sums.flows > 0n) {
          points.set(at, sums);
        }
      }
    });
  }
}

type Ranked = { readonly key: Key; readonly totals: BigSums };

function compareKeys(a: Ranked, b: Ranked, isReject: boolean): number {
  const metrics = isReject ? (['flows', 'packets', 'bytes'] as const) : (['bytes', 'packets', 'flows'] as const);
  for (const metric of metrics) {
    if (a.totals[metric] !== b.totals[metric]) {
      return a.totals[metric] > b.totals[metric] ? -1 : 1;
    }
  }
  const at = a.key.order.findIndex((value, i) => value !== b.key.order[i]);
  return at < 0 ? 0 : a.key.order[at] < b.key.order[at] ? -1 : 1;
}

/** The shares of a record: by time over [start, end) if it is longer than a minute. */
export function spread(record: Pick<ReferenceRecord, 'start' | 'end' | keyof BigSums>): Share[] {
  const { start, end, bytes, packets } = record;
  const first = Math.floor(start / 60) * 60;
  if (end - start <= 60) {
    return [{ minute: first, bytes, packets, flows: 1n }];
  }
  const shares: Share[] = [];
  const until = (total: bigint, minute: number) =>
    (total * BigInt(Math.min(Math.max(minute, start), end) - start)) / BigInt(end - start);
  for (let minute = first; minute < end; minute += 60) {
    shares.push({
      minute,
      bytes: until(bytes, minute + 60) - until(bytes, minute),
      packets: until(packets, minute + 60) - until(packets, minute),
      flows: minute === first ? 1n : 0n,
    });
  }
  return shares;
}
