import type { EventEmitter } from 'node:events';
import type { Bucket, ObjectRef } from '../aws/bucket';
import type { AwsError } from '../aws/errors';
import type { Source } from '../registry/sources';
import type { ObjectDependencies } from './object/dependencies';
import type { ObjectOutcome } from './object/object';
import type { Permits } from './permits';

/** What one scan of a source works with. */
export interface Scan {
  readonly source: Source;
  readonly bucket: Bucket;
  readonly permits: Permits;
  readonly deps: ObjectDependencies;
  readonly events: ScanEvents;
  /** Aborted when nothing new may be begun. */
  readonly signal?: AbortSignal;
}

/** What one scan of a source reports while it goes on. The pipeline and the queue's reader emit; anybody may listen. */
export type ScanEvents = EventEmitter<{
  /** Work was found: how many objects are to be collected or deleted, and which of them are to be collected. */
  found: [objects: number, toCollect: readonly ObjectRef[]];
  /** An object reached its outcome. One that may be deleted is not deleted yet. */
  object: [object: ObjectRef, outcome: ObjectOutcome];
  /** An object waits for the next scan: it, or others of its folder, could not be fetched. */
  waiting: [object: ObjectRef];
  /** An object could not be fetched or deleted. The next scan tries again. */
  failure: [object: ObjectRef, error: AwsError];
  /** What the source's queue brought besides objects. */
  queue: [news: QueueNews];
}>;

/** Counts of what a queue brought since the previous news. */
export interface QueueNews {
  /** Events of objects outside the source's prefix, or that are no flow logs. */
  readonly ignored?: number;
  /** Messages left in the queue: they cannot be parsed, or are about another bucket. */
  readonly unread?: number;
  /** Failed calls to SQS. */
  readonly errors?: number;
  /** Roughly how many messages wait in the queue now. */
  readonly waiting?: number;
}

/** What a scan that could list the bucket, or read the queue, left there, and what went wrong first. */
export interface SourceResult {
  /** Objects that were found but not finished, and how old the oldest of them is (Unix seconds of its writing). */
  readonly backlog: number;
  readonly oldest?: number;
  /** The first failure, in words; undefined when there was none. */
  readonly error?: string;
  /** The code of {@link error}, if it is one of the queue: `sqs:…`. */
  readonly code?: string;
  /** Whether the scan reached the end: of the bucket's listing, or of the queue. */
  readonly isComplete: boolean;
  /** Whether the queue announces new objects, so that the next scan begins at once. */
  readonly isNotifiedByQueue?: boolean;
}
