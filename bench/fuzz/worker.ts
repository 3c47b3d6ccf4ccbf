/**
 * The process in which inputs are decoded, so that a crash or a hang of it is seen from outside. Takes
 * `{ seed, number }` and answers `{ outcome, kind }` or `{ failure }`; takes `'memory'` and answers `{ memory }`. Needs
 * `--expose-gc`.
 */
import { setImmediate } from 'node:timers/promises';
import { check } from './check';
import { inputAt } from './inputs';

type Ask = 'memory' | { readonly seed: number; readonly number: number };

/** Bytes after collecting garbage. */
export interface Memory {
  /** What is still referred to. */
  readonly live: number;
  /** All memory that the process holds (RSS), in use or not. */
  readonly rss: number;
}

async function memory(): Promise<Memory> {
  // Again once what the first collection found was given back: buffers are, a turn later.
  globalThis.gc!();
  await setImmediate();
  globalThis.gc!();
  // `external` has typed arrays, in which rows lie, and buffers.
  const { heapUsed, external, rss } = process.memoryUsage();
  return { live: heapUsed + external, rss };
}

async function answer(ask: Ask): Promise<object> {
  if (ask === 'memory') {
    return { memory: await memory() };
  }
  try {
    const input = inputAt(ask.seed, ask.number);
    return { outcome: await check(input), kind: input.kind };
  } catch (error) {
    return { failure: error instanceof Error ? error.stack : String(error) };
  }
}

process.on('message', (ask: Ask) => void answer(ask).then((reply) => process.send!(reply)));
