import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { collectorsIn, PRIMARY_COLLECTOR } from '../../contract/names';
import type { Decoder } from '../collect/decode/decoder';
import { writeCollectionPoints, type FollowedSource, type PointTools } from '../collect/metrics/collectionPoints';
import { CollectorReports, joinProgress, lagOf, type Progress } from '../collect/metrics/progress';
import type { ObjectDependencies } from '../collect/object/dependencies';
import { FlowRates } from '../collect/metrics/flowRates';
import { openShards } from '../collect/openingWriter';
import { Permits } from '../collect/permits';
import { keepHours } from '../collect/recomputeHours';
import type { ScanEvents } from '../collect/scan';
import { scanSource, type SourceTools } from '../collect/scanSource';
import { SourceProgress } from '../collect/sourceProgress';
import type { Primary } from '../http/api';
import type { StoreLost } from '../collect/storeClaim';
import { Tally } from '../collect/tally';
import { SILENT_SECONDS, sourcesFor, type CollectorStatus } from '../registry/collectors';
import type { Registry } from '../registry/registry';
import type { StoredSource } from '../registry/sources';
import { createInfluxClient, isFailure, type InfluxClient, type InfluxError } from '../store/influx';
import { clock } from '../util/clock';
import { explain } from '../util/commandError';
import { sleep } from '../util/sleep';
import { now } from '../util/time';
import { bucketOf, queueOf, releaseClients } from './awsAccess';
import { BYTES_IN_FLIGHT, withCollecting, type Collecting } from './context';
import { Housekeeping } from './housekeeping';
import { describeAbandoned, type Stop } from './stopping';

const MINUTE_MS = 60_000;
/** Pause between checks for sources that were added, changed, enabled, disabled or removed. */
const NOTICE_MS = 5000;
/** The same while a source's loop is ending, which may start again with other settings. */
const NOTICE_END_MS = 500;
/** Pause between notes in the registry that this collector is alive. */
const NOTE_MS = 30_000;
/** Pause between checks of which hours are due to be recomputed. */
const RECOMPUTE_MS = MINUTE_MS;
const RETRY_STORE_MS = 5000;
/** How long a receive waits for a message: the longest that SQS allows. Seconds. */
const QUEUE_WAIT = 20;
/** How long collecting waits for the first sync at most. */
const FIRST_SYNC_MS = 30_000;
/** Pause after the scan of a source whose queue announces new objects. */
const NOTIFIED_MS = 1000;

/** The state of a running collector. */
export interface Running {
  /** The sources that this process collects from, by id. */
  readonly followed: Map<string, FollowedSource>;
  /** What collectors elsewhere have reported. */
  readonly reports: CollectorReports;
  /** All sources that somebody collects from, as their points were last written, by id. */
  readonly shown: Map<string, FollowedSource>;
  housekeeping?: Housekeeping;
  /** What serves collectors elsewhere, while this one collects. */
  primary?: Primary;
  /** Why this registry may not fill the store any more. */
  lost?: StoreLost;
}

export const startRunning = (): Running => ({ followed: new Map(), reports: new CollectorReports(), shown: new Map() });

/** The progress of all who work on a source; undefined when nobody does, or all are silent at `now` (Unix seconds). */
export function progressOf(sourceId: string, { followed, reports }: Running, now: number): Progress | undefined {
  const own = followed.get(sourceId);
  const others = reports.heardSince(now - SILENT_SECONDS).flatMap((name) => reports.of(name, sourceId) ?? []);
  return joinProgress([...(own ? [own.progress] : []), ...others]);
}

/** What a collector works with from outside; `npm run simulate` gives it models of all of it. */
export interface CollectorDependencies {
  /** InfluxDB, without a guard. */
  readonly store: InfluxClient;
  readonly aws: Required<Pick<SourceTools, 'bucketOf' | 'queueOf'>> & {
    /** Closes what the source of that id used alone. */
    readonly release: (sourceId: string) => void;
  };
  /** Otherwise those of the data directory and of this machine are started. */
  readonly registry?: Registry;
  readonly decoder?: Decoder;
}

