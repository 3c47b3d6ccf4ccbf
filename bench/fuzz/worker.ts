/**
 * The process in which inputs are decoded, so that a crash or a hang of it is seen from outside. Takes
 * `{ seed, number }` and answers `{ outcome, kind }` or `{ failure }`; takes `'memory'` and answers `{ memory }`, bytes
 * after collecting garbage. Needs `--expose-gc`.
 */
import { check } from './check';
import { inputAt } from './inputs';

type Ask = 'memory' | { readonly seed: number; readonly number: number };

async function answer(ask: Ask): Promise<object> {
  if (ask === 'memory') {
    globalThis.gc!();
    return { memory: process.memoryUsage().rss };
  }
  try {
    const input = inputAt(ask.seed, ask.number);
    return { outcome: await check(input), kind: input.kind };
  } catch (error) {
    return { failure: error instanceof Error ? error.stack : String(error) };
  }
}

process.on('message', (ask: Ask) => void answer(ask).then((reply) => process.send!(reply)));
