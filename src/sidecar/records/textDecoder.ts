import { isIP } from 'node:net';
import { applicationCode, hasPorts, MISSING, Tables, type FlowRecord, type Group, type RecordSink } from './flowRecord';
import { notCollectable, parseHeader, type Header, type NotCollectable } from './header';
import { LineSplitter, type LineSink } from './lines';

const SPACE = 0x20;
const DASH = 0x2d;
const SEPARATOR = 0x1f;
const INGRESS = Buffer.from('ingress');
const EGRESS = Buffer.from('egress');
const MAX_COUNT = 2 ** 47;
const MAX_SPAN_SECONDS = 3600;
const MAX_GROUP_BYTES = 1024;
/** All that AWS writes into identifiers and actions; nothing in it needs escaping in line protocol or a regex of ours. */
const IDENTIFIER = /^[\w.:/-]+$/;

/** The fields that make a {@link Group}, in its order. */
const GROUP_FIELDS = ['account-id', 'vpc-id', 'subnet-id', 'instance-id', 'interface-id', 'action'] as const;

/**
 * Decodes a text flow log, chunk by chunk: the first line decides the layout, each further line becomes a call of the
 * sink. Parses by position in the chunk; no string and no object is made per record.
 */
export class FlowLogTextDecoder implements LineSink {
  /** Set once the first line was read. */
  header?: Header;
  /** Set when the header stops the object from being collected; the rest of the object is then ignored. */
  refusal?: NotCollectable;

  private readonly splitter = new LineSplitter(this);
  private columns = columnIndex([]);
  private starts = new Int32Array(0);
  private ends = new Int32Array(0);
  private lineBuffer: Buffer = Buffer.alloc(0);
  private lineStart = 0;
  private lineEnd = 0;
  /** Text of the line being read; one function for all lines, called only to quote a bad one. */
  private readonly quote = () => this.lineBuffer.toString('latin1', this.lineStart, this.lineEnd);
  private readonly groupText = Buffer.alloc(MAX_GROUP_BYTES);
  private readonly current: FlowRecord = {
    group: 0,
    direction: 0,
    source: 0,
    destination: 0,
    application: 0,
    bytes: 0,
    packets: 0,
    start: 0,
    end: 0,
  };

  /** `account`: the owner of the flow log as its key says; without it `account-id` of each record is taken. */
  constructor(
    private readonly sink: RecordSink,
    private readonly account: string | undefined
  ) {}

  /** Takes the next chunk of uncompressed text. */
  push(chunk: Buffer): void {
    if (!this.refusal) {
      this.splitter.push(chunk);
    }
  }

  /** The text has ended. An object without any line has no header, and is refused as such. */
  end(): void {
    if (!this.refusal) {
      this.splitter.end();
    }
    if (!this.header) {
      this.refusal ??= notCollectable(undefined);
    }
  }

  onTooLong(head: Buffer): void {
    if (!this.header) {
      this.refusal ??= notCollectable(undefined);
      return;
    }
    this.sink.notCounted('line-too-long', undefined, () => head.toString('latin1'));
  }

  onLine(buffer: Buffer, start: number, end: number): void {
    if (this.refusal) {
      return;
    }
    if (!this.header) {
      this.readHeader(buffer.toString('latin1', start, end));
      return;
    }
    this.readRecord(buffer, start, end);
  }

  private readHeader(line: string): void {
    this.header = parseHeader(line);
    this.refusal = notCollectable(this.header);
    if (this.header) {
      this.columns = columnIndex(this.header.columns);
      this.starts = new Int32Array(this.header.columns.length);
      this.ends = new Int32Array(this.header.columns.length);
    }
  }

