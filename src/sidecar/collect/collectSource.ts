import type { Bucket } from '../aws/bucket';
import { mayHoldFlowLogs } from '../records/objectName';
import type { Source } from '../registry/sources';
import type { ObjectDependencies } from './object/collectObject';
import { discover } from './discover';
import { FolderMemory } from './folderMemory';
import type { Permits } from './permits';
import { SourceWork, type SourceEvents } from './sourceWork';

/** What is still in the bucket after a look through it. */
export interface SourceResult {
  /** Objects that were found but not finished, and how old the oldest of them is (Unix seconds of its writing). */
  readonly backlog: number;
  readonly oldest?: number;
  /** The first failure, in words; undefined when there was none. */
  readonly error?: string;
  /** What {@link error} is called, where it is one of the queue. */
  readonly code?: string;
  /** Whether the look got to the end of all there is: of the bucket's listing, or of what a queue had to tell. */
  readonly isComplete: boolean;
  /** Whether new objects will be told of, so that the next look need not wait. */
  readonly isTold?: boolean;
}

/**
 * Looks through a source once: every listed object that is new is collected, several at a time, and deleted once stored.
 * After an abort the objects in flight are finished and no new one is begun. `folders`: what is remembered from one look to
 * the next; without it everything is listed.
 * Throws `AwsError` when the bucket cannot be listed or this machine's clock is wrong, `InfluxError` when the store stays away.
 */
export async function collectSource(
  source: Source,
  bucket: Bucket,
  permits: Permits,
  deps: ObjectDependencies,
  events: SourceEvents = {},
  signal?: AbortSignal,
  folders?: FolderMemory
): Promise<SourceResult> {
  const work = new SourceWork(source, bucket, permits, deps, events, signal);
  await collectListed(source, bucket, work, deps, signal, folders);
  const { backlog, oldest, error } = work;
  return { backlog, oldest, error, isComplete: true };
}

/** Hands over all that the bucket lists, and waits until it is done with. Throws like {@link collectSource}. */
export async function collectListed(
  { id, prefix }: Source,
  bucket: Bucket,
  work: SourceWork,
  { registry, now }: ObjectDependencies,
  signal?: AbortSignal,
  folders = new FolderMemory()
): Promise<void> {
  const started = now();
  folders.begin(prefix, started);
  try {
    await wakeUnfinished(id, folders, registry);
    for await (const page of discover(bucket, prefix, signal, folders)) {
      const [objects, others] = [true, false].map((may) => page.filter(({ key }) => mayHoldFlowLogs(key) === may));
      const handled = await work.take(objects);
      handled.forEach(({ isKnown, isFinal }, i) =>
        isKnown ? folders.leftover(objects[i].key) : folders.news(objects[i].key, isFinal)
      );
      others.forEach(({ key }) => folders.leftover(key));
      if (work.mustStop) {
        break;
      }
    }
  } catch (error) {
    // Nothing may go on behind the caller's back.
    await work.end();
    throw error;
  }
  await work.end();
  if (!work.mustStop) {
    await registry.sourceListed(id, started, now(), folders.end());
  }
}

/** With more objects than this to be tried again, everything is listed. */
const MOST_WOKEN = 1000;

/** Objects that are to be tried again, as when they were taken out of quarantine, are listed at once wherever they lie. */
async function wakeUnfinished(
  id: string,
  folders: FolderMemory,
  registry: ObjectDependencies['registry']
): Promise<void> {
  if (folders.hasResting) {
    const keys = await registry.unfinishedKeys(id, MOST_WOKEN + 1);
    if (keys.length > MOST_WOKEN) {
      folders.wakeAll();
    }
    keys.forEach((key) => folders.wake(key));
  }
}
