import Table from 'cli-table3';
import { Command } from 'commander';
import { overlapping, overlapWarning } from '../../../contract/overlap';
import { olderObjects } from '../../../reports/olderObjects';
import { formatCount } from '../../../reports/units';
import { AwsError } from '../../aws/errors';
import { shownAccess } from '../../registry/access';
import { commandLineAuthor } from '../../registry/audit';
import { GONE_STATES, type LedgerCount, type LedgerState } from '../../registry/ledger';
import type { Source } from '../../registry/sources';
import { bucketOf } from '../../service/awsAccess';
import { withRegistry } from '../../service/context';
import { registryFolder } from '../../service/dataDirectory';
import { CommandFailed } from '../../util/commandError';
import { exampleOf, plain } from '../format';
import { describeHold } from '../hold';
import { print, printJson, say } from '../../util/output';
import { discardCommand } from './discard';
import { readSettings, settingOptions, sourceChanges, type GivenSettings } from './options';
import { now } from '../../util/time';

type GivenToAdd = GivenSettings & { readonly deleteAfterCollecting?: boolean };

const CONSENT = 'this bucket is only for Flowscope: delete objects once they are stored';
const needsConsent = (name: string) =>
  `Collected objects are deleted from the bucket. Enable it with: flowscope source enable "${name}" --delete-after-collecting`;

function add(): Command {
  const command = new Command('add').description('add a bucket to collect from');
  return settingOptions(command.argument('<name>', 'a unique name for people'), 'add')
    .option('--delete-after-collecting', CONSENT)
    .action(async (name: string, { deleteAfterCollecting: enabled = false, ...given }: GivenToAdd) => {
      const settings = { ...(await readSettings({ name, ...given })), enabled };
      const { source, others } = await withRegistry(async (registry) => {
        const added = await registry.addSource(settings, now());
        return { source: added, others: await registry.listSources() };
      }, registryFolder());
      printPlace('Added', source);
      warnOfOverlap(source, others);
      sayDisabled(source, 'It is disabled.');
      if (source.enabled) {
        await sayOlderObjects(source);
      }
    });
}

