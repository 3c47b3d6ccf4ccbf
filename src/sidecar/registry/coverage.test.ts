import { exporter, hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { COVERAGE_SECONDS, type Covered } from './coverage';
import { FACT_BATCH_SIZE, parseFacts } from './ownerFacts';

const registry = registryForTests();

const MINUTE = 60;
const ID = '111122223333/vpc-1';
const covered = (since: number, changes: Partial<Covered> = {}): Covered => ({
  ...{ interface: 'eni-1', action: 'ACCEPT', since, exporter: ID },
  ...changes,
});

let objects = 0;

/** Stores an object with these egress records at `now`. */
async function store(found: readonly Covered[], now: number, id = ID): Promise<void> {
  const name = `object ${objects++}`;
  const { [id]: decision } = await registry().decideExporters([id], now);
  const wanted = proposal({ identity: name, sha256: hashOf(name), exporters: [exporter(id, decision)] });
  const { plan } = (await registry().grantPlan(wanted, now)) as { plan: { id: number } };
  const storeId = await registry().fillStore(undefined, undefined, now);
  const entry = { sourceId: 'src-1', key: name, etag: 'e', size: 1, state: 'stored' as const };
  await registry().recordStored(
    { planId: plan.id, storeId, hours: [], exporters: { [id]: 5 }, covered: found, entry },
    now
  );
}

async function close(now: number): Promise<void> {
  while (await registry().closeCoverage(now)) {
    // Goes on until nothing is left.
  }
}

let version = NOON + 1e6;
/** What is covered by now: interface, action, from and until. */
async function coverage(): Promise<unknown[]> {
  const page = await registry().ownerFacts(await registry().ownerVersion((version += MINUTE)), 0, 10_000);
  return [...parseFacts(page!)].map((fact) =>
    fact.kind === 'covered' ? [fact.interface, fact.action, fact.since, fact.until] : fact
  );
}

it('begins with the first egress record, by interface and action', async () => {
  await store(
    [covered(NOON - 300), covered(NOON - 240, { action: 'REJECT' }), covered(NOON, { interface: 'eni-2' })],
    NOON
  );
  expect(await coverage()).toEqual([
    ['eni-1', 'ACCEPT', NOON - 300, undefined],
    ['eni-1', 'REJECT', NOON - 240, undefined],
    ['eni-2', 'ACCEPT', NOON, undefined],
  ]);
});

it('is known once: later records change nothing', async () => {
  await store([covered(NOON - 300)], NOON);
  await coverage();
  const before = await registry().newestOwnerVersion();
  await store([covered(NOON)], NOON + 300);
  await coverage();
  expect(await registry().newestOwnerVersion()).toBe(before);
});

it.each<[string, number, number]>([
  ['that adjoin extend it', NOON - 300 - COVERAGE_SECONDS, NOON - 300 - COVERAGE_SECONDS],
  [
    'with a gap behind them do not: what was between may not have been collected',
    NOON - 301 - COVERAGE_SECONDS,
    NOON - 300,
  ],
])('earlier records %s', async (_case, earlier, since) => {
  await store([covered(NOON - 300)], NOON);
  await store([covered(earlier)], NOON);
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', since, undefined]]);
});

it('does not begin with old records alone, such as those of an import', async () => {
  await store([covered(NOON - 3601)], NOON);
  expect(await coverage()).toEqual([]);
  await store([covered(NOON - 3600)], NOON);
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 3600, undefined]]);
});

it('needs a value that a statement can hold', async () => {
  await store([covered(NOON, { action: 'NOT AN ACTION' })], NOON);
  expect(await coverage()).toEqual([]);
});

describe('an exporter of which nothing is stored for half an hour', () => {
  const last = NOON + 300;
  beforeEach(async () => {
    await store([covered(NOON - 300)], NOON);
    // Without egress records: it is the exporter that must not stand still.
    await store([], last);
  });

  it('is covered until it was last stored', async () => {
    await close(last + COVERAGE_SECONDS - 1);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, undefined]]);
    await close(last + COVERAGE_SECONDS);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, last]]);
  });

  it('is covered again with the next fresh records, but not in between', async () => {
    await close(last + COVERAGE_SECONDS);
    const late = last + 2 * COVERAGE_SECONDS;
    await store([covered(last + 600)], late);
    await store([covered(last - 200)], late);
    expect(await coverage()).toEqual([
      ['eni-1', 'ACCEPT', NOON - 300, last],
      ['eni-1', 'ACCEPT', last, undefined],
    ]);
  });

  it('does not end the coverage of another one', async () => {
    await store([covered(last, { interface: 'eni-9', exporter: '1/vpc-9' })], last + COVERAGE_SECONDS, '1/vpc-9');
    await close(last + COVERAGE_SECONDS);
    expect(await coverage()).toEqual([
      ['eni-9', 'ACCEPT', last, undefined],
      ['eni-1', 'ACCEPT', NOON - 300, last],
    ]);
  });
});

it('ends when its exporter is disabled, whose records are dropped from then on', async () => {
  await store([covered(NOON - 300)], NOON);
  await registry().enableExporters([ID], false);
  await store([], NOON + 60);
  await close(NOON + 120);
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, NOON]]);
});

it('goes on under another exporter, when EC2 says where the interface is', async () => {
  await store([covered(NOON - 300, { exporter: '1/eni-1' })], NOON, '1/eni-1');
  await store([covered(NOON)], NOON + COVERAGE_SECONDS);
  await close(NOON + COVERAGE_SECONDS);
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, undefined]]);
});

it('of many interfaces ends in batches', async () => {
  const many = Array.from({ length: FACT_BATCH_SIZE + 1 }, (_, i) => covered(NOON - 300, { interface: `eni-${i}` }));
  await store(many, NOON);
  expect(await registry().closeCoverage(NOON + COVERAGE_SECONDS)).toBe(true);
  const isOpen = (one: unknown) => (one as unknown[])[3] === undefined;
  expect((await coverage()).filter(isOpen)).toHaveLength(1);
  await close(NOON + COVERAGE_SECONDS);
  expect((await coverage()).filter(isOpen)).toHaveLength(0);
});
