import type { RecordBatch } from '../records/recordBatch';

/** 64-bit words of a row that are doubles, and 32-bit words of it that are integers; the codes come last. */
const BYTES = 0;
const PACKETS = 1;
const START = 4;
const SPAN_AND_WINDOW = 5;
const CODES = 6;

const FIRST_ROWS = 1024;
/** Rows of a group lie together in chunks, each as long as the group was before it, up to this. */
const LONGEST_CHUNK = 1024;

/**
 * Records as rows of one block of memory, those of a group together: what is summed up group by group is then read in the
 * order it lies in. Its memory is kept from one part, and one object, to the next.
 */
export class RowStore {
  private codes = 0;
  /** 32-bit words per row; even, since the doubles are 64 bits wide. */
  private stride = CODES;
  private doubles = new Float64Array((FIRST_ROWS * CODES) / 2);
  private integers = new Int32Array(this.doubles.buffer);
  private usedRows = 0;
  /** Per group: rows, the row to fill next, where its chunk ends, its first and its last chunk. */
  private counts: number[] = [];
  private next: number[] = [];
  private ends: number[] = [];
  private firstChunks: number[] = [];
  private lastChunks: number[] = [];
  /** Per chunk: where it begins, and the group's next chunk, -1 when there is none. */
  private chunkStarts: number[] = [];
  private chunkNext: number[] = [];

  /** Forgets all rows. `codes`: how many codes those to come have. */
  clear(codes: number): void {
    this.codes = codes;
    this.stride = (CODES + codes + 1) & ~1;
    this.usedRows = 0;
    this.counts = [];
    this.next = [];
    this.ends = [];
    this.firstChunks = [];
    this.lastChunks = [];
    this.chunkStarts = [];
    this.chunkNext = [];
  }

  /** Rows of a group. */
  count(group: number): number {
    return this.counts[group] ?? 0;
  }

  /** Takes a record of a batch; `window` is the number of the window it begins in, below 2^16. */
  add(batch: RecordBatch, record: number, window: number): void {
    const group = batch.groups[record];
    let row = this.next[group];
    if (row === undefined || row === this.ends[group]) {
      row = this.beginChunk(group);
    }
    this.next[group] = row + 1;
    this.counts[group]++;
    const { integers, doubles, codes } = this;
    const at = row * this.stride;
    const atDoubles = at >> 1;
    const start = batch.starts[record];
    doubles[atDoubles + BYTES] = batch.bytes[record];
    doubles[atDoubles + PACKETS] = batch.packets[record];
    integers[at + START] = start;
    integers[at + SPAN_AND_WINDOW] = ((batch.ends[record] - start) << 16) | window;
    for (let i = 0; i < codes; i++) {
      integers[at + CODES + i] = batch.codes[i][record];
    }
  }

  /** Copies a group's rows into columns. */
  gather(group: number, columns: Columns): void {
    columns.reserve(this.count(group), this.codes);
    const { integers, doubles, stride, chunkNext, chunkStarts } = this;
    const { starts, spans, windows, bytes, packets, codes } = columns;
    let left = this.count(group);
    let i = 0;
    let size = 0;
    for (let chunk = this.firstChunks[group]; left > 0; chunk = chunkNext[chunk]) {
      const rows = Math.min(left, chunkSize(size));
      const first = chunkStarts[chunk];
      for (let row = first; row < first + rows; row++, i++) {
        const at = row * stride;
        bytes[i] = doubles[(at >> 1) + BYTES];
        packets[i] = doubles[(at >> 1) + PACKETS];
        starts[i] = integers[at + START];
        const spanAndWindow = integers[at + SPAN_AND_WINDOW];
        spans[i] = spanAndWindow >>> 16;
        windows[i] = spanAndWindow & 0xffff;
        for (let c = 0; c < codes.length; c++) {
          codes[c][i] = integers[at + CODES + c];
        }
      }
      left -= rows;
      size += rows;
    }
  }

  private beginChunk(group: number): number {
    const count = (this.counts[group] ??= 0);
    const size = chunkSize(count);
    const start = this.usedRows;
    this.usedRows += size;
    if (this.usedRows * this.stride > this.integers.length) {
      const larger = new Float64Array(this.doubles.length * 4);
      larger.set(this.doubles);
      this.doubles = larger;
      this.integers = new Int32Array(larger.buffer);
    }
    const chunk = this.chunkStarts.push(start) - 1;
    this.chunkNext.push(-1);
    if (count === 0) {
      this.firstChunks[group] = chunk;
    } else {
      this.chunkNext[this.lastChunks[group]] = chunk;
    }
    this.lastChunks[group] = chunk;
    this.ends[group] = start + size;
    return start;
  }
}

/** Rows of the chunk that a group of `count` rows begins. */
function chunkSize(count: number): number {
  return Math.max(1, Math.min(count, LONGEST_CHUNK));
}

/** Records of one group as columns, for summing up. Made once and used for one group after the other. */
export class Columns {
  starts = new Uint32Array(0);
  spans = new Uint16Array(0);
  /** Number of the window each record begins in. */
  windows = new Uint16Array(0);
  bytes = new Float64Array(0);
  packets = new Float64Array(0);
  /** One column per code. */
  codes: Int32Array[] = [];

  /** Makes room for so many rows with so many codes; what was in the columns is lost. */
  reserve(rows: number, codes: number): void {
    if (rows <= this.starts.length && codes === this.codes.length) {
      return;
    }
    const room = Math.max(rows, this.starts.length, FIRST_ROWS);
    this.starts = new Uint32Array(room);
    this.spans = new Uint16Array(room);
    this.windows = new Uint16Array(room);
    this.bytes = new Float64Array(room);
    this.packets = new Float64Array(room);
    this.codes = Array.from({ length: codes }, () => new Int32Array(room));
  }
}
