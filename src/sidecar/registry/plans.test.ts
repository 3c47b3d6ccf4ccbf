import { exporter, hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON, TERMS } from '../testing/reference/rollUp';
import type { RollupTerms } from '../rollup/terms';
import { IDLE_SECONDS } from './exporters';
import type { Plan, Proposal, StoredObject } from './plans';

const registry = registryForTests();

const B = 'b'.repeat(64);
const VPC = '111122223333/vpc-1';

async function stored(planId: number, changes: Partial<StoredObject> = {}) {
  const entry = { sourceId: 'src-1', key: 'k', etag: 'e', size: 1000, state: 'stored' as const, planId };
  const storeId = await registry().fillStore(undefined, undefined, NOON);
  return registry().recordStored({ planId, storeId, hours: [], exporters: {}, entry, ...changes }, NOON);
}

describe('grantPlan', () => {
  it('grants what is proposed, and remembers it', async () => {
    const wanted = proposal({ offsets: [7, 8, 59_999_999_999] });
    const { plan } = (await registry().grantPlan(wanted, NOON)) as { plan: object };
    const { identity, sha256, terms, offsets } = wanted;
    expect(plan).toEqual({ id: 1, identity, sha256, terms, offsets, decisions: { [VPC]: 'count' }, isStored: false });
    expect(await registry().findPlan(identity, sha256)).toEqual(plan);
  });

  it.each<[string, Partial<RollupTerms>]>([
    ['source', { sourceId: 'src-2' }],
    ['account', { account: '999988887777' }],
    ['lack of an account', { account: undefined }],
    ['rules', { rulesVersion: TERMS.rulesVersion + 1 }],
    ['time of the file', { fileTime: TERMS.fileTime + 1 }],
    ['horizon of minutes', { minuteHorizon: TERMS.minuteHorizon + 1 }],
    ['horizon of hours', { hourHorizon: TERMS.hourHorizon + 1 }],
    ['horizon of the future', { futureHorizon: TERMS.futureHorizon + 1 }],
    ['K', { topK: 1 }],
  ])('keeps the %s of a plan apart from those of others: by it a replay writes the same points', async (_of, own) => {
    await registry().grantPlan(proposal(), NOON);
    if (own.topK !== undefined) {
      await registry().recordSeriesRefusal(TERMS.topK, NOON);
    }
    const terms = { ...TERMS, ...own, topK: await registry().topK() };
    for (const identity of ['b.log.gz', 'c.log.gz']) {
      const wanted = proposal({ identity, sha256: hashOf(identity), terms });
      expect(await registry().grantPlan(wanted, NOON)).toMatchObject({ outcome: 'granted', plan: { terms } });
    }
    expect((await registry().findPlan('a.log.gz'))?.terms).toEqual(TERMS);
    expect((await registry().findPlan('c.log.gz'))?.terms).toEqual(terms);
  });

  it('grants one to an object of no exporter: all its lines may be unreadable', async () => {
    expect(await registry().grantPlan(proposal({ exporters: [], hours: [] }), NOON)).toMatchObject({
      outcome: 'granted',
      plan: { decisions: {} },
    });
  });

  it('keeps an account that the key did not say as unknown', async () => {
    await registry().grantPlan(proposal({ terms: { ...TERMS, account: undefined } }), NOON);
    expect((await registry().findPlan('a.log.gz'))?.terms.account).toBeUndefined();
  });

  it.each<[string, Partial<Proposal>, boolean, string]>([
    ['the same object, unfinished', {}, false, 'existing'],
    ['the same object, stored', {}, true, 'duplicate'],
    ['the same content under another name, unfinished', { identity: 'copy.gz' }, false, 'existing'],
    ['the same content under another name, stored', { identity: 'copy.gz' }, true, 'duplicate'],
    ['another content under the same name, unfinished', { sha256: B }, false, 'conflict'],
    ['another content under the same name, stored', { sha256: B }, true, 'conflict'],
    ['another object', { identity: 'b.log.gz', sha256: B }, true, 'granted'],
  ])('answers to %s', async (_case, changes, isStored, outcome) => {
    const first = await registry().grantPlan(proposal(), NOON);
    const { plan } = first as { plan: { id: number } };
    if (isStored) {
      await stored(plan.id);
    }
    const other = { terms: { ...TERMS, fileTime: TERMS.fileTime + 300 }, offsets: [99] };
    const answer = (await registry().grantPlan(proposal({ ...other, ...changes }), NOON)) as typeof first & object;
    expect(answer.outcome).toBe(outcome);
    if (outcome !== 'granted') {
      expect(answer).toMatchObject({ plan: { ...plan, isStored } });
    }
  });

  it('prefers the object of that name when name and content belong to two', async () => {
    await registry().grantPlan(proposal(), NOON);
    await registry().grantPlan(proposal({ identity: 'b.log.gz', sha256: B }), NOON);
    expect(await registry().grantPlan(proposal({ sha256: B }), NOON)).toMatchObject({
      outcome: 'conflict',
      plan: { identity: 'a.log.gz' },
    });
  });

  it('notes what the object names: entities, exporters, hours and the flow log', async () => {
    const place = { vpc: 'vpc-1', subnet: '-', instance: '-', account: '111122223333' };
    const entities = [{ kind: 'vpc' as const, id: 'vpc-1', ...place }];
    const flowLog = { id: 'fl-1', account: '111122223333', region: 'eu-west-1', columns: ['start'] };
    await registry().grantPlan(proposal({ entities, flowLog }), NOON);
    expect(await registry().listEntities()).toMatchObject([
      { kind: 'exporter', id: VPC, vpc: 'vpc-1', account: '111122223333', inStore: false },
      { kind: 'vpc', id: 'vpc-1', inStore: false },
    ]);
    const { exporters } = await registry().exporterOverview(NOON);
    expect(exporters).toMatchObject([
      { id: VPC, account: '111122223333', from: 'vpc', firstSeen: NOON, state: 'counted' },
    ]);
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
    expect(await registry().flowLogRegions()).toEqual(['eu-west-1']);
  });

  it('marks the hours of an unfinished plan dirty again: they may have been summed since it was granted', async () => {
    await registry().grantPlan(proposal(), NOON);
    const [dirty] = await registry().dirtyHours();
    await registry().markHourClean(dirty, NOON);
    expect(await registry().dirtyHours()).toEqual([]);
    expect(await registry().grantPlan(proposal(), NOON)).toMatchObject({ outcome: 'existing' });
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
  });

  it('gives a place to those exporters alone that count', async () => {
    await registry().setExporterLimit(1);
    const exporters = [exporter('1/vpc-a'), exporter('1/vpc-b', 'overflow')];
    expect(await registry().grantPlan(proposal({ exporters }), NOON)).toMatchObject({ outcome: 'granted' });
    expect((await registry().exporterOverview(NOON)).exporters).toMatchObject([{ id: '1/vpc-a' }]);
  });

  it('notes nothing of a proposal it does not grant', async () => {
    const wanted = proposal({ exporters: [exporter(VPC), exporter('1/vpc-2', 'drop')] });
    expect(await registry().grantPlan(wanted, NOON)).toEqual({ outcome: 'changed' });
    expect(await registry().findPlan(wanted.identity, wanted.sha256)).toBeUndefined();
    expect(await registry().dirtyHours()).toEqual([]);
    expect((await registry().exporterOverview(NOON)).exporters).toEqual([]);
  });
});

