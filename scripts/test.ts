/**
 * `npm test`: installs what is missing, builds the sidecar, runs all tests and ends with the line "N passed, N failed".
 * Arguments go to jest: `npm test -- src/sidecar/rollup`.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSidecar } from './lib/buildSidecar';
import { ensureInflux, ensureMoto } from './lib/install';
import { isEnding, ServiceError, track } from './lib/processes';
import { runScript } from './lib/script';

const LINGER_SECONDS = 20;

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
  await ensureMoto();
  await buildSidecar();
  const folder = await mkdtemp(join(tmpdir(), 'flowscope-test-'));
  try {
    return await runJest(join(folder, 'results.json'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** Resolves to the exit code: 0 only if tests ran and none failed. */
async function runJest(resultsFile: string): Promise<number> {
  await jestEnded(resultsFile);
  if (isEnding()) {
    return 1;
  }
  const text = await readFile(resultsFile, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new ServiceError('jest ended without results: see above');
  }
  const results = JSON.parse(text) as JestResults;
  // A test file that cannot be loaded has no tests of its own to fail.
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const skipped = results.numPendingTests + results.numTodoTests;
  if (results.numPassedTests + failed === 0) {
    process.stderr.write('No test ran\n');
  }
  process.stdout.write(
    `${results.numPassedTests} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`
  );
  return results.success && failed === 0 && results.numPassedTests > 0 ? 0 : 1;
}

/** Runs jest. It stays if a test left something open: then it is ended a while after its results are there. */
async function jestEnded(resultsFile: string): Promise<void> {
  const args = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${resultsFile}`, ...process.argv.slice(2)];
  const jest = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  track(jest);
  const ended = new Promise((resolve) => jest.once('close', resolve).once('error', resolve));
  let secondsLeft = LINGER_SECONDS;
  const timer = setInterval(() => {
    if (existsSync(resultsFile) && secondsLeft-- === 0) {
      process.stderr.write('jest does not end: a test left something open. Ending it\n');
      jest.kill('SIGKILL');
    }
  }, 1_000);
  await ended;
  clearInterval(timer);
}
