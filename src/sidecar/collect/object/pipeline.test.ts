import { gzipSync } from 'node:zlib';
import { collectorForTests, objectWith } from '../../testing/collector';
import { influxForTests, withServer } from '../../testing/influx';
import { registryForTests } from '../../testing/registry';
import { SERIES_BUDGET } from '../../rollup/seriesBudget';
import { InfluxClient } from '../../store/influx';
import { PointWriter } from '../../store/writer';
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

describe('collectObject', () => {
  it('stores an object once, wherever and by whomever it is collected', async () => {
    const client = await database();
    const states: string[] = [];
    for (const key of [`a/${NAME}`, `a/${NAME}`, `elsewhere/${NAME}`, 'renamed.log.gz']) {
      states.push((await collectObject(objectOf(10, key), collector(client))).state);
    }
    expect(states).toEqual(['stored', 'duplicate', 'duplicate', 'duplicate']);
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
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

  it('follows its plan after a crash between the write and the note of it, even with other settings', async () => {
    const client = await database();
    const crashing = { ...registry(), recordStored: () => Promise.reject(new Error('killed')) };
    await expect(collectObject(objectOf(10), collector(client, { registry: crashing }))).rejects.toThrow('killed');
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
    const exporters = {
      exceptions: () => ({ '111122223333/vpc-1': 'drop' }),
      refresh: () => Promise.resolve(),
      topK: 0,
    } as unknown as ExporterDecisions;
    const later = collector(client, { exporters, now: () => NOW + 86_400 });
    expect(await collectObject(objectOf(10), later)).toMatchObject({ state: 'stored' });
    expect(await stored(client)).toMatchObject({ bytes: 10, points: 1 });
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

  it('asks again about an exporter that was decided on otherwise', async () => {
    const client = await database();
    const asked: string[] = [];
    const exporters = {
      exceptions: () => (asked.length === 0 ? { '111122223333/vpc-1': 'drop' } : {}),
      refresh: (ids: string[]) => Promise.resolve(void asked.push(...ids)),
      topK: 20,
    } as unknown as ExporterDecisions;
    const outcome = await collectObject(objectOf(10), collector(client, { exporters }));
    expect([outcome.state, asked]).toEqual(['stored', ['111122223333/vpc-1']]);
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
