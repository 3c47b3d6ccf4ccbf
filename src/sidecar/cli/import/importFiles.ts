import { IMPORT_SOURCE } from '../../../contract/names';
import { formatBytes, formatCount, formatCounted } from '../../../reports/units';
import { collectObject } from '../../collect/object/pipeline';
import type { Decoder } from '../../collect/decode/decoder';
import { ExporterDecisions } from '../../collect/object/exporterDecisions';
import { inspectObject } from '../../collect/object/inspectObject';
import type { CollectableObject, ObjectOutcome } from '../../collect/object/object';
import { noteNotRead } from '../../collect/object/objectLedger';
import { readOnlyOwnerVersions } from '../../collect/object/ownerVersions';
import { compareFlowLogs } from '../../collect/metrics/flowLogPeriods';
import { finishHours } from '../../collect/recomputeHours';
import { Tally, type RunCounts } from '../../collect/tally';
import type { NotCollectable } from '../../records/header';
import { pruneSomeOwners } from '../../registry/prune';
import { COMMAND_PATIENCE, printReasons, withCollecting, withRegistry, type Collecting } from '../../service/context';
import { dataDirectory, hasRegistry } from '../../service/dataDirectory';
import { CommandFailed, explain } from '../../util/commandError';
import { FileNotRead, findFiles, readFile, type FoundFile } from '../files';
import { exampleOf, listed, plain } from '../format';
import { eachInParallel } from '../../util/eachInParallel';
import { print, printJson, say } from '../../util/output';
import { Progress } from '../progress';
import { untilStopped, type Stop } from '../../service/stopping';
import { now } from '../../util/time';

/** Files that are read at a time: more than are decoded at a time, so that the threads need not wait for any. */
const FILES_AT_ONCE = 8;

/**
 * Why a file cannot be read as a flow log: whoever gave it can do something about it. Flow logs that lack a field or are not
 * of a VPC lie beside others in any folder, and are left out as collecting leaves them in their bucket.
 */
const UNREADABLE: ReadonlyArray<NotCollectable['reason']> = ['no-header', 'parquet-codec', 'parquet-type'];

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * Imports files and what flow logs lie below folders, with progress and a summary. Throws {@link CommandFailed} when one was
 * refused, quarantined or cannot be read as a flow log.
 */
export async function importFiles(
  paths: readonly string[],
  decoder: Decoder,
  { dryRun = false, json = false }: Options
): Promise<void> {
  const files = await findFiles(paths);
  const tally = new Tally();
  const allBytes = files.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  const progress = new Progress(
    () => {
      const { objects, records } = tally.counts();
      return `Read ${objects} of ${formatCounted(files.length, 'file')}, ${formatCounted(records, 'record')}`;
    },
    () => bytes / allBytes
  );
  /** Per reason: the first file's message, and how many files have it. */
  const messages = new Map<string, { readonly text: string; files: number }>();
  const unreadable: string[] = [];
  const take = async (file: FoundFile, work: (object: CollectableObject) => Promise<ObjectOutcome>) => {
    let read = 0;
    const onBytes = (more: number) => {
      read += more;
      bytes += more;
      progress.update();
    };
    const { path: key, size, modified } = file;
    const etag = `${size}-${modified}`;
    const open = () => Promise.resolve(readFile(file, onBytes));
    const outcome = await work({ sourceId: IMPORT_SOURCE, key, etag, size, open }).catch(notRead);
    // Where it was given up early, nothing reads the rest; what was read twice counts once.
    bytes += size - read;
    tally.add({ key }, outcome);
    if (outcome.reason && outcome.message) {
      const message = messages.get(outcome.reason) ?? { text: plain(`${key}: ${outcome.message}`), files: 0 };
      message.files++;
      messages.set(outcome.reason, message);
    }
    if (UNREADABLE.some((reason) => reason === outcome.reason)) {
      unreadable.push(plain(key));
    }
  };
  const cut: string[] = [];
  await untilStopped(async (stop) => {
    await (dryRun ? inspectFiles(files, decoder, take, stop) : collectFiles(files, decoder, take, stop));
    if (stop.signal.aborted) {
      cut.push('It was stopped: import the same files again, and what is left is imported.');
    }
  }).catch((error: unknown) => {
    if (tally.counts().objects === 0) {
      throw error;
    }
    // What was done until then is said all the same.
    cut.push(explain(error));
  });
  progress.finish();
  printReasons(tally, dryRun);
  messages.forEach(({ text, files }, reason) => {
    say(`${reason}: ${text}${files > 1 ? ` ${formatCount(files - 1)} more with this reason.` : ''}`);
  });
  const counts = tally.counts();
  if (json) {
    printJson(counts);
  } else {
    print(summary(counts, dryRun));
  }
  const failures = [...failuresOf(tally, unreadable, dryRun), ...cut];
  if (failures.length > 0) {
    throw new CommandFailed(failures.join(' '));
  }
}

