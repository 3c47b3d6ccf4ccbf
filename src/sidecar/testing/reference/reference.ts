import type { InterfacePlace, OwnerFact } from '../../rollup/owners/facts';
import type { ExporterDecision, RollupTerms } from '../../rollup/terms';
import { canonical } from './referenceAddress';
import { FactsAt, resolve } from './referenceOwners';
import {
  addShares,
  inGroups,
  placeOf,
  pointKey,
  spread,
  topPoints,
  type BigSums,
  type ReferenceRecord,
} from './referencePoints';

/**
 * A slow and simple second implementation of `records` and `rollup`, written from the rules: one string per field, one
 * JavaScript object per record, no chunks, one part. Tests compare the fast code with it.
 */

/** The content of an object. `points` and `quality`: by {@link pointKey}. */
export interface Reference {
  readonly isRefused: boolean;
  lines: number;
  ok: number;
  readonly reasons: Record<string, number>;
  readonly totals: BigSums;
  /** What of the totals was refused: all that `flow_refused` counts. */
  readonly refused: BigSums;
  /** Number of records by exporter id, including dropped ones. */
  readonly exporters: Record<string, number>;
  readonly points: Map<string, BigSums>;
  readonly quality: Map<string, number>;
  /** Of whom egress records were counted, ordered by interface, action and exporter. */
  readonly covered: ReferenceCovered[];
  /** First and last window of traffic, counted or dropped with its flow log, by interface and action. */
  readonly logged: Record<string, readonly [since: number, until: number]>;
  /** The counted records. */
  readonly records: ReferenceRecord[];
}

/** An exporter's egress records of an interface and action were counted. `since`, `until`: the earliest and the latest start, Unix seconds. */
export interface ReferenceCovered {
  readonly interface: string;
  readonly action: string;
  readonly exporter: string;
  readonly since: number;
  readonly until: number;
}

/** Rolls up the text of an object. Each character is one byte. `facts`: what is known of owners. */
export function rollUpSlowly(
  text: string,
  terms: RollupTerms,
  decide: (exporter: string) => ExporterDecision = () => 'count',
  facts: readonly OwnerFact[] = []
): Reference {
  const [header = '', ...lines] = text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
  const columns = header.split(' ').filter((name) => name !== '');
  const has = (name: string) => columns.includes(name);
  const isRefused = !has('log-status') || !(has('start') || has('end')) || !(has('interface-id') || has('resource-id'));
  const reference: Reference = {
    isRefused,
    lines: 0,
    ok: 0,
    reasons: {},
    totals: { bytes: 0n, packets: 0n, flows: 0n },
    refused: { bytes: 0n, packets: 0n, flows: 0n },
    exporters: {},
    points: new Map(),
    quality: new Map(),
    covered: [],
    logged: {},
    records: [],
  };
  if (isRefused) {
    return reference;
  }
  const isHeader = (line: string) =>
    line
      .split(' ')
      .filter((name) => name !== '')
      .join(' ') === columns.join(' ');
  for (const line of lines.filter((line) => !isHeader(line))) {
    reference.lines++;
    const { reason, time, record, dropped } = readLine(line, { columns, terms, decide, facts }, reference.exporters);
    if (dropped) {
      noteLogged(reference.logged, dropped, placeOf(time!, terms).window);
    }
    const isKnown = time !== undefined && time >= terms.hourHorizon && time <= terms.futureHorizon;
    const fileTime = Math.min(Math.max(terms.fileTime, terms.hourHorizon), terms.futureHorizon);
    const { policy, window } = placeOf(isKnown ? time : fileTime, terms);
    const key = pointKey('flow_quality', { reason, source_id: terms.sourceId }, policy, window);
    reference.quality.set(key, (reference.quality.get(key) ?? 0) + 1);
    if (record) {
      reference.ok++;
      addShares(reference.totals, [record]);
      addShares(reference.refused, record.group.action === 'REJECT' ? [record] : []);
      reference.records.push(record);
      spread(record).forEach(({ minute }) => {
        noteLogged(reference.logged, record.group, placeOf(minute, terms).window);
      });
    } else {
      reference.reasons[reason] = (reference.reasons[reason] ?? 0) + 1;
    }
  }
  for (const records of inGroups(reference.records)) {
    topPoints(records, columns, terms, reference.points);
  }
  reference.covered.push(...coveredBy(reference.records));
  return reference;
}

