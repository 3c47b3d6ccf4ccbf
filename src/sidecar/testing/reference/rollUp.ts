import type { NotCollectable } from '../../records/header';
import type { OwnerFact } from '../../rollup/owners/facts';
import { buildOwnerTables } from '../../rollup/owners/ownerTable';
import { FlowLogTextDecoder } from '../../records/text/textDecoder';
import { ObjectRollup, type RollupOptions } from '../../rollup/objectRollup';
import { Part } from '../../rollup/part';
import type { RollupSummary } from '../../rollup/summary';
import { RULES_VERSION, type ExporterDecision, type RollupTerms } from '../../rollup/terms';
import { inOrder, type ReferenceCovered } from './reference';
import { pointKey, type BigSums } from './referencePoints';

/** A Tuesday noon, UTC: the time of most tests, Unix seconds. */
export const NOON = Date.UTC(2026, 2, 3, 12) / 1000;

/** Terms of a plan from a minute after {@link NOON}, with distant horizons. */
export const TERMS: RollupTerms = {
  rulesVersion: RULES_VERSION,
  sourceId: 'src-1',
  topK: 20,
  owners: 0,
  isFlowLogDisabled: false,
  account: '111122223333',
  fileTime: NOON - 300,
  minuteHorizon: NOON - 6 * 86_400,
  hourHorizon: NOON - 394 * 86_400,
  futureHorizon: NOON + 3660,
};

/** Used again by each rollup, as a thread of the sidecar does: making one takes longer than rolling up a few records. */
const part = new Part();

/** Options of {@link rollUp}. */
export interface RollUpOptions extends Pick<RollupOptions, 'table' | 'limits'> {
  readonly decide?: (exporter: string) => ExporterDecision;
  /** What is known of owners. Default: nothing. */
  readonly facts?: readonly OwnerFact[];
  /** Bytes per chunk. Default: one chunk. */
  readonly chunk?: number;
  /** Offset of the first part. Each further part has the next one. */
  readonly offset?: number;
}

/** The result of {@link rollUp}. */
export interface RolledUp {
  readonly refusal?: NotCollectable;
  readonly summary?: RollupSummary;
  /** Lines in the order they were handed over, each after its policy. */
  readonly lines: string[];
  /** Number of parts. */
  readonly parts: number;
}

/** Decodes and rolls up the text of an object; each character is one byte. */
export function rollUp(text: string, terms: RollupTerms = TERMS, options: RollUpOptions = {}): RolledUp {
  const { decide = () => 'count', chunk = Infinity, table, limits, facts, offset = 1 } = options;
  const owners = facts && buildOwnerTables(facts);
  const lines: string[] = [];
  let parts = 0;
  let rollup: ObjectRollup | undefined;
  const context = {
    decide: ({ id }: { id: string }) => decide(id),
    offset: (part: number) => offset + (parts = part + 1) - 1,
    lines: (policy: string, more: Buffer) => lines.push(...linesOf(more).map((line) => `${policy} ${line}`)),
  };
  const decoder = new FlowLogTextDecoder(
    ({ columns }) => (rollup = new ObjectRollup(terms, columns, context, { table, limits, owners, part }))
  );
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += chunk) {
    decoder.push(bytes.subarray(at, at + chunk));
  }
  decoder.end();
  if (decoder.refusal) {
    return { refusal: decoder.refusal, lines, parts };
  }
  return { summary: rollup!.finish(), lines, parts };
}

/** Of whom the rollup of an object counted egress records, ordered as the twin does. */
export function coveredOf({ covered }: RollupSummary): ReferenceCovered[] {
  return inOrder(covered);
}

/** The lines of a block. Throws unless each has its line end. */
export function linesOf(block: Uint8Array): string[] {
  const lines = Buffer.from(block).toString().split('\n');
  if (lines.pop() !== '') {
    throw new Error('The last line of a block has no line end.');
  }
  return lines;
}

/** A parsed line of line protocol, with the timestamp split into window (seconds) and offset (nanoseconds). */
export interface ParsedPoint {
  readonly policy: string;
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly fields: Record<string, bigint>;
  readonly window: number;
  readonly offset: number;
}

/** Parses `policy line`. Throws unless it is line protocol with integer fields. */
export function parsePoint(text: string): ParsedPoint {
  const match = /^(minute|hour) ((?:\\.|[^ ])+) ([^ ]+) (\d+)$/.exec(text);
  if (!match) {
    throw new Error(`Not a point: ${text}`);
  }
  const [, policy, series, fieldText, time] = match;
  const unescaped = (part: string) => (part.includes('\\') ? part.replace(/\\([ ,=])/g, '$1') : part);
  const [name, ...tagTexts] = series.split(/(?<!\\),/).map(unescaped);
  const fields = fieldText.split(',').map((field) => {
    const [, key, value] = /^(\w+)=(\d+)i$/.exec(field)!;
    return [key, BigInt(value)];
  });
  const tags = tagTexts.map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]);
  const window = policy === 'minute' ? 60_000_000_000n : 3_600_000_000_000n;
  const offset = BigInt(time) % window;
  return {
    policy,
    name,
    tags: Object.fromEntries(tags) as Record<string, string>,
    fields: Object.fromEntries(fields) as Record<string, bigint>,
    window: Number((BigInt(time) - offset) / 1_000_000_000n),
    offset: Number(offset),
  };
}

/** Points of sums and of `flow_quality`, by `pointKey`. Throws if two lines have the same key. */
export function pointsOf(lines: readonly string[]): { points: Map<string, BigSums>; quality: Map<string, number> } {
  const points = new Map<string, BigSums>();
  const quality = new Map<string, number>();
  for (const { policy, name, tags, fields, window } of lines.map(parsePoint)) {
    const key = pointKey(name, tags, policy, window);
    if (points.has(key) || quality.has(key)) {
      throw new Error(`Two points at ${key}: the second would overwrite the first.`);
    }
    if (name === 'flow_quality') {
      quality.set(key, Number(fields.records));
    } else {
      points.set(key, { bytes: fields.bytes, packets: fields.packets, flows: fields.flows });
    }
  }
  return { points, quality };
}

/** Bytes, packets and flows of each measurement, summed over its points. */
export function sumsByMeasurement(lines: readonly string[]): Record<string, BigSums> {
  const sums: Record<string, BigSums> = {};
  for (const { name, fields } of lines.map(parsePoint)) {
    if (name !== 'flow_quality') {
      const of = (sums[name] ??= { bytes: 0n, packets: 0n, flows: 0n });
      of.bytes += fields.bytes;
      of.packets += fields.packets;
      of.flows += fields.flows;
    }
  }
  return sums;
}
