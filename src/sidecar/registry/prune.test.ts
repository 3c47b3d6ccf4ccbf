import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { LedgerState } from './ledger';
import { LEDGER_SECONDS, PLAN_SECONDS, prune, pruneSomeOwners, PRUNE_BATCH_SIZE } from './prune';

const registry = registryForTests();

const DAY = 86_400;
const known = async (...keys: string[]) => Object.keys(await registry().lookUpListed('src-1', keys, NOON));
const note = (key: string, state: LedgerState, planId?: number) =>
  registry().setLedgerEntry({ sourceId: 'src-1', key, etag: 'e', size: 1, state, planId }, NOON);

async function plan(name: string, now = NOON): Promise<number> {
  const granted = await registry().grantPlan(proposal({ identity: name, sha256: hashOf(name) }), now);
  return (granted as { plan: { id: number } }).plan.id;
}
const isPlanned = async (name: string) => (await registry().findPlan(name)) !== undefined;

it('keeps what a message of SQS may still tell of: it lives for 14 days', () => {
  expect(LEDGER_SECONDS).toBe(15 * DAY);
});

it('keeps plans as long as the policy `hour` keeps data, and a day longer', () => {
  expect(PLAN_SECONDS).toBe((395 + 1) * DAY);
});

describe('a ledger row', () => {
  it.each<LedgerState>(['deleted', 'gone', 'discarded'])('of an object that is %s stays for 15 days', async (state) => {
    await note('a.gz', state);
    await prune(registry(), NOON);
    await prune(registry(), NOON + LEDGER_SECONDS);
    expect(await known('a.gz')).toEqual(['a.gz']);
    await prune(registry(), NOON + LEDGER_SECONDS + 1);
    expect(await known('a.gz')).toEqual([]);
    expect(await registry().ledgerCounts('src-1')).toEqual([]);
  });

  it.each<LedgerState>(['stored', 'not-collected', 'quarantined', 'refused', 'not-read'])(
    'of an object that is %s stays as long as the object',
    async (state) => {
      await note('a.gz', state);
      await prune(registry(), NOON + 10 * PLAN_SECONDS);
      expect(await known('a.gz')).toEqual(['a.gz']);
    }
  );

  it('counts from when the object left, not from when it was collected', async () => {
    await note('a.gz', 'stored');
    await registry().recordDeleted('src-1', ['a.gz'], NOON + 20 * DAY);
    await prune(registry(), NOON + 35 * DAY);
    expect(await known('a.gz')).toEqual(['a.gz']);
    await prune(registry(), NOON + 35 * DAY + 1);
    expect(await known('a.gz')).toEqual([]);
  });
});

describe('a plan', () => {
  it('is known as long as its data, long after its ledger row is gone, and can be granted anew then', async () => {
    await note('x/a', 'deleted', await plan('a'));
    await prune(registry(), NOON + PLAN_SECONDS);
    expect(await known('x/a')).toEqual([]);
    expect(await isPlanned('a')).toBe(true);
    expect(await registry().grantPlan(proposal({ identity: 'a', sha256: 'f'.repeat(64) }), NOON)).toMatchObject({
      outcome: 'conflict',
    });
    await prune(registry(), NOON + PLAN_SECONDS + 1);
    expect(await isPlanned('a')).toBe(false);
    expect(await plan('a', NOON + PLAN_SECONDS + 1)).toBeGreaterThan(0);
  });

  it('stays as long as its object, however old it is', async () => {
    await note('x/a', 'stored', await plan('a'));
    await plan('b');
    await prune(registry(), NOON + 2 * PLAN_SECONDS);
    expect([await isPlanned('a'), await isPlanned('b')]).toEqual([true, false]);
    expect(await known('x/a')).toEqual(['x/a']);
  });
});

it('goes on in batches until all is done, past plans that are needed', async () => {
  const many = PRUNE_BATCH_SIZE * 2 + 1;
  for (let i = 0; i < many; i++) {
    await note(`gone ${i}`, 'gone');
    const id = await plan(`old ${i}`);
    if (i % 2 === 0) {
      await note(`kept ${i}`, 'refused', id);
    }
  }
  await plan('new', NOON + PLAN_SECONDS);
  const batch = jest.fn(registry().pruneBatch);
  await prune({ ...registry(), pruneBatch: batch }, NOON + PLAN_SECONDS + 1);
  expect(batch.mock.calls.length).toBeGreaterThan(4);
  expect(await registry().ledgerCounts('src-1')).toMatchObject([{ state: 'refused', objects: PRUNE_BATCH_SIZE + 1 }]);
  expect(await Promise.all([isPlanned('old 0'), isPlanned('old 1'), isPlanned('new')])).toEqual([true, false, true]);
  expect(await Promise.all([isPlanned(`old ${many - 1}`), isPlanned(`old ${many - 2}`)])).toEqual([true, false]);
});

