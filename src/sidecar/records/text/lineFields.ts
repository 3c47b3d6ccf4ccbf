const SPACE = 0x20;
const DASH = 0x2d;

/** A line cut into its fields, each read where it stands. Used for one line after the other, of one header. */
export class LineFields {
  /** Where each field begins and ends in {@link buffer}. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  buffer: Buffer = Buffer.alloc(0);

  /** `count`: how many fields a line has. */
  constructor(count: number) {
    this.starts = new Int32Array(count);
    this.ends = new Int32Array(count);
  }

  /** Cuts the line `buffer[start, end)`; false when it has more or fewer fields than the header. */
  cut(buffer: Buffer, start: number, end: number): boolean {
    const { starts, ends } = this;
    this.buffer = buffer;
    const expected = starts.length;
    let found = 0;
    let at = start;
    while (at < end) {
      if (buffer[at] === SPACE) {
        at++;
        continue;
      }
      if (found === expected) {
        return false;
      }
      starts[found] = at;
      while (at < end && buffer[at] !== SPACE) {
        at++;
      }
      ends[found++] = at;
    }
    return found === expected;
  }

  /** Whether the column is absent (-1) or says '-'. */
  isMissing(column: number): boolean {
    return column < 0 || (this.ends[column] - this.starts[column] === 1 && this.buffer[this.starts[column]] === DASH);
  }

  /** The text of a column, which must be there. */
  text(column: number): string {
    return this.buffer.toString('latin1', this.starts[column], this.ends[column]);
  }

  /** The whole number of a column, or -1 when it is absent (-1) or no such number. Above 2^53 it is rounded, never small. */
  number(column: number): number {
    if (column < 0) {
      return -1;
    }
    const start = this.starts[column];
    const end = this.ends[column];
    if (start === end || end - start > 20) {
      return -1;
    }
    const { buffer } = this;
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = buffer[at] - 0x30;
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
