import { FIRST_TABLE_CODE, IPV4_ROOM, ipv4Length, MISSING_ADDRESS, readIPv4 } from './address';
import { applicationCode, codeOf, hasPorts } from './codes';
import { GROUP_FIELDS, MAX_COUNT, MAX_SPAN_SECONDS, type ExactLines } from './exactLines';
import type { RecordSink, Tables } from './flowRecord';
import { cutLine, MAX_LINE_BYTES } from './lines';
import { RecordBatch } from './recordBatch';
import { Combinations, TokenTable, viewOf } from './tokens';

const SPACE = 0x20;
const NEWLINE = 0x0a;
/** Up to here digits are exact. */
const MAX_DIGITS = 15;
const TENS = [1, 10, 100, 1000, 10_000];

/** Fields that repeat from record to record besides those a group or a code is made of: they only make longer texts. */
const ALSO_REPEATING = ['version', 'type', 'region', 'az-id', 'sublocation-type', 'sublocation-id', 'interface-type'];
const NUMBERS = ['bytes', 'packets', 'start', 'end', 'protocol', 'srcport', 'dstport'];
const [BYTES, PACKETS, START, END, PROTOCOL, SOURCE_PORT, DESTINATION_PORT] = NUMBERS.keys();
const ADDRESSES = ['srcaddr', 'dstaddr'];
const [SOURCE, DESTINATION] = ADDRESSES.keys();

/** What a step of the plan reads: columns of repeating fields, a number, a time, an address, or columns nobody asks for. */
const REPEATING_STEP = 0;
const NUMBER_STEP = 1;
const TIME_STEP = 2;
const ADDRESS_STEP = 3;
const SKIP_STEP = 4;

/** Times of ten digits begin with the same eight for a hundred seconds: those are compared at once. */
const TIME_DIGITS = 10;
const TIME_HEAD = 8;

/** Bytes of texts to remember; an object whose "repeating" fields never repeat must not fill the memory. */
const MAX_REMEMBERED = 16 * 1024 * 1024;

/**
 * Reads lines as almost all of them are: one space between fields, plain numbers, texts seen before. A line with anything
 * else in it is left to {@link ExactLines}; the result is the same for every line.
 *
 * Neighbouring fields whose values repeat are read as one text and looked up whole. A combination of such texts that once
 * made a good record makes good ones again, so that `log-status`, say, is checked once per text and not per record.
 */
export class FastLines {
  /** The plan made of the header: per step what it reads, and how many columns or which number or address. */
  private readonly kinds: readonly number[];
  private readonly details: readonly number[];
  /** Per step of repeating fields: texts seen, and how long the last one was, since the next one mostly is as long. */
  private texts: TokenTable[] = [];
  private readonly lengths: number[];
  private combinations = new Combinations();
  /** Group of each combination of texts, -1 until an exact reading has shown it; and its text codes, one after the other. */
  private groups = new Int32Array(0);
  private textCodes = new Int32Array(0);
  private tables?: Tables;
  private remembered = 0;
  /** Whether the line at hand may have added to the tables. */
  private mayHaveGrown = false;

  private readonly numbers = new Float64Array(NUMBERS.length);
  /** Per number: the first eight digits of the last time, as the bytes they are, and their value. */
  private readonly timeHeads = new Float64Array(NUMBERS.length);
  private readonly timeHeadValues = new Float64Array(NUMBERS.length);
  private readonly addresses = new Int32Array(ADDRESSES.length).fill(MISSING_ADDRESS);
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
  /** Where the line of each record in the batch begins, and where the last of them ends. */
  private readonly lineStarts = new Int32Array(RecordBatch.SIZE);
  /** Where the line after the one that was parsed begins. */
  private next = 0;

