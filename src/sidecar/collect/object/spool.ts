import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutShort, temporaryFilesFailed } from '../../util/diskErrors';
import type { EncodedLines } from '../../rollup/seriesPoints';
import { noteFreedBytes } from '../decode/memory';
import type { Policy } from '../../rollup/windows';

/** Bytes of line protocol in memory, over all objects; what exceeds them waits in files. */
const MEMORY_LIMIT = 16 * 1024 * 1024;
let inMemory = 0;

/**
 * The encoded lines of one object, waiting until the object is proven whole and its plan is granted. Most objects fit into
 * memory; one with many parts spills into a temporary file, which is deleted as soon as it is open: nothing is left of it,
 * however the process ends.
 */
export class LineSpool {
  private waiting: EncodedLines[] = [];
  private size = 0;
  private file?: number;
  /** The blocks in the file, in their order. */
  private readonly spilled: Array<{ readonly policy: Policy; readonly length: number }> = [];

  /** `folder`: where temporary files go. */
  constructor(private readonly folder = tmpdir()) {}

  /** Takes ownership of a block. Throws `TemporaryFilesFailed`; the spool is then only good to be disposed of. */
  add(policy: Policy, lines: Uint8Array): void {
    this.waiting.push({ policy, lines });
    this.size += lines.length;
    inMemory += lines.length;
    if (inMemory > MEMORY_LIMIT) {
      this.inFolder(() => this.spill());
    }
  }

  /** All blocks, in the order they were added; any number of times. Throws `TemporaryFilesFailed`. */
  *blocks(): Generator<EncodedLines> {
    let at = 0;
    for (const { policy, length } of this.spilled) {
      const lines = new Uint8Array(length);
      for (let read = 0; read < length;) {
        const more = this.inFolder(() => readSync(this.file!, lines, read, length - read, at + read));
        if (more === 0) {
          throw cutShort(this.folder);
        }
        read += more;
      }
      at += length;
      yield { policy, lines };
      noteFreedBytes(length);
    }
    yield* this.waiting;
  }

  /** Frees memory and file. May be called twice. */
  dispose(): void {
    this.forgetWaiting();
    if (this.file !== undefined) {
      closeSync(this.file);
      this.file = undefined;
    }
  }

  private spill(): void {
    this.file ??= openNameless(this.folder);
    for (const { policy, lines } of this.waiting) {
      for (let written = 0; written < lines.length;) {
        written += writeSync(this.file, lines, written);
      }
      this.spilled.push({ policy, length: lines.length });
    }
    this.forgetWaiting();
  }

  private inFolder<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw temporaryFilesFailed(this.folder, error);
    }
  }

  private forgetWaiting(): void {
    this.waiting = [];
    inMemory -= this.size;
    this.size = 0;
  }
}

function openNameless(folder: string): number {
  const directory = mkdtempSync(join(folder, 'flowscope-spool-'));
  try {
    return openSync(join(directory, 'lines'), 'wx+', 0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
