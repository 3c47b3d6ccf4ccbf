/** What is wrong with a Parquet object, in words: it is damaged, cut off, or beyond what a flow log can be. */
export class DamagedParquet extends Error {
  override readonly name = 'DamagedParquet';
}

/** A Parquet object that is whole, as far as its footer tells, and that something else than AWS wrote in a way that is not read. */
export class UnreadParquet extends Error {
  override readonly name = 'UnreadParquet';
  private constructor(
    readonly reason: 'parquet-codec' | 'parquet-type',
    message: string
  ) {
    super(message);
  }

  /** `codec`: by Parquet's name. */
  static packedWith(codec: string): UnreadParquet {
    return new UnreadParquet(
      'parquet-codec',
      `The Parquet object is packed with ${codec}, and only Snappy, gzip, zstd and none are read. AWS packs flow logs with ` +
        `Snappy, so something else wrote this one: let the flow log deliver to S3 itself, or write it again with one of those.`
    );
  }

  /** `columns`: those whose values are no text and no number, each with its type. */
  static ofTypes(columns: readonly string[]): UnreadParquet {
    return new UnreadParquet(
      'parquet-type',
      `In the Parquet object, ${columns.join(', ')}: AWS writes text and whole numbers, times in seconds. Something else ` +
        `wrote this one: let the flow log deliver to S3 itself, or write it again with the types that AWS documents.`
    );
  }
}

/**
 * Does `work`, which looks at bytes that may be anything: what it throws becomes {@link DamagedParquet}, with `where`
 * said first. Reading the object is no part of `work`, so that a failure of the disk or the network stays what it is.
 */
export function rethrowAsDamaged<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof DamagedParquet) {
      throw cause;
    }
    throw new DamagedParquet(`${where}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  }
}
