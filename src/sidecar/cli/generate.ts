import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { makeCompany } from '../generate/company';
import { GenerateError, parseInventory } from '../generate/inventory';
import { generateObjects, type GeneratedObject } from '../generate/objects';
import { DEFAULT_GENERATE_OPTIONS, MAX_INTERFACES, type GenerateOptions } from '../generate/options';
import { Organisation } from '../generate/organisation/organisation';
import { openOutput, type OutputTarget } from '../generate/output';
import { TruthTally, type Truth } from '../generate/truth';
import { parseTime } from '../../reports/timeRange';
import { formatCounted } from '../../reports/units';
import { CommandFailed } from '../util/commandError';
import { print, printJson } from '../util/output';
import { now } from '../util/time';
import { Progress } from './progress';

interface Flags {
  out?: string;
  minutes: number;
  interfaces: number;
  recordsPerMinute: number;
  seed: number;
  end?: number;
  inventory?: string;
  organisation?: boolean;
  truth?: string;
  facts?: string;
  region?: string;
  printInventory?: boolean;
  json?: boolean;
}

/** Objects on their way to the disk or to S3 at the same time. */
const WRITES_IN_FLIGHT = 8;

/** `flowscope generate`: synthetic flow logs of a three-tier company, with the exact sums that a collector must find. */
export function generateCommand(): Command {
  const { minutes, interfaces, recordsPerMinute, seed } = DEFAULT_GENERATE_OPTIONS;
  return new Command('generate')
    .description('Write realistic synthetic flow logs, and the exact sums in them, into a folder or a bucket')
    .option('--out <place>', 'folder (better an empty one: truth.json tells of this run only), or s3://bucket[/prefix]')
    .option('--minutes <number>', 'minutes of traffic', whole(1, 527_040), minutes)
    .option('--interfaces <number>', 'logged interfaces of the made-up company', whole(1, MAX_INTERFACES), interfaces)
    .option(
      '--records-per-minute <number>',
      'mean records for each interface and minute',
      whole(1, 100_000),
      recordsPerMinute
    )
    .option('--seed <number>', 'the same seed gives the same logs', whole(0, 4_294_967_295), seed)
    .option('--end <time>', 'end of the traffic, as in 2026-03-02T12:00:00Z (default: now)', time)
    .option('--inventory <file>', 'JSON with the ids of real entities; see --print-inventory for its shape')
    .addOption(
      new Option(
        '--organisation',
        'four accounts with overlapping VPCs instead, and in truth.json whose traffic it was'
      ).conflicts(['interfaces', 'recordsPerMinute', 'inventory', 'printInventory'])
    )
    .option('--truth <file>', 'where to write the exact sums (default: truth.json in the folder)')
    .option(
      '--facts <file>',
      "where to write what is known of the organisation's owners (default: facts.json in the folder)"
    )
    .option('--region <region>', "the bucket's region (default: AWS_REGION)")
    .option('--print-inventory', 'print the made-up company as an inventory, and generate nothing')
    .option('--json', 'print the exact sums')
    .action((flags: Flags) =>
      generate(flags).catch((error: unknown) => {
        throw error instanceof GenerateError ? new CommandFailed(error.message) : error;
      })
    );
}

async function generate(flags: Flags): Promise<void> {
  if (flags.printInventory === true) {
    printJson(makeCompany(flags.seed, flags.interfaces));
    return;
  }
  if (flags.out === undefined) {
    throw new CommandFailed('Say where to write: --out FOLDER, or --out s3://bucket/prefix');
  }
  const started = Date.now();
  const target = openOutput(flags.out, flags.region);
  const options: GenerateOptions = {
    endSeconds: flags.end ?? now(),
    minutes: flags.minutes,
    interfaces: flags.interfaces,
    recordsPerMinute: flags.recordsPerMinute,
    seed: flags.seed,
    prefix: target.prefix,
    ...(flags.inventory !== undefined && { inventory: await readInventory(flags.inventory) }),
  };

  const tally = new TruthTally();
  const organisation = flags.organisation === true ? new Organisation(options) : undefined;
  try {
    await writeObjects(organisation?.objects() ?? generateObjects(options), target, tally);
  } finally {
    target.close();
  }
  const truth: Truth = { ...tally.truth(), ...(organisation && { rows: organisation.rows() }) };
  const truthText = JSON.stringify(truth, undefined, 2);
  await writeText(flags.truth ?? target.fileFor('truth.json'), truthText);
  if (organisation) {
    await writeText(flags.facts ?? target.fileFor('facts.json'), JSON.stringify(organisation.facts, undefined, 2));
  }
  if (flags.json === true) {
    print(truthText);
  } else {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    print(
      `Wrote ${formatCounted(truth.objects, 'object')} with ${formatCounted(truth.records, 'record')} to collect ` +
        `to ${target.name} in ${seconds} s.`
    );
  }
}

/** Writes a text file, and the folders above it; nothing where no file is named. */
async function writeText(file: string | undefined, text: string): Promise<void> {
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${text}\n`);
  }
}

async function readInventory(file: string): Promise<NonNullable<GenerateOptions['inventory']>> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new CommandFailed(`The inventory ${file} cannot be read (${cause.code ?? cause.message})`);
  });
  try {
    return parseInventory(text);
  } catch (cause) {
    throw cause instanceof GenerateError ? new GenerateError(`${file}: ${cause.message}`, { cause }) : cause;
  }
}

/** Writes objects, a few objects at a time; the first failure stops it once the others in flight are done. */
async function writeObjects(
  objects: Iterable<GeneratedObject>,
  target: OutputTarget,
  tally: TruthTally
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let until = '';
  const progress = new Progress(() => {
    const { objects, records } = tally.truth();
    return `${formatCounted(objects, 'object')}, ${formatCounted(records, 'record')}, until ${until}`;
  });
  for (const { key, body, slot, counts } of objects) {
    tally.add(counts);
    const write: Promise<void> = target
      .put(key, body)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => inFlight.delete(write));
    inFlight.add(write);
    if (inFlight.size >= WRITES_IN_FLIGHT) {
      await Promise.race(inFlight);
    }
    if (failures.length > 0) {
      break;
    }
    until = new Date(slot * 1000).toISOString();
    progress.update();
  }
  await Promise.all(inFlight);
  if (failures.length > 0) {
    throw failures[0];
  }
  progress.finish();
}

/** Reads a whole number within limits. */
function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}

/** Reads a point in time as Unix seconds. */
function time(text: string): number {
  const milliseconds = parseTime(text, Date.now());
  if (milliseconds === undefined) {
    throw new InvalidArgumentError('Give a time like 2026-03-02T12:00:00Z.');
  }
  return Math.floor(milliseconds / 1000);
}
