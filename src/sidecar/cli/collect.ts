import { Command } from 'commander';
import { PRIMARY_COLLECTOR } from '../../contract/names';
import { formatCount, formatCounted } from '../../reports/units';
import { Permits } from '../collect/permits';
import { Tally } from '../collect/tally';
import { collectAll, type ScanAttempt, type ScanResult } from '../collect/scanSource';
import { writeCollectionPoints } from '../collect/metrics/collectionPoints';
import { compareFlowLogs } from '../collect/metrics/flowLogPeriods';
import { finishHours } from '../collect/recomputeHours';
import type { ScanEvents } from '../collect/scan';
import { GONE_STATES } from '../registry/ledger';
import { pruneSomeOwners } from '../registry/prune';
import { isAssigned, sourcesFor } from '../registry/collectors';
import type { Registry } from '../registry/registry';
import type { Source } from '../registry/sources';
import { bucketOf, queueOf } from '../service/awsAccess';
import { BYTES_IN_FLIGHT, COMMAND_PATIENCE, printReasons, withCollecting } from '../service/context';
import { CommandFailed, explain } from '../util/commandError';
import { exampleOf, plain } from './format';
import { describeHold } from './hold';
import { print, printJson, say } from '../util/output';
import { Progress } from './progress';
import { serve } from '../service/serve';
import { describeAbandoned, untilStopped, type Stop } from '../service/stopping';
import { now } from '../util/time';

/** A queue that has told nothing for so long is taken for empty. Seconds. */
const QUEUE_WAIT = 1;

/** `flowscope collect [--once] [--json]` */
export function collectCommand(): Command {
  return new Command('collect')
    .description('collect from every enabled source; without --once it goes on like serve')
    .option('--once', 'stop when everything in the buckets is done')
    .option('--json', 'with --once: print the counts as JSON')
    .action(async ({ once, json }: { once?: boolean; json?: boolean }) => {
      if (!once) {
        if (json) {
          throw new CommandFailed(
            '--json goes with --once only, as collecting would never end: flowscope collect --once --json'
          );
        }
        await serve();
        return;
      }
      await collectOnce(json === true);
    });
}

async function collectOnce(json: boolean): Promise<void> {
  await untilStopped((stop) => collectAllOnce(json, stop));
}

async function collectAllOnce(json: boolean, stop: Stop): Promise<void> {
  const { signal } = stop;
  await withCollecting(
    { patience: { ...COMMAND_PATIENCE, signal } },
    async ({ registry, client, hourSums: sums, deps }) => {
      const sources = await registry.listSources();
      const enabled = sourcesFor(sources, PRIMARY_COLLECTOR);
      const elsewhere = sources.filter((source) => source.enabled && !isAssigned(source, PRIMARY_COLLECTOR));
      if (elsewhere.length > 0) {
        const names = elsewhere.map(({ name, collector }) => `${name} (${collector})`).join(', ');
        say(plain(`Not collected here, since other collectors work on them: ${names}.`));
      }
      if (enabled.length === 0) {
        throw new CommandFailed(
          elsewhere.length > 0
            ? 'No source is left for this one.'
            : 'No source is enabled: see flowscope source list, and flowscope source enable --help.'
        );
      }
      const done = { found: 0, objects: 0, records: 0, failures: 0 };
      const progress = new Progress(
        () =>
          `Read ${done.objects} of ${formatCounted(done.found, 'object')}, ${formatCounted(done.records, 'record')}` +
          (done.failures > 0 ? `, ${formatCounted(done.failures, 'failure')}` : '')
      );
      const tally = new Tally();
      const tools = {
        ...{ bucketOf, queueOf: (source: Source) => queueOf(source, QUEUE_WAIT), deps },
        permits: new Permits(BYTES_IN_FLIGHT),
      };
      const listen = (events: ScanEvents) =>
        events
          .on('found', (objects) => (done.found += objects))
          .on('object', (object, outcome) => {
            done.objects++;
            if (outcome.state !== 'gone') {
              tally.add(object, outcome);
              done.records += outcome.summary?.records ?? 0;
            }
            progress.update();
          })
          .on('failure', () => {
            done.failures++;
            progress.update();
          });
      // What fails keeps nothing else from being done, and the counts not from being printed.
      const failures: unknown[] = [];
      const noteFailure = (error: unknown) => void failures.push(error);
      let runs: readonly ScanAttempt[] = [];
      const collecting = collectAll(enabled, tools, listen, signal).then((all) => (runs = all));
      if (!(await stop.finished(collecting.catch(noteFailure)))) {
        failures.push(describeAbandoned(tools.permits));
      }
      runs.forEach(({ failure }) => failure !== undefined && noteFailure(failure));
      let hours: number | void = 0;
      if (signal.aborted) {
        failures.push('It was stopped: what is left is collected with the next run.');
        await finishHours(registry, client, now, { sums, signal }).catch(noteFailure);
      } else {
        // The store's patience was tried before.
        const withRetry = (work: () => Promise<void>) => (failures.length > 0 ? work() : deps.writer.withRetry(work));
        hours = await finishHours(registry, client, now, { sums, signal, withRetry }).catch(noteFailure);
        await writeCollectionPoints({ registry, client, writer: deps.writer }, runs, now()).catch(noteFailure);
        await compareFlowLogs(registry, client, now()).catch(noteFailure);
        await pruneSomeOwners(registry, now(), signal).catch(noteFailure);
      }
      if (done.found > 0) {
        progress.finish();
      }
      if (hours) {
        say(`Recomputed ${formatCounted(hours, 'hour')}.`);
      }
      await report(registry, runs, tally, failures, json);
    }
  );
}

/** Prints the counts, and says what became of what is left. Throws {@link CommandFailed} with all that failed. */
async function report(
  registry: Pick<Registry, 'ledgerCounts' | 'deletionHold'>,
  runs: readonly ScanResult[],
  tally: Tally,
  failures: readonly unknown[],
  json: boolean
): Promise<void> {
  const counts = tally.counts();
  printReasons(tally);
  const failed = runs.filter(({ error }) => error !== undefined);
  if (json) {
    printJson(counts);
  } else if (counts.objects > 0 || failed.length < runs.length) {
    print(
      `Collected ${formatCounted(counts.collected, 'object')} with ${formatCounted(counts.records, 'record')} ` +
        `(${formatCount(counts.ok)} traffic, ${formatCount(counts.nodata)} NODATA, ${formatCount(counts.skipdata)} SKIPDATA, ` +
        `${formatCount(counts.malformed)} malformed); ${formatCount(counts.duplicates)} counted before, ` +
        `${formatCount(counts.quarantined)} quarantined, ${formatCount(counts.notCollected)} left in place.`
    );
  }
  for (const { source } of runs) {
    for (const count of await registry.ledgerCounts(source.id)) {
      if (count.message && !GONE_STATES.includes(count.state)) {
        say(plain(`${source.name}: ${formatCounted(count.objects, 'object')} ${count.state}, ${exampleOf(count)}`));
      }
    }
  }
  const hold = await registry.deletionHold();
  if (hold) {
    say(describeHold(hold));
  }
  const problems = failed.map(({ source, error }) => `source ${source.name}: ${error}`);
  if (tally.firstRefusal) {
    const example = exampleOf({ objects: tally.refused, ...tally.firstRefusal });
    problems.unshift(`${formatCounted(tally.refused, 'object was', 'objects were')} refused, ${example}`);
  }
  // Of a store that is away, all sources say the same.
  const said = [...new Set(failures.map(explain)), ...problems];
  if (said.length > 0) {
    throw new CommandFailed(said.map(plain).join('\n'));
  }
}
