import { gzipSync } from 'node:zlib';
import type { Registry } from '../registry/registry';
import type { InfluxClient } from '../store/influx';
import { collectorForTests, objectWith } from '../testing/collector';
import { influxForTests } from '../testing/influx';
import { readRows } from '../testing/influxReader';
import { MEASUREMENTS } from '../rollup/measurements';
import { registryForTests } from '../testing/registry';
import { collectObject } from './object/pipeline';
import { finishHours, recomputeDirtyHours } from './recomputeHours';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
/** The last hour: in the one that has begun counts a line that cannot be read. */
const HOUR = NOW - (NOW % 3600) - 3600;
const COLUMNS =
  'interface-id vpc-id srcaddr dstaddr srcport dstport protocol bytes packets start end action log-status flow-direction';

let client: InfluxClient;
let deps: ReturnType<typeof collectorForTests>;
/** Hours that InfluxDB was asked to sum up. */
let summedByStore: Set<number>;
let watching: InfluxClient;

const beginProcess = () => collectorForTests(registry(), client, () => NOW);

beforeEach(async () => {
  client = await database();
  deps = beginProcess();
  await deps.claim.ensureMayBegin();
  summedByStore = new Set();
  watching = {
    ...{ settings: client.settings, write: client.write.bind(client), query: client.query.bind(client) },
    shown: () => Promise.resolve(),
    queryInto: (policy: string, influxql: string, timeout?: number) => {
      summedByStore.add(Number(/time >= (\d+)s/.exec(influxql)?.[1]));
      return client.queryInto(policy, influxql, timeout);
    },
  } as unknown as InfluxClient;
});

/** An object with records of two hours, one of which is longer than the hour has left, and with one that cannot be read. */
function objectOf(number: number) {
  const lines = Array.from({ length: 30 }, (_, n) => {
    const start = HOUR + 3500 * (n % 2) + n;
    const end = start + (n % 5 === 0 ? 300 : 30);
    const action = n % 7 === 0 ? 'REJECT' : 'ACCEPT';
    return `eni-${n % 3} vpc-1 10.0.0.${n} 10.0.1.${number} 50000 ${n} 6 ${1000 + n} 3 ${start} ${end} ${action} OK egress`;
  });
  return objectWith(gzipSync([COLUMNS, ...lines, 'nonsense', ''].join('\n')), `${number}.log.gz`);
}

const collect = async (number: number, by = deps) => (await collectObject(objectOf(number), by)).state;
const recompute = (by = deps) => recomputeDirtyHours(registry(), watching, () => NOW, { sums: by.hourSums });

/** Each series of `hour` with its points, as InfluxDB has them. */
async function hours() {
  const all: Record<string, unknown> = {};
  for (const { name } of MEASUREMENTS) {
    all[name] = await readRows(client, 'hour', name);
  }
  const quality = await client.query('SELECT * FROM "hour"."flow_quality"');
  return { all, quality };
}

/** What InfluxDB makes of the minutes it has. */
async function hoursOfStore() {
  await client.query('DROP RETENTION POLICY "hour" ON "' + client.settings.database + '"');
  await client.query(`CREATE RETENTION POLICY "hour" ON "${client.settings.database}" DURATION 400d REPLICATION 1`);
  const again = [HOUR, HOUR + 3600].map((hour) => ({ hour, records: 0 }));
  await registry().markHoursDirty(again, NOW);
  await recomputeDirtyHours(registry(), client, () => NOW);
  return hours();
}

describe('an hour that this process stored all of', () => {
  it('gets the very points that InfluxDB would make of its minutes, without reading them', async () => {
    expect(await collect(1)).toBe('stored');
    expect(await collect(2)).toBe('stored');
    expect(await recompute()).toBe(2);
    expect(summedByStore).toEqual(new Set());
    const ours = await hours();
    expect(ours.all.flow_interface).not.toEqual([]);
    expect(ours.quality).not.toEqual([]);
    expect(ours).toEqual(await hoursOfStore());
  });

  it('is written again with what comes late', async () => {
    await collect(1);
    await recompute();
    await collect(2);
    await collect(1);
    expect(await recompute()).toBe(2);
    expect(summedByStore).toEqual(new Set());
    expect(await hours()).toEqual(await hoursOfStore());
  });

  it('is written at the end of a command', async () => {
    await collect(1);
    expect(await finishHours(registry(), watching, () => NOW, { sums: deps.hourSums })).toBe(2);
    expect(summedByStore).toEqual(new Set());
  });

  it('stays dirty when it cannot be written', async () => {
    await collect(1);
    const down = { ...watching, write: () => Promise.reject(new Error('down')) } as unknown as InfluxClient;
    await expect(recomputeDirtyHours(registry(), down, () => NOW, { sums: deps.hourSums })).rejects.toThrow('down');
    expect(await registry().dirtyHours()).toHaveLength(2);
  });
});

describe('InfluxDB sums up an hour', () => {
  const byStore = async (by = deps) => {
    await recompute(by);
    expect(summedByStore).toEqual(new Set([HOUR, HOUR + 3600]));
    expect(await hours()).toEqual(await hoursOfStore());
  };

  it('of which another process stored a part', async () => {
    await collect(1, beginProcess());
    await collect(2);
    await byStore();
  });

  it('of which this process stored nothing', async () => {
    await collect(1);
    await byStore(beginProcess());
  });

  it('that has points of an object which is not stored yet', async () => {
    await collect(1);
    const noted: Registry['recordStored'] = () => Promise.reject(new Error('killed'));
    await expect(collect(2, { ...deps, registry: { ...registry(), recordStored: noted } })).rejects.toThrow('killed');
    await byStore();
    // Once it is stored, its hours are whole.
    summedByStore.clear();
    expect(await collect(2)).toBe('stored');
    await recompute();
    expect(summedByStore).toEqual(new Set());
  });

  it('of a store that another registry has filled', async () => {
    await collect(1);
    await recompute();
    const adopted = { database: client.settings.database, hours: [HOUR, HOUR + 3600] };
    await registry().adoptStore(adopted, { actor: 'ann', now: NOW });
    await byStore();
  });

  it('of a store that was filled before', async () => {
    await collect(1);
    const { storeId } = await registry().filledStore();
    await registry().fillStore(storeId, undefined, NOW);
    await registry().markHoursDirty(
      [HOUR, HOUR + 3600].map((hour) => ({ hour, records: 0 })),
      NOW
    );
    await byStore();
  });

  it('that is marked although nothing is known of it', async () => {
    await registry().markHoursDirty(
      [HOUR, HOUR + 3600].map((hour) => ({ hour, records: 0 })),
      NOW
    );
    await collect(1);
    await byStore();
  });
});
