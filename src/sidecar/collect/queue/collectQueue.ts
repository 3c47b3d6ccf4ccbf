import type { Bucket } from '../../aws/bucket';
import { AwsError } from '../../aws/errors';
import { readNotification } from '../../aws/notification';
import { MAX_MESSAGES, type Queue, type QueueMessage } from '../../aws/queue';
import { mayHoldFlowLogs } from '../../records/objectName';
import type { Source } from '../../registry/sources';
import { Batches } from '../../util/batches';
import type { ObjectDependencies } from '../object/collectObject';
import { collectListed, type SourceResult } from '../collectSource';
import type { FolderMemory } from '../folderMemory';
import { HeldMessages } from './heldMessages';
import type { Permits } from '../permits';
import type { QueueMemory } from './queueState';
import { isSettled, SourceWork, type SourceEvents } from '../sourceWork';

/** A look that does not get to the queue's end ends after so long, so that it can be said how things stand. Seconds. */
const LONGEST = 60;
/** As long as a receipt waits once there was a message; with none, SQS would look at some of its servers only. Seconds. */
const SHORT_WAIT = 1;
/** Messages that wait for their objects, or for their own deletion, beyond which no more are received. */
const MOST_HANDLED = 1000;

/**
 * Looks through a source with a queue once: what the queue has told until now is collected as a listing's objects are, and
 * meanwhile the bucket is listed when that is due. A message is deleted only when all its objects reached a final state;
 * else it is received again. The queue's errors are part of the result, since a listing does without it.
 * Throws like `collectSource`.
 */
export async function collectQueue(
  source: Source,
  bucket: Bucket,
  queue: Queue,
  memory: QueueMemory,
  permits: Permits,
  deps: ObjectDependencies,
  events: SourceEvents = {},
  signal?: AbortSignal,
  folders?: FolderMemory
): Promise<SourceResult> {
  const { registry, now } = deps;
  const started = now();
  // Also what is to be tried again after a restart, or because somebody said so.
  const { refused, notRead, undeleted } = await registry.leftObjects(source.id, started);
  const lists = memory.isListingDue(started) || refused + notRead + undeleted > 0;
  memory.isTroubled = true;
  const work = new SourceWork(source, bucket, permits, deps, events, signal);
  if (!(await work.isClockRight())) {
    // Before a message is received: how often one was, a redrive policy counts.
    await work.end();
  }
  const reader = new QueueReader(source, queue, memory, work, now, events, signal);
  let isListing = lists;
  const listing = lists
    ? collectListed(source, bucket, work, deps, signal, folders).finally(() => (isListing = false))
    : Promise.resolve();
  const [listed, drained] = await Promise.allSettled([listing, reader.drain(() => isListing)]);
  await work.end();
  for (const ended of [listed, drained]) {
    if (ended.status === 'rejected') {
      throw ended.reason;
    }
  }
  const { backlog, oldest } = work;
  const { failure } = reader;
  if (!work.mustStop) {
    memory.isTroubled = failure !== undefined || work.error !== undefined || backlog + reader.refused > 0;
    if (lists) {
      memory.wasListed(started);
    }
  }
  const left = memory.problem(queue.name, now());
  const ofQueue = failure ?? (left === undefined ? undefined : { code: 'unread', message: left });
  return {
    ...{ backlog, oldest },
    error: work.error ?? ofQueue?.message,
    code: work.error === undefined && ofQueue ? `sqs:${ofQueue.code}` : undefined,
    isComplete: lists || (drained.status === 'fulfilled' && drained.value),
    isTold: !memory.isTroubled,
  };
}

/** Receives what a queue has, and deletes messages whose objects are done with. */
class QueueReader {
  /** What went wrong with the queue first. */
  failure?: AwsError;
  /** Messages of which an object was not done with: they are received again. */
  refused = 0;
  private readonly held: HeldMessages;
  private readonly handling = new Set<Promise<void>>();
  private readonly deleting = new Batches<QueueMessage, void>(
    async (messages) => {
      const failed = await this.queue.delete(messages);
      return messages.map((message) => (failed.has(message) ? { error: failed.get(message) } : { result: undefined }));
    },
    { underWay: 1, size: MAX_MESSAGES, sizeOf: () => 1 }
  );

