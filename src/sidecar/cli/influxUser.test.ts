import { InfluxClient } from '../store/influx';
import { World } from '../testing/world';

const world = World.forTests({ influxEnv: { INFLUXDB_HTTP_AUTH_ENABLED: 'true' } });

const ADMIN = { username: 'root', password: 'root secret' };
const DATABASE = { FLOWSCOPE_INFLUX_DATABASE: 'flowscope' };
const SIGNED_IN = {
  ...DATABASE,
  FLOWSCOPE_INFLUX_USERNAME: ADMIN.username,
  FLOWSCOPE_INFLUX_PASSWORD: ADMIN.password,
};
const as = (user: { username: string; password: string }) =>
  new InfluxClient({ url: world.influxUrl, database: 'flowscope', ...user });

beforeAll(async () => {
  await as(ADMIN).query(`CREATE USER "${ADMIN.username}" WITH PASSWORD '${ADMIN.password}' WITH ALL PRIVILEGES`);
  await as(ADMIN).query('CREATE DATABASE "flowscope"');
});

describe('flowscope influx-user', () => {
  it('makes a user with the password from standard input, then gives it the one from the environment', async () => {
    const made = await world.deployment(SIGNED_IN).told('first one\n', 'influx-user', 'grafana');
    expect(made).toEqual({
      code: 0,
      stdout: 'Made the user "grafana" of InfluxDB: it may read the database flowscope, and nothing else.\n',
      stderr: '',
    });
    const shown = [{ name: 'flowscope' }];
    expect(await as({ username: 'grafana', password: 'first one' }).query('SHOW DATABASES')).toEqual(shown);

    const env = { ...SIGNED_IN, FLOWSCOPE_INFLUX_READ_PASSWORD: 'second one' };
    const changed = await world.deployment(env).run('influx-user', 'grafana');
    expect(changed).toEqual({
      code: 0,
      stdout:
        'User "grafana" of InfluxDB was there already: it has this password now, and may read the database flowscope.\n',
      stderr: '',
    });
    expect(await as({ username: 'grafana', password: 'second one' }).query('SHOW DATABASES')).toEqual(shown);
    await expect(as({ username: 'grafana', password: 'first one' }).query('SHOW DATABASES')).rejects.toThrow(/failed/);
  });

  it.each([
    [
      'no password',
      SIGNED_IN,
      'new',
      '',
      /^flowscope: FLOWSCOPE_INFLUX_READ_PASSWORD or standard input: must not be empty$/,
    ],
    [
      'a name with a colon',
      SIGNED_IN,
      'a:b',
      'x',
      /^flowscope: the name: must have no colon, double quote or backslash$/,
    ],
    [
      'nobody signed in',
      DATABASE,
      'new',
      'x',
      /^flowscope: InfluxDB at .*credentials\. .* Making users takes an administrator/,
    ],
    ['itself', SIGNED_IN, ADMIN.username, 'x', /^flowscope: "root" is the user that Flowscope itself signs in as/],
    [
      'an InfluxDB that is away',
      { ...SIGNED_IN, FLOWSCOPE_INFLUX_URL: 'http://127.0.0.1:9' },
      'new',
      'x',
      /^flowscope: InfluxDB does not answer at http:\/\/127\.0\.0\.1:9 /,
    ],
  ])('says in one line what is wrong with %s', async (_case, env, name, password, message) => {
    const { code, stdout, stderr } = await world.deployment(env).told(password, 'influx-user', name);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd()).toMatch(message);
    expect((await as(ADMIN).query('SHOW USERS')).map(({ user }) => user)).not.toContain('new');
  });
});
