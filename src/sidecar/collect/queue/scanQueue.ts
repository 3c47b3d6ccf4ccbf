import { accessPointOf } from '../../../contract/accessPoint';
import { AwsError } from '../../aws/errors';
import type { ObjectRef } from '../../aws/bucket';
import { readNotification, type BucketEvent } from '../../aws/notification';
import { MAX_MESSAGES, type Queue, type QueueMessage } from '../../aws/queue';
import { mayHoldFlowLogs } from '../../records/objectName';
import { Batches } from '../../util/batches';
import type { Remaining } from '../object/object';
import { isSettled } from '../object/objectLedger';
import { ObjectPipeline } from '../object/pipeline';
import type { Scan, SourceResult } from '../scan';
import { HeldMessages } from './heldMessages';
import type { QueueState } from './queueState';

/** A scan ends after this time even if the queue has more messages, so that its progress is reported. Seconds. */
const MAX_SCAN_SECONDS = 60;
/** How long a receive waits after one that brought messages; with 0, SQS would ask only some of its servers. Seconds. */
const SHORT_WAIT = 1;
/** No more messages are received while this many wait for their objects or for their own deletion. */
const MAX_HANDLED = 1000;

/**
 * Scans a source with a queue once: collects the objects that the queue has announced until now, and lists the bucket at the same
 * time when that is due. A message is deleted only when all its objects reached a final state, or are stored while deletion is on
 * hold, since a listing finds those; otherwise SQS delivers it again.
 * Errors of the queue are part of the result, since the bucket can be listed without it.
 * `list`: hands all that the bucket lists to the pipeline. Throws like `scanBucket`.
 */
