import fc from 'fast-check';
import { NOON } from '../testing/reference/rollUp';
import { HourSums } from './hourSums';
import type { EncodedLines } from '../rollup/seriesPoints';

const HOUR = 3600;
const HOURS = [NOON - HOUR, NOON, NOON + HOUR];

const blockOf = (lines: readonly string[], policy: EncodedLines['policy'] = 'minute'): EncodedLines => ({
  policy,
  lines: Buffer.from(lines.map((line) => `${line}\n`).join('')),
});
const textOf = (blocks: readonly Uint8Array[] | undefined) =>
  blocks && Buffer.concat(blocks).toString().split('\n').slice(0, -1).sort();
const flow = (series: string, second: number, [bytes, packets, flows]: readonly number[] = [1, 1, 1]) =>
  `${series} bytes=${bytes}i,packets=${packets}i,flows=${flows}i ${second}000000007`;

describe('HourSums', () => {
  it('sums up each series of an hour, whatever is in its name, as a slow twin does', () => {
    const tag = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'é', '\\ ', '\\,', '\\=', '1', 'i', '😀') });
    const series = fc
      .tuple(fc.constantFrom('flow_source', 'flow_interface'), tag)
      .map(([name, to]) => `${name},to=${to}`);
    const value = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 48 }));
    const minute = fc.tuple(fc.constantFrom(...HOURS), fc.nat({ max: 59 })).map(([hour, n]) => hour + n * 60);
    const line = fc.oneof(
      fc.tuple(series, minute, fc.tuple(value, value, fc.integer({ min: 1, max: 99 }))).map((point) => flow(...point)),
      fc
        .tuple(tag, minute, fc.nat())
        .map(([id, at, records]) => `flow_quality,reason=ok,source_id=${id} records=${records}i ${at}000000007`)
    );
    const objects = fc.array(fc.array(fc.array(line, { maxLength: 20 }), { maxLength: 3 }), { maxLength: 5 });
    fc.assert(
      fc.property(objects, (all) => {
        const sums = new HourSums();
        all.forEach((blocks) =>
          sums.add(
            HOURS,
            blocks.map((lines) => blockOf(lines))
          )
        );
        for (const hour of HOURS) {
          expect(textOf(sums.lines(hour, all.length))).toEqual(
            all.length === 0 ? undefined : slowSums(all.flat(2), hour)
          );
        }
      })
    );
  });

  it('has nothing of an hour unless exactly its objects were added', () => {
    const sums = new HourSums();
    sums.add([NOON], [blockOf([flow('flow_source,src=a', NOON)])]);
    expect(sums.lines(NOON, 0)).toBeUndefined();
    expect(sums.lines(NOON, 2)).toBeUndefined();
    expect(sums.lines(NOON, undefined)).toBeUndefined();
    expect(sums.lines(NOON - HOUR, undefined)).toBeUndefined();
    expect(textOf(sums.lines(NOON, 1))).toHaveLength(1);
  });

  it('leaves out points that went to hours at once', () => {
    const sums = new HourSums();
    sums.add([NOON], [blockOf([flow('flow_source,src=a', NOON)]), blockOf([flow('flow_source,src=a', NOON)], 'hour')]);
    expect(textOf(sums.lines(NOON, 1))).toEqual([`flow_source,src=a bytes=1i,packets=1i,flows=1i ${NOON}000000000`]);
  });

  it('forgets an hour whose sums no double holds', () => {
    const sums = new HourSums();
    const half = [2 ** 52, 1, 1];
    sums.add([NOON], [blockOf([flow('flow_source,src=a', NOON, half)])]);
    expect(sums.lines(NOON, 1)).toBeDefined();
    sums.add([NOON], [blockOf([flow('flow_source,src=a', NOON, half), flow('flow_source,src=b', NOON)])]);
    expect(sums.lines(NOON, 2)).toBeUndefined();
    sums.add([NOON], [blockOf([flow('flow_source,src=a', NOON)])]);
    expect(sums.lines(NOON, 3)).toBeUndefined();
  });

  it('forgets the hours of an object that cannot be read', () => {
    const sums = new HourSums();
    sums.add(HOURS, []);
    const cutShort = function* () {
      yield blockOf([flow('flow_source,src=a', NOON)]);
      throw new Error('cut short');
    };
    expect(() => sums.add([NOON], cutShort())).toThrow('cut short');
    expect(HOURS.map((hour) => textOf(sums.lines(hour, hour === NOON ? 2 : 1)))).toEqual([[], undefined, []]);
  });

  it('forgets the hours that nothing came to for the longest when they get too large', () => {
    const lines = (hour: number, count: number) =>
      Array.from({ length: count }, (_, i) => flow(`flow_source,src=10.0.0.${i}`, hour));
    const sums = new HourSums(20_000);
    const [first, second, third] = HOURS;
    sums.add([first], [blockOf(lines(first, 100))]);
    sums.add([second], [blockOf(lines(second, 100))]);
    sums.add([first], []);
    expect([first, second].map((hour) => sums.lines(hour, hour === first ? 2 : 1)?.length)).toEqual([1, 1]);
    sums.add([third], [blockOf(lines(third, 100))]);
    expect(sums.lines(second, 1)).toBeUndefined();
    expect(textOf(sums.lines(first, 2))).toHaveLength(100);
    expect(textOf(sums.lines(third, 1))).toHaveLength(100);
    sums.add([third], [blockOf(lines(third, 1000))]);
    expect(sums.lines(third, 2)).toBeUndefined();
    // Their names are forgotten, too.
    sums.add([first], [blockOf(lines(first, 100))]);
    expect(textOf(sums.lines(first, 1))).toEqual(slowSums(lines(first, 100), first));
  });
});

/** The points of an hour in `hour`, sorted. */
function slowSums(lines: readonly string[], hour: number): string[] {
  const sums = new Map<string, Map<string, number>>();
  for (const line of lines) {
    const [, series, fields, time] = /^((?:\\.|[^ ])+) (\S+) (\d+)$/.exec(line)!;
    const second = Math.floor(Number(time) / 1e9);
    if (second >= hour && second < hour + HOUR) {
      const sum = sums.get(series) ?? new Map<string, number>();
      sums.set(series, sum);
      for (const [, name, value] of fields.matchAll(/(\w+)=(\d+)i/g)) {
        sum.set(name, (sum.get(name) ?? 0) + Number(value));
      }
    }
  }
  return [...sums]
    .map(
      ([series, sum]) => `${series} ${[...sum].map(([name, value]) => `${name}=${value}i`).join(',')} ${hour}000000000`
    )
    .sort();
}
