import { arrivalOf, deliveries } from './steadyNetwork';

const MINUTE = 60;
const SLOT = 1_770_000_000 - (1_770_000_000 % 300);

it('delivers a few objects in a hundred 10 to 40 minutes later than the rest', () => {
  const delays = Array.from({ length: 5000 }, (_, i) => {
    const { at, isLate } = arrivalOf(`AWSLogs/${i}.log.gz`, SLOT);
    return { delay: at - (SLOT + 300), isLate };
  });
  const late = delays.filter(({ isLate }) => isLate);
  const usual = delays.filter(({ isLate }) => !isLate);

  expect(late.length / delays.length).toBeGreaterThan(0.03);
  expect(late.length / delays.length).toBeLessThan(0.05);
  expect(usual.every(({ delay }) => delay >= 5 * MINUTE && delay < 9 * MINUTE)).toBe(true);
  expect(late.every(({ delay }) => delay >= 15 * MINUTE && delay < 49 * MINUTE)).toBe(true);
});

it('delivers every object once, in the order of arrival, within the time asked for', () => {
  const [from, to] = [SLOT, SLOT + 60 * MINUTE];
  const all = deliveries(10, from, to);

  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort((a, b) => a - b));
  expect(all.every(({ at }) => at >= from && at < to)).toBe(true);
  // Ten flow logs at most deliver each of twelve slots, and every record is in one object.
  expect(all.length).toBeGreaterThan(60);
  const perMinute = all.reduce((sum, { records }) => sum + records, 0) / 60;
  expect(perMinute).toBeGreaterThan(100);
});
