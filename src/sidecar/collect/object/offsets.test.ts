import { registryForTests } from '../../testing/registry';
import { NOON } from '../../testing/reference/rollUp';
import { Offsets, OFFSETS_PER_OBJECT } from './offsets';

const registry = registryForTests();

describe('Offsets', () => {
  it('are lent to one object at a time, side by side and to two collectors', async () => {
    const collectors = [new Offsets(registry(), () => NOON), new Offsets(registry(), () => NOON)];
    const lent = (
      await Promise.all(collectors.flatMap((offsets) => Array.from({ length: 60 }, () => offsets.acquire())))
    ).flat();
    expect(lent).toHaveLength(2 * 60 * OFFSETS_PER_OBJECT);
    expect(new Set(lent).size).toBe(lent.length);
    expect(Math.min(...lent)).toBeGreaterThan(0);
  });

  it('are never lent again once used; what was given back is', async () => {
    const offsets = new Offsets(registry(), () => NOON);
    const used = new Set<number>();
    for (let object = 0; object < 1000; object++) {
      const lent = await offsets.acquire();
      expect(lent.some((offset) => used.has(offset))).toBe(false);
      lent.slice(0, 3).forEach((offset) => used.add(offset));
      offsets.release(lent.slice(3));
    }
    // 3,000 used, and two blocks of 10,000 are enough for them.
    expect(Math.max(...used)).toBeLessThan(20_000);
  });

  it('are only those that were reserved, each of them', async () => {
    const reserved: number[] = [];
    const reserveOffsets = (count: number) => {
      // Blocks with a gap between them, where another collector's are.
      const first = 1 + reserved.length * 3;
      reserved.push(...Array.from({ length: count }, (_, i) => first + i));
      return Promise.resolve(first);
    };
    const offsets = new Offsets({ reserveOffsets }, () => NOON);
    const lent = new Set<number>();
    // As many as end with a block.
    for (let object = 0; object < 625; object++) {
      (await offsets.acquire()).forEach((offset) => lent.add(offset));
    }
    expect([...lent].sort((a, b) => a - b)).toEqual(reserved);
  });
});
