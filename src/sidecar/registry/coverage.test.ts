import { exporter, hashOf, proposal, registryForTests } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import type { CoveredInterface } from '../rollup/summary';
import { COVERAGE_SECONDS } from './coverage';
import { FACT_BATCH_SIZE, parseFacts } from './ownerFacts';

const registry = registryForTests();

const MINUTE = 60;
const ID = '111122223333/vpc-1';
const covered = (since: number, changes: Partial<CoveredInterface> = {}): CoveredInterface => ({
  ...{ interface: 'eni-1', action: 'ACCEPT', since, until: since, exporter: ID },
  ...changes,
});

let objects = 0;

/** Stores an object with these egress records at `now`. */
async function store(found: readonly CoveredInterface[], now: number, id = ID): Promise<void> {
  const name = `object ${objects++}`;
  const { [id]: decision } = await registry().decideExporters([id], now);
  const wanted = proposal({ identity: name, sha256: hashOf(name), exporters: [exporter(id, decision)] });
  const { plan } = (await registry().grantPlan(wanted, now)) as { plan: { id: number } };
  const storeId = await registry().fillStore(undefined, undefined, now);
  const entry = { sourceId: 'src-1', key: name, etag: 'e', size: 1, state: 'stored' as const };
  await registry().recordStored({ planId: plan.id, storeId, hours: [], exporters: { [id]: 5 }, entry }, now);
  await registry().noteCoverage(found, now);
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

describe('an interface of which no egress record is stored for half an hour', () => {
  const last = NOON + 300;
  /** The ten minutes in which it was last stored, and half an hour. */
  const end = NOON + 10 * MINUTE + COVERAGE_SECONDS;
  beforeEach(async () => {
    await store([covered(NOON - 300)], NOON);
    await store([covered(last - 60, { until: last })], last);
  });

  it('is covered until the end of the ten minutes in which the last one began', async () => {
    await close(end - 1);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, undefined]]);
    await close(end);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, NOON + 600]]);
  });

  it('is covered as long though late records are stored last, or old ones', async () => {
    await store([covered(NOON - 240)], last + 1);
    await store([covered(NOON - 2 * 3600)], last + 2);
    await close(end - 1);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, undefined]]);
    await close(end);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, NOON + 600]]);
  });

  it('is covered no more though its exporter is: its flow log was deleted, or became one of the other action', async () => {
    for (let now = last; now <= end; now += 300) {
      await store([covered(now, { action: 'REJECT' }), covered(now, { interface: 'eni-2' })], now);
    }
    await close(end);
    expect(await coverage()).toEqual([
      ['eni-1', 'REJECT', last, undefined],
      ['eni-2', 'ACCEPT', last, undefined],
      ['eni-1', 'ACCEPT', NOON - 300, NOON + 600],
    ]);
  });

  it('is not kept by old records, such as those of an import', async () => {
    const late = end + 7200;
    await store([covered(late - 3601, { until: late - 3601 })], late);
    await close(late);
    expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, late - 3600]]);
  });

  it('is forgotten seven days later', async () => {
    await close(end);
    const late = NOON + 7 * 86_400 + 601;
    while (await registry().pruneOwners(late)) {
      // Goes on until nothing is left.
    }
    expect(await coverage()).toEqual([]);
  });

  it('is covered again with the next fresh records, but not in between', async () => {
    await close(end);
    const late = end + 600;
    await store([covered(NOON + 500, { until: NOON + 599 })], late);
    await store([covered(NOON + 500, { until: NOON + 700 })], late);
    await store([covered(NOON + 400)], late);
    expect(await coverage()).toEqual([
      ['eni-1', 'ACCEPT', NOON - 300, NOON + 600],
      ['eni-1', 'ACCEPT', NOON + 600, undefined],
    ]);
  });

  it('does not end the coverage of another one', async () => {
    await store([covered(last, { interface: 'eni-9', exporter: '1/vpc-9' })], end, '1/vpc-9');
    await close(end);
    expect(await coverage()).toEqual([
      ['eni-9', 'ACCEPT', last, undefined],
      ['eni-1', 'ACCEPT', NOON - 300, NOON + 600],
    ]);
  });
});

it('is noted once in ten minutes, and kept by later records', async () => {
  await store([covered(NOON)], NOON);
  const before = await coverage();
  await store([covered(NOON + 599)], NOON + 599);
  await close(NOON + 600 + COVERAGE_SECONDS - 1);
  expect(await coverage()).toEqual(before);
  await store([covered(NOON + 600)], NOON + 600 + COVERAGE_SECONDS - 1);
  await close(NOON + 600 + COVERAGE_SECONDS);
  expect(await coverage()).toEqual(before);
});

it('ends at once when its exporter is disabled, whose records are dropped from then on', async () => {
  await store([covered(NOON - 300)], NOON);
  await registry().enableExporters([ID], false);
  await store([], NOON + 60);
  await close(NOON + 120);
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, NOON]]);
});

it('ends at once when the flow log is disabled whose records were noted last, and begins where it ended by those of another', async () => {
  const flowLog = { id: 'fl-a', account: '1', region: 'eu-west-1', columns: [] };
  await registry().grantPlan(proposal({ identity: 'fl-a', sha256: hashOf('fl-a'), flowLog }), NOON);
  await registry().noteCoverage([covered(NOON - 300)], NOON, 'fl-b');
  await registry().noteCoverage([covered(NOON - 240), covered(NOON, { interface: 'eni-2' })], NOON, 'fl-a');
  await registry().enableFlowLogs(['fl-a'], false);
  await close(NOON + 120);
  const ended = ['eni-2', 'ACCEPT', NOON, NOON + 120];
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, NOON], ended]);
  await registry().noteCoverage([covered(NOON - 180, { until: NOON + 60 })], NOON + 180, 'fl-b');
  await close(NOON + 240);
  expect(await coverage()).toEqual([
    ['eni-1', 'ACCEPT', NOON - 300, NOON],
    ended,
    ['eni-1', 'ACCEPT', NOON, undefined],
  ]);
});

it('goes on under another exporter, when EC2 says where the interface is', async () => {
  await store([covered(NOON - 300, { exporter: '1/eni-1' })], NOON, '1/eni-1');
  await store([covered(NOON)], NOON + 60);
  await registry().enableExporters(['1/eni-1'], false);
  await close(NOON + 120);
  expect(await coverage()).toEqual([['eni-1', 'ACCEPT', NOON - 300, undefined]]);
});

it('of many interfaces ends in batches', async () => {
  const many = Array.from({ length: FACT_BATCH_SIZE + 1 }, (_, i) => covered(NOON - 300, { interface: `eni-${i}` }));
  await store(many, NOON);
  const end = NOON + 10 * MINUTE + COVERAGE_SECONDS;
  expect(await registry().closeCoverage(end)).toBe(true);
  const isOpen = (one: unknown) => (one as unknown[])[3] === undefined;
  expect((await coverage()).filter(isOpen)).toHaveLength(1);
  await close(end);
  expect((await coverage()).filter(isOpen)).toHaveLength(0);
});
