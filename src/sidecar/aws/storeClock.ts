import type { S3Client } from '@aws-sdk/client-s3';
import { clock } from '../util/clock';

/** Maximum difference between this machine's clock and the store's: beyond it records would count at wrong times. Seconds. */
export const MAX_CLOCK_DIFFERENCE = 300;
/** Number of answers whose median counts, so that one odd answer decides nothing. */
export const ANSWERS_JUDGED = 3;

/** The store's time in an answer, and when the answer came by the monotonic clock. Milliseconds. */
interface Answer {
  /** Undefined when the answer has no valid `Date`. */
  readonly date?: number;
  readonly came: number;
}

/** The clock of a store, estimated from its last answers. */
export class StoreClock {
  /** Number of answers so far. */
  heard = 0;
  private answers: readonly Answer[] = [];

  /** Notes an answer. `date`: its header `Date`. */
  hear(date: string | undefined): void {
    const time = Date.parse(date ?? '');
    const answer = { date: Number.isFinite(time) ? time : undefined, came: clock.elapsed() };
    this.answers = [...this.answers, answer].slice(-ANSWERS_JUDGED);
    this.heard++;
  }

  /** Whether there are enough answers: {@link ANSWERS_JUDGED}. */
  get isSure(): boolean {
    return this.answers.length === ANSWERS_JUDGED;
  }

  /**
   * How far a clock that says `now` (milliseconds) is ahead of the store's, in whole seconds; below 0: behind. The median of
   * the last three answers; of two, the smaller difference. Undefined when none of them names a time.
   */
  difference(now: number): number | undefined {
    const elapsed = clock.elapsed();
    const differences = this.answers
      // The store's clock has advanced since then, too; so a jump of our clock shows at once.
      .flatMap(({ date, came }) => (date === undefined ? [] : [now - date - (elapsed - came)]))
      .map((ms) => Math.trunc(ms / 1000))
      .sort((a, b) => a - b);
    const middle = differences.slice(Math.floor((differences.length - 1) / 2), Math.floor(differences.length / 2) + 1);
    return middle.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
  }
}

/** Whether a {@link StoreClock.difference} is too large to collect. */
export function isTooFarOff(difference: number | undefined): boolean {
  return difference !== undefined && Math.abs(difference) > MAX_CLOCK_DIFFERENCE;
}

/** Any client of the AWS SDK. */
type AwsClient = Pick<S3Client, 'middlewareStack'>;

const clocks = new WeakMap<object, StoreClock>();

/** The clock of the store that a client calls, learnt from every answer to that client, whatever its status. */
export function storeClock(client: object): StoreClock {
  const known = clocks.get(client);
  if (known) {
    return known;
  }
  const learnt = new StoreClock();
  clocks.set(client, learnt);
  // Low priority: next to the wire, below the SDK's own clock correction and retries.
  (client as AwsClient).middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = answer.response as { headers?: Readonly<Record<string, string>> };
      learnt.hear(headers?.date);
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'flowscopeClock' }
  );
  return learnt;
}
