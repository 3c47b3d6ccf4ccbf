import { gzipSync } from 'node:zlib';
import { parseFacts } from '../../registry/ownerFacts';
import type { Registry } from '../../registry/registry';
import type { InfluxClient } from '../../store/influx';
import { collectorForTests, objectWith } from '../../testing/collector';
import { influxForTests } from '../../testing/influx';
import { V2_MEASUREMENTS } from '../../testing/measurements';
import { registryForTests } from '../../testing/registry';
import type { ObjectDependencies } from './dependencies';
import type { CollectableObject, ObjectOutcome } from './object';
import { collectObject } from './pipeline';
import { readObject } from './readObject';
import { recomputeDirtyHours } from '../recomputeHours';
import { keepSeriesBudget } from '../seriesBudget';

const registry = registryForTests();
const DAY = 86_400;
const NOW = Math.floor(Date.now() / 1000);
/** All in one hour, so that sums of `hour` are those of whole objects. */
const HOUR = NOW - (NOW % 3600) - 3600;
const COLUMNS =
  'interface-id vpc-id srcaddr dstaddr srcport dstport protocol bytes packets start end action log-status';

interface Traffic {
  /** How long ago it was, seconds. */
  readonly ago?: number;
  readonly interfaces?: readonly string[];
  /** Sources and destinations of each interface in each object; no two objects share any. */
  readonly addresses?: number;
}

/** An object of traffic like no other's, and its bytes. */
function objectOf(number: number, { ago = 0, interfaces = ['eni-1', 'eni-2'], addresses = 30 }: Traffic = {}) {
  const lines: string[] = [];
  let bytes = 0;
  for (const [i, eni] of interfaces.entries()) {
    for (let n = 0; n < addresses; n++) {
      const [src, dst] = [10, 172].map((net) => `${net}.${number}.${i}.${n}`);
      const start = HOUR - ago + 60 * (n % 5);
      const size = 1000 * (number + 1) + n;
      const action = n % 7 === 0 ? 'REJECT' : 'ACCEPT';
      lines.push(`${eni} vpc-1 ${src} ${dst} 50000 ${n} 6 ${size} 1 ${start} ${start + 30} ${action} OK`);
      bytes += size;
    }
  }
  const object = objectWith(gzipSync([COLUMNS, ...lines, ''].join('\n')), `${number}.log.gz`);
  return { object, bytes, flows: lines.length };
}

const collector = (client: InfluxClient, changes: Partial<ObjectDependencies> = {}): ObjectDependencies => ({
  ...collectorForTests(registry(), client, () => NOW),
  ...changes,
});

/** Bytes and flows of each measurement, in `minute` and, recomputed, in `hour`. */
async function sums(client: InfluxClient) {
  await recomputeDirtyHours(registry(), client, () => NOW);
  const all: Record<string, unknown> = {};
  for (const policy of ['minute', 'hour']) {
    for (const name of V2_MEASUREMENTS) {
      const from = `FROM "${policy}"."${name}"`;
      const [row] = await client.query(`SELECT sum("bytes") AS "bytes", sum("flows") AS "flows" ${from}`);
      all[`${policy} ${name}`] = [row?.bytes, row?.flows];
    }
  }
  return all;
}

/** The same of objects, as they should be. */
function truth(objects: ReadonlyArray<{ bytes: number; flows: number }>) {
  const total = (of: 'bytes' | 'flows') => objects.reduce((sum, object) => sum + object[of], 0);
  const names = ['minute', 'hour'].flatMap((policy) => V2_MEASUREMENTS.map((name) => `${policy} ${name}`));
  return Object.fromEntries(names.map((name) => [name, [total('bytes'), total('flows')]]));
}

async function collectAll(objects: ReadonlyArray<{ object: CollectableObject }>, deps: ObjectDependencies) {
  const outcomes: ObjectOutcome[] = [];
  for (const { object } of objects) {
    outcomes.push(await collectObject(object, deps));
  }
  return outcomes;
}

const statesOf = (outcomes: readonly ObjectOutcome[]) => outcomes.map(({ state }) => state);
const OBJECTS = Array.from({ length: 6 }, (_, i) => objectOf(i));
const STORED = OBJECTS.map(() => 'stored');

