import { endOnSignals, exitAfterCleanup, isEnding, ServiceError, stopAll } from './processes';

/**
 * Runs the main function of a script and exits with the code it resolves to. All services are stopped first, in any case:
 * after an error, after a signal, and when `scripts/bootstrap.mjs`, which started the script, is gone.
 */
export function runScript(main: () => Promise<number>): void {
  endOnSignals();
  process.on('disconnect', () => exitAfterCleanup(1));
  void runAndExit(main);
}

async function runAndExit(main: () => Promise<number>): Promise<void> {
  let exitCode = 1;
  try {
    exitCode = await main();
  } catch (error) {
    // After a signal, errors only say that what was running has been stopped.
    if (!isEnding()) {
      process.stderr.write(`${messageOf(error)}\n`);
    }
  }
  if (!isEnding()) {
    await stopAll();
    process.exit(exitCode);
  }
}

/** The message of a ServiceError, which people can act on; the stack of any other error. */
export function messageOf(error: unknown): string {
  if (error instanceof ServiceError) {
    return error.message;
  }
  return error instanceof Error ? error.stack! : String(error);
}
