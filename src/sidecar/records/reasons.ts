/**
 * Why a record is not counted as traffic. Each record of a collected object is either `ok` or has exactly one of these
 * reasons, under which `flow_quality` counts it. `isMalformed`: the line itself is wrong. `isKept`: the line must be kept, in
 * the data directory or with its object, because neither AWS nor an administrator decided that it is no traffic.
 */
export const RECORD_REASONS = {
  nodata: {
    isMalformed: false,
    isKept: false,
    text: 'No traffic at the interface in this interval (AWS says so, nothing is wrong).',
  },
  skipdata: { isMalformed: false, isKept: false, text: 'AWS skipped records in this interval: a blind spot.' },
  'unknown-status': { isMalformed: true, isKept: true, text: 'A log-status other than OK, NODATA and SKIPDATA.' },
  'field-count': { isMalformed: true, isKept: true, text: 'The line has more or fewer fields than its header.' },
  'line-too-long': { isMalformed: true, isKept: true, text: 'The line is longer than 64 KiB.' },
  'not-a-number': { isMalformed: true, isKept: true, text: 'A field that must be a whole number is not one.' },
  'too-large': {
    isMalformed: true,
    isKept: true,
    text: 'bytes or packets above 2^47: no interface carries that in an hour.',
  },
  'bad-address': { isMalformed: true, isKept: true, text: 'srcaddr or dstaddr is not an IP address.' },
  'bad-identifier': {
    isMalformed: true,
    isKept: true,
    text: 'An identifier or action has characters AWS never writes.',
  },
  'bad-time': {
    isMalformed: true,
    isKept: true,
    text: 'start or end cannot be read, end is before start, or they are over an hour apart.',
  },
  'in-the-future': { isMalformed: false, isKept: true, text: 'The record starts more than an hour in the future.' },
  expired: { isMalformed: false, isKept: true, text: 'The record is older than the longest retention.' },
  'exporter-disabled': { isMalformed: false, isKept: false, text: 'Its exporter is disabled.' },
} as const satisfies Record<string, { isMalformed: boolean; isKept: boolean; text: string }>;

/** One of the names in {@link RECORD_REASONS}. */
export type RecordReason = keyof typeof RECORD_REASONS;

/** Whether the line itself is wrong. */
export function isMalformed(reason: RecordReason): boolean {
  return RECORD_REASONS[reason].isMalformed;
}

/** Whether the line of a record that is not counted for this reason must be kept. */
export function isKept(reason: RecordReason): boolean {
  return RECORD_REASONS[reason].isKept;
}
