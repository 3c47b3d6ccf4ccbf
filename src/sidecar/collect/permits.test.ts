import { getEventListeners } from 'node:events';
import * as fc from 'fast-check';
import { Permits } from './permits';

const A = { id: 'a', objectsInFlight: 3 };
const B = { id: 'b', objectsInFlight: 3 };
const C = { id: 'c', objectsInFlight: 3 };
const D = { id: 'd', objectsInFlight: 3 };
/** As many objects as the pool holds at most. */
const MOST = 256;

type Ask = readonly [source: typeof A, size: number];

/** Asks for permits in order; each is released by calling what `started` holds for it. */
function ask(permits: Permits, asks: readonly Ask[]) {
  const started = new Map<number, () => void>();
  asks.forEach(
    ([source, size], i) => void permits.acquire(source, size).then((permit) => started.set(i, permit!.release))
  );
  return started;
}

const of = (source: typeof A, ...sizes: number[]) => sizes.map((size): Ask => [source, size]);
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Permits', () => {
  it.each<[string, Ask[], number[]]>([
    ['as many objects of a source as it may read', of(A, 1, 1, 1, 1), [0, 1, 2]],
    ['objects of another source beside them', [...of(A, 1, 1, 1, 1), ...of(B, 1)], [0, 1, 2, 4]],
    ['as many bytes as the pool has, less what is left to others', of(A, 60, 27, 1), [0, 1]],
    ['what is left to others, for one that holds nothing', [...of(A, 60, 27, 1), ...of(B, 10)], [0, 1, 3]],
    ['an object larger than the whole pool, alone', of(A, 500, 1), [0]],
    ['no small object past a large one that waits', of(A, 60, 60, 1), [0]],
    ['no small object of another source past it either', [...of(A, 60), ...of(B, 60), ...of(A, 1)], [0]],
    ['a small object of a third source past it', [...of(A, 80), ...of(B, 30), ...of(C, 1)], [0, 2]],
    ['none of that which does not fit', [...of(A, 92), ...of(B, 30), ...of(C, 10)], [0]],
    ['no more of them than an eighth', [...of(A, 60), ...of(B, 60), ...of(C, 10), ...of(D, 10)], [0, 2]],
    ['just an eighth of them', [...of(A, 60), ...of(B, 60), ...of(C, 12.5)], [0, 2]],
    ['one past another that leaves them just an eighth', [...of(A, 20), ...of(B, 87.5), ...of(C, 1)], [0, 2]],
    ['none past one that needs more than they leave', [...of(A, 10), ...of(B, 95), ...of(C, 1)], [0]],
    ['none past one of its own source', [...of(A, 80), ...of(B, 30, 1)], [0]],
    ['none past one of its own source that may not pass', [...of(A, 80), ...of(B, 30), ...of(C, 19, 1)], [0]],
  ])('lets %s start', async (_case, asks, expected) => {
    const started = ask(new Permits(100), asks);
    await settle();
    expect([...started.keys()]).toEqual(expected);
  });

  it('lets a large object wait until it is alone, then the others follow', async () => {
    const started = ask(new Permits(100), of(A, 10, 500, 10, 10));
    await settle();
    expect([...started.keys()]).toEqual([0]);
    started.get(0)!();
    await settle();
    expect([...started.keys()]).toEqual([0, 1]);
    started.get(1)!();
    await settle();
    expect([...started.keys()]).toEqual([0, 1, 2, 3]);
  });

  it('lets a large object wait for no more than what was there before it', async () => {
    const permits = new Permits(100);
    const started = ask(permits, [...of(A, 80), ...of(B, 87), ...of(C, 5)]);
    await settle();
    expect([...started.keys()]).toEqual([0, 2]);
    started.get(0)!();
    await settle();
    expect([...started.keys()]).toEqual([0, 2, 1]);
    // What has passed and is done makes room for others that pass.
    started.get(2)!();
    const more = ask(permits, [...of(A, 50), ...of(C, 12), ...of(D, 12)]);
    await settle();
    expect([...more.keys()]).toEqual([1]);
  });

  it('lets others pass a large object again and again, and never more at a time', async () => {
    const permits = new Permits(100);
    const [holding] = await Promise.all([permits.acquire(A, 80)]);
    const large = ask(permits, of(B, 30));
    for (let round = 0; round < 3; round++) {
      const passing = ask(permits, [...of(C, 8), ...of(D, 8)]);
      await settle();
      expect([...passing.keys()]).toEqual([0]);
      passing.get(0)!();
      await settle();
      expect([...passing.keys()]).toEqual([0, 1]);
      passing.get(1)!();
    }
    await settle();
    expect(large.size).toBe(0);
    holding!.release();
    await settle();
    expect(large.size).toBe(1);
    large.get(0)!();
    // Those that were let in by their turn have made no room for others to pass.
    const more = ask(permits, [...of(A, 60), ...of(B, 60), ...of(C, 8), ...of(D, 8)]);
    await settle();
    expect([...more.keys()]).toEqual([0, 2]);
  });

  it('gives up the place of an object that was read once, however often that is said', async () => {
    const two = { id: 'a', objectsInFlight: 2 };
    const permits = new Permits(100);
    const [first] = await Promise.all([permits.acquire(two, 1), permits.acquire(two, 1)]);
    const started = ask(permits, of(two, 1, 1));
    first!.releaseReadSlot();
    first!.releaseReadSlot();
    await settle();
    first!.release();
    await settle();
    expect([...started.keys()]).toEqual([0]);
  });

  it('says how many objects are in flight, and listens no longer to the signals of those that are not waiting', async () => {
    const permits = new Permits(100);
    const { signal } = new AbortController();
    const held = await Promise.all([permits.acquire(A, 1, signal), permits.acquire(B, 1, signal)]);
    expect([permits.inFlight, getEventListeners(signal, 'abort')]).toEqual([2, []]);
    held.forEach((permit) => permit!.release());
    expect(permits.inFlight).toBe(0);
  });

  it('forgets one that waits when its signal aborts: those behind it go on', async () => {
    const permits = new Permits(100);
    const [first] = await Promise.all([permits.acquire(A, 60)]);
    const stop = new AbortController();
    const large = permits.acquire(A, 60, stop.signal);
    const started = ask(permits, of(A, 1));
    await settle();
    expect([...started.keys()]).toEqual([]);
    stop.abort();
    expect(await large).toBeUndefined();
    await settle();
    expect([...started.keys()]).toEqual([0]);
    expect(await permits.acquire(A, 1, stop.signal)).toBeUndefined();
    first!.release();
    started.get(0)!();
    // Nothing is held for the one that was forgotten.
    expect(await permits.acquire(B, 500)).toBeDefined();
  });

  it('gives the place of an object that was read to another one, but not its bytes', async () => {
    const two = { id: 'a', objectsInFlight: 2 };
    const permits = new Permits(100);
    const [first] = await Promise.all([permits.acquire(two, 50), permits.acquire(two, 10)]);
    const started = ask(permits, of(two, 10, 31));
    await settle();
    expect([...started.keys()]).toEqual([]);
    first!.releaseReadSlot();
    first!.releaseReadSlot();
    await settle();
    expect([...started.keys()]).toEqual([0]);
    started.get(0)!();
    await settle();
    expect([...started.keys()]).toEqual([0]);
    first!.release();
    await settle();
    expect([...started.keys()]).toEqual([0, 1]);
  });

  it('bounds how many objects were read and are not done, however small they are', async () => {
    const permits = new Permits(100);
    let held = 0;
    for (let isFull = false; !isFull;) {
      const next = permits.acquire(A, 0);
      const permit = await Promise.race([next, settle().then(() => undefined)]);
      permit?.releaseReadSlot();
      held += permit ? 1 : 0;
      isFull = permit === undefined;
    }
    expect(held).toBe((MOST * 7) / 8);
  });

  it('gives room to the source that holds less: one that reads 64 at a time does not starve one that reads 8', async () => {
    const permits = new Permits(100);
    const greedy = { id: 'greedy', objectsInFlight: 64 };
    const modest = { id: 'modest', objectsInFlight: 8 };
    const running: Array<{ id: string; release: () => void }> = [];
    const keepAsking = async (source: typeof A) => {
      for (let i = 0; i < 200; i++) {
        const permit = await permits.acquire(source, 4);
        running.push({ id: source.id, release: permit!.release });
      }
    };
    const all = [keepAsking(greedy)];
    await settle();
    expect(running).toHaveLength(21);
    all.push(keepAsking(modest));
    await settle();
    // The eighth that is left to those who hold nothing.
    expect(running.filter(({ id }) => id === 'modest')).toHaveLength(1);
    const done = { greedy: 0, modest: 0 };
    // The modest source's objects are done at once, those of the greedy one seldom: as of a bucket that is far away.
    for (let i = 0; i < 200; i++) {
      const fast = running.findIndex(({ id }) => id === 'modest');
      const at = i % 10 === 0 || fast < 0 ? running.findIndex(({ id }) => id === 'greedy') : fast;
      const [{ id, release }] = running.splice(at, 1);
      done[id as keyof typeof done]++;
      release();
      await settle();
    }
    expect(done.modest).toBe(180);
    expect(running.filter(({ id }) => id === 'modest')).toHaveLength(8);
    // To the end, so that nobody is left waiting.
    while (running.length > 0) {
      running.splice(0).forEach(({ release }) => release());
      await settle();
    }
    await Promise.all(all);
  });

  it('never holds more than it may, forgets nobody and keeps the order of a source', async () => {
    const asks = fc.array(fc.tuple(fc.constantFrom(A, B, C, D), fc.integer({ min: 0, max: 150 })), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(asks, fc.infiniteStream(fc.nat()), async (all, picks) => {
        const permits = new Permits(100);
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
          const bytes = [...running].reduce((sum, i) => sum + all[i][1], 0);
          for (const source of [A, B, C, D]) {
            expect([...running].filter((i) => all[i][0] === source).length).toBeLessThanOrEqual(3);
          }
          expect(bytes <= 100 || running.size === 1).toBe(true);
          const done = [...running][(picks.next().value as number) % running.size];
          running.delete(done);
          started.get(done)!();
        }
        for (const source of [A, B, C, D]) {
          const asked = all.flatMap(([one], i) => (one === source ? [i] : []));
          expect(seen.filter((i) => all[i][0] === source)).toEqual(asked);
        }
      }),
      { numRuns: 100 }
    );
  });
});
