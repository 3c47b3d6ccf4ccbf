import { formatAgo, formatBitRate, formatBytes, formatCount, formatCounted, formatShare, formatSpan } from './units';

test.each([
  [0n, '0 B'],
  [1023n, '1023 B'],
  [1536n, '1.50 KiB'],
  [14_600_000_000n, '13.6 GiB'],
  [2n ** 63n, '8.00 EiB'],
])('formatBytes(%s)', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0.5, '0.50 b/s'],
  [227, '227 b/s'],
  [12_345_678, '12.3 Mb/s'],
])('formatBitRate(%s)', (rate, text) => {
  expect(formatBitRate(rate)).toBe(text);
});

test.each([
  [0, '0 s'],
  [119, '119 s'],
  [720, '12 min'],
  [7200, '2 h'],
  [3 * 86_400, '3 days'],
])('formatSpan(%s)', (seconds, text) => {
  expect(formatSpan(seconds)).toBe(text);
});

test.each([
  [0, 'just now'],
  [-9, 'just now'],
  [90, '90 s ago'],
  [720, '12 min ago'],
  [-2300, 'in 38 min'],
  [3 * 86_400, '3 days ago'],
])('formatAgo, %s s since', (since, text) => {
  const now = 1_795_500_000;
  expect(formatAgo(now - since, now)).toBe(text);
});

test('what is counted is named as one or as many', () => {
  expect(formatCounted(1, 'object')).toBe('1 object');
  expect(formatCounted(1200, 'object')).toBe('1,200 objects');
  expect(formatCounted(1, 'object is', 'objects are')).toBe('1 object is');
});

test('counts are written out, shares have one decimal', () => {
  expect(formatCount(2n ** 60n)).toBe('1,152,921,504,606,846,976');
  expect(formatShare(0.2588)).toBe('25.9 %');
});