/** InfluxDB as the environment names it, and AWS. */
export const outside = (): CollectorDependencies => ({
  store: createInfluxClient(process.env),
  aws: { bucketOf, queueOf: (source) => queueOf(source, QUEUE_WAIT), release: releaseClients },
});

/**
 * Collects from all enabled sources until `stop` begins; then finishes the objects in flight, or abandons them. What stopped it
 * before is in `running.lost`, or thrown.
 */
export async function runCollector(
  running: Running,
  log: Logger,
  stop: Stop,
  { store, aws, registry, decoder }: CollectorDependencies = outside()
): Promise<void> {
  const { signal } = stop;
  const onLost = (lost: StoreLost) => {
    running.lost = lost;
    log.error(lost.message);
    stop.begin();
  };
  const onStoreRecreated = (message: string) => log.error(message);
  const onOutage = describeOutages(log);
  let hasBegun = false;
  const work = async (tools: Collecting) => {
    hasBegun = true;
    const { followed } = running;
    const { registry: owned, entities, deps } = tools;
    running.primary = {
      registry: owned,
      openShards: (policy, stretches) => openShards(deps.writer, policy, stretches),
      publishNames: () => entities.publishNew(),
      newestOwners: () => deps.owners.newest(),
      noteReport: async ({ id, name }, about, report, at) => {
        running.reports.note(name, report, at);
        const { recordsPerSecond, errors } = report;
        await owned.noteCollector(id, { ...about, recordsPerSecond, errors, lag: lagOf(report) }, at);
      },
    };
    const points = { registry: tools.registry, client: tools.client, writer: tools.deps.writer };
    const rates = new FlowRates(points);
    const housekeeping = (running.housekeeping = new Housekeeping(tools, log, signal));
    const sourcesKnown = Promise.withResolvers<void>();
    const permits = new Permits(BYTES_IN_FLIGHT);
    log.info('flowscope serve: collecting');
    // Whose addresses there are should be known before the first object is read; that it cannot be holds nothing up.
    const ownersKnown = Promise.race([housekeeping.firstSync, sleep(FIRST_SYNC_MS, signal)]);
    const loops = Promise.all([
      ownersKnown.then(() =>
        watchSources(
          { list: () => sourcesOfPrimary(owned), deps },
          aws,
          permits,
          followed,
          log,
          signal,
          sourcesKnown.resolve
        )
      ),
      repeat(RECOMPUTE_MS, log, signal, () => recompute(tools, signal)),
      // Not before: the points would say that there are no sources.
      sourcesKnown.promise.then(() => repeat(MINUTE_MS, log, signal, () => writePoints(points, rates, running))),
      repeat(
        NOTE_MS,
        log,
        signal,
        describing(followed, (status) => owned.noteCollector(PRIMARY_COLLECTOR, status, now()))
      ),
      repeat(MINUTE_MS, log, signal, () => housekeeping.runDue()),
    ]);
    try {
      if (!(await stop.finished(loops))) {
        log.warn(describeAbandoned(permits));
      }
    } finally {
      running.primary = undefined;
    }
  };
  const patience = { patienceMs: Infinity, signal, onOutage };
  while ((await stop.finished(waitForStore(store, log, signal))) && !signal.aborted) {
    try {
      await withCollecting({ patience, events: { onLost, onStoreRecreated }, log, store, registry, decoder }, work);
      return;
    } catch (error) {
      // A process that is stopping neither waits for InfluxDB nor fails because of it.
      const isAway = isFailure(error, 'unavailable');
      // A registry that was given is closed by now.
      if (!isAway || ((hasBegun || registry !== undefined) && !signal.aborted)) {
        throw error;
      }
      if (!signal.aborted) {
        // It answered, and went away again before everything was ready.
        log.error(`${error.message} Trying again in ${RETRY_STORE_MS / 1000} s.`);
        await sleep(RETRY_STORE_MS, signal);
      }
    }
  }
}

/** Says that InfluxDB is away, and that it is back. */
export const describeOutages = (log: Logger) => (error?: InfluxError) =>
  error ? log.error(`${error.message} Collecting waits for it.`) : log.info('InfluxDB is back.');

