import pino, { type Logger } from 'pino';
import { PRIMARY_COLLECTOR } from '../../contract/names';
import type { CollectorView, SourceRuntimeStatus } from '../http/api';
import { explain } from '../util/commandError';
import { say } from '../util/output';
import { redactor } from '../util/redact';
import { withApi } from './apiServer';
import { progressOf, runCollector, startRunning, type Running } from './collector';
import { privateDataDirectory } from './dataDirectory';
import { logLevel } from './logLevel';
import { LogTail } from './logTail';
import { knownSecrets } from './knownSecrets';
import { withStop, type Stop } from './stopping';
import { now } from '../util/time';

/**
 * Collects until SIGINT or SIGTERM; then finishes the objects in flight, or abandons them, and returns within nine seconds.
 * Throws `StoreLost` when another registry takes the store.
 */
export async function serve(listen?: string): Promise<void> {
  const directory = privateDataDirectory();
  const tail = new LogTail(directory, redactor(knownSecrets(directory, process.env)));
  const log = openLog(tail);
  const running = startRunning();
  await untilSignal(log, (stop) =>
    withApi(viewOf(running), { log, tail }, listen, () => runCollector(running, log, stop))
  );
  if (running.lost) {
    throw running.lost;
  }
}

/** Collects for the primary at that URL until SIGINT or SIGTERM, as {@link serve} does. Throws `CommandFailed` when it may not join. */
export async function serveJoined(url: string): Promise<void> {
  const log = openLog();
  const { runJoined } = await import('./joined');
  await untilSignal(log, (stop) => runJoined(url, log, stop));
}

/** `tail`: keeps the last lines, too. */
function openLog(tail?: LogTail): Logger {
  const output = pino.destination({ fd: 1, sync: true });
  // Collecting goes on without a log, as when that is on a full disk.
  let isLogged = true;
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (isLogged && error.code !== 'EPIPE') {
      isLogged = false;
      say(`The log cannot be written (${explain(error)})`);
    }
  });
  const level = logLevel();
  const streams = [output, ...(tail ? [tail] : [])].map((stream) => ({ stream, level }));
  return pino({ base: undefined, level }, pino.multistream(streams));
}

async function untilSignal(log: Logger, work: (stop: Stop) => Promise<void>): Promise<void> {
  const end = await withStop(
    (text) => log.info(text),
    async (stop) => {
      await work(stop);
      return 'stopped';
    }
  );
  log.info(end ?? 'stopped, although not all came to its end');
}

function viewOf(running: Running): CollectorView {
  return {
    name: PRIMARY_COLLECTOR,
    isCollecting: () => running.housekeeping !== undefined,
    runtimeStatus: (sourceId) => runtimeStatusOf(sourceId, running),
    sync: async (onProgress) => {
      if (!running.housekeeping) {
        throw new Error('InfluxDB does not answer yet: descriptions are read once it does.');
      }
      return running.housekeeping.sync(onProgress);
    },
    nextSync: () => running.housekeeping?.nextSync(),
    primary: () => running.primary,
  };
}

/** The status of a source; undefined before its first scan, and while nobody works on it. */
function runtimeStatusOf(sourceId: string, running: Running): SourceRuntimeStatus | undefined {
  const progress = progressOf(sourceId, running, now());
  const backlog = progress?.backlog();
  if (!progress || !backlog) {
    return undefined;
  }
  const shown = running.shown.get(sourceId) ?? running.followed.get(sourceId);
  const { ignoredEvents } = progress;
  return {
    ...{ backlog: backlog.objects, oldest: backlog.oldest, ...shown?.completeness },
    ignoredEvents: shown?.source.queueUrl === undefined ? undefined : ignoredEvents,
  };
}
