import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { backupRegistry } from '../src/sidecar/registry/backup';
import type { Plan, Proposal } from '../src/sidecar/registry/plans';
import { PRUNE_BATCH_SIZE, prune } from '../src/sidecar/registry/prune';
import { startRegistryThread, type Registry } from '../src/sidecar/registry/registry';
import { termsFor } from '../src/sidecar/rollup/terms';
import { ENTITIES, fillRegistry, NOW, PLANS_PER_ROW, SOURCES } from './registryFill';
import type { Report, Row } from './report';
import { median, say, type Bench } from './tools';

const DAY = 86_400;
/** Budgets, milliseconds: how much longer a plan may take while people read, and how long what they read may take. */
const MOST_DELAY = 5;
const MOST_READ = 20;
/** Plans that are found, granted and stored for each row. */
const PLANS = 400;
/** How often each read is measured. */
const READS = 50;

/** What people, their pages and Prometheus read: see `http/collection.ts` and `http/metrics.ts`. */
const WHAT_PEOPLE_READ: Readonly<Record<string, (registry: Registry, example: Example) => Promise<unknown>>> = {
  'ledger in counts, of a source': (registry) => registry.ledgerCounts(SOURCES[0]),
  'all of /metrics': async (registry) => {
    const sources = await registry.listSources();
    return Promise.all(sources.map(({ id }) => registry.ledgerCounts(id)));
  },
  'all of /v1/collection': async (registry) => {
    const sources = await registry.listSources();
    const counts = await Promise.all(sources.map(({ id }) => registry.ledgerCounts(id)));
    return [counts, await registry.seriesState(), await registry.countUnread(), await registry.countQuarantine()];
  },
  'object by its key': (registry, { key }) => registry.objectState(key),
  'object by its file name, with its plan': (registry, { name }) => registry.explainObject(name),
  'quarantine, first page': (registry) => registry.quarantinePage({ limit: 100 }),
  'quarantine, a page in the middle': (registry, { quarantined: after }) =>
    registry.quarantinePage({ after, limit: 100 }),
  'kept lines, first page': (registry) => registry.unreadPage({ limit: 100 }),
  'search for a name that is rare': (registry) => registry.search('web 77123', 20),
  'search for a name that many have': (registry) => registry.search('orders', 20),
  'search for a name that nobody has': (registry) => registry.search('warehouse', 20),
  'search for two letters': (registry) => registry.search('zz', 20),
  'search for an address': (registry) => registry.search('10.1.44.7', 20),
  'search for a network': (registry) => registry.search('10.128.0.0/9', 20),
  'exporters of a source': (registry) => registry.sourceExporters(SOURCES[0]),
  'objects left in a bucket': (registry) => registry.countRemaining(SOURCES[0], NOW),
};

/** Objects to look up. */
interface Example {
  readonly key: string;
  readonly name: string;
  readonly quarantined: { readonly sourceId: string; readonly key: string };
}