/** Waits until InfluxDB answers: a service is often started before its database. */
export async function waitForStore(client: InfluxClient, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await client.ping();
      return;
    } catch (error) {
      log.error(`${explain(error)} Trying again every ${RETRY_STORE_MS / 1000} s.`);
      await sleep(RETRY_STORE_MS, signal);
    }
  }
}

/**
 * Repeats some work until the signal aborts, with a pause after each run: `defaultMs`, or what the work returns. A failure is
 * logged, and the next run tries again.
 */
export async function repeat(
  defaultMs: number,
  log: Logger,
  signal: AbortSignal,
  work: () => Promise<number | void>
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = defaultMs;
    try {
      pauseMs = (await work()) ?? defaultMs;
    } catch (error) {
      if (!signal.aborted) {
        log.error(explain(error));
      }
    }
    await sleep(pauseMs, signal);
  }
}

/** The sources that the primary collects from itself. */
async function sourcesOfPrimary(registry: Registry): Promise<StoredSource[]> {
  const sources = await registry.listSources();
  const isShared = sources.some(({ collector }) => collectorsIn(collector).length > 1);
  const silent = isShared ? (await registry.listCollectors(now())).filter(({ isSilent }) => isSilent) : [];
  return sourcesFor(
    sources,
    PRIMARY_COLLECTOR,
    silent.map(({ name }) => name)
  );
}

/** What decides how a source is scanned: with another value its loop begins anew. */
const settingsOf = ({ version, isListedByOther = false }: StoredSource) => `${version} ${isListedByOther}`;

/**
 * Runs a loop for each source of this collector, which `list` gives, so that none waits for another, and ends the loops of all
 * others. `onKnown`: called whenever `followed` holds all of them, and at the end.
 */
export async function watchSources(
  { list, deps }: { readonly list: () => Promise<StoredSource[]>; readonly deps: ObjectDependencies },
  aws: CollectorDependencies['aws'],
  permits: Permits,
  followed: Map<string, FollowedSource>,
  log: Logger,
  signal: AbortSignal,
  onKnown: () => void = () => undefined
): Promise<void> {
  const tools: SourceTools = { bucketOf: aws.bucketOf, queueOf: aws.queueOf, deps, permits };
  const loops = new Map<string, { settings: string; stop: AbortController; ended: Promise<void> }>();
  await repeat(NOTICE_MS, log, signal, async () => {
    const enabled = await list();
    // A source whose settings changed starts again with them.
    const isAsBefore = (id: string, settings: string) =>
      enabled.some((source) => source.id === id && settingsOf(source) === settings);
    const ending = [...loops].filter(([id, { settings }]) => !isAsBefore(id, settings));
    // Their ends are not awaited: a source whose S3 hangs must not delay the others.
    ending.forEach(([, { stop }]) => stop.abort());
    // Not when its loop ends: a source that starts again would be missing in between.
    const isGone = (id: string) => !loops.has(id) && !enabled.some((source) => source.id === id);
    [...followed.keys()].filter(isGone).forEach((id) => followed.delete(id));
    for (const source of enabled.filter(({ id }) => !loops.has(id))) {
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const progress = new SourceProgress();
      followed.set(source.id, { source, progress });
      const ended = repeat(source.pollSeconds * 1000, log, either, () =>
        scanAndLog(source, progress, tools, log, either)
      ).then(() => {
        loops.delete(source.id);
        aws.release(source.id);
      });
      loops.set(source.id, { settings: settingsOf(source), stop, ended });
    }
    onKnown();
    return ending.length > 0 ? NOTICE_END_MS : undefined;
  });
  onKnown();
  await Promise.all([...loops.values()].map(({ ended }) => ended));
}

