import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { Decoder } from '../collect/decode/decoder';
import { startDecoderThreads } from '../collect/decode/decoderThreads';
import { preventExitDeadlock } from '../collect/decode/memory';
import { CommandFailed } from '../util/commandError';

/** The script that this process's threads run. */
export const threadsScript = () => join(dirname(realpathSync(process.argv[1])), 'threads.cjs');

const MAX_THREADS = 4;

/**
 * Threads that decode: one per core, up to four, unless FLOWSCOPE_THREADS says otherwise. The first starts at once, the
 * others when there is something for them.
 */
export function startDecoder(): Decoder {
  const wanted = process.env.FLOWSCOPE_THREADS;
  const threads = wanted === undefined ? Math.min(availableParallelism(), MAX_THREADS) : Number(wanted);
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new CommandFailed(`FLOWSCOPE_THREADS must be a whole number from 1 to 64, not "${wanted}".`);
  }
  preventExitDeadlock();
  return startDecoderThreads(threadsScript(), threads, { startsAtOnce: true });
}