it('K lowered between the rollup and the grant: says so, then follows', async () => {
  await registry().recordSeriesRefusal(TERMS.topK, NOON);
  expect(await registry().grantPlan(proposal(), NOON)).toEqual({ outcome: 'changed' });
  const terms = { ...TERMS, topK: await registry().topK() };
  expect(await registry().grantPlan(proposal({ terms }), NOON)).toMatchObject({ outcome: 'granted', plan: { terms } });
});

describe('exporters changed between the rollup and the grant', () => {
  const grant = (identity: string, now: number, ...decided: Array<ReturnType<typeof exporter>>) => {
    return registry().grantPlan(proposal({ identity, sha256: hashOf(identity), exporters: decided }), now);
  };
  const changed = { outcome: 'changed' };

  it.each<[string, number, () => Promise<unknown>, 'drop' | 'overflow' | 'count', string]>([
    ['one was disabled', NOON, () => registry().enableExporters([VPC], false), 'drop', VPC],
    ['the limit was lowered', NOON, () => registry().setExporterLimit(1), 'overflow', '1/vpc-new'],
    [
      'the last place fell to another',
      NOON,
      () => grant('other', NOON, exporter('1/vpc-other')),
      'overflow',
      '1/vpc-new',
    ],
    ['one fell idle, and its place to another', NOON + IDLE_SECONDS, replaceIdle, 'overflow', VPC],
    ['another fell idle', NOON + IDLE_SECONDS, () => registry().setExporterLimit(1), 'count', '1/vpc-new'],
  ])('%s: says so, then follows', async (_case, now, change, expected, id) => {
    await registry().setExporterLimit(2);
    await grant('first', NOON, exporter(VPC));
    await change();
    const wrong = expected === 'count' ? 'overflow' : 'count';
    expect(await grant('next', now, exporter(id, wrong))).toEqual(changed);
    const decisions = await registry().decideExporters([id], now);
    expect(decisions).toEqual({ [id]: expected });
    expect(await grant('next', now, exporter(id, expected))).toMatchObject({ outcome: 'granted', plan: { decisions } });
  });

  async function replaceIdle() {
    await registry().setExporterLimit(1);
    await grant('other', NOON + IDLE_SECONDS, exporter('1/vpc-other'));
  }

  it('do not touch a plan that was granted before', async () => {
    await grant('first', NOON, exporter(VPC));
    await registry().enableExporters([VPC], false);
    const replayed = await grant('first', NOON + 1, exporter(VPC, 'drop'));
    expect(replayed).toMatchObject({ outcome: 'existing', plan: { decisions: { [VPC]: 'count' } } });
  });
});

