/** A Parquet object is damaged, cut off, or exceeds what a flow log can be. The message says what is wrong. */
export class DamagedParquet extends Error {
  override readonly name = 'DamagedParquet';
}

/** A Parquet object uses a codec or type that is not supported and that AWS never writes. It is not damaged. */
export class UnsupportedParquet extends Error {
  override readonly name = 'UnsupportedParquet';
  private constructor(
    readonly reason: 'parquet-codec' | 'parquet-type',
    message: string
  ) {
    super(message);
  }

  /** `codec`: its name in Parquet. */
  static packedWith(codec: string): UnsupportedParquet {
    return new UnsupportedParquet(
      'parquet-codec',
      `The Parquet object is packed with ${codec}, and only Snappy, gzip, zstd and none are read. AWS packs flow logs with ` +
        `gzip, so something else wrote this one: let the flow log deliver to S3 itself, or write it again with one of those.`
    );
  }

  /** `columns`: the columns with values that are neither text nor numbers, each with its type. */
  static ofTypes(columns: readonly string[]): UnsupportedParquet {
    return new UnsupportedParquet(
      'parquet-type',
      `In the Parquet object, ${columns.join(', ')}: AWS writes text and whole numbers, times in seconds. Something else ` +
        `wrote this one: let the flow log deliver to S3 itself, or write it again with the types that AWS documents.`
    );
  }
}

/**
 * Calls `work`, which parses untrusted bytes, and rethrows its errors as {@link DamagedParquet}. `where`: begins the message.
 * `work` must not read from the source: errors of the disk or the network must pass through unchanged.
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
