import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endOnSignals, isEnding, ServiceError, stopAll } from '../scripts/services';
import { reportJson, type Report } from './report';

/** Runs a bench's command: says what went wrong, and ends what was started in any case. */
export function runCommand(main: () => Promise<void>): void {
  main()
    .catch((error: unknown) => {
      if (isEnding()) {
        // Told to stop: what was running was ended under us.
        return;
      }
      const isUsage = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
      console.error(isUsage || error instanceof ServiceError ? `bench: ${(error as Error).message}` : error);
      process.exitCode = 1;
    })
    .finally(stopAll);
}

/** A folder for temporary files, gone when the process ends. */
export function temporaryFolder(): string {
  endOnSignals();
  const folder = mkdtempSync(join(tmpdir(), 'flowscope-bench-'));
  // On a signal, too: that ends in an exit once all services have ended.
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Prints what was measured where: all of it as JSON, or the machine below the tables that were printed already. */
export function printEnd(reports: readonly Report[], json: boolean): void {
  const machine = { cpus: availableParallelism(), node: process.version, platform: process.platform };
  if (json) {
    console.log(JSON.stringify({ machine, reports: reports.map(reportJson) }, undefined, 2));
  } else {
    console.log(`${machine.cpus} CPUs, Node ${machine.node}, ${machine.platform}`);
  }
}
