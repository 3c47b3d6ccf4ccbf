/**
 * `npm run bench [-- --json]`: how long Flowscope takes for one object of 1,000,000 records, from gzip to encoded line
 * protocol of all measurements (`import --dry-run`, start of the process included), against `zcat > /dev/null` on the
 * same file. Both run in turn, so that a noisy machine disturbs both; medians count.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataset } from './dataset';

const ROUNDS = 7;
const RECORDS = 1_000_000;

/** Seconds a command takes. Throws when it fails. */
function secondsOf(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const started = performance.now();
  const { status, error, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) {
    throw new Error(`${command} failed: ${error?.message ?? String(stderr)}`);
  }
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-bench-'));
  try {
    const file = await dataset(join(folder, 'bench.log.gz'), RECORDS);
    const env = { FLOWSCOPE_DATA_DIR: join(folder, 'no-registry') };
    const flowscope = ['dist/sidecar/flowscope.mjs', 'import', file, '--dry-run'];
    const zcatSeconds: number[] = [];
    const flowscopeSeconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      zcatSeconds.push(secondsOf('zcat', [file]));
      flowscopeSeconds.push(secondsOf(process.execPath, flowscope, env));
    }
    const result = { records: RECORDS, zcat: median(zcatSeconds), flowscope: median(flowscopeSeconds) };
    const ratio = result.flowscope / result.zcat;
    if (process.argv.includes('--json')) {
      console.log(JSON.stringify({ ...result, ratio }, undefined, 2));
      return;
    }
    console.log(`${RECORDS.toLocaleString('en')} records, 21 fields, gzip; medians of ${ROUNDS} runs in turn`);
    console.log(`zcat > /dev/null         ${result.zcat.toFixed(2)} s`);
    console.log(`flowscope, the whole job ${result.flowscope.toFixed(2)} s, ${ratio.toFixed(2)} × zcat`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void bench();
