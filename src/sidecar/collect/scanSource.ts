import { EventEmitter } from 'node:events';
import type { Bucket } from '../aws/bucket';
import { AwsError } from '../aws/errors';
import type { Queue } from '../aws/queue';
import { hasOtherEnding, mayHoldFlowLogs } from '../records/objectName';
import { RegistryError } from '../registry/errors';
import { RegistryDied } from '../registry/registry';
import type { Source } from '../registry/sources';
import { InfluxError } from '../store/influx';
import { discover } from './discover';
import { FolderMemory } from './folderMemory';
import type { ObjectDependencies } from './object/dependencies';
import { ObjectPipeline } from './object/pipeline';
import type { Permits } from './permits';
import { scanQueue } from './queue/scanQueue';
import type { Scan, ScanEvents, SourceResult } from './scan';
import { SourceProgress } from './sourceProgress';
import { StoreLost } from './storeClaim';

/** How the scan of a source ended. */
export interface ScanResult {
  readonly source: Source;
  /** What it left; missing when the bucket could not be listed. */
  readonly result?: SourceResult;
  /** Why it failed, in words. */
  readonly error?: string;
  /** The error itself if nobody expected it, for the log. */
  readonly unexpected?: Error;
  readonly progress: SourceProgress;
}

/** How the scan of one of several sources ended. */
export interface ScanAttempt extends ScanResult {
  /** Why it ended early, if that concerns all sources: the store or the registry is away. The registry has no note of it. */
  readonly failure?: unknown;
}

/** What the scans of all sources share. */
export interface SourceTools {
  readonly bucketOf: (source: Source) => Promise<Bucket>;
  /** The queue of a source; undefined for a source without one. Without this function every source is listed. */
  readonly queueOf?: (source: Source) => Promise<Queue | undefined>;
  readonly permits: Permits;
  readonly deps: ObjectDependencies;
}

/** Errors that stop every source. Any other error belongs to the source in which it happened. */
const SHARED_FAILURES = [InfluxError, RegistryError, RegistryDied, StoreLost];

/** Whether an error is one of the store, the registry or this machine's disk, so that no source can continue. */
function concernsAllSources(error: unknown): boolean {
  return (
    SHARED_FAILURES.some((kind) => error instanceof kind) || (error as NodeJS.ErrnoException).syscall !== undefined
  );
}

/** An error of one source as an `AwsError`: its message is for administrators, its `code` decides what viewers see. */
function toSourceError(failure: unknown): AwsError {
  if (failure instanceof AwsError) {
    return failure;
  }
  if (failure instanceof RegistryError) {
    return new AwsError('SecretNotOpened', failure.message, { cause: failure });
  }
  const said = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  return new AwsError(
    UNEXPECTED,
    `The scan of this source failed unexpectedly (${said}). It is tried again with the next scan. If this goes on, ` +
      "check the source's settings with flowscope test, and report it with what the log says.",
    { cause: failure }
  );
}

const UNEXPECTED = 'Unexpected';

/** The clients of a source. `queueProblem`: why there is none for its queue. */
interface Connected {
  readonly bucket: Bucket;
  readonly queue?: Queue;
  readonly queueProblem?: AwsError;
}

/**
 * Makes the clients for a source's bucket and queue. Throws `AwsError` when there is none for the bucket: its settings are
 * wrong. A queue that fails is returned as `queueProblem`, since the bucket can be listed without it.
 */
async function connectSource(source: Source, { bucketOf, queueOf }: SourceTools): Promise<Connected> {
  let bucket: Bucket;
  try {
    bucket = await bucketOf(source);
  } catch (failure) {
    throw toSourceError(failure);
  }
  try {
    return { bucket, queue: await queueOf?.(source) };
  } catch (failure) {
    return { bucket, queueProblem: toSourceError(failure) };
  }
}

/**
 * Scans one source once and records how that went. `progress`: the source's own, kept from scan to scan. An error of the source
 * alone is in the result. Throws what concerns all sources: `InfluxError` when the store stays away,
 * `RegistryError`, and the system's errors of reading and writing.
 */
export async function scanSource(
  source: Source,
  progress: SourceProgress,
  tools: SourceTools,
  events: ScanEvents = new EventEmitter(),
  signal?: AbortSignal
): Promise<ScanResult> {
  const { permits, deps } = tools;
  progress.follow(events);
  progress.begin(deps.now());
  let ended: Ended | undefined;
  try {
    const connected = await connectSource(source, tools);
    ended = await runScan({ source, permits, deps, events, signal }, connected, progress);
  } catch (failure) {
    if (concernsAllSources(failure)) {
      throw failure;
    }
    const own = toSourceError(failure);
    ended = { error: own.message, code: own.code, unexpected: causeOf(own) };
  } finally {
    const isCut = signal?.aborted || ended?.result?.isComplete === false;
    progress.end(isCut ? 'stopped' : ended?.result ? 'finished' : 'failed');
  }
  const { result, error, code, unexpected } = ended;
  if (signal?.aborted) {
    // What an abort cut short is no failure of the source.
    return { source, progress, result };
  }
  await deps.registry.recordScan(source.id, deps.now(), error, code);
  return { source, progress, result, error, unexpected };
}

