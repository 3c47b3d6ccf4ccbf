import { setTimeout as sleep } from 'node:timers/promises';
import type { Truth } from '../../src/sidecar/generate/truth';
import type { Flowscope } from '../lib/flowscope';
import { generateArgs, type Cloud } from './cloud';

const MINUTE_MS = 60_000;
/** A delivery comes this long after its minute is over. */
const DELAY_MS = 2_000;

/** What has just arrived in the bucket. */
export interface Delivered {
  readonly objects: number;
  readonly records: number;
  /** Objects that were in the bucket before. */
  readonly olderObjects: number;
}

/** The minute that is over last, in Unix minutes. */
export function lastMinute(): number {
  return Math.floor(Date.now() / MINUTE_MS);
}

/** The start of a minute that is given in Unix minutes. */
export function minuteStart(minute: number): Date {
  return new Date(minute * MINUTE_MS);
}

export interface DeliveryOptions {
  readonly seed: number;
  /** Up to when there are flow logs already, Unix minutes. */
  readonly from: number;
  readonly onDelivered: (delivered: Delivered) => void;
  /** Gets what fails; the next delivery brings the missing minutes, too. By default a failure ends it. */
  readonly onFailed?: (error: Error) => void;
}

/** Makes the flow logs of each minute arrive in the bucket once it is over. Never resolves. */
export async function deliverEveryMinute(
  flowscope: Flowscope,
  cloud: Cloud,
  { seed, from, onDelivered, onFailed }: DeliveryOptions
): Promise<never> {
  for (let last = from; ;) {
    await sleep(MINUTE_MS - (Date.now() % MINUTE_MS) + DELAY_MS);
    const now = lastMinute();
    const logs = { seed, minutes: now - last, end: minuteStart(now) };
    try {
      const olderObjects = (await cloud.keys()).length;
      const { objects, records } = await flowscope.json<Truth>([...generateArgs(cloud, logs), '--json']);
      last = now;
      onDelivered({ objects, records, olderObjects });
    } catch (error) {
      if (onFailed === undefined) {
        throw error;
      }
      onFailed(error as Error);
    }
  }
}
