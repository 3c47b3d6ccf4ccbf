import { REFUSED } from '../../../contract/stored';
import { applicationCode, hasPorts, isTcp } from '../application';
import { CONNECTIONS, connectionOfFlags, CONTEXT_FIELDS } from '../context';
import type { ExactLines } from './exactLines';
import type { RecordSink } from '../flowRecord';
import { isRepeatedHeader } from '../header';
import {
  BYTES,
  DESTINATION,
  DESTINATION_PORT,
  END,
  LineParser,
  PACKET_DESTINATION,
  PACKET_SOURCE,
  PACKETS,
  PROTOCOL,
  SOURCE,
  SOURCE_PORT,
  START,
  TCP_FLAGS,
} from './lineParser';
import { cutLine, MAX_LINE_BYTES } from '../lines';
import type { RecordReason } from '../reasons';
import { RecordBatch } from '../recordBatch';
import { GROUP_FIELDS, MAX_COUNT, MAX_SPAN_SECONDS } from '../rules';
import { viewOf } from '../bytes';

/** Fields that repeat from record to record although nothing reads them. They are skipped as part of longer texts. */
const ALSO_REPEATING = ['version', 'type', 'region', 'sublocation-type', 'sublocation-id'];

/** The reasons for which a header line is not counted: only such lines may be a header. */
const MAY_BE_HEADER: ReadonlySet<RecordReason> = new Set(['unknown-status', 'field-count']);

/** Maximum bytes of remembered texts, for objects whose "repeating" fields never repeat. */
const MAX_REMEMBERED = 4 * 1024 * 1024;

/**
 * Reads plain lines fast: one space between fields, plain numbers, texts seen before. Almost all lines are plain. Any other
 * line is left to {@link ExactLines}, and the result is the same for every line.
 *
 * Neighbouring fields whose values repeat are read as one text and looked up whole. A combination of such texts that was valid
 * once is always valid, so that for example `log-status` is checked once per combination and not per record.
 */
export class FastLines {
  private readonly parser: LineParser;
  /** The group of each combination of texts, and its context by the number in `CONNECTIONS`; -1 until one was read exactly. */
  private groups = new Int32Array(0);
  private contexts = new Int32Array(0);

  private readonly startNumber: number;
  private readonly endNumber: number;
  private readonly hasFlags: boolean;
  private readonly hasProtocol: boolean;
  private readonly hasPorts: boolean;

  private readonly batch: RecordBatch;
  private buffer: Buffer = Buffer.alloc(0);
  /** The beginning of the line of each record in the batch. */
  private readonly lineStarts = new Int32Array(RecordBatch.SIZE);

  /** `onTooLong`: receives the beginning of a line that is too long. */
  constructor(
    private readonly columns: readonly string[],
    private readonly sink: RecordSink,
    private readonly exact: ExactLines,
    private readonly onTooLong: (head: Buffer) => void
  ) {
    this.batch = new RecordBatch((record) => this.quote(this.lineStarts[record]));
    // Flags are read as a number: with them, there would be many more combinations.
    const contextFields = Object.values(CONTEXT_FIELDS).filter((field) => field !== CONTEXT_FIELDS.connection);
    const repeating = [...GROUP_FIELDS, 'resource-id', 'log-status', ...contextFields];
    this.parser = new LineParser(columns, new Set([...repeating, ...ALSO_REPEATING]));
    const has = (name: string) => columns.includes(name);
    this.startNumber = has('start') ? START : END;
    this.endNumber = has('end') ? END : START;
    this.hasFlags = has(CONTEXT_FIELDS.connection);
    this.hasProtocol = has('protocol');
    this.hasPorts = has('srcport') && has('dstport');
  }

  /**
   * Reads the whole lines `buffer[start, end)`; the last byte is a newline. Throws `SecondLayout` at a header with other
   * columns.
   */
  read(buffer: Buffer, start: number, end: number): void {
    const view = viewOf(buffer);
    const { parser, batch, lineStarts } = this;
    this.buffer = buffer;
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
    // The buffer belongs to the caller, and records of the batch may be quoted from it.
    this.flush();
  }

  /** Closes the tables and forgets texts when they have grown too large. */
  private boundMemory(): void {
    const { parser, sink } = this;
    parser.mayHaveGrown = false;
    if (sink.tables.bytes >= sink.tableBytes) {
      // Depends on lines alone, never on batches or chunks: a replay must cut the same parts.
      this.flush();
      sink.closeTables();
      this.forgetCombinations();
    }
    if (parser.remembered > MAX_REMEMBERED) {
      parser.forget();
      this.forgetCombinations();
    }
  }

  private forgetCombinations(): void {
    this.groups.fill(-1);
    this.contexts.fill(-1);
  }

  /** Adds the parsed line to the batch; returns false if it must be read exactly. */
  private fill(group: number, combination: number): boolean {
    const { batch } = this;
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
      batch.applications[record] = applicationCode(protocol, this.hasPorts && hasPorts(protocol) ? port : undefined);
    } else {
      batch.applications[record] = applicationCode(undefined, undefined);
    }
    const context = this.contexts[this.contextPlace(combination, batch.applications[record])];
    if (!(context >= 0)) {
      return false;
    }
    // Last: an address may go into the tables only if the exact reader would put it there too.
    if (this.parser.hasOthers && !this.parser.readOthers(this.buffer, this.sink.tables.addresses)) {
      return false;
    }
    batch.groups[record] = group;
    batch.starts[record] = start;
    batch.ends[record] = end;
    batch.bytes[record] = bytes;
    batch.packets[record] = packets;
    batch.sources[record] = addresses[SOURCE];
    batch.destinations[record] = addresses[DESTINATION];
    batch.packetSources[record] = addresses[PACKET_SOURCE];
    batch.packetDestinations[record] = addresses[PACKET_DESTINATION];
    batch.contexts[record] = context;
    batch.count = record + 1;
    return true;
  }

  /** Reads the line at `at` exactly and remembers its combination. Returns where the next line begins. */
  private readExactly(at: number, combination: number): number {
    const { buffer, batch, sink } = this;
    this.parser.mayHaveGrown = true;
    const onLine = (start: number, end: number) => {
      const notCounted = this.exact.read(buffer, start, end, batch);
      if (notCounted) {
        const text = () => buffer.toString('latin1', start, end);
        if (MAY_BE_HEADER.has(notCounted.reason) && isRepeatedHeader(text(), this.columns)) {
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
    const { batch } = this;
    if (combination >= this.groups.length) {
      const size = Math.max(1024, combination * 2);
      const { groups, contexts } = this;
      this.groups = new Int32Array(size).fill(-1);
      this.groups.set(groups);
      this.contexts = new Int32Array(size * CONNECTIONS.length).fill(-1);
      this.contexts.set(contexts);
    }
    this.groups[combination] = batch.groups[record];
    const place = this.contextPlace(combination, batch.applications[record]);
    if (this.sink.tables.groups[batch.groups[record]]?.action !== REFUSED) {
      // Only refused flows have a connection in their context.
      const first = combination * CONNECTIONS.length;
      this.contexts.fill(batch.contexts[record], first, first + CONNECTIONS.length);
    } else if (place >= 0) {
      this.contexts[place] = batch.contexts[record];
    }
  }

  /** Where the context of the parsed line is or goes in {@link contexts}; -1 when its flags are none. */
  private contextPlace(combination: number, application: number): number {
    const flags = this.parser.numbers[TCP_FLAGS];
    const connection = this.hasFlags && isTcp(application) ? connectionOfFlags(flags) : 0;
    return connection === undefined ? -1 : combination * CONNECTIONS.length + connection;
  }
}
