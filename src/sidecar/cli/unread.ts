import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { formatBytes, formatCount, formatCounted } from '../../reports/units';
import { parseObjectName } from '../records/objectName';
import type { Registry } from '../registry/registry';
import type { UnreadObject } from '../registry/unread';
import { withRegistry } from '../service/context';
import { CommandFailed } from '../util/commandError';
import { plain, utc } from './format';
import { print, printJson, say } from '../util/output';

/** Objects that are shown; --json has all. */
const MAX_SHOWN = 50;
const NOTHING = 'No line is kept: every record of every stored object was counted, or is NODATA or SKIPDATA.';

const NAMED_SOURCE = ['--source <name>', 'only of this source; import for files'] as const;

/** Throws {@link CommandFailed} when nothing is kept of a source that was named. */
async function listOf(registry: Registry, source: string | undefined): Promise<UnreadObject[]> {
  const objects = await registry.listUnread(source);
  if (source !== undefined && objects.length === 0) {
    const others = [...new Set((await registry.listUnread()).map((object) => object.source))];
    const there = others.length === 0 ? 'nor of any other' : `lines are kept of ${others.join(', ')}`;
    throw new CommandFailed(plain(`No line of source ${source} is kept, ${there}.`));
  }
  return objects;
}

function list(): Command {
  return new Command('list')
    .description('lines of stored objects that could not be counted, object by object, the newest first')
    .option(...NAMED_SOURCE)
    .option('--json', 'as JSON')
    .action(async ({ source, json }: { source?: string; json?: boolean }) => {
      const objects = await withRegistry((registry) => listOf(registry, source));
      if (json) {
        printJson(objects);
      } else if (objects.length === 0) {
        print(NOTHING);
      } else {
        objects.slice(0, MAX_SHOWN).forEach(printObject);
        const more = objects.length - MAX_SHOWN;
        if (more > 0) {
          print(`and ${formatCounted(more, 'older object')}: --json lists all.`);
        }
        say('The whole lines: flowscope unread export DIR.');
      }
    });
}

function printObject({ source, key, stored, lines, bytes, reasons, quotes }: UnreadObject): void {
  const why = Object.entries(reasons).map(([reason, count]) => `${formatCount(count)} ${reason}`);
  print(
    plain(
      `${source}: ${key}, stored ${utc(stored)}: ${formatCounted(lines, 'line')} (${formatBytes(bytes)}), ${why.join(', ')}`
    )
  );
  quotes.forEach(({ reason, line }) => print(plain(`  ${reason}: ${line}`)));
}

function exportLines(): Command {
  return new Command('export')
    .description(
      'write these lines whole, each object\u2019s under its header, as flow logs that flowscope import takes once they are mended'
    )
    .argument('<dir>', 'a folder, made where it is missing')
    .option(...NAMED_SOURCE)
    .action(async (dir: string, { source }: { source?: string }) => {
      const folder = resolve(dir);
      let lines = 0;
      const objects = await withRegistry(async (registry) => {
        const all = await listOf(registry, source);
        for (const object of all) {
          await writeObject(folder, object, (await registry.readUnread(object.id))!);
          lines += object.lines;
        }
        return all;
      });
      print(
        objects.length === 0
          ? NOTHING
          : plain(
              `Wrote ${formatCounted(lines, 'line')} of ${formatCounted(objects.length, 'object')} to ${folder}. They stay in the data directory, too.`
            )
      );
    });
}

/**
 * Below the account, since a header may not tell it; under a name that is not AWS's, since it is not that object. Throws
 * {@link CommandFailed} rather than to overwrite a file that was changed.
 */
async function writeObject(folder: string, { id, key }: UnreadObject, text: Uint8Array): Promise<void> {
  const { account, region } = parseObjectName(key);
  const below = account === undefined ? folder : join(folder, 'AWSLogs', account, 'vpcflowlogs', region ?? 'unknown');
  const name = key
    .slice(key.lastIndexOf('/') + 1)
    .replace(/[^\w.-]/g, '_')
    .slice(0, 150);
  const path = join(below, `unread-${id}-${name.replace(/(\.log)?\.(gz|parquet)$/, '')}.log.gz`);
  const content = gzipSync(text);
  try {
    const there = await readFile(path).catch(() => undefined);
    if (there && !there.equals(content)) {
      throw new CommandFailed(
        `${path} is there and was changed: import it and delete it, or export to another folder.`
      );
    }
    await mkdir(below, { recursive: true });
    await writeFile(path, content, { mode: 0o600 });
  } catch (error) {
    throw error instanceof CommandFailed
      ? error
      : new CommandFailed(`The lines cannot be written to ${below}: ${(error as Error).message}`);
  }
}

/** `flowscope unread list | export` */
export function unreadCommand(): Command {
  return new Command('unread')
    .description('lines that could not be counted, of objects whose other records were stored')
    .addCommand(list())
    .addCommand(exportLines());
}
