import type { Bucket } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { Queue } from '../aws/queue';
import type { Source } from '../registry/sources';
import type { ObjectDependencies } from './collectObject';
import { collectQueue } from './collectQueue';
import { collectSource, type SourceResult } from './collectSource';
import type { Permits } from './permits';
import { SourceProgress } from './sourceProgress';
import type { SourceEvents } from './sourceWork';

/** How a look through one source ended. `result` is missing when its bucket could not even be listed. */
export interface SourceRun {
  readonly source: Source;
  readonly result?: SourceResult;
  /** Why it failed, in words. */
  readonly error?: string;
  readonly progress: SourceProgress;
}

/** What looking through sources shares. */
export interface SourceTools {
  readonly bucketOf: (source: Source) => Promise<Bucket>;
  /** The queue of a source that has one; without this, all sources are listed. */
  readonly queueOf?: (source: Source) => Promise<Queue | undefined>;
  readonly permits: Permits;
  readonly deps: ObjectDependencies;
}

/**
 * Looks through one source once and notes how that went; `progress` is that source's, from one look to the next. Throws
 * `InfluxError` when the store stays away.
 */
export async function runSource(
  source: Source,
  progress: SourceProgress,
  { bucketOf, queueOf, permits, deps }: SourceTools,
  events: SourceEvents = {},
  signal?: AbortSignal
): Promise<SourceRun> {
  let result: SourceResult | undefined;
  let error: string | undefined;
  progress.begin(deps.now());
  let code: string | undefined;
  try {
    const bucket = await bucketOf(source);
    const queue = await queueOf?.(source);
    const followed = both(progress.events, events);
    result = queue
      ? await collectQueue(source, bucket, queue, progress.queue, permits, deps, followed, signal, progress.folders)
      : await collectSource(source, bucket, permits, deps, followed, signal, progress.folders);
    ({ error, code } = result);
  } catch (failure) {
    if (!(failure instanceof AwsError)) {
      throw failure;
    }
    error = failure.message;
    code = failure.code;
  } finally {
    const isCut = signal?.aborted || result?.isComplete === false;
    progress.end(isCut ? 'stopped' : result ? 'finished' : 'failed');
  }
  if (signal?.aborted) {
    // What an abort cut short is no failure of the source.
    return { source, progress, result };
  }
  await deps.registry.sourceLooked(source.id, deps.now(), error, code);
  return { source, progress, result, error };
}

/** Events for two who want to know. */
function both(first: SourceEvents, second: SourceEvents): SourceEvents {
  return {
    onFound: (objects) => [first, second].forEach((events) => events.onFound?.(objects)),
    onWork: (objects) => [first, second].forEach((events) => events.onWork?.(objects)),
    onWaiting: (object) => [first, second].forEach((events) => events.onWaiting?.(object)),
    onObject: (object, outcome) => [first, second].forEach((events) => events.onObject?.(object, outcome)),
    onFailure: (object, error) => [first, second].forEach((events) => events.onFailure?.(object, error)),
    onQueue: (news) => [first, second].forEach((events) => events.onQueue?.(news)),
  };
}

/**
 * Looks through all sources once, side by side; one that fails does not stop the others. After an abort the objects in flight
 * are finished and no new one is begun.
 * Throws `InfluxError` when the store stays away: then no source can go on.
 */
export async function collectAll(
  sources: readonly Source[],
  tools: SourceTools,
  events: SourceEvents = {},
  signal?: AbortSignal
): Promise<SourceRun[]> {
  // All of them, also after a failure: nothing may go on behind the caller's back.
  const settled = await Promise.allSettled(
    sources.map((source) => runSource(source, new SourceProgress(), tools, events, signal))
  );
  return settled.map((run) => {
    if (run.status === 'rejected') {
      throw run.reason;
    }
    return run.value;
  });
}
