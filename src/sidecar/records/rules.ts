import { CONTEXT_FIELDS } from './context';

/** Maximum bytes and packets of one record: no interface carries more in an hour. */
export const MAX_COUNT = 2 ** 47;
/** Maximum time from start to end of a record. AWS aggregates over 10 minutes at most. */
export const MAX_SPAN_SECONDS = 3600;

const MAX_IDENTIFIER_BYTES = 1024;
/** The characters of AWS's identifiers and actions. None needs escaping in line protocol. */
const IDENTIFIER = /^[\w.:/-]+$/;

/** Whether a text may be an identifier or action of AWS. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && text.length < MAX_IDENTIFIER_BYTES;
}

/** The fields of a group, in the order of its text. */
export const GROUP_FIELDS = ['account-id', 'vpc-id', 'subnet-id', 'instance-id', 'interface-id', 'action'] as const;

const FIELDS_READ: ReadonlySet<string> = new Set([
  ...GROUP_FIELDS,
  'resource-id',
  'log-status',
  'start',
  'end',
  'bytes',
  'packets',
  ...['srcaddr', 'dstaddr', 'protocol', 'srcport', 'dstport'],
  // What cannot be read of these counts as missing.
  ...['pkt-srcaddr', 'pkt-dstaddr'],
  ...Object.values(CONTEXT_FIELDS),
]);

/** Whether a header field is read: it influences what is stored. */
export function isFieldRead(field: string): boolean {
  return FIELDS_READ.has(field);
}
