import { hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON, TERMS } from '../testing/reference/rollUp';
import type { OwnerFact } from '../rollup/owners/facts';
import { FACT_BATCH_SIZE, parseFacts, VERSION_SECONDS } from './ownerFacts';
import { LAPSE_SECONDS } from './ownerRegions';

const registry = registryForTests();

const MINUTE = 60;
const DAY = 86_400;
const PLACE = { vpc: 'vpc-1', subnet: 'subnet-1', instance: '-', account: '111122223333', zone: 'euw1-az1' };
const address = (name: string, since = NOON): OwnerFact => ({
  ...{ kind: 'address', vpc: 'vpc-1', address: name, interface: 'eni-1' },
  since,
});

/** All facts of a version, read by pages of `limit`. */
async function factsOf(version: number, limit = 1000): Promise<OwnerFact[] | undefined> {
  const facts: OwnerFact[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page = await registry().ownerFacts(version, after, limit);
    if (!page) {
      return undefined;
    }
    facts.push(...[...parseFacts(page)].map(({ id: _id, ...fact }) => fact));
    after = page.last;
  }
  return facts;
}

const region = () => registry().askOwnerRegion('shop', 'eu-west-1', NOON);

/** Adds facts to the region, and ends those of these addresses. */
async function change(begun: readonly OwnerFact[], ended: readonly string[] = [], until = NOON): Promise<void> {
  const { id, revision } = await region();
  const known = [...parseFacts(await registry().currentFacts('address', id, 0, 0, 1000))];
  const ending = known.filter((fact) => fact.kind === 'address' && ended.includes(fact.address));
  const changes = [
    ...begun.map((fact) => ({ begun: fact })),
    ...ending.map((fact) => ({ ended: { id: fact.id, since: fact.since, until } })),
  ];
  expect(await registry().changeOwnerFacts({ id, revision }, changes, NOON)).toBe(revision + 1);
}

const plan = async (name: string, owners: number, now = NOON) =>
  registry().grantPlan(proposal({ identity: name, sha256: hashOf(name), terms: { ...TERMS, owners } }), now);

async function store(name: string): Promise<void> {
  const { id: planId } = (await registry().findPlan(name))!;
  const storeId = await registry().fillStore(undefined, undefined, NOON);
  const entry = { sourceId: 'src-1', key: name, etag: 'e', size: 1, state: 'stored' as const };
  expect(await registry().recordStored({ planId, storeId, hours: [], exporters: {}, entry }, NOON)).toBe('stored');
}

async function pruneAll(now: number): Promise<void> {
  while (await registry().pruneOwners(now)) {
    // Goes on until nothing is left.
  }
}

describe('a version of the owner facts', () => {
  it('is 0, without facts, until something is known', async () => {
    expect(await registry().ownerVersion(NOON)).toBe(0);
    expect(await factsOf(0)).toEqual([]);
  });

  it('says all kinds of facts as they were given', async () => {
    const facts: OwnerFact[] = [
      address('10.0.0.1'),
      { kind: 'address', vpc: '-', address: '2001:db8::/80', interface: 'eni-1', since: 5, until: NOON },
      { kind: 'interface', interface: 'eni-1', ...PLACE, passes: 'nat', since: 0 },
      { kind: 'vpc', vpc: 'vpc-1', cidr: '10.0.0.0/16', since: 0, until: 7 },
    ];
    await change(facts);
    expect(await factsOf(await registry().ownerVersion(NOON))).toEqual(facts);
  });

  it('is made at once at first, then at most once a minute, and only when something has changed', async () => {
    await change([address('10.0.0.1')]);
    expect(await registry().ownerVersion(NOON)).toBe(1);
    expect(await registry().ownerVersion(NOON + DAY)).toBe(1);
    await change([address('10.0.0.2')]);
    expect(await registry().ownerVersion(NOON + DAY)).toBe(2);
    await change([address('10.0.0.3')]);
    expect(await registry().ownerVersion(NOON + DAY + VERSION_SECONDS - 1)).toBe(2);
    expect(await registry().newestOwnerVersion()).toBe(2);
    expect(await registry().ownerVersion(NOON + DAY + VERSION_SECONDS)).toBe(3);
  });

  it('is made although the clock was ahead before', async () => {
    await change([address('10.0.0.1')]);
    await registry().ownerVersion(NOON + DAY);
    await change([address('10.0.0.2')]);
    expect(await registry().ownerVersion(NOON)).toBe(2);
  });

  it('stays as it was whatever changes afterwards, on every page', async () => {
    await change([address('10.0.0.1'), address('10.0.0.2'), address('10.0.0.3')]);
    const first = await registry().ownerVersion(NOON);
    await change([address('10.0.0.4')], ['10.0.0.2'], NOON + 9);
    const second = await registry().ownerVersion(NOON + MINUTE);
    await change([address('10.0.0.5')], ['10.0.0.1'], NOON + 9);
    const known = ['1', '2', '3'].map((n) => address(`10.0.0.${n}`));
    expect(await factsOf(first, 1)).toEqual(known);
    const ended = { ...address('10.0.0.2'), until: NOON + 9 };
    expect(await factsOf(second, 2)).toEqual([known[0], known[2], address('10.0.0.4'), ended]);
  });

  it('leaves out what was changed back before it was made, and what holds for no time', async () => {
    await change([address('10.0.0.1'), address('10.0.0.2')]);
    await change([], ['10.0.0.1'], NOON + 5);
    await change([], ['10.0.0.2'], NOON);
    expect(await factsOf(await registry().ownerVersion(NOON))).toEqual([{ ...address('10.0.0.1'), until: NOON + 5 }]);
  });
});