  constructor(
    private readonly source: Source,
    private readonly queue: Queue,
    private readonly memory: QueueMemory,
    private readonly work: SourceWork,
    private readonly now: () => number,
    private readonly events: SourceEvents,
    private readonly signal?: AbortSignal
  ) {
    this.held = new HeldMessages(queue, (error) => this.fail(error));
  }

  /**
   * Reads until there is no message, or only such as were sent since this began: SQS keeps no order, but nearly. Goes on
   * while `isNeeded`. Waits for the messages' objects. Returns whether it got to the end.
   */
  async drain(isNeeded: () => boolean): Promise<boolean> {
    const { work, now, events } = this;
    const started = now();
    let isDrained = false;
    let waitSeconds = this.queue.waitSeconds;
    try {
      do {
        const messages = await this.queue.receive(waitSeconds, this.signal);
        // All of them at once: they may wait for room.
        messages.forEach((message) => this.held.add(message));
        for (const message of messages) {
          await this.begin(message);
        }
        // Those of which nothing is left to do need no room, and would come together before a queue that deletes slowly.
        while (this.handling.size > MOST_HANDLED) {
          await Promise.race(this.handling);
        }
        waitSeconds = messages.length > 0 ? Math.min(SHORT_WAIT, this.queue.waitSeconds) : this.queue.waitSeconds;
        isDrained = messages.every(({ sent }) => sent > started);
      } while (!work.mustStop && (isNeeded() || (!isDrained && now() - started < LONGEST)));
      events.onQueue?.({ waiting: isDrained ? 0 : await this.queue.depth() });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      if (!this.signal?.aborted) {
        this.fail(error);
      }
    } finally {
      await Promise.all(this.handling);
      this.held.stop();
    }
    return isDrained && this.failure === undefined;
  }

  /** Hands over a message's objects, as there is room. */
  private async begin(message: QueueMessage): Promise<void> {
    const { source, work } = this;
    const notification = readNotification(message.body);
    if (notification.problem !== undefined) {
      this.leave(message, notification.problem);
      return;
    }
    const other = notification.events.find(({ bucket }) => bucket !== source.bucket);
    if (other) {
      // It may be what somebody else waits for.
      this.leave(message, `it is about bucket ${other.bucket}, and this source reads ${source.bucket}`);
      return;
    }
    const objects = notification.events.flatMap(({ object }) =>
      object?.key.startsWith(source.prefix) && mayHoldFlowLogs(object.key) ? [object] : []
    );
    const handled = await work.take(objects, isSettled);
    const task = this.settle(
      message,
      handled.map(({ isFinal }) => isFinal),
      notification.events.length - objects.length
    ).finally(() => this.handling.delete(task));
    this.handling.add(task);
  }

  /** Deletes a message when its objects are done with. `ignored`: its other events; told then, since until then it comes again. */
  private async settle(
    message: QueueMessage,
    objects: ReadonlyArray<Promise<boolean>>,
    ignored: number
  ): Promise<void> {
    try {
      if ((await Promise.all(objects)).every(Boolean)) {
        this.held.release(message);
        await this.deleting.add(message);
        this.events.onQueue?.({ ignored });
      } else {
        this.refused++;
      }
    } catch (error) {
      // Its objects are in the ledger, so that it does no harm when it comes again.
      this.fail(error as AwsError);
    } finally {
      this.held.release(message);
    }
  }

  private leave(message: QueueMessage, problem: string): void {
    this.held.release(message);
    this.memory.leave(message, problem, this.now());
    this.events.onQueue?.({ unread: 1 });
  }

  private fail(error: AwsError): void {
    this.failure ??= error;
    this.events.onQueue?.({ errors: 1 });
  }
}
