/**
 * `npm run simulate`: lets the collector live through six virtual hours for each seed, in which everything that can fail does, and
 * checks afterwards that nothing was lost, counted twice, stuck or left without a word. The same seed gives the same events.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bundleSimulation, type Patch } from './bundle';
import { PLANTED_FAULTS } from './planted';
import type { SeedResult } from './seed';

const FOLDER = join(__dirname, '../node_modules/.cache/simulation');

const HELP = `npm run simulate [-- --seeds N --seed S --events --planted --workers N]

Runs the collector in virtual time against models of S3, SQS and InfluxDB, and real SQLite. One seed decides everything.

  --seeds N    how many seeds (default: 200)
  --seed S     the first one (default: 1); with --seeds 1 that one alone
  --events     prints all that happened in each seed
  --planted    plants faults into a copy of the sidecar, and shows the first seed that finds each
  --workers N  processes at a time (default: one per core)
  --help       print this`;

/** What a run of seeds came to. */
export interface RunResult {
  readonly seeds: number;
  readonly objects: number;
  readonly failed: readonly SeedResult[];
  readonly cpuSeconds: number;
  /** Of each seed, in no order. */
  readonly fingerprints: ReadonlyMap<number, string>;
}

interface RunOptions {
  readonly first: number;
  readonly seeds: number;
  readonly workers?: number;
  readonly keepsEvents?: boolean;
  readonly patches?: readonly Patch[];
  /** Ends with the first seed that fails. */
  readonly stopsEarly?: boolean;
  readonly onSeed?: (done: number, result: SeedResult) => void;
}

/** The sidecar keeps V8's heaps small, which costs a process that runs many seeds more than it saves. Megabytes. */
const NODE_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

let bundles = 0;

/** Runs seeds in processes of their own. Throws when one of them breaks down. */
export async function runSeeds({
  first,
  seeds,
  workers = availableParallelism(),
  keepsEvents = false,
  patches,
  stopsEarly = false,
  onSeed = () => undefined,
}: RunOptions): Promise<RunResult> {
  const script = join(FOLDER, `worker-${process.pid}-${++bundles}.cjs`);
  await bundleSimulation(script, patches);
  const failed: SeedResult[] = [];
  const fingerprints = new Map<number, string>();
  let [objects, cpuSeconds] = [0, 0];
  const stop = new AbortController();
  const runWorker = async (number: number) => {
    const count = Math.floor((seeds - number + workers - 1) / workers);
    if (count <= 0) {
      return;
    }
    const args = [script, first + number, workers, count, keepsEvents ? 'all' : 'last'].map(String);
    const worker = spawn(process.execPath, [...NODE_FLAGS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('close', (code) =>
        code === 0 || stop.signal.aborted ? resolve() : reject(new Error(`A worker ended with ${code}.`))
      );
    });
    stop.signal.addEventListener('abort', () => worker.kill());
    for await (const line of createInterface(worker.stdout)) {
      const said = JSON.parse(line) as Partial<SeedResult> & { cpuSeconds?: number; crash?: string };
      if (said.crash !== undefined) {
        throw new Error(said.crash);
      }
      if (said.seed === undefined) {
        cpuSeconds += said.cpuSeconds ?? 0;
        continue;
      }
      const result = said as SeedResult;
      fingerprints.set(result.seed, result.fingerprint);
      objects += result.objects;
      if (result.violations.length > 0) {
        failed.push(result);
      }
      onSeed(fingerprints.size, result);
      if (stopsEarly && failed.length > 0) {
        stop.abort();
      }
    }
    await ended;
  };
  try {
    await Promise.all(Array.from({ length: workers }, (_, number) => runWorker(number)));
  } finally {
    stop.abort();
    await rm(script, { force: true });
  }
  failed.sort((a, b) => a.seed - b.seed);
  return { seeds: fingerprints.size, objects, failed, cpuSeconds, fingerprints };
}

function report({ seed, violations, events }: SeedResult): void {
  console.log(events.slice(-EVENTS_SHOWN).join('\n'));
  violations.forEach((what) => console.log(`Seed ${seed}: ${what}`));
  console.log(`Again: npm run simulate -- --seed ${seed} --seeds 1 --events`);
}

/** Events that are shown of a seed that failed. */
const EVENTS_SHOWN = 40;

function numberOf(name: string, text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new Error(`--${name} ${text}: it must be a whole number.`);
  }
  return Number(text);
}

/** Plants each fault and looks for a seed that finds it; false when one is not found. */
async function plant(first: number, seeds: number, workers?: number): Promise<boolean> {
  let isFound = true;
  for (const { name, patches } of PLANTED_FAULTS) {
    const { failed, seeds: tried } = await runSeeds({ first, seeds, workers, patches, stopsEarly: true });
    const [found] = failed;
    isFound &&= found !== undefined;
    console.log(`${name}: ${found ? `seed ${found.seed}: ${found.violations[0]}` : `NOT FOUND in ${tried} seeds`}`);
  }
  return isFound;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string' },
      events: { type: 'boolean' },
      planted: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(HELP);
    return true;
  }
  const [first, seeds] = [numberOf('seed', values.seed), numberOf('seeds', values.seeds)];
  const workers = values.workers === undefined ? undefined : numberOf('workers', values.workers);
  if (values.planted) {
    return plant(first, seeds, workers);
  }
  const started = Date.now();
  const onSeed = (done: number, result: SeedResult) => {
    if (values.events) {
      console.log(result.events.join('\n'));
    }
    if (result.violations.length > 0) {
      report(result);
    } else if (done % 100 === 0) {
      console.log(`${done} of ${seeds} seeds`);
    }
  };
  const { failed, objects, cpuSeconds } = await runSeeds({ first, seeds, workers, keepsEvents: values.events, onSeed });
  const each = (cpuSeconds / seeds).toFixed(2);
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  console.log(`${seeds} seeds, ${objects} objects, ${minutes} min, ${each} s of CPU each: ${failed.length} failed.`);
  return failed.length === 0;
}

if (require.main === module) {
  main().then(
    (isGood) => (process.exitCode = isGood ? 0 : 1),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  );
}
