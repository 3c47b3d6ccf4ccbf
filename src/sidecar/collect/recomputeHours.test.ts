import { influxForTests } from '../testing/influx';
import { hashOf, proposal, registryForTests } from '../testing/registry';
import type { InfluxClient } from '../store/influx';
import { totalQuery } from '../../reports/queries';
import type { Registry } from '../registry/registry';
import { readBoundary } from '../store/schema';
import { finishHours, keepHours, moveBoundary, recomputeDirtyHours } from './recomputeHours';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
const HOUR = NOW - (NOW % 3600) - 3600;
const DAY = 86_400;

const mark = (identity: string, ...hours: number[]) =>
  registry().grantPlan(proposal({ identity, sha256: hashOf(identity), hours }), NOW);
const write = (client: InfluxClient, time: number, offset: number) =>
  client.write('minute', `flow_source,src=a bytes=1i,packets=1i,flows=1i ${time}00000000${offset}`);
/** All that was acknowledged shows at once, as in InfluxDB. */
const shown = () => Promise.resolve();
const flows = async (client: InfluxClient) =>
  (await client.query('SELECT sum("flows") AS "n" FROM "hour"."flow_source"'))[0]?.n ?? 0;

describe('recomputeDirtyHours', () => {
  it('brings every dirty hour up to its minutes, once', async () => {
    const client = await database();
    await write(client, HOUR, 1);
    await write(client, HOUR - 3600, 1);
    await mark('a', HOUR, HOUR - 3600);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(2);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(0);
    expect(await flows(client)).toBe(2);
  });

  it('leaves an hour alone whose minutes are being forgotten, and recomputes it if the clock was wrong', async () => {
    const client = await database();
    await write(client, HOUR, 1);
    await mark('a', HOUR);
    expect(await recomputeDirtyHours(registry(), client, () => NOW + 8 * DAY)).toBe(0);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(1);
    expect(await flows(client)).toBe(1);
  });

  it('leaves an hour alone from the moment on that its first minute may be gone', async () => {
    const client = await database();
    await write(client, HOUR, 1);
    await mark('a', HOUR);
    expect(await recomputeDirtyHours(registry(), client, () => HOUR + 7 * DAY)).toBe(0);
    expect(await recomputeDirtyHours(registry(), client, () => HOUR + 7 * DAY - 1)).toBe(1);
  });

  it('keeps an hour dirty whose recomputation failed', async () => {
    const { settings } = await database();
    const down = { settings, shown, queryInto: () => Promise.reject(new Error('down')) } as unknown as InfluxClient;
    await mark('a', HOUR);
    await expect(recomputeDirtyHours(registry(), down, () => NOW)).rejects.toThrow('down');
    expect(await registry().dirtyHours()).toHaveLength(1);
  });

  it('takes in points that come during a recomputation the next time', async () => {
    const client = await database();
    await write(client, HOUR, 1);
    await mark('a', HOUR);
    let late: Promise<unknown> | undefined;
    const slow = {
      settings: client.settings,
      shown,
      queryInto: async (policy: string, influxql: string) => {
        await client.queryInto(policy, influxql);
        late ??= write(client, HOUR, 2).then(() => mark('b', HOUR));
        await late;
      },
    } as unknown as InfluxClient;
    await recomputeDirtyHours(registry(), slow, () => NOW);
    expect(await recomputeDirtyHours(registry(), client, () => NOW)).toBe(1);
    expect(await flows(client)).toBe(2);
  });

  it('stops between hours when it is told to', async () => {
    const client = await database();
    await mark('a', HOUR);
    expect(await recomputeDirtyHours(registry(), client, () => NOW, { signal: AbortSignal.abort() })).toBe(0);
    expect(await registry().dirtyHours()).toHaveLength(1);
  });
});

