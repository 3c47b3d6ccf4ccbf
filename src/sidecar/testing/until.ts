import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Long enough to leave the CPU to what is waited for. */
const PAUSE_MS = 20;

/**
 * Waits until a condition holds; jest's time limit ends the wait for one that never does. Throws if `child`, which is to
 * bring it about, ends before.
 */
export async function until(condition: () => boolean | Promise<boolean>, child?: ChildProcess): Promise<void> {
  while (!(await condition())) {
    if (child !== undefined && (child.exitCode ?? child.signalCode) !== null) {
      throw new Error(`The process ended (${child.exitCode ?? child.signalCode}) before what the test waits for`);
    }
    await sleep(PAUSE_MS);
  }
}
