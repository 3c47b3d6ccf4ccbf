import { nextTopK, SERIES_BUDGET } from './seriesBudget';

const full = (part: number) => ({ minute: 10, hour: Math.round(part * SERIES_BUDGET) });

test.each([
  [20, 0, 20],
  [20, 0.99, 20],
  [20, 1, 5],
  [20, 1.25, 0],
  [5, 1.24, 5],
  [5, 1.25, 0],
  [0, 9, 0],
])('with K = %d and %d of the budget used, K becomes %d', (current, part, next) => {
  expect(nextTopK(current, full(part), false)).toBe(next);
});

test.each([
  [5, 0.25, 5],
  [5, 0.24, 20],
  [0, 0.8, 0],
  [0, 0.79, 5],
  [0, 0, 5],
])('it comes back a step at a time, with room for what it makes: from %d at %d to %d', (current, part, next) => {
  expect(nextTopK(current, full(part), false)).toBe(next);
});

test('the fuller policy decides', () => {
  expect(nextTopK(20, { minute: SERIES_BUDGET, hour: 10 }, false)).toBe(5);
});

test('a store that refuses series has K lowered whatever the count', () => {
  expect([20, 5, 0].map((current) => nextTopK(current, full(0), true))).toEqual([5, 0, 0]);
});

test('K does not flap while the series it makes come and go', () => {
  // Four times the names make four times the series, and a shard stays for a week.
  const days = Array<number>(8).fill(0.4);
  const seen = new Set<number>();
  for (let day = 0, topK = 20; day < 60; day++) {
    days.push(topK === 20 ? 1.1 : topK === 5 ? 0.3 : 0.02);
    days.shift();
    const next = nextTopK(topK, full(Math.max(...days)), false);
    seen.add(day > 0 && next > topK ? day : 0);
    topK = next;
  }
  expect([...seen]).toEqual([0]);
});
