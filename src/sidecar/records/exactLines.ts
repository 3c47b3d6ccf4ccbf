import { MISSING_ADDRESS } from './addressTable';
import { applicationCode, codeOf, hasPorts, type Code, type CodeName } from './codes';
import { MISSING } from './fields';
import type { Group, RecordSink, Tables } from './flowRecord';
import type { RecordReason } from './reasons';
import type { RecordBatch } from './recordBatch';
import { GROUP_FIELDS, MAX_COUNT, MAX_SPAN_SECONDS } from './rules';
import { viewOf } from './scan';

const SPACE = 0x20;
const DASH = 0x2d;
const SEPARATOR = 0x1f;
const MAX_GROUP_BYTES = 1024;
/** All that AWS writes into identifiers and actions; nothing in it needs escaping in line protocol or a regex of ours. */
const IDENTIFIER = /^[\w.:/-]+$/;

/** Places in {@link GROUP_FIELDS}. */
const ACCOUNT = 0;
const INTERFACE = 4;

/** A line that is no record of traffic. */
export interface NotCounted {
  readonly reason: RecordReason;
  /** Unix seconds, where it could be read. */
  readonly time: number | undefined;
}

/**
 * Reads lines exactly, whatever is in them: each becomes a record, or is not counted for one of the reasons. It is the
 * rule that `FastLines` follows wherever it can.
 */
export class ExactLines {
  private readonly columns: ReturnType<typeof columnIndex>;
  /** Per code of the batch: how it is read, and the columns of its fields. */
  private readonly codes: ReadonlyArray<{ readonly code: Code; readonly columns: readonly number[] }>;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private buffer: Buffer = Buffer.alloc(0);
  private readonly groupText = Buffer.alloc(MAX_GROUP_BYTES);
  private readonly groupView = viewOf(this.groupText);

  /** `account`: the owner of the flow log as the object's key says, if it does. */
  constructor(
    columns: readonly string[],
    private readonly sink: Pick<RecordSink, 'tables' | 'codes'>,
    private readonly account: string | undefined
  ) {
    this.columns = columnIndex(columns);
    this.codes = sink.codes.map((name: CodeName) => {
      const code = codeOf(name);
      return { code, columns: code.fields.map((field) => columns.indexOf(field)) };
    });
    this.starts = new Int32Array(columns.length);
    this.ends = new Int32Array(columns.length);
  }

  /** Reads the line `buffer[start, end)`: adds it to the batch, or says why it does not count. */
  read(buffer: Buffer, start: number, end: number, batch: RecordBatch): NotCounted | undefined {
    const { columns, starts, ends } = this;
    this.buffer = buffer;
    if (!this.cutFields(start, end)) {
      return { reason: 'field-count', time: undefined };
    }
    const from = columns.start < 0 ? -1 : parseWhole(buffer, starts[columns.start], ends[columns.start]);
    const to = columns.end < 0 ? -1 : parseWhole(buffer, starts[columns.end], ends[columns.end]);
    const time = from >= 0 ? from : to >= 0 ? to : undefined;
    const reason =
      this.statusReason(columns.status) ??
      this.readTimes(columns.start < 0 ? to : from, columns.end < 0 ? from : to, batch) ??
      this.readNumbers(batch) ??
      this.readCodes('address', 'bad-address', batch) ??
      this.readCodes('text', 'bad-identifier', batch) ??
      this.readGroup(batch);
    if (reason) {
      return { reason, time };
    }
    batch.count++;
    return undefined;
  }