/** What a scan came to. `code`: that of its error, for the registry. */
type Ended = Pick<ScanResult, 'result' | 'error' | 'unexpected'> & Pick<SourceResult, 'code'>;

/** Scans a source whose bucket has its client; without its queue where there is a problem with that. */
async function runScan(
  what: Omit<Scan, 'bucket'>,
  { bucket, queue, queueProblem }: Connected,
  progress: SourceProgress
): Promise<Ended> {
  const scan: Scan = { ...what, bucket };
  const result = queue
    ? await scanQueue(scan, queue, progress.queue, (pipeline) => collectListed(scan, pipeline, progress.folders))
    : await scanBucket(scan, progress.folders);
  const { error, code } = result;
  if (!queueProblem) {
    return { result, error, code };
  }
  scan.events.emit('queue', { errors: 1 });
  const problem = { error: queueProblem.message, code: `sqs:${queueProblem.code}` };
  return { result, ...(error === undefined ? problem : { error, code }), unexpected: causeOf(queueProblem) };
}

/** The error that nobody expected; undefined when this is none. */
function causeOf({ code, cause }: AwsError): Error | undefined {
  return code === UNEXPECTED && cause instanceof Error ? cause : undefined;
}

/**
 * Scans all sources once, at the same time; one that fails does not stop the others. After an abort the objects in flight are
 * finished and no new one is begun. `listen`: is given the events of each source's scan before it begins. Never throws:
 * see {@link ScanAttempt}.
 */
export async function collectAll(
  sources: readonly Source[],
  tools: SourceTools,
  listen: (events: ScanEvents) => void = () => undefined,
  signal?: AbortSignal
): Promise<ScanAttempt[]> {
  return Promise.all(
    sources.map(async (source) => {
      const progress = new SourceProgress();
      const events: ScanEvents = new EventEmitter();
      listen(events);
      try {
        return await scanSource(source, progress, tools, events, signal);
      } catch (failure) {
        return { source, progress, failure };
      }
    })
  );
}

/**
 * Scans a bucket once: every listed object that is new is collected, several at a time, and deleted once stored. After an
 * abort the objects in flight are finished and no new one is begun. `folders`: what is remembered from one scan to the next;
 * without it everything is listed.
 * Throws `AwsError` when the bucket cannot be listed or this machine's clock is wrong, `InfluxError` when the store stays away.
 */
export async function scanBucket(scan: Scan, folders?: FolderMemory): Promise<SourceResult> {
  const pipeline = new ObjectPipeline(scan);
  await collectListed(scan, pipeline, folders);
  const { backlog, oldest, error } = pipeline;
  return { backlog, oldest, error, isComplete: true };
}

/** Hands all that the bucket lists to the pipeline, and waits until it is done. Throws like {@link scanBucket}. */
async function collectListed(
  { source: { id, prefix }, bucket, deps: { registry, now }, signal }: Scan,
  pipeline: ObjectPipeline,
  folders = new FolderMemory()
): Promise<void> {
  const started = now();
  folders.begin(prefix, started);
  try {
    await listUnfinishedFolders(id, folders, registry);
    for await (const page of discover(bucket, prefix, signal, folders)) {
      const isOfFlowLog = (key: string) => mayHoldFlowLogs(key) || hasOtherEnding(key);
      const [objects, others] = [true, false].map((is) => page.filter(({ key }) => isOfFlowLog(key) === is));
      const taken = await pipeline.take(objects);
      taken.forEach(({ isKnown, remaining }, i) =>
        isKnown ? folders.stays(objects[i].key) : folders.news(objects[i].key, remaining)
      );
      others.forEach(({ key }) => folders.stays(key));
      if (pipeline.mustStop) {
        break;
      }
    }
  } catch (error) {
    // Nothing may go on behind the caller's back.
    await pipeline.end();
    throw error;
  }
  await pipeline.end();
  if (!pipeline.mustStop) {
    await registry.recordListing(id, started, now(), folders.end());
  }
}

/** With more objects than this to be tried again, everything is listed. */
const MAX_WOKEN = 1000;

/** Objects that are to be tried again, as when they were taken out of quarantine, are listed at once wherever they lie. */
async function listUnfinishedFolders(
  id: string,
  folders: FolderMemory,
  registry: ObjectDependencies['registry']
): Promise<void> {
  if (folders.hasResting) {
    const keys = await registry.unfinishedKeys(id, MAX_WOKEN + 1);
    if (keys.length > MAX_WOKEN) {
      folders.wakeAll();
    }
    keys.forEach((key) => folders.wake(key));
  }
}