/** `serve`, minute by minute, over times of its own: objects come, hours are kept, and a long range is asked. */
describe('keepHours', () => {
  const MINUTE = 60;
  const START = NOW - (NOW % 3600) - 12 * 3600;
  let client: InfluxClient;
  let time: number;
  let objects: number;
  /** Records stored so far, and recomputations by hour. */
  let truth: number;
  let recomputed: Map<number, number>;
  let counting: InfluxClient;

  beforeEach(async () => {
    client = await database();
    await registry().fillStore(undefined, undefined, NOW);
    time = START;
    objects = truth = 0;
    recomputed = new Map();
    counting = {
      settings: client.settings,
      write: client.write.bind(client),
      query: client.query.bind(client),
      shown,
      queryInto: (policy: string, influxql: string, timeout?: number) => {
        const hour = Number(/INTO "hour"."flow_source".* time >= (\d+)s/.exec(influxql)?.[1] ?? NaN);
        recomputed.set(hour, (recomputed.get(hour) ?? 0) + 1);
        return client.queryInto(policy, influxql, timeout);
      },
    } as unknown as InfluxClient;
  });

  const times = (hour: number) => recomputed.get(hour) ?? 0;

  /** An object with records of one time arrives, and is stored. */
  async function arrives(at: number, records: number): Promise<void> {
    const identity = `${++objects}`;
    const hour = at - (at % 3600);
    const { plan } = (await registry().grantPlan(
      proposal({ identity, sha256: hashOf(identity), hours: [hour] }),
      time
    )) as {
      plan: { id: number };
    };
    const offset = String(objects).padStart(9, '0');
    await client.write('minute', `flow_source,src=a bytes=1i,packets=1i,flows=${records}i ${at}${offset}`);
    truth += records;
    const { storeId } = await registry().filledStore();
    const entry = { sourceId: 's', key: identity, etag: 'e', size: 1, state: 'stored' as const, planId: plan.id };
    const object = { planId: plan.id, storeId: storeId!, hours: [{ hour, records }], exporters: {}, entry };
    await registry().recordStored(object, time);
  }

  const pass = () => keepHours(registry(), counting, () => time);

  /** Flows of a long range, as dashboards and `flowscope report` read it. */
  async function longRange(): Promise<number> {
    const boundary = (await readBoundary(client)) ?? 0;
    const scope = { boundary: `${boundary}000`, from: `${START - 20 * 3600}000`, to: `${time + 3600}000`, where: [] };
    return Number((await client.query(totalQuery('flow_source', scope, 'flows')))[0]?.flows ?? 0);
  }

  async function minutes(count: number, each: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    for (let minute = 0; minute < count; minute++, time += MINUTE) {
      await each();
      await pass();
    }
  }

  it('recomputes an hour once nothing came to it for 15 minutes, and never the one that has begun; no sum is ever behind', async () => {
    await minutes(210, async () => {
      // Ten minutes after its traffic, as flow logs do.
      await arrives(time - 10 * MINUTE, 1000);
      await pass();
      expect(await longRange()).toBe(truth);
      // Its last object came ten minutes after its end.
      const isOver = (hour: number) => time >= hour + 3600 + 24 * MINUTE;
      [START, START + 3600, START + 7200, START + 10800].forEach((hour) =>
        expect({ hour, times: times(hour) }).toEqual({ hour, times: isOver(hour) ? 1 : 0 })
      );
    });
    expect(times(START)).toBe(1);
    expect(times(START + 3600)).toBe(1);
    expect(await readBoundary(client)).toBe(START + 10800);
  });

  it('reads a little late data of the last six hours from minutes at once, and recomputes its hour within half an hour', async () => {
    await arrives(START, 5000);
    time = START + 3600 + 15 * MINUTE;
    await pass();
    expect([times(START), await readBoundary(client)]).toEqual([1, START + 3600]);
    time += 10 * MINUTE;
    await arrives(START + 60, 4);
    await pass();
    expect([times(START), await readBoundary(client), await longRange()]).toEqual([1, START, 5004]);
    await minutes(30);
    expect(times(START)).toBe(1);
    await minutes(1);
    expect([times(START), await longRange(), await flows(client)]).toEqual([2, 5004, 5004]);
    expect(await readBoundary(client)).toBe(START + 3600);
  });

  it('waits for late data, and recomputes an hour to which more and more comes an hour after its end', async () => {
    await arrives(START, 5000);
    time = START + 3600;
    await minutes(60, async () => {
      await arrives(START + objects, 10);
      expect([times(START), await longRange()]).toEqual([0, truth]);
    });
    await minutes(1);
    expect([times(START), await longRange()]).toEqual([1, truth]);
  });

  it('recomputes an hour for much late data after five minutes', async () => {
    await arrives(START, 5000);
    time = START + 3600 + 15 * MINUTE;
    await pass();
    await arrives(START + 60, 300);
    await minutes(5);
    expect([times(START), await longRange()]).toEqual([1, 5300]);
    await minutes(1);
    expect([times(START), await flows(client)]).toEqual([2, 5300]);
  });

  it('recomputes old hours of a backlog once each, not after each object, and all of them in the end', async () => {
    time = START + 10 * 3600;
    await pass();
    const backlog = [START, START + 3600];
    for (const hour of backlog) {
      await minutes(10, () => arrives(hour + objects, 1000));
    }
    await minutes(6);
    expect(backlog.map(times)).toEqual([1, 1]);
    expect(await registry().dirtyHours()).toEqual([]);
    expect([await longRange(), await flows(client)]).toEqual([truth, truth]);
    // It never went back for them: a long range reads no more than six hours of minutes.
    expect(await readBoundary(client)).toBe(START + 10 * 3600);
  });

  it('recomputes an old hour every half hour at most while more and more comes to it', async () => {
    time = START + 10 * 3600;
    await minutes(89, () => arrives(START + objects, 1000));
    expect(times(START)).toBe(2);
    await minutes(31);
    expect([times(START), await flows(client)]).toEqual([3, truth]);
  });

  it('goes on after an end between recomputing and noting it: sums and boundary are right all the time', async () => {
    await arrives(START, 5000);
    time = START + 3600 + 15 * MINUTE;
    const killed: Registry = { ...registry(), markHourClean: () => Promise.reject(new Error('killed')) };
    await expect(keepHours(killed, counting, () => time)).rejects.toThrow('killed');
    expect([await readBoundary(client), await longRange()]).toEqual([START, 5000]);
    await pass();
    expect([times(START), await readBoundary(client), await longRange()]).toEqual([2, START + 3600, 5000]);
  });

  it('does not pass hours that were never recomputed, however long nothing ran', async () => {
    await arrives(START, 5000);
    await pass();
    time = START + 10 * 3600;
    const down = {
      ...counting,
      shown,
      queryInto: () => Promise.reject(new Error('down')),
    };
    await expect(keepHours(registry(), down as unknown as InfluxClient, () => time)).rejects.toThrow('down');
    expect([await readBoundary(client), await longRange()]).toEqual([START, 5000]);
    await pass();
    expect([await readBoundary(client), await longRange()]).toEqual([START + 9 * 3600, 5000]);
  });

  it('takes part in the hour that has begun when a command ends, and reads it from minutes once more is collected', async () => {
    await arrives(START + 60, 5000);
    await finishHours(registry(), counting, () => time);
    expect([await flows(client), await longRange(), await readBoundary(client)]).toEqual([5000, 5000, START + 7200]);
    await moveBoundary(registry(), client, time);
    await arrives(START + 120, 7);
    expect([await longRange(), await readBoundary(client)]).toEqual([5007, START - 3600]);
  });

  describe('a command beside no serve', () => {
    const begin = () => moveBoundary(registry(), client, time, 'unfinished');

    /** What was collected five days ago is in `hour`, and nothing since then. */
    async function pause(): Promise<void> {
      await arrives(START, 5);
      await finishHours(registry(), client, () => time);
      time += 5 * 24 * 3600;
    }

    it('that is killed leaves what it stored in minute, where long ranges read it', async () => {
      await pause();
      await begin();
      await arrives(START + 24 * 3600, 6);
      await arrives(time - 60, 7);
      expect(await longRange()).toBe(truth);
      // The next one begins.
      await begin();
      expect(await longRange()).toBe(truth);
    });

    it('that is killed after late data leaves that to be read once the next one begins', async () => {
      await pause();
      await begin();
      await arrives(START + 60, 8);
      await begin();
      expect(await longRange()).toBe(truth);
      await finishHours(registry(), client, () => time);
      expect([await longRange(), await flows(client)]).toEqual([truth, truth]);
    });

    it.each(['is stopped', 'cannot recompute an hour'])(
      'that %s has long ranges read the rest from minute',
      async (what) => {
        await pause();
        await begin();
        await arrives(START + 60, 8);
        await arrives(time - 60, 7);
        const failing = {
          ...{ settings: client.settings, write: client.write.bind(client), query: client.query.bind(client) },
          shown,
          queryInto: () => Promise.reject(new Error('down')),
        } as unknown as InfluxClient;
        const signal = what === 'is stopped' ? AbortSignal.abort() : undefined;
        await finishHours(registry(), failing, () => time, { signal }).catch(() => undefined);
        expect(await longRange()).toBe(truth);
      }
    );
  });

  it('shows late data while hours of a backlog are recomputed, not after the last of them', async () => {
    time = START + 5 * 3600;
    await pass();
    for (let hour = 8; hour <= 10; hour++) {
      await arrives(START - hour * 3600, 1);
    }
    time += 31 * MINUTE;
    const seen: number[] = [];
    const watching = {
      ...{ settings: client.settings, write: client.write.bind(client), query: client.query.bind(client) },
      shown,
      queryInto: async (policy: string, influxql: string, timeout?: number) => {
        if (influxql.includes('INTO "hour"."flow_source"')) {
          seen.push(await longRange());
          if (seen.length === 1) {
            await arrives(START + 3 * 3600, 100);
          }
        }
        return client.queryInto(policy, influxql, timeout);
      },
    } as unknown as InfluxClient;
    await keepHours(registry(), watching, () => time);
    // The hours of the backlog one after the other; the late data from the second on.
    expect(seen).toEqual([0, 101, 102]);
    expect(await longRange()).toBe(truth);
  });
});
