import type { RecordReason } from '../records/reasons';
import type { DistinctFlows } from './distinctFlows';
import { LineEncoder, type LinesSink } from './lineEncoder';
import type { Measurement } from './measurements';
import { MergedSeries } from './mergedSeries';
import type { Observer } from './owners/resolver';
import type { Part, RollupKey, RollupSink } from './part';
import { SeriesTags } from './seriesTags';
import { addSums, METRICS, noSums, type Sums } from './sums';
import type { RollupTerms } from './terms';

/** Encodes the parts of an object as line protocol, and sums up what it encodes, so that no measurement can lose anything. */
export class PartEncoder implements RollupSink {
  /** Sums over the points of each measurement, of all parts so far. */
  readonly sums: Record<string, Sums> = {};
  private readonly encoder: LineEncoder;
  private readonly tags: readonly SeriesTags[];
  /** Series that several groups may have, per measurement; undefined where a series has the tags of its group. */
  private readonly merged: ReadonlyArray<MergedSeries | undefined>;
  /** Sums of the current part per measurement, below 2^53. */
  private readonly partSums: readonly Float64Array[];
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
    this.tags = measurements.map((measurement) => new SeriesTags(measurement));
    this.merged = measurements.map(({ group }) => (group ? undefined : new MergedSeries()));
    this.partSums = measurements.map(() => new Float64Array(METRICS));
    this.encoder = new LineEncoder(terms, lines);
  }

  /** Records by hour (Unix seconds of its start), of hours that have points in `minute`. */
  get hours(): ReadonlyMap<number, number> {
    return this.encoder.hours;
  }

  /**
   * Encodes the part and hands over its lines. `observers`: what is written of each group, by its number. `uncounted`: number of
   * records that are no traffic, by reason and window. `offset`: of the part's points within their windows, nanoseconds.
   */
  encode(
    observers: readonly Observer[],
    uncounted: ReadonlyMap<RecordReason, ReadonlyMap<number, number>>,
    offset: number
  ): void {
    const { encoder, part } = this;
    encoder.begin(offset);
    part.rollUp(observers, this);
    this.merged.forEach((series) => series?.flush(encoder));
    for (const [reason, windows] of [['ok', part.recordsByWindow()] as const, ...uncounted]) {
      for (const [window, records] of windows) {
        encoder.quality(this.terms.sourceId, reason, records, window);
      }
    }
    encoder.end();
    for (const [i, { name }] of this.measurements.entries()) {
      const [bytes, packets, flows] = this.partSums[i];
      this.sums[name] = addSums(this.sums[name], { bytes, packets, flows });
      this.partSums[i].fill(0);
    }
  }

  series(measurement: number, flows: DistinctFlows): void {
    this.measurement = measurement;
    this.tags[measurement].begin(flows);
  }

  key({ flow, application, isOther }: RollupKey, windows: readonly number[], values: Float64Array, at: number): void {
    const { encoder, measurement } = this;
    encoder.setSeries(this.tags[measurement], flow, application, isOther);
    const merged = this.merged[measurement];
    if (merged) {
      merged.add(encoder.seriesBytes(), windows, values, at);
    } else {
      encoder.points(windows, values, at);
    }
    const sums = this.partSums[measurement];
    for (let i = at; i < at + windows.length * METRICS; i += METRICS) {
      sums[0] += values[i];
      sums[1] += values[i + 1];
      sums[2] += values[i + 2];
    }
  }
}
