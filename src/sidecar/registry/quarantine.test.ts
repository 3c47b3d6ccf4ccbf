import { proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { LedgerEntry } from './ledger';
import { RegistryError } from './sources';

const registry = registryForTests();

const SOURCE = { bucket: 'logs', prefix: '', region: 'eu-west-1', enabled: true };
const CORRUPT = { state: 'quarantined' as const, reason: 'corrupt-gzip', message: 'It is cut off.' };
const COUNTS = { records: 3, ok: 3, reasons: {}, quotes: [], bytes: '9', packets: '3', flows: '3', parts: 1 };
let a: string;
let b: string;

beforeEach(async () => {
  a = (await registry().addSource({ ...SOURCE, name: 'a' }, NOON)).id;
  b = (await registry().addSource({ ...SOURCE, name: 'b' }, NOON)).id;
});

const put = (sourceId: string, key: string, changes: Partial<LedgerEntry> = {}, now = NOON) =>
  registry().setLedgerEntry({ sourceId, key, etag: '"1"', size: 10, ...CORRUPT, ...changes }, now);
const keys = async () => (await registry().listQuarantine()).map(({ source, key }) => `${source}:${key}`);
const known = async (sourceId: string, key: string) => (await registry().lookUpListed(sourceId, [key], NOON))[key];

describe('the list', () => {
  it('says what lies there, where, why and since when, with the first bad lines', async () => {
    const quotes = [{ reason: 'field-count', line: '2 123' }];
    await put(a, 'x.gz', { counts: { ...COUNTS, quotes } });
    expect(await registry().listQuarantine()).toEqual([
      {
        ...{ sourceId: a, source: 'a', isListed: true, key: 'x.gz', size: 10, since: NOON, quotes },
        ...{ reason: CORRUPT.reason, message: CORRUPT.message },
      },
    ]);
  });

  it('holds what is quarantined only, by source and message, the newest first', async () => {
    await put(a, 'stored.gz', { state: 'stored' });
    await put(a, 'refused.gz', { state: 'refused' });
    await put(a, 'tgw.gz', { state: 'not-collected' });
    await put(b, 'z.gz');
    await put(a, 'old.gz');
    await put(a, 'new.gz', {}, NOON + 1);
    await put(a, 'empty.gz', { reason: 'empty' });
    await put('import', '/tmp/x.gz');
    await put('src-removed', 'y.gz');
    expect(await keys()).toEqual([
      ...['a:new.gz', 'a:old.gz', 'a:empty.gz', 'b:z.gz', 'import:/tmp/x.gz', 'src-removed:y.gz'],
    ]);
  });
});

describe('retry', () => {
  it('lets the next listing take the object up', async () => {
    await put(a, 'x.gz');
    await put(a, 'y.gz');
    const { retried } = await registry().retryQuarantined({ keys: ['x.gz'] }, NOON + 5);
    expect(retried).toMatchObject([{ key: 'x.gz' }]);
    expect(await known(a, 'x.gz')).toEqual({ state: 'refused', etag: '"1"', reason: 'retry' });
    expect(await keys()).toEqual(['a:y.gz']);
    expect(await registry().ledgerCounts(a)).toMatchObject([
      { state: 'quarantined', objects: 1 },
      { state: 'refused', reason: 'retry', message: expect.stringContaining('next listing') as string },
    ]);
  });

  it('takes all, or all of a source, but what no listing finds again', async () => {
    for (const sourceId of [a, b, 'import', 'src-removed']) {
      await put(sourceId, 'x.gz');
    }
    const one = await registry().retryQuarantined({ source: 'b' }, NOON);
    expect(one.retried).toMatchObject([{ source: 'b' }]);
    const { retried, unlisted } = await registry().retryQuarantined({}, NOON);
    expect(retried).toMatchObject([{ source: 'a' }]);
    expect(unlisted).toMatchObject([{ source: 'import' }, { source: 'src-removed' }]);
    expect(await keys()).toEqual(['import:x.gz', 'src-removed:x.gz']);
  });
});

describe('an object that is being deleted uncounted', () => {
  const discard = () => {
    const listed = [{ key: 'x.gz', etag: '"1"', size: 10 }];
    return registry().claimLeftovers({ sourceId: a, reason: CORRUPT.reason, before: NOON }, listed, NOON);
  };

  it('is not retried, which could store it while it goes, until a deletion must be over', async () => {
    await put(a, 'x.gz');
    await put(b, 'x.gz');
    expect(await discard()).toEqual(['x.gz']);
    expect((await registry().retryQuarantined({}, NOON + 299)).retried).toMatchObject([{ source: 'b' }]);
    expect(await known(a, 'x.gz')).toMatchObject({ state: 'quarantined' });
    expect((await registry().retryQuarantined({}, NOON + 300)).retried).toMatchObject([{ source: 'a' }]);
    expect(await known(a, 'x.gz')).toMatchObject({ state: 'refused' });
  });
});

describe('dismiss', () => {
  it('forgets the notice, and leaves the object alone until it is another', async () => {
    await put(a, 'x.gz');
    expect(await registry().dismissQuarantined({ keys: ['x.gz'] }, NOON + 5)).toMatchObject([{ key: 'x.gz' }]);
    expect(await keys()).toEqual([]);
    expect(await registry().ledgerCounts(a)).toEqual([]);
    expect(await known(a, 'x.gz')).toMatchObject({ state: 'quarantined', etag: '"1"' });
    expect((await registry().explainObject('x.gz')).entries).toMatchObject([{ dismissed: NOON + 5 }]);
    await put(a, 'x.gz', { etag: '"2"' });
    expect(await keys()).toEqual(['a:x.gz']);
    expect(await registry().ledgerCounts(a)).toMatchObject([{ state: 'quarantined', objects: 1 }]);
  });

  it('takes files and objects of removed sources too', async () => {
    await put('import', '/tmp/x.gz');
    await put('src-removed', 'y.gz');
    await registry().dismissQuarantined({ source: 'import' }, NOON);
    expect(await keys()).toEqual(['src-removed:y.gz']);
    await registry().dismissQuarantined({}, NOON);
    expect(await keys()).toEqual([]);
  });
});

describe.each(['retryQuarantined', 'dismissQuarantined'] as const)('%s', (name) => {
  it.each([
    ['a key that is not there', { keys: ['x.gz', 'nothing.gz'] }, 'Not in quarantine: nothing.gz.'],
    ['a key of another source', { keys: ['x.gz', 'z.gz'], source: 'a' }, 'Not in quarantine: z.gz.'],
    ['a key in two sources', { keys: ['x.gz', 'both.gz'] }, 'both.gz is in quarantine in several sources (a, b)'],
    ['an unknown source', { source: 'c' }, 'There is no source "c". There are: a, b, quiet.'],
    ['a source without quarantine', { source: 'quiet' }, 'Of source quiet nothing is in quarantine.'],
    ['files, when there are none', { source: 'import' }, 'Of the imported files none is in quarantine.'],
  ])('refuses %s, and changes nothing', async (_case, choice, message) => {
    await registry().addSource({ ...SOURCE, name: 'quiet' }, NOON);
    await put(a, 'x.gz');
    await put(a, 'both.gz');
    await put(b, 'both.gz');
    await put(b, 'z.gz');
    const before = await keys();
    const refused = registry()[name](choice, NOON);
    await expect(refused).rejects.toThrow(RegistryError);
    await expect(refused).rejects.toThrow(message);
    expect(await keys()).toEqual(before);
  });

  it('is recorded, with who did it and what it was about, unless there was nothing', async () => {
    const by = { actor: 'ada', now: NOON };
    const recorded = async () =>
      (await registry().listChanges(10)).items.filter(({ action }) => action.startsWith('quarantine.'));
    await registry()[name]({}, NOON, by);
    expect(await recorded()).toEqual([]);
    for (let n = 10; n < 35; n++) {
      await put(a, `${n}.gz`);
    }
    await registry()[name]({}, NOON, by);
    const keys = Array.from({ length: 20 }, (_, i) => `${10 + i}.gz`);
    expect(await recorded()).toMatchObject([{ actor: 'ada', target: 'all sources', details: { objects: 25, keys } }]);
  });

  it('takes a key that two sources have from the one that is named, and a key named twice once', async () => {
    await put(a, 'both.gz');
    await put(b, 'both.gz');
    await registry()[name]({ keys: ['both.gz', 'both.gz'], source: 'b' }, NOON);
    expect(await keys()).toEqual(['a:both.gz']);
  });
});

describe('explainObject', () => {
  it('knows an object by its key and, wherever it lies, by its file name, with its plan and counts', async () => {
    const wanted = proposal();
    const { plan } = (await registry().grantPlan(wanted, NOON)) as { plan: { id: number } };
    const entry = { state: 'stored' as const, reason: undefined, message: undefined, planId: plan.id };
    await put(a, 'x/a.log.gz', { ...entry, counts: COUNTS });
    await put(b, 'a.log.gz');
    await put(b, 'x/not-a.log.gz');
    const { entries } = await registry().explainObject('a.log.gz');
    expect(entries.map(({ source, key, state }) => [source, key, state])).toEqual([
      ['a', 'x/a.log.gz', 'stored'],
      ['b', 'a.log.gz', 'quarantined'],
    ]);
    expect(entries[0]).toMatchObject({
      counts: COUNTS,
      plan: { ...plan, size: wanted.size, granted: NOON, stored: undefined },
    });
    expect(entries[1]).toMatchObject({ reason: 'corrupt-gzip', plan: undefined });
    expect((await registry().explainObject('x/a.log.gz')).entries).toHaveLength(1);
  });

  it('names the other places of the same content, and of a conflict that of the content that counts', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
    const entry = { state: 'stored' as const, reason: undefined, message: undefined, planId: plan.id };
    await put(b, 'copy.log.gz', entry);
    await put(a, 'first.log.gz', { ...entry, counts: COUNTS });
    await put(a, 'conflict.log.gz', { planId: plan.id, reason: 'conflict' });
    const storedFrom = async (key: string) => (await registry().explainObject(key)).entries[0].storedFrom;
    const [first, copy] = [
      { source: 'a', key: 'first.log.gz' },
      { source: 'b', key: 'copy.log.gz' },
    ];
    expect(await storedFrom('copy.log.gz')).toEqual([first]);
    expect(await storedFrom('first.log.gz')).toEqual([copy]);
    // What was counted comes first.
    expect(await storedFrom('conflict.log.gz')).toEqual([first, copy]);
  });

  it('still knows the plan of an object whose entry was forgotten, and nothing of others', async () => {
    await registry().grantPlan(proposal(), NOON);
    expect(await registry().explainObject('gone/a.log.gz')).toMatchObject({
      entries: [],
      plan: { identity: 'a.log.gz', granted: NOON },
    });
    expect(await registry().explainObject('log.gz')).toEqual({ entries: [], plan: undefined });
  });
});
