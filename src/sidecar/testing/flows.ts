import type { RollupSummary } from '../rollup/summary';
import type { RollupTerms } from '../rollup/terms';
import { lineOf, type Fields } from './arbitraries';
import { NOON, parsePoint, rollUp, TERMS, type ParsedPoint, type RollUpOptions } from './reference/rollUp';

/** The columns of {@link roll}. */
export const FLOW_HEADER = [
  'interface-id',
  'vpc-id',
  'subnet-id',
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
];
const FLOW: Fields = {
  'interface-id': 'eni-1',
  'vpc-id': 'vpc-1',
  'subnet-id': 'subnet-1',
  srcaddr: '10.0.0.1',
  dstaddr: '10.0.0.2',
  srcport: '50000',
  dstport: '443',
  protocol: '6',
  packets: '1',
  bytes: '10',
  start: String(NOON),
  end: String(NOON),
  action: 'ACCEPT',
  'log-status': 'OK',
};

/** The result of rolling up some flows. */
export interface RolledFlows {
  readonly summary: RollupSummary;
  readonly lines: string[];
  readonly parts: number;
  readonly points: ParsedPoint[];
  /** The points of one measurement. */
  readonly of: (name: string) => ParsedPoint[];
}

/** Rolls up flows that differ from a default one in the given fields. */
export function roll(
  flows: readonly Fields[],
  terms: Partial<RollupTerms> = {},
  options?: RollUpOptions,
  header = FLOW_HEADER
): RolledFlows {
  const text = [header.join(' '), ...flows.map((fields) => lineOf(header, { ...FLOW, ...fields }))].join('\n');
  const { summary, lines, parts } = rollUp(text, { ...TERMS, ...terms }, options);
  const points = lines.map(parsePoint);
  return { summary: summary!, lines, parts, points, of: (name) => points.filter((point) => point.name === name) };
}

/** The same flow, `count` times. */
export function repeat(times: number, fields: Fields): Fields[] {
  return Array.from({ length: times }, () => fields);
}
