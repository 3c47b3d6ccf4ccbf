import * as fc from 'fast-check';
import { exporter, hashOf, proposal, registryForTests } from '../testing/registry';
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
    // Those of the second round are as young as that.
    expect(await take(MINUTE - 7, NOON + RETENTION)).toBe(7);
    await expect(take(1, NOON + 2 * RETENTION - 1)).rejects.toThrow('All offsets are in use');
    expect(await take(1, NOON + 2 * RETENTION)).toBe(1);
  });
});

describe('dirtyHours', () => {
  let objects = 0;
  const mark = (...hours: number[]) =>
    registry().grantPlan(
      proposal({ identity: `${++objects}`, sha256: hashOf(`${objects}`), hours, exporters: [exporter('1/vpc-1')] }),
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

  const store = async (planId: number, records: number, now: number) => {
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    const entry = { sourceId: 's', key: `${planId}`, etag: 'e', size: 1, state: 'stored' as const, planId };
    const hours = [{ hour: NOON, records }];
    await registry().recordStored({ planId, storeId, hours, exporters: {}, entry }, now);
  };
  const planOf = async (now = NOON) => {
    const wanted = proposal({ identity: `${++objects}`, sha256: hashOf(`${objects}`), hours: [NOON] });
    const grant = await registry().grantPlan(wanted, now);
    return grant.outcome === 'changed' ? NaN : grant.plan.id;
  };

  it('say how much of them came since they were recomputed, and since when; an object counts once', async () => {
    const [first, second] = [await planOf(NOON + 1), await planOf(NOON + 2)];
    await store(first, 100, NOON + 3);
    const [seen] = await registry().dirtyHours();
    expect(seen).toMatchObject({ hour: NOON, records: 100, late: 100, since: NOON + 1, until: NOON + 3 });
    await registry().markHourClean(seen, NOON + 4);
    expect(await registry().dirtyHours()).toEqual([]);
    await store(first, 100, NOON + 5);
    await store(second, 7, NOON + 6);
    expect(await registry().dirtyHours()).toMatchObject([
      { hour: NOON, records: 107, late: 7, since: NOON + 5, until: NOON + 6 },
    ]);
  });

  it('are late with what came during the recomputation alone', async () => {
    const [first, second] = [await planOf(), await planOf()];
    await store(first, 100, NOON + 1);
    const [seen] = await registry().dirtyHours();
    await store(second, 7, NOON + 2);
    await registry().markHourClean(seen, NOON + 3);
    expect(await registry().dirtyHours()).toMatchObject([
      { hour: NOON, records: 107, late: 7, since: NOON + 2, until: NOON + 2 },
    ]);
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
