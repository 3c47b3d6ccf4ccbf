import { gzipSync } from 'node:zlib';
import { collectorForTests, objectWith } from '../../testing/collector';
import { influxForTests, withServer } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { SERIES_BUDGET } from '../../rollup/seriesBudget';
import { InfluxClient, InfluxError } from '../../store/influx';
import { PointWriter } from '../../store/writer';
import type { Registry } from '../../registry/registry';
import type { ExporterDecisions } from './exporterDecisions';
import type { ObjectDependencies } from './dependencies';
import type { CollectableObject } from './object';
import { collectObject } from './pipeline';

const database = influxForTests();
const registry = registryForTests();

const NOW = Math.floor(Date.now() / 1000);
const NAME = '111122223333_vpcflowlogs_eu-west-1_fl-0a1b2c3d_20260303T1200Z_00000000.log.gz';

function objectOf(bytes: number, key = `a/${NAME}`): CollectableObject {
  const text = `interface-id vpc-id bytes packets start action log-status\neni-1 vpc-1 ${bytes} 1 ${NOW - 60} ACCEPT OK\n`;
  return objectWith(gzipSync(text), key, `"${bytes}"`);
}

const collector = (client: InfluxClient, changes: Partial<ObjectDependencies> = {}): ObjectDependencies => ({
  ...collectorForTests(registry(), client, () => NOW),
  ...changes,
});

const stored = async (client: InfluxClient) =>
  (await client.query('SELECT sum("bytes") AS "bytes", count("bytes") AS "points" FROM "minute"."flow_interface"'))[0];

/** What a collector takes for granted at first, and the registry does not. */
interface Wrong {
  readonly drop?: string;
  readonly isFlowLogDisabled?: boolean;
}

