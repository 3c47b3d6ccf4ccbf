import { ipv4Length, readIPv4, tableCode } from './address';
import { GROUP_FIELDS, MAX_COUNT, MAX_SPAN_SECONDS, missingAddress, type ExactLines } from './exactLines';
import { applicationCode, CODE, hasPorts, type FlowRecord, type RecordSink, type Tables } from './flowRecord';
import { cutLine, MAX_LINE_BYTES } from './lines';
import { Combinations, TokenTable, viewOf } from './tokens';

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
/** Up to here digits are exact. */
const MAX_DIGITS = 15;

/**
 * Fields whose values repeat from record to record. Neighbours among them are read as one text and looked up whole. Texts
 * that once made a good record are good again, so that `log-status`, say, is checked once per text and not per record.
 */
const REPEATING = new Set<string>([
  // What decides a record's group, direction and status must be here; the rest only makes longer texts.
  ...[...GROUP_FIELDS, 'resource-id', 'flow-direction', 'log-status'],
  ...['version', 'type', 'region', 'az-id', 'sublocation-type', 'sublocation-id', 'interface-type'],
]);
const NUMBERS = ['bytes', 'packets', 'start', 'end', 'protocol', 'srcport', 'dstport'];
const [BYTES, PACKETS, START, END, PROTOCOL, SOURCE_PORT, DESTINATION_PORT] = NUMBERS.keys();
const ADDRESSES = ['srcaddr', 'dstaddr'];
const [SOURCE, DESTINATION] = ADDRESSES.keys();

/** What a step of the plan reads: columns of repeating fields, a number, an address, or columns nobody asks for. */
const REPEATING_STEP = 0;
const NUMBER_STEP = 1;
const ADDRESS_STEP = 2;
const SKIP_STEP = 3;

/** Bytes of texts to remember; an object whose "repeating" fields never repeat must not fill the memory. */
const MAX_REMEMBERED = 16 * 1024 * 1024;

/**
 * Reads lines as almost all of them are: one space between fields, plain numbers, texts seen before. A line with anything
 * else in it is left to {@link ExactLines}; the result is the same for every line.
 */
export class FastLines {
  /** The plan made of the header: per step what it reads, and how many columns or which number or address. */
  private readonly kinds: readonly number[];
  private readonly details: readonly number[];
  /** Per step of repeating fields: texts seen, and how long the last one was, since the next one mostly is as long. */
  private texts: TokenTable[] = [];
  private readonly lengths: number[];
  private combinations = new Combinations();
  /** Group and direction of each combination of texts; the group is -1 until an exact reading has shown it. */
  private groups = new Int32Array(0);
  private directions = new Int8Array(0);
  private tables?: Tables;
  private remembered = 0;

  private readonly numbers = new Float64Array(NUMBERS.length);
  private readonly addresses = new Int32Array(ADDRESSES.length);
  private readonly startNumber: number;
  private readonly endNumber: number;
  private readonly hasProtocol: boolean;
  private readonly hasPorts: boolean;

  private buffer: Buffer = Buffer.alloc(0);
  private lineStart = 0;
  /** Where the line after the one that was parsed begins. */
  private next = 0;
  private readonly quote = () => this.buffer.toString('latin1', this.lineStart, this.next - 1);

  /** `record`: the one that `exact` fills. `onTooLong`: told the head of a line that is too long. */
  constructor(
    columns: readonly string[],
    private readonly sink: RecordSink,
    private readonly record: FlowRecord,
    private readonly exact: ExactLines,
    private readonly onTooLong: (head: Buffer) => void
  ) {
    const steps = planOf(columns);
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
    const { sink, record, quote, exact } = this;
    const view = viewOf(buffer);
    this.buffer = buffer;
    for (let at = start; at < end;) {
      if (sink.tables !== this.tables || this.remembered > MAX_REMEMBERED) {
        this.forget();
      }
      const combination = this.parse(buffer, view, at, end);
      if (combination >= 0 && this.groups[combination] >= 0 && this.next - at <= MAX_LINE_BYTES) {
        record.group = this.groups[combination];
        record.codes[CODE.direction] = this.directions[combination];
        this.lineStart = at;
        sink.record(record, quote);
        at = this.next;
        continue;
      }
      let isGood = false;
      const readExactly = (from: number, to: number) => (isGood = exact.read(buffer, view, from, to));
      at = cutLine(buffer, at, readExactly, this.onTooLong);
      // A part that was closed by this record has taken its tables with it.
      if (isGood && combination >= 0 && sink.tables === this.tables) {
        this.learn(combination, record);
      }
    }
  }

