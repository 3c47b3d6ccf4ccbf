import { Command } from 'commander';
import pino, { type Logger } from 'pino';
import { Permits } from '../collect/permits';
import { syncEntities } from '../entities/sync';
import { createInfluxClient, InfluxError } from '../store/influx';
import { writePolicyChoice } from '../store/schema';
import { sleep } from '../store/writer';
import { syncedLine } from './awssync';
import { BYTES_IN_FLIGHT, now, OBJECTS_IN_FLIGHT, withCollecting, type Collecting } from './context';
import { explain } from './failure';
import { collectRound } from './round';

const POLL_MS = 60_000;
const RETRY_STORE_MS = 5000;
const HOUR_SECONDS = 3600;
/** How soon after an unknown interface shows up its description is asked for; EC2 limits how often it may be. */
const UNKNOWN_SECONDS = 300;

/** `flowscope serve` */
export function serveCommand(): Command {
  return new Command('serve')
    .description('collect from every enabled source as objects arrive, until it is stopped')
    .action(serve);
}

/** Collects until SIGINT or SIGTERM; then finishes the objects in flight and returns. */
export async function serve(): Promise<void> {
  const log = pino({ base: undefined }, pino.destination({ fd: 1, sync: true }));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      log.info(`${signal}: finishing the objects in flight`);
      stop.abort();
    });
  }
  const { signal } = stop;
  const onOutage = (error?: InfluxError) =>
    error ? log.error(`${error.message} Collecting waits for it.`) : log.info('InfluxDB is back.');
  await storeAnswers(log, signal);
  if (signal.aborted) {
    return;
  }
  await withCollecting({ patienceMs: Infinity, signal, onOutage }, async (tools) => {
    log.info('flowscope serve: collecting');
    await Promise.all([collectLoop(tools, log, signal), hourlyLoop(tools, log, signal)]);
  });
  log.info('stopped');
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

/** A look through every source each minute. A round that fails is logged, and the next one tries again. */
async function collectLoop(tools: Collecting, log: Logger, signal: AbortSignal): Promise<void> {
  const permits = new Permits(OBJECTS_IN_FLIGHT, BYTES_IN_FLIGHT);
  while (!signal.aborted) {
    const started = Date.now();
    try {
      const { runs, tally, hours } = await collectRound(tools, permits, {}, signal);
      const { collected, records, quarantined, notCollected } = tally.counts();
      if (collected + quarantined + notCollected > 0) {
        log.info({ collected, records, quarantined, notCollected, hours }, 'collected');
      }
      runs.forEach(({ source, error }) => error && log.error({ source: source.name }, error));
    } catch (error) {
      if (!signal.aborted) {
        log.error(explain(error));
      }
    }
    await sleep(Math.max(0, started + POLL_MS - Date.now()), signal);
  }
}

/** Descriptions at start, hourly, and soon after an unknown interface; policy choice and pruning hourly. */
async function hourlyLoop({ registry, client, entities }: Collecting, log: Logger, signal: AbortSignal): Promise<void> {
  let synced = 0;
  while (!signal.aborted) {
    try {
      const age = now() - synced;
      const isDue = age >= HOUR_SECONDS || (age >= UNKNOWN_SECONDS && (await registry.hasUnsyncedEntities(synced)));
      if (isDue) {
        synced = now();
        await writePolicyChoice(client, synced);
        await registry.prune(synced);
        const result = await syncEntities(registry, entities);
        result.regions.forEach(({ account, region, error }) => error && log.error({ account, region }, error));
        if (result.ok) {
          log.info(syncedLine(result));
        }
      }
    } catch (error) {
      log.error(explain(error));
    }
    await sleep(POLL_MS, signal);
  }
}