  /** Finds each field's range; false when there are more or fewer than the header has. */
  private cutFields(start: number, end: number): boolean {
    const { starts, ends, buffer } = this;
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

  private statusReason(column: number): RecordReason | undefined {
    const status = this.text(column);
    if (status === 'OK') {
      return undefined;
    }
    return status === 'NODATA' ? 'nodata' : status === 'SKIPDATA' ? 'skipdata' : 'unknown-status';
  }

  private readTimes(start: number, end: number, batch: RecordBatch): RecordReason | undefined {
    batch.starts[batch.count] = start;
    batch.ends[batch.count] = end;
    const isTime = start >= 0 && end >= start && end - start <= MAX_SPAN_SECONDS && end <= Number.MAX_SAFE_INTEGER;
    return isTime ? undefined : 'bad-time';
  }

  private readNumbers(batch: RecordBatch): RecordReason | undefined {
    const { bytes, packets, codes, count } = batch;
    bytes[count] = this.count(this.columns.bytes, true);
    packets[count] = this.count(this.columns.packets, false);
    let isNumber = !Number.isNaN(bytes[count] + packets[count]);
    // Read whatever records are keyed by: whether a record counts must not depend on the measurements.
    const application = this.application();
    isNumber &&= !Number.isNaN(application);
    this.codes.forEach(({ code }, i) => {
      if (code.kind === 'application') {
        codes[i][count] = application;
      }
    });
    if (!isNumber) {
      return 'not-a-number';
    }
    return bytes[count] > MAX_COUNT || packets[count] > MAX_COUNT ? 'too-large' : undefined;
  }

  /** A count; 0 when the flow log has no such column. `bytes` may be '-': block-public-access rejects carry none. */
  private count(column: number, mayBeMissing: boolean): number {
    if (column < 0 || (mayBeMissing && this.isMissing(column))) {
      return 0;
    }
    const value = parseWhole(this.buffer, this.starts[column], this.ends[column]);
    return value < 0 ? NaN : value;
  }

  /** A number up to `max`; undefined when the column is absent or '-', NaN when it holds something else. */
  private small(column: number, max: number): number | undefined {
    if (this.isMissing(column)) {
      return undefined;
    }
    const value = parseWhole(this.buffer, this.starts[column], this.ends[column]);
    return value < 0 || value > max ? NaN : value;
  }

  private application(): number {
    const protocol = this.small(this.columns.protocol, 255);
    if (protocol === undefined || !hasPorts(protocol)) {
      return applicationCode(protocol, undefined);
    }
    const source = this.small(this.columns.sourcePort, 65535);
    const destination = this.small(this.columns.destinationPort, 65535);
    if (source === undefined || destination === undefined) {
      const isNumber = !Number.isNaN(source ?? destination ?? 0);
      return applicationCode(protocol, isNumber ? undefined : NaN);
    }
    return applicationCode(protocol, Math.min(source, destination));
  }

  private readCodes(kind: Code['kind'], reason: RecordReason, batch: RecordBatch): RecordReason | undefined {
    for (let i = 0; i < this.codes.length; i++) {
      const { code, columns } = this.codes[i];
      if (code.kind === kind) {
        const value = kind === 'address' ? this.address(columns[0]) : this.textCode(code, columns[0]);
        if (value === undefined) {
          return reason;
        }
        batch.codes[i][batch.count] = value;
      }
    }
    return undefined;
  }

  /** The code of an address; that of '-' when there is no such column, undefined when it is no address. */
  private address(column: number): number | undefined {
    return column < 0
      ? MISSING_ADDRESS
      : this.sink.tables.addresses.read(this.buffer, this.starts[column], this.ends[column]);
  }

  /** The code of a text; undefined when it has characters AWS never writes. */
  private textCode({ values }: Code, column: number): number | undefined {
    const { texts } = this.sink.tables;
    const text = column < 0 ? MISSING : this.text(column);
    if (values) {
      return texts.internText(values.known.includes(text) ? text : values.otherwise);
    }
    return IDENTIFIER.test(text) && text.length < MAX_GROUP_BYTES ? texts.internText(text) : undefined;
  }

  private readGroup(batch: RecordBatch): RecordReason | undefined {
    const { tables } = this.sink;
    const group = this.group(tables);
    batch.groups[batch.count] = group;
    return group < 0 || !tables.groups[group] ? 'bad-identifier' : undefined;
  }

  /** The record's group id, or -1 when its identifiers are absurdly long. */
  private group(tables: Tables): number {
    const { columns, groupText, groupView, starts, ends, buffer } = this;
    let length = 0;
    for (let i = 0; i < GROUP_FIELDS.length; i++) {
      let column = columns.group[i];
      if (i === INTERFACE && this.isMissing(column)) {
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

  /** Whether the column is absent or says '-'. */
  private isMissing(column: number): boolean {
    return column < 0 || (this.ends[column] - this.starts[column] === 1 && this.buffer[this.starts[column]] === DASH);
  }

  private text(column: number): string {
    return this.buffer.toString('latin1', this.starts[column], this.ends[column]);
  }
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
    resource: of('resource-id'),
    group: GROUP_FIELDS.map(of),
  };
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
