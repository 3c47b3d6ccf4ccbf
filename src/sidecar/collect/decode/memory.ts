/** How much memory V8 lets come together, in this process and its threads. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BYTES_PER_COLLECTION = 8 * 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;
let dropped = 0;

/**
 * Notes that so many bytes of buffers are no longer needed. V8 counts what lies outside its heap only roughly, and lets
 * some 64 MB of dead buffers come together in each thread; so every few megabytes it is asked to look through the young
 * ones, which takes about a millisecond.
 */
export function noteFreedBytes(bytes: number): void {
  dropped += bytes;
  if (dropped < BYTES_PER_COLLECTION) {
    return;
  }
  dropped = 0;
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect!({ type: 'minor' });
}

/** To be called before threads are started: keeps their young objects from taking more than so many megabytes each. */
export function startHeapsSmall(): void {
  setFlagsFromString('--max-semi-space-size=4');
  // A background compiler that wants a collection waits for a main thread that, in process.exit, waits for it: seen once.
  setFlagsFromString('--no-concurrent-sparkplug');
}

/**
 * Keeps V8 from growing its heaps as far as the machine's memory would let it: what collecting holds for long is small.
 * To be called once what is needed was loaded: under these settings Node compiles each of its own modules anew instead of
 * taking the code it was built with, and a thread takes twice as long to start.
 */
export function keepHeapsSmall(): void {
  // The room for young objects stays as large as it is.
  setFlagsFromString('--semi-space-growth-factor=1');
  // Old objects are looked through when they have grown by so many percent.
  setFlagsFromString('--heap-growing-percent=30');
}
