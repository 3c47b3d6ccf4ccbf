import { MISSING } from '../../../contract/stored';
import { MISSING_ADDRESS } from '../address/addressTable';
import { applicationCode, codeOf, hasPorts, type Code, type CodeName } from '../dimensions';
import type { RecordSink } from '../flowRecord';
import { GroupReader } from './groupReader';
import { LineFields } from './lineFields';
import type { RecordReason } from '../reasons';
import type { RecordBatch } from '../recordBatch';
import { isIdentifier, MAX_COUNT, MAX_SPAN_SECONDS } from '../rules';

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
  private readonly fields: LineFields;
  private readonly groups: GroupReader;

  /** `account`: the owner of the flow log as the object's key says, if it does. */
  constructor(
    columns: readonly string[],
    private readonly sink: Pick<RecordSink, 'tables' | 'codes'>,
    account: string | undefined
  ) {
    this.columns = columnIndex(columns);
    this.codes = sink.codes.map((name: CodeName) => {
      const code = codeOf(name);
      return { code, columns: code.fields.map((field) => columns.indexOf(field)) };
    });
    this.fields = new LineFields(columns.length);
    this.groups = new GroupReader(columns, account);
  }

  /** Reads the line `buffer[start, end)`: adds it to the batch, or says why it does not count. */
  read(buffer: Buffer, start: number, end: number, batch: RecordBatch): NotCounted | undefined {
    const { columns, fields } = this;
    if (!fields.cut(buffer, start, end)) {
      return { reason: 'field-count', time: undefined };
    }
    const from = fields.number(columns.start);
    const to = fields.number(columns.end);
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

  private statusReason(column: number): RecordReason | undefined {
    const status = this.fields.text(column);
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
    if (column < 0 || (mayBeMissing && this.fields.isMissing(column))) {
      return 0;
    }
    const value = this.fields.number(column);
    return value < 0 ? NaN : value;
  }

  /** A number up to `max`; undefined when the column is absent or '-', NaN when it holds something else. */
  private small(column: number, max: number): number | undefined {
    if (this.fields.isMissing(column)) {
      return undefined;
    }
    const value = this.fields.number(column);
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
    const { buffer, starts, ends } = this.fields;
    return column < 0 ? MISSING_ADDRESS : this.sink.tables.addresses.read(buffer, starts[column], ends[column]);
  }

  /** The code of a text; undefined when it has characters AWS never writes. */
  private textCode({ values }: Code, column: number): number | undefined {
    const { texts } = this.sink.tables;
    const text = column < 0 ? MISSING : this.fields.text(column);
    if (values) {
      return texts.internText(values.known.includes(text) ? text : values.otherwise);
    }
    return isIdentifier(text) ? texts.internText(text) : undefined;
  }

  private readGroup(batch: RecordBatch): RecordReason | undefined {
    const group = this.groups.read(this.fields, this.sink.tables);
    batch.groups[batch.count] = group;
    return group < 0 ? 'bad-identifier' : undefined;
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
  };
}
