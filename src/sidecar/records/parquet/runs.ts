/** Maximum bits per number: more would number more values than a page can hold. */
const MAX_WIDTH = 24;

/**
 * Reads numbers in Parquet's hybrid of runs and packed bits, a few at a time, since a run of ten bytes can expand to gigabytes.
 * Source: apache/parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */
export class RunReader {
  private left = 0;
  private isPacked = false;
  private value = 0;
  private held = 0;
  private heldBits = 0;

  /** Reads from `bytes[at, end)`; each number has `width` bits. */
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
    private readonly end: number,
    private readonly width: number
  ) {
    if (width > MAX_WIDTH || end > bytes.length) {
      throw new Error('its runs are out of bounds');
    }
  }

  /** Reads the next `count` numbers into `output`. Throws if there are fewer. */
  read(output: Int32Array, count: number): void {
    let done = 0;
    while (done < count) {
      if (this.left === 0) {
        this.nextRun();
        continue;
      }
      const some = Math.min(this.left, count - done);
      if (this.isPacked) {
        this.unpackBits(output, done, done + some);
      } else {
        output.fill(this.value, done, done + some);
      }
      done += some;
      this.left -= some;
    }
  }

  private nextRun(): void {
    const head = this.varint();
    this.isPacked = head % 2 === 1;
    if (this.isPacked) {
      this.left = ((head - 1) / 2) * 8;
      this.held = this.heldBits = 0;
      return;
    }
    this.left = head / 2;
    this.value = 0;
    for (let i = 0; i < this.width; i += 8) {
      this.value |= this.byte() << i;
    }
  }

  private unpackBits(output: Int32Array, from: number, to: number): void {
    const { width } = this;
    const mask = 2 ** width - 1;
    let { held, heldBits } = this;
    for (let i = from; i < to; i++) {
      while (heldBits < width) {
        held |= this.byte() << heldBits;
        heldBits += 8;
      }
      output[i] = held & mask;
      held >>>= width;
      heldBits -= width;
    }
    this.held = held;
    this.heldBits = heldBits;
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
    throw new Error('a run in it is too long');
  }

  private byte(): number {
    if (this.at >= this.end) {
      throw new Error('its runs end before its values');
    }
    return this.bytes[this.at++];
  }
}

/** Number of bits that numbers up to `highest` take. */
export function bitWidth(highest: number): number {
  return 32 - Math.clz32(highest);
}
