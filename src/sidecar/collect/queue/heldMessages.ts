import { MAX_MESSAGES, type Queue, type QueueMessage } from '../../aws/queue';
import type { AwsError } from '../../aws/errors';
import { clock } from '../../util/clock';

/**
 * Messages whose objects are in flight: nobody else gets them for as long as they are held. SQS ends that after twelve
 * hours; such a message then comes again, which is harmless.
 */
export class HeldMessages {
  private readonly held = new Map<QueueMessage, { until: number }>();
  private stopTimer!: () => void;

  /** `onError`: a message could not be kept. */
  constructor(
    private readonly queue: Queue,
    private readonly onError: (error: AwsError) => void
  ) {
    this.keepLater();
  }

  /** Holds a message that was received just now. */
  add(message: QueueMessage): void {
    this.held.set(message, { until: this.next() });
  }

  /** Lets go of a message: unless it is deleted, it is received again once its time is over. */
  release(message: QueueMessage): void {
    this.held.delete(message);
  }

  /** Lets go of all. */
  stop(): void {
    this.stopTimer();
    this.held.clear();
  }

  private keepLater(): void {
    const work = () => {
      this.keepLater();
      void this.keepAll();
    };
    this.stopTimer = clock.after((this.queue.visibilitySeconds / 4) * 1000, work, false);
  }

  private next(): number {
    return clock.elapsed() + this.queue.visibilitySeconds * 1000;
  }

  /** Keeps those whose time is more than half over. */
  private async keepAll(): Promise<void> {
    const soon = clock.elapsed() + (this.queue.visibilitySeconds / 2) * 1000;
    const ending = [...this.held].filter(([, { until }]) => until <= soon).map(([message]) => message);
    for (let i = 0; i < ending.length; i += MAX_MESSAGES) {
      const some = ending.slice(i, i + MAX_MESSAGES);
      try {
        const failed = await this.queue.keep(some);
        some.filter((message) => !failed.has(message)).forEach((message) => this.renew(message));
        for (const [message, error] of failed) {
          // What was let go meanwhile may be deleted by now.
          if (this.held.delete(message)) {
            this.onError(error);
          }
        }
      } catch (error) {
        this.onError(error as AwsError);
      }
    }
  }

  private renew(message: QueueMessage): void {
    const hold = this.held.get(message);
    if (hold) {
      hold.until = this.next();
    }
  }
}
