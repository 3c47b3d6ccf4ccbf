import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const BYTES_PER_COLLECTION = 16 * 1024 * 1024;

let collect: ((options: { type: 'minor' }) => void) | undefined;
let dropped = 0;

/**
 * Notes that so many bytes of buffers are no longer needed. V8 counts what lies outside its heap only roughly, and lets
 * some 64 MB of dead buffers come together in each thread; so every few megabytes it is asked to look through the young
 * ones, which takes about a millisecond.
 */
export function bytesDropped(bytes: number): void {
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
