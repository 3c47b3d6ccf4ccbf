import { applicationCode, codeOf, hasPorts } from '../dimensions';
import type { ExactLines } from './exactLines';
import type { RecordSink } from '../flowRecord';
import { isSameHeader } from '../header';
import {
  BYTES,
  DESTINATION,
  DESTINATION_PORT,
  END,
  LineParser,
  PACKETS,
  PROTOCOL,
  SOURCE,
  SOURCE_PORT,
  START,
} from './lineParser';
import { cutLine, MAX_LINE_BYTES } from '../lines';
import type { RecordReason } from '../reasons';
import { RecordBatch } from '../recordBatch';
import { GROUP_FIELDS, MAX_COUNT, MAX_SPAN_SECONDS } from '../rules';
import { viewOf } from '../scan';

/** Fields that repeat from record to record besides those a group or a code is made of: they only make longer texts. */
const ALSO_REPEATING = ['version', 'type', 'region', 'az-id', 'sublocation-type', 'sublocation-id', 'interface-type'];

/** What a header line is not counted for: where records have their status it has a name. */
const MAY_BE_HEADER: ReadonlySet<RecordReason> = new Set(['unknown-status', 'field-count']);

/** Bytes of texts to remember; an object whose "repeating" fields never repeat must not fill the memory. */
const MAX_REMEMBERED = 4 * 1024 * 1024;

/**
 * Reads lines as almost all of them are: one space between fields, plain numbers, texts seen before. A line with anything
 * else in it is left to {@link ExactLines}; the result is the same for every line.
 *
 * Neighbouring fields whose values repeat are read as one text and looked up whole. A combination of such texts that once
 * made a good record makes good ones again, so that `log-status`, say, is checked once per text and not per record.
 */
export class FastLines {
  private readonly parser: LineParser;
  /** Group of each combination of texts, -1 until an exact reading has shown it; and its text codes, one after the other. */
  private groups = new Int32Array(0);
  private textCodes = new Int32Array(0);

  private readonly startNumber: number;
  private readonly endNumber: number;
  private readonly hasProtocol: boolean;
  private readonly hasPorts: boolean;

  private readonly batch: RecordBatch;
  /** Columns of the batch by how their codes are found. */
  private readonly sources: Int32Array;
  private readonly destinations: Int32Array;
  private readonly applications: Int32Array;
  private readonly textColumns: readonly Int32Array[];
  private buffer: Buffer = Buffer.alloc(0);
  /** Where the line of each record in the batch begins. */
  private readonly lineStarts = new Int32Array(RecordBatch.SIZE);

  /** `onTooLong`: told the head of a line that is too long. */
  constructor(
    private readonly columns: readonly string[],
    private readonly sink: RecordSink,
    private readonly exact: ExactLines,
    private readonly onTooLong: (head: Buffer) => void
  ) {
    const { codes } = sink;
    this.batch = new RecordBatch(codes.length, (record) => this.quote(this.lineStarts[record]));
    const column = (name: (typeof codes)[number]) =>
      this.batch.codes[codes.indexOf(name)] ?? new Int32Array(RecordBatch.SIZE);
    this.sources = column('source');
    this.destinations = column('destination');
    this.applications = column('application');
    const texts = codes.filter((name) => codeOf(name).kind === 'text');
    this.textColumns = texts.map(column);

    const repeating = [...GROUP_FIELDS, 'resource-id', 'log-status', ...texts.flatMap((name) => codeOf(name).fields)];
    this.parser = new LineParser(columns, new Set([...repeating, ...ALSO_REPEATING]));
    const has = (name: string) => columns.includes(name);
    this.startNumber = has('start') ? START : END;
    this.endNumber = has('end') ? END : START;
    this.hasProtocol = has('protocol');
    this.hasPorts = has('srcport') && has('dstport');
  }

  /**
   * Reads the whole lines of `buffer[start, end)`, of which the last byte is a newline. Throws `SecondLayout` at a header of
   * other columns.
   */
  read(buffer: Buffer, start: number, end: number): void {
    const view = viewOf(buffer);
    const { parser, batch, lineStarts } = this;
    this.buffer = buffer;
    // Anything behind the lines would be looked at, but never taken for part of them.
    for (let at = start; at < end;) {
      const combination = parser.parse(buffer, view, at);
      const group = combination >= 0 && combination < this.groups.length ? this.groups[combination] : -1;
      lineStarts[batch.count] = at;
      if (group >= 0 && parser.next - at <= MAX_LINE_BYTES && this.fill(group, combination)) {
        at = parser.next;
      } else {
        at = this.readExactly(at, combination);
      }
      if (batch.count === RecordBatch.SIZE) {
        this.flush();
      }
      if (parser.mayHaveGrown) {
        this.boundMemory();
      }
    }
    // The buffer belongs to the caller: what waits in the batch could not be quoted later.
    this.flush();
  }

