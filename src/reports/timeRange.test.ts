import { alignOutward, parseTime, WINDOW_MS } from './timeRange';

const NOW = Date.UTC(2026, 2, 2, 12, 0, 30);
const HOUR = WINDOW_MS.hour;

describe('parseTime', () => {
  test.each([
    ['now', NOW],
    ['-3h', NOW - 3 * HOUR],
    ['now-3h', NOW - 3 * HOUR],
    ['now-7d', NOW - 7 * 24 * HOUR],
    ['+5m', NOW + 5 * 60_000],
    ['1772452800', 1_772_452_800_000],
    ['1772452800123', 1_772_452_800_123],
    ['2026-03-02', Date.UTC(2026, 2, 2)],
    ['2026-03-02T11:30', Date.UTC(2026, 2, 2, 11, 30)],
    ['2026-03-02 11:30:15', Date.UTC(2026, 2, 2, 11, 30, 15)],
    ['2026-03-02T11:30:15Z', Date.UTC(2026, 2, 2, 11, 30, 15)],
    ['2026-03-02T11:30:15+02:00', Date.UTC(2026, 2, 2, 9, 30, 15)],
    ['2026-03-02 11:30-0230', Date.UTC(2026, 2, 2, 14, 0)],
    ['2026-03-02T11:30:15.5z', Date.UTC(2026, 2, 2, 11, 30, 15, 500)],
    ['2026-03-02T11:30:15.1239', Date.UTC(2026, 2, 2, 11, 30, 15, 123)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
  ])('reads %s', (text, expected) => {
    expect(parseTime(text, NOW)).toBe(expected);
  });

  test.each(['', 'yesterday', '-3', '3h', '-3y', '2026-13-01T00:00:00Z', '12:00', '17'])(
    'knows that %j is no time',
    (text) => {
      expect(parseTime(text, NOW)).toBeUndefined();
    }
  );

  test.each([
    '2026-02-30',
    '2026-02-29T12:00',
    '2026-04-31T00:00:00+02:00',
    '2026-00-10',
    '2026-13-01',
    '2026-03-00',
    '2026-03-02T24:00',
    '2026-03-02T24:00:00Z',
    '2026-03-02T25:00',
    '2026-03-02T12:60',
    '2016-12-31T23:59:60Z',
    '2026-03-02T12:00:00+24:00',
  ])('knows that %s is on no calendar and no clock', (text) => {
    expect(parseTime(text, NOW)).toBeUndefined();
  });
});

test('alignOutward takes whole windows and leaves aligned ranges alone', () => {
  expect(alignOutward({ from: 61_000, to: 119_000 }, 60_000)).toEqual({ from: 60_000, to: 120_000 });
  expect(alignOutward({ from: 60_000, to: 120_000 }, 60_000)).toEqual({ from: 60_000, to: 120_000 });
});
