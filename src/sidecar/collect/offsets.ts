import type { Registry } from '../registry/registry';
import { RETENTION_SECONDS } from '../rollup/terms';

const BLOCK = 10_000;

/**
 * Hands out offsets (nanoseconds within a window), one per part, out of blocks reserved in the registry. An offset that
 * is not used in the end is lost, which does not matter: there are 60 thousand million.
 */
export class Offsets {
  private at = 0;
  private end = 0;

  constructor(
    private readonly registry: Registry,
    private readonly now: () => number
  ) {}

  /** Makes sure that `next` has enough for one object. To be awaited before each object. */
  async prepare(): Promise<void> {
    if (this.end - this.at < BLOCK / 2) {
      this.at = await this.registry.reserveOffsets(BLOCK, this.now(), RETENTION_SECONDS.hour);
      this.end = this.at + BLOCK;
    }
  }

  /** The next offset. Throws when an object has more parts than were prepared for. */
  next(): number {
    if (this.at >= this.end) {
      throw new Error('An object has more parts than offsets were reserved for.');
    }
    return this.at++;
  }
}
