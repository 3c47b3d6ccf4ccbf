import { MISSING } from '../contract/stored';

/**
 * How an end of traffic reads that is no interface and no named network: in tables of dashboards (as value mappings) and on
 * the command line. How ends are written: docs/owners.md.
 */

/**
 * Kinds of entities that an end may be: their names come first. An address is named only in the scope of a VPC: one without may
 * have been somebody else's then.
 */
export const END_KINDS = ['interface', 'network', 'address'] as const;

/** Whether an entity may be an end of traffic; what stands for nothing is none. */
export function mayBeEnd(kind: string, id: string): boolean {
  return id !== MISSING && (kind !== 'address' || id.startsWith('vpc-'));
}

/** What is written in that way reads like this: `$1` and `$2` are the pattern's groups. */
export interface EndText {
  readonly pattern: string;
  readonly text: string;
}

/** Private addresses, as a regular expression. */
export const PRIVATE = [
  String.raw`(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+`,
  'f(?:[cd][0-9a-f]|e[89ab])[0-9a-f]:[0-9a-f:.]*',
].join('|');
const ADDRESS = String.raw`\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:.]*`;

/** How an AWS service reads, as an end of traffic and as the owner of an address. */
export const AWS_SERVICE: EndText = { pattern: String.raw`^aws/(\S+)$`, text: '$1 (AWS)' };

/** The texts, of which the first one that fits holds; `none` is that of `-`. */
export function endTexts(none: string): EndText[] {
  return [
    { pattern: '^-$', text: none },
    AWS_SERVICE,
    { pattern: `^(vpc-[0-9a-f]+)/(${ADDRESS})$`, text: 'Unowned private range ($2 in $1)' },
    { pattern: `^(${PRIVATE})$`, text: 'Unowned private range ($1)' },
    { pattern: `^(${ADDRESS})$`, text: 'Internet ($1)' },
  ];
}

/** How an end without a name reads; as it is written where nothing fits. */
export function endText(end: string, none: string): string {
  const fitting = endTexts(none).find(({ pattern }) => new RegExp(pattern).test(end));
  return fitting ? end.replace(new RegExp(fitting.pattern), fitting.text) : end;
}