  /** `onTooLong`: told the head of a line that is too long. */
  constructor(
    columns: readonly string[],
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
    const steps = planOf(columns, new Set<string>([...repeating, ...ALSO_REPEATING]));
    this.kinds = steps.map(([kind]) => kind);
    this.details = steps.map(([, detail]) => detail);
    this.lengths = steps.map(() => 0);
    const has = (name: string) => columns.includes(name);
    this.startNumber = has('start') ? START : END;
    this.endNumber = has('end') ? END : START;
    this.hasProtocol = has('protocol');
    this.hasPorts = has('srcport') && has('dstport');
  }

  /** Reads the whole lines of `buffer[start, end)`, of which the last byte is a newline. */
  read(buffer: Buffer, start: number, end: number): void {
    const view = viewOf(buffer);
    this.buffer = buffer;
    for (let at = start; at < end;) {
      if (this.sink.tables !== this.tables || this.remembered > MAX_REMEMBERED) {
        this.forget();
      }
      const combination = this.parse(buffer, view, at, end);
      const group = combination >= 0 ? this.groups[combination] : -1;
      this.lineStarts[this.batch.count] = at;
      if (group >= 0 && this.next - at <= MAX_LINE_BYTES && this.fill(group, combination)) {
        at = this.next;
      } else {
        at = this.readExactly(at, combination);
        this.mayHaveGrown = true;
      }
      if (this.batch.count === RecordBatch.SIZE) {
        this.flush();
      }
      if (this.mayHaveGrown && this.tables!.bytes >= this.sink.tableBytes) {
        // By lines alone, never by batches or chunks: a replay must come to the same.
        this.flush();
        this.sink.closeTables();
      }
      this.mayHaveGrown = false;
    }
    // The buffer belongs to the caller: what waits in the batch could not be quoted later.
    this.flush();
  }

  /** Parses a line, but for what its texts decide: returns their combination, or -1 when it is not plain. */
  private parse(text: Uint8Array, view: DataView, start: number, end: number): number {
    const { kinds, details, lengths, numbers, addresses, texts } = this;
    const last = kinds.length - 1;
    const lastWord = text.length - 4;
    const lastAddress = text.length - IPV4_ROOM;
    let at = start;
    let combination = 0;
    for (let step = 0; step <= last; step++) {
      const kind = kinds[step];
      const detail = details[step];
      const terminator = step === last ? NEWLINE : SPACE;
      if (kind === NUMBER_STEP || kind === TIME_STEP) {
        const from = at;
        let value = 0;
        if (kind === TIME_STEP && at < lastWord - TIME_HEAD && view.getFloat64(at, true) === this.timeHeads[detail]) {
          value = this.timeHeadValues[detail];
          at += TIME_HEAD;
        }
        // Four digits at a time, without a branch per digit; the first in the lowest byte.
        for (let length = 4; length === 4; at += length) {
          if (at > lastWord) {
            return -1;
          }
          const digits = view.getInt32(at, true) ^ 0x30303030;
          const others = (((digits & 0x7f7f7f7f) + 0x76767676) | digits) & 0x80808080;
          length = others === 0 ? 4 : (31 - Math.clz32(others & -others)) >> 3;
          const aligned = length === 0 ? 0 : digits << (32 - 8 * length);
          const pairs = (Math.imul(aligned, 10) + (aligned >>> 8)) & 0x00ff00ff;
          const more = (pairs & 0xff) * 100 + (pairs >>> 16);
          // Whole numbers of 32 bits are faster than others, and most are.
          value = value < 0x10000 ? Math.imul(value, TENS[length]) + more : value * TENS[length] + more;
        }
        if (at === from || at - from > MAX_DIGITS) {
          return -1;
        }
        if (kind === TIME_STEP && at - from === TIME_DIGITS) {
          this.timeHeads[detail] = view.getFloat64(from, true);
          this.timeHeadValues[detail] = Math.floor(value / 100);
        }
        numbers[detail] = value;
      } else if (kind === ADDRESS_STEP) {
        const address = at <= lastAddress ? readIPv4(view, at) : -1;
        if (address >= 0 && address < FIRST_TABLE_CODE) {
          addresses[detail] = address;
          at += ipv4Length;
        } else {
          const from = at;
          at = skipFields(text, view, at, 1);
          const code = at < 0 ? undefined : this.tables!.addresses.read(text, from, at);
          if (code === undefined) {
            return -1;
          }
          addresses[detail] = code;
          this.mayHaveGrown = true;
        }
      } else if (kind === REPEATING_STEP) {
        const guess = at + lengths[step];
        let id = guess < end && text[guess] === terminator ? texts[step].find(view, at, guess) : -1;
        if (id >= 0) {
          at = guess;
        } else {
          const from = at;
          at = skipFields(text, view, at, detail);
          if (at < 0) {
            return -1;
          }
          lengths[step] = at - from;
          id = this.remember(texts[step], view, from, at);
        }
        combination = this.combinations.of(combination, id);
      } else {
        at = skipFields(text, view, at, detail);
        if (at < 0) {
          return -1;
        }
      }
      if (text[at++] !== terminator) {
        return -1;
      }
    }
    this.next = at;
    return combination;
  }

