/** What is wrong with a Parquet object, in words: it is damaged, cut off, or beyond what a flow log can be. */
export class DamagedParquet extends Error {
  override readonly name = 'DamagedParquet';
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
