import pino from 'pino';
import { COLLECTOR, type FollowedSource } from '../collect/metrics/collectionPoints';
import type { CollectorView, SourceRuntimeStatus } from '../http/api';
import { explain } from '../util/commandError';
import { say } from '../util/output';
import { redactor } from '../util/redact';
import { withApi } from './apiServer';
import { runCollector, type Running } from './collector';
import { privateDataDirectory } from './dataDirectory';
import { logLevel } from './logLevel';
import { LogTail } from './logTail';
import { knownSecrets } from './knownSecrets';
import { withStop } from './stopping';

/**
 * Collects until SIGINT or SIGTERM; then finishes the objects in flight, or abandons them, and returns within nine seconds.
 * Throws `StoreLost` when another registry takes the store.
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
  const level = logLevel();
  const directory = privateDataDirectory();
  const tail = new LogTail(directory, redactor(knownSecrets(directory, process.env)));
  const streams = [output, tail].map((stream) => ({ stream, level }));
  const log = pino({ base: undefined, level }, pino.multistream(streams));
  const running: Running = { followed: new Map() };
  const end = await withStop(
    (text) => log.info(text),
    async (stop) => {
      await withApi(viewOf(running), { log, tail }, listen, () => runCollector(running, log, stop));
      return 'stopped';
    }
  );
  if (running.lost) {
    throw running.lost;
  }
  log.info(end ?? 'stopped, although not all came to its end');
}

function viewOf(running: Running): CollectorView {
  return {
    name: COLLECTOR,
    isCollecting: () => running.housekeeping !== undefined,
    runtimeStatus: (sourceId) => runtimeStatusOf(running.followed.get(sourceId)),
    sync: async (onProgress) => {
      if (!running.housekeeping) {
        throw new Error('InfluxDB does not answer yet: descriptions are read once it does.');
      }
      return running.housekeeping.sync(onProgress);
    },
    nextSync: () => running.housekeeping?.nextSync(),
  };
}

/** The status of a source; undefined before its first scan. */
function runtimeStatusOf(followed: FollowedSource | undefined): SourceRuntimeStatus | undefined {
  const backlog = followed?.progress.backlog();
  if (!followed || !backlog) {
    return undefined;
  }
  const { completeness, progress, source } = followed;
  const ignoredEvents = source.queueUrl === undefined ? undefined : progress.ignoredEvents;
  return { backlog: backlog.objects, oldest: backlog.oldest, ...completeness, ignoredEvents };
}
