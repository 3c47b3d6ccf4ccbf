import { text } from 'node:stream/consumers';
import Table from 'cli-table3';
import { Command } from 'commander';
import { OBJECTS_IN_FLIGHT } from '../../contract/bounds';
import { sourceInput } from '../../contract/sources';
import { sealedAccess } from '../http/accessInputs';
import { shownAccess } from '../registry/access';
import type { LedgerCount } from '../registry/ledger';
import type { Source } from '../registry/sources';
import { print, say, now, secrets, withRegistry } from './context';
import { CommandFailed } from './failure';

interface AddOptions {
  bucket: string;
  region: string;
  prefix?: string;
  queueUrl?: string;
  endpoint?: string;
  pathStyle?: boolean;
  objectsInFlight?: number;
  accessKeyId?: string;
  roleArn?: string;
  externalId?: string;
  deleteAfterCollecting?: boolean;
}

const CONSENT = 'this bucket is only for Flowscope: delete objects once they are stored';
const needsConsent = (name: string) =>
  `It is disabled: collected objects are deleted from the bucket. Enable it with: flowscope source enable "${name}" --delete-after-collecting`;

function add(): Command {
  const { min, max, usual } = OBJECTS_IN_FLIGHT;
  return new Command('add')
    .description('add a bucket to collect from')
    .argument('<name>', 'a unique name for people')
    .requiredOption('--bucket <bucket>', 'the bucket that flow logs are delivered to')
    .requiredOption('--region <region>', "the bucket's region (not the VPCs')")
    .option('--prefix <prefix>', 'folder above AWSLogs/; the whole bucket when left out')
    .option('--queue-url <url>', 'the SQS queue that S3 notifies of new objects; found by listing when left out')
    .option(
      '--access-key-id <id>',
      'sign in with this key; its secret comes from FLOWSCOPE_SECRET_ACCESS_KEY or standard input'
    )
    .option('--role-arn <arn>', 'a role to take on')
    .option('--external-id <id>', 'the external id its trust policy asks for')
    .option('--endpoint <url>', 'where S3 is, when the bucket is not on AWS: https://host:9000')
    .option('--path-style', "the bucket's name in the path of requests instead of the host name")
    .option(
      '--objects-in-flight <n>',
      `how many of its objects are read at a time, ${min} to ${max} (default: ${usual})`,
      Number
    )
    .option('--delete-after-collecting', CONSENT)
    .action(async (name: string, options: AddOptions) => {
      const { deleteAfterCollecting: enabled = false, ...given } = options;
      const secretAccessKey = given.accessKeyId === undefined ? undefined : await readSecret();
      const checked = sourceInput.safeParse({ name, ...given, secretAccessKey });
      if (!checked.success) {
        throw new CommandFailed(
          checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
        );
      }
      const { accessKeyId, secretAccessKey: secret, roleArn, externalId, ...settings } = checked.data;
      const access = sealedAccess({ accessKeyId, secretAccessKey: secret, roleArn, externalId }, secrets());
      const source = await withRegistry((registry) => registry.addSource({ ...settings, access, enabled }, now()));
      print(`Added source ${source.name}: s3://${source.bucket}/${source.prefix} in ${source.region}.`);
      if (!enabled) {
        say(needsConsent(source.name));
      }
    });
}

/** The secret of an access key: never from the command line, where every process of the machine sees it. */
async function readSecret(): Promise<string> {
  const given = process.env.FLOWSCOPE_SECRET_ACCESS_KEY;
  if (given !== undefined) {
    return given;
  }
  if (process.stdin.isTTY) {
    throw new CommandFailed(
      'Where is the secret access key? Set FLOWSCOPE_SECRET_ACCESS_KEY, or pipe it in: … < secret-file'
    );
  }
  return (await text(process.stdin)).trim();
}

function enable(): Command {
  return new Command('enable')
    .description('collect from it')
    .argument('<name>')
    .option('--delete-after-collecting', CONSENT)
    .action(async (name: string, { deleteAfterCollecting = false }: { deleteAfterCollecting?: boolean }) => {
      if (!deleteAfterCollecting) {
        throw new CommandFailed(needsConsent(name));
      }
      const source = await withRegistry((registry) => registry.enableSource(name, true));
      print(`Source ${source.name} is enabled: its objects are deleted once they are stored.`);
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
      const rows = await withRegistry(async (registry) => {
        const sources = await registry.listSources();
        return Promise.all(
          sources.map(async (source) => ({ ...source, objects: await registry.ledgerCounts(source.id) }))
        );
      });
      if (json) {
        print(
          JSON.stringify(
            rows.map(({ access, ...row }) => ({ ...row, ...shownAccess(access) })),
            undefined,
            2
          )
        );
      } else if (rows.length === 0) {
        print('No source yet. Add one: flowscope source add NAME --bucket B --region R --delete-after-collecting');
      } else {
        printSources(rows);
      }
    });
}

function printSources(rows: ReadonlyArray<Source & { objects: readonly LedgerCount[] }>): void {
  const table = new Table({
    head: ['Name', 'Bucket', 'Region', 'State', 'Collected', 'Left in place'],
    style: { head: [], border: [] },
  });
  const left = ({ state }: LedgerCount) => !['deleted', 'stored', 'gone'].includes(state);
  const sum = (counts: readonly LedgerCount[]) => counts.reduce((total, { objects }) => total + objects, 0);
  for (const { name, bucket, prefix, region, enabled, lastError, objects } of rows) {
    const state = !enabled ? 'disabled' : lastError ? 'failing' : 'enabled';
    const collected = objects.filter(({ state }) => state === 'deleted' || state === 'stored');
    const counts = [sum(collected), sum(objects.filter(left))];
    table.push([name, `${bucket}/${prefix}`, region, state, ...counts]);
  }
  print(table.toString());
  for (const { name, lastError, objects } of rows) {
    if (lastError) {
      print(`${name}: ${lastError}`);
    }
    for (const { objects: count, reason, message, example } of objects.filter(left)) {
      print(`${name}: ${count} left in place, ${reason}. ${message} For example ${example}`);
    }
  }
}

/** `flowscope source add | list | enable | disable | remove` */
export function sourceCommand(): Command {
  return new Command('source')
    .description('the S3 buckets to collect from')
    .addCommand(add())
    .addCommand(list())
    .addCommand(enable())
    .addCommand(disable())
    .addCommand(remove());
}
