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
  /** Address codes: at the interface, and in the packet's header. */
  readonly sources = new Int32Array(SIZE);
  readonly destinations = new Int32Array(SIZE);
  readonly packetSources = new Int32Array(SIZE);
  readonly packetDestinations = new Int32Array(SIZE);
  /** Codes of `applicationCode`. */
  readonly applications = new Int32Array(SIZE);
  /** Indexes into `Tables.contexts`. */
  readonly contexts = new Int32Array(SIZE);

  /** `quote`: returns the line of a record of the batch, for quoting. */
  constructor(readonly quote: (record: number) => string) {}
}