describe('recordStored', () => {
  it('tells the first time from later ones', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
    expect([await stored(plan.id), await stored(plan.id)]).toEqual(['stored', 'known']);
    expect((await registry().findPlan('a.log.gz'))?.isStored).toBe(true);
  });

  it('marks the hours dirty again: a recomputation since the grant has missed the points', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
    const [before] = await registry().dirtyHours();
    await stored(plan.id, { hours: [{ hour: NOON, records: 3 }] });
    await registry().markHourClean(before, NOON);
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
  });

  it('marks them again for an object that is known as stored, whose records count once', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: { id: number } };
    const hours = [{ hour: NOON, records: 3 }];
    await stored(plan.id, { hours });
    const [before] = await registry().dirtyHours();
    await registry().markHourClean(before, NOON);
    expect(await registry().dirtyHours()).toEqual([]);
    expect(await stored(plan.id, { hours })).toBe('known');
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON, records: 3, late: 0 }]);
  });
});

describe('an object whose plan went with its store', () => {
  const ADDRESS = { address: 'http://influx/flowscope', isEmpty: true };
  const grant = async (name: string) =>
    ((await registry().grantPlan(proposal({ identity: name, sha256: hashOf(name) }), NOON)) as { plan: { id: number } })
      .plan.id;
  const entryOf = (planId: number) => ({
    ...{ sourceId: 'src-1', key: 'late', etag: 'e', size: 1000, state: 'stored' as const, planId },
  });

  const planOf = (id: number, name: string) => ({ id, sha256: hashOf(name) });

  /** Drops the database: what was stored by then has no plan any more. */
  async function lose(): Promise<string> {
    await registry().noteStoreAddress(ADDRESS.address);
    const { storeId } = await registry().filledStore();
    return registry().fillStore(storeId, undefined, NOON, ADDRESS);
  }

  it('is not stored, though others have one', async () => {
    const planId = await grant('a');
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    const entry = { ...entryOf(planId), key: 'a' };
    await stored(planId, { entry });
    const unfinished = await grant('unfinished');
    await registry().setLedgerEntry({ ...entryOf(unfinished), key: 'unfinished', state: 'refused' }, NOON);
    const next = await lose();
    expect(next).not.toBe(storeId);
    expect(await registry().findPlan('a')).toBeUndefined();
    expect((await registry().explainObject('a')).entries).toMatchObject([{ state: 'refused', plan: undefined }]);
    expect((await registry().explainObject('unfinished')).entries).toMatchObject([{ plan: { id: unfinished } }]);
    expect(await stored(planId, { storeId: next, entry })).toBe('elsewhere');
    expect(await registry().lookUpListed('src-1', ['a'], NOON)).toMatchObject({ a: { state: 'refused' } });
  });

  it('is no duplicate, though others are stored', async () => {
    await stored(await grant('another'));
    const unfinished = await grant('a');
    expect(await registry().recordDuplicate(planOf(unfinished, 'a'), entryOf(unfinished), NOON)).toBe(false);
    expect(await registry().objectState('late')).toBeUndefined();
  });

  it('is no duplicate of another one that was stored since, though that one has its number', async () => {
    const planId = await grant('a');
    await stored(planId);
    await lose();
    await stored(await grant('b'));
    expect(await registry().recordDuplicate(planOf(planId, 'a'), entryOf(planId), NOON)).toBe(false);
    expect(await registry().objectState('late')).toBeUndefined();
  });
});

