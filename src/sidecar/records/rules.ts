import { ALWAYS_KEYED, codeOf } from './dimensions';

/** No interface carries more in an hour: above it, a count of bytes or packets is an error. */
export const MAX_COUNT = 2 ** 47;
/** AWS aggregates for 10 minutes at most; an hour leaves room for what it calls best effort. */
export const MAX_SPAN_SECONDS = 3600;

const MAX_IDENTIFIER_BYTES = 1024;
/** All that AWS writes into identifiers and actions; nothing in it needs escaping in line protocol or a regex of ours. */
const IDENTIFIER = /^[\w.:/-]+$/;

/** Whether a text is what AWS may have written as an identifier or action. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text) && text.length < MAX_IDENTIFIER_BYTES;
}

/** The fields that make a group, in its order. */
export const GROUP_FIELDS = ['account-id', 'vpc-id', 'subnet-id', 'instance-id', 'interface-id', 'action'] as const;

/** Every field that is read of any record; what else it is keyed by comes on top. */
export const FIELDS_ALWAYS_READ: readonly string[] = [
  ...GROUP_FIELDS,
  ...['resource-id', 'log-status', 'start', 'end', 'bytes', 'packets'],
  ...ALWAYS_KEYED.flatMap((name) => codeOf(name).fields),
];
