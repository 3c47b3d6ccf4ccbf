import { FIELDS_ALWAYS_READ } from '../records/exactLines';
import { codeOf, type Code, type CodeName, type CodeTables } from '../records/codes';

/** One InfluxDB measurement of sums. A new one is an entry in {@link MEASUREMENTS}. */
export interface Measurement {
  readonly name: string;
  /** What it is keyed by besides the group's tags: its own tags and where their values come from; one or two. */
  readonly keys: Readonly<Record<string, CodeName>>;
  /** Keep only the top K keys per interface and action, and sum up the rest as `other`. */
  readonly topK: boolean;
  /** A tag made of both keys, for ranking pairs; it adds no series. */
  readonly pairTag?: string;
  /** Written also when the flow log lacks the fields of its keys: they are `unknown` then. */
  readonly always?: boolean;
}

/** The measurements of sums that every collected object feeds. */
export const MEASUREMENTS: readonly Measurement[] = [
  { name: 'flow_interface', keys: { direction: 'direction' }, topK: false, always: true },
  { name: 'flow_source', keys: { src: 'source' }, topK: true },
  { name: 'flow_destination', keys: { dst: 'destination' }, topK: true },
  { name: 'flow_pair', keys: { src: 'source', dst: 'destination' }, topK: true, pairTag: 'pair' },
  { name: 'flow_application', keys: { application: 'application' }, topK: true },
];

/** Whether a field of the flow log decides on anything that is stored. */
export function isRead(field: string): boolean {
  return FIELDS_READ.has(field);
}

const FIELDS_READ = new Set([
  ...FIELDS_ALWAYS_READ,
  ...MEASUREMENTS.flatMap(({ keys }) => Object.values(keys).flatMap((name) => codeOf(name).fields)),
]);

/** The value of a top-K measurement's own tags for everything outside the top K. */
export const OTHER = 'other';

/** The measurements an object with these header columns can feed; the others are left out, not filled with gaps. */
export function measurementsFor(columns: readonly string[], table = MEASUREMENTS): readonly Measurement[] {
  return table.filter(
    ({ keys, always }) =>
      always || Object.values(keys).every((name) => codeOf(name).fields.every((field) => columns.includes(field)))
  );
}

const ARROW = Buffer.from('\\ →\\ ');
const OTHER_BYTES = Buffer.from(OTHER);

/** Writes the tags of a measurement's keys as line protocol: `src=10.0.0.1,dst=…,pair=…`. */
export class KeyTags {
  private readonly codes: readonly Code[];
  /** What stands before each value. */
  private readonly labels: readonly Buffer[];
  private readonly pairLabel?: Buffer;

  constructor({ keys, pairTag }: Measurement) {
    this.codes = Object.values(keys).map(codeOf);
    this.labels = Object.keys(keys).map((tag, i) => Buffer.from(`${i === 0 ? '' : ','}${tag}=`));
    this.pairLabel = pairTag === undefined ? undefined : Buffer.from(`,${pairTag}=`);
  }

  /** Writes the tags of the key made of these codes, of which one-code keys have no second; returns where they end. */
  write(target: Buffer, start: number, first: number, second: number, tables: CodeTables): number {
    const { codes, labels, pairLabel } = this;
    let at = copy(labels[0], target, start);
    const firstAt = at;
    at = codes[0].write(first, tables, target, at);
    if (codes.length === 1) {
      return at;
    }
    const firstEnd = at;
    const secondAt = copy(labels[1], target, at);
    at = codes[1].write(second, tables, target, secondAt);
    if (pairLabel === undefined) {
      return at;
    }
    const secondEnd = at;
    at = copy(pairLabel, target, at);
    at = move(target, firstAt, firstEnd, at);
    at = copy(ARROW, target, at);
    return move(target, secondAt, secondEnd, at);
  }

  /** Writes the tags of everything outside the top K. */
  writeOther(target: Buffer, start: number): number {
    const labels = this.pairLabel === undefined ? this.labels : [...this.labels, this.pairLabel];
    return labels.reduce((at, label) => copy(OTHER_BYTES, target, copy(label, target, at)), start);
  }
}

function copy(text: Buffer, target: Buffer, at: number): number {
  for (let i = 0; i < text.length; i++) {
    target[at + i] = text[i];
  }
  return at + text.length;
}

function move(target: Buffer, start: number, end: number, to: number): number {
  for (let i = start; i < end; i++) {
    target[to + i - start] = target[i];
  }
  return to + end - start;
}
