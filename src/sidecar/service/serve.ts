import { EventEmitter } from 'node:events';
import pino, { type Logger } from 'pino';
import type { ScanEvents } from '../collect/scan';
import { scanSource, type SourceTools } from '../collect/scanSource';
import {
  COLLECTOR,
  writeCollectionPoints,
  type FollowedSource,
  type PointTools,
} from '../collect/metrics/collectionPoints';
import { FlowRates } from '../collect/metrics/flowRates';
import { Permits } from '../collect/permits';
import { recomputeDirtyHours } from '../collect/recomputeHours';
import { SourceProgress } from '../collect/sourceProgress';
import type { StoreLost } from '../collect/storeClaim';
import { Tally } from '../collect/tally';
import type { CollectorView, SourceRuntimeStatus } from '../http/api';
import type { StoredSource } from '../registry/sources';
import { createInfluxClient, InfluxError } from '../store/influx';
import { sleep } from '../util/sleep';
import { withApi } from './apiServer';
import { bucketOf, queueOf, releaseClients } from './awsAccess';
import { BYTES_IN_FLIGHT, now, withCollecting, type Collecting } from './context';
import { Descriptions } from './housekeeping';
import { explain } from '../util/commandError';
import { say } from '../util/output';
import { logLevel } from './logLevel';
import { givenUp, withStop, type Stop } from './stopping';

const MINUTE_MS = 60_000;
/** How soon a source that was added, enabled, disabled or removed is noticed. */
const NOTICE_MS = 5000;
/** The same while a source comes to its end, which may begin anew with other settings. */
const NOTICE_END_MS = 500;
/** Reports over long ranges are behind by this at most. */
const RECOMPUTE_MS = 4 * MINUTE_MS;
const RETRY_STORE_MS = 5000;
/** The most that SQS waits for a message. Seconds. */
const QUEUE_WAIT = 20;
/** The pause after a look through a source whose queue tells of new objects. */
const TOLD_MS = 1000;

/**
 * Collects until SIGINT or SIGTERM; then finishes the objects in flight, or gives them up, and returns within nine seconds.
 * Throws `StoreLost` when the store is given to another registry.
 */
export async function serve(listen?: string): Promise<void> {
  const output = pino.destination({ fd: 1, sync: true });
  // Collecting goes on without a log, as when that is on a full disk.
  let isLogged = true;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (isLogged && error.code !== 'EPIPE') {
      isLogged = false;
      say(`The log cannot be written (${explain(error)})`);
    }
  });
  const log = pino({ base: undefined, level: logLevel() }, output);
  const running: Running = { followed: new Map() };
  const end = await withStop(
    (text) => log.info(text),
    async (stop) => {
      await withApi(viewOf(running), log, listen, () => collect(running, log, stop));
      return 'stopped';
    }
  );
  if (running.lost) {
    throw running.lost;
  }
  log.info(end ?? 'stopped, although not all came to its end');
}

/** What runs once the store answers. */
interface Running {
  readonly followed: Map<string, FollowedSource>;
  descriptions?: Descriptions;
  /** Why the store may not be filled any more. */
  lost?: StoreLost;
}

function viewOf(running: Running): CollectorView {
  return {
    name: COLLECTOR,
    isCollecting: () => running.descriptions !== undefined,
    runtimeStatus: (sourceId) => standingOf(running.followed.get(sourceId)),
    sync: async (onRegion) => {
      if (!running.descriptions) {
        throw new Error('InfluxDB does not answer yet: descriptions are read once it does.');
      }
      return running.descriptions.sync(onRegion);
    },
    nextSync: () => running.descriptions?.next(),
  };
}

/** How a source stands; undefined as long as nothing is known. */
function standingOf(followed: FollowedSource | undefined): SourceRuntimeStatus | undefined {
  const waiting = followed?.progress.waiting();
  if (!followed || !waiting) {
    return undefined;
  }
  const { completeness, progress, source } = followed;
  const ignoredEvents = source.queueUrl === undefined ? undefined : progress.ignoredEvents;
  return { backlog: waiting.objects, oldest: waiting.oldest, ...completeness, ignoredEvents };
}

