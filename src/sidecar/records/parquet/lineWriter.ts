import { MAX_LINE_BYTES } from '../lines';
import { DamagedParquet } from './damaged';
import type { Texts } from './texts';

const SPACE = 0x20;
const DASH = 0x2d;
const NEWLINE = 0x0a;
const CHUNK_BYTES = 512 * 1024;
/** A chunk is full from here on: one more line, whose last value may be as long as a line, must fit. */
const FULL_BYTES = CHUNK_BYTES - 2 * MAX_LINE_BYTES - 16;
/** Maximum size of the text, a hundred times AWS's largest object. A few bytes of Parquet can say that a value repeats. */
const MAX_TEXT_BYTES = 8 * 2 ** 30;

/** Writes rows as lines into chunks. */
export class LineWriter {
  private chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  private at = 0;
  private written = 0;

  /** Whether the chunk must be {@link take}n before more is written. */
  get isFull(): boolean {
    return this.at > FULL_BYTES;
  }

  /** Writes the header line. `rows`: number of lines that will follow. */
  header(names: readonly string[], rows: number): void {
    if (names.length === 0 || rows * names.length * 2 > MAX_TEXT_BYTES) {
      throw new DamagedParquet(`It says it has ${rows} rows of ${names.length} columns, as no flow log has.`);
    }
    const odd = names.find((name) => !/^[^\s\p{Cc}]+$/u.test(name));
    if (odd !== undefined) {
      throw new DamagedParquet(`It has a column named ${JSON.stringify(odd)}, as no flow log has.`);
    }
    const line = Buffer.from(`${names.join(' ')}\n`);
    if (line.length > MAX_LINE_BYTES) {
      throw new DamagedParquet(`Its ${names.length} columns have names of ${line.length} bytes.`);
    }
    line.copy(this.chunk);
    this.at = line.length;
  }

  /**
   * Writes rows `[from, to)` until the chunk is full; returns the row where it stopped. An undefined column is null in every
   * row. A line that has become too long is cut: the text decoder rejects it for its length.
   */
  rows(columns: ReadonlyArray<Texts | undefined>, from: number, to: number): number {
    const { chunk } = this;
    let { at } = this;
    let row = from;
    for (; row < to && at <= FULL_BYTES; row++) {
      const longest = at + MAX_LINE_BYTES;
      for (let i = 0; i < columns.length && at <= longest; i++) {
        const texts = columns[i];
        if (texts === undefined || texts.starts[row] === texts.ends[row]) {
          chunk[at++] = DASH;
        } else {
          const { bytes } = texts;
          const end = texts.ends[row];
          for (let from = texts.starts[row]; from < end; from++) {
            chunk[at++] = bytes[from];
          }
        }
        chunk[at++] = SPACE;
      }
      chunk[at - 1] = NEWLINE;
    }
    this.at = at;
    return row;
  }

  /** Returns the current chunk and begins a new one. */
  take(): Buffer {
    this.written += this.at;
    if (this.written > MAX_TEXT_BYTES) {
      throw new DamagedParquet(`It has more than ${MAX_TEXT_BYTES / 2 ** 30} GiB of text, as no flow log has.`);
    }
    const taken = this.chunk.subarray(0, this.at);
    this.chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.at = 0;
    return taken;
  }
}
