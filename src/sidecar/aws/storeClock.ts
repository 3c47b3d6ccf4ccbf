import type { S3Client } from '@aws-sdk/client-s3';

/** The clock of this machine and that of a store may differ by so much; records would be counted at wrong times beyond it. Seconds. */
export const MAX_CLOCK_DIFFERENCE = 300;
/** So many answers are judged together: one odd answer among them decides nothing. */
export const ANSWERS_JUDGED = 3;

/** When an answer was given by the store's clock, and when it came by one that nobody sets. Milliseconds. */
interface Answer {
  /** Undefined when the answer names no time, or none that can be read. */
  readonly date?: number;
  readonly came: number;
}

/** What the last answers of a store say of its clock. */
export class StoreClock {
  /** Answers heard so far. */
  heard = 0;
  private answers: readonly Answer[] = [];

  /** An answer came. `date`: its header `Date`. */
  hear(date: string | undefined): void {
    const time = Date.parse(date ?? '');
    const answer = { date: Number.isFinite(time) ? time : undefined, came: performance.now() };
    this.answers = [...this.answers, answer].slice(-ANSWERS_JUDGED);
    this.heard++;
  }

  /** Whether as many answers are known as are judged together. */
  get isSure(): boolean {
    return this.answers.length === ANSWERS_JUDGED;
  }

  /**
   * How far a clock that says `now` (milliseconds) is ahead of the store's, in whole seconds; below 0: behind. The median of
   * the last three answers; of two, the smaller difference. Undefined when none of them names a time.
   */
  difference(now: number): number | undefined {
    const elapsed = performance.now();
    const differences = this.answers
      // By now the store's clock has gone on, too: so a clock of ours that jumps shows at once.
      .flatMap(({ date, came }) => (date === undefined ? [] : [now - date - (elapsed - came)]))
      .map((ms) => Math.trunc(ms / 1000))
      .sort((a, b) => a - b);
    const middle = differences.slice(Math.floor((differences.length - 1) / 2), Math.floor(differences.length / 2) + 1);
    return middle.sort((a, b) => Math.abs(a) - Math.abs(b))[0];
  }
}

/** Whether that is more than records bear: see {@link StoreClock.difference}. */
export function isTooFarOff(difference: number | undefined): boolean {
  return difference !== undefined && Math.abs(difference) > MAX_CLOCK_DIFFERENCE;
}

/** Any client of the AWS SDK. */
type AwsClient = Pick<S3Client, 'middlewareStack'>;

const clocks = new WeakMap<object, StoreClock>();

/** The clock of the store that a client talks to, heard from every answer to that client, whatever its status. */
export function storeClock(client: object): StoreClock {
  const known = clocks.get(client);
  if (known) {
    return known;
  }
  const clock = new StoreClock();
  clocks.set(client, clock);
  // Low: next to the wire, below the SDK's own correction of the clock and its retries.
  (client as AwsClient).middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = answer.response as { headers?: Readonly<Record<string, string>> };
      clock.hear(headers?.date);
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'flowscopeClock' }
  );
  return clock;
}
