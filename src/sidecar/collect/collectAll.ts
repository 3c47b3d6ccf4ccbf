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
  readonly error?: string;
}

/**
 * Looks through all sources once, side by side; one that fails does not stop the others.
 * Throws `InfluxError` when the store stays away: then no source can go on.
 */
export async function collectAll(
  sources: readonly Source[],
  bucketOf: (source: Source) => Bucket,
  permits: Permits,
  deps: ObjectDependencies,
  eventsOf: (source: Source) => SourceEvents = () => ({}),
  signal?: AbortSignal
): Promise<SourceRun[]> {
  const runs = sources.map(async (source): Promise<SourceRun> => {
    const run = await collectOne(source, bucketOf(source), permits, deps, eventsOf(source), signal);
    await deps.registry.sourceLooked(source.id, deps.now(), run.error);
    return run;
  });
  // All of them, also after a failure: nothing may go on behind the caller's back.
  const settled = await Promise.allSettled(runs);
  return settled.map((run) => {
    if (run.status === 'rejected') {
      throw run.reason;
    }
    return run.value;
  });
}

async function collectOne(
  source: Source,
  ...rest: [Bucket, Permits, ObjectDependencies, SourceEvents, AbortSignal | undefined]
): Promise<SourceRun> {
  try {
    const result = await collectSource(source, ...rest);
    return { source, result, error: result.error };
  } catch (error) {
    if (error instanceof AwsError) {
      return { source, error: error.message };
    }
    throw error;
  }
}
