import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { collectObject, inspectObject, type FetchedObject, type ObjectOutcome } from '../collect/collectObject';
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
      const progress = new Progress(() => {
        const { objects, records } = tally.counts();
        return `Read ${objects} of ${files.length} files, ${records} records`;
      });
      const messages = new Map<string, string>();
      const take = async (file: string, work: (object: FetchedObject) => Promise<ObjectOutcome>) => {
        const body = await readFile(file);
        const etag = createHash('sha256').update(body).digest('hex');
        const outcome = await work({ sourceId: SOURCE_ID, key: file, etag, body });
        tally.add(outcome);
        if (outcome.reason && outcome.message && !messages.has(outcome.reason)) {
          messages.set(outcome.reason, `${file}: ${outcome.message}`);
        }
        progress.update();
      };
      await (dryRun ? inspectFiles(files, take) : importFiles(files, take));
      progress.finish();
      sayReasons(tally.counts().reasons);
      messages.forEach((message, reason) => say(`${reason}: ${message}`));
      const counts = tally.counts();
      print(json ? JSON.stringify(counts, undefined, 2) : summary(counts, dryRun === true));
      if (tally.refused > 0) {
        throw new CommandFailed(`${tally.refused} files were refused: ${tally.firstRefusal}`);
      }
    });
}

type Take = (file: string, work: (object: FetchedObject) => Promise<ObjectOutcome>) => Promise<void>;

async function importFiles(files: readonly string[], take: Take): Promise<void> {
  await withCollecting(COMMAND_PATIENCE, async ({ registry, client, deps }) => {
    await eachInParallel(files, (file) =>
      take(file, async (object) => {
        await deps.offsets.prepare();
        return collectObject(object, deps);
      })
    );
    await recomputeDirtyHours(registry, client, now, undefined, (work) => deps.writer.patiently(work));
  });
}

async function inspectFiles(files: readonly string[], take: Take): Promise<void> {
  // A dry run leaves nothing behind, not even an empty registry.
  const directory = existsSync(dataDirectory()) ? dataDirectory() : ':memory:';
  await withRegistry(async (registry) => {
    const exporters = new ExporterDecisions(registry);
    const seen = new Set<string>();
    // One after the other: an object that lies there twice is a duplicate only the second time.
    for (const file of files) {
      await take(file, async (object) => {
        const outcome = await inspectObject(object, { registry, exporters, now });
        const isRepeated = outcome.state === 'stored' && (seen.has(outcome.identity) || seen.has(outcome.sha256));
        seen.add(outcome.identity).add(outcome.sha256);
        return isRepeated ? { state: 'duplicate' } : outcome;
      });
    }
  }, directory);
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

/** Every file named, and every file below a folder whose name may be that of a flow log. */
async function findFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found) {
      throw new CommandFailed(`There is no file or folder ${path}.`);
    }
    if (!found.isDirectory()) {
      files.push(resolve(path));
      continue;
    }
    for await (const entry of glob('**/*', { cwd: path, withFileTypes: true })) {
      if (entry.isFile() && mayHoldFlowLogs(entry.name)) {
        files.push(resolve(join(entry.parentPath, entry.name)));
      }
    }
  }
  if (files.length === 0) {
    throw new CommandFailed(`No flow logs in ${paths.join(', ')}: their names end in .gz or .parquet.`);
  }
  return [...new Set(files)].sort();
}

function summary(counts: ReturnType<Tally['counts']>, isDryRun: boolean): string {
  const { objects, collected, records, ok, bytes, packets, flows, notCollected, quarantined, duplicates } = counts;
  return (
    `${isDryRun ? 'Would collect' : 'Collected'} ${collected} of ${objects} files: ${records} records, ${ok} of them traffic ` +
    `with ${bytes} bytes, ${packets} packets and ${flows} flows. ` +
    `${duplicates} counted before, ${quarantined} quarantined, ${notCollected} not collected.`
  );
}
