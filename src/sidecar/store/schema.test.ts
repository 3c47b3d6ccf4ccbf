import { text } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { nameEntities } from '../entities/naming';
import { influxForTests, withServer } from '../testing/influx';
import { InfluxClient } from './influx';
import { ensureSchema, readBoundary, storeWarnings, writeBoundary, writeEntities, writePolicyChoice } from './schema';

const database = influxForTests();

const now = Math.floor(Date.now() / 1000);
const HOUR = 3600_000;

describe('ensureSchema', () => {
  it('makes the database and its policies once', async () => {
    const client = await database();
    const policies = () => client.query(`SHOW RETENTION POLICIES ON "${client.settings.database}"`);
    const made = await policies();
    expect(made).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'minute', duration: '168h0m0s', shardGroupDuration: '6h0m0s', default: true }),
        expect.objectContaining({ name: 'hour', duration: '9480h0m0s', default: false }),
        expect.objectContaining({ name: 'entity', duration: '0s', default: false }),
      ])
    );
    await ensureSchema(client);
    expect(await policies()).toEqual(made);
  });

  it('leaves what is there as it is, and makes what is missing', async () => {
    const { settings } = await database();
    const client = new InfluxClient({ ...settings, database: 'it"s own' });
    await client.query('CREATE DATABASE "it\\"s own" WITH DURATION 30d NAME "minute"').catch(() => undefined);
    const other = new InfluxClient({ ...settings, database: 'partly' });
    await other.query('CREATE DATABASE "partly" WITH DURATION 30d NAME "minute"');
    await ensureSchema(other);
    const policies = await other.query('SHOW RETENTION POLICIES ON "partly"');
    expect(policies.map(({ name, duration }) => [name, duration])).toEqual(
      expect.arrayContaining([
        ['minute', '720h0m0s'],
        ['hour', '9480h0m0s'],
        ['entity', '0s'],
      ])
    );
  });

  it('may run twice at once', async () => {
    const { settings } = await database();
    const client = new InfluxClient({ ...settings, database: 'both' });
    await Promise.all([ensureSchema(client), ensureSchema(client)]);
    const policies = await client.query('SHOW RETENTION POLICIES ON "both"');
    expect(policies.map(({ name }) => name).sort()).toEqual(['autogen', 'entity', 'hour', 'minute']);
  });
});

describe('policy_choice', () => {
  it('answers with exactly one row to any range', async () => {
    const client = await database();
    await writePolicyChoice(client, now - 3600);
    await writePolicyChoice(client, now);
    const oldest = (now - (now % 3600) - 6 * 86_400 + 3600) * 1000;
    const use = fc.constantFrom('totals', 'ranking', 'series');
    const length = fc.oneof(
      fc.constantFrom(0, 6 * HOUR, 6 * HOUR + 1, 7 * 24 * HOUR, 7 * 24 * HOUR + 1),
      fc.integer({ min: 0, max: 400 * 24 * HOUR })
    );
    const from = fc.oneof(
      fc.constantFrom(oldest, oldest - 1, oldest + 1, now * 1000),
      fc.integer({ min: oldest - 10 * 24 * HOUR, max: now * 1000 })
    );
    await fc.assert(
      fc.asyncProperty(use, from, length, async (which, start, milliseconds) => {
        const end = start + milliseconds;
        // As the dashboards ask it.
        const rows = await client.query(
          `SELECT "name" FROM "entity"."policy_choice" WHERE "use" = '${which}' AND ` +
            `((${end} - ${start} <= "longest" AND ${start} >= "oldest") OR ` +
            `(${end} - ${start} > "shortest" OR ${start} < "before"))`
        );
        expect(rows).toHaveLength(1);
        const longest = which === 'series' ? 7 * 24 * HOUR : 6 * HOUR;
        expect(rows[0].name).toBe(milliseconds <= longest && start >= oldest ? 'minute' : 'hour');
      }),
      { numRuns: 150 }
    );
  });
});

