import type { QueueMessage } from '../../aws/queue';

/** A source with a queue is listed all the same, for objects that never had a message. Seconds between two listings. */
export const RECONCILE_SECONDS = 3600;
/** How long a message that was left in the queue is reported after it was last received; SQS delivers it again sooner. Seconds. */
const REMEMBERED = 600;
/** Messages left in the queue to count at most. */
const MAX_LEFT = 1000;

/** What is remembered of a source's queue from one scan to the next. Times are Unix seconds. */
export class QueueState {
  /**
   * Whether the queue or an object failed in the last scan. If so, the bucket is listed as often as that of a source without a
   * queue, so that nothing depends on messages.
   */
  needsListing = false;
  /** The bucket behind the source's access point, as events name it, once an event of it was seen to be of this source. */
  bucketBehind?: string;
  /** When the last listing that reached its end began. */
  private listed = -Infinity;
  private readonly left = new Map<string, { readonly problem: string; readonly until: number }>();

  isListingDue(now: number): boolean {
    return this.needsListing || now - this.listed >= RECONCILE_SECONDS;
  }

  recordListing(began: number): void {
    this.listed = began;
  }

  /** Records a message that is left in the queue, and why. */
  recordUnread({ id }: QueueMessage, problem: string, now: number): void {
    if (this.left.has(id) || this.left.size < MAX_LEFT) {
      this.left.set(id, { problem, until: now + REMEMBERED });
    }
  }

  /** Why messages were left in the queue, for people; undefined when there are none. */
  problem(queueName: string, now: number): string | undefined {
    this.left.forEach(({ until }, id) => until <= now && this.left.delete(id));
    const [first] = this.left;
    if (!first) {
      return undefined;
    }
    const [id, { problem }] = first;
    const many = this.left.size === MAX_LEFT ? `At least ${MAX_LEFT}` : String(this.left.size);
    return (
      `${many} messages of queue ${queueName} are left in it, as ${id}: ${problem}. ` +
      'Send only the notifications of this bucket to it; a redrive policy puts such messages aside.'
    );
  }
}