/** How long plans take in a registry of {@link Bench.objects} ledger rows, and what is read of it. */
export async function registry(bench: Bench): Promise<Report> {
  const { objects } = bench;
  const folder = join(bench.folder, 'data');
  const sizes = fillRegistry(folder, objects);
  const script = resolve('dist/sidecar/threads.cjs');
  const collector = startRegistryThread(script, folder);
  // As in `serve`, where the API has a thread of its own.
  const people = startRegistryThread(script, folder);
  const storeId = await collector.fillStore(undefined, undefined, NOW);
  const example = await exampleOf(people);
  const rows: Row[] = [];
  try {
    await planTimes(collector, storeId);
    const alone = await planTimes(collector, storeId);
    rows.push({ name: 'plan: found, granted, stored', figures: [...figuresOf(alone), undefined] });
    const whileDoing = async (
      name: string,
      work: (isOver: () => boolean) => Promise<unknown>,
      beforeEach?: (i: number) => void
    ) => {
      say(`registry: plans while ${name}`);
      let isOver = false;
      const done = work(() => isOver);
      const times = await planTimes(collector, storeId, beforeEach);
      isOver = true;
      await done;
      const delay = {
        value: percentile(times, 0.95) - percentile(alone, 0.95),
        unit: 'ms',
        atMost: MOST_DELAY,
      } as const;
      rows.push({ name: `the same while ${name}`, figures: [...figuresOf(times), delay] });
    };
    const reads = Object.values(WHAT_PEOPLE_READ);
    const reading: Array<Promise<unknown>> = [];
    await whileDoing(
      'one of the reads below begins with each plan',
      () => Promise.resolve(),
      (i) => reading.push(reads[i % reads.length](people, example))
    );
    await Promise.all(reading);
    await whileDoing('the registry is pruned', () => prune(collector, NOW + DAY));
    await whileDoing('a backup is made', (isOver) => backUp(bench, folder, isOver));

    for (const [name, read] of Object.entries(WHAT_PEOPLE_READ)) {
      const times = await timesOf(READS, () => read(people, example));
      rows.push({
        name,
        figures: [
          { value: median(times), unit: 'ms', atMost: MOST_READ },
          { value: percentile(times, 0.95), unit: 'ms' },
          undefined,
        ],
      });
    }
  } finally {
    await Promise.all([collector.close(), people.close()]);
  }
  rows.push({
    name: 'file, per million ledger rows',
    figures: [{ value: sizes.ledger / 1e6, unit: 'MB' }, undefined, undefined],
  });
  rows.push({
    name: 'file, per million plans',
    figures: [{ value: sizes.plans / 1e6, unit: 'MB' }, undefined, undefined],
  });
  return {
    name: 'registry',
    title: `${objects.toLocaleString('en')} ledger rows, ${(objects * PLANS_PER_ROW).toLocaleString('en')} plans`,
    columns: ['median', '95 of 100', 'longer than alone'],
    rows,
    notes: [
      `search: among ${ENTITIES.toLocaleString('en')} entities and as many addresses`,
      `plan: ${PLANS} objects one after another, each with the flush to disk of its two transactions`,
      'longer than alone: by the 95th of 100, since a flush takes long now and then whatever else is done',
      `pruning deletes ${PRUNE_BATCH_SIZE} rows at a time; a day's ledger rows were due`,
    ],
  };
}

function figuresOf(times: readonly number[]) {
  return [median(times), percentile(times, 0.95)].map((value) => ({ value, unit: 'ms' as const }));
}

function percentile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)];
}

/** Milliseconds that each of so many calls took, one after another. */
async function timesOf(count: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    await work(i);
    times.push(performance.now() - begin);
  }
  return times;
}

/** Milliseconds for each of some new objects, as collecting asks for them. */
function planTimes(
  collector: Registry,
  storeId: string,
  beforeEach: (i: number) => void = () => undefined
): Promise<number[]> {
  return timesOf(PLANS, async (i) => {
    beforeEach(i);
    const identity = `${randomBytes(20).toString('hex')}.log.gz`;
    const sha256 = randomBytes(32).toString('hex');
    const terms = termsFor(SOURCES[0], { account: '111111111111' } as Parameters<typeof termsFor>[1], 20, NOW);
    await collector.findPlan(identity);
    const proposal: Proposal = {
      sourceId: SOURCES[0],
      identity,
      sha256,
      size: 1,
      terms,
      exporters: [],
      offsets: [1],
      hours: [],
      entities: [],
    };
    const { plan } = (await collector.grantPlan(proposal, NOW)) as { plan: Plan };
    const entry = { sourceId: SOURCES[0], key: identity, etag: '', size: 1, state: 'stored' as const, planId: plan.id };
    await collector.recordStored({ planId: plan.id, storeId, hours: [], exporters: {}, entry }, NOW);
  });
}

async function exampleOf(people: Registry): Promise<Example> {
  const [{ example: key }] = (await people.ledgerCounts(SOURCES[1])).filter(({ state }) => state === 'deleted');
  const total = await people.countQuarantine();
  const page = await people.quarantinePage({ limit: Math.ceil(total / 2) });
  const { sourceId, key: middle } = page!.items.at(-1)!;
  return { key, name: key.slice(key.lastIndexOf('/') + 1), quarantined: { sourceId, key: middle } };
}

/** Makes one backup after another. */
async function backUp(bench: Bench, folder: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await backupRegistry(folder, join(bench.folder, 'backup.sqlite'), true);
  }
}