describe('recordStored, of what an object brings', () => {
  const UNREAD = { header: 'start', lines: [{ reason: 'no-number' as const, line: 'x' }] };

  async function overflowing() {
    await registry().setExporterLimit(1);
    const exporters = [exporter('1/vpc-a'), exporter('1/vpc-b', 'overflow')];
    const granted = await registry().grantPlan(proposal({ exporters }), NOON);
    return (granted as { plan: { id: number } }).plan.id;
  }

  it('counts the records of each exporter once, however often it is noted', async () => {
    const planId = await overflowing();
    for (let i = 0; i < 2; i++) {
      await stored(planId, { exporters: { '1/vpc-a': 3, '1/vpc-b': 5 }, unread: UNREAD as StoredObject['unread'] });
    }
    const { exporters, overflow } = await registry().exporterOverview(NOON);
    expect(exporters).toMatchObject([{ id: '1/vpc-a', records: 3 }]);
    expect(overflow.exporters).toMatchObject([{ id: '1/vpc-b', records: 5 }]);
    expect(await registry().listUnread()).toMatchObject([{ key: 'k', lines: 1 }]);
  });

  it('notes the object in the ledger and when its source last had one', async () => {
    const settings = { name: 'a', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };
    const source = await registry().addSource(settings, NOON - 1);
    await registry().addSource({ ...settings, name: 'other' }, NOON - 1);
    const planId = await overflowing();
    const entry = { sourceId: source.id, key: 'k', etag: 'e', size: 1000, state: 'stored' as const, planId };
    await stored(planId, { entry });
    expect(await registry().lookUpListed(source.id, ['k'], NOON)).toEqual({ k: { state: 'stored', etag: 'e' } });
    expect((await registry().listSources()).map(({ lastObject }) => lastObject)).toEqual([NOON, undefined]);
  });

  it('notes nothing when its points went to a store that is filled no more', async () => {
    const planId = await overflowing();
    expect(
      await stored(planId, {
        storeId: 'another',
        exporters: { '1/vpc-a': 3 },
        hours: [{ hour: NOON + 3600, records: 1 }],
      })
    ).toBe('elsewhere');
    expect((await registry().findPlan('a.log.gz'))?.isStored).toBe(false);
    expect(await registry().lookUpListed('src-1', ['k'], NOON)).toEqual({});
    expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
  });
});

