import { NOON } from '../testing/reference/rollUp';
import { WaitingSlots } from './waitingSlots';

const HOUR = 3600;

test('of a long backlog, the recent slots are kept and the oldest', () => {
  const waiting = new WaitingSlots(NOON);
  // Ten thousand slots, the newest first but for a detour.
  for (let slot = 0; slot < 10_000; slot++) {
    const at = NOON - 300 - ((slot * 7919) % 10_000) * 300;
    waiting.add('fl-1', { slot: at, arrived: at + 900 });
  }
  waiting.add('fl-2', { slot: NOON - 48 * HOUR, arrived: NOON });
  expect(waiting.flowLogs).toEqual(['fl-1', 'fl-2']);
  const slots = waiting.slotsOf('fl-1').map(({ slot }) => (slot - NOON) / 300);
  const recent = Array.from({ length: 36 }, (_, i) => -i - 1);
  expect(slots.sort((a, b) => b - a)).toEqual([...recent, -10_000]);
});

test('a slot arrived when the last of its objects did', () => {
  const waiting = new WaitingSlots(NOON);
  [800, 950, 900].forEach((arrived) => waiting.add('fl-1', { slot: NOON, arrived: NOON + arrived }));
  expect(waiting.slotsOf('fl-1')).toEqual([{ slot: NOON, arrived: NOON + 950 }]);
});
