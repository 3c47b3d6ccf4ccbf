import { MISSING_ADDRESS } from '../address/addressTable';
import { applicationCode, hasPorts, isTcp } from '../application';
import type { RecordSink } from '../flowRecord';
import { ContextReader } from './contextReader';
import { GroupReader } from './groupReader';
import { LineFields } from './lineFields';
import type { RecordReason } from '../reasons';
import type { RecordBatch } from '../recordBatch';
import { MAX_COUNT, MAX_SPAN_SECONDS } from '../rules';

/** In place of a number that is one, and is larger than there are. */
const OUT_OF_RANGE = Infinity;

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
  private readonly fields: LineFields;
  private readonly groups: GroupReader;
  private readonly contexts: ContextReader;

  /** `columns`: the header. */
  constructor(
    columns: readonly string[],
    private readonly sink: Pick<RecordSink, 'tables'>
  ) {
    this.columns = columnIndex(columns);
    this.fields = new LineFields(columns.length);
    this.groups = new GroupReader(columns);
    this.contexts = new ContextReader(columns);
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
      this.readAddresses(batch) ??
      this.readGroup(batch);
    if (reason) {
      return { reason, time };
    }
    batch.contexts[batch.count] = this.contexts.read(fields, isTcp(batch.applications[batch.count]), this.sink.tables);
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
    const { bytes, packets, applications, count } = batch;
    bytes[count] = this.count(this.columns.bytes, true);
    packets[count] = this.count(this.columns.packets, false);
    const application = this.application();
    applications[count] = application;
    if (Number.isNaN(bytes[count] + packets[count] + application)) {
      return 'not-a-number';
    }
    if (application === OUT_OF_RANGE) {
      return 'out-of-range';
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

  /** A number up to `max`; undefined if the column is absent or '-', {@link OUT_OF_RANGE} beyond it, NaN if it is none. */
  private small(column: number, max: number): number | undefined {
    if (this.fields.isMissing(column)) {
      return undefined;
    }
    const value = this.fields.number(column);
    return value < 0 ? NaN : value > max ? OUT_OF_RANGE : value;
  }

  /** The code of an application; {@link OUT_OF_RANGE}, or NaN, where what it is made of is. */
  private application(): number {
    const protocol = this.small(this.columns.protocol, 255);
    if (protocol === undefined || !hasPorts(protocol)) {
      return applicationCode(protocol, undefined);
    }
    const source = this.small(this.columns.sourcePort, 65535);
    const destination = this.small(this.columns.destinationPort, 65535);
    // NaN if one of them is, else OUT_OF_RANGE if one of them is.
    const highest = Math.max(source ?? 0, destination ?? 0);
    if (!Number.isFinite(highest)) {
      return highest;
    }
    return applicationCode(
      protocol,
      source === undefined || destination === undefined ? undefined : Math.min(source, destination)
    );
  }

  private readAddresses(batch: RecordBatch): RecordReason | undefined {
    const { columns } = this;
    const source = this.address(columns.source);
    const destination = source === undefined ? undefined : this.address(columns.destination);
    if (source === undefined || destination === undefined) {
      return 'bad-address';
    }
    const { count } = batch;
    batch.sources[count] = source;
    batch.destinations[count] = destination;
    batch.packetSources[count] = this.address(columns.packetSource) ?? MISSING_ADDRESS;
    batch.packetDestinations[count] = this.address(columns.packetDestination) ?? MISSING_ADDRESS;
    return undefined;
  }

  /** The code of an address, or of '-' if there is no such column; undefined if it is malformed. */
  private address(column: number): number | undefined {
    const { buffer, starts, ends } = this.fields;
    return column < 0 ? MISSING_ADDRESS : this.sink.tables.addresses.read(buffer, starts[column], ends[column]);
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
    source: of('srcaddr'),
    destination: of('dstaddr'),
    packetSource: of('pkt-srcaddr'),
    packetDestination: of('pkt-dstaddr'),
  };
}
