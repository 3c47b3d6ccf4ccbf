import { clock } from './clock';

/**
 * Waits; returns early when the signal is aborted. `keepsAlive`: the process does not end meanwhile.
 */
export function sleep(ms: number, signal?: AbortSignal, keepsAlive = true): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end, keepsAlive);
    signal?.addEventListener('abort', end);
  });
}
