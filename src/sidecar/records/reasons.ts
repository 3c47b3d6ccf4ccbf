/**
 * Why a record is not counted as traffic. Each record of a collected object is either `ok` or has exactly one of these
 * reasons, under which `flow_quality` counts it. `isMalformed`: the line itself is wrong. `keepLine`: the line must be kept, in
 * the data directory or with its object, because neither AWS nor an administrator decided that it is no traffic.
 */
export const RECORD_REASONS = {
  nodata: {
    isMalformed: false,
    keepLine: false,
    text: 'No traffic at the interface in this interval (AWS says so, nothing is wrong).',
  },
  skipdata: { isMalformed: false, keepLine: false, text: 'AWS skipped records in this interval: a blind spot.' },
  'unknown-status': { isMalformed: true, keepLine: true, text: 'A log-status other than OK, NODATA and SKIPDATA.' },
  'field-count': { isMalformed: true, keepLine: true, text: 'The line has more or fewer fields than its header.' },
  'line-too-long': { isMalformed: true, keepLine: true, text: 'The line is longer than 64 KiB.' },
  'not-a-number': { isMalformed: true, keepLine: true, text: 'A field that must be a whole number is not one.' },
  'out-of-range': { isMalformed: true, keepLine: true, text: 'A port is above 65535, or the protocol above 255.' },
  'too-large': {
    isMalformed: true,
    keepLine: true,
    text: 'bytes or packets above 2^47: no interface carries that in an hour.',
  },
  'bad-address': { isMalformed: true, keepLine: true, text: 'srcaddr or dstaddr is not an IP address.' },
  'bad-identifier': {
    isMalformed: true,
    keepLine: true,
    text: 'An identifier or action has characters AWS never writes.',
  },
  'bad-time': {
    isMalformed: true,
    keepLine: true,
    text: 'start or end cannot be read, end is before start, or they are over an hour apart.',
  },
  'in-the-future': { isMalformed: false, keepLine: true, text: 'The record starts more than an hour in the future.' },
  expired: { isMalformed: false, keepLine: true, text: 'The record is older than the longest retention.' },
  'exporter-disabled': { isMalformed: false, keepLine: false, text: 'Its exporter is disabled.' },
  'flow-log-disabled': { isMalformed: false, keepLine: false, text: 'Its flow log is disabled.' },
} as const satisfies Record<string, { isMalformed: boolean; keepLine: boolean; text: string }>;

/** One of the names in {@link RECORD_REASONS}. */
export type RecordReason = keyof typeof RECORD_REASONS;

/** Whether the line itself is wrong. */
export function isMalformed(reason: RecordReason): boolean {
  return RECORD_REASONS[reason].isMalformed;
}

/** Whether the line of a record that is not counted for this reason must be kept. */
export function mustKeepLine(reason: RecordReason): boolean {
  return RECORD_REASONS[reason].keepLine;
}
