import { influxForTests, withServer } from '../testing/influx';
import { InfluxAdmin } from './admin';
import type { InfluxError } from './influx';

const database = influxForTests();

async function failureOf(work: Promise<unknown>): Promise<InfluxError> {
  return work.then(
    () => Promise.reject(new Error('It should have failed.')),
    (error: unknown) => error as InfluxError
  );
}

describe('policies', () => {
  it('are made with the duration of their shards, and given another duration', async () => {
    const client = await database();
    const admin = new InfluxAdmin(client.settings);
    await admin.createPolicy({ name: 'days', duration: '240h', shard: '2d' });
    await admin.createPolicy({ name: 'plain', duration: '48h' });
    await admin.alterPolicy('plain', '72h');
    const show = () => client.query(`SHOW RETENTION POLICIES ON "${client.settings.database}"`);
    expect(await show()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'days', duration: '240h0m0s', shardGroupDuration: '48h0m0s', default: false }),
        expect.objectContaining({ name: 'plain', duration: '72h0m0s', default: false }),
        expect.objectContaining({ name: 'minute', default: true }),
      ])
    );
    expect(await admin.policies()).toEqual(await show());

    const error = await failureOf(admin.createPolicy({ name: 'plain', duration: '48h' }));
    expect(error).toMatchObject({ failure: 'exists' });
    expect(error.message).toMatch(
      /: retention policy (already exists|conflicts with an existing policy)\. A policy of/
    );
  });

  it.each(["it's", 'it"s', 'a b', 'CREATE', '東京'])('are those of a database called %s', async (name) => {
    const { settings } = await database();
    const admin = new InfluxAdmin({ ...settings, database: `${name} of ${settings.database}` });
    await admin.createDatabase();
    await admin.createDatabase();
    await admin.createPolicy({ name, duration: '240h', shard: '1d', isDefault: true });
    expect(await admin.databases()).toContain(admin.settings.database);
    expect((await admin.policies()).map((policy) => policy.name)).toContain(name);
  });

  it('of a database that is not there are missing', async () => {
    const { settings } = await database();
    const admin = new InfluxAdmin({ ...settings, database: 'nowhere' });
    const error = await failureOf(admin.policies());
    expect(error).toMatchObject({ name: 'InfluxError', failure: 'missing' });
    expect(error.message).toBe(
      `InfluxDB at ${settings.url}: database not found: nowhere. flowscope serve makes it again; check FLOWSCOPE_INFLUX_DATABASE where that is another one.`
    );
  });
});

describe('an answer that is a failure', () => {
  it.each([
    [401, '{"error":"authorization failed"}', 'unauthorized', 'authorization failed'],
    [403, '{"error":"error authorizing query: no"}', 'unauthorized', 'error authorizing query: no'],
    [404, '{"error":"database not found: \\"x\\""}', 'missing', 'database not found: "x"'],
    [400, 'what?', 'refused', 'what?'],
    [302, '', 'refused', 'HTTP 302'],
    [200, '{"results":[{"error":"mkdir /data: no space left on device"}]}', 'unavailable', /: free some space there\./],
    [200, '{"error":"not now"}', 'refused', /its answer is not that of an InfluxDB/],
    [200, '<html>It works!</html>', 'refused', /its answer is not that of an InfluxDB \(.*<html>/],
    // The package drops what these say.
    [503, '{"error":"busy"}', 'unavailable', 'Service Unavailable'],
  ])('%d %s is told by its kind, and asked once', async (status, body, failure, said) => {
    let asked = 0;
    await withServer(
      (_request, response) => {
        asked++;
        response.writeHead(status).end(body);
      },
      async (url) => {
        const admin = new InfluxAdmin({ url, database: 'x' });
        for (const ask of [() => admin.databases(), () => admin.createDatabase(), () => admin.grants('somebody')]) {
          const error = await failureOf(ask());
          expect([error.name, error.failure]).toEqual(['InfluxError', failure]);
          expect(error.message).toMatch(typeof said === 'string' ? `InfluxDB at ${url}: ${said}` : said);
        }
      }
    );
    expect(asked).toBe(3);
  });

  it('is none when nothing answers: the message says where and what to do', async () => {
    const admin = new InfluxAdmin({ url: 'http://127.0.0.1:9', database: 'x' });
    const error = await failureOf(admin.databases());
    expect(error).toMatchObject({ name: 'InfluxError', failure: 'unavailable' });
    expect(error.message).toMatch(
      /^InfluxDB does not answer at http:\/\/127\.0\.0\.1:9 \(.*ECONNREFUSED.*\)\. .*FLOWSCOPE_INFLUX_URL/
    );
  });

  it('is none when it ends in the middle, or does not end', async () => {
    await withServer(
      ({ url }, response) => {
        response.writeHead(200, { 'Content-Length': 1000 });
        response.write('{"results":', () => url!.startsWith('/halfway') && response.destroy());
      },
      async (url) => {
        for (const path of ['/halfway', '/slow']) {
          const admin = new InfluxAdmin({ url: `${url}${path}`, database: 'x' }, 100);
          expect(await failureOf(admin.databases())).toMatchObject({ failure: 'unavailable' });
        }
      }
    );
  });
});

describe('a request', () => {
  it('brings the credentials, to the path of the URL, and a password in its body alone', async () => {
    const seen: Array<{ url: string; authorization?: string; body: string }> = [];
    await withServer(
      (request, response) => {
        const chunks: Buffer[] = [];
        request
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => {
            const { url = '', headers } = request;
            seen.push({ url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
            response.end('{"results":[{}]}');
          });
      },
      async (url) => {
        const settings = { url: `${url}/store/`, database: 'x' };
        await new InfluxAdmin(settings).databases();
        const admin = new InfluxAdmin({ ...settings, username: 'né', password: 'p:w' });
        await admin.createUser('grafana', 'very secret');
        await admin.setPassword('grafana', 'very secret');
      }
    );
    const authorization = `Basic ${Buffer.from('né:p:w').toString('base64')}`;
    expect(seen).toEqual([
      { url: expect.stringMatching(/^\/store\/query\?/) as string, authorization: undefined, body: '' },
      ...Array<object>(2).fill({
        ...{ url: '/store/query', authorization },
        body: expect.stringContaining('very%20secret') as string,
      }),
    ]);
  });
});