it('deletes no more rows at a time than a batch has', async () => {
  for (let i = 0; i < PRUNE_BATCH_SIZE + 5; i++) {
    await note(`${i}`, i % 2 ? 'gone' : 'deleted');
  }
  const left = async () => (await registry().ledgerCounts('src-1')).reduce((sum, { objects }) => sum + objects, 0);
  await registry().pruneBatch(NOON + LEDGER_SECONDS + 1, { granted: 0, id: 0 });
  expect(await left()).toBe(5);
  expect(await registry().pruneBatch(NOON + LEDGER_SECONDS + 1, { granted: 0, id: 0 })).toBeUndefined();
  expect(await left()).toBe(0);
});

it('does not take an hour for new that a clock which was ahead made it forget', async () => {
  // Found by npm run simulate: the hour was recomputed from its newest object alone.
  const hours = [{ hour: NOON, records: 1 }];
  await registry().markHoursDirty(hours, NOON, 1);
  const [first] = await registry().dirtyHours();
  expect(first.plans).toBe(1);
  await registry().markHourClean(first, NOON);
  await prune(registry(), NOON + 9 * DAY);
  await registry().markHoursDirty([...hours, { hour: NOON + 10 * DAY, records: 1 }], NOON, 1);
  expect((await registry().dirtyHours()).map(({ plans }) => plans)).toEqual([1, undefined]);
});

it('forgets an hour that gets no more points, once it is clean', async () => {
  const entry = { sourceId: 'src-1', key: 'k', etag: 'e', size: 1, state: 'stored' as const };
  const store = async (planId: number, records: number) => {
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    const hours = [{ hour: NOON, records }];
    await registry().recordStored({ planId, storeId, hours, exporters: {}, entry }, NOON);
    return (await registry().dirtyHours())[0];
  };
  const first = await store(await plan('1'), 100);
  await prune(registry(), NOON + 8 * DAY);
  expect(await registry().dirtyHours()).toEqual([first]);
  await registry().markHourClean(first, NOON);
  await prune(registry(), NOON + 5 * DAY);
  const second = await store(await plan('2'), 7);
  expect(second).toMatchObject({ records: 107, late: 7 });
  await registry().markHourClean(second, NOON);
  await prune(registry(), NOON + 7 * DAY);
  expect(await store(await plan('3'), 3)).toMatchObject({ records: 3, late: 3 });
});

it('forgets an hour that was never recomputed once `hour` has forgotten it, and not before', async () => {
  const retention = 395 * DAY;
  await registry().markHoursDirty([{ hour: NOON, records: 0 }], NOON);
  await prune(registry(), NOON + retention);
  expect(await registry().dirtyHours()).toMatchObject([{ hour: NOON }]);
  await prune(registry(), NOON + retention + 1);
  expect(await registry().dirtyHours()).toEqual([]);
});

it('forgets versions of the owner facts that nobody needs', async () => {
  const region = await registry().askOwnerRegion('shop', 'eu-west-1', NOON);
  const cidr = (name: string) => [{ begun: { kind: 'vpc' as const, vpc: 'vpc-1', cidr: name, since: 0 } }];
  const revision = await registry().changeOwnerFacts(region, cidr('10.0.0.0/16'), NOON);
  await registry().ownerVersion(NOON);
  await registry().changeOwnerFacts({ ...region, revision: revision! }, cidr('10.1.0.0/16'), NOON);
  await registry().ownerVersion(NOON + 60);
  expect(await registry().ownerFacts(1, 0, 10)).toBeDefined();
  await prune(registry(), NOON + DAY);
  expect(await registry().ownerFacts(1, 0, 10)).toBeUndefined();
});

it('begins no further batch once it is to stop', async () => {
  for (let i = 0; i < PRUNE_BATCH_SIZE * 2; i++) {
    await note(`${i}`, 'gone');
  }
  const stop = new AbortController();
  const batch = jest.fn(async (...args: Parameters<ReturnType<typeof registry>['pruneBatch']>) => {
    stop.abort();
    return registry().pruneBatch(...args);
  });
  const owners = jest.fn(registry().pruneOwners);
  await prune({ pruneBatch: batch, pruneOwners: owners }, NOON + LEDGER_SECONDS + 1, stop.signal);
  expect(batch).toHaveBeenCalledTimes(1);
  expect(owners).not.toHaveBeenCalled();
  expect(await registry().ledgerCounts('src-1')).toMatchObject([{ objects: PRUNE_BATCH_SIZE }]);
});

it('by a command comes to its end however much there is', async () => {
  const pruneOwners = jest.fn(() => Promise.resolve(true));
  await pruneSomeOwners({ pruneOwners }, NOON);
  expect(pruneOwners).toHaveBeenCalledTimes(200);
  pruneOwners.mockClear().mockResolvedValue(false);
  await pruneSomeOwners({ pruneOwners }, NOON);
  expect(pruneOwners).toHaveBeenCalledTimes(1);
});