describe('changes of a region', () => {
  it('are refused when another process was faster', async () => {
    const before = await region();
    await change([address('10.0.0.1')]);
    expect(await registry().changeOwnerFacts(before, [{ begun: address('10.0.0.1') }], NOON)).toBeUndefined();
    expect(await factsOf(await registry().ownerVersion(NOON))).toHaveLength(1);
  });

  it('give what they name a row among the entities, before any version has them', async () => {
    const facts: OwnerFact[] = [
      { kind: 'interface', interface: 'eni-1', ...PLACE, passes: 'no', since: 0 },
      { kind: 'vpc', vpc: 'vpc-2', cidr: '10.0.0.0/16', since: 0 },
    ];
    await change(facts);
    const entities = await registry().listEntities();
    expect(entities.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'account 111122223333',
      'interface eni-1',
      'subnet subnet-1',
      'vpc vpc-1',
      'vpc vpc-2',
    ]);
  });
});

describe('a region that cannot be read', () => {
  const until = NOON;
  const at = NOON + LAPSE_SECONDS;
  const held: OwnerFact[] = [
    address('10.0.0.1', 5),
    { kind: 'interface', interface: 'eni-1', ...PLACE, passes: 'no', since: 5 },
  ];
  const lapsed = [{ ...held[0], until }, held[1]];

  beforeEach(async () => {
    await change([...held, address('10.0.0.9', NOON)]);
    await registry().recordOwnerReading((await region()).id, NOON);
  });

  it('keeps its addresses for a quarter of an hour, then they end with its last reading', async () => {
    await registry().lapseOwners(at - 1);
    expect(await factsOf(await registry().ownerVersion(NOON))).toEqual([...held, address('10.0.0.9', NOON)]);
    await registry().lapseOwners(at);
    await registry().lapseOwners(at + 1);
    // What was first seen by that reading has held for no time.
    expect(await factsOf(await registry().ownerVersion(at))).toEqual(lapsed);
  });

  it('has them again once it is read, and the versions in between stay as they were', async () => {
    await registry().lapseOwners(at);
    const without = await registry().ownerVersion(at);
    await registry().recordOwnerReading((await region()).id, at + 5);
    const again = await registry().ownerVersion(at + MINUTE);
    expect(await factsOf(again)).toEqual([...held, address('10.0.0.9', NOON)]);
    expect(await factsOf(without)).toEqual(lapsed);
    await registry().lapseOwners(at + MINUTE);
    expect(await registry().ownerVersion(at + DAY)).toBe(again);
  });

  it('does not touch those of another one', async () => {
    const other = await registry().askOwnerRegion('shop', 'us-east-1', NOON);
    const kept = address('10.9.0.1');
    await registry().changeOwnerFacts(other, [{ begun: kept }], NOON);
    await registry().recordOwnerReading(other.id, at);
    await registry().lapseOwners(at);
    expect(await factsOf(await registry().ownerVersion(at))).toEqual([...lapsed, kept]);
  });

  it('loses its addresses for good after seven days, but not where its interfaces are', async () => {
    await registry().lapseOwners(at);
    await registry().askOwnerRegion('shop', 'eu-west-1', NOON + 8 * DAY);
    await pruneAll(NOON + 7 * DAY);
    expect(await factsOf(await registry().ownerVersion(NOON + 7 * DAY))).toEqual(lapsed);
    await pruneAll(NOON + 7 * DAY + 1);
    expect(await factsOf(await registry().ownerVersion(NOON + 8 * DAY))).toEqual([held[1]]);
  });

  it('is forgotten as a whole when nobody asks about it for seven days', async () => {
    await pruneAll(NOON + 7 * DAY);
    expect(await factsOf(await registry().ownerVersion(NOON + 7 * DAY))).toHaveLength(3);
    await pruneAll(NOON + 7 * DAY + 1);
    expect(await factsOf(await registry().ownerVersion(NOON + 8 * DAY))).toEqual([]);
    const anew = await registry().askOwnerRegion('shop', 'eu-west-1', NOON);
    expect(anew).toMatchObject({ lastRead: undefined, revision: 0 });
    // Facts of kept versions still refer to the former number.
    expect(anew.id).toBeGreaterThan(1);
  });
});