  private readRecord(buffer: Buffer, start: number, end: number): void {
    const { sink, columns, starts, ends, quote } = this;
    this.lineBuffer = buffer;
    this.lineStart = start;
    this.lineEnd = end;
    if (!this.cutFields(buffer, start, end)) {
      sink.notCounted('field-count', undefined, quote);
      return;
    }
    const from = columns.start < 0 ? -1 : parseWhole(buffer, starts[columns.start], ends[columns.start]);
    const to = columns.end < 0 ? -1 : parseWhole(buffer, starts[columns.end], ends[columns.end]);
    const time = from >= 0 ? from : to >= 0 ? to : undefined;

    const status = this.status(buffer, starts[columns.status], ends[columns.status]);
    if (status !== 'ok') {
      sink.notCounted(status, time, quote);
      return;
    }
    const record = this.current;
    record.start = columns.start < 0 ? to : from;
    record.end = columns.end < 0 ? from : to;
    if (record.start < 0 || record.end < record.start || record.end - record.start > MAX_SPAN_SECONDS) {
      sink.notCounted('bad-time', time, quote);
      return;
    }
    record.bytes = this.count(buffer, columns.bytes, true);
    record.packets = this.count(buffer, columns.packets, false);
    record.application = this.application(buffer);
    if (Number.isNaN(record.bytes + record.packets + record.application)) {
      sink.notCounted('not-a-number', time, quote);
      return;
    }
    if (record.bytes > MAX_COUNT || record.packets > MAX_COUNT) {
      sink.notCounted('too-large', time, quote);
      return;
    }
    const { tables } = sink;
    record.source = this.address(tables, buffer, columns.source);
    record.destination = this.address(tables, buffer, columns.destination);
    if (!tables.addressIsValid[record.source] || !tables.addressIsValid[record.destination]) {
      sink.notCounted('bad-address', time, quote);
      return;
    }
    record.group = this.group(tables, buffer);
    if (record.group < 0 || !tables.groups[record.group]) {
      sink.notCounted('bad-identifier', time, quote);
      return;
    }
    record.direction = this.direction(buffer, columns.direction);
    sink.record(record, quote);
  }

  /** Finds each field's range; false when there are more or fewer than the header has. */
  private cutFields(buffer: Buffer, start: number, end: number): boolean {
    const { starts, ends } = this;
    const expected = starts.length;
    let found = 0;
    let at = start;
    while (at < end) {
      if (buffer[at] === SPACE) {
        at++;
        continue;
      }
      if (found === expected) {
        return false;
      }
      starts[found] = at;
      while (at < end && buffer[at] !== SPACE) {
        at++;
      }
      ends[found++] = at;
    }
    return found === expected;
  }

  private status(buffer: Buffer, start: number, end: number) {
    if (end - start === 2 && buffer[start] === 0x4f && buffer[start + 1] === 0x4b) {
      return 'ok';
    }
    const text = buffer.toString('latin1', start, end);
    return text === 'NODATA' ? 'nodata' : text === 'SKIPDATA' ? 'skipdata' : 'unknown-status';
  }

  /** A count; 0 when the flow log has no such column. `bytes` may be '-': block-public-access rejects carry none. */
  private count(buffer: Buffer, column: number, mayBeMissing: boolean): number {
    if (column < 0) {
      return 0;
    }
    const start = this.starts[column];
    const end = this.ends[column];
    if (mayBeMissing && isMissing(buffer, start, end)) {
      return 0;
    }
    const value = parseWhole(buffer, start, end);
    return value < 0 ? NaN : value;
  }

  /** A number up to `max`; undefined when the column is absent or '-', NaN when it holds something else. */
  private small(buffer: Buffer, column: number, max: number): number | undefined {
    if (column < 0 || isMissing(buffer, this.starts[column], this.ends[column])) {
      return undefined;
    }
    const value = parseWhole(buffer, this.starts[column], this.ends[column]);
    return value < 0 || value > max ? NaN : value;
  }

  private application(buffer: Buffer): number {
    const protocol = this.small(buffer, this.columns.protocol, 255);
    if (protocol === undefined || !hasPorts(protocol)) {
      return applicationCode(protocol, undefined);
    }
    const source = this.small(buffer, this.columns.sourcePort, 65535);
    const destination = this.small(buffer, this.columns.destinationPort, 65535);
    if (source === undefined || destination === undefined) {
      const isNumber = !Number.isNaN(source ?? destination ?? 0);
      return applicationCode(protocol, isNumber ? undefined : NaN);
    }
    return applicationCode(protocol, Math.min(source, destination));
  }

