const SPACE = 0x20;
const DASH = 0x2d;

/** A line cut into fields, which are read in place. Used for one line after the other. */
export class LineFields {
  /** The beginning and end of each field in {@link buffer}. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  buffer: Buffer = Buffer.alloc(0);

  /** `count`: number of fields of a line. */
  constructor(count: number) {
    this.starts = new Int32Array(count);
    this.ends = new Int32Array(count);
  }

  /** Cuts the line `buffer[start, end)`. Returns false if it has more or fewer fields than the header. */
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

  /** Whether the column is absent (-1) or its value is '-'. */
  isMissing(column: number): boolean {
    return column < 0 || (this.ends[column] - this.starts[column] === 1 && this.buffer[this.starts[column]] === DASH);
  }

  /** The text of a column, which must exist. */
  text(column: number): string {
    return this.buffer.toString('latin1', this.starts[column], this.ends[column]);
  }

  /** The whole number of a column; -1 if the column is absent (-1) or has anything else. Rounded above 2^53. */
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