  /** After a line that may have added to the tables, or to the texts that are remembered. */
  private boundMemory(): void {
    const { parser, sink } = this;
    parser.mayHaveGrown = false;
    if (sink.tables.bytes >= sink.tableBytes) {
      // By lines alone, never by batches or chunks: a replay must come to the same.
      this.flush();
      sink.closeTables();
      this.groups.fill(-1);
    }
    if (parser.remembered > MAX_REMEMBERED) {
      parser.forget();
      this.groups.fill(-1);
    }
  }

  /** Adds what was parsed to the batch; false when the exact reader must judge it. */
  private fill(group: number, combination: number): boolean {
    const { batch, textColumns } = this;
    const { numbers, addresses } = this.parser;
    const start = numbers[this.startNumber];
    const end = numbers[this.endNumber];
    const bytes = numbers[BYTES];
    const packets = numbers[PACKETS];
    if (end < start || end - start > MAX_SPAN_SECONDS || bytes > MAX_COUNT || packets > MAX_COUNT) {
      return false;
    }
    const record = batch.count;
    if (this.hasProtocol) {
      const protocol = numbers[PROTOCOL];
      const source = numbers[SOURCE_PORT];
      const destination = numbers[DESTINATION_PORT];
      if (protocol > 255 || source > 65535 || destination > 65535) {
        return false;
      }
      const port = source < destination ? source : destination;
      this.applications[record] = applicationCode(protocol, this.hasPorts && hasPorts(protocol) ? port : undefined);
    } else {
      this.applications[record] = applicationCode(undefined, undefined);
    }
    // Last: an address goes into the tables only where the exact reader would put it there too.
    if (this.parser.hasOthers && !this.parser.readOthers(this.buffer, this.sink.tables.addresses)) {
      return false;
    }
    batch.groups[record] = group;
    batch.starts[record] = start;
    batch.ends[record] = end;
    batch.bytes[record] = bytes;
    batch.packets[record] = packets;
    this.sources[record] = addresses[SOURCE];
    this.destinations[record] = addresses[DESTINATION];
    for (let i = 0, at = combination * textColumns.length; i < textColumns.length; i++, at++) {
      textColumns[i][record] = this.textCodes[at];
    }
    batch.count = record + 1;
    return true;
  }

  /** Leaves the line at `at` to the exact reader, and learns from it; returns where the next line begins. */
  private readExactly(at: number, combination: number): number {
    const { buffer, batch, sink } = this;
    this.parser.mayHaveGrown = true;
    const onLine = (start: number, end: number) => {
      const notCounted = this.exact.read(buffer, start, end, batch);
      if (notCounted) {
        const text = () => buffer.toString('latin1', start, end);
        if (MAY_BE_HEADER.has(notCounted.reason) && isSameHeader(text(), this.columns)) {
          return;
        }
        this.flush();
        sink.notCounted(notCounted.reason, notCounted.time, text);
      } else if (combination >= 0) {
        this.learn(combination, batch.count - 1);
      }
    };
    return cutLine(buffer, at, onLine, (head) => {
      this.flush();
      this.onTooLong(head);
    });
  }

  private flush(): void {
    if (this.batch.count > 0) {
      this.sink.records(this.batch);
      this.batch.count = 0;
    }
  }

  private quote(start: number): string {
    let line = '';
    cutLine(
      this.buffer,
      start,
      (from, to) => (line = this.buffer.toString('latin1', from, to)),
      () => undefined
    );
    return line;
  }

  private learn(combination: number, record: number): void {
    const { textColumns, batch } = this;
    if (combination >= this.groups.length) {
      const size = Math.max(1024, combination * 2);
      const { groups, textCodes } = this;
      this.groups = new Int32Array(size).fill(-1);
      this.groups.set(groups);
      this.textCodes = new Int32Array(size * textColumns.length);
      this.textCodes.set(textCodes);
    }
    this.groups[combination] = batch.groups[record];
    textColumns.forEach((column, i) => (this.textCodes[combination * textColumns.length + i] = column[record]));
  }
}