/** Says how many objects of a source are too old to be collected: it was just enabled, and these will stay. */
async function sayOlderObjects(source: Source): Promise<void> {
  const { agesOf } = await import('../../inspect/testSource');
  try {
    const older = olderObjects(await agesOf(await bucketOf(source), source, now()));
    if (older !== undefined) {
      say(`Warning: ${older}`);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    say(plain(`Its objects could not be listed: ${error.message} See flowscope test "${source.name}".`));
  }
}

function edit(): Command {
  const command = new Command('edit').description(
    'change its settings; another bucket, prefix or endpoint disables it, and is refused once it has objects in the ledger'
  );
  return settingOptions(command.argument('<name>'), 'edit').action(async (name: string, given: GivenSettings) => {
    if (Object.keys(given).length === 0) {
      throw new CommandFailed('Say what to change: see flowscope source edit --help.');
    }
    const { before, source, others } = await withRegistry(async (registry) => {
      const known = await registry.getSource(name);
      const settings = await readSettings(given, known);
      const changed = await registry.changeSource(known.id, known.version, settings, commandLineAuthor());
      return { before: known, source: changed, others: await registry.listSources() };
    });
    const changes = sourceChanges(before, source);
    printPlace(changes.length > 0 ? 'Changed' : 'Nothing is different in', source);
    changes.forEach((line) => print(`  ${line}`));
    if (changes.length > 0) {
      warnOfOverlap(source, others);
    }
    sayDisabled(source, before.enabled ? 'It was switched off, since it is to read elsewhere.' : 'It is disabled.');
  });
}

function printPlace(verb: string, { name, bucket, prefix, region }: Source): void {
  print(`${verb} source ${name}: s3://${bucket}/${prefix} in ${region}.`);
}

function sayDisabled({ name, enabled }: Source, how: string): void {
  if (!enabled) {
    say(`${how} ${needsConsent(name)}`);
  }
}

function warnOfOverlap(source: Source, all: readonly Source[]): void {
  const others = overlapping(source, all);
  if (others.length > 0) {
    say(`Warning: ${overlapWarning(others)}.`);
  }
}

function enable(): Command {
  return new Command('enable')
    .description('collect from it')
    .argument('<name>')
    .option('--delete-after-collecting', CONSENT)
    .action(async (name: string, { deleteAfterCollecting = false }: { deleteAfterCollecting?: boolean }) => {
      const source = await withRegistry(async (registry) => {
        await registry.getSource(name);
        if (!deleteAfterCollecting) {
          throw new CommandFailed(needsConsent(name));
        }
        return registry.enableSource(name, true);
      });
      print(`Source ${source.name} is enabled: its objects are deleted once they are stored.`);
      await sayOlderObjects(source);
    });
}

function disable(): Command {
  return new Command('disable')
    .description('stop collecting from it')
    .argument('<name>')
    .action(async (name: string) => {
      const source = await withRegistry((registry) => registry.enableSource(name, false));
      print(`Source ${source.name} is disabled.`);
    });
}

function remove(): Command {
  return new Command('remove')
    .description('forget the source; what it collected stays, its bucket is not touched')
    .argument('<name>')
    .action(async (name: string) => {
      const source = await withRegistry((registry) => registry.removeSource(name));
      print(`Removed source ${source.name}. Its bucket ${source.bucket} and what was collected stay as they are.`);
    });
}

function list(): Command {
  return new Command('list')
    .description('all sources, with what became of their objects')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { rows, hold } = await withRegistry(async (registry) => {
        const sources = await registry.listSources();
        const counted = sources.map(async (source) => ({ ...source, objects: await registry.ledgerCounts(source.id) }));
        return { rows: await Promise.all(counted), hold: await registry.deletionHold() };
      });
      if (json) {
        printJson(rows.map(({ access, ...row }) => ({ ...row, ...shownAccess(access) })));
      } else if (rows.length === 0) {
        print('No source yet. Add one: flowscope source add NAME --bucket B --region R --delete-after-collecting');
      } else {
        printSources(rows);
      }
      if (hold) {
        say(describeHold(hold));
      }
    });
}

function printSources(rows: ReadonlyArray<Source & { objects: readonly LedgerCount[] }>): void {
  const table = new Table({
    head: ['Name', 'Bucket', 'Region', 'State', 'Collected', 'Left in place'],
    style: { head: [], border: [] },
  });
  const left = ({ state }: LedgerCount) => !(['deleted', 'stored', ...GONE_STATES] as LedgerState[]).includes(state);
  const sum = (counts: readonly LedgerCount[]) => counts.reduce((total, { objects }) => total + objects, 0);
  for (const { name, bucket, prefix, region, enabled, lastError, objects } of rows) {
    const state = !enabled ? 'disabled' : lastError ? 'failing' : 'enabled';
    const collected = objects.filter(({ state }) => state === 'deleted' || state === 'stored');
    const counts = [sum(collected), sum(objects.filter(left))].map(formatCount);
    table.push([...[name, `${bucket}/${prefix}`].map(plain), region, state, ...counts]);
  }
  print(table.toString());
  for (const { name, lastError, objects } of rows) {
    if (lastError) {
      print(plain(`${name}: ${lastError}`));
    }
    for (const count of objects.filter(left)) {
      print(plain(`${name}: ${formatCount(count.objects)} left in place, ${count.reason}, ${exampleOf(count)}`));
    }
  }
}

/** `flowscope source add | edit | list | enable | disable | discard | remove` */
export function sourceCommand(): Command {
  return new Command('source')
    .description('the S3 buckets to collect from')
    .addCommand(add())
    .addCommand(edit())
    .addCommand(list())
    .addCommand(enable())
    .addCommand(disable())
    .addCommand(discardCommand())
    .addCommand(remove());
}
