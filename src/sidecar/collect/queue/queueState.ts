import type { QueueMessage } from '../../aws/queue';

/** A source with a queue is listed all the same, for objects that never had a message. Seconds between two listings. */
export const RECONCILE_SECONDS = 3600;
/** So long a message that is left in the queue is spoken of after it was last received; it is received more often. Seconds. */
const REMEMBERED = 600;
/** As many messages as are told apart. */
const MAX_LEFT = 1000;

/** What is remembered of a source's queue from one look to the next. Times are Unix seconds. */
export class QueueState {
  /**
   * Whether something went wrong: with the queue, or with an object. As long as it is so, the source is looked through as
   * often as one without a queue, so that nothing depends on messages.
   */
  needsListing = false;
  /** When the last listing that reached its end began. */
  private listed = -Infinity;
  private readonly left = new Map<string, { readonly problem: string; readonly until: number }>();

  isListingDue(now: number): boolean {
    return this.needsListing || now - this.listed >= RECONCILE_SECONDS;
  }

  recordListing(began: number): void {
    this.listed = began;
  }

  /** A message was received that is left where it is. */
  recordUnread({ id }: QueueMessage, problem: string, now: number): void {
    if (this.left.has(id) || this.left.size < MAX_LEFT) {
      this.left.set(id, { problem, until: now + REMEMBERED });
    }
  }

  /** What is wrong with the messages that were left, in words; undefined when there are none. */
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