describe.each([
  ['values of a tag', { INFLUXDB_DATA_MAX_VALUES_PER_TAG: '50' }],
  ['series', { INFLUXDB_DATA_MAX_SERIES_PER_DATABASE: '800' }],
])('a store with a limit on %s', (_limit, env: Record<string, string>) => {
  const database = influxForTests({ INFLUXDB_DATA_INDEX_VERSION: 'inmem', ...env });

  it('takes every object, with fewer names as it refuses more, and sums stay exact', async () => {
    const client = await database();
    expect(statesOf(await collectAll(OBJECTS, collector(client)))).toEqual(STORED);
    expect(await sums(client)).toEqual(truth(OBJECTS));
    expect(await registry().seriesState()).toMatchObject({ topK: 0, isRefused: true });
    // What K was is in the plans: it fell as it had to.
    const plans = await Promise.all(OBJECTS.map(({ object }) => planOf(object, client)));
    expect(plans[0]).toBe(20);
    expect(plans.at(-1)).toBe(0);
    expect([...plans].sort((a, b) => b - a)).toEqual(plans);
  });

  it('takes what goes straight to hours', async () => {
    const client = await database();
    const old = Array.from({ length: 6 }, (_, i) => objectOf(i, { ago: 10 * DAY }));
    expect(statesOf(await collectAll(old, collector(client)))).toEqual(STORED);
    const hours = Object.entries(truth(old)).filter(([name]) => name.startsWith('hour'));
    expect(Object.entries(await sums(client)).filter(([name]) => name.startsWith('hour'))).toEqual(hours);
    expect(await registry().topK()).toBe(0);
  });

  it('takes them from several collectors at the same time', async () => {
    const client = await database();
    const copies = [...OBJECTS, ...OBJECTS, ...OBJECTS.toReversed()];
    const outcomes = await Promise.all(copies.map(({ object }) => collectObject(object, collector(client))));
    expect(new Set(statesOf(outcomes))).toEqual(new Set(['stored', 'duplicate']));
    expect(await sums(client)).toEqual(truth(OBJECTS));
  });

  it.each(['recordSeriesRefusal', 'grantPlan', 'hasUnstoredEntities', 'recordStored'] as const)(
    'takes them after crashes at %s',
    async (operation) => {
      const client = await database();
      for (const { object } of OBJECTS) {
        const collected = () => collectObject(object, collector(client, { registry: crashingAt(operation) }));
        await collected().catch((error: Error) => expect(error.message).toBe('killed'));
        expect(await collectObject(object, collector(client))).toMatchObject({
          state: expect.stringMatching(/^(stored|duplicate)$/) as string,
        });
      }
      expect(await sums(client)).toEqual(truth(OBJECTS));
    }
  );

  it('keeps fewer names for a day, and says so', async () => {
    const client = await database();
    await collectAll(OBJECTS, collector(client));
    const known = { topK: 0, isRefused: true, refusedAt: NOW };
    expect(await keepSeriesBudget(registry(), client, NOW + 60)).toMatchObject(known);
    expect(await keepSeriesBudget(registry(), client, NOW + DAY)).toMatchObject(known);
    expect(await keepSeriesBudget(registry(), client, NOW + DAY + 1)).toMatchObject({ topK: 5, isRefused: false });
  });
});

/** The registry, as its process is killed before that operation is done for the second time. */
function crashingAt(operation: keyof Registry): Registry {
  let times = 0;
  const own = registry();
  const crash = (...args: never[]) =>
    ++times > 1 || operation === 'recordStored'
      ? Promise.reject(new Error('killed'))
      : (own[operation] as (...all: never[]) => unknown)(...args);
  return { ...own, [operation]: crash };
}

/** How many names an object's plan keeps. */
async function planOf(object: CollectableObject, client: InfluxClient): Promise<number> {
  const outcome = await collectObject(object, collector(client));
  expect(outcome.state).toBe('duplicate');
  const { proposal } = await inspect(object, client);
  return (await registry().findPlan(proposal.identity, proposal.sha256))!.terms.topK;
}

async function inspect(object: CollectableObject, client: InfluxClient) {
  const acquire = () => Promise.resolve(Array<number>(256).fill(1));
  const read = await readObject(object, undefined, collector(client), { acquire }, { add: () => undefined });
  if (read.outcome) {
    throw new Error(read.outcome.message);
  }
  return read;
}

describe('a store without room', () => {
  const database = influxForTests({
    INFLUXDB_DATA_INDEX_VERSION: 'inmem',
    INFLUXDB_DATA_MAX_SERIES_PER_DATABASE: '60',
  });

  it('leaves the object where it is, says what to set, and takes it once there is room', async () => {
    const client = await database();
    const filling = Array.from({ length: 59 }, (_, i) => `filling,n=${i} v=1i ${NOW}000000000`);
    await client.write('minute', filling.join('\n'));
    const [first] = OBJECTS;
    const outcome = await collectObject(first.object, collector(client));
    expect(outcome).toMatchObject({ state: 'refused', reason: 'series-limit' });
    expect(outcome.message).toMatch(
      /max-series-per-database.* Set max-series-per-database = 0 and index-version = "tsi1" .*influxdb\.conf, and restart InfluxDB\. The object stays/
    );
    expect(await registry().ledgerCounts('src-1')).toMatchObject([{ state: 'refused', reason: 'series-limit' }]);
    await client.query('DROP MEASUREMENT "filling"');
    expect(await collectObject(first.object, collector(client))).toMatchObject({ state: 'stored' });
    expect(await sums(client)).toEqual(truth([first]));
  });
});

describe('a store without limits', () => {
  const database = influxForTests();

  it('is written to without anything of this', async () => {
    const client = await database();
    await collectAll(OBJECTS, collector(client));
    const [{ points }] = await client.query('SELECT count("flows") AS "points" FROM "minute"."flow_interface"');
    const [{ counted }] = await client.query(
      'SELECT count("flows") AS "counted" FROM "minute"."flow_interface" WHERE "flows" > 0'
    );
    expect(points).toBe(counted);
    expect(await registry().seriesState()).toBeUndefined();
  });

  it('has what its interfaces sent, which is noted as covered', async () => {
    const columns = 'interface-id bytes packets start end action log-status flow-direction';
    const record = (id: string, way: string) => `${id} 10 1 ${NOW - 60} ${NOW - 30} ACCEPT OK ${way}`;
    const text = [columns, record('eni-1', 'egress'), record('eni-2', 'ingress'), ''].join('\n');
    await collectObject(objectWith(gzipSync(text), 'sent.log.gz'), collector(await database()));
    const facts = await registry().ownerFacts(await registry().ownerVersion(NOW), 0, 10);
    expect([...parseFacts(facts!)]).toMatchObject([{ kind: 'covered', interface: 'eni-1', since: NOW - 60 }]);
  });

  it('brings names back at once when its limit was lifted', async () => {
    const client = await database();
    await registry().recordSeriesRefusal(20, NOW);
    expect(await registry().topK()).toBe(5);
    expect(await keepSeriesBudget(registry(), client, NOW)).toMatchObject({ topK: 20, isRefused: false });
  });
});
