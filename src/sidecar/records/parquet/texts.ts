import { MAX_LINE_BYTES } from '../lines';

const HEX = Buffer.from('0123456789ABCDEF');
const ZERO = 0x30;
const MINUS = 0x2d;
const MAX_DIGITS = 20;

/** Values as text, each a range of one buffer. An empty one is null. */
export class Texts {
  /** Holds value `i` in `[starts[i], ends[i])`. */
  bytes: Buffer;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  private own: Buffer = Buffer.allocUnsafe(4096);
  private count = 0;
  private size = 0;

  /** `capacity`: maximum number of values. */
  constructor(capacity: number) {
    this.bytes = this.own;
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  /** Forgets all values. */
  clear(): void {
    this.bytes = this.own;
    this.count = this.size = 0;
  }

  /** Replaces all values by those of `dictionary` at the first `count` of `indexes`. Throws if an index is out of range. */
  borrow(dictionary: Texts, indexes: Int32Array, count: number): void {
    this.bytes = dictionary.bytes;
    const { starts, ends } = dictionary;
    for (let i = 0; i < count; i++) {
      const index = indexes[i];
      if (index >= dictionary.count) {
        throw new Error(`it has value ${index} of a dictionary of ${dictionary.count}`);
      }
      this.starts[i] = starts[index];
      this.ends[i] = ends[index];
    }
  }

  /** Moves the `count` values to the rows that are present; the others of `rows` become null. */
  spread(count: number, rows: number, isPresent: (row: number) => boolean): void {
    let from = count;
    for (let to = rows - 1; to >= 0; to--) {
      const isHere = isPresent(to);
      from -= isHere ? 1 : 0;
      this.starts[to] = isHere ? this.starts[from] : 0;
      this.ends[to] = isHere ? this.ends[from] : 0;
    }
  }

  /**
   * Adds `source[from, to)`. Spaces and control characters are percent-encoded, as AWS does in tags. A value that is too long
   * for any line is cut.
   */
  addBytes(source: Uint8Array, from: number, to: number): void {
    this.reserve(Math.min(3 * (to - from), MAX_LINE_BYTES + 3));
    const { bytes } = this;
    let at = this.size;
    const full = at + MAX_LINE_BYTES;
    for (let i = from; i < to && at <= full; i++) {
      const byte = source[i];
      if (byte > 0x20 && byte !== 0x7f) {
        bytes[at++] = byte;
      } else {
        bytes[at++] = 0x25;
        bytes[at++] = HEX[byte >> 4];
        bytes[at++] = HEX[byte & 15];
      }
    }
    this.end(at);
  }

  /** Adds Latin-1 text. */
  addText(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.addBytes(bytes, 0, bytes.length);
  }

  /** Adds a whole number of a magnitude below 2^53. */
  addWhole(number: number): void {
    this.reserve(MAX_DIGITS);
    const { bytes } = this;
    let at = this.size;
    let rest = number;
    if (rest < 0) {
      bytes[at++] = MINUS;
      rest = -rest;
    }
    let end = at + 1;
    for (let power = 10; rest >= power; power *= 10) {
      end++;
    }
    for (let i = end - 1; i >= at; i--) {
      const tenth = rest < 0x80000000 ? (rest / 10) | 0 : Math.floor(rest / 10);
      bytes[i] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    this.end(end);
  }

  private reserve(more: number): void {
    if (this.size + more > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.size + more));
      this.bytes.copy(larger, 0, 0, this.size);
      this.bytes = this.own = larger;
    }
  }

  private end(at: number): void {
    this.starts[this.count] = this.size;
    this.ends[this.count] = at;
    this.size = at;
    this.count++;
  }
}
