import { DamagedParquet } from './damaged';

/** Maximum bytes of unpacked pages in memory: twenty times what a flow log takes. */
const MAX_HELD_BYTES = 256 * 2 ** 20;
/** Maximum bytes of all unpacked pages of an object. AWS closes objects at 75 MB, but 75 MB of zstd can unpack to terabytes. */
const MAX_TOTAL_BYTES = 8 * 2 ** 30;

/** Limits the memory and work for the unpacked pages of one object. Asked before a page is unpacked. */
export class PageBudget {
  private held = 0;
  private total = 0;

  /** Reserves `bytes`. Throws {@link DamagedParquet} if that is too much. */
  reserve(bytes: number): void {
    this.held += bytes;
    this.total += bytes;
    if (this.held > MAX_HELD_BYTES || this.total > MAX_TOTAL_BYTES) {
      const limit = this.held > MAX_HELD_BYTES ? MAX_HELD_BYTES : MAX_TOTAL_BYTES;
      throw new DamagedParquet(`Its pages unpack to more than ${limit / 2 ** 20} MiB, as no flow log's do.`);
    }
  }

  /** Frees reserved bytes. */
  release(bytes: number): void {
    this.held -= bytes;
  }
}
