/**
 * `npm run demo`: from nothing to seven reports with names, on this machine only. `-- --once` stops after the reports.
 * This file runs on any Node from 18, with nothing installed: it installs the npm packages and hands over to lib/demo.mjs
 * on the Node that came with them.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundledNode, ensureNpmPackages, ServiceError } from './services.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

try {
  await ensureNpmPackages();
  // The channel tells the demo when we are gone, however we went.
  const demo = spawn(bundledNode(), ['scripts/lib/demo.mjs', ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // Ctrl-C reaches the demo too: wait for it to stop what it started.
  // From a terminal Ctrl-C reaches the demo by itself; from elsewhere it must be passed on.
  process.on('SIGINT', () => process.stdin.isTTY || demo.kill('SIGINT'));
  process.on('SIGTERM', () => demo.kill('SIGTERM'));
  process.on('SIGHUP', () => demo.kill('SIGHUP'));
  demo.on('close', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  process.stderr.write(`${error instanceof ServiceError ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
