import type { Registry } from '../../registry/registry';
import { RETENTION_SECONDS } from '../../rollup/terms';

const BLOCK = 10_000;

/** Offsets acquired for one object: more than it has parts, unless it is no flow log. */
export const OFFSETS_PER_OBJECT = 256;

/**
 * Hands out offsets (nanoseconds within a window), one per part, out of blocks reserved in the registry. Those of a block
 * that are not used when the process ends are lost, which does not matter: there are 60 thousand million.
 */
export class Offsets {
  private free: number[] = [];

  constructor(
    private readonly registry: Pick<Registry, 'reserveOffsets'>,
    private readonly now: () => number
  ) {}

  /** Reserves {@link OFFSETS_PER_OBJECT} offsets for one object. */
  async acquire(): Promise<number[]> {
    while (this.free.length < OFFSETS_PER_OBJECT) {
      const first = await this.registry.reserveOffsets(BLOCK, this.now(), RETENTION_SECONDS.hour);
      for (let i = 0; i < BLOCK; i++) {
        this.free.push(first + i);
      }
    }
    return this.free.splice(-OFFSETS_PER_OBJECT);
  }

  /** Takes back offsets that are in no plan. */
  release(offsets: readonly number[]): void {
    offsets.forEach((offset) => this.free.push(offset));
  }
}
