/**
 * `npm test`: installs what is missing, builds the sidecar, runs all tests and ends with the line "N passed, N failed".
 * Arguments go to jest: `npm test -- src/sidecar/rollup`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSidecar } from './lib/buildSidecar';
import { ensureAwsTools, ensureInflux, ensureMoto } from './lib/install';
import { isEnding, ServiceError, track } from './lib/processes';
import { runScript } from './lib/script';

/** How long jest may take to end after it has written its results. */
const LINGER_MS = 20_000;
const POLL_MS = 500;
/** Where Node keeps the compiled code of the command line, which tests start hundreds of times. */
const COMPILE_CACHE = 'node_modules/.cache/flowscope/compiled';

/** The part of jest's results that is read here. */
interface JestResults {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

runScript(async () => {
  await ensureInflux();
  await ensureAwsTools();
  await ensureMoto();
  await buildSidecar();
  const folder = await mkdtemp(join(tmpdir(), 'flowscope-test-'));
  try {
    return await runJest(join(folder, 'results.json'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Resolves to the exit code: 0 only if tests ran, none failed, and none left something open. */
async function runJest(resultsFile: string): Promise<number> {
  const hasEnded = await jestEnds(resultsFile);
  if (isEnding()) {
    return 1;
  }
  const text = await readFile(resultsFile, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new ServiceError('jest ended without results: see above');
  }
  const results = JSON.parse(text) as JestResults;
  // A test file that cannot be loaded has no tests of its own to fail.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (hasEnded ? 0 : 1);
  const skipped = results.numPendingTests + results.numTodoTests;
  if (results.numPassedTests + failed === 0) {
    process.stderr.write('No test ran\n');
  }
  process.stdout.write(
    `${results.numPassedTests} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`
  );
  return results.success && failed === 0 && results.numPassedTests > 0 ? 0 : 1;
}

/** Runs jest. False if it does not end by itself, because a test left something open: then it is killed. */
async function jestEnds(resultsFile: string): Promise<boolean> {
  const args = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${resultsFile}`, ...process.argv.slice(2)];
  const env = { ...process.env, NODE_COMPILE_CACHE: resolve(COMPILE_CACHE) };
  const jest = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  track(jest);
  const ended = new Promise<true>((done) => jest.once('close', () => done(true)).once('error', () => done(true)));
  const lingers = async () => {
    while (!existsSync(resultsFile)) {
      await sleep(POLL_MS, undefined, { ref: false });
    }
    return sleep(LINGER_MS, false, { ref: false });
  };
  const hasEnded = await Promise.race([ended, lingers()]);
  if (!hasEnded) {
    process.stderr.write('FAIL jest does not end: a test left something open. Find it with --detectOpenHandles\n');
    jest.kill('SIGKILL');
    await ended;
  }
  return hasEnded;
}