/** What a file that could not be read came to: one of them does not keep the others out. Throws every other failure. */
function notRead(error: unknown): ObjectOutcome {
  if (error instanceof FileNotRead) {
    return { state: 'refused', reason: 'not-read', message: error.message };
  }
  throw error;
}

/** What makes an import fail although it came to its end, a sentence each. */
function failuresOf(tally: Tally, unreadable: readonly string[], isDryRun: boolean): string[] {
  const { objects, quarantined: damaged } = tally.counts();
  const { firstRefusal, refused } = tally;
  const of = (count: number) => `${formatCount(count)} of ${formatCounted(objects, 'file')}`;
  const advice = isDryRun ? '' : ' See flowscope quarantine list; import a file again once it is repaired.';
  return [
    ...(firstRefusal ? [plain(`${of(refused)} refused, ${exampleOf({ objects: refused, ...firstRefusal })}`)] : []),
    ...(damaged > 0 ? [`${of(damaged)} ${quarantined(isDryRun)}.${advice}`] : []),
    ...(unreadable.length > 0
      ? [`${of(unreadable.length)} cannot be read as flow logs: ${listed(unreadable.toSorted())}.`]
      : []),
  ];
}

type Take = (file: FoundFile, work: (object: CollectableObject) => Promise<ObjectOutcome>) => Promise<void>;

async function collectFiles(
  files: readonly FoundFile[],
  decoder: Decoder,
  take: Take,
  { signal, finished }: Stop
): Promise<void> {
  const collect = async ({ registry, client, hourSums: sums, deps }: Collecting) => {
    const each = eachInParallel(files, FILES_AT_ONCE, signal, (file) =>
      take(file, (object) =>
        collectObject(object, deps).catch(async (error: unknown) => {
          if (error instanceof FileNotRead) {
            await noteNotRead(object, deps, 'not-read', { code: 'not-read', message: error.message });
          }
          throw error;
        })
      )
    );
    await finished(each);
    const { writer } = deps;
    const withRetry = (work: () => Promise<void>) => writer.withRetry(work);
    await finished(finishHours(registry, client, now, { sums, signal, withRetry }));
    await compareFlowLogs(registry, client, now());
    await pruneSomeOwners(registry, now(), signal);
  };
  await withCollecting({ patience: { ...COMMAND_PATIENCE, signal }, decoder }, collect);
}

async function inspectFiles(
  files: readonly FoundFile[],
  decoder: Decoder,
  take: Take,
  { signal, finished }: Stop
): Promise<void> {
  // A dry run leaves nothing behind, not even an empty registry.
  const directory = hasRegistry() ? dataDirectory() : ':memory:';
  await withRegistry(async (registry) => {
    const deps = {
      ...{ registry, decoder, now },
      exporters: new ExporterDecisions(registry, now),
      owners: readOnlyOwnerVersions(registry, now),
    };
    const seen = new Set<string>();
    const each = eachInParallel(files, FILES_AT_ONCE, signal, (file) =>
      take(file, async (object) => {
        const { proposal, ...outcome } = await inspectObject(object, deps);
        if (!proposal) {
          return outcome;
        }
        // An object that lies there twice counts once.
        const isRepeated = seen.has(proposal.identity) || seen.has(proposal.sha256);
        seen.add(proposal.identity).add(proposal.sha256);
        return isRepeated ? { state: 'duplicate' } : outcome;
      })
    );
    await finished(each);
  }, directory);
}

/** A dry run puts nothing into quarantine. */
const quarantined = (isDryRun: boolean) => (isDryRun ? 'would be quarantined' : 'quarantined');

function summary(counts: RunCounts, isDryRun: boolean): string {
  const { objects, collected, records, ok } = counts;
  const bytes = formatBytes(BigInt(counts.bytes));
  const packets = formatCounted(BigInt(counts.packets), 'packet');
  const flows = formatCounted(BigInt(counts.flows), 'flow');
  const left = [counts.duplicates, counts.quarantined, counts.notCollected].map(formatCount);
  return (
    `${isDryRun ? 'Would collect' : 'Collected'} ${formatCount(collected)} of ${formatCounted(objects, 'file')}: ` +
    `${formatCounted(records, 'record')}, ${formatCount(ok)} of them traffic with ${bytes}, ${packets} and ${flows}. ` +
    `${left[0]} counted before, ${left[1]} ${quarantined(isDryRun)}, ${left[2]} not collected.`
  );
}
