import { EventEmitter } from 'node:events';
import type { Logger } from 'pino';
import type { Decoder } from '../collect/decode/decoder';
import { writeCollectionPoints, type FollowedSource, type PointTools } from '../collect/metrics/collectionPoints';
import { FlowRates } from '../collect/metrics/flowRates';
import { Permits } from '../collect/permits';
import { keepHours } from '../collect/recomputeHours';
import type { ScanEvents } from '../collect/scan';
import { scanSource, type SourceTools } from '../collect/scanSource';
import { SourceProgress } from '../collect/sourceProgress';
import type { StoreLost } from '../collect/storeClaim';
import { Tally } from '../collect/tally';
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
  readonly followed: Map<string, FollowedSource>;
  housekeeping?: Housekeeping;
  /** Why this registry may not fill the store any more. */
  lost?: StoreLost;
}

/** What a collector works with from outside; `npm run simulate` gives it models of all of it. */
export interface Surroundings {
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
export const outside = (): Surroundings => ({
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
  { store, aws, registry, decoder }: Surroundings = outside()
): Promise<void> {
  const { signal } = stop;
  const onLost = (lost: StoreLost) => {
    running.lost = lost;
    log.error(lost.message);
    stop.begin();
  };
  const onStoreRecreated = (message: string) => log.error(message);
  const onOutage = (error?: InfluxError) =>
    error ? log.error(`${error.message} Collecting waits for it.`) : log.info('InfluxDB is back.');
  let hasBegun = false;
  const work = async (tools: Collecting) => {
    hasBegun = true;
    const { followed } = running;
    const points = { registry: tools.registry, client: tools.client, writer: tools.deps.writer };
    const rates = new FlowRates(points);
    const housekeeping = (running.housekeeping = new Housekeeping(tools, log, signal));
    const sourcesKnown = Promise.withResolvers<void>();
    const permits = new Permits(BYTES_IN_FLIGHT);
    log.info('flowscope serve: collecting');
    // Whose addresses there are should be known before the first object is read; that it cannot be holds nothing up.
    const ownersKnown = Promise.race([housekeeping.firstSync, sleep(FIRST_SYNC_MS, signal)]);
    const loops = Promise.all([
      ownersKnown.then(() => watchSources(tools, aws, permits, followed, log, signal, sourcesKnown.resolve)),
      repeat(RECOMPUTE_MS, log, signal, () => recompute(tools, signal)),
      // Not before: the points would say that there are no sources.
      sourcesKnown.promise.then(() => repeat(MINUTE_MS, log, signal, () => writePoints(points, rates, followed))),
      repeat(MINUTE_MS, log, signal, () => housekeeping.runDue()),
    ]);
    if (!(await stop.finished(loops))) {
      log.warn(describeAbandoned(permits));
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

/** Waits until InfluxDB answers: a service is often started before its database. */
async function waitForStore(client: InfluxClient, log: Logger, signal: AbortSignal): Promise<void> {
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
async function repeat(
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

/**
 * Runs a loop for each enabled source, so that none waits for another, and ends the loops of all others. `onKnown`: called
 * whenever `followed` holds all enabled sources, and at the end.
 */
async function watchSources(
  { registry, deps }: Collecting,
  aws: Surroundings['aws'],
  permits: Permits,
  followed: Map<string, FollowedSource>,
  log: Logger,
  signal: AbortSignal,
  onKnown: () => void
): Promise<void> {
  const tools: SourceTools = { bucketOf: aws.bucketOf, queueOf: aws.queueOf, deps, permits };
  const loops = new Map<string, { version: number; stop: AbortController; ended: Promise<void> }>();
  await repeat(NOTICE_MS, log, signal, async () => {
    const enabled = (await registry.listSources()).filter((source) => source.enabled);
    // A source whose settings changed starts again with them.
    const isAsBefore = (id: string, version: number) =>
      enabled.some((source) => source.id === id && source.version === version);
    const ending = [...loops].filter(([id, { version }]) => !isAsBefore(id, version));
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
      loops.set(source.id, { version: source.version, stop, ended });
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

async function recompute({ registry, client, deps }: Collecting, signal: AbortSignal): Promise<void> {
  const { hourSums: sums, writer } = deps;
  await keepHours(registry, client, now, { sums, signal, withRetry: (work) => writer.withRetry(work) });
}

/**
 * Writes the points of `collection` and `flow_rate`. Returns the pause until the next ones: alerts need a point every minute,
 * however long writing takes in a large network.
 */
async function writePoints(
  points: PointTools,
  rates: FlowRates,
  followed: ReadonlyMap<string, FollowedSource>
): Promise<number> {
  const begun = clock.elapsed();
  const minutes = await writeCollectionPoints(points, [...followed.values()], now());
  await rates.write(minutes, now());
  return Math.max(0, begun + MINUTE_MS - clock.elapsed());
}
