import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { capture, environment, ServiceError, which } from '../scripts/services';

/** What every measurement gets. */
export interface Bench {
  /** For temporary files; gone when the bench ends. */
  readonly folder: string;
  /** How often each of the compared commands runs; they take turns. */
  readonly rounds: number;
  /** Ledger rows in the registry that is measured. */
  readonly objects: number;
  /** Interfaces of the network whose objects are collected for as long as it takes. */
  readonly interfaces: number;
  /** Simulated hours of what is watched for long. */
  readonly hours: number;
}

/** A command to run. `env`: added to this process's environment without its settings for AWS and Flowscope. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** An exit code other than 0 is expected. */
  readonly mayFail?: boolean;
}

/** How a command ended; `output`: standard output and error. */
export interface Ended {
  readonly seconds: number;
  readonly stdout: string;
  readonly output: string;
}

/** One of several commands that run in turn. */
export interface Contestant extends Command {
  /** How often it runs, where it takes so long that it runs less often than the others. */
  readonly maxRounds?: number;
}

/** Prints progress on standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The CLI as users run it. */
export function flowscope(args: readonly string[], env: NodeJS.ProcessEnv = {}): Command {
  return { command: process.execPath, args: [resolve('dist/sidecar/flowscope.mjs'), ...args], env };
}

/** The command on one CPU; undefined where nothing can hold it there. */
export function pinned({ command, args, ...rest }: Contestant): Contestant | undefined {
  return which('taskset') ? { command: 'taskset', args: ['-c', '0', command, ...args], ...rest } : undefined;
}

/** Bundles one of `programs/`, so that it starts as fast as Flowscope does. Below node_modules, where DuckDB is found. */
export async function program(name: string): Promise<string> {
  const outfile = resolve('node_modules/.cache/flowscope/bench', `${name}.cjs`);
  await build({
    entryPoints: [resolve('bench/programs', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    tsconfig: 'src/sidecar/tsconfig.json',
    external: ['@duckdb/node-api'],
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs a command to its end. Throws a ServiceError with what it said when it fails. */
export async function run({ command, args, env = {}, mayFail }: Command): Promise<Ended> {
  const started = performance.now();
  const { code, stdout, output } = await capture(command, args, { env: environment(env) });
  if (code !== 0 && !mayFail) {
    throw new ServiceError(`${command} ${args.join(' ')} ended with exit code ${code}:\n${output.trimEnd()}`);
  }
  return { seconds: (performance.now() - started) / 1000, stdout, output };
}

/** What a process used: its peak RSS and what it wrote to disks, in bytes, and its CPU-seconds. */
export interface Used {
  readonly peak: number;
  readonly written: number;
  readonly cpu: number;
}

/** Runs a Node command like {@link run}; also what the process used. */
export async function runForUse(bench: Bench, { command, args, env, ...rest }: Command): Promise<Ended & Used> {
  const file = join(bench.folder, 'peak');
  const ended = await run({
    ...rest,
    command,
    args: ['--require', resolve('bench/programs/peakMemory.cjs'), ...args],
    env: { ...env, FLOWSCOPE_BENCH_PEAK_FILE: file },
  });
  return { ...ended, ...(JSON.parse(readFileSync(file, 'utf8')) as Used) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median seconds of commands that run in turn, so that a noisy machine disturbs them all; by the names given. */
export async function secondsInTurn(
  contestants: ReadonlyMap<string, Contestant>,
  rounds: number
): Promise<ReadonlyMap<string, number>> {
  const seconds = new Map([...contestants.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of contestants) {
      if (round < (contestant.maxRounds ?? Infinity)) {
        seconds.get(name)!.push((await run(contestant)).seconds);
      }
    }
    say(`  round ${round + 1} of ${rounds}`);
  }
  return new Map([...seconds].map(([name, values]) => [name, median(values)]));
}
