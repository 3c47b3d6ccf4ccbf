import { Batches, type Outcome } from './batches';

/** Batches of numbers whose size is their value, up to 10; each batch ends when it is told how. */
function open(underWay: number) {
  const begun: Array<{ readonly items: readonly number[]; end: (outcomes: Array<Outcome<string>> | Error) => void }> =
    [];
  const work = (items: readonly number[]) =>
    new Promise<Array<Outcome<string>>>((resolve, reject) => {
      begun.push({ items, end: (outcomes) => (outcomes instanceof Error ? reject(outcomes) : resolve(outcomes)) });
    });
  return { batches: new Batches<number, string>(work, { underWay, size: 10, sizeOf: (item) => item }), begun };
}

describe('Batches', () => {
  it('begin at once, and gather what comes while one is under way, up to the size', async () => {
    const { batches, begun } = open(1);
    const all = [1, 4, 6, 1, 20, 2].map((item) => batches.add(item));
    for (const expected of [[1], [4, 6], [1], [20], [2]]) {
      const { items, end } = begun.at(-1)!;
      expect(items).toEqual(expected);
      end(items.map((item) => ({ result: `${item}` })));
      await Promise.all(all.slice(0, begun.flatMap((batch) => batch.items).length));
    }
    expect(await Promise.all(all)).toEqual(['1', '4', '6', '1', '20', '2']);
    expect(begun).toHaveLength(5);
  });

  it('are under way side by side, no more than allowed', () => {
    const { batches, begun } = open(2);
    [1, 2, 3].forEach((item) => void batches.add(item));
    expect(begun.map(({ items }) => items)).toEqual([[1], [2]]);
  });

  it('tell each item how it ended, and all of them when the work itself failed', async () => {
    const { batches, begun } = open(1);
    const first = batches.add(1);
    const others = [2, 3].map((item) => batches.add(item));
    begun[0].end(new Error('all'));
    await expect(first).rejects.toThrow('all');
    begun[1].end([{ result: 'two' }, { error: new Error('three') }]);
    expect(await Promise.allSettled(others)).toMatchObject([{ value: 'two' }, { reason: { message: 'three' } }]);
  });
});
