import type { RollupSummary } from '../../rollup/summary';

/** One object, wherever its bytes lie. */
export interface CollectableObject {
  readonly sourceId: string;
  /** S3 key, or path of a file. */
  readonly key: string;
  readonly etag: string;
  /** Bytes, as announced. */
  readonly size: number;
  /** When it was written, Unix seconds; undefined for a file. */
  readonly modified?: number;
  /**
   * The object's bytes from the beginning, as often as asked; undefined when it is gone. Iterating throws unless it ends
   * with as many bytes as were announced.
   */
  readonly open: () => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** What became of an object. `summary` where it was decoded. */
export interface ObjectOutcome {
  /**
   * `stored` now · `duplicate`: stored before, in this or another place · `gone` before it could be read · the others are
   * left in place.
   */
  readonly state: 'stored' | 'duplicate' | 'gone' | 'not-collected' | 'quarantined' | 'refused';
  readonly reason?: string;
  readonly message?: string;
  readonly summary?: RollupSummary;
  /** What failed, where that was not expected: for the log. */
  readonly cause?: Error;
  /** Of an object that is `unreadable`: how many of its records could be counted. */
  readonly readable?: number;
}