describe('collectObject', () => {
  it('stores an object once, wherever and by whomever it is collected', async () => {
    const client = await database();
    const states: string[] = [];
    for (const key of [`a/${NAME}`, `a/${NAME}`, `elsewhere/${NAME}`, 'renamed.log.gz']) {
      states.push((await collectObject(objectOf(10, key), collector(client))).state);
    }
    expect(states).toEqual(['stored', 'duplicate', 'duplicate', 'duplicate']);
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
    expect((await registry().exporterOverview(NOW)).exporters).toMatchObject([
      { id: '111122223333/vpc-1', records: 1 },
    ]);
  });

  it('names the plan of what is stored in the ledger', async () => {
    await collectObject(objectOf(10), collector(await database()));
    const { entries } = await registry().explainObject(`a/${NAME}`);
    expect(entries).toMatchObject([{ state: 'stored', plan: { isStored: true } }]);
  });

  it('only compares the bytes of what is stored: by what it was resolved may be forgotten', async () => {
    const client = await database();
    await collectObject(objectOf(10), collector(client));
    const decoder = { decode: () => Promise.reject(new Error('decoded')), close: () => Promise.resolve() };
    expect(await collectObject(objectOf(10), collector(client, { decoder }))).toMatchObject({ state: 'duplicate' });
  });

  it('leaves another content of the same name in quarantine', async () => {
    const client = await database();
    await collectObject(objectOf(10), collector(client));
    const other = await collectObject(objectOf(500), collector(client));
    expect(other).toMatchObject({
      state: 'quarantined',
      reason: 'conflict',
      message: expect.stringMatching(/^Other content.*stored.*Delete it only if/) as string,
    });
    expect(await stored(client)).toMatchObject({ bytes: 10 });
  });

  it('advises against deleting what overwrote an object that was never finished', async () => {
    const client = await database();
    const crashing = { ...registry(), recordStored: () => Promise.reject(new Error('killed')) };
    await expect(collectObject(objectOf(10), collector(client, { registry: crashing }))).rejects.toThrow('killed');
    // Whatever it holds: the terms of the plan are those of other content.
    const header = 'interface-id vpc-id bytes packets start action log-status';
    const others = {
      cut: gzipSync(`${header}\neni-1 vpc-1 1 1 ${NOW} ACCEPT OK\n`).subarray(0, 50),
      'without a header': gzipSync(`eni-1 vpc-1 1 1 ${NOW} ACCEPT OK\n`),
      'expired by then': gzipSync(`${header}\neni-1 vpc-1 1 1 ${NOW - 500 * 86_400} ACCEPT OK\n`),
      'in more parts': gzipSync(
        `${header}\n${Array.from({ length: 1_000_001 }, () => `eni-1 vpc-1 1 1 ${NOW - 60} ACCEPT OK\n`).join('')}`
      ),
    };
    for (const [what, body] of Object.entries(others)) {
      const { state, reason } = await collectObject(objectWith(body, `a/${NAME}`, `"${what}"`), collector(client));
      expect([what, state, reason]).toEqual([what, 'quarantined', 'unfinished-conflict']);
    }
    const other = await collectObject(objectOf(500), collector(client));
    expect(other).toMatchObject({
      state: 'quarantined',
      reason: 'unfinished-conflict',
      message: expect.stringContaining('Do not delete it') as string,
    });
    expect(await collectObject(objectOf(10), collector(client))).toMatchObject({ state: 'stored' });
    expect(await collectObject(objectOf(500), collector(client))).toMatchObject({
      reason: 'conflict',
      message: expect.stringContaining('Delete it only if') as string,
    });
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
  });

  it('counts once what two collectors take at the same time', async () => {
    const client = await database();
    const all = await Promise.all([1, 2, 3].map(() => collectObject(objectOf(10), collector(client))));
    expect(all.filter(({ state }) => state === 'stored')).toHaveLength(1);
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
  });

  it.each([
    ['its plan and the write', undefined],
    ['the write and the note of it', { bytes: 10, points: 1 }],
  ])('follows its plan after a crash between %s, even with other settings', async (_when, written) => {
    const client = await database();
    const { writer } = collector(client);
    const killed = () => Promise.reject(new Error('killed'));
    const crash = written
      ? { registry: { ...registry(), recordStored: killed } }
      : { writer: Object.assign(Object.create(writer) as typeof writer, { write: killed }) };
    await expect(collectObject(objectOf(10), collector(client, crash))).rejects.toThrow('killed');
    expect(await stored(client)).toEqual(written && (expect.objectContaining(written) as object));
    const exporters = {
      exceptions: () => ({ '111122223333/vpc-1': 'drop' }),
      isFlowLogDisabled: () => true,
      refresh: () => Promise.resolve(),
      topK: 0,
    } as unknown as ExporterDecisions;
    const later = collector(client, { exporters, now: () => NOW + 86_400 });
    expect(await collectObject(objectOf(10), later)).toMatchObject({ state: 'stored' });
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
  });

  it('does not follow a plan of other rules, whose points it would not make again', async () => {
    const client = await database();
    const killed = () => Promise.reject(new Error('killed'));
    const crashing = collector(client, { registry: { ...registry(), recordStored: killed } });
    await expect(collectObject(objectOf(10), crashing)).rejects.toThrow('killed');
    const findPlan: Registry['findPlan'] = async (...asked) => {
      const plan = (await registry().findPlan(...asked))!;
      return { ...plan, terms: { ...plan.terms, rulesVersion: 1 } };
    };
    const outcome = await collectObject(objectOf(10), collector(client, { registry: { ...registry(), findPlan } }));
    expect(outcome).toMatchObject({ state: 'refused', reason: 'rules-version' });
    expect((await registry().findPlan(NAME))?.isStored).toBe(false);
  });

  it('marks the hours of a replay dirty before it is stored, though they were recomputed since its plan was granted', async () => {
    const client = await database();
    const killed = () => Promise.reject(new Error('killed'));
    const crashing = collector(client, { registry: { ...registry(), recordStored: killed } });
    await expect(collectObject(objectOf(10), crashing)).rejects.toThrow('killed');
    const [dirty] = await registry().dirtyHours();
    await registry().markHourClean(dirty, NOW);
    expect(await registry().dirtyHours()).toEqual([]);
    // It may never be tried again: its source may be disabled, or its bucket's lifecycle may take it away.
    await expect(collectObject(objectOf(10), crashing)).rejects.toThrow('killed');
    expect(await registry().dirtyHours()).toMatchObject([{ hour: dirty.hour }]);
  });

  it('marks its hours dirty once it is stored, though they were recomputed while it was written', async () => {
    const client = await database();
    const deps = collector(client);
    const { writer } = deps;
    const recomputed: number[] = [];
    const slow = Object.assign(Object.create(writer) as typeof writer, {
      write: async (...points: Parameters<typeof writer.write>) => {
        for (const dirty of await registry().dirtyHours()) {
          await registry().markHourClean(dirty, NOW);
          recomputed.push(dirty.hour);
        }
        return writer.write(...points);
      },
    });
    expect(await collectObject(objectOf(10), { ...deps, writer: slow })).toMatchObject({ state: 'stored' });
    expect(recomputed).toHaveLength(1);
    expect(await registry().dirtyHours()).toMatchObject([{ hour: recomputed[0], records: 1, late: 1 }]);
  });

  it.each([
    ['an exporter', { drop: '111122223333/vpc-1' }, ['111122223333/vpc-1']],
    ['a flow log', { isFlowLogDisabled: true }, []],
  ])('asks again about %s that was decided on otherwise', async (_what, wrong: Wrong, ids) => {
    const client = await database();
    const asked: string[][] = [];
    const isWrong = () => asked.length === 0;
    const exporters = {
      exceptions: () => (isWrong() && wrong.drop ? { [wrong.drop]: 'drop' } : {}),
      isFlowLogDisabled: () => isWrong() && wrong.isFlowLogDisabled === true,
      refresh: (some: string[]) => Promise.resolve(void asked.push(some)),
      topK: 20,
    } as unknown as ExporterDecisions;
    const outcome = await collectObject(objectOf(10), collector(client, { exporters }));
    expect([outcome.state, asked]).toEqual(['stored', [ids]]);
    expect(await stored(client)).toMatchObject({ bytes: 10 });
  });

  it('keeps as many names as the store has room for when its plan is granted, and all sums', async () => {
    const client = await database();
    await registry().recordSeriesCount({ minute: 10 * SERIES_BUDGET, hour: 0 });
    const text = [1, 2, 3].map((n) => `eni-1 vpc-1 10.0.0.${n} ${n} 1 ${NOW - 60} ACCEPT OK`).join('\n');
    const header = 'interface-id vpc-id srcaddr bytes packets start action log-status';
    const object = objectWith(gzipSync(`${header}\n${text}\n`), `a/${NAME}`, '"1"');
    expect(await collectObject(object, collector(client))).toMatchObject({ state: 'stored' });
    const sums = await client.query('SELECT sum("bytes") AS "bytes" FROM "minute"."flow_source" GROUP BY "src"');
    expect(sums).toMatchObject([{ src: 'other', bytes: 6 }]);
    expect((await registry().findPlan(NAME))?.terms.topK).toBe(0);
    // What it asked for first, for more names, was not granted and registered nothing. A report joins what is registered.
    expect(await client.query('SELECT "name" FROM "entity"."aws_entity" WHERE "id" = \'eni-1\'')).toHaveLength(1);
  });

  it.each(['entity', 'minute'])('waits for a store that is away when %s is to be written', async (policy) => {
    const real = await database();
    const told: Array<string | undefined> = [];
    let refusals = 2;
    await withServer(
      (request, response) => {
        const body: Buffer[] = [];
        request.on('data', (chunk: Buffer) => body.push(chunk));
        request.on('end', () => {
          // Who fills the store was written before there was anything to write.
          const isOfObject =
            request.url!.includes(`rp=${policy}`) && !Buffer.concat(body).toString().startsWith('registry ');
          if (isOfObject && refusals-- > 0) {
            response.writeHead(503).end();
            return;
          }
          const { 'content-type': type } = request.headers;
          void fetch(real.settings.url + request.url, {
            method: 'POST',
            body: Buffer.concat(body),
            headers: { 'Content-Type': type! },
          }).then(async (answer) =>
            response.writeHead(answer.status).end(answer.status === 204 ? '' : await answer.text())
          );
        });
      },
      async (url) => {
        const client = new InfluxClient({ ...real.settings, url });
        const writer = new PointWriter(client, { patienceMs: 60_000, onOutage: (error) => told.push(error?.failure) });
        const outcome = await collectObject(objectOf(10), collector(client, { writer }));
        expect(outcome.state).toBe('stored');
      }
    );
    expect(told).toStrictEqual(['unavailable', undefined]);
    expect(await stored(real)).toMatchObject({ bytes: 10 });
  });

  it('keeps the lines that could not be counted, with the note that the others are stored', async () => {
    const client = await database();
    const header = 'interface-id vpc-id bytes packets start action log-status';
    const bad = `eni-1 vpc-1 many 1 ${NOW} ACCEPT OK`;
    const body = gzipSync(`${header}\neni-1 vpc-1 10 1 ${NOW - 60} ACCEPT OK\n${bad}\n`);
    expect(await collectObject(objectWith(body, `a/${NAME}`), collector(client))).toMatchObject({ state: 'stored' });
    const [{ id, lines, key }] = await registry().listUnread();
    expect([lines, key]).toEqual([1, `a/${NAME}`]);
    expect(Buffer.from((await registry().readUnread(id))!).toString()).toBe(`${header}\n${bad}\n`);
    // Another one has none.
    await collectObject(objectOf(20, 'whole.log.gz'), collector(client));
    expect(await registry().listUnread()).toHaveLength(1);
  });

  it('leaves an object where it is of which InfluxDB drops points', async () => {
    const client = await database();
    await client.query(
      `ALTER RETENTION POLICY "minute" ON "${client.settings.database}" DURATION 24h SHARD DURATION 1d`
    );
    const header = 'interface-id vpc-id bytes packets start action log-status';
    const times = [NOW - 3 * 86_400, NOW - 60];
    const body = gzipSync(`${header}\n${times.map((at) => `eni-1 vpc-1 10 1 ${at} ACCEPT OK\n`).join('')}`);
    const outcome = await collectObject(objectWith(body, `a/${NAME}`), collector(client));
    expect(outcome).toMatchObject({
      ...{ state: 'quarantined', reason: 'expired-points' },
      message: expect.stringMatching(/^InfluxDB dropped [1-9]\d* of its points.*then retry/) as string,
    });
    expect((await registry().findPlan(NAME))?.isStored).toBe(false);
    expect(await registry().ledgerCounts('src-1')).toMatchObject([{ state: 'quarantined', reason: 'expired-points' }]);
  });

  describe('a store that does not take', () => {
    const REFUSED = new InfluxError('refused', 'It is not understood.');
    const AWAY = new InfluxError('unavailable', 'It is away.');

    /** Collects an object with a writer whose series or points end so; what came of it, and what the ledger has. */
    async function collect(failing: { series?: InfluxError; points?: InfluxError; names?: InfluxError }) {
      const deps = collector(await database());
      const { writer, entities } = deps;
      const reject = (error: InfluxError) => () => Promise.reject(error);
      const changed = {
        withRetry: <T>(work: () => Promise<T>) => work(),
        ...(failing.points && { write: reject(failing.points) }),
        ...(failing.series && { series: { make: reject(failing.series) } }),
      };
      const outcome = await collectObject(objectOf(10), {
        ...deps,
        writer: Object.assign(Object.create(writer) as typeof writer, changed),
        entities: Object.assign(
          Object.create(entities) as typeof entities,
          failing.names && { publishNew: reject(failing.names) }
        ),
      }).catch((error: unknown) => ({ state: error }));
      const { entries } = await registry().explainObject(`a/${NAME}`);
      return {
        outcome,
        entries: entries.map(({ state, reason, plan }) => [state, reason, plan?.isStored]),
        plan: await registry().findPlan(NAME),
      };
    }

    it.each(['series', 'points', 'names'] as const)('its %s: the object is refused, and that is said', async (what) => {
      const { outcome, entries, plan } = await collect({ [what]: REFUSED });
      expect(outcome).toMatchObject({
        ...{ state: 'refused', reason: 'refused' },
        message: 'It is not understood. The object stays where it is and is tried again.',
      });
      // Points of it may be there only where its plan is named.
      expect(entries).toEqual([['refused', 'refused', what === 'points' ? false : undefined]]);
      expect(plan?.isStored).toBe(what === 'series' ? undefined : false);
      // That is no lack of room.
      expect(await registry().seriesState()).toBeUndefined();
    });

    it.each(['series', 'points', 'names'] as const)(
      'its %s because it is away: nothing is said about the object',
      async (what) => {
        const { outcome, entries, plan } = await collect({ [what]: AWAY });
        expect(outcome.state).toBe(AWAY);
        expect(entries).toEqual([]);
        expect(plan?.isStored).toBe(what === 'series' ? undefined : false);
      }
    );
  });

  it.each([
    ['corrupt', gzipSync('start').subarray(0, 15), 'quarantined', 'corrupt-gzip'],
    ['without a required field', gzipSync('start interface-id\n'), 'not-collected', 'log-status-missing'],
  ])('writes nothing of an object that is %s, and says why', async (_case, body, state, reason) => {
    const client = await database();
    const object = objectWith(body, 'a/broken.log.gz', '"1"');
    expect(await collectObject(object, collector(client))).toMatchObject({ state, reason });
    expect(await stored(client)).toBeUndefined();
    expect(await registry().lookUpListed('src-1', [object.key], 1000)).toMatchObject({ [object.key]: { state } });
    expect(await registry().ledgerCounts('src-1')).toMatchObject([{ state, reason, objects: 1 }]);
  });
});