describe('a plan', () => {
  it('names a version that is kept, or none; else it is asked for again', async () => {
    await change([address('10.0.0.1')]);
    await registry().ownerVersion(NOON);
    expect(await plan('a', 1)).toMatchObject({ outcome: 'granted', plan: { terms: { owners: 1 } } });
    expect(await plan('b', 0)).toMatchObject({ outcome: 'granted', plan: { terms: { owners: 0 } } });
    await change([address('10.0.0.2')]);
    expect(await plan('c', 2)).toEqual({ outcome: 'changed' });
    expect(await registry().findPlan('a')).toMatchObject({ terms: { owners: 1 } });
  });

  it('keeps its version until it is stored, and all facts of it', async () => {
    await change([address('10.0.0.1')]);
    await registry().ownerVersion(NOON);
    await plan('a', 1);
    await change([address('10.0.0.2')], ['10.0.0.1'], NOON + 5);
    await registry().ownerVersion(NOON + MINUTE);
    await change([address('10.0.0.3')], ['10.0.0.2'], NOON + 5);
    await registry().ownerVersion(NOON + 2 * MINUTE);
    await pruneAll(NOON + DAY);
    expect(await factsOf(1)).toEqual([address('10.0.0.1')]);
    expect(await factsOf(2)).toBeUndefined();
    await store('a');
    await pruneAll(NOON + DAY);
    expect(await factsOf(1)).toBeUndefined();
    expect(await factsOf(3)).toHaveLength(3);
  });

  it.each([
    ['of which a part is left', { address: 'a', isEmpty: false }],
    ['for another one, which is empty', { address: 'b', isEmpty: true }],
  ])('keeps its version though its store was lost %s: points of it may be there', async (_case, place) => {
    await change([address('10.0.0.1')]);
    await registry().ownerVersion(NOON);
    await plan('a', 1);
    await plan('b', 0);
    await store('a');
    await store('b');
    await change([address('10.0.0.2')]);
    await registry().ownerVersion(NOON + MINUTE);
    await pruneAll(NOON + DAY);
    await registry().noteStoreAddress('a');
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    await registry().fillStore(storeId, undefined, NOON, place);
    expect(await registry().findPlan('a')).toMatchObject({ isStored: false, terms: { owners: 1 } });
    expect(await registry().findPlan('b')).toMatchObject({ isStored: false, terms: { owners: 0 } });
    // Whatever the former store lost, nothing of the next one was stored by it.
    await registry().fillStore((await registry().filledStore()).storeId, undefined, NOON, { ...place, isEmpty: true });
    expect(await registry().findPlan('a')).toBeUndefined();
    expect(await registry().findPlan('b')).toMatchObject({ isStored: false, terms: { owners: 0 } });
  });
});

describe('a plan whose store is empty', () => {
  const lose = async () => {
    await registry().noteStoreAddress('a');
    const storeId = await registry().fillStore(undefined, undefined, NOON);
    await registry().fillStore(storeId, undefined, NOON, { address: 'a', isEmpty: true });
  };

  it('is forgotten, so that its object gets a new one with what is known by now', async () => {
    await change([address('10.0.0.1')]);
    await registry().ownerVersion(NOON);
    await plan('a', 1);
    await store('a');
    await change([address('10.0.0.2')]);
    await registry().ownerVersion(NOON + MINUTE);
    await lose();
    expect(await registry().lookUpListed('src-1', ['a'], NOON)).toMatchObject({ a: { state: 'refused' } });
    expect(await registry().findPlan('a')).toBeUndefined();
    expect(await plan('a', 2)).toMatchObject({ outcome: 'granted', plan: { terms: { owners: 2 } } });
  });

  it('stays when it is unfinished: its points may be on their way', async () => {
    await plan('a', 0);
    await lose();
    expect(await registry().findPlan('a')).toMatchObject({ isStored: false });
  });
});

