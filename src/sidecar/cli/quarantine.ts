import { Command } from 'commander';
import { IMPORT_SOURCE } from '../../contract/names';
import { formatBytes, formatCounted } from '../../reports/units';
import type { QuarantineChoice, QuarantinedObject } from '../registry/quarantine';
import { withRegistry } from '../service/context';
import { CommandFailed } from '../util/commandError';
import { listed, plain, utc } from './format';
import { print, printJson, say } from '../util/output';
import { now } from '../util/time';

/** So many objects of one source and message are shown; more would hide the other messages. */
const MAX_SHOWN = 20;

function list(): Command {
  return new Command('list')
    .description('objects in quarantine, and why')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const objects = await withRegistry((registry) => registry.listQuarantine());
      if (json) {
        printJson(objects);
      } else if (objects.length === 0) {
        print(NOTHING);
      } else {
        groupsOf(objects).forEach(printGroup);
        say(adviceOn(objects));
      }
    });
}

/** What to do next: only what a source lists is retried; a file is imported again. */
function adviceOn(objects: readonly QuarantinedObject[]): string {
  return [
    ...(objects.some(({ isListed }) => isListed) ? ['Repaired or replaced one? flowscope quarantine retry KEY.'] : []),
    ...(objects.some(({ sourceId }) => sourceId === IMPORT_SOURCE)
      ? ['Repaired an imported file? flowscope import FILE, once more.']
      : []),
    'Nothing to be done? flowscope quarantine dismiss KEY forgets the notice.',
  ].join(' ');
}

/** Objects of one source with the same message, together. They come in that order. */
function groupsOf(objects: readonly QuarantinedObject[]): QuarantinedObject[][] {
  const groups = new Map<string, QuarantinedObject[]>();
  for (const object of objects) {
    const key = JSON.stringify([object.sourceId, object.reason, object.message]);
    const group = groups.get(key) ?? [];
    group.push(object);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function printGroup(objects: readonly QuarantinedObject[]): void {
  const [{ source, sourceId, reason, message }] = objects;
  const shown = objects.slice(0, MAX_SHOWN);
  const what = sourceId === IMPORT_SOURCE ? 'file' : 'object';
  print(plain(`${source}: ${formatCounted(objects.length, what)}, ${reason}. ${message}`));
  // No frame: keys are long, and meant to be copied.
  shown.forEach(({ since, size, key }) => {
    print(`  ${utc(since)}  ${formatBytes(size).padStart(8)}  ${plain(key)}`);
  });
  if (objects.length > shown.length) {
    print(`  and ${objects.length - shown.length} older ones: --json lists all.`);
  }
  for (const { key, quotes } of shown) {
    quotes.forEach((quote) => print(plain(`  ${key}: ${quote.reason}: ${quote.line}`)));
  }
}

const NOTHING = 'Nothing is in quarantine.';

interface ChoiceOptions {
  readonly all?: boolean;
  readonly source?: string;
}

/** A command over keys, or over all of them. */
function choosing(name: string, description: string, work: (choice: QuarantineChoice) => Promise<void>): Command {
  return new Command(name)
    .description(description)
    .argument('[key...]', 'as quarantine list shows them')
    .option('--all', 'all that is in quarantine')
    .option('--source <name>', 'only of this source; import for files')
    .action(async (keys: string[], { all, source }: ChoiceOptions) => {
      if ((all === true) === keys.length > 0) {
        throw new CommandFailed('Say which objects, by their keys or with --all: see flowscope quarantine list.');
      }
      await work({ keys: all ? undefined : keys, source });
    });
}

async function retry(choice: QuarantineChoice): Promise<void> {
  const { retried, unlisted } = await withRegistry((registry) => registry.retryQuarantined(choice, now()));
  if (retried.length > 0) {
    print(`${formatCounted(retried.length, 'object is', 'objects are')} collected again with the next listing.`);
  }
  if (retried.length + unlisted.length === 0) {
    print(NOTHING);
  }
  if (unlisted.length > 0) {
    const keys = listed(unlisted.map(({ key }) => plain(key)));
    const what = `${formatCounted(unlisted.length, 'object')} cannot be retried, because no source lists them: ${keys}.`;
    const advice = 'A file is tried again with flowscope import FILE.';
    if (choice.keys) {
      throw new CommandFailed(`${what} ${advice}`);
    }
    say(`${what} ${advice}`);
  }
}

async function dismiss(choice: QuarantineChoice): Promise<void> {
  const dismissed = await withRegistry((registry) => registry.dismissQuarantined(choice, now()));
  print(
    dismissed.length === 0
      ? NOTHING
      : `${formatCounted(dismissed.length, 'notice')} dismissed. The objects stay where they are, and are read again only when they change.`
  );
}

/** `flowscope quarantine list | retry | dismiss` */
export function quarantineCommand(): Command {
  return new Command('quarantine')
    .description('objects that are damaged, unreadable or in conflict: they were left in place')
    .addCommand(list())
    .addCommand(choosing('retry', 'collect them again with the next listing', retry))
    .addCommand(choosing('dismiss', 'forget the notices, never the objects', dismiss));
}
