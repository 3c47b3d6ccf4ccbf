import { MISSING } from '../../../contract/stored';
import { MISSING_ADDRESS } from '../address/addressTable';
import { applicationCode, dimensionOf, hasPorts, type Dimension } from '../dimensions';
import type { RecordSink } from '../flowRecord';
import { GroupReader } from './groupReader';
import { LineFields } from './lineFields';
import type { RecordReason } from '../reasons';
import type { RecordBatch } from '../recordBatch';
import { isIdentifier, MAX_COUNT, MAX_SPAN_SECONDS } from '../rules';

/** Why a line is not counted as traffic. */
export interface NotCounted {
  readonly reason: RecordReason;
  /** Unix seconds, if it could be read. */
  readonly time: number | undefined;
}

/**
 * Reads any line, field by field: it becomes a record, or is not counted for one of the reasons. This is the reference for
 * `FastLines`, which leaves unusual lines to it.
 */
export class ExactLines {
  private readonly columns: ReturnType<typeof columnIndex>;
  /** The dimensions to read, each with the columns of its fields. */
  private readonly dimensions: ReadonlyArray<{ readonly dimension: Dimension; readonly columns: readonly number[] }>;
  private readonly fields: LineFields;
  private readonly groups: GroupReader;

  /** `columns`: the header. `account`: the owner of the flow log, if the object's key names it. */
  constructor(
    columns: readonly string[],
    private readonly sink: Pick<RecordSink, 'tables' | 'dimensions'>,
    account: string | undefined
  ) {
    this.columns = columnIndex(columns);
    this.dimensions = sink.dimensions.map((name) => {
      const dimension = dimensionOf(name);
      return { dimension, columns: dimension.fields.map((field) => columns.indexOf(field)) };
    });
    this.fields = new LineFields(columns.length);
    this.groups = new GroupReader(columns, account);
  }

  /** Reads the line `buffer[start, end)`: adds it to the batch, or returns why it is not counted. */
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
    // Always read: whether a record counts must not depend on the measurements.
    const application = this.application();
    isNumber &&= !Number.isNaN(application);
    this.dimensions.forEach(({ dimension }, i) => {
      if (dimension.kind === 'application') {
        codes[i][count] = application;
      }
    });
    if (!isNumber) {
      return 'not-a-number';
    }
    return bytes[count] > MAX_COUNT || packets[count] > MAX_COUNT ? 'too-large' : undefined;
  }

  /** A count; 0 if the flow log has no such column. `bytes` may be '-': rejects by block public access have none. */
  private count(column: number, mayBeMissing: boolean): number {
    if (column < 0 || (mayBeMissing && this.fields.isMissing(column))) {
      return 0;
    }
    const value = this.fields.number(column);
    return value < 0 ? NaN : value;
  }

  /** A number up to `max`; undefined if the column is absent or '-', NaN if it is anything else. */
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

  private readCodes(kind: Dimension['kind'], reason: RecordReason, batch: RecordBatch): RecordReason | undefined {
    for (let i = 0; i < this.dimensions.length; i++) {
      const { dimension, columns } = this.dimensions[i];
      if (dimension.kind === kind) {
        const value = kind === 'address' ? this.address(columns[0]) : this.textCode(dimension, columns[0]);
        if (value === undefined) {
          return reason;
        }
        batch.codes[i][batch.count] = value;
      }
    }
    return undefined;
  }

  /** The code of an address, or of '-' if there is no such column; undefined if it is malformed. */
  private address(column: number): number | undefined {
    const { buffer, starts, ends } = this.fields;
    return column < 0 ? MISSING_ADDRESS : this.sink.tables.addresses.read(buffer, starts[column], ends[column]);
  }

  /** The code of a text, or of '-' if there is no such column; undefined if it is malformed. */
  private textCode({ values }: Dimension, column: number): number | undefined {
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

/** The column of each field; -1 if the header lacks it. */
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
