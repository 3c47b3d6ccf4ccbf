import { Random } from '../src/sidecar/generate/random';
import { COLUMNS, finishedSlot, IPv4, PLACES } from './dataset';

/** Sums of a flow log that is made up, exactly. */
export interface Totals {
  bytes: bigint;
  packets: bigint;
  flows: bigint;
}

/** How long each record lasts, seconds: over ten or eleven minutes. */
const SPAN = 600;

const IPv6 = (network: number, number: number) =>
  `2001:db8:${network.toString(16)}::${(number >>> 16).toString(16)}:${(number & 0xffff).toString(16)}`;

/**
 * The text of the hardest flow log to keep in bounds: no address comes twice, every second record is IPv6 and every
 * record lasts ten minutes. Adds what it holds to `totals`. At most 2^24 records.
 */
export function* distinctPairs(records: number, totals: Totals): Generator<string> {
  const random = new Random(11);
  const slot = finishedSlot() - SPAN;
  yield `${COLUMNS.join(' ')}\n`;
  let chunk = '';
  for (let i = 0; i < records; i++) {
    const { place } = PLACES[random.below(PLACES.length)];
    // An odd factor scatters all numbers below 2^24 without making any two the same.
    const scattered = Math.imul(i, 0x9e3779b1) & 0xffffff;
    const [src, dst] =
      i % 2 === 0 ? [IPv4(0x0a000000 + i), IPv4(0x14000000 + scattered)] : [IPv6(1, i), IPv6(2, scattered)];
    const packets = 1 + random.below(1000);
    const bytes = packets * (40 + random.below(1400));
    const start = slot + random.below(240);
    const action = random.next() < 0.08 ? 'REJECT' : 'ACCEPT';
    chunk +=
      `5 123456789012 ${place} ${src} ${dst} ${1024 + (i % 60_000)} 443 6 ${packets} ${bytes} ${start} ${start + SPAN} ` +
      `${action} OK ingress ${src} ${dst} 18\n`;
    totals.bytes += BigInt(bytes);
    totals.packets += BigInt(packets);
    totals.flows++;
    if (chunk.length > 1 << 20) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}
