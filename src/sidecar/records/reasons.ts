/**
 * Why a record is not counted as traffic. Each record of a collected object is either `ok` or has exactly one of these;
 * `flow_quality` counts them under these names.
 */
export const RECORD_REASONS = {
  nodata: 'No traffic at the interface in this interval (AWS says so, nothing is wrong).',
  skipdata: 'AWS skipped records in this interval: a blind spot.',
  'unknown-status': 'A log-status other than OK, NODATA and SKIPDATA.',
  'field-count': 'The line has more or fewer fields than its header.',
  'line-too-long': 'The line is longer than 64 KiB.',
  'not-a-number': 'A field that must be a whole number is not one.',
  'too-large': 'bytes or packets above 2^47: no interface carries that in an hour.',
  'bad-address': 'srcaddr or dstaddr is not an IP address.',
  'bad-identifier': 'An identifier or action has characters AWS never writes.',
  'bad-time': 'start or end cannot be read, end is before start, or they are over an hour apart.',
  'in-the-future': 'The record starts more than an hour in the future.',
  expired: 'The record is older than the longest retention.',
  'exporter-disabled': 'Its exporter is disabled.',
} as const;

/** One of the names in {@link RECORD_REASONS}. */
export type RecordReason = keyof typeof RECORD_REASONS;

/** Reasons that mean the line itself is wrong; the others are expected or chosen. */
export const MALFORMED: readonly RecordReason[] = [
  'unknown-status',
  'field-count',
  'line-too-long',
  'not-a-number',
  'too-large',
  'bad-address',
  'bad-identifier',
  'bad-time',
  'in-the-future',
  'expired',
];
