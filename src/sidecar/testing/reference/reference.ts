import { isIP } from 'node:net';
import type { ExporterDecision, RollupTerms } from '../../rollup/terms';
import {
  addShares,
  inGroups,
  placeOf,
  pointKey,
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
  /** Number of records by exporter id, including dropped ones. */
  readonly exporters: Record<string, number>;
  readonly points: Map<string, BigSums>;
  readonly quality: Map<string, number>;
}

/** Rolls up the text of an object. Each character is one byte. */
export function rollUpSlowly(
  text: string,
  terms: RollupTerms,
  decide: (exporter: string) => ExporterDecision = () => 'count'
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
    exporters: {},
    points: new Map(),
    quality: new Map(),
  };
  if (isRefused) {
    return reference;
  }
  const counted: ReferenceRecord[] = [];
  const isHeader = (line: string) =>
    line
      .split(' ')
      .filter((name) => name !== '')
      .join(' ') === columns.join(' ');
  for (const line of lines.filter((line) => !isHeader(line))) {
    reference.lines++;
    const { reason, time, record } = readLine(line, columns, terms, decide, reference.exporters);
    const isKnown = time !== undefined && time >= terms.hourHorizon && time <= terms.futureHorizon;
    const fileTime = Math.min(Math.max(terms.fileTime, terms.hourHorizon), terms.futureHorizon);
    const { policy, window } = placeOf(isKnown ? time : fileTime, terms);
    const key = pointKey('flow_quality', { reason, source_id: terms.sourceId }, policy, window);
    reference.quality.set(key, (reference.quality.get(key) ?? 0) + 1);
    if (record) {
      reference.ok++;
      addShares(reference.totals, [record]);
      counted.push(record);
    } else {
      reference.reasons[reason] = (reference.reasons[reason] ?? 0) + 1;
    }
  }
  for (const records of inGroups(counted)) {
    topPoints(records, columns, terms, reference.points);
  }
  return reference;
}

interface Line {
  readonly reason: string;
  readonly time?: number;
  readonly record?: ReferenceRecord;
}

function readLine(
  line: string,
  columns: readonly string[],
  terms: RollupTerms,
  decide: (exporter: string) => ExporterDecision,
  exporters: Record<string, number>
): Line {
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
  const protocol = upTo(255, or('protocol'), whole);
  const hasPorts = protocol === 6 || protocol === 17;
  const ports = hasPorts ? [upTo(65535, or('srcport'), whole), upTo(65535, or('dstport'), whole)] : [-1];
  if (bytes === undefined || packets === undefined || protocol === undefined || ports.includes(undefined)) {
    return { reason: 'not-a-number', time };
  }
  if (bytes > 2n ** 47n || packets > 2n ** 47n) {
    return { reason: 'too-large', time };
  }
  const [src, dst] = [canonical(or('srcaddr')), canonical(or('dstaddr'))];
  if (src === undefined || dst === undefined) {
    return { reason: 'bad-address', time };
  }
  const tags = {
    account: terms.account ?? or('account-id'),
    vpc: or('vpc-id'),
    subnet: or('subnet-id'),
    instance: or('instance-id'),
    interface: or('interface-id') === '-' ? or('resource-id') : or('interface-id'),
    action: or('action'),
  };
  const isIdentifier = (value: string) => /^[A-Za-z0-9_.:/-]+$/.test(value);
  if (!Object.values(tags).every(isIdentifier) || Object.values(tags).join('').length > 1000) {
    return { reason: 'bad-identifier', time };
  }
  if (start < BigInt(terms.hourHorizon)) {
    return { reason: 'expired' };
  }
  if (start > BigInt(terms.futureHorizon)) {
    return { reason: 'in-the-future' };
  }
  const place = [tags.vpc, tags.subnet, tags.interface].find((id) => id !== '-') ?? '-';
  const id = `${tags.account}/${place}`;
  exporters[id] = (exporters[id] ?? 0) + 1;
  const decision = decide(id);
  if (decision === 'drop') {
    return { reason: 'exporter-disabled', time: Number(start) };
  }
  const direction = ['ingress', 'egress'].find((known) => known === or('flow-direction')) ?? 'unknown';
  const record = {
    src,
    dst,
    direction,
    protocol,
    bytes,
    packets,
    flows: 1n,
    tags: { ...tags, exporter: decision === 'overflow' ? 'overflow' : id },
    port: ports.includes(-1) ? -1 : Math.min(...(ports as number[])),
    start: Number(start),
    end: Number(end),
  };
  return { reason: 'ok', time: record.start, record };
}

/** A number up to `limit`, -1 for '-', undefined for anything else. */
function upTo(limit: number, value: string, whole: (value: string) => bigint | undefined): number | undefined {
  const number = value === '-' ? -1 : Number(whole(value) ?? NaN);
  return number <= limit ? number : undefined;
}

/** The address in its shortest form, or '-'; undefined if it is malformed. */
function canonical(address: string): string | undefined {
  const version = isIP(address);
  if (version !== 6) {
    return version === 4 || address === '-' ? address : undefined;
  }
  // A zone belongs to a machine, not to an address on the wire.
  return address.includes('%') ? undefined : new URL(`http://[${address}]/`).hostname.slice(1, -1);
}