  /** Parses a line into `record`, but for what its texts decide: returns their combination, or -1 when it is not plain. */
  private parse(text: Uint8Array, view: DataView, start: number, end: number): number {
    const { kinds, details, lengths, numbers, addresses, texts, tables } = this;
    const last = kinds.length - 1;
    let at = start;
    let combination = 0;
    for (let step = 0; step <= last; step++) {
      const kind = kinds[step];
      const detail = details[step];
      const terminator = step === last ? NEWLINE : SPACE;
      if (kind === NUMBER_STEP) {
        let digit = text[at] - ZERO;
        if (!(digit >= 0 && digit <= 9)) {
          return -1;
        }
        const from = at;
        let value = 0;
        do {
          value = value * 10 + digit;
          digit = text[++at] - ZERO;
        } while (digit >= 0 && digit <= 9);
        if (at - from > MAX_DIGITS) {
          return -1;
        }
        numbers[detail] = value;
      } else if (kind === ADDRESS_STEP) {
        const address = readIPv4(text, at, end);
        if (address >= 0) {
          addresses[detail] = address;
          at += ipv4Length;
        } else {
          const from = at;
          at = skipFields(text, at, 1);
          const id = at < 0 ? -1 : tables!.addresses.find(view, from, at);
          if (id < 0 || !tables!.addressIsValid[id]) {
            return -1;
          }
          addresses[detail] = tableCode(id);
        }
      } else if (kind === REPEATING_STEP) {
        const guess = at + lengths[step];
        let id = guess < end && text[guess] === terminator ? texts[step].find(view, at, guess) : -1;
        if (id >= 0) {
          at = guess;
        } else {
          const from = at;
          at = skipFields(text, at, detail);
          if (at < 0) {
            return -1;
          }
          lengths[step] = at - from;
          id = this.remember(texts[step], view, from, at);
        }
        combination = this.combinations.of(combination, id);
      } else {
        at = skipFields(text, at, detail);
        if (at < 0) {
          return -1;
        }
      }
      if (text[at++] !== terminator) {
        return -1;
      }
    }
    this.next = at;
    return this.fill() ? combination : -1;
  }

  /** Puts what was parsed into the record; false when the exact reader must judge it. */
  private fill(): boolean {
    const { record, numbers, addresses } = this;
    const { codes } = record;
    const start = numbers[this.startNumber];
    const end = numbers[this.endNumber];
    const bytes = numbers[BYTES];
    const packets = numbers[PACKETS];
    if (end < start || end - start > MAX_SPAN_SECONDS || bytes > MAX_COUNT || packets > MAX_COUNT) {
      return false;
    }
    record.start = start;
    record.end = end;
    record.bytes = bytes;
    record.packets = packets;
    codes[CODE.source] = addresses[SOURCE];
    codes[CODE.destination] = addresses[DESTINATION];
    if (!this.hasProtocol) {
      codes[CODE.application] = applicationCode(undefined, undefined);
      return true;
    }
    const protocol = numbers[PROTOCOL];
    const source = numbers[SOURCE_PORT];
    const destination = numbers[DESTINATION_PORT];
    const port = source < destination ? source : destination;
    codes[CODE.application] = applicationCode(protocol, this.hasPorts && hasPorts(protocol) ? port : undefined);
    return protocol <= 255 && source <= 65535 && destination <= 65535;
  }

  private remember(texts: TokenTable, view: DataView, start: number, end: number): number {
    const before = texts.size;
    const id = texts.intern(view, start, end);
    this.remembered += texts.size === before ? 0 : end - start;
    return id;
  }

  private learn(combination: number, { group, codes }: FlowRecord): void {
    if (combination >= this.groups.length) {
      const size = Math.max(1024, combination * 2);
      const { groups, directions } = this;
      this.groups = new Int32Array(size).fill(-1);
      this.groups.set(groups);
      this.directions = new Int8Array(size);
      this.directions.set(directions);
    }
    this.groups[combination] = group;
    this.directions[combination] = codes[CODE.direction];
  }

  /** Begins anew, for the tables of the next part. */
  private forget(): void {
    this.tables = this.sink.tables;
    this.texts = this.kinds.map(() => new TokenTable());
    this.combinations = new Combinations();
    this.groups = new Int32Array(0);
    this.directions = new Int8Array(0);
    this.remembered = 0;
    // Stays where the flow log has no such column.
    this.addresses.fill(missingAddress(this.tables));
  }
}

/** Skips fields with one space between them; where the last one ends, or -1 when the line ends before or has two spaces. */
function skipFields(text: Uint8Array, start: number, fields: number): number {
  let at = start;
  for (let left = fields; ; at++) {
    let byte = text[at];
    if (byte === SPACE || byte === NEWLINE) {
      return -1;
    }
    do {
      byte = text[++at];
    } while (byte !== SPACE && byte !== NEWLINE);
    if (--left === 0) {
      return at;
    }
    if (byte === NEWLINE) {
      return -1;
    }
  }
}

function planOf(columns: readonly string[]): Array<[kind: number, detail: number]> {
  const steps: Array<[kind: number, detail: number]> = [];
  for (const column of columns) {
    if (NUMBERS.includes(column)) {
      steps.push([NUMBER_STEP, NUMBERS.indexOf(column)]);
    } else if (ADDRESSES.includes(column)) {
      steps.push([ADDRESS_STEP, ADDRESSES.indexOf(column)]);
    } else {
      const kind = REPEATING.has(column) ? REPEATING_STEP : SKIP_STEP;
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