/** Scans a source once and logs what came of it. Returns the pause before the next scan, if not the source's own. */
async function scanAndLog(
  source: StoredSource,
  progress: SourceProgress,
  tools: SourceTools,
  log: Logger,
  signal: AbortSignal
): Promise<number | undefined> {
  const tally = new Tally();
  /** By message, with what failed where nobody expected it. */
  const refusals = new Map<string, Error | undefined>();
  const events: ScanEvents = new EventEmitter();
  events.on('object', (object, outcome) => {
    if (outcome.state !== 'gone') {
      tally.add(object, outcome);
    }
    if (outcome.state === 'refused') {
      refusals.set(outcome.message ?? object.key, outcome.cause);
    }
  });
  const run = await scanSource(source, progress, tools, events, signal);
  const { collected, records, quarantined, notCollected } = tally.counts();
  if (collected + quarantined + notCollected > 0) {
    log.info({ source: source.name, collected, records, quarantined, notCollected }, 'collected');
  }
  if (run.error !== undefined) {
    log.error({ source: source.name, stack: run.unexpected?.stack }, run.error);
  }
  for (const [message, cause] of refusals) {
    log.error({ source: source.name, stack: stackOf(cause) }, message);
  }
  return run.result?.isNotifiedByQueue ? NOTIFIED_MS : undefined;
}

/** The stack of an error, and of the one in another thread that caused it. */
function stackOf(error: Error | undefined): string | undefined {
  return error && [error, error.cause].flatMap((one) => (one instanceof Error ? (one.stack ?? []) : [])).join('\n');
}

async function recompute({ registry, client, hourSums: sums, deps }: Collecting, signal: AbortSignal): Promise<void> {
  const { writer } = deps;
  await keepHours(registry, client, now, { sums, signal, withRetry: (work) => writer.withRetry(work) });
}

/** Notes what this process says of itself as a collector. */
function describing(
  followed: ReadonlyMap<string, FollowedSource>,
  note: (status: CollectorStatus) => Promise<void>
): () => Promise<void> {
  const about = { version: process.env.FLOWSCOPE_VERSION ?? 'development', host: hostname() };
  let last = { at: clock.elapsed(), records: 0 };
  return async () => {
    const sources = [...followed.values()];
    const sum = (count: 'records' | 'errors') =>
      sources.reduce((total, { progress }) => total + (progress.totals?.[count] ?? 0), 0);
    const reached = { at: clock.elapsed(), records: sum('records') };
    const seconds = Math.max(1, (reached.at - last.at) / 1000);
    // Of a source that was taken away meanwhile, nothing is known any more.
    const recordsPerSecond = Math.max(0, reached.records - last.records) / seconds;
    last = reached;
    const lags = sources.flatMap(({ completeness }) => completeness?.lag ?? []);
    const lag = lags.reduce<number | undefined>((most, one) => Math.max(most ?? one, one), undefined);
    await note({ ...about, recordsPerSecond, lag, errors: sum('errors') });
  };
}

/**
 * Writes the points of `collection` and `flow_rate`, for all sources that somebody works on. Returns the pause until the next ones:
 * alerts need a point every minute, however long writing takes in a large network.
 */
async function writePoints(points: PointTools, rates: FlowRates, running: Running): Promise<number> {
  const begun = clock.elapsed();
  const { followed, reports, shown } = running;
  const alive = reports.heardSince(now() - SILENT_SECONDS);
  const sources = await sharedSources(points.registry, running, alive);
  shown.clear();
  sources.forEach((one) => shown.set(one.source.id, one));
  const alone = [...followed.values()].filter(({ source }) => !shown.has(source.id));
  const minutes = await writeCollectionPoints(points, [...alone, ...sources], now(), alive);
  await rates.write(minutes, now());
  return Math.max(0, begun + MINUTE_MS - clock.elapsed());
}

/** The sources on which collectors elsewhere work, alone or with this one. The collector of each is the first that is `alive`. */
async function sharedSources(
  registry: Registry,
  running: Running,
  alive: readonly string[]
): Promise<FollowedSource[]> {
  const { followed, reports } = running;
  if (alive.length === 0) {
    return [];
  }
  return (await registry.listSources()).flatMap((source): FollowedSource[] => {
    const works = (name: string) =>
      name === PRIMARY_COLLECTOR ? followed.has(source.id) : alive.includes(name) && reports.of(name, source.id);
    const [collector, ...others] = collectorsIn(source.collector).filter(works);
    const progress = progressOf(source.id, running, now());
    const isShared = collector !== undefined && (collector !== PRIMARY_COLLECTOR || others.length > 0);
    return isShared && progress ? [{ source, progress, collector }] : [];
  });
}