  /** Adds what was parsed to the batch; false when the exact reader must judge it. */
  private fill(group: number, combination: number): boolean {
    const { batch, numbers, addresses, textColumns } = this;
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
    const onLine = (start: number, end: number) => {
      const notCounted = this.exact.read(buffer, start, end, batch);
      if (notCounted) {
        this.flush();
        sink.notCounted(notCounted.reason, notCounted.time, () => buffer.toString('latin1', start, end));
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

  private remember(texts: TokenTable, view: DataView, start: number, end: number): number {
    const before = texts.size;
    const id = texts.intern(view, start, end);
    this.remembered += texts.size === before ? 0 : end - start;
    return id;
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

  /** Begins anew, for the tables of the next part. */
  private forget(): void {
    this.tables = this.sink.tables;
    this.texts = this.kinds.map(() => new TokenTable());
    this.combinations = new Combinations();
    this.groups = new Int32Array(0);
    this.remembered = 0;
  }
}

/**
 * Skips fields with one space between them; where the last one ends, or -1 when the line ends before, has two spaces or a
 * control character: `text` and `view` are of the same bytes, the last of which is a newline.
 */
function skipFields(text: Uint8Array, view: DataView, start: number, fields: number): number {
  const lastWord = text.length - 4;
  let at = start;
  for (let left = fields; ; at++) {
    const from = at;
    // Four bytes at a time: a byte below 0x21 is a space, a newline or another control character.
    while (at <= lastWord) {
      const word = view.getInt32(at, true);
      const low = (word - 0x21212121) & ~word & 0x80808080;
      if (low !== 0) {
        at += (31 - Math.clz32(low & -low)) >> 3;
        break;
      }
      at += 4;
    }
    while (text[at] > SPACE) {
      at++;
    }
    const byte = text[at];
    if (at === from || (byte !== SPACE && byte !== NEWLINE)) {
      return -1;
    }
    if (--left === 0) {
      return at;
    }
    if (byte === NEWLINE) {
      return -1;
    }
  }
}

function planOf(columns: readonly string[], repeating: ReadonlySet<string>): Array<[kind: number, detail: number]> {
  const steps: Array<[kind: number, detail: number]> = [];
  for (const column of columns) {
    if (column === 'start' || column === 'end') {
      steps.push([TIME_STEP, NUMBERS.indexOf(column)]);
    } else if (NUMBERS.includes(column)) {
      steps.push([NUMBER_STEP, NUMBERS.indexOf(column)]);
    } else if (ADDRESSES.includes(column)) {
      steps.push([ADDRESS_STEP, ADDRESSES.indexOf(column)]);
    } else {
      const kind = repeating.has(column) ? REPEATING_STEP : SKIP_STEP;
      const before = steps.at(-1);
      if (before?.[0] === kind) {
        before[1]++;
      } else {
        steps.push([kind, 1]);
      }
    }
  }
  return steps;
}
