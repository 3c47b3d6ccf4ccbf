import type { ObjectRef } from '../aws/bucket';
import { flowLogCompleteness, type FlowLogCompleteness } from '../completeness/flowLog';
import { minOf } from '../completeness/extremes';
import { WaitingSlots } from '../completeness/waitingSlots';
import { parseObjectName } from '../records/objectName';
import { isMalformed, type RecordReason } from '../records/reasons';
import type { DeliveredSlot } from '../registry/deliveries';
import { FolderMemory } from './folderMemory';
import type { ObjectOutcome } from './object/object';
import { QueueState } from './queue/queueState';
import type { QueueNews, ScanEvents } from './scan';

/** What was done since the last {@link SourceProgress.takeDone}, named as the fields of the measurement `collection`. */
export interface WorkDone {
  /** Objects stored. */
  readonly objects: number;
  /** Their records: traffic, and all that was counted by reason. */
  readonly records: number;
  readonly malformed: number;
  readonly skipdata: number;
  /** Failed calls to S3, listings included, and to SQS. */
  readonly errors: number;
  /** Of a source with a queue: events of objects that are none of its own, and receipts of messages that were left. */
  readonly events_ignored?: number;
  readonly messages_unread?: number;
}

/** Objects that were found and not finished. */
export interface Backlog {
  /** During a scan at least those found so far. */
  readonly objects: number;
  /** When the oldest of them was written, Unix seconds. */
  readonly oldest?: number;
}

/** The objects that a scan left waiting. */
class ScanBacklog {
  objects = 0;
  oldest?: number;
  readonly slots: WaitingSlots;
  /** The account of each flow log that waits. */
  readonly accounts = new Map<string, string>();

  /** `started`: when its listing began. */
  constructor(readonly started: number) {
    this.slots = new WaitingSlots(started);
  }

  wait({ key, modified }: ObjectRef): void {
    this.objects++;
    this.oldest = Math.min(this.oldest ?? modified, modified);
    const { flowLogId, account, slot } = parseObjectName(key);
    if (flowLogId !== undefined && account !== undefined && slot !== undefined) {
      this.slots.add(flowLogId, { slot, arrived: modified });
      this.accounts.set(flowLogId, account);
    }
  }
}

const NOTHING_DONE = { objects: 0, records: 0, malformed: 0, skipdata: 0, errors: 0 };

/**
 * Follows the scans of one source: what is done, what waits, and how complete the data is. Only a scan that reached the end of
 * its listing knows what is missing, so completeness is that of the last such scan.
 */
export class SourceProgress {
  /** Events of its queue that were about what is none of the source's, so far. */
  ignoredEvents = 0;
  /** Records stored and failed calls, since it began. */
  readonly totals = { records: 0, errors: 0 };
  private done: WorkDone = NOTHING_DONE;
  private finished?: ScanBacklog;
  private current?: ScanBacklog;
  /** Objects of the current scan that are not finished: a page of the listing, and those in flight. */
  private readonly open = new Map<string, ObjectRef>();
  /** Messages that wait in the source's queue. */
  private queued = 0;
  /** What is remembered of its queue. */
  readonly queue = new QueueState();
  /** Which of its folders need not be listed in every scan. */
  readonly folders = new FolderMemory();

  /** Listens to a scan that is about to begin. */
  follow(events: ScanEvents): void {
    events
      .on('found', (_objects, toCollect) => toCollect.forEach((object) => this.open.set(object.key, object)))
      .on('waiting', (object) => this.putOff(object))
      .on('failure', () => this.add({ errors: 1 }))
      .on('object', (object, outcome) => {
        this.ended(object, outcome);
        this.folders.ended(object.key, outcome);
      })
      .on('queue', (news) => this.countNews(news));
  }

  /** Begins a scan, at `now` (Unix seconds). */
  begin(now: number): void {
    this.current = new ScanBacklog(now);
  }

  /** Ends a scan: `finished` when it reached the end of its listing. */
  end(how: 'finished' | 'stopped' | 'failed'): void {
    if (how === 'finished') {
      this.finished = this.current;
    } else if (how === 'failed') {
      this.add({ errors: 1 });
    }
    this.current = undefined;
    this.open.clear();
  }

  /** What was done since the last call. */
  takeDone(): WorkDone {
    const { done } = this;
    this.done = NOTHING_DONE;
    return done;
  }

  /** What waits; undefined before the first scan. */
  backlog(): Backlog | undefined {
    const { current, finished, open, queued } = this;
    if (!current) {
      return finished && { objects: finished.objects + queued, oldest: finished.oldest };
    }
    // What waited before this scan will be found by it, too.
    const objects = Math.max(current.objects + open.size, finished?.objects ?? 0) + queued;
    const written = [...open.values()].map(({ modified }) => modified);
    const oldest = [current.oldest, finished?.oldest, ...written].filter((time) => time !== undefined);
    return { objects, oldest: minOf(oldest) };
  }

  /** How complete each flow log's data is. Undefined before a scan has reached the end of its listing. */
  completeness(delivered: readonly DeliveredSlot[]): FlowLogCompleteness[] | undefined {
    const { finished } = this;
    if (!finished) {
      return undefined;
    }
    const done = Map.groupBy(delivered, ({ flowLog }) => flowLog);
    return [...new Set([...done.keys(), ...finished.slots.flowLogs])].flatMap((id) => {
      const slots = done.get(id) ?? [];
      const account = slots.at(-1)?.account ?? finished.accounts.get(id)!;
      const hasLongSpans = slots.some((slot) => slot.hasLongSpans);
      const log = { id, account, hasLongSpans, done: slots, waiting: finished.slots.slotsOf(id) };
      return flowLogCompleteness(log, finished.started) ?? [];
    });
  }

  private putOff(object: ObjectRef): void {
    this.open.delete(object.key);
    this.current?.wait(object);
  }

  private ended(object: ObjectRef, { state, summary }: ObjectOutcome): void {
    if (state === 'refused') {
      this.putOff(object);
      return;
    }
    this.open.delete(object.key);
    if (state === 'stored' && summary) {
      const reasons = Object.entries(summary.reasons) as Array<[RecordReason, number]>;
      const malformed = reasons.reduce((sum, [reason, count]) => sum + (isMalformed(reason) ? count : 0), 0);
      this.add({ objects: 1, records: summary.records, malformed, skipdata: summary.reasons.skipdata ?? 0 });
    }
  }

  private countNews({ waiting, ignored = 0, unread = 0, errors = 0 }: QueueNews): void {
    this.queued = waiting ?? this.queued;
    this.ignoredEvents += ignored;
    this.add({ errors, events_ignored: ignored, messages_unread: unread });
  }

  private add(more: Partial<WorkDone>): void {
    const sums: { -readonly [name in keyof WorkDone]: WorkDone[name] } = { ...this.done };
    for (const [name, count] of Object.entries(more) as Array<[keyof WorkDone, number]>) {
      sums[name] = (sums[name] ?? 0) + count;
    }
    this.totals.records += more.records ?? 0;
    this.totals.errors += more.errors ?? 0;
    this.done = sums;
  }
}
