import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/rollUp';
import { Offsets } from './offsets';

const registry = registryForTests();

describe('Offsets', () => {
  it('are handed out once, to objects side by side and to two collectors', async () => {
    const collectors = [new Offsets(registry(), () => NOON), new Offsets(registry(), () => NOON)];
    const given: number[] = [];
    const object = async (offsets: Offsets, parts: number) => {
      await offsets.prepare();
      for (let part = 0; part < parts; part++) {
        given.push(offsets.next());
        await Promise.resolve();
      }
    };
    await Promise.all(collectors.flatMap((offsets) => Array.from({ length: 20 }, (_, i) => object(offsets, 40 * i))));
    expect(given).toHaveLength(2 * 40 * 190);
    expect(new Set(given).size).toBe(given.length);
    expect(Math.min(...given)).toBeGreaterThan(0);
  });

  it('fail rather than repeat when none were prepared', () => {
    expect(() => new Offsets(registry(), () => NOON).next()).toThrow('more parts than offsets');
  });
});
