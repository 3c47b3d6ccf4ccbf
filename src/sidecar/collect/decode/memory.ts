/** How much memory V8 uses in this process and its threads. docs/decisions/0009-memory-of-threads.md has the measurements. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BYTES_PER_COLLECTION = 8 * 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;
let freed = 0;

/**
 * Call it when buffers of that many bytes are no longer needed. V8 counts memory outside its heap only roughly and lets some 64
 * MB of dead buffers pile up in each thread; so every 8 MB it collects the young ones, which takes about a millisecond.
 */
export function noteFreedBytes(bytes: number): void {
  freed += bytes;
  if (freed < BYTES_PER_COLLECTION) {
    return;
  }
  freed = 0;
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect!({ type: 'minor' });
}

/**
 * Call it before threads are started. Without it the end of the process has hung: a background compiler that needed a
 * collection waited for the main thread, which waited for it in `process.exit`.
 */
export function preventExitDeadlock(): void {
  setFlagsFromString('--no-concurrent-sparkplug');
}

/**
 * Keeps V8 from growing its heaps as far as the machine's memory allows: little of what collecting allocates lives long. Call
 * it once everything needed is loaded: with these flags Node compiles its own modules again instead of using the code it was
 * built with, and a thread takes twice as long to start. That is also why they are no flags of the command line.
 */
export function limitHeapGrowth(): void {
  // The young generation keeps its size.
  setFlagsFromString('--semi-space-growth-factor=1');
  // The old generation is collected when it has grown by this many percent.
  setFlagsFromString('--heap-growing-percent=30');
}
