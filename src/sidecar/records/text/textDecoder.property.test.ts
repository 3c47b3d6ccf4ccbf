import * as fc from 'fast-check';
import { anyObject } from '../../testing/arbitraries';
import { rollUpSlowly } from '../../testing/reference/reference';
import { pointsOf, rollUp, TERMS } from '../../testing/reference/rollUp';

const terms = fc.constantFrom(TERMS, { ...TERMS, account: undefined });

describe('FlowLogTextDecoder, for any header and any mix of good and bad lines', () => {
  it('counts every line once: as a record, or by reason', () => {
    fc.assert(
      fc.property(anyObject, terms, (text, under) => {
        const { summary } = rollUp(text, under);
        const reasons = Object.values(summary!.reasons).reduce((sum, count) => sum + count, 0);
        expect(summary!.records).toBe(summary!.ok + reasons);
        const { lines, ok, reasons: expected } = rollUpSlowly(text, under);
        expect(summary!.records).toBe(lines);
        expect({ ok: summary!.ok, ...summary!.reasons }).toEqual({ ok, ...expected });
      }),
      { numRuns: 200 }
    );
  });

  it('makes the same lines whatever the size of the chunks', () => {
    fc.assert(
      fc.property(anyObject, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 500 })), (text, chunk) => {
        const inChunks = rollUp(text, TERMS, { chunk });
        const atOnce = rollUp(text, TERMS);
        expect(inChunks.lines).toEqual(atOnce.lines);
        expect(inChunks.summary).toEqual(atOnce.summary);
      }),
      { numRuns: 100 }
    );
  });

  it('keeps the sums of the records in every measurement', () => {
    fc.assert(
      fc.property(anyObject, terms, (text, under) => {
        const { summary, lines } = rollUp(text, under);
        const { totals, refused, points, quality } = rollUpSlowly(text, under);
        expect(summary!.totals).toEqual(totals);
        for (const [name, sums] of Object.entries(summary!.measurements)) {
          expect([name, sums]).toEqual([name, name === 'flow_refused' ? refused : totals]);
        }
        expect(pointsOf(lines)).toEqual({ points, quality });
      }),
      { numRuns: 150 }
    );
  });
});
