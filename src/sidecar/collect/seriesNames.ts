import { TokenTable } from '../records/tokens';

const COMMA = 0x2c;
const COMMA_TEXT = Buffer.from(',');
/** Bytes per part beside its text: its place in the table. */
const PART_BYTES = 20;

/**
 * Writes names of series, measurement and tags as in line protocol, in a quarter of their bytes, for keeping many of them: as the
 * numbers of their parts between commas, which most names share.
 */
export class SeriesNames {
  private readonly parts = new TokenTable();
  private numbers = new Int32Array(64);
  private numbersView = new DataView(this.numbers.buffer);

  /** Bytes that the parts take, about. */
  get bytes(): number {
    return this.parts.bytes + this.parts.size * PART_BYTES;
  }

  /** Makes the name `text[start, end)` short: valid until the next one. `view`: of the same bytes. */
  shorten(text: Uint8Array, view: DataView, start: number, end: number): DataView {
    let count = 0;
    for (let from = start, at = start; at <= end; at++) {
      if (at === end || text[at] === COMMA) {
        this.reserve(count + 1);
        this.numbers[count++] = this.parts.intern(view, from, at);
        from = at + 1;
      }
    }
    return new DataView(this.numbersView.buffer, 0, count * 4);
  }

  /** The name that was made short. */
  expand(short: Uint8Array): Buffer {
    const numbers = new Int32Array(Uint8Array.from(short).buffer);
    const parts = Array.from(numbers, (number) => this.parts.bytesOf(number));
    return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [COMMA_TEXT, part])));
  }

  /** Forgets all names. */
  clear(): void {
    this.parts.clear();
  }

  private reserve(count: number): void {
    if (count > this.numbers.length) {
      const more = new Int32Array(count * 2);
      more.set(this.numbers);
      this.numbers = more;
      this.numbersView = new DataView(more.buffer);
    }
  }
}
