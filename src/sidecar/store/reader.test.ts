import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoInflux, type DemoInflux } from '../../../scripts/demo/influx';
import { influxForTests } from '../testing/influx';
import { InfluxClient, type InfluxError } from './influx';
import { makeReader } from './reader';

let influx: DemoInflux;
const dir = mkdtempSync(join(tmpdir(), 'flowscope-reader-'));
beforeAll(async () => {
  influx = await startDemoInflux(dir);
});
afterAll(async () => {
  await influx.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Signs in as somebody. */
const as = ({ username, password }: { username?: string; password?: string } = {}, database = 'flowscope') =>
  new InfluxClient({ url: influx.url, database, username, password });
const admin = (statement: string) => as(influx.admin).query(statement);
const make = (name: string, password: string, by = as(influx.admin)) => makeReader(by.settings, { name, password });

const failureOf = (work: Promise<unknown>): Promise<InfluxError> =>
  work.then(
    () => Promise.reject(new Error('It should have failed.')),
    (error: unknown) => error as InfluxError
  );

describe('in an InfluxDB that asks for passwords', () => {
  it('makes a user that may read, and nothing else', async () => {
    expect(await make('reports', 'first one')).toEqual({
      isNew: true,
      message: 'Made the user "reports" of InfluxDB: it may read the database flowscope, and nothing else.',
      warnings: [],
    });
    const reader = as({ username: 'reports', password: 'first one' });
    await as(influx.admin).write('autogen', 'm v=1i');
    expect(await reader.query('SELECT "v" FROM "m"')).toMatchObject([{ v: 1 }]);
    await expect(reader.write('autogen', 'm v=2i')).rejects.toThrow(/not authorized to write/);
    await expect(reader.query('CREATE DATABASE "theirs"')).rejects.toThrow(/requires admin privilege/);
  });

  it('gives one that is there the password, and says what it could do until now', async () => {
    await admin('CREATE DATABASE "other"');
    await admin(`CREATE USER "former" WITH PASSWORD 'old'`);
    await admin('GRANT ALL ON "flowscope" TO "former"');
    await admin('GRANT ALL ON "other" TO "former"');
    // It is somebody else's: a new password would lock that one out, and give its rights away.
    await expect(make('former', 'new')).rejects.toThrow(/has rights on other databases \(other\)/);
    expect(await as({ username: 'former', password: 'old' }).query('SHOW DATABASES')).toHaveLength(2);
    await admin('REVOKE ALL ON "other" FROM "former"');
    expect(await make('former', 'new')).toEqual({
      isNew: false,
      message:
        'User "former" of InfluxDB was there already: it has this password now, and may read the database flowscope. ' +
        'It had ALL PRIVILEGES there until now.',
      warnings: [],
    });
    await expect(as({ username: 'former', password: 'old' }).query('SHOW DATABASES')).rejects.toThrow(/failed/);
    const reader = as({ username: 'former', password: 'new' });
    await expect(reader.write('autogen', 'm v=2i')).rejects.toThrow(/not authorized to write/);

    expect(await make('former', 'newer')).toEqual({
      isNew: false,
      message:
        'User "former" of InfluxDB was there already: it has this password now, and may read the database flowscope.',
      warnings: [],
    });
  });

  it.each(["it's", 'ends in \\', `\\'\\' OR "`, '#?&=+% é東', "'; DROP DATABASE flowscope; --"])(
    'takes the password %s as it is',
    async (password) => {
      await make('any', password);
      expect(await as({ username: 'any', password }).query('SHOW DATABASES')).toEqual([{ name: 'flowscope' }]);
    }
  );

  it.each([
    ['nobody', {}, /unable to parse authentication credentials/],
    ['a stranger', { username: 'stranger', password: 'x' }, /authorization failed/],
    ['the reader', undefined, /not authorized to execute statement 'SHOW USERS', requires admin privilege/],
  ])('says what it takes when %s asks for it', async (_case, who, words) => {
    const error = await failureOf(make('new', 'secret', as(who ?? influx.reader)));
    expect(error).toMatchObject({ name: 'InfluxError', failure: 'unauthorized' });
    expect(error.message).toMatch(words);
    expect(error.message).toMatch(
      /an administrator of InfluxDB .* CREATE USER "new" .*GRANT READ ON "flowscope" TO "new"/
    );
    expect(error.message).not.toContain('secret');
    expect((await admin('SHOW USERS')).map(({ user }) => user)).not.toContain('new');
  });

  it('leaves administrators and its own user alone, and makes none without the database', async () => {
    await admin(`CREATE USER "boss" WITH PASSWORD 'boss' WITH ALL PRIVILEGES`);
    expect(await failureOf(make('boss', 'x'))).toMatchObject({
      failure: 'refused',
      message: expect.stringContaining('"boss" of InfluxDB is an administrator') as string,
    });
    expect(await failureOf(make(influx.admin.username, 'x'))).toMatchObject({
      failure: 'refused',
      message: expect.stringContaining('is the user that Flowscope itself signs in as') as string,
    });
    expect(await as({ username: 'boss', password: 'boss' }).query('SHOW USERS')).not.toEqual([]);
    expect(await failureOf(make('new', 'x', as(influx.admin, 'nowhere')))).toMatchObject({
      failure: 'missing',
      message: `InfluxDB at ${influx.url} has no database nowhere yet: flowscope serve creates it.`,
    });
    expect((await admin('SHOW USERS')).map(({ user }) => user)).not.toContain('new');
  });
});

describe('in an InfluxDB that asks nobody', () => {
  const database = influxForTests({});

  it('makes it, and warns that everybody may do everything, with or without an administrator', async () => {
    const { settings } = await database();
    const { isNew, warnings } = await makeReader(settings, { name: 'grafana', password: 'x' });
    expect([isNew, warnings.length]).toEqual([true, 1]);
    expect(warnings[0]).toMatch(/asks nobody for a password.* First make an administrator: .*auth-enabled = true/);
    await new InfluxClient(settings).query(`CREATE USER "admin" WITH PASSWORD 'x' WITH ALL PRIVILEGES`);
    const again = await makeReader(settings, { name: 'grafana', password: 'x' });
    expect(again.warnings[0]).toMatch(/may do everything, Grafana's viewers too\. Set auth-enabled/);
  });
});
