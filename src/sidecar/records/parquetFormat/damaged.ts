/** What is wrong with a Parquet object, in words: it is damaged, cut off, or beyond what a flow log can be. */
export class DamagedParquet extends Error {
  override readonly name = 'DamagedParquet';
}

/** A Parquet object that is whole, as far as its footer tells, and packed in a way that is not read: `codec` by Parquet's name. */
export class UnreadParquet extends Error {
  override readonly name = 'UnreadParquet';
  constructor(readonly codec: string) {
    super(
      `The Parquet object is packed with ${codec}, and only Snappy, gzip, zstd and none are read. AWS packs flow logs with ` +
        `Snappy, so something else wrote this one: let the flow log deliver to S3 itself, or write it again with one of those.`
    );
  }
}

/**
 * Does `work`, which looks at bytes that may be anything: what it throws becomes {@link DamagedParquet}, with `where`
 * said first. Reading the object is no part of `work`, so that a failure of the disk or the network stays what it is.
 */
export function judged<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof DamagedParquet) {
      throw cause;
    }
    throw new DamagedParquet(`${where}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}