test('the boundary of long ranges stays when policies are chosen anew', async () => {
  const client = await database();
  expect(await readBoundary(client)).toBeUndefined();
  await writePolicyChoice(client, now);
  expect(await readBoundary(client)).toBeUndefined();
  await writeBoundary(client, 7200);
  await writePolicyChoice(client, now);
  expect(await readBoundary(client)).toBe(7200);
  const boundaries = await client.query('SELECT "boundary" FROM "entity"."policy_choice" GROUP BY "policy", "use"');
  expect(boundaries).toHaveLength(6);
  boundaries.forEach(({ policy, boundary }) => expect(boundary).toBe(policy === 'hour' ? 7_200_000 : 0));
  const choices = await client.query('SELECT "choice" FROM "entity"."policy_choice" GROUP BY "policy", "use"');
  expect(choices).toHaveLength(6);
  choices.forEach(({ policy, choice }) => expect(choice).toBe(policy === 'hour' ? 'h 7200000' : 'm 0'));
});

it.each([
  [1, []],
  [2, [expect.stringMatching(/^openGemini counts points twice .*pre-agg-enabled = false in section \[common\]/)]],
])('of a store like openGemini that counts a point %d times, warnings say what to set', async (times, warnings) => {
  const series = { name: 'overwritten', columns: ['time', 'times'], values: [['1970-01-01T00:00:00Z', times]] };
  const asked: string[] = [];
  await withServer(
    (request, response) => {
      response.setHeader('X-Geminidb-Version', '1.5.3');
      void text(request).then((body) => {
        asked.push(decodeURIComponent(`${request.url} ${body}`));
        const answer = { results: /sum\(/.test(asked.at(-1)!) ? [{ series: [series] }] : [{}] };
        response.writeHead(/^.(ping|write)/.test(request.url!) ? 204 : 200).end(JSON.stringify(answer));
      });
    },
    async (url) => expect(await storeWarnings(new InfluxClient({ url, database: 'd' }))).toEqual(warnings)
  );
  // Written first: it is the second time that counts.
  const written = asked.findIndex((one) => one.includes('overwritten times=1i 0'));
  expect(written).toBeGreaterThan(-1);
  expect(asked.findIndex((one) => one.includes('sum('))).toBe(-1 + asked.length);
});

describe('writeEntities', () => {
  const entity = {
    kind: 'interface',
    vpc: 'vpc-1',
    subnet: '-',
    instance: '-',
    account: '1',
    region: 'eu-west-1',
  } as const;
  const NAMES = [
    ...[
      'web "1"',
      'back\\slash',
      'ends in \\',
      'a,b=c d',
      "it's",
      '東京 – büro 🏢',
      'line\nbreak',
      'a\r\n\tb',
      '(x) [y] {z} $1',
    ],
    ...['', ' ', '#comment', '"', '\\"', '\\\\n', 'nul\0byte'],
  ];

  it('brings any name through, on one line', async () => {
    const client = await database();
    const entities = NAMES.map((description, i) => ({ ...entity, id: `eni-${i}`, description }));
    const rows = nameEntities(entities);
    await writeEntities(client, rows);
    const found = await client.query('SELECT * FROM "entity"."aws_entity"');
    expect(found.map(({ id, label, name }) => ({ id, label, name })).sort(byId)).toEqual(
      rows.map(({ id, label, name }) => ({ id, label, name })).sort(byId)
    );
    expect(found.every(({ label }) => !/[\r\n]/.test(String(label)))).toBe(true);
  });

  it('overwrites by kind and id', async () => {
    const client = await database();
    for (const description of ['old', 'new']) {
      await writeEntities(client, nameEntities([{ ...entity, id: 'eni-1', description }]));
    }
    await writeEntities(client, nameEntities([{ ...entity, kind: 'address', id: '::1', description: 'web' }]));
    const found = await client.query('SELECT "name" FROM "entity"."aws_entity" GROUP BY "kind", "id"');
    expect(found).toMatchObject([
      { kind: 'address', id: '::1', name: 'web' },
      { kind: 'interface', id: 'eni-1', name: 'new' },
    ]);
  });

  it('writes more than one request holds, and none for none', async () => {
    const client = await database();
    await writeEntities(client, nameEntities(Array.from({ length: 5001 }, (_, i) => ({ ...entity, id: `eni-${i}` }))));
    await writeEntities(client, []);
    expect(await client.query('SELECT count("name") AS "n" FROM "entity"."aws_entity"')).toMatchObject([{ n: 5001 }]);
  });
});

function byId(a: { id: unknown }, b: { id: unknown }): number {
  return String(a.id) < String(b.id) ? -1 : 1;
}
