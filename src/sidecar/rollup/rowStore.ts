import { RecordBatch } from '../records/recordBatch';

const FIRST_ROWS = 16 * 1024;
/** Rows of a group lie together in runs, each as long as the group was before it, up to this. */
const LONGEST_RUN = 1024;

/** Rows of one group, as far as they lie in one place: `[begin, end)`. */
export interface Run {
  readonly begin: number;
  readonly end: number;
}

/** Where the rows of a group lie. */
interface GroupRows {
  /** Rows so far. */
  count: number;
  /** The row to fill next, and where the last run ends. */
  next: number;
  end: number;
  /** Where each run begins. */
  readonly begins: number[];
}

/**
 * Records as rows of columns, those of a group together in runs: what is summed up group by group is then read in the order
 * it lies in. Its memory is kept from one part, and one object, to the next.
 */
export class RowStore {
  bytes = new Float64Array(FIRST_ROWS);
  packets = new Float64Array(FIRST_ROWS);
  /** Unix seconds. */
  starts = new Uint32Array(FIRST_ROWS);
  /** Seconds from start to end. */
  spans = new Uint16Array(FIRST_ROWS);
  /** Number of the window each record begins in. */
  windows = new Uint16Array(FIRST_ROWS);
  /** One column for each code that records are keyed by. */
  codes: Int32Array[] = [];
  private usedRows = 0;
  private groups: Array<GroupRows | undefined> = [];
  /** The row of each record of the batch at hand. */
  private readonly rows = new Int32Array(RecordBatch.SIZE);

  /** Rows there is room for. */
  get room(): number {
    return this.bytes.length;
  }

  /** Forgets all rows. `codes`: how many columns of codes those to come have. */
  clear(codes: number): void {
    this.usedRows = 0;
    this.groups = [];
    while (this.codes.length < codes) {
      this.codes.push(new Int32Array(this.room));
    }
    this.codes.length = codes;
  }

  /** Rows of a group. */
  count(group: number): number {
    return this.groups[group]?.count ?? 0;
  }

  /** The rows of a group, in the order they came. */
  runs(group: number): Run[] {
    const { count = 0, begins = [] } = this.groups[group] ?? {};
    let before = 0;
    return begins.map((begin) => {
      const length = Math.min(runLength(before), count - before);
      before += length;
      return { begin, end: begin + length };
    });
  }

  /** Takes the records `[from, to)` of a batch; `windows`: the number of the window that each begins in, below 2^16. */
  add(batch: RecordBatch, from: number, to: number, windows: Uint16Array): void {
    this.place(batch.groups, from, to);
    const { rows, bytes, packets, starts, spans } = this;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const start = batch.starts[i];
      bytes[row] = batch.bytes[i];
      packets[row] = batch.packets[i];
      starts[row] = start;
      spans[row] = batch.ends[i] - start;
      this.windows[row] = windows[i];
    }
    this.codes.forEach((column, c) => {
      const values = batch.codes[c];
      for (let i = from; i < to; i++) {
        column[rows[i]] = values[i];
      }
    });
  }

  /** Gives each record a row behind those of its group. */
  private place(groups: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const group = (this.groups[groups[i]] ??= { count: 0, next: 0, end: 0, begins: [] });
      if (group.next === group.end) {
        this.beginRun(group);
      }
      this.rows[i] = group.next++;
      group.count++;
    }
  }

  private beginRun(group: GroupRows): void {
    group.next = this.usedRows;
    this.usedRows += runLength(group.count);
    group.end = this.usedRows;
    group.begins.push(group.next);
    if (this.usedRows > this.room) {
      this.grow(this.room * 4);
    }
  }

  private grow(room: number): void {
    const enlarged = <T extends Float64Array | Uint32Array | Uint16Array | Int32Array>(column: T, larger: T): T => {
      larger.set(column);
      return larger;
    };
    this.bytes = enlarged(this.bytes, new Float64Array(room));
    this.packets = enlarged(this.packets, new Float64Array(room));
    this.starts = enlarged(this.starts, new Uint32Array(room));
    this.spans = enlarged(this.spans, new Uint16Array(room));
    this.windows = enlarged(this.windows, new Uint16Array(room));
    this.codes = this.codes.map((column) => enlarged(column, new Int32Array(room)));
  }
}

/** Rows of the run that a group of `count` rows begins. */
function runLength(count: number): number {
  return Math.max(1, Math.min(count, LONGEST_RUN));
}
