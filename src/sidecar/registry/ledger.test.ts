import { proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { LedgerEntry, LedgerState } from './ledger';

const registry = registryForTests();

const ENTRY: LedgerEntry = { sourceId: 'src-1', key: 'a.gz', etag: '"1"', size: 10, state: 'stored' };
const set = (changes: Partial<LedgerEntry>, now = NOON) => registry().setLedgerEntry({ ...ENTRY, ...changes }, now);
const COUNTS = { records: 3, ok: 3, reasons: {}, quotes: [], bytes: '9', packets: '4', flows: '3', parts: 1 };
const entryOf = async (key = 'a.gz') => (await registry().explainObject(key)).entries[0];
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

it('what was counted in an object stays known as long as it is the same content', async () => {
  await set({ counts: COUNTS });
  await set({ state: 'refused', reason: 'retry' });
  expect((await entryOf()).counts).toEqual(COUNTS);
  await set({ etag: '"2"', state: 'refused', reason: 'retry' });
  expect((await entryOf()).counts).toBeUndefined();
});

describe('an object that S3 did not give', () => {
  const notRead = (changes: { state?: 'not-read' | 'gone'; etag?: string; reason?: string } = {}, now = NOON + 60) =>
    registry().recordNotRead(
      { ...{ sourceId: 'src-1', key: 'a.gz', etag: '"1"', size: 10 }, state: 'not-read', ...changes },
      now
    );

  it.each<LedgerState>(['stored', 'deleted', 'discarded'])(
    'is %s all the same, if it was of that version',
    async (state) => {
      await set({ state });
      const before = await entryOf();
      await notRead({ reason: 'AccessDenied' });
      await notRead({ state: 'gone' });
      expect(await entryOf()).toEqual(before);
    }
  );

  it.each<LedgerState>(['not-collected', 'quarantined', 'refused', 'not-read'])(
    'was %s, and is gone',
    async (state) => {
      await set({ state });
      await notRead({ state: 'gone' });
      expect(await entryOf()).toMatchObject({ state: 'gone', changed: NOON + 60 });
    }
  );

  it.each<LedgerState>(['stored', 'deleted', 'quarantined'])(
    'leaves what is known of another version as %s, when it is gone',
    async (state) => {
      await set({ state, etag: '"2"' });
      const before = await entryOf();
      await notRead({ state: 'gone' });
      expect(await entryOf()).toEqual(before);
    }
  );

  it.each<LedgerState>(['stored', 'deleted', 'refused'])(
    'waits, though another version of it was %s',
    async (state) => {
      const grant = await registry().grantPlan(proposal(), NOON);
      const planId = grant.outcome === 'changed' ? NaN : grant.plan.id;
      await set({ state, etag: '"0"', planId, counts: COUNTS });
      await notRead({ reason: 'AccessDenied' });
      expect(await entryOf()).toMatchObject({ state: 'not-read', etag: '"1"', counts: undefined, plan: undefined });
    }
  );

  it('keeps what is known of its content, and since when it cannot be read', async () => {
    await set({ state: 'refused', reason: 'retry', counts: COUNTS });
    await notRead({ reason: 'AccessDenied' }, NOON + 60);
    await notRead({ reason: 'AccessDenied' }, NOON + 120);
    expect(await entryOf()).toMatchObject({ counts: COUNTS, changed: NOON + 60, seen: NOON + 120 });
    await notRead({ reason: 'SlowDown' }, NOON + 180);
    expect(await entryOf()).toMatchObject({ changed: NOON + 180 });
  });
});

describe('a listing of the whole source', () => {
  const SEEN = NOON;
  const states = async (...keys: string[]) => {
    const of = await Promise.all(keys.map((key) => entryOf(key)));
    return of.map(({ state }) => state);
  };
  const list = (unlisted: readonly string[] = []) => registry().recordListing('src-1', SEEN + 10, SEEN + 20, unlisted);

  it.each<[LedgerState, LedgerState]>([
    ['stored', 'deleted'],
    ['not-collected', 'gone'],
    ['quarantined', 'gone'],
    ['refused', 'gone'],
    ['not-read', 'gone'],
    ['deleted', 'deleted'],
    ['discarded', 'discarded'],
  ])('that does not show a %s object says that it is %s', async (before, after) => {
    await set({ state: before }, SEEN);
    await list();
    expect(await states('a.gz')).toEqual([after]);
  });

  it('says nothing of what was seen since it began, or lies in another source', async () => {
    await set({ key: 'new.gz' }, SEEN + 10);
    await set({ key: 'other.gz', sourceId: 'src-2' }, SEEN);
    await list();
    expect(await states('new.gz', 'other.gz')).toEqual(['stored', 'stored']);
  });

  it('says nothing of the folders that it left out, whatever their names', async () => {
    // In UTF-8 the last of these folders comes after the one before it, in UTF-16 before it.
    const folders = ['b/', 'B/', '\uffee/', '\u{1f600}/'];
    const outside = ['a.gz', 'b', 'b.gz', 'b0', 'C/a.gz', 'z.gz', '\u{1f601}/a.gz'];
    const inside = folders.map((folder) => `${folder}a.gz`);
    for (const key of [...outside, ...inside, 'b/c/\u{1f600}.gz']) {
      await set({ key, state: 'refused' }, SEEN);
    }
    await list(folders);
    expect(await states(...outside)).toEqual(outside.map(() => 'gone'));
    expect(await states(...inside, 'b/c/\u{1f600}.gz')).toEqual([...inside, ''].map(() => 'refused'));
  });

  it('says nothing at all when it left out everything', async () => {
    await set({}, SEEN);
    await list(['']);
    expect(await states('a.gz')).toEqual(['stored']);
  });
});

it('what is to be collected or deleted yet is stored, refused or not read', async () => {
  const all: LedgerState[] = [
    'stored',
    'deleted',
    'not-collected',
    'quarantined',
    'refused',
    'not-read',
    'gone',
    'discarded',
  ];
  for (const state of all) {
    await set({ key: state, state });
  }
  await set({ key: 'other', sourceId: 'src-2' });
  expect((await registry().unfinishedKeys('src-1', 10)).sort()).toEqual(['not-read', 'refused', 'stored']);
  expect(await registry().unfinishedKeys('src-1', 2)).toHaveLength(2);
});
