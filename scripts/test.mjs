/**
 * `npm test`: installs what is missing, builds the sidecar, runs all tests and ends with the line "N passed, N failed".
 * Arguments go to jest: `npm test -- src/sidecar/rollup`. Runs on any Node from 18; the tests run on the bundled one.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endOnSignals, isEnding, track } from './lib/processes.mjs';
import { run } from './lib/run.mjs';
import { bundledNode, ensureInflux, ensureMoto, ensureNpmPackages, ServiceError } from './services.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const LINGER_SECONDS = 20;

async function main() {
  await ensureNpmPackages();
  const node = bundledNode();
  await ensureInflux();
  await ensureMoto();
  if ((await run(node, ['scripts/build-sidecar.mjs'])) !== 0) {
    throw new ServiceError('The sidecar could not be built: see above');
  }
  const folder = await mkdtemp(join(tmpdir(), 'flowscope-test-'));
  try {
    return await runJest(node, join(folder, 'results.json'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns {Promise<number>} the exit code: 0 only when tests ran and none failed */
async function runJest(node, resultsFile) {
  await jestEnded(node, resultsFile);
  if (isEnding()) {
    return 1;
  }
  const text = await readFile(resultsFile, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new ServiceError('jest ended without results: see above');
  }
  const results = JSON.parse(text);
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

/** Runs jest. It stays when a test left something open: then it is ended a while after its results are there. */
async function jestEnded(node, resultsFile) {
  const args = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${resultsFile}`, ...process.argv.slice(2)];
  const jest = spawn(node, args, { stdio: ['ignore', 'inherit', 'inherit'] });
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

endOnSignals();
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof ServiceError ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