interface Line {
  readonly reason: string;
  readonly time?: number;
  readonly record?: ReferenceRecord;
  /** What a disabled flow log says. */
  readonly dropped?: { readonly interface: string; readonly action: string };
}

interface Reading {
  readonly columns: readonly string[];
  readonly terms: RollupTerms;
  readonly decide: (exporter: string) => ExporterDecision;
  readonly facts: readonly OwnerFact[];
}

const isIdentifier = (value: string) => /^[A-Za-z0-9_.:/-]+$/.test(value);

function readLine(line: string, { columns, terms, decide, facts }: Reading, exporters: Record<string, number>): Line {
  if (line.length > 64 * 1024) {
    return { reason: 'line-too-long' };
  }
  const values = line.split(' ').filter((value) => value !== '');
  if (values.length !== columns.length) {
    return { reason: 'field-count' };
  }
  const field = (name: string) => (columns.includes(name) ? values[columns.indexOf(name)] : undefined);
  const or = (name: string) => field(name) ?? '-';
  const whole = (value: string | undefined) =>
    value !== undefined && /^[0-9]{1,20}$/.test(value) ? BigInt(value) : undefined;

  const start = columns.includes('start') ? whole(field('start')) : whole(field('end'));
  const end = columns.includes('end') ? whole(field('end')) : whole(field('start'));
  const readable = whole(field('start')) ?? whole(field('end'));
  const time = readable === undefined ? undefined : Number(readable);
  const status = or('log-status');
  if (status !== 'OK') {
    const reason = status === 'NODATA' ? 'nodata' : status === 'SKIPDATA' ? 'skipdata' : 'unknown-status';
    return { reason, time };
  }
  if (start === undefined || end === undefined || end < start || end - start > 3600n || end >= 2n ** 53n) {
    return { reason: 'bad-time', time };
  }
  const bytes = field('bytes') === undefined || field('bytes') === '-' ? 0n : whole(field('bytes'));
  const packets = field('packets') === undefined ? 0n : whole(field('packets'));
  const protocol = numberIn(or('protocol'), whole);
  const hasPorts = protocol === 6 || protocol === 17;
  const ports = hasPorts ? [numberIn(or('srcport'), whole), numberIn(or('dstport'), whole)] : [-1];
  if (bytes === undefined || packets === undefined || protocol === undefined || ports.includes(undefined)) {
    return { reason: 'not-a-number', time };
  }
  if (protocol > 255 || ports.some((port) => port! > 65535)) {
    return { reason: 'out-of-range', time };
  }
  if (bytes > 2n ** 47n || packets > 2n ** 47n) {
    return { reason: 'too-large', time };
  }
  const [src, dst] = [canonical(or('srcaddr')), canonical(or('dstaddr'))];
  if (src === undefined || dst === undefined) {
    return { reason: 'bad-address', time };
  }
  const said = {
    account: terms.account ?? or('account-id'),
    vpc: or('vpc-id'),
    subnet: or('subnet-id'),
    instance: or('instance-id'),
    interface: or('interface-id') === '-' ? or('resource-id') : or('interface-id'),
    action: or('action'),
  };
  if (!Object.values(said).every(isIdentifier) || Object.values(said).join('').length > 1000) {
    return { reason: 'bad-identifier', time };
  }
  if (start < BigInt(terms.hourHorizon)) {
    return { reason: 'expired' };
  }
  if (start > BigInt(terms.futureHorizon)) {
    return { reason: 'in-the-future' };
  }
  if (terms.isFlowLogDisabled) {
    return { reason: 'flow-log-disabled', time: Number(start), dropped: said };
  }
  const context = (name: string) => (isIdentifier(or(name)) ? or(name) : '-');
  const known = new FactsAt(facts, Number(start));
  const place = placeOfInterface(said, or('account-id'), context('az-id'), known.place(said.interface), terms);
  const from = [place.vpc, place.subnet, said.interface].find((id) => id !== '-') ?? '-';
  const exporter = `${said.account}/${from}`;
  exporters[exporter] = (exporters[exporter] ?? 0) + 1;
  const decision = decide(exporter);
  if (decision === 'drop') {
    return { reason: 'exporter-disabled', time: Number(start) };
  }
  const seen = {
    ...{ interface: said.interface, action: said.action, place, src, dst },
    flowDirection: or('flow-direction'),
    pktSrc: canonical(or('pkt-srcaddr')) ?? '-',
    pktDst: canonical(or('pkt-dstaddr')) ?? '-',
    srcService: context('pkt-src-aws-service'),
    dstService: context('pkt-dst-aws-service'),
    path: context('traffic-path'),
    interfaceType: context('interface-type'),
    nextHop: context('next-hop-interface-id'),
    nextHopVpc: context('next-hop-vpc-id'),
    nextHopType: context('next-hop-interface-type'),
  };
  const resolved = resolve(seen, known);
  const nextHopZone = context('next-hop-az-id');
  const record: ReferenceRecord = {
    ...resolved,
    ...{ bytes, packets, flows: 1n },
    ...{ protocol, port: ports.includes(-1) ? -1 : Math.min(...(ports as number[])) },
    group: { ...place, interface: said.interface, action: said.action },
    ...{ exporter, isOverflow: decision === 'overflow' },
    path: seen.path,
    zone: place.zone,
    peerZone: nextHopZone === '-' ? (resolved.other?.zone ?? '-') : nextHopZone,
    ...{ srcService: seen.srcService, dstService: seen.dstService, nextHopType: seen.nextHopType },
    connection: connectionOf(protocol, or('tcp-flags')),
    start: Number(start),
    end: Number(end),
  };
  return { reason: 'ok', time: record.start, record };
}

