import * as fc from 'fast-check';
import { Permits } from './permits';

/** Asks for permits in order; each is released by calling what `started` holds for it. */
function ask(permits: Permits, sizes: readonly number[]) {
  const started = new Map<number, () => void>();
  sizes.forEach((size, i) => void permits.acquire(size).then(({ release }) => started.set(i, release)));
  return started;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Permits', () => {
  it.each<[string, number[], number[]]>([
    ['as many objects as may be in flight', [1, 1, 1, 1], [0, 1, 2]],
    ['as many bytes as may be in flight', [60, 40, 1], [0, 1]],
    ['an object larger than the whole pool, alone', [500, 1], [0]],
    ['no small object past a large one that waits', [60, 60, 1], [0]],
    ['objects of no bytes', [0, 0, 100, 0], [0, 1, 2]],
  ])('lets %s start', async (_case, sizes, expected) => {
    const started = ask(new Permits(3, 100), sizes);
    await settle();
    expect([...started.keys()]).toEqual(expected);
  });

  it('lets a large object wait until it is alone, then the others follow', async () => {
    const started = ask(new Permits(3, 100), [10, 500, 10, 10]);
    await settle();
    expect([...started.keys()]).toEqual([0]);
    started.get(0)!();
    await settle();
    expect([...started.keys()]).toEqual([0, 1]);
    started.get(1)!();
    await settle();
    expect([...started.keys()]).toEqual([0, 1, 2, 3]);
  });

  it('gives the place of an object that was read to another one, but not its bytes', async () => {
    const permits = new Permits(2, 100);
    const [first] = await Promise.all([permits.acquire(50), permits.acquire(10)]);
    const started = ask(permits, [10, 31]);
    await settle();
    expect([...started.keys()]).toEqual([]);
    first.read();
    first.read();
    await settle();
    expect([...started.keys()]).toEqual([0]);
    started.get(0)!();
    await settle();
    expect([...started.keys()]).toEqual([0, 1]);
  });

  it('bounds how many objects were read and are not done', async () => {
    const permits = new Permits(1, 100);
    let held = 0;
    let last = await permits.acquire(0);
    for (let isFull = false; !isFull; held++) {
      last.read();
      const next = permits.acquire(0);
      const started = await Promise.race([next, settle().then(() => undefined)]);
      isFull = started === undefined;
      last = started ?? last;
    }
    expect(held).toBe(32);
  });

  it('never holds more than it may, forgets nobody and keeps the order', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.infiniteStream(fc.nat()), async (all, picks) => {
        const permits = new Permits(3, 100);
        const started = ask(permits, all);
        const running = new Set<number>();
        const seen: number[] = [];
        for (;;) {
          await settle();
          for (const i of started.keys()) {
            if (!seen.includes(i)) {
              seen.push(i);
              running.add(i);
            }
          }
          if (running.size === 0) {
            break;
          }
          const bytes = [...running].reduce((sum, i) => sum + all[i], 0);
          expect(running.size).toBeLessThanOrEqual(3);
          expect(bytes <= 100 || running.size === 1).toBe(true);
          const done = [...running][(picks.next().value as number) % running.size];
          running.delete(done);
          started.get(done)!();
        }
        expect(seen).toEqual(all.map((_, i) => i));
      }),
      { numRuns: 100 }
    );
  });
});
