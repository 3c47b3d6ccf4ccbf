const SIZE = 512;

/** Records of status OK as columns, so that no object is made per record. */
export class RecordBatch {
  static readonly SIZE = SIZE;

  /** Records in the batch; their columns are filled up to here. */
  count = 0;
  /** Indexes into `Tables.groups`. */
  readonly groups = new Int32Array(SIZE);
  readonly bytes = new Float64Array(SIZE);
  readonly packets = new Float64Array(SIZE);
  /** Unix seconds, start ≤ end, at most an hour apart. */
  readonly starts = new Float64Array(SIZE);
  readonly ends = new Float64Array(SIZE);
  /** One column for each name in `RecordSink.codes`. */
  readonly codes: readonly Int32Array[];

  /** `quote`: the line of a record, to quote from when it is refused. */
  constructor(
    codes: number,
    readonly quote: (record: number) => string
  ) {
    this.codes = Array.from({ length: codes }, () => new Int32Array(SIZE));
  }
}