describe('a store that was dropped', () => {
  it('lets what was in conflict with its content be judged anew, but for files and dismissed notices', async () => {
    const settings = { name: 'a', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };
    const { id } = await registry().addSource(settings, NOON);
    const note = (sourceId: string, key: string, reason: string) =>
      registry().setLedgerEntry({ sourceId, key, etag: 'e', size: 1, state: 'quarantined', reason }, NOON);
    await note(id, 'a', 'conflict');
    await note(id, 'b', 'unfinished-conflict');
    await note(id, 'c', 'empty');
    await note(id, 'd', 'conflict');
    await note(id, 'f', 'owners-forgotten');
    await note('import', 'e', 'conflict');
    await registry().dismissQuarantined({ keys: ['d'], source: undefined }, NOON);
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    await registry().fillStore(storeId, undefined, NOON + 1);
    const known = await registry().lookUpListed(id, ['a', 'b', 'c', 'd', 'f'], NOON);
    expect(Object.values(known).map(({ state }) => state)).toEqual([
      'refused',
      'refused',
      'quarantined',
      'quarantined',
      'refused',
    ]);
    expect(await registry().lookUpListed('import', ['e'], NOON)).toMatchObject({ e: { state: 'quarantined' } });
  });
});

describe('recordDuplicate', () => {
  it('notes nothing once the store with its twin was dropped', async () => {
    const { plan } = (await registry().grantPlan(proposal(), NOON)) as { plan: Plan };
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    await stored(plan.id);
    const entry = { sourceId: 'src-1', key: 'copy', etag: 'e', size: 1000, state: 'stored' as const, planId: plan.id };
    expect(await registry().recordDuplicate(plan, entry, NOON)).toBe(true);
    expect(await registry().lookUpListed('src-1', ['copy'], NOON)).toEqual({ copy: { state: 'stored', etag: 'e' } });
    await registry().fillStore(storeId, undefined, NOON);
    expect(await registry().recordDuplicate(plan, { ...entry, key: 'later' }, NOON)).toBe(false);
    expect(await registry().objectState('later')).toBeUndefined();
  });
});

describe('the exporters of a source', () => {
  const collect = async (
    name: string,
    sourceId: string,
    state: 'stored' | 'deleted' | 'quarantined',
    ...ids: string[]
  ) => {
    const exporters = ids.map((id) => exporter(id));
    const granted = await registry().grantPlan(proposal({ identity: name, sha256: hashOf(name), exporters }), NOON);
    const planId = (granted as { plan: { id: number } }).plan.id;
    await registry().setLedgerEntry({ sourceId, key: name, etag: 'e', size: 1, state, planId }, NOON);
  };

  it('are counted once each, from what was collected of this source', async () => {
    expect(await registry().sourceExporters('src-1')).toBe(0);
    await collect('a', 'src-1', 'deleted', '1/vpc-1', '1/vpc-2');
    await collect('b', 'src-1', 'stored', '1/vpc-2', '1/vpc-3');
    await collect('c', 'src-1', 'quarantined', '1/vpc-4');
    await collect('d', 'src-2', 'deleted', '1/vpc-5');
    expect(await registry().sourceExporters('src-1')).toBe(3);
  });

  it('leave out those whose records are dropped, and what only older objects had', async () => {
    await registry().grantPlan(proposal(), NOON);
    await registry().enableExporters([VPC], false);
    const dropped = proposal({ identity: 'x', sha256: hashOf('x'), exporters: [exporter(VPC, 'drop')] });
    const { plan } = (await registry().grantPlan(dropped, NOON)) as { plan: { id: number } };
    await stored(plan.id);
    expect(await registry().sourceExporters('src-1')).toBe(0);

    await collect('old', 'src-3', 'deleted', '1/vpc-old');
    await collect('new', 'src-3', 'deleted', '1/vpc-new');
    const planId = (await registry().findPlan('new'))!.id;
    for (let n = 0; n < 499; n++) {
      await registry().setLedgerEntry(
        { sourceId: 'src-3', key: `k${n}`, etag: 'e', size: 1, state: 'deleted', planId },
        NOON
      );
    }
    expect(await registry().sourceExporters('src-3')).toBe(1);
  });
});
