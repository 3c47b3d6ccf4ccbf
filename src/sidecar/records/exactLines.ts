import { ipv4Length, isAddress, MISSING, readIPv4, tableCode } from './address';
import {
  applicationCode,
  CODE,
  hasPorts,
  type FlowRecord,
  type Group,
  type RecordSink,
  type Tables,
} from './flowRecord';
import { viewOf } from './tokens';

const SPACE = 0x20;
const DASH = 0x2d;
const SEPARATOR = 0x1f;
const INGRESS = Buffer.from('ingress');
const EGRESS = Buffer.from('egress');
/** No interface carries more in an hour: above it, a count of bytes or packets is an error. */
export const MAX_COUNT = 2 ** 47;
/** AWS aggregates for 10 minutes at most; an hour leaves room for what it calls best effort. */
export const MAX_SPAN_SECONDS = 3600;
const MAX_GROUP_BYTES = 1024;
/** All that AWS writes into identifiers and actions; nothing in it needs escaping in line protocol or a regex of ours. */
const IDENTIFIER = /^[\w.:/-]+$/;

/** The fields that make a group, in its order. */
export const GROUP_FIELDS = ['account-id', 'vpc-id', 'subnet-id', 'instance-id', 'interface-id', 'action'] as const;
const ACCOUNT = 0;
const INTERFACE = 4;

/**
 * Reads lines exactly, whatever is in them: each becomes a record, or is not counted for one of the reasons. It is the
 * rule that `FastLines` follows wherever it can.
 */
export class ExactLines {
  private readonly columns: ReturnType<typeof columnIndex>;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private buffer: Buffer = Buffer.alloc(0);
  private lineStart = 0;
  private lineEnd = 0;
  /** Text of the line being read; one function for all lines, called only to quote a bad one. */
  private readonly quote = () => this.buffer.toString('latin1', this.lineStart, this.lineEnd);
  private readonly groupText = Buffer.alloc(MAX_GROUP_BYTES);
  private readonly groupView = viewOf(this.groupText);

  /** `record`: filled with each good line and handed to the sink. `account`: as the object's key says, if it does. */
  constructor(
    columns: readonly string[],
    private readonly sink: RecordSink,
    private readonly record: FlowRecord,
    private readonly account: string | undefined
  ) {
    this.columns = columnIndex(columns);
    this.starts = new Int32Array(columns.length);
    this.ends = new Int32Array(columns.length);
  }

  /** Reads the line `buffer[start, end)`; true when it was a good record. `view`: of the same buffer. */
  read(buffer: Buffer, view: DataView, start: number, end: number): boolean {
    const { sink, columns, starts, ends, quote, record } = this;
    this.buffer = buffer;
    this.lineStart = start;
    this.lineEnd = end;
    if (!this.cutFields(buffer, start, end)) {
      sink.notCounted('field-count', undefined, quote);
      return false;
    }
    const from = columns.start < 0 ? -1 : parseWhole(buffer, starts[columns.start], ends[columns.start]);
    const to = columns.end < 0 ? -1 : parseWhole(buffer, starts[columns.end], ends[columns.end]);
    const time = from >= 0 ? from : to >= 0 ? to : undefined;

    const status = this.status(buffer, starts[columns.status], ends[columns.status]);
    if (status !== 'ok') {
      sink.notCounted(status, time, quote);
      return false;
    }
    record.start = columns.start < 0 ? to : from;
    record.end = columns.end < 0 ? from : to;
    if (record.start < 0 || record.end < record.start || record.end - record.start > MAX_SPAN_SECONDS) {
      sink.notCounted('bad-time', time, quote);
      return false;
    }
    record.bytes = this.count(buffer, columns.bytes, true);
    record.packets = this.count(buffer, columns.packets, false);
    const application = this.application(buffer);
    if (Number.isNaN(record.bytes + record.packets + application)) {
      sink.notCounted('not-a-number', time, quote);
      return false;
    }
    if (record.bytes > MAX_COUNT || record.packets > MAX_COUNT) {
      sink.notCounted('too-large', time, quote);
      return false;
    }
    const { tables } = sink;
    const source = this.address(tables, buffer, view, columns.source);
    const destination = this.address(tables, buffer, view, columns.destination);
    if (source === undefined || destination === undefined) {
      sink.notCounted('bad-address', time, quote);
      return false;
    }
    record.group = this.group(tables, buffer);
    if (record.group < 0 || !tables.groups[record.group]) {
      sink.notCounted('bad-identifier', time, quote);
      return false;
    }
    record.codes[CODE.source] = source;
    record.codes[CODE.destination] = destination;
    record.codes[CODE.application] = application;
    record.codes[CODE.direction] = this.direction(buffer, columns.direction);
    sink.record(record, quote);
    return true;
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

  /** The code of an address; '-' when there is no such column, undefined when it is no address. */
  private address(tables: Tables, buffer: Buffer, view: DataView, column: number): number | undefined {
    if (column < 0) {
      return missingAddress(tables);
    }
    const start = this.starts[column];
    const end = this.ends[column];
    const address = readIPv4(buffer, start, end);
    if (address >= 0 && ipv4Length === end - start) {
      return address | 0;
    }
    return textAddress(tables, view, start, end);
  }

  /** The record's group id, or -1 when its identifiers are absurdly long. */
  private group(tables: Tables, buffer: Buffer): number {
    const { columns, groupText, groupView, starts, ends } = this;
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
    const id = tables.groupTokens.intern(groupView, 0, length);
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

const MISSING_TEXT = viewOf(Buffer.from(MISSING));

/** The code of '-', which stands in for an address column that the flow log does not have. */
export function missingAddress(tables: Tables): number {
  return textAddress(tables, MISSING_TEXT, 0, MISSING_TEXT.byteLength)!;
}

/** The code of an address that is not plain IPv4; undefined when the text is no address. */
function textAddress({ addresses, addressIsValid }: Tables, view: DataView, start: number, end: number) {
  const id = addresses.intern(view, start, end);
  if (id === addressIsValid.length) {
    addressIsValid.push(isAddress(addresses.text(id)));
  }
  return addressIsValid[id] ? tableCode(id) : undefined;
}

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