export async function scanQueue(
  scan: Scan,
  queue: Queue,
  memory: QueueState,
  list: (pipeline: ObjectPipeline) => Promise<void>
): Promise<SourceResult> {
  const { source, deps } = scan;
  const { registry, now } = deps;
  const started = now();
  // Also what is to be tried again after a restart, or because somebody said so.
  const { refused, notRead, undeleted } = await registry.countRemaining(source.id, started);
  // What is not to be deleted now need not be found every minute.
  const toDelete = (await registry.deletionHold()) ? 0 : undeleted;
  const lists = !source.isListedByOther && (memory.isListingDue(started) || refused + notRead + toDelete > 0);
  memory.needsListing = true;
  const pipeline = new ObjectPipeline(scan);
  if (!(await pipeline.isClockRight())) {
    // Before a message is received: how often one was, a redrive policy counts.
    await pipeline.end();
  }
  const reader = new QueueReader(scan, queue, memory, pipeline);
  let isListing = lists;
  const listing = lists ? list(pipeline).finally(() => (isListing = false)) : Promise.resolve();
  const [listed, drained] = await Promise.allSettled([listing, reader.drain(() => isListing)]);
  await pipeline.end();
  for (const ended of [listed, drained]) {
    if (ended.status === 'rejected') {
      throw ended.reason;
    }
  }
  const { backlog, oldest, error } = pipeline;
  const { failure } = reader;
  if (!pipeline.mustStop) {
    memory.needsListing = failure !== undefined || error !== undefined || backlog + reader.refused > 0;
    if (lists) {
      memory.recordListing(started);
    }
  }
  const left = memory.problem(queue.name, now());
  const ofQueue = failure ?? (left === undefined ? undefined : { code: 'unread', message: left });
  return {
    ...{ backlog, oldest },
    error: error ?? ofQueue?.message,
    code: error === undefined && ofQueue ? `sqs:${ofQueue.code}` : undefined,
    isComplete: lists || (drained.status === 'fulfilled' && drained.value),
    isNotifiedByQueue: !memory.needsListing,
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
    private readonly scan: Scan,
    private readonly queue: Queue,
    private readonly memory: QueueState,
    private readonly pipeline: ObjectPipeline
  ) {
    this.held = new HeldMessages(queue, (error) => this.fail(error));
  }

  /**
   * Reads until there is no message, or only such as were sent since this began: SQS keeps no order, but nearly. Goes on
   * while `isNeeded`. Waits for the messages' objects. Returns whether it got to the end.
   */
  async drain(isNeeded: () => boolean): Promise<boolean> {
    const { pipeline, queue } = this;
    const { deps, events, signal } = this.scan;
    const { now } = deps;
    const started = now();
    let isDrained = false;
    let { waitSeconds } = queue;
    try {
      do {
        const messages = await queue.receive(waitSeconds, signal);
        // All of them at once: they may wait for room.
        messages.forEach((message) => this.held.add(message));
        for (const message of messages) {
          await this.begin(message);
        }
        // Those of which nothing is left to do need no room, and would come together before a queue that deletes slowly.
        while (this.handling.size > MAX_HANDLED) {
          await Promise.race(this.handling);
        }
        waitSeconds = messages.length > 0 ? Math.min(SHORT_WAIT, queue.waitSeconds) : queue.waitSeconds;
        isDrained = messages.every(({ sent }) => sent > started);
      } while (!pipeline.mustStop && (isNeeded() || (!isDrained && now() - started < MAX_SCAN_SECONDS)));
      events.emit('queue', { waiting: isDrained ? 0 : await queue.depth() });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      if (!signal?.aborted) {
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
    const { source } = this.scan;
    const notification = readNotification(message.body);
    if (notification.problem !== undefined) {
      this.leave(message, notification.problem);
      return;
    }
    const other = await this.eventOfOther(notification.events);
    if (other) {
      // It may be what somebody else waits for.
      this.leave(message, `it is about bucket ${other.bucket}, and this source reads ${this.whatIsRead()}`);
      return;
    }
    const objects = notification.events.flatMap(({ object }) =>
      object?.key.startsWith(source.prefix) && mayHoldFlowLogs(object.key) ? [object] : []
    );
    const taken = await this.pipeline.take(objects, isSettled);
    const task = this.settle(
      message,
      taken.map(({ remaining }) => remaining),
      notification.events.length - objects.length
    ).finally(() => this.handling.delete(task));
    this.handling.add(task);
  }

  /** The first event that is not of what this source reads; undefined when all are. */
  private async eventOfOther(events: readonly BucketEvent[]): Promise<BucketEvent | undefined> {
    const { source } = this.scan;
    const { memory } = this;
    if (accessPointOf(source.bucket) !== undefined) {
      // Events name the bucket behind it, which nothing tells but an object that both have.
      for (const { bucket, object } of memory.bucketBehind === undefined ? events : []) {
        if (object && (await this.isOfSource(object))) {
          memory.bucketBehind = bucket;
          break;
        }
      }
    }
    return events.find(({ bucket }) => bucket !== (memory.bucketBehind ?? source.bucket));
  }

  /** Whether the ledger or a listing of this source knows exactly that object. */
  private async isOfSource({ key, etag }: ObjectRef): Promise<boolean> {
    const { source, bucket, deps, signal } = this.scan;
    const known = await deps.registry.lookUpListed(source.id, [key], deps.now());
    if (known[key]?.etag === etag) {
      return true;
    }
    const { objects } = await bucket.list(key, { limit: 1 }, signal);
    return objects.some((object) => object.key === key && object.etag === etag);
  }

  private whatIsRead(): string {
    const { bucket } = this.scan.source;
    const { bucketBehind } = this.memory;
    return accessPointOf(bucket) === undefined
      ? bucket
      : `access point ${bucket}, ${bucketBehind === undefined ? 'of which nothing has shown yet that this is its bucket' : `of bucket ${bucketBehind}`}`;
  }

  /** Deletes a message once its objects are finished. `ignored`: its other events, counted then, so that none counts twice. */
  private async settle(
    message: QueueMessage,
    objects: ReadonlyArray<Promise<Remaining>>,
    ignored: number
  ): Promise<void> {
    try {
      if ((await Promise.all(objects)).every((remaining) => remaining !== 'all')) {
        this.held.release(message);
        await this.deleting.add(message);
        this.scan.events.emit('queue', { ignored });
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
    this.memory.recordUnread(message, problem, this.scan.deps.now());
    this.scan.events.emit('queue', { unread: 1 });
  }

  private fail(error: AwsError): void {
    this.failure ??= error;
    this.scan.events.emit('queue', { errors: 1 });
  }
}
