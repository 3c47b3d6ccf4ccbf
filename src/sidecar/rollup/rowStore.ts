import type { FlowRecord } from '../records/flowRecord';

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
 * order it lies in.
 */
export class RowStore {
  /** 32-bit words per row; even, since the doubles are 64 bits wide. */
  private readonly stride: number;
  private integers: Int32Array;
  private doubles: Float64Array;
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

  /** `codes`: the places in a record's codes that are kept. */
  constructor(private readonly codes: readonly number[]) {
    this.stride = (CODES + codes.length + 1) & ~1;
    this.doubles = new Float64Array((FIRST_ROWS * this.stride) / 2);
    this.integers = new Int32Array(this.doubles.buffer);
  }

  /** Rows of a group. */
  count(group: number): number {
    return this.counts[group] ?? 0;
  }

  /** Takes a record; `window` is the number of the window it begins in, below 2^16. */
  add(record: FlowRecord, window: number): void {
    const { group, codes: values, start } = record;
    let row = this.next[group];
    if (row === undefined || row === this.ends[group]) {
      row = this.beginChunk(group);
    }
    this.next[group] = row + 1;
    this.counts[group]++;
    const { integers, doubles, stride, codes } = this;
    const at = row * stride;
    const atDoubles = at >> 1;
    doubles[atDoubles + BYTES] = record.bytes;
    doubles[atDoubles + PACKETS] = record.packets;
    integers[at + START] = start;
    integers[at + SPAN_AND_WINDOW] = ((record.end - start) << 16) | window;
    for (let i = 0; i < codes.length; i++) {
      integers[at + CODES + i] = values[codes[i]];
    }
  }

  /** Copies a group's rows into columns. */
  gather(group: number, columns: Columns): void {
    columns.reserve(this.count(group));
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
  /** One column per code that is kept. */
  codes: Int32Array[];

  constructor(codes: number) {
    this.codes = Array.from({ length: codes }, () => new Int32Array(0));
  }

  /** Makes room for so many rows; what was in the columns is lost. */
  reserve(rows: number): void {
    if (rows <= this.starts.length) {
      return;
    }
    const room = Math.max(rows, this.starts.length * 2, FIRST_ROWS);
    this.starts = new Uint32Array(room);
    this.spans = new Uint16Array(room);
    this.windows = new Uint16Array(room);
    this.bytes = new Float64Array(room);
    this.packets = new Float64Array(room);
    this.codes = this.codes.map(() => new Int32Array(room));
  }
}
