import { REFUSED } from '../../src/contract/stored';
import { decodeBytes, isKeptWhole } from '../../src/sidecar/testing/decodeBytes';
import { pointsOf, sumsByMeasurement } from '../../src/sidecar/testing/reference/rollUp';
import type { Input } from './inputs';

/** What became of an input. */
export type Outcome = 'collected' | 'refused' | 'corrupt';

function must(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`It must hold that ${what}.`);
  }
}

/**
 * Decodes an input and checks the rules that hold for every object. Throws when one is broken, and whatever error the
 * decoder throws, unless it says that the object is corrupt.
 */
export async function check({ bytes, isWhole }: Input): Promise<Outcome> {
  const { corrupt, refusal, summary, lines } = await decodeBytes(bytes);
  if (corrupt !== undefined) {
    must(!isWhole || isKeptWhole(corrupt), `a whole object is not called ${corrupt}`);
    return 'corrupt';
  }
  if (refusal) {
    must(lines.length === 0 && refusal.message.length > 0, 'a refused object makes no points and says why');
    return 'refused';
  }
  const { records, ok, reasons, totals, measurements, quotes } = summary!;
  const notCounted = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  must(records === ok + notCounted, 'ok and the reasons add up to the records');
  must(totals.flows === BigInt(ok), 'each record that is ok is one flow');
  must(quotes.length <= 3 && quotes.every(({ line }) => line.length <= 200), 'three short quotes are kept at most');
  // Throws when two points stand in one place, or a line is no line protocol.
  const { quality } = pointsOf(lines);
  must([...quality.values()].reduce((sum, count) => sum + count, 0) === records, 'flow_quality counts every record');
  const none = { bytes: 0n, packets: 0n, flows: 0n };
  const written = sumsByMeasurement(lines);
  const isRefused = (line: string) => line.includes(' flow_interface,') && line.includes(`,action=${REFUSED},`);
  const refused = sumsByMeasurement(lines.filter(isRefused)).flow_interface ?? none;
  for (const [name, sums] of Object.entries(measurements)) {
    const points = written[name] ?? none;
    const whole = name === 'flow_refused' ? refused : totals;
    for (const metric of ['bytes', 'packets', 'flows'] as const) {
      must(sums[metric] === whole[metric] && points[metric] === whole[metric], `${name} has all ${metric}`);
      must(totals[metric] >= 0n, `${metric} are not negative`);
    }
  }
  return 'collected';
}
