import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { FLOW_MEASUREMENTS, REFUSED } from '../src/contract/stored';
import { isMeasured } from '../src/sidecar/generate/truth';
import type { Draws } from './random';

/** A record of an object, as numbers: the truth does not read the object's text. */
export interface TrueRecord {
  readonly start: number;
  readonly end: number;
  readonly bytes: number;
  readonly packets: number;
  readonly isRefused: boolean;
  /** `ok`, or why it is no traffic. */
  readonly kind: 'ok' | 'nodata' | 'skipdata' | 'unknown-status' | 'field-count' | 'expired' | 'in-the-future';
}

/** What should become of an object that arrives whole. */
export type Fate = 'counted' | 'quarantined' | 'not-collected';

/** What an object holds, wherever it lies. */
export interface Content {
  readonly sha256: string;
  readonly body: Buffer;
  readonly fields: readonly string[];
  readonly records: readonly TrueRecord[];
  readonly fate: Fate;
}

/** The sums of the points that a content makes, by `policy measurement window`. `records` of flow_quality. */
export type SumsByWindow = Map<string, { bytes: number; packets: number; flows: number }>;

const MINIMAL = ['interface-id', 'vpc-id', 'bytes', 'packets', 'start', 'end', 'action', 'log-status'];
const DEFAULT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' '
  );
const LONG = [...DEFAULT, 'vpc-id', 'subnet-id', 'instance-id', 'flow-direction', 'traffic-path', 'az-id'];
const FORMATS = [MINIMAL, DEFAULT, DEFAULT, LONG];

/** A network interface whose traffic is logged. */
export interface Interface {
  readonly id: string;
  readonly vpc: string;
  readonly account: string;
  readonly address: string;
}

const DAY = 86_400;

/** Makes up what an object of a slot holds. `slot`: Unix seconds. */
export function makeContent(draws: Draws, at: Interface, slot: number): Content {
  const fields = draws.pick(FORMATS);
  const records = Array.from({ length: draws.between(0, 6) }, () => makeRecord(draws, slot));
  const lines = records.map((record) => lineOf(record, fields, at, draws));
  // An object without traffic but what is too old stays, for somebody to decide.
  const isOld = records.some(({ kind }) => kind === 'expired') && !records.some(({ kind }) => kind === 'ok');
  const fate = isOld ? 'not-collected' : 'counted';
  return contentOf([fields.join(' '), ...lines].join('\n') + '\n', fields, records, fate);
}

/** What is no flow log, or a damaged one. */
export function makeOdd(draws: Draws, at: Interface, slot: number): Content {
  const { body, fields } = makeContent(draws, at, slot);
  const line = `${slot} x`;
  const odd: ReadonlyArray<() => Content> = [
    () => raw(body.subarray(0, body.length - draws.between(1, 12)), 'quarantined'),
    () => raw(Buffer.from(`not gzip at all ${slot}`), 'quarantined'),
    () => raw(Buffer.alloc(0), 'quarantined'),
    () =>
      contentOf(
        `${fields.filter((field) => field !== 'log-status').join(' ')}\n${line}\n`,
        fields,
        [],
        'not-collected'
      ),
    () => {
      const spoilt = Array.from({ length: 30 }, () => 'too few fields').join('\n');
      return contentOf(`${fields.join(' ')}\n${spoilt}\n${slot}\n`, fields, [], 'quarantined');
    },
  ];
  return draws.pick(odd)();
}

function raw(body: Buffer, fate: Fate): Content {
  return { sha256: sha256(body), body, fields: [], records: [], fate };
}

function contentOf(text: string, fields: readonly string[], records: readonly TrueRecord[], fate: Fate): Content {
  const body = gzipSync(text, { level: 1 });
  return { sha256: sha256(body), body, fields, records, fate };
}

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

function makeRecord(draws: Draws, slot: number): TrueRecord {
  const roll = draws.between(1, 100);
  const kind =
    roll > 20
      ? 'ok'
      : (['nodata', 'skipdata', 'unknown-status', 'field-count', 'expired', 'in-the-future'] as const)[
          draws.pick([0, 0, 0, 1, 1, 2, 3, 4, 5])
        ];
  const length = draws.pick([0, 20, 59, 60, 61, 300, 1200]);
  const age = draws.chance(0.05) ? draws.pick([1800, 3 * 3600, 6.5 * DAY, 40 * DAY]) : 0;
  const shift = kind === 'expired' ? -500 * DAY : kind === 'in-the-future' ? 4 * DAY : -age;
  const start = slot + draws.between(0, 299) + shift;
  return {
    start,
    end: start + length,
    bytes: draws.between(1, 5000),
    packets: draws.between(1, 40),
    isRefused: draws.chance(0.2),
    kind,
  };
}

