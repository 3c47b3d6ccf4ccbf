import * as fc from 'fast-check';
import { exporter, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { openRegistry } from './registry';

const registry = registryForTests();

const MINUTE = 60_000_000_000;
const RETENTION = 395 * 86_400;

describe('reserveOffsets', () => {
  it('gives no offset twice, and none of 0', async () => {
    const counts = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(counts, async (blocks) => {
        const own = openRegistry(':memory:');
        const starts = await Promise.all(blocks.map((count) => own.reserveOffsets(count, NOON, RETENTION)));
        await own.close();
        const ends = starts.map((start, i) => start + blocks[i]);
        expect(starts[0]).toBe(1);
        expect(starts.slice(1)).toEqual(ends.slice(0, -1));
      }),
      { numRuns: 30 }
    );
  });

  it('stays below a minute, and starts over only when everything has expired', async () => {
    const take = (count: number, now: number) => registry().reserveOffsets(count, now, RETENTION);
    expect(await take(MINUTE - 2, NOON)).toBe(1);
    expect(await take(1, NOON)).toBe(MINUTE - 1);
    await expect(take(1, NOON + RETENTION - 1)).rejects.toThrow('All offsets are in use');
    expect(await take(5, NOON + RETENTION)).toBe(1);
    expect(await take(1, NOON + RETENTION)).toBe(6);
  });
});

describe('dirtyHours', () => {
  let objects = 0;
  const mark = (...hours: number[]) =>
    registry().grantPlan(
      proposal({ identity: `${++objects}`, sha256: `${objects}`, hours, exporters: [exporter('1/vpc-1')] }),
      NOON
    );

  it('are each named once, newest first', async () => {
    await mark(NOON - 3600, NOON);
    await mark(NOON - 7200, NOON);
    expect((await registry().dirtyHours()).map(({ hour }) => hour)).toEqual([NOON, NOON - 3600, NOON - 7200]);
  });

  it('are done with when nothing came meanwhile', async () => {
    await mark(NOON, NOON - 3600);
    const [newest] = await registry().dirtyHours();
    await registry().markHourClean(newest, NOON);
    expect((await registry().dirtyHours()).map(({ hour }) => hour)).toEqual([NOON - 3600]);
  });

  it('stay dirty when points came meanwhile', async () => {
    await mark(NOON);
    const [seen] = await registry().dirtyHours();
    await mark(NOON);
    await registry().markHourClean(seen, NOON);
    const [again] = await registry().dirtyHours();
    expect(again.hour).toBe(NOON);
    expect(again.generation).not.toBe(seen.generation);
  });

  it('stay dirty when points came after another process had recomputed the hour', async () => {
    await mark(NOON);
    const [seen] = await registry().dirtyHours();
    await registry().markHourClean(seen, NOON);
    await mark(NOON);
    // A second recomputation that began at the same time, and has not seen these points, ends now.
    await registry().markHourClean(seen, NOON);
    expect(await registry().dirtyHours()).toHaveLength(1);
  });
});
