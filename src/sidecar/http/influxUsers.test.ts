import { InfluxClient } from '../store/influx';
import { grafanaId, TestApi } from '../testing/api';
import { influxForTests } from '../testing/influx';

const URL = '/v1/admin/influx-users';
const database = influxForTests();
let store: InfluxClient;
beforeEach(async () => {
  store = await database();
});
// All tests share one InfluxDB.
afterEach(() => store.query(`DROP USER "${nameOf(store)}"`).catch(() => undefined));
const test = TestApi.forTests(() => ({ store }));

const nameOf = ({ settings }: InfluxClient) => `reader of ${settings.database}`;
const body = (change: object = {}) => ({ payload: { name: nameOf(store), password: 'very secret', ...change } });

describe('making a user of InfluxDB through the API', () => {
  it('lets it read, says so and what is still open, and notes who asked, without the password', async () => {
    const headers = { 'x-grafana-id': grafanaId({ displayName: 'Ada', username: 'ada', role: 'Admin' }) };
    const made = await test.send('POST', URL, { ...body(), headers });
    expect([made.statusCode, made.json()]).toEqual([
      200,
      {
        isNew: true,
        message: expect.stringContaining(`may read the database ${store.settings.database}`) as string,
        warnings: [expect.stringContaining('asks nobody for a password') as string],
      },
    ]);
    expect(await store.query(`SHOW GRANTS FOR "${nameOf(store)}"`)).toEqual([
      { database: store.settings.database, privilege: 'READ' },
    ]);

    expect((await test.send('POST', URL, body())).json()).toMatchObject({ isNew: false });
    const { items: changes } = await test.registry.listChanges(9);
    expect(changes).toMatchObject([
      { action: 'influx-user.change', actor: 'unknown, by the API token', target: nameOf(store) },
      { action: 'influx-user.add', actor: 'Ada (ada)', details: { database: store.settings.database } },
    ]);
    expect(JSON.stringify(changes) + made.body + test.logged.join()).not.toContain('very secret');
  });

  it.each([
    [{ name: 'a"b' }, 'name', 'must have no colon, double quote or backslash'],
    [{ name: '' }, 'name', 'must not be empty'],
    [{ password: '' }, 'password', 'must not be empty'],
    [{ password: 'a\nb' }, 'password', 'must be one line of text'],
    [{ more: 1 }, undefined, 'more'],
  ])('refuses %j', async (change, field, message) => {
    const answer = await test.send('POST', URL, body(change));
    const { error } = answer.json<{ error: { field?: string; message: string } }>();
    expect([answer.statusCode, error.field]).toEqual([400, field]);
    expect(error.message).toContain(message);
    expect((await store.query('SHOW USERS')).map(({ user }) => user)).not.toContain(nameOf(store));
  });

  it('answers what stands in the way as a conflict, and an InfluxDB that is away as such; neither is noted', async () => {
    const { settings } = store;
    store = new InfluxClient({ ...settings, database: 'nowhere' });
    await test.restart();
    const conflict = await test.send('POST', URL, body());
    expect([conflict.statusCode, conflict.json()]).toMatchObject([
      409,
      { error: { code: 'conflict', message: expect.stringContaining('has no database nowhere yet') as string } },
    ]);
    store = new InfluxClient({ ...settings, url: 'http://127.0.0.1:9' });
    await test.restart();
    const away = await test.send('POST', URL, body());
    expect([away.statusCode, away.json()]).toMatchObject([503, { error: { code: 'unavailable' } }]);
    expect((await test.registry.listChanges(9)).total).toBe(0);
  });
});