function lineOf(record: TrueRecord, fields: readonly string[], at: Interface, draws: Draws): string {
  const { start, end, bytes, packets, isRefused, kind } = record;
  const isTraffic = kind !== 'nodata' && kind !== 'skipdata';
  const other = `10.0.${draws.between(0, 1)}.${draws.between(1, 12)}`;
  const isOut = draws.chance(0.5);
  const values: Record<string, string | number> = {
    version: 5,
    'account-id': at.account,
    'interface-id': at.id,
    'vpc-id': at.vpc,
    'subnet-id': `subnet-${at.vpc.slice(4)}`,
    'instance-id': '-',
    srcaddr: isOut ? at.address : other,
    dstaddr: isOut ? other : at.address,
    srcport: draws.pick([443, 22, 51000]),
    dstport: draws.pick([443, 53, 8080]),
    protocol: draws.pick([6, 17]),
    packets,
    bytes,
    start,
    end,
    action: isRefused ? REFUSED : 'ACCEPT',
    'log-status':
      kind === 'nodata' ? 'NODATA' : kind === 'skipdata' ? 'SKIPDATA' : kind === 'unknown-status' ? 'ODD' : 'OK',
    'flow-direction': isOut ? 'egress' : 'ingress',
    'traffic-path': draws.pick(['1', '2', '-']),
    'az-id': 'euw1-az1',
  };
  const always = ['start', 'end', 'log-status', 'interface-id', 'account-id', 'vpc-id', 'version'];
  const text = fields.map((field) => (isTraffic || always.includes(field) ? values[field] : '-')).join(' ');
  return kind === 'field-count' ? `${text} more` : text;
}

/** What a plan fixes of the points, as its columns in the registry say. */
export interface TrueTerms {
  readonly fileTime: number;
  readonly minuteHorizon: number;
  readonly hourHorizon: number;
  readonly futureHorizon: number;
  /** Whether an administrator had the exporter's records dropped. */
  readonly isDropped: boolean;
}

/** The sums that a content's points must have: a plain sum over its records. */
export function sumsOf({ records, fields }: Content, terms: TrueTerms): SumsByWindow {
  const sums: SumsByWindow = new Map();
  const measured = FLOW_MEASUREMENTS.filter((measurement) => isMeasured(measurement, fields));
  const add = (measurement: string, minute: number, bytes: number, packets: number, flows: number) => {
    const hour = minute - (minute % 3600);
    const [policy, window] = hour < terms.minuteHorizon ? ['hour', hour] : ['minute', minute];
    const key = `${policy} ${measurement} ${window}`;
    const known = sums.get(key) ?? { bytes: 0, packets: 0, flows: 0 };
    known.bytes += bytes;
    known.packets += packets;
    known.flows += flows;
    sums.set(key, known);
  };
  for (const record of records) {
    const { start, end, bytes, packets, kind } = record;
    const isPlausible = start >= terms.hourHorizon && start <= terms.futureHorizon;
    const time = kind !== 'field-count' && isPlausible ? start : clamp(terms.fileTime, terms);
    add('flow_quality', time - (time % 60), 0, 0, 1);
    if (kind !== 'ok' || terms.isDropped || !isPlausible) {
      continue;
    }
    const shares = sharesOf(start, end, bytes, packets);
    for (const { name, ...measurement } of measured) {
      const only = 'action' in measurement ? measurement.action : undefined;
      if (only === undefined || (only === REFUSED && record.isRefused)) {
        shares.forEach(([minute, ...share]) => add(name, minute, ...share));
      }
    }
  }
  sums.forEach(({ bytes, packets, flows }, key) => bytes + packets + flows === 0 && sums.delete(key));
  return sums;
}

const clamp = (time: number, { hourHorizon, futureHorizon }: TrueTerms) =>
  Math.min(Math.max(time, hourHorizon), futureHorizon);

/** A record's bytes and packets by minute: in proportion to time, each share what rounding left to the ones before it. */
function sharesOf(
  start: number,
  end: number,
  bytes: number,
  packets: number
): Array<readonly [minute: number, bytes: number, packets: number, flows: number]> {
  const first = start - (start % 60);
  if (end - start <= 60) {
    return [[first, bytes, packets, 1]];
  }
  const until = (total: number, minute: number) =>
    Math.floor((total * (Math.min(Math.max(minute, start), end) - start)) / (end - start));
  const shares: Array<readonly [number, number, number, number]> = [];
  for (let minute = first; minute < end; minute += 60) {
    const share = (total: number) => until(total, minute + 60) - until(total, minute);
    shares.push([minute, share(bytes), share(packets), minute === first ? 1 : 0]);
  }
  return shares;
}
