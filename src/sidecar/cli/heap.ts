import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from growing its heaps as far as the machine's memory would let it: what collecting holds for long is small.
 * To be called before threads are started, whose heaps are made by the first setting; the main thread's follows the others.
 */
export function keepHeapsSmall(): void {
  // Megabytes of young objects, per thread.
  setFlagsFromString('--max-semi-space-size=4');
  // The room for young objects stays as large as it is.
  setFlagsFromString('--semi-space-growth-factor=1');
  // Old objects are looked through when they have grown by so many percent.
  setFlagsFromString('--heap-growing-percent=30');
}