async function collect(running: Running, log: Logger, stop: Stop): Promise<void> {
  const { signal } = stop;
  const onLost = (lost: StoreLost) => {
    running.lost = lost;
    log.error(lost.message);
    stop.begin();
  };
  const onMadeAgain = (message: string) => log.error(message);
  const onOutage = (error?: InfluxError) =>
    error ? log.error(`${error.message} Collecting waits for it.`) : log.info('InfluxDB is back.');
  if (!(await stop.finished(storeAnswers(log, signal))) || signal.aborted) {
    return;
  }
  const work = async (tools: Collecting) => {
    const { followed } = running;
    const points = { registry: tools.registry, client: tools.client, writer: tools.deps.writer };
    const rates = new FlowRates(points);
    const descriptions = (running.descriptions = new Descriptions(tools, log));
    const sourcesKnown = Promise.withResolvers<void>();
    const permits = new Permits(BYTES_IN_FLIGHT);
    log.info('flowscope serve: collecting');
    const loops = Promise.all([
      watchSources(tools, permits, followed, log, signal, sourcesKnown.resolve),
      every(RECOMPUTE_MS, log, signal, () => recompute(tools, signal)),
      // Not before: it would say that there are no sources.
      sourcesKnown.promise.then(() => every(MINUTE_MS, log, signal, () => writePoints(points, rates, followed))),
      every(MINUTE_MS, log, signal, () => descriptions.keepUp()),
    ]);
    if (!(await stop.finished(loops))) {
      log.warn(givenUp(permits));
    }
  };
  const patience = { patienceMs: Infinity, signal, onOutage };
  await withCollecting(patience, work, undefined, { onLost, onMadeAgain }, log).catch((error: unknown) => {
    // Whoever is told to stop need not wait for InfluxDB, nor fail for it.
    if (!signal.aborted || !(error instanceof InfluxError) || error.failure !== 'unavailable') {
      throw error;
    }
  });
}

/** Waits until the store answers: a service is often started before its database. */
async function storeAnswers(log: Logger, signal: AbortSignal): Promise<void> {
  const client = createInfluxClient(process.env);
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
 * Does some work again and again, a pause after each, or the one that the work asks for; a failure is logged, and the next
 * time tries again.
 */
async function every(
  usualMs: number,
  log: Logger,
  signal: AbortSignal,
  work: () => Promise<number | void>
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = usualMs;
    try {
      pauseMs = (await work()) ?? usualMs;
    } catch (error) {
      if (!signal.aborted) {
        log.error(explain(error));
      }
    }
    await sleep(pauseMs, signal);
  }
}

/**
 * Keeps a loop going for each enabled source, so that none waits for another, and ends those of the others. `onKnown`: told
 * whenever `followed` has them all, and at the end.
 */
async function watchSources(
  { registry, deps }: Collecting,
  permits: Permits,
  followed: Map<string, FollowedSource>,
  log: Logger,
  signal: AbortSignal,
  onKnown: () => void
): Promise<void> {
  const tools: SourceTools = {
    ...{ bucketOf, queueOf: (source) => queueOf(source, QUEUE_WAIT), deps, permits },
  };
  const loops = new Map<string, { version: number; stop: AbortController; ended: Promise<void> }>();
  await every(NOTICE_MS, log, signal, async () => {
    const enabled = (await registry.listSources()).filter((source) => source.enabled);
    // One whose settings were changed begins anew with them.
    const isAsBefore = (id: string, version: number) =>
      enabled.some((source) => source.id === id && source.version === version);
    const ending = [...loops].filter(([id, { version }]) => !isAsBefore(id, version));
    // Nobody waits for their ends: one whose S3 hangs must not keep the others from being noticed.
    ending.forEach(([, { stop }]) => stop.abort());
    // Not when its loop ends: one that begins anew would be missing in between.
    const isOver = (id: string) => !loops.has(id) && !enabled.some((source) => source.id === id);
    [...followed.keys()].filter(isOver).forEach((id) => followed.delete(id));
    for (const source of enabled.filter(({ id }) => !loops.has(id))) {
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const progress = new SourceProgress();
      followed.set(source.id, { source, progress });
      const ended = every(source.pollSeconds * 1000, log, either, () =>
        lookThrough(source, progress, tools, log, either)
      ).then(() => {
        loops.delete(source.id);
        releaseClients(source.id);
      });
      loops.set(source.id, { version: source.version, stop, ended });
    }
    onKnown();
    return ending.length > 0 ? NOTICE_END_MS : undefined;
  });
  onKnown();
  await Promise.all([...loops.values()].map(({ ended }) => ended));
}

/** Returns the pause to make before the next look, where that is not the usual one. */
async function lookThrough(
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
  return run.result?.isTold ? TOLD_MS : undefined;
}

/** The stack of an error, and of the one in another thread that caused it. */
function stackOf(error: Error | undefined): string | undefined {
  return error && [error, error.cause].flatMap((one) => (one instanceof Error ? (one.stack ?? []) : [])).join('\n');
}

async function recompute({ registry, client, deps }: Collecting, signal: AbortSignal): Promise<void> {
  await recomputeDirtyHours(registry, client, now, signal, (work) => deps.writer.patiently(work));
}

/**
 * How collection stands, and the rates of the newest complete minute. Returns the pause until the next time: alerts count on
 * a point every minute, however long a large network takes.
 */
async function writePoints(
  points: PointTools,
  rates: FlowRates,
  followed: ReadonlyMap<string, FollowedSource>
): Promise<number> {
  const begun = Date.now();
  const minutes = await writeCollectionPoints(points, [...followed.values()], now());
  await rates.write(minutes, now());
  return Math.max(0, begun + MINUTE_MS - Date.now());
}
