import * as fc from 'fast-check';
import { vpcField } from '../../records/fields';
import { columns, flow, oddFlow } from '../../testing/arbitraries';
import { decodeBytes } from '../../testing/decodeBytes';
import { parquetFile } from '../../testing/parquetFile';
import { rollUpSlowly } from '../../testing/reference/reference';
import { pointsOf, sumsByMeasurement, TERMS } from '../../testing/reference/rollUp';

/** A value as the text of a Parquet column has it: of the column's type, UTF-8, nothing in it that would end a field. */
function written(column: string, text: string): string {
  const type = vpcField(column)?.type ?? 'STRING';
  if (text === '-') {
    return text;
  }
  if (type === 'STRING') {
    const escaped = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    return Buffer.from(text)
      .toString('latin1')
      .replaceAll(/[\0- \x7f]/g, escaped);
  }
  return /^-?\d{1,30}$/.test(text) ? String(BigInt.asIntN(type === 'INT32' ? 32 : 64, BigInt(text))) : '0';
}

const object = columns.chain((names) =>
  fc.record({
    names: fc.constant(names),
    rows: fc.array(
      fc.oneof(flow, oddFlow).map((fields) => names.map((name) => fields[name] ?? '-')),
      { maxLength: 40 }
    ),
    layout: fc.record({
      codec: fc.constantFrom('UNCOMPRESSED' as const, 'SNAPPY' as const, 'GZIP' as const, 'ZSTD' as const),
      rowGroupSize: fc.integer({ min: 1, max: 50 }),
      pageSize: fc.constantFrom(16, 64, 1024),
    }),
  })
);

/** Rows that nobody decided to be no traffic. */
function unreadOf(reasons: Readonly<Record<string, number>>): number {
  const decided = ['nodata', 'skipdata', 'exporter-disabled'];
  return Object.entries(reasons).reduce((sum, [reason, count]) => sum + (decided.includes(reason) ? 0 : count), 0);
}

/** Why an object of few rows stays where it is: for more than ten that could not be counted, or for nothing but old ones. */
function staysWhole(ok: number, reasons: Readonly<Record<string, number>>): string | undefined {
  const { expired = 0 } = reasons;
  const unread = unreadOf(reasons);
  if ((expired > 0 && ok === 0) || (unread > 10 && unread - expired <= 10)) {
    return 'expired';
  }
  return unread > 10 ? 'unreadable' : undefined;
}

describe('a Parquet object of any columns in any order, with any mix of good and bad rows', () => {
  it('counts every row once, and conserves the sums in every measurement', async () => {
    const seen = { ok: 0, odd: 0 };
    await fc.assert(
      fc.asyncProperty(object, async ({ names, rows, layout }) => {
        const { summary, corrupt, refusal, lines } = await decodeBytes(parquetFile(names, rows, layout));
        const asText = rows.map((row) => row.map((text, i) => written(names[i], text)).join(' '));
        const twin = rollUpSlowly([names.join(' '), ...asText].join('\n'), TERMS);
        const whole = staysWhole(twin.ok, twin.reasons);
        expect(refusal?.reason ?? corrupt).toBe(whole);
        if (whole) {
          return;
        }
        const reasons = Object.values(summary!.reasons).reduce((sum, count) => sum + count, 0);
        // Whole rows, with the columns that nothing reads.
        const kept = summary!.unread!.map(({ line }) => line);
        expect(kept).toHaveLength(unreadOf(twin.reasons));
        expect(asText.filter((line) => kept.includes(line))).toEqual(expect.arrayContaining(kept));
        expect(summary!.records).toBe(rows.length);
        expect(summary!.ok + reasons).toBe(rows.length);
        expect({ ok: summary!.ok, ...summary!.reasons }).toEqual({ ok: twin.ok, ...twin.reasons });
        expect(summary!.totals).toEqual(twin.totals);
        const sums = [summary!.measurements, sumsByMeasurement(lines)].flatMap((all) => Object.entries(all));
        for (const [name, one] of sums) {
          expect([name, one]).toEqual([name, name === 'flow_refused' ? twin.refused : twin.totals]);
        }
        expect(pointsOf(lines)).toEqual({ points: twin.points, quality: twin.quality });
        seen.ok += summary!.ok;
        seen.odd += reasons;
      }),
      { numRuns: 200 }
    );
    expect(Math.min(seen.ok, seen.odd)).toBeGreaterThan(100);
  });
});
