import type { RecordReason } from '../records/reasons';
import { KeyTags } from './keyTags';
import { LineEncoder, type LinesSink } from './lineEncoder';
import type { Measurement } from './measurements';
import type { Part, RollupSink } from './part';
import { addSums, METRICS, noSums, type Sums } from './sums';
import type { RollupTerms } from './terms';

/** Encodes the parts of an object as line protocol, and sums up what it encodes, so that no measurement can lose anything. */
export class PartEncoder implements RollupSink {
  /** Sums over the points of each measurement, of all parts so far. */
  readonly sums: Record<string, Sums> = {};
  private readonly encoder: LineEncoder;
  private readonly keyTags: readonly KeyTags[];
  /** Sums of the current part per measurement, below 2^53. */
  private readonly partSums: readonly Float64Array[];
  private groups: ReadonlyArray<{ readonly prefix: string }> = [];
  /** Number of the current measurement. */
  private measurement = 0;

  constructor(
    private readonly measurements: readonly Measurement[],
    private readonly terms: RollupTerms,
    private readonly part: Part,
    lines: LinesSink
  ) {
    for (const { name } of measurements) {
      this.sums[name] = noSums();
    }
    this.keyTags = measurements.map((measurement) => new KeyTags(measurement));
    this.partSums = measurements.map(() => new Float64Array(METRICS));
    this.encoder = new LineEncoder(terms, lines);
  }

  /** Records by hour (Unix seconds of its start), of hours that have points in `minute`. */
  get hours(): ReadonlyMap<number, number> {
    return this.encoder.hours;
  }

  /**
   * Encodes the part and hands over its lines. `groups`: the tags of each group, by its id. `uncounted`: number of records
   * that are no traffic, by reason and window. `offset`: of the part's points within their windows, nanoseconds.
   */
  encode(
    groups: ReadonlyArray<{ readonly prefix: string }>,
    uncounted: ReadonlyMap<RecordReason, ReadonlyMap<number, number>>,
    offset: number
  ): void {
    const { encoder, part } = this;
    this.groups = groups;
    encoder.begin(offset);
    part.rollUp(this);
    for (const [reason, windows] of [['ok', part.recordsByWindow()] as const, ...uncounted]) {
      for (const [window, records] of windows) {
        encoder.quality(this.terms.sourceId, reason, records, window);
      }
    }
    encoder.end();
    // They may be large, and the thread goes on to other objects.
    this.groups = [];
    for (const [i, { name }] of this.measurements.entries()) {
      const [bytes, packets, flows] = this.partSums[i];
      this.sums[name] = addSums(this.sums[name], { bytes, packets, flows });
      this.partSums[i].fill(0);
    }
  }

  series(group: number, measurement: number): void {
    this.measurement = measurement;
    this.encoder.beginSeries(`${this.measurements[measurement].name},${this.groups[group].prefix},`);
  }

  key(first: number | undefined, second: number, windows: readonly number[], values: Float64Array, at: number): void {
    const { encoder, part, measurement } = this;
    const tags = this.keyTags[measurement];
    if (first === undefined) {
      encoder.setOther(tags);
    } else {
      encoder.setKey(tags, first, second, part.tables);
    }
    encoder.points(windows, values, at);
    const sums = this.partSums[measurement];
    for (let i = at; i < at + windows.length * METRICS; i += METRICS) {
      sums[0] += values[i];
      sums[1] += values[i + 1];
      sums[2] += values[i + 2];
    }
  }
}
