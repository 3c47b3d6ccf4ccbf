import type { RollupSummary } from '../../rollup/summary';

/** One object, wherever its bytes lie. */
export interface CollectableObject {
  readonly sourceId: string;
  /** S3 key, or path of a file. */
  readonly key: string;
  readonly etag: string;
  /** Bytes, as listed. */
  readonly size: number;
  /** When it was written, Unix seconds; undefined for a file. */
  readonly modified?: number;
  /**
   * Opens the object's bytes from the beginning, any number of times; undefined when it is gone. Iterating throws unless it
   * ends after exactly `size` bytes.
   */
  readonly open: () => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** What became of an object. `summary`: its counts, if it was decoded. */
export interface ObjectOutcome {
  /**
   * `stored` now · `duplicate`: stored before, in this or another place · `gone` before it could be read · the others are
   * left in place.
   */
  readonly state: 'stored' | 'duplicate' | 'gone' | 'not-collected' | 'quarantined' | 'refused';
  readonly reason?: string;
  readonly message?: string;
  readonly summary?: RollupSummary;
  /** The unexpected error behind the outcome, for the log. */
  readonly cause?: Error;
  /** Of an object that is `unreadable`: how many of its records could be counted. */
  readonly readable?: number;
}

/**
 * What the pipeline leaves to be done about an object. `nothing`: it is deleted, or left in place for good. `deletion`: it is
 * stored, and deletion is on hold: a listing finds it again once that is released. `all`: it has to be tried again.
 */
export type Remaining = 'nothing' | 'deletion' | 'all';
