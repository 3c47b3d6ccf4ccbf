import { RecordBatch } from '../records/recordBatch';
import { enlarged } from './enlarged';

/** The columns of codes of each record: addresses (at the interface, and in the packet's header), application and context. */
export const [SOURCE, DESTINATION, PACKET_SOURCE, PACKET_DESTINATION, APPLICATION, CONTEXT] = Array(6).keys();
const CODES = 6;

/**
 * A row is as many doubles, or twice as many words: bytes and packets as doubles, then as words the start (Unix seconds), the
 * number of the window that it begins in and the seconds from start to end, and the codes.
 */
const ROW_DOUBLES = 6;
const ROW_WORDS = 12;
const [BYTES, PACKETS] = [0, 1];
const [START, WINDOW_AND_SPAN, FIRST_CODE] = [4, 5, 6];

const FIRST_ROWS = 16 * 1024;
/** Maximum length of a run of rows of one group. Each run is as long as the group was before it, up to this. */
const LONGEST_RUN = 1024;

/** Where the rows of a group are. */
interface GroupRows {
  /** Rows so far. */
  count: number;
  /** The next row to fill, and the end of the last run. */
  next: number;
  end: number;
  /** The beginning of each run. */
  readonly begins: number[];
}

/**
 * Records in rows, those of a group together in runs, so that summing up group by group reads memory in order, and each record
 * is written to one place. Reuses its memory for the next part and the next object.
 */
export class RowStore {
  /** The same memory as doubles and as words. */
  private doubles: Float64Array;
  private words: Int32Array;
  private usedRows = 0;
  private groups: Array<GroupRows | undefined> = [];
  /** The row of each record of the current batch. */
  private readonly rows = new Int32Array(RecordBatch.SIZE);

  private get room(): number {
    return this.doubles.length / ROW_DOUBLES;
  }

  /** `rows`: number of rows to make room for at first. The operating system provides memory only when it is used. */
  constructor(rows = FIRST_ROWS) {
    this.doubles = new Float64Array(rows * ROW_DOUBLES);
    this.words = new Int32Array(this.doubles.buffer);
  }

  /** Forgets all rows. */
  clear(): void {
    this.usedRows = 0;
    this.groups = [];
  }

  /** Number of rows of a group. */
  count(group: number): number {
    return this.groups[group]?.count ?? 0;
  }

  /** Copies the rows of a group, in the order they came. */
  gather(group: number, columns: Columns): void {
    const { count = 0, begins = [] } = this.groups[group] ?? {};
    columns.reserve(count);
    const { doubles, words } = this;
    const { bytes, packets, starts, spans, windows, codes } = columns;
    const [sources, destinations, packetSources, packetDestinations, applications, contexts] = codes;
    let i = 0;
    for (const begin of begins) {
      const end = begin + Math.min(runLength(i), count - i);
      for (let row = begin; row < end; row++, i++) {
        const double = row * ROW_DOUBLES;
        const word = row * ROW_WORDS;
        bytes[i] = doubles[double + BYTES];
        packets[i] = doubles[double + PACKETS];
        starts[i] = words[word + START];
        windows[i] = words[word + WINDOW_AND_SPAN] >>> 16;
        spans[i] = words[word + WINDOW_AND_SPAN];
        sources[i] = words[word + FIRST_CODE];
        destinations[i] = words[word + FIRST_CODE + 1];
        packetSources[i] = words[word + FIRST_CODE + 2];
        packetDestinations[i] = words[word + FIRST_CODE + 3];
        applications[i] = words[word + FIRST_CODE + 4];
        contexts[i] = words[word + FIRST_CODE + 5];
      }
    }
  }

