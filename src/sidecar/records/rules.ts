import { ALWAYS_READ_DIMENSIONS, dimensionOf } from './dimensions';

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

/** The fields that are read of every record. Measurements may need more. */
export const FIELDS_ALWAYS_READ: readonly string[] = [
  ...GROUP_FIELDS,
  'resource-id',
  'log-status',
  'start',
  'end',
  'bytes',
  'packets',
  ...ALWAYS_READ_DIMENSIONS.flatMap((name) => dimensionOf(name).fields),
];
