import type { RollupTerms } from './terms';

const MINUTE = 60;
const HOUR = 3600;

/** The retention policy a point is written to. */
export type Policy = 'minute' | 'hour';

/** Start of the hour of a time, both in Unix seconds. */
export function floorHour(second: number): number {
  return second - (second % HOUR);
}

/** Start of the window that a time counts in (Unix seconds): its minute, or its hour if `minute` is about to drop that hour. */
export function windowOf(second: number, terms: Pick<RollupTerms, 'minuteHorizon'>): number {
  const hour = second - (second % HOUR);
  return hour < terms.minuteHorizon ? hour : second - (second % MINUTE);
}

/** The policy that a window of {@link windowOf} is written to. */
export function policyOf(window: number, terms: Pick<RollupTerms, 'minuteHorizon'>): Policy {
  return window - (window % HOUR) < terms.minuteHorizon ? 'hour' : 'minute';
}

/** Receives a share of a record: what counts in the minute that begins at `minute` (Unix seconds). */
export type ShareSink = (minute: number, bytes: number, packets: number, flows: number) => void;

/**
 * Spreads a record over its minutes. A record of up to 60 seconds counts in the minute of its start. A longer one is spread
 * over the half-open span [start, end) in proportion to time, with cumulative rounding, so that the shares add up exactly;
 * its flow counts in the first minute.
 */
export function eachShare(start: number, end: number, bytes: number, packets: number, share: ShareSink): void {
  const span = end - start;
  let minute = start - (start % MINUTE);
  if (span <= MINUTE) {
    share(minute, bytes, packets, 1);
    return;
  }
  let sharedBytes = 0;
  let sharedPackets = 0;
  for (let flows = 1; minute < end; minute += MINUTE, flows = 0) {
    const elapsed = Math.min(minute + MINUTE, end) - start;
    const bytesSoFar = proportion(bytes, elapsed, span);
    const packetsSoFar = proportion(packets, elapsed, span);
    share(minute, bytesSoFar - sharedBytes, packetsSoFar - sharedPackets, flows);
    sharedBytes = bytesSoFar;
    sharedPackets = packetsSoFar;
  }
}

/** floor(total × elapsed / span), exact for totals up to 2^53 and spans up to an hour, where the product might not be. */
function proportion(total: number, elapsed: number, span: number): number {
  const remainder = total % span;
  return ((total - remainder) / span) * elapsed + Math.floor((remainder * elapsed) / span);
}
