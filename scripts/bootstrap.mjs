/**
 * `node scripts/bootstrap.mjs demo [argument …]` runs scripts/demo.ts, from a fresh checkout too: it installs the npm
 * packages if they are missing or out of date, then runs the script on the Node that came with them.
 *
 * This is the only script that has to run on any Node from 18 with nothing installed, hence no TypeScript.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const LOCK_FILE = 'package-lock.json';
/** Written by npm: what it has installed. */
const INSTALLED_LOCK_FILE = 'node_modules/.package-lock.json';
const BUNDLED_NODE = 'node_modules/.bin/node';
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

let child;
let signalExitCode;

for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.on(signal, () => {
    signalExitCode = exitCode;
    // Ctrl-C in a terminal has reached the child already; a second SIGINT would end it before it has cleaned up.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      child?.kill(signal);
    }
  });
}

/** Runs a command to its end, unless a signal has arrived. Resolves to its exit code, 1 if a signal ended it. */
function run(command, args, stdio) {
  return new Promise((resolve, reject) => {
    if (signalExitCode !== undefined) {
      resolve(signalExitCode);
      return;
    }
    child = spawn(command, args, { stdio });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** Whether node_modules holds what package-lock.json says. */
async function isInstalled() {
  try {
    const [wanted, present] = await Promise.all([LOCK_FILE, INSTALLED_LOCK_FILE].map((file) => stat(file)));
    if (present.mtimeMs >= wanted.mtimeMs) {
      return true;
    }
    // A checkout touches package-lock.json without changing it.
    const [lock, installed] = await Promise.all(
      [LOCK_FILE, INSTALLED_LOCK_FILE].map(async (file) => JSON.parse(await readFile(file, 'utf8')).packages)
    );
    return Object.entries(lock).every(
      ([path, entry]) =>
        path === '' || entry.optional || entry.devOptional || entry.peer || installed[path]?.version === entry.version
    );
  } catch {
    return false;
  }
}

async function main([script, ...args]) {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  if (!(await isInstalled())) {
    process.stderr.write('Installing npm packages (npm ci)\n');
    const code = await run('npm', ['ci', '--no-audit', '--no-fund'], ['ignore', 'inherit', 'inherit']);
    if (signalExitCode !== undefined) {
      return signalExitCode;
    }
    if (code !== 0) {
      throw new Error('npm ci failed: see above. Is the npm registry reachable?');
    }
  }
  if (!existsSync(BUNDLED_NODE)) {
    throw new Error(`${BUNDLED_NODE} is missing: run npm ci, with install scripts allowed`);
  }
  // Through the channel the script notices when this process is gone, even after kill -9.
  return run(
    BUNDLED_NODE,
    ['--import', 'tsx', `scripts/${script}.ts`, ...args],
    ['inherit', 'inherit', 'inherit', 'ipc']
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