describe('pruning', () => {
  it('keeps a version for a quarter of an hour after the next one was made, however old it is', async () => {
    await change([address('10.0.0.1')]);
    await registry().ownerVersion(NOON);
    await change([address('10.0.0.2')]);
    await registry().ownerVersion(NOON + DAY);
    await pruneAll(NOON + DAY + 15 * MINUTE);
    expect(await factsOf(1)).toEqual([address('10.0.0.1')]);
    await pruneAll(NOON + DAY + 15 * MINUTE + 1);
    expect(await factsOf(1)).toBeUndefined();
    expect(await plan('late', 1)).toEqual({ outcome: 'changed' });
    // The newest stays, and its number is never given again.
    await pruneAll(NOON + 3 * DAY);
    expect(await factsOf(2)).toHaveLength(2);
  });

  it('never leaves a version with some of its facts alone, which a plan could name', async () => {
    const many = Array.from({ length: 2 * FACT_BATCH_SIZE }, (_, i) => address(`10.0.${i >> 8}.${i & 255}`, 5));
    await change(many);
    await registry().ownerVersion(NOON);
    const { id } = await region();
    const known = [...parseFacts(await registry().currentFacts('address', id, 0, 0, many.length))];
    const ends = known.map((fact) => ({ ended: { id: fact.id, since: fact.since, until: NOON } }));
    await registry().changeOwnerFacts(await region(), ends, NOON);
    await registry().ownerVersion(NOON + MINUTE);
    const late = NOON + MINUTE + 15 * MINUTE + 1;
    const kept = new Set<number | undefined>();
    let batches = 0;
    for (let hasMore = true; hasMore; batches++) {
      hasMore = await registry().pruneOwners(late);
      kept.add((await factsOf(1))?.length);
      expect(await plan(`late ${batches}`, 1)).toEqual({ outcome: 'changed' });
    }
    expect(kept).toEqual(new Set([undefined]));
    // The version, its facts in two halves, and one that finds nothing any more.
    expect(batches).toBe(4);
    expect(await factsOf(2)).toHaveLength(many.length);
  });

  it('forgets facts seven days after their end, in a new version, in batches', async () => {
    const many = Array.from({ length: FACT_BATCH_SIZE + 1 }, (_, i) => ({
      ...address(`10.0.${i >> 8}.${i & 255}`, 5),
      until: NOON,
    }));
    await change([...many, address('10.1.0.1')]);
    await registry().ownerVersion(NOON);
    await registry().askOwnerRegion('shop', 'eu-west-1', NOON + 7 * DAY);
    await pruneAll(NOON + 7 * DAY);
    expect(await registry().ownerVersion(NOON + 7 * DAY)).toBe(1);
    expect(await registry().pruneOwners(NOON + 7 * DAY + 1)).toBe(true);
    await pruneAll(NOON + 7 * DAY + 1);
    const next = await registry().ownerVersion(NOON + 7 * DAY + 1);
    expect(await factsOf(next)).toEqual([address('10.1.0.1')]);
    expect(await factsOf(1)).toHaveLength(FACT_BATCH_SIZE + 2);
  });
});

describe('an address by itself', () => {
  const name = async (id: string) =>
    (await registry().listEntities()).find((entity) => entity.kind === 'address' && entity.id === id)?.description;
  const describe = async (id: string, description: string) =>
    registry().describeEntities([{ ...PLACE, kind: 'address', id, description, region: 'eu-west-1' }], NOON);

  it.each(['10.0.0.1', 'vpc-1/10.0.0.1'])('is called as its only owner: %s', async (id) => {
    await change([address('10.0.0.1'), address('10.0.0.2')]);
    await describe(id, 'db');
    await change([], ['10.0.0.2'], NOON + MINUTE);
    expect(await name(id)).toBe('db');
  });

  it.each([
    ['10.0.0.1', NOON + MINUTE],
    ['vpc-1/10.0.0.1', NOON + MINUTE],
    // Seen in one reading alone.
    ['vpc-1/10.0.0.1', NOON],
  ])('names nobody once its owner gave it up, whoever has it later: %s', async (id, until) => {
    await change([address('10.0.0.1')]);
    await describe(id, 'db');
    await registry().markEntitiesStored(
      (await registry().listEntities()).map((entity) => ({ ...entity, name: entity.id }))
    );
    await change([], ['10.0.0.1'], until);
    expect(await registry().hasUnstoredEntities()).toBe(true);
    await change([{ ...address('10.0.0.1', NOON + 5 * MINUTE), interface: 'eni-2' } as OwnerFact]);
    await describe(id, 'web');
    expect(await name(id)).toBeUndefined();
  });

  it('names nobody if it was given up before it was described', async () => {
    await change([address('10.0.0.1')]);
    await change([], ['10.0.0.1'], NOON + MINUTE);
    await describe('vpc-1/10.0.0.1', 'web');
    expect(await name('vpc-1/10.0.0.1')).toBeUndefined();
  });
});
