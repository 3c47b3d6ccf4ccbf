import { qualityLine, timestamp as timestampOf, writeText } from './lineProtocol';
import type { SeriesTags } from './seriesTags';
import { METRICS } from './sums';
import { policyOf, type Policy } from './windows';

/** Bytes of line protocol per block: several thousand lines, the batch size that InfluxDB recommends. */
const BLOCK_BYTES = 1024 * 1024;
/** Maximum length of a line after its series: three fields of 16 digits and a timestamp. */
const FIELDS_BYTES = 128;
/** Maximum length of a series: identifiers and keys, each shorter than a kilobyte, and twice in a pair. */
const SERIES_BYTES = 32 * 1024;
const ZERO = 0x30;
const SPACE = 0x20;
const BYTES_FIELD = Buffer.from('bytes=');
const PACKETS_FIELD = Buffer.from('i,packets=');
const FLOWS_FIELD = Buffer.from('i,flows=');
const HOUR = 3600;

/** Receives whole lines of line protocol, each with its line end. The buffer belongs to the receiver. */
export type LinesSink = (policy: Policy, lines: Buffer) => void;

/** Collects lines of one policy. */
class Block {
  buffer = Buffer.alloc(0);
  size = 0;

  constructor(
    private readonly policy: Policy,
    private readonly sink: LinesSink
  ) {}

  /** Makes room for a line of this length; hands over the block first if it would become too large. */
  reserve(bytes: number): void {
    if (this.size + bytes > BLOCK_BYTES) {
      this.flush();
    }
    if (this.size + bytes > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 4, bytes, 16 * 1024));
      this.buffer.copy(larger, 0, 0, this.size);
      this.buffer = larger;
    }
  }

  flush(): void {
    if (this.size > 0) {
      this.sink(this.policy, this.buffer.subarray(0, this.size));
      this.buffer = Buffer.alloc(0);
      this.size = 0;
    }
  }
}

/** Encodes points as line protocol, without a JavaScript string per line. */
export class LineEncoder {
  private readonly blocks: Readonly<Record<Policy, Block>>;
  /** Measurement and tags of the current series, with a space at the end. */
  private readonly series = Buffer.alloc(SERIES_BYTES);
  private seriesLength = 0;
  /** Per window: its policy and its timestamp as text. */
  private windows = new Map<number, { readonly policy: Policy; readonly timestamp: Buffer }>();
  private offset = 0;
  /** Records by hour (Unix seconds of its start), of hours that have points in `minute`. */
  readonly hours = new Map<number, number>();

  constructor(
    private readonly terms: { readonly minuteHorizon: number },
    sink: LinesSink
  ) {
    this.blocks = { minute: new Block('minute', sink), hour: new Block('hour', sink) };
  }

  /** Begins a part. `offset`: of all its points within their windows, nanoseconds. */
  begin(offset: number): void {
    this.offset = offset;
    this.windows = new Map();
  }

  /** The next points are of a flow and application of a group, or of everything outside the top K: see {@link SeriesTags.write}. */
  setSeries(tags: SeriesTags, flow: number, application: number, isOther: boolean): void {
    this.endSeries(tags.write(this.series, flow, application, isOther));
  }

  /** The next points are of a series that {@link seriesBytes} returned. */
  setSeriesBytes(series: Uint8Array): void {
    this.series.set(series);
    this.endSeries(series.length);
  }

  /** The current series: valid until the next one is set. */
  seriesBytes(): Buffer {
    return this.series.subarray(0, this.seriesLength - 1);
  }

  /** Encodes a point for each window with a value above 0. Those of `windows[i]` begin at `values[at + METRICS × i]`. */
  points(windows: readonly number[], values: Float64Array, at: number): void {
    for (let i = 0, from = at; i < windows.length; i++, from += METRICS) {
      const bytes = values[from];
      const packets = values[from + 1];
      const flows = values[from + 2];
      if (bytes !== 0 || packets !== 0 || flows !== 0) {
        this.point(windows[i], bytes, packets, flows);
      }
    }
  }

  /** Encodes a point of `flow_quality`. */
  quality(sourceId: string, reason: string, records: number, window: number): void {
    const { policy } = this.window(window);
    const block = this.blocks[policy];
    if (policy === 'minute') {
      this.countRecords(window, records);
    }
    const line = Buffer.from(`${qualityLine(sourceId, reason, records, window, this.offset)}\n`);
    block.reserve(line.length);
    block.size += line.copy(block.buffer, block.size);
  }

  /** Hands over the rest of the part. */
  end(): void {
    this.blocks.minute.flush();
    this.blocks.hour.flush();
  }

  private endSeries(length: number): void {
    this.series[length] = SPACE;
    this.seriesLength = length + 1;
  }

  private point(window: number, bytes: number, packets: number, flows: number): void {
    const { policy, timestamp } = this.window(window);
    const block = this.blocks[policy];
    block.reserve(this.seriesLength + FIELDS_BYTES);
    const { buffer } = block;
    let at = block.size + this.series.copy(buffer, block.size, 0, this.seriesLength);
    at = writeNumber(buffer, writeText(buffer, at, BYTES_FIELD), bytes);
    at = writeNumber(buffer, writeText(buffer, at, PACKETS_FIELD), packets);
    at = writeNumber(buffer, writeText(buffer, at, FLOWS_FIELD), flows);
    block.size = writeText(buffer, at, timestamp);
  }

  private window(window: number) {
    let known = this.windows.get(window);
    if (!known) {
      const timestamp = Buffer.from(`i ${timestampOf(window, this.offset)}\n`);
      known = { policy: policyOf(window, this.terms), timestamp };
      this.windows.set(window, known);
      if (known.policy === 'minute') {
        this.countRecords(window, 0);
      }
    }
    return known;
  }

  private countRecords(window: number, records: number): void {
    const hour = window - (window % HOUR);
    this.hours.set(hour, (this.hours.get(hour) ?? 0) + records);
  }
}

/** Writes a whole number from 0 to 2^53 in decimal; returns where it ends. */
function writeNumber(buffer: Buffer, at: number, value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) {
    digits++;
  }
  const end = at + digits;
  let rest = value;
  let i = end;
  while (rest > 0x7fffffff) {
    const next = Math.floor(rest / 10);
    buffer[--i] = ZERO + (rest - next * 10);
    rest = next;
  }
  let small = rest | 0;
  do {
    const next = (small / 10) | 0;
    buffer[--i] = ZERO + (small - next * 10);
    small = next;
  } while (i > at);
  return end;
}
