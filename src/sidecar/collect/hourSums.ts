import { viewOf } from '../records/bytes';
import { TokenTable } from '../records/tokens';
import { enlarged } from '../rollup/enlarged';
import { LineEncoder } from '../rollup/lineEncoder';
import { timestamp } from '../rollup/lineProtocol';
import type { EncodedLines } from '../rollup/seriesPoints';
import { METRICS } from '../rollup/sums';
import { floorHour } from '../rollup/windows';
import { SeriesNames } from './seriesNames';

/** Bytes that the sums of all hours may take: enough for two hours of a network with some hundred busy interfaces. */
const LIMIT_BYTES = 32 * 1024 * 1024;
/** Bytes per series beside its name: its sums, and its place in the table. */
const SERIES_BYTES = 48;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const ZERO = 0x30;
const NANOSECOND_DIGITS = 9;
/** What the series of `flow_quality` begin with. Its only field is `records`; all others have bytes, packets and flows. */
const QUALITY = 'flow_quality,';

/** The sums of one hour. */
interface Hour {
  /** How many objects are in them. */
  objects: number;
  /** Short names of its series. */
  readonly series: TokenTable;
  /** Bytes, packets and flows of each series, or nothing, nothing and records. */
  sums: Float64Array;
  /** Whether no sum is beyond 2^53: InfluxDB counts in 64 bits. */
  isExact: boolean;
}

/**
 * Sums up, hour by hour, the points that go to `minute`, so that `hour` need not be read from InfluxDB again, which costs it far
 * more than all points of the hour did. What does not fit into memory, or was stored before this process began, InfluxDB has
 * to sum up.
 */
export class HourSums {
  /** By the start of the hour (Unix seconds); the one that was added to last comes last. */
  private readonly hours = new Map<number, Hour>();
  private readonly names = new SeriesNames();

  /** `limit`: bytes, about. */
  constructor(private readonly limit = LIMIT_BYTES) {}

  /**
   * Adds an object whose points were all acknowledged. `hours`: those that its plan names. `blocks`: its lines, as the rollup
   * encodes them. Throws what reading them throws; its hours are then forgotten.
   */
  add(hours: readonly number[], blocks: Iterable<EncodedLines>): void {
    for (const hour of hours) {
      const known = this.hours.get(hour) ?? emptyHour();
      known.objects++;
      // It is the last one now.
      this.hours.delete(hour);
      this.hours.set(hour, known);
    }
    try {
      for (const { policy, lines } of blocks) {
        if (policy === 'minute') {
          this.addLines(lines);
          this.keepToLimit();
        }
      }
    } catch (error) {
      hours.forEach((hour) => this.hours.delete(hour));
      throw error;
    }
  }

  /**
   * The points of an hour in `hour`, as blocks of whole lines; undefined unless its sums are those of exactly so many
   * `objects`, which is all that were ever begun: see `registry/counters.ts`.
   */
  lines(hour: number, objects: number | undefined): readonly Uint8Array[] | undefined {
    const known = this.hours.get(hour);
    return known?.isExact && known.objects === objects ? encode(hour, known, this.names) : undefined;
  }

  private addLines(lines: Uint8Array): void {
    const view = viewOf(lines);
    const values = new Float64Array(METRICS);
    for (let from = 0; from < lines.length;) {
      const end = lines.indexOf(NEWLINE, from);
      const fieldsEnd = lines.lastIndexOf(SPACE, end);
      const hour = floorHour(numberAt(lines, fieldsEnd + 1, end - NANOSECOND_DIGITS));
      values.fill(0);
      // From the last field, ` bytes=1i,packets=2i,flows=3i`, back to the space in front of the first one.
      let at = fieldsEnd;
      for (let metric = METRICS - 1; lines[at] !== SPACE || at === fieldsEnd; metric--) {
        const valueEnd = at - 1;
        at = lines.lastIndexOf(EQUALS, at);
        values[metric] = numberAt(lines, at + 1, valueEnd);
        while (lines[at] !== COMMA && lines[at] !== SPACE) {
          at--;
        }
      }
      const known = this.hours.get(hour);
      if (known) {
        const name = this.names.shorten(lines, view, from, at);
        addPoint(known, known.series.intern(name, 0, name.byteLength), values);
      }
      from = end + 1;
    }
  }

  /** Forgets the hours that nothing came to for the longest; all of them when their names, of which none is forgotten alone, are many. */
  private keepToLimit(): void {
    const { hours, names, limit } = this;
    if (names.bytes > limit / 2) {
      hours.clear();
      names.clear();
    }
    let size = names.bytes;
    hours.forEach((hour) => (size += bytesOf(hour)));
    for (const [start, hour] of hours) {
      if (size <= limit) {
        break;
      }
      size -= bytesOf(hour);
      hours.delete(start);
    }
  }
}

function emptyHour(): Hour {
  return { objects: 0, series: new TokenTable(), sums: new Float64Array(64 * METRICS), isExact: true };
}

/** Bytes that an hour takes, about. */
function bytesOf({ series }: Hour): number {
  return series.bytes + series.size * SERIES_BYTES;
}

function addPoint(hour: Hour, series: number, values: Float64Array): void {
  const at = series * METRICS;
  if (at === hour.sums.length) {
    hour.sums = enlarged(hour.sums, new Float64Array(at * 2));
  }
  for (let metric = 0; metric < METRICS; metric++) {
    hour.sums[at + metric] += values[metric];
    if (hour.sums[at + metric] > Number.MAX_SAFE_INTEGER) {
      hour.isExact = false;
    }
  }
}

function encode(hour: number, { series, sums }: Hour, names: SeriesNames): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  // Every window is before the horizon, and so in `hour`.
  const encoder = new LineEncoder({ minuteHorizon: Infinity }, (_policy, lines) => blocks.push(lines));
  encoder.begin(0);
  for (let id = 0; id < series.size; id++) {
    const name = names.expand(series.bytesOf(id));
    if (name.toString('latin1', 0, QUALITY.length) === QUALITY) {
      const records = sums[id * METRICS + METRICS - 1];
      blocks.push(Buffer.from(`${name.toString('latin1')} records=${records}i ${timestamp(hour, 0)}\n`, 'latin1'));
    } else {
      encoder.setSeriesBytes(name);
      encoder.points([hour], sums, id * METRICS);
    }
  }
  encoder.end();
  return blocks;
}

/** The whole number that `[start, end)` says in decimal, up to 2^53. */
function numberAt(text: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    value = value * 10 + (text[i] - ZERO);
  }
  return value;
}
