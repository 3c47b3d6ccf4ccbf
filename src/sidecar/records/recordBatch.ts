const SIZE = 512;

/** Records with status OK, as columns: no JavaScript object is made per record. */
export class RecordBatch {
  static readonly SIZE = SIZE;

  /** Number of records in the batch. */
  count = 0;
  /** Indexes into `Tables.groups`. */
  readonly groups = new Int32Array(SIZE);
  readonly bytes = new Float64Array(SIZE);
  readonly packets = new Float64Array(SIZE);
  /** Unix seconds; start ≤ end, at most an hour apart. */
  readonly starts = new Float64Array(SIZE);
  readonly ends = new Float64Array(SIZE);
  /** One column for each name in `RecordSink.codes`. */
  readonly codes: readonly Int32Array[];

  /** `codes`: number of columns of codes. `quote`: returns the line of a record of the batch, for quoting. */
  constructor(
    codes: number,
    readonly quote: (record: number) => string
  ) {
    this.codes = Array.from({ length: codes }, () => new Int32Array(SIZE));
  }
}
