import * as fc from 'fast-check';
import { spread } from '../testing/reference/referencePoints';
import { NOON, TERMS } from '../testing/reference/rollUp';
import { horizonsAt, RETENTION_SECONDS } from './terms';
import { eachShare, policyOf, windowOf } from './windows';

type Share = [minute: number, bytes: number, packets: number, flows: number];

function sharesOf(start: number, end: number, bytes: number, packets: number): Share[] {
  const shares: Share[] = [];
  eachShare(start, end, bytes, packets, (...share) => void shares.push(share));
  return shares;
}

describe('eachShare', () => {
  it.each<[string, number, number, Share[]]>([
    ['a record without a span', 59, 59, [[0, 100, 7, 1]]],
    ['60 seconds across two minutes: the minute of its start', 59, 119, [[0, 100, 7, 1]]],
    [
      '61 seconds by time',
      59,
      120,
      [
        [0, 1, 0, 1],
        [60, 99, 7, 0],
      ],
    ],
    [
      'two whole minutes: not the minute of its end',
      60,
      180,
      [
        [60, 50, 3, 1],
        [120, 50, 4, 0],
      ],
    ],
    [
      'one second into the third minute',
      60,
      181,
      [
        [60, 49, 3, 1],
        [120, 50, 3, 0],
        [180, 1, 1, 0],
      ],
    ],
  ])('gives %s', (_case, start, end, expected) => {
    expect(sharesOf(start, end, 100, 7)).toEqual(expected);
  });

  it('adds up to the record exactly, in every minute as BigInt has it', () => {
    const count = fc.oneof(
      fc.integer({ min: 0, max: 2 ** 47 }),
      fc.integer({ min: 2 ** 47 - 5000, max: 2 ** 47 }),
      fc.integer({ min: 0, max: 100 })
    );
    const span = fc.oneof(fc.integer({ min: 0, max: 3600 }), fc.constantFrom(60, 61, 3599, 3600));
    fc.assert(
      fc.property(fc.integer({ min: NOON, max: NOON + 120 }), span, count, count, (start, seconds, bytes, packets) => {
        const end = start + seconds;
        const shares = sharesOf(start, end, bytes, packets);
        const exact = spread({ start, end, bytes: BigInt(bytes), packets: BigInt(packets), flows: 1n });
        expect(shares.map(([minute, ...counts]) => [minute, ...counts.map(BigInt)])).toEqual(
          exact.map((share) => [share.minute, share.bytes, share.packets, share.flows])
        );
        expect(shares.reduce((sum, share) => sum + share[1], 0)).toBe(bytes);
        expect(shares.reduce((sum, share) => sum + share[2], 0)).toBe(packets);
        expect(shares.reduce((sum, share) => sum + share[3], 0)).toBe(1);
        expect(shares.every((share) => share.every((number) => Number.isSafeInteger(number) && number >= 0))).toBe(
          true
        );
      }),
      { numRuns: 1000 }
    );
  });
});

describe('windowOf and policyOf', () => {
  it.each([
    ['the first second at the horizon', NOON, 'minute', NOON],
    ['a minute after it', NOON + 119, 'minute', NOON + 60],
    ['the last second before it', NOON - 1, 'hour', NOON - 3600],
    ['an hour before it', NOON - 3600, 'hour', NOON - 3600],
  ])('%s', (_case, second, policy, window) => {
    const terms = { minuteHorizon: NOON };
    expect(windowOf(second, terms)).toBe(window);
    expect(policyOf(window, terms)).toBe(policy);
  });

  it('agree, and place an hour as a whole, for any horizon', () => {
    const second = fc.integer({ min: NOON - 10_000, max: NOON + 10_000 });
    fc.assert(
      fc.property(second, second, (at, minuteHorizon) => {
        const window = windowOf(at, { minuteHorizon });
        const policy = policyOf(window, { minuteHorizon });
        expect(at - window).toBeGreaterThanOrEqual(0);
        expect(at - window).toBeLessThan(policy === 'minute' ? 60 : 3600);
        expect(window % (policy === 'minute' ? 60 : 3600)).toBe(0);
        const hour = at - (at % 3600);
        for (const other of [hour, hour + 3599]) {
          expect(policyOf(windowOf(other, { minuteHorizon }), { minuteHorizon })).toBe(policy);
        }
      })
    );
  });
});

describe('horizonsAt', () => {
  it.each([NOON, NOON + 1, NOON + 3599])('leaves slack to retention on both sides (at %d)', (now) => {
    const { minuteHorizon, hourHorizon, futureHorizon } = horizonsAt(now);
    expect(minuteHorizon % 3600).toBe(0);
    // An hour placed in minutes can still be recomputed for 23 hours and more.
    expect(minuteHorizon - (now - RETENTION_SECONDS.minute)).toBeGreaterThan(23 * 3600);
    // What is taken is stored: the start of its hour is not beyond retention.
    expect(hourHorizon - (hourHorizon % 3600)).toBeGreaterThanOrEqual(now - RETENTION_SECONDS.hour);
    expect(futureHorizon - now).toBe(3600);
    expect(TERMS.futureHorizon).toBe(horizonsAt(NOON + 60).futureHorizon);
  });
});
