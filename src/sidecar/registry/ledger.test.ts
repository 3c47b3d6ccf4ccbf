import { registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { LedgerEntry, LedgerState } from './ledger';

const registry = registryForTests();

const ENTRY: LedgerEntry = { sourceId: 'src-1', key: 'a.gz', etag: '"1"', size: 10, state: 'stored' };
const set = (changes: Partial<LedgerEntry>, now = NOON) => registry().setLedgerEntry({ ...ENTRY, ...changes }, now);
const known = (...keys: string[]) => registry().lookUpListed('src-1', keys, 1000);

describe('the ledger', () => {
  it('knows an object by its source and key', async () => {
    await set({});
    await set({ sourceId: 'src-2', state: 'quarantined' });
    expect(await known('a.gz', 'never-seen.gz')).toEqual({ 'a.gz': { state: 'stored', etag: '"1"' } });
    expect(await registry().lookUpListed('src-2', ['a.gz'], 1000)).toMatchObject({ 'a.gz': { state: 'quarantined' } });
  });

  it('takes the newest word on a key', async () => {
    await set({ state: 'quarantined', reason: 'corrupt-gzip', message: 'cut off' });
    await set({ etag: '"2"' });
    expect(await known('a.gz')).toEqual({ 'a.gz': { state: 'stored', etag: '"2"' } });
    expect(await registry().ledgerCounts('src-1')).toEqual([
      { state: 'stored', reason: undefined, message: undefined, objects: 1, example: 'a.gz' },
    ]);
  });

  it.each<[LedgerState, LedgerState]>([
    ['stored', 'deleted'],
    ['deleted', 'deleted'],
    ['not-collected', 'not-collected'],
    ['quarantined', 'quarantined'],
    ['refused', 'refused'],
  ])('calls a %s object %s when it is deleted', async (before, after) => {
    await set({ state: before });
    await registry().recordDeleted('src-1', ['a.gz', 'never-seen.gz'], NOON);
    expect(await known('a.gz', 'never-seen.gz')).toEqual({ 'a.gz': { state: after, etag: '"1"' } });
  });

  it('deletes in one source only', async () => {
    await set({});
    await set({ sourceId: 'src-2' });
    await registry().recordDeleted('src-1', ['a.gz'], NOON);
    expect(await registry().lookUpListed('src-2', ['a.gz'], 1000)).toMatchObject({ 'a.gz': { state: 'stored' } });
  });

  it('counts by state and reason, with the key that changed last', async () => {
    await set({ key: 'z.gz', state: 'quarantined', reason: 'empty', message: 'older' }, NOON);
    await set({ key: 'b.gz', state: 'quarantined', reason: 'empty', message: 'newer' }, NOON + 1);
    await set({ key: 'c.gz', state: 'quarantined', reason: 'conflict' });
    await set({ key: 'd.gz' });
    await set({ sourceId: 'src-2' });
    expect(await registry().ledgerCounts('src-1')).toEqual([
      { state: 'quarantined', reason: 'conflict', message: undefined, objects: 1, example: 'c.gz' },
      { state: 'quarantined', reason: 'empty', message: 'newer', objects: 2, example: 'b.gz' },
      { state: 'stored', reason: undefined, message: undefined, objects: 1, example: 'd.gz' },
    ]);
  });
});
