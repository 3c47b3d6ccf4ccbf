import { DamagedParquet } from './damaged';

/** Unpacked pages in memory at any time: twenty times what the pages of a flow log take. */
const MAX_HELD_BYTES = 256 * 2 ** 20;
/** Unpacked pages of one object, which AWS closes at 75 MB. Without it, 75 MB of zstd become days of work. */
const MAX_TOTAL_BYTES = 8 * 2 ** 30;

/** Bounds what the pages of one object take when unpacked, before they are. */
export class PageBudget {
  private held = 0;
  private total = 0;

  /** Asks for `bytes`. Throws {@link DamagedParquet} when that is too much. */
  take(bytes: number): void {
    this.held += bytes;
    this.total += bytes;
    if (this.held > MAX_HELD_BYTES || this.total > MAX_TOTAL_BYTES) {
      const limit = this.held > MAX_HELD_BYTES ? MAX_HELD_BYTES : MAX_TOTAL_BYTES;
      throw new DamagedParquet(`Its pages unpack to more than ${limit / 2 ** 20} MiB, as no flow log's do.`);
    }
  }

  /** Gives back what was taken. */
  release(bytes: number): void {
    this.held -= bytes;
  }
}