/** Where the observing interface is: as the record says, else as EC2 says; the account, at last, from the key. */
function placeOfInterface(
  said: Readonly<Record<'vpc' | 'subnet' | 'instance', string>>,
  accountId: string,
  zone: string,
  ec2: InterfacePlace,
  terms: RollupTerms
) {
  const account = /^[0-9]{12}$/.test(accountId) ? accountId : ec2.account;
  return {
    account: account === '-' ? (terms.account ?? '-') : account,
    vpc: said.vpc === '-' ? ec2.vpc : said.vpc,
    subnet: said.subnet === '-' ? ec2.subnet : said.subnet,
    instance: said.instance === '-' ? ec2.instance : said.instance,
    zone: zone === '-' ? ec2.zone : zone,
  };
}

const SYN = 2;
const ACK = 16;

/** Whether a TCP connection was begun in the record. */
function connectionOf(protocol: number, flags: string): string {
  if (protocol !== 6 || !/^[0-9]+$/.test(flags)) {
    return '-';
  }
  return (Number(flags) & SYN) !== 0 && (Number(flags) & ACK) === 0 ? 'new' : 'late';
}

function noteLogged(
  logged: Reference['logged'],
  { interface: id, action }: { readonly interface: string; readonly action: string },
  window: number
): void {
  const [since, until] = logged[`${id} ${action}`] ?? [window, window];
  if (id !== '-') {
    logged[`${id} ${action}`] = [Math.min(since, window), Math.max(until, window)];
  }
}

function coveredBy(records: readonly ReferenceRecord[]): ReferenceCovered[] {
  const all = new Map<string, ReferenceCovered>();
  for (const { direction, group, exporter, start } of records) {
    if (direction === 'egress' && group.interface !== '-') {
      const key = JSON.stringify([group.interface, group.action, exporter]);
      const since = Math.min(start, all.get(key)?.since ?? Infinity);
      const until = Math.max(start, all.get(key)?.until ?? -Infinity);
      all.set(key, { interface: group.interface, action: group.action, exporter, since, until });
    }
  }
  return inOrder([...all.values()]);
}

/** Ordered by interface, action and exporter. */
export function inOrder(covered: readonly ReferenceCovered[]): ReferenceCovered[] {
  const keyOf = ({ interface: id, action, exporter }: ReferenceCovered) => [id, action, exporter].join(' ');
  return [...covered].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** A number up to `limit`, -1 for '-', undefined for anything else. */
function numberIn(value: string, whole: (value: string) => bigint | undefined): number | undefined {
  const number = value === '-' ? -1 : Number(whole(value) ?? NaN);
  return Number.isNaN(number) ? undefined : number;
}
