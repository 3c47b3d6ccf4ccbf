import { generateObjects } from '../src/sidecar/generate/objects';
import { DEFAULT_GENERATE_OPTIONS } from '../src/sidecar/generate/options';
import { mixText } from '../src/sidecar/generate/random';

const SLOT = 300;
const MINUTE = 60;
/** AWS delivers an object some minutes after the end of its five minutes: at least and less than, seconds. */
const USUAL_DELAY = { least: 5 * MINUTE, below: 9 * MINUTE };
/** A few come later by this much more, seconds. */
const LATE_DELAY = { least: 10 * MINUTE, below: 40 * MINUTE };
/** One object in so many is late. */
const LATE_ONE_IN = 25;

/** When an object shows up in the bucket, and whether that is late. */
export interface Arrival {
  /** Unix seconds. */
  readonly at: number;
  readonly isLate: boolean;
}

/** An object and its arrival. */
export interface Delivery extends Arrival {
  readonly key: string;
  readonly body: Buffer;
  /** Lines without the header. */
  readonly records: number;
}

/** When AWS delivers an object whose five minutes begin at `slot` (Unix seconds): always the same for a key. */
export function arrivalOf(key: string, slot: number): Arrival {
  const isLate = mixText(1, key) % LATE_ONE_IN === 0;
  const within = ({ least, below }: typeof USUAL_DELAY, seed: number) => least + (mixText(seed, key) % (below - least));
  return { at: slot + SLOT + within(USUAL_DELAY, 2) + (isLate ? within(LATE_DELAY, 3) : 0), isLate };
}

/**
 * What a network delivers in `[from, to)` (Unix seconds), in the order of arrival, but for a flow log
 * that cannot be collected. Traffic begins ten minutes before.
 */
export function deliveries(interfaces: number, from: number, to: number): Delivery[] {
  const endSeconds = to - USUAL_DELAY.least;
  const minutes = Math.ceil((endSeconds - from) / MINUTE) + 10;
  const all: Delivery[] = [];
  for (const { key, body, flowLog, slot, counts } of generateObjects({
    ...DEFAULT_GENERATE_OPTIONS,
    ...{ endSeconds, minutes, interfaces },
  })) {
    const { ok, nodata, skipdata } = counts;
    const fields: readonly string[] = flowLog.format.fields;
    if (fields.includes('log-status')) {
      all.push({ key, body, records: ok.flows + nodata + skipdata, ...arrivalOf(key, slot) });
    }
  }
  return all.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at);
}
