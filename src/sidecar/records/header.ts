import { TRANSIT_GATEWAY_FIELDS, VPC_FIELDS, vpcField } from './fields';

/** Why an object is left in its bucket without being collected: a slug for counting and a sentence for people. */
export interface NotCollectable {
  readonly reason:
    'no-header' | 'parquet' | 'transit-gateway' | 'log-status-missing' | 'time-missing' | 'interface-missing';
  readonly message: string;
}

/** The first line of a text object: which field stands in which column. */
export interface Header {
  readonly columns: readonly string[];
  /** Names AWS did not know when the field table was written: carried, not fatal. */
  readonly unknown: readonly string[];
}

const FIELD_NAME = /^[a-z][a-z0-9-]{0,63}$/;
const RECREATE = "A flow log's format cannot be edited: create a new flow log with the field and delete this one.";

/**
 * Reads a header line.
 * Returns undefined when the line is not one: each name must look like a field name and at least one must be known,
 * so that a data line (as in CloudWatch exports, which have no header) is never taken for a layout.
 */
export function parseHeader(line: string): Header | undefined {
  const columns = line.trim().split(/ +/);
  const duplicates = new Set(columns).size !== columns.length;
  if (duplicates || !columns.every((name) => FIELD_NAME.test(name))) {
    return undefined;
  }
  const known = columns.filter((name) => vpcField(name) || TRANSIT_GATEWAY_FIELDS.includes(name));
  if (known.length === 0) {
    return undefined;
  }
  return { columns, unknown: columns.filter((name) => !known.includes(name)) };
}

/** What stops objects with this header from being collected, or undefined when nothing does. */
export function notCollectable(header: Header | undefined): NotCollectable | undefined {
  if (!header) {
    return {
      reason: 'no-header',
      message: 'The first line is not a header of flow-log field names, so the layout is unknown.',
    };
  }
  const has = (name: string) => header.columns.includes(name);
  if (TRANSIT_GATEWAY_FIELDS.some(has)) {
    return {
      reason: 'transit-gateway',
      message: 'These are Transit Gateway flow logs, which have no reports yet.',
    };
  }
  if (!has('log-status')) {
    return { reason: 'log-status-missing', message: `The header lacks log-status. ${RECREATE}` };
  }
  if (!has('start') && !has('end')) {
    return { reason: 'time-missing', message: `The header has neither start nor end. ${RECREATE}` };
  }
  if (!has('interface-id') && !has('resource-id')) {
    return { reason: 'interface-missing', message: `The header has neither interface-id nor resource-id. ${RECREATE}` };
  }
  return undefined;
}

/** Highest format version among the header's fields; 0 when it has none of AWS's. */
export function headerVersion(header: Header): number {
  return VPC_FIELDS.reduce(
    (highest, field) => (header.columns.includes(field.name) ? Math.max(highest, field.version) : highest),
    0
  );
}
