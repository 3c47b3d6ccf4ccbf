import { NOON } from '../testing/reference/rollUp';
import { flowLogCompleteness, type SeenSlot } from './flowLog';

const MINUTE = 60;

/** Slots from NOON on that arrive `delay` seconds after their end; those in `without` never do. */
function delivered(slots: number, delay = 10 * MINUTE, without: readonly number[] = []): SeenSlot[] {
  return Array.from({ length: slots }, (_, i) => ({
    slot: NOON + i * 300,
    arrived: NOON + i * 300 + 300 + delay,
  })).filter((_slot, i) => !without.includes(i));
}

interface Log {
  readonly done: readonly SeenSlot[];
  readonly waiting?: readonly SeenSlot[];
  readonly hasLongSpans?: boolean;
}

/** What is known of a flow log at `now`: what has not arrived by then is not seen. Times count from NOON, in minutes. */
function at(minutes: number, { done, waiting = [], hasLongSpans = false }: Log) {
  const now = NOON + minutes * MINUTE;
  const arrived = done.filter((slot) => slot.arrived <= now);
  const log = { id: 'fl-1', account: '111122223333', done: arrived, waiting, hasLongSpans };
  const found = flowLogCompleteness(log, now);
  const inMinutes = (time: number | undefined) => (time === undefined ? undefined : (time - NOON) / MINUTE);
  return (
    found && {
      ...found,
      completeUntil: inMinutes(found.completeUntil),
      freshUntil: inMinutes(found.freshUntil),
      lag: found.lag / MINUTE,
    }
  );
}

describe('normal delivery', () => {
  const done = delivered(12);

  it('is complete up to a minute before the end of each slot, five minutes after it arrived', () => {
    // The fourth slot, from 15 to 20, arrives at 30.
    expect(at(34.9, { done })).toMatchObject({ state: 'delivering', completeUntil: 14, freshUntil: 14, gaps: 0 });
    expect(at(35, { done })).toMatchObject({ state: 'delivering', completeUntil: 19, freshUntil: 19, lag: 10 });
  });

  it('never moves back, and moves on with every slot', () => {
    const until = Array.from({ length: 60 }, (_, i) => at(15 + i, { done })!.completeUntil!);
    expect(until).toEqual([...until].sort((a, b) => a - b));
    expect(new Set(until).size).toBe(12);
  });

  it('waits for further objects of a slot', () => {
    const again = done.map((slot, i) => (i === 3 ? { ...slot, arrived: slot.arrived + 4 * MINUTE } : slot));
    expect(at(35, { done: again })).toMatchObject({ completeUntil: 14 });
    expect(at(39, { done: again })).toMatchObject({ completeUntil: 19 });
  });

  it('is nothing before the first object', () => {
    expect(at(14, { done })).toBeUndefined();
    expect(at(15, { done })).toMatchObject({ completeUntil: -1, freshUntil: undefined });
  });

  it('is complete ten minutes before the end of a slot where records are that long', () => {
    expect(at(35, { done, hasLongSpans: true })).toMatchObject({ completeUntil: 10, freshUntil: 10, aggregation: 600 });
  });
});

describe('a late flow log', () => {
  it('stays complete up to what it delivered, and its lag grows', () => {
    const done = delivered(4);
    // The slot from 20 to 25 was due at 40.
    expect(at(39, { done })).toMatchObject({ state: 'delivering', completeUntil: 19, lag: 14 });
    expect(at(40, { done })).toMatchObject({ state: 'late', completeUntil: 19, lag: 15, gaps: 0 });
    expect(at(80, { done })).toMatchObject({ state: 'late', completeUntil: 19, freshUntil: 19, lag: 55, gaps: 0 });
  });

  it('catches up slot by slot', () => {
    const done = [...delivered(4), ...delivered(8, 40 * MINUTE).slice(4)];
    expect(at(69, { done })).toMatchObject({ state: 'late', completeUntil: 19 });
    expect(at(70, { done })).toMatchObject({ state: 'late', completeUntil: 24, lag: 40 });
  });

  it('that is always two hours late is late, not silent', () => {
    expect(at(200, { done: delivered(40, 120 * MINUTE) })).toMatchObject({ state: 'late', completeUntil: 74 });
  });

  it('holds back the minutes of a slot that was overtaken, until that was due', () => {
    const done = delivered(8, 4 * MINUTE, [3]);
    // Slot 4, from 20 to 25, is whole at 34; slot 3, before it, may come until 35.
    expect(at(34, { done })).toMatchObject({ completeUntil: 14, freshUntil: 24, gaps: 0 });
    expect(at(35, { done })).toMatchObject({ completeUntil: 24, gaps: 1 });
  });
});

describe('gaps', () => {
  it('are slots without an object between others', () => {
    expect(at(90, { done: delivered(12, 10 * MINUTE, [3, 4, 8]) })).toMatchObject({ gaps: 3, completeUntil: 59 });
  });

  it('are none where nothing flowed for an hour', () => {
    const hour = Array.from({ length: 12 }, (_, i) => i + 4);
    expect(at(140, { done: delivered(20, 10 * MINUTE, hour) })).toMatchObject({ gaps: 0 });
    expect(at(140, { done: delivered(20, 10 * MINUTE, hour.slice(1)) })).toMatchObject({ gaps: 11 });
  });

  it('are none where an object of the slot waits', () => {
    const waiting = delivered(12).slice(3, 4);
    expect(at(90, { done: delivered(12, 10 * MINUTE, [3]), waiting })).toMatchObject({ gaps: 0, completeUntil: 14 });
  });
});

test('a flow log is silent when nothing of it arrived for an hour', () => {
  const done = delivered(4);
  expect(at(89, { done })).toMatchObject({ state: 'late' });
  expect(at(90, { done })).toMatchObject({ state: 'silent', completeUntil: 19 });
});

describe('a backlog', () => {
  const done = delivered(36).slice(24);

  it('holds back what is complete, not what is fresh', () => {
    const waiting = [{ slot: NOON - 30 * 86_400, arrived: NOON - 30 * 86_400 + 900 }];
    expect(at(199, { done, waiting })).toMatchObject({
      state: 'delivering',
      completeUntil: -30 * 24 * 60 - 1,
      freshUntil: 179,
      gaps: 0,
      hasWaiting: true,
    });
  });

  it('holds back both where it is new', () => {
    expect(at(199, { done, waiting: done.slice(-1) })).toMatchObject({ completeUntil: 174, freshUntil: 174 });
  });
});
