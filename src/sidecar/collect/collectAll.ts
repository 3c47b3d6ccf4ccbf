import type { Bucket } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { Source } from '../registry/sources';
import type { ObjectDependencies } from './collectObject';
import { collectSource, type SourceEvents, type SourceResult } from './collectSource';
import type { Permits } from './permits';

/** How a look through one source ended. `result` is missing when its bucket could not even be listed. */
export interface SourceRun {
  readonly source: Source;
  readonly result?: SourceResult;
  /** Why it failed, in words. */
  readonly error?: string;
  /** Objects that were stored. */
  readonly stored: number;
}

/** What looking through sources shares. */
export interface SourceTools {
  readonly bucketOf: (source: Source) => Promise<Bucket>;
  readonly permits: Permits;
  readonly deps: ObjectDependencies;
}

/** Looks through one source once and notes how that went. Throws `InfluxError` when the store stays away. */
export async function runSource(
  source: Source,
  { bucketOf, permits, deps }: SourceTools,
  events: SourceEvents = {},
  signal?: AbortSignal
): Promise<SourceRun> {
  let stored = 0;
  const counting: SourceEvents = {
    ...events,
    onObject: (object, outcome) => {
      stored += outcome.state === 'stored' ? 1 : 0;
      events.onObject?.(object, outcome);
    },
  };
  let result: SourceResult | undefined;
  let error: string | undefined;
  let code: string | undefined;
  try {
    result = await collectSource(source, await bucketOf(source), permits, deps, counting, signal);
    error = result.error;
  } catch (failure) {
    if (!(failure instanceof AwsError)) {
      throw failure;
    }
    error = failure.message;
    code = failure.code;
  }
  if (signal?.aborted) {
    // What an abort cut short is no failure of the source.
    return { source, result, stored };
  }
  await deps.registry.sourceLooked(source.id, deps.now(), error, code);
  return { source, result, error, stored };
}

/**
 * Looks through all sources once, side by side; one that fails does not stop the others.
 * Throws `InfluxError` when the store stays away: then no source can go on.
 */
export async function collectAll(
  sources: readonly Source[],
  tools: SourceTools,
  events: SourceEvents = {}
): Promise<SourceRun[]> {
  // All of them, also after a failure: nothing may go on behind the caller's back.
  const settled = await Promise.allSettled(sources.map((source) => runSource(source, tools, events)));
  return settled.map((run) => {
    if (run.status === 'rejected') {
      throw run.reason;
    }
    return run.value;
  });
}
