import { proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';

const registry = registryForTests();

const RETENTION = 395 * 86_400;
const BY = { actor: 'ada', now: NOON + 100 };

/** An object that was stored, and one whose plan was granted and that was not. */
async function collect(storeId: string): Promise<void> {
  const { plan } = (await registry().grantPlan(proposal({ hours: [] }), NOON)) as { plan: { id: number } };
  const entry = { sourceId: 'src-1', key: 'a.log.gz', etag: 'e', size: 1, state: 'stored' as const, planId: plan.id };
  await registry().recordStored({ planId: plan.id, storeId, hours: [], exporters: {}, entry }, NOON);
}
const filled = () => registry().filledStore();
const state = async () => (await registry().lookUpListed('src-1', ['a.log.gz'], NOON))['a.log.gz'].state;
const plan = () => registry().findPlan('a.log.gz');
const dirty = async () => (await registry().dirtyHours()).map(({ hour }) => hour);
/** Reserves offsets until this one is the next. */
const reserveUpTo = async (offset: number) =>
  registry().reserveOffsets(offset - (await filled()).offset, NOON, RETENTION);

describe('fillStore', () => {
  it('leaves what is stored as it is when the store is the one that was filled', async () => {
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    await collect(storeId);
    expect(await registry().fillStore(storeId, storeId, NOON)).toBe(storeId);
    expect([await state(), (await plan())?.isStored]).toEqual(['stored', true]);
  });

  it('leaves what was stored before stores had ids as it is', async () => {
    await registry().setLedgerEntry({ sourceId: 'src-1', key: 'a.log.gz', etag: 'e', size: 1, state: 'stored' }, NOON);
    await registry().fillStore(undefined, undefined, NOON);
    expect(await state()).toBe('stored');
  });

  it('takes the word of another process that was faster', async () => {
    const first = await registry().fillStore(undefined, undefined, NOON);
    const second = await registry().fillStore(first, undefined, NOON);
    await collect(second);
    expect(await registry().fillStore(first, undefined, NOON)).toBe(second);
    expect(await state()).toBe('stored');
  });
});

describe('adoptStore', () => {
  const adopt = (changes: { storeId?: string; mark?: { round: number; offset: number; changes: number } }) =>
    registry().adoptStore({ database: 'flowscope', hours: [NOON, NOON - 3600], ...changes }, BY);

  it('forgets the plans of another store, whose offsets may be in use, and collects again', async () => {
    await collect(await registry().fillStore(undefined, undefined, NOON));
    const mark = { round: NOON - 5, offset: 1000, changes: 7 };
    expect(await adopt({ storeId: 'theirs', mark })).toBe('theirs');
    expect(await filled()).toMatchObject({ storeId: 'theirs', round: NOON - 5, offset: 1000 });
    expect([await state(), await plan()]).toEqual(['refused', undefined]);
    expect((await registry().explainObject('a.log.gz')).entries[0].plan).toBeUndefined();
    expect(await dirty()).toEqual([NOON, NOON - 3600]);
  });

  it.each(['behind', 'ahead'])(
    'keeps its plans in the store that it has filled, with offsets above all given: %s',
    async (own) => {
      const storeId = await registry().fillStore(undefined, undefined, NOON);
      await collect(storeId);
      await reserveUpTo(own === 'ahead' ? 2000 : 500);
      const mark = { round: (await filled()).round, offset: 1000, changes: 7 };
      expect(await adopt({ storeId, mark })).toBe(storeId);
      expect(await filled()).toMatchObject({ storeId, offset: own === 'ahead' ? 2000 : 1000 });
      expect([await state(), (await plan())?.isStored]).toEqual(['stored', true]);
    }
  );

  it.each([2, 50_000_000_000])(
    'goes far above where it was when nobody knows which offsets are in use: %d',
    async (next) => {
      await reserveUpTo(next);
      const storeId = await adopt({});
      expect(await filled()).toMatchObject({ storeId, round: BY.now });
      expect((await filled()).offset).toBeGreaterThanOrEqual(Math.max(next, 3_000_000_000));
    }
  );

  it('takes a store of which nobody knows the id for another one', async () => {
    await collect('none');
    await adopt({ mark: { round: 0, offset: 1000, changes: 0 } });
    expect(await plan()).toBeUndefined();
  });
});

describe('continueAbove', () => {
  const goOn = (mark: { round: number; offset: number; changes: number }) =>
    registry().continueAbove({ database: 'flowscope', mark, hours: [NOON] }, BY);

  it('gives no offset and no generation that the newer copy gave', async () => {
    await reserveUpTo(500);
    await registry().markHoursDirty([{ hour: NOON, records: 0 }], NOON);
    const { round } = await filled();
    await goOn({ round, offset: 1000, changes: 40 });
    expect(await filled()).toMatchObject({ round, offset: 1000 });
    expect((await filled()).changes).toBeGreaterThan(41);
    expect(await dirty()).toEqual([NOON]);
  });

  it('stays above what it gave by itself', async () => {
    await reserveUpTo(2000);
    await registry().markHoursDirty([{ hour: NOON, records: 0 }], NOON);
    await registry().markHoursDirty([{ hour: NOON, records: 0 }], NOON);
    await registry().markHoursDirty([{ hour: NOON, records: 0 }], NOON);
    const { round } = await filled();
    await goOn({ round, offset: 1000, changes: 0 });
    expect(await filled()).toMatchObject({ round, offset: 2000, changes: 4 });
  });
});
