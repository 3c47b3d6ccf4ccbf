import { NOON } from '../testing/reference/rollUp';
import { flowLogCompleteness, type FlowLogDeliveries } from './flowLog';
import { ZERO_SECONDS } from './trafficHistory';
import { completeMinutes, sourceCompleteness } from './source';

const MINUTE = 60;
const SLOT = 300;

/** A flow log that delivers slots from NOON until `until` (minutes), each ten minutes after its end. */
function log(id: string, until: number, changes: Partial<FlowLogDeliveries> = {}): FlowLogDeliveries {
  const slots = Array.from({ length: until / 5 }, (_, i) => NOON + i * SLOT);
  const done = slots.map((slot) => ({ slot, arrived: slot + SLOT + 600 }));
  return { id, account: '111122223333', done, waiting: [], hasLongSpans: false, ...changes };
}

/** The flow logs as they are known at a minute after NOON. */
function at(minutes: number, ...logs: readonly FlowLogDeliveries[]) {
  const now = NOON + minutes * MINUTE;
  return logs.flatMap(({ done, ...rest }) => {
    const arrived = done.filter((slot) => slot.arrived <= now);
    return flowLogCompleteness({ ...rest, done: arrived }, now) ?? [];
  });
}

const until = (minutes: number, ...logs: readonly FlowLogDeliveries[]) => {
  const { completeUntil } = sourceCompleteness(at(minutes, ...logs));
  return completeUntil === undefined ? undefined : (completeUntil - NOON) / MINUTE;
};

describe('the data of a source', () => {
  it('is as complete as that of the flow log furthest behind, whose lag it has', () => {
    expect(until(75, log('a', 120), log('b', 40))).toBe(39);
    expect(sourceCompleteness(at(75, log('a', 120), log('b', 40))).lag).toBe((75 - 45) * MINUTE);
  });

  it('goes on without a flow log that is silent or was deleted, after an hour', () => {
    // The last object of b, of the slot up to 40, arrives at 50.
    expect(until(109, log('a', 240), log('b', 40))).toBe(39);
    expect(until(110, log('a', 240), log('b', 40))).toBe(94);
    expect(sourceCompleteness(at(110, log('a', 240), log('b', 40))).lag).toBe(10 * MINUTE);
  });

  it('takes a flow log in again that comes back', () => {
    const back = log('b', 40);
    const done = [...back.done, { slot: NOON + 180 * MINUTE, arrived: NOON + 195 * MINUTE }];
    expect(until(200, log('a', 240), { ...back, done })).toBe(184);
    expect(sourceCompleteness(at(200, log('a', 240), { ...back, done })).gaps).toBe(0);
  });

  it('ends where the last one stopped when all are silent, and has no lag', () => {
    expect(until(500, log('a', 60), log('b', 40))).toBe(59);
    expect(sourceCompleteness(at(500, log('a', 60), log('b', 40))).lag).toBeUndefined();
  });

  it('is held back by what waits, also of a flow log that is silent', () => {
    const waiting = [{ slot: NOON + 20 * MINUTE, arrived: NOON + 35 * MINUTE }];
    expect(until(500, log('a', 480), log('b', 40, { waiting }))).toBe(19);
  });

  it('counts as many flow logs as there are', () => {
    const [one] = at(75, log('a', 120));
    const many = Array.from({ length: 200_000 }, () => one);
    expect(sourceCompleteness(many).completeUntil).toBe(one.completeUntil);
    expect(completeMinutes(many)).toHaveLength(1);
  });

  it('is unknown while no flow log was seen', () => {
    expect(sourceCompleteness([])).toEqual({ gaps: 0, lag: undefined, completeUntil: undefined });
  });
});

describe('the newest complete minute', () => {
  const minutes = (...args: Parameters<typeof at>) =>
    Object.fromEntries(completeMinutes(at(...args)).map(({ account, minute }) => [account, (minute - NOON) / MINUTE]));

  it('is one per account, so that a late flow log holds back its own account alone', () => {
    expect(minutes(75, log('a', 120), log('b', 40, { account: '999999999999' }))).toEqual({
      '111122223333': 58,
      '999999999999': 38,
    });
  });

  it('is that of the flow log furthest behind in an account', () => {
    expect(minutes(75, log('a', 120), log('b', 40))).toEqual({ '111122223333': 38 });
  });

  it('moves on while old objects wait, and not while new ones do', () => {
    const old = [{ slot: NOON, arrived: NOON + 900 }];
    expect(minutes(75, log('a', 120, { waiting: old }))).toEqual({ '111122223333': 58 });
    const recent = [{ slot: NOON + 55 * MINUTE, arrived: NOON + 70 * MINUTE }];
    expect(minutes(75, log('a', 120, { waiting: recent }))).toEqual({ '111122223333': 53 });
  });

  it('jumps over so much when a flow log falls silent that its interfaces are never taken for stopped', () => {
    const [before, after] = [109, 110].map((now) => minutes(now, log('a', 240), log('b', 40))['111122223333']);
    expect(before).toBe(38);
    expect((after - before) * MINUTE).toBeGreaterThan(ZERO_SECONDS);
  });

  it('is unknown for an account whose flow logs are all silent', () => {
    expect(minutes(500, log('a', 120))).toEqual({});
  });
});
