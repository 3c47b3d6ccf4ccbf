import { choosePolicy } from './policy';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 2, 12, 0, 30);
/** What is filled in later about hours before this one is written to `hour` alone. */
const OLDEST = Date.UTC(2026, 1, 24, 13);

test.each([
  [NOW - 6 * HOUR, NOW, 'minute'],
  [NOW - 6 * HOUR - 1, NOW, 'hour'],
  [OLDEST, OLDEST + HOUR, 'minute'],
  [OLDEST - 1, OLDEST + HOUR, 'hour'],
  [NOW - 8 * 24 * HOUR, NOW - 8 * 24 * HOUR + HOUR, 'hour'],
])(
  'without a choice in the store, minutes up to six hours and while they are kept: %d to %d',
  async (from, to, name) => {
    expect(await choosePolicy({ query: async () => [] }, { from, to }, NOW)).toEqual({ policy: name, boundary: '0' });
  }
);

test('the choice in the store decides', async () => {
  const range = { from: NOW - HOUR, to: NOW };
  expect(await choosePolicy({ query: async () => [{ name: 'hour', boundary: 7200_000 }] }, range, NOW)).toEqual({
    policy: 'hour',
    boundary: '7200000',
  });
});
