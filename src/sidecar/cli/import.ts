import { createReadStream, existsSync } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { collectObject, inspectObject, type CollectableObject, type ObjectOutcome } from '../collect/collectObject';
import { ExporterDecisions } from '../collect/exporterDecisions';
import { recomputeDirtyHours } from '../collect/recomputeHours';
import { Tally } from '../collect/tally';
import { mayHoldFlowLogs } from '../records/objectName';
import {
  COMMAND_PATIENCE,
  dataDirectory,
  now,
  OBJECTS_IN_FLIGHT,
  print,
  say,
  sayReasons,
  startDecoder,
  withCollecting,
  withRegistry,
} from './context';
import { CommandFailed } from './failure';
import { Progress } from './progress';

/** The source id of what was imported from files. */
const SOURCE_ID = 'import';

interface Options {
  dryRun?: boolean;
  json?: boolean;
}

/** `flowscope import FILE|DIR… [--dry-run] [--json]`: the same path as collecting, over files, which stay where they are. */
export function importCommand(): Command {
  return new Command('import')
    .description('collect from files and folders; the files stay')
    .argument('<path...>', 'files, or folders to look through')
    .option('--dry-run', 'count only: nothing is written anywhere')
    .option('--json', 'print the counts as JSON')
    .action(async (paths: string[], { dryRun, json }: Options) => {
      const files = await findFiles(paths);
      const tally = new Tally();
      const allBytes = files.reduce((sum, { size }) => sum + size, 0);
      let bytes = 0;
      const progress = new Progress(
        () => {
          const { objects, records } = tally.counts();
          return `Read ${objects} of ${files.length} files, ${records} records`;
        },
        () => bytes / allBytes
      );
      /** Per reason: the first file's message, and how many files have it. */
      const messages = new Map<string, { readonly text: string; files: number }>();
      const take = async (file: FoundFile, work: (object: CollectableObject) => Promise<ObjectOutcome>) => {
        const onBytes = (more: number) => {
          bytes += more;
          progress.update();
        };
        const { path: key, size, modified } = file;
        const etag = `${size}-${modified}`;
        const outcome = await work({ sourceId: SOURCE_ID, key, etag, size, open: () => openFile(file, onBytes) });
        tally.add(outcome);
        if (outcome.reason && outcome.message) {
          const message = messages.get(outcome.reason) ?? { text: `${key}: ${outcome.message}`, files: 0 };
          message.files++;
          messages.set(outcome.reason, message);
        }
      };
      await (dryRun ? inspectFiles(files, take) : importFiles(files, take));
      progress.finish();
      sayReasons(tally.counts().reasons);
      messages.forEach(({ text, files }, reason) => {
        say(`${reason}: ${text}${files > 1 ? ` And ${files - 1} more such.` : ''}`);
      });
      const counts = tally.counts();
      print(json ? JSON.stringify(counts, undefined, 2) : summary(counts, dryRun === true));
      if (counts.quarantined > 0 && !dryRun) {
        say('What was quarantined: flowscope quarantine list. Import a file again once it is repaired.');
      }
      if (tally.refused > 0) {
        throw new CommandFailed(`${tally.refused} files were refused: ${tally.firstRefusal}`);
      }
    });
}

type Take = (file: FoundFile, work: (object: CollectableObject) => Promise<ObjectOutcome>) => Promise<void>;

async function importFiles(files: readonly FoundFile[], take: Take): Promise<void> {
  await withCollecting(COMMAND_PATIENCE, async ({ registry, client, deps }) => {
    await eachInParallel(files, (file) => take(file, (object) => collectObject(object, deps)));
    await recomputeDirtyHours(registry, client, now, undefined, (work) => deps.writer.patiently(work));
  });
}

async function inspectFiles(files: readonly FoundFile[], take: Take): Promise<void> {
  // A dry run leaves nothing behind, not even an empty registry.
  const directory = existsSync(dataDirectory()) ? dataDirectory() : ':memory:';
  const decoder = startDecoder();
  try {
    await withRegistry(async (registry) => {
      const deps = { registry, exporters: new ExporterDecisions(registry, now), decoder, now };
      const seen = new Set<string>();
      await eachInParallel(files, (file) =>
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
    }, directory);
  } finally {
    await decoder.close();
  }
}

async function eachInParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: OBJECTS_IN_FLIGHT }, worker));
}

interface FoundFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

/** Every file named, and every file below a folder whose name may be that of a flow log. */
async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const files = new Map<string, FoundFile>();
  const add = async (file: string) => {
    const path = resolve(file);
    const { size, mtimeMs } = await stat(path);
    files.set(path, { path, size, modified: Math.floor(mtimeMs) });
  };
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) {
      throw new CommandFailed(`There is no file or folder ${path}.`);
    }
    if (!found.isDirectory()) {
      await add(path);
      continue;
    }
    for await (const entry of glob('**/*', { cwd: path, withFileTypes: true })) {
      if (entry.isFile() && mayHoldFlowLogs(entry.name)) {
        await add(join(entry.parentPath, entry.name));
      }
    }
  }
  if (files.size === 0) {
    throw new CommandFailed(`No flow logs in ${paths.join(', ')}: their names end in .gz or .parquet.`);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const READ_BYTES = 512 * 1024;

/** A file's bytes; undefined when it is gone. */
async function openFile(
  { path, size }: FoundFile,
  onBytes: (bytes: number) => void
): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (!(await stat(path).catch(() => undefined))) {
    return undefined;
  }
  return (async function* read() {
    let bytes = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      bytes += (chunk as Buffer).length;
      onBytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
    if (bytes !== size) {
      throw new CommandFailed(`${path} changed while it was read: import it again.`);
    }
  })();
}

function summary(counts: ReturnType<Tally['counts']>, isDryRun: boolean): string {
  const { objects, collected, records, ok, bytes, packets, flows, notCollected, quarantined, duplicates } = counts;
  return (
    `${isDryRun ? 'Would collect' : 'Collected'} ${collected} of ${objects} files: ${records} records, ${ok} of them traffic ` +
    `with ${bytes} bytes, ${packets} packets and ${flows} flows. ` +
    `${duplicates} counted before, ${quarantined} quarantined, ${notCollected} not collected.`
  );
}
