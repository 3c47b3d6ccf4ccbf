import type { RollupTerms } from '../../rollup/terms';

/** Bytes, packets and flows, exact. */
export interface BigSums {
  bytes: bigint;
  packets: bigint;
  flows: bigint;
}

/** A counted record, as text and numbers. */
export interface ReferenceRecord extends BigSums {
  readonly tags: Readonly<Record<string, string>>;
  readonly src: string;
  readonly dst: string;
  readonly direction: string;
  readonly protocol: number;
  /** The lower port of TCP and UDP; -1 without. */
  readonly port: number;
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
  readonly needs: readonly string[];
  readonly isTop: boolean;
  readonly key: (record: ReferenceRecord) => Key;
}

/** The table of measurements, written a second time. */
const MEASUREMENTS: readonly ReferenceMeasurement[] = [
  {
    name: 'flow_interface',
    needs: [],
    isTop: false,
    key: ({ direction }) => ({ tags: { direction }, order: [direction] }),
  },
  { name: 'flow_source', needs: ['srcaddr'], isTop: true, key: ({ src }) => ({ tags: { src }, order: [rank(src)] }) },
  {
    name: 'flow_destination',
    needs: ['dstaddr'],
    isTop: true,
    key: ({ dst }) => ({ tags: { dst }, order: [rank(dst)] }),
  },
  {
    name: 'flow_pair',
    needs: ['srcaddr', 'dstaddr'],
    isTop: true,
    key: ({ src, dst }) => ({ tags: { src, dst, pair: `${src} → ${dst}` }, order: [rank(src), rank(dst)] }),
  },
  {
    name: 'flow_application',
    needs: ['protocol', 'srcport', 'dstport'],
    isTop: true,
    key: ({ protocol, port }) => ({
      tags: { application: applicationOf(protocol, port) },
      order: [protocol < 0 ? 256 : protocol, port],
    }),
  },
];

function applicationOf(protocol: number, port: number): string {
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

/** Records of the same account, vpc, subnet, instance, interface and action. */
export function inGroups(records: readonly ReferenceRecord[]): ReferenceRecord[][] {
  const groups = new Map<string, ReferenceRecord[]>();
  for (const record of records) {
    const key = JSON.stringify(record.tags);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()];
}

/** Ranks the keys of one group in every measurement and adds the points of the top K and of `other`. */
export function topPoints(
  records: readonly ReferenceRecord[],
  columns: readonly string[],
  terms: RollupTerms,
  points: Map<string, BigSums>
): void {
  for (const { name, needs, isTop, key } of MEASUREMENTS) {
    if (!needs.every((field) => columns.includes(field))) {
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
    const isReject = records[0].tags.action === 'REJECT';
    const ranked = [...keys.values()].sort((a, b) => compareKeys(a, b, isReject));
    ranked.forEach((entry, rank) => {
      const isOther = isTop && rank >= terms.topK;
      const own = Object.fromEntries(
        Object.entries(entry.key.tags).map(([tag, value]) => [tag, isOther ? 'other' : value])
      );
      for (const share of entry.records.flatMap(spread)) {
        const { policy, window } = placeOf(share.minute, terms);
        const at = pointKey(name, { ...records[0].tags, ...own }, policy, window);
        const sums = points.get(at) ?? { bytes: 0n, packets: 0n, flows: 0n };
        addShares(sums, [share]);
        if (sums.bytes + sums.packets + sums.flows > 0n) {
          points.set(at, sums);
        }
      }
    });
  }
}

/** IPv4 addresses come first, then IPv6, each by number, then '-'. */
function rank(address: string): string {
  if (address === '-') {
    return '3';
  }
  if (!address.includes(':')) {
    return `1 ${address
      .split('.')
      .map((octet) => octet.padStart(3, '0'))
      .join('.')}`;
  }
  const [head, tail = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  return `2 ${[...groups(head), ...zeros, ...groups(tail)].map((group) => group.padStart(4, '0')).join(':')}`;
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