  private direction(buffer: Buffer, column: number): number {
    if (column < 0) {
      return 0;
    }
    const start = this.starts[column];
    const end = this.ends[column];
    return isText(buffer, start, end, INGRESS) ? 1 : isText(buffer, start, end, EGRESS) ? 2 : 0;
  }

  private address(tables: Tables, buffer: Buffer, column: number): number {
    const { addresses, addressIsValid } = tables;
    const [source, start, end] = column < 0 ? MISSING_FIELD : [buffer, this.starts[column], this.ends[column]];
    const id = addresses.intern(source, start, end);
    if (id === addressIsValid.length) {
      const text = addresses.text(id);
      addressIsValid.push(text === MISSING || isIP(text) !== 0);
    }
    return id;
  }

  /** The record's group id, or -1 when its identifiers are absurdly long. */
  private group(tables: Tables, buffer: Buffer): number {
    const { columns, groupText, starts, ends } = this;
    let length = 0;
    for (let i = 0; i < GROUP_FIELDS.length; i++) {
      let column = columns.group[i];
      if (i === INTERFACE && (column < 0 || isMissing(buffer, starts[column], ends[column]))) {
        column = columns.resource >= 0 ? columns.resource : column;
      }
      if (column >= 0 && !(i === ACCOUNT && this.account !== undefined)) {
        if (length + ends[column] - starts[column] >= MAX_GROUP_BYTES - GROUP_FIELDS.length) {
          return -1;
        }
        for (let at = starts[column]; at < ends[column]; at++) {
          groupText[length++] = buffer[at];
        }
      }
      groupText[length++] = SEPARATOR;
    }
    const id = tables.groupTokens.intern(groupText, 0, length);
    if (id === tables.groups.length) {
      tables.groups.push(this.makeGroup(tables.groupTokens.text(id)));
    }
    return id;
  }

  private makeGroup(text: string): Group | undefined {
    const values = text
      .slice(0, -1)
      .split('\x1f')
      .map((value) => value || MISSING);
    // More values than fields: an identifier holds the separator itself.
    if (values.length !== GROUP_FIELDS.length || !values.every((value) => IDENTIFIER.test(value))) {
      return undefined;
    }
    const [account, vpc, subnet, instance, interfaceId, action] = values;
    return { account: this.account ?? account, vpc, subnet, instance, interface: interfaceId, action };
  }
}

const ACCOUNT = 0;
const INTERFACE = 4;
const MISSING_FIELD: [Buffer, number, number] = [Buffer.from(MISSING), 0, 1];

/** Where each field that is read stands in the line; -1 when the header lacks it. */
function columnIndex(columns: readonly string[]) {
  const of = (name: string) => columns.indexOf(name);
  return {
    start: of('start'),
    end: of('end'),
    status: of('log-status'),
    bytes: of('bytes'),
    packets: of('packets'),
    protocol: of('protocol'),
    sourcePort: of('srcport'),
    destinationPort: of('dstport'),
    source: of('srcaddr'),
    destination: of('dstaddr'),
    direction: of('flow-direction'),
    resource: of('resource-id'),
    group: GROUP_FIELDS.map(of),
  };
}

function isMissing(buffer: Buffer, start: number, end: number): boolean {
  return end - start === 1 && buffer[start] === DASH;
}

function isText(buffer: Buffer, start: number, end: number, text: Buffer): boolean {
  if (end - start !== text.length) {
    return false;
  }
  for (let i = 0; i < text.length; i++) {
    if (buffer[start + i] !== text[i]) {
      return false;
    }
  }
  return true;
}

/** The whole number in `buffer[start, end)`, or -1 when it is not one. Above 2^53 the value is rounded, never small. */
function parseWhole(buffer: Buffer, start: number, end: number): number {
  if (start === end || end - start > 20) {
    return -1;
  }
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = buffer[at] - 0x30;
    if (digit < 0 || digit > 9) {
      return -1;
    }
    value = value * 10 + digit;
  }
  return value;
}