  /**
   * Takes the records `[from, to)` of a batch. `groups`: the group of each. `windows`: number of the window that each begins in,
   * below 2^16.
   */
  add(batch: RecordBatch, from: number, to: number, groups: Int32Array, windows: Uint16Array): void {
    this.place(groups, from, to);
    const { rows, doubles, words } = this;
    const { bytes, packets, starts, ends } = batch;
    const { sources, destinations, packetSources, packetDestinations, applications, contexts } = batch;
    for (let i = from; i < to; i++) {
      const double = rows[i] * ROW_DOUBLES;
      const word = rows[i] * ROW_WORDS;
      doubles[double + BYTES] = bytes[i];
      doubles[double + PACKETS] = packets[i];
      words[word + START] = starts[i];
      words[word + WINDOW_AND_SPAN] = (windows[i] << 16) | (ends[i] - starts[i]);
      words[word + FIRST_CODE] = sources[i];
      words[word + FIRST_CODE + 1] = destinations[i];
      words[word + FIRST_CODE + 2] = packetSources[i];
      words[word + FIRST_CODE + 3] = packetDestinations[i];
      words[word + FIRST_CODE + 4] = applications[i];
      words[word + FIRST_CODE + 5] = contexts[i];
    }
  }

  /** Finds the next row of its group for each record. */
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
    this.doubles = enlarged(this.doubles, new Float64Array(room * ROW_DOUBLES));
    this.words = new Int32Array(this.doubles.buffer);
  }
}

/** The records of one group as columns, for summing up. Reuses its memory for the next group. */
export class Columns {
  /** Records in the columns; rows once some were merged. */
  count = 0;
  bytes = new Float64Array(0);
  packets = new Float64Array(0);
  /** How many records each row is of. */
  records = new Int32Array(0);
  starts = new Uint32Array(0);
  spans = new Uint16Array(0);
  windows = new Uint16Array(0);
  codes: Int32Array[] = Array.from({ length: CODES }, () => new Int32Array(0));
  /** The distinct flow of each: found by {@link DistinctFlows}. */
  flows = new Int32Array(0);
  /** By flow: its last row. */
  private lastRows = new Int32Array(0);

  get applications(): Int32Array {
    return this.codes[APPLICATION];
  }

  /** Makes room for `count` records. The former content is lost. */
  reserve(count: number): void {
    this.count = count;
    if (count > this.bytes.length) {
      this.bytes = new Float64Array(count);
      this.packets = new Float64Array(count);
      this.records = new Int32Array(count);
      this.starts = new Uint32Array(count);
      this.spans = new Uint16Array(count);
      this.windows = new Uint16Array(count);
      this.codes = Array.from({ length: CODES }, () => new Int32Array(count));
      this.flows = new Int32Array(count);
      this.lastRows = new Int32Array(count);
    }
    this.records.fill(1, 0, count);
  }

  /**
   * Adds each record to the row before it of the same flow, if that has the same application and window, so that less is to be
   * summed up for each measurement. Records longer than `longest` seconds stay by themselves: they have several windows. Keeps
   * what is needed from then on: not the addresses and the context. `flows`: how many distinct flows there are.
   */
  merge(flows: number, longest: number): void {
    const { bytes, packets, records, starts, spans, windows, applications, flows: of } = this;
    const lastRows = this.lastRows.fill(-1, 0, flows);
    let rows = 0;
    for (let record = 0; record < this.count; record++) {
      const flow = of[record];
      const last = lastRows[flow];
      const isAlike = last >= 0 && windows[last] === windows[record] && applications[last] === applications[record];
      if (isAlike && spans[last] <= longest && spans[record] <= longest) {
        bytes[last] += bytes[record];
        packets[last] += packets[record];
        records[last]++;
        continue;
      }
      const row = rows++;
      lastRows[flow] = row;
      bytes[row] = bytes[record];
      packets[row] = packets[record];
      records[row] = records[record];
      starts[row] = starts[record];
      spans[row] = spans[record];
      windows[row] = windows[record];
      applications[row] = applications[record];
      of[row] = flow;
    }
    this.count = rows;
  }
}

/** Length of the next run of a group that has `count` rows. */
function runLength(count: number): number {
  return Math.max(1, Math.min(count, LONGEST_RUN));
}
