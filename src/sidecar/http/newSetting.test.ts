import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Command } from 'commander';
import { readSettings, settingOptions, sourceChanges, type GivenSettings } from '../cli/source/options';
import { openDatabase, REGISTRY_FILE } from '../registry/database';
import { MIGRATIONS } from '../registry/migrations';
import { openRegistry } from '../registry/registry';
import { TestApi } from '../testing/api';

// Two settings more, each as one entry: all else follows from the table.
jest.mock('../../contract/sourceFields', () => {
  const actual = jest.requireActual<typeof import('../../contract/sourceFields')>('../../contract/sourceFields');
  return {
    ...actual,
    SOURCE_FIELDS: {
      ...actual.SOURCE_FIELDS,
      readRetries: {
        type: 'number',
        ...{ min: 1, max: 9, default: 3 },
        rule: 'retries are',
        label: 'Retries',
        section: 'advanced',
        option: { value: 'n', help: 'how often a read is tried again' },
      },
      costCentre: {
        type: 'text',
        isOptional: true,
        schema: ({ z }) => z.string().max(8),
        label: 'Cost centre',
        section: 'advanced',
        option: { value: 'text', help: 'who pays' },
      },
    } satisfies Record<string, import('../../contract/sourceFields').Field>,
  };
});

const SOURCE = { name: 'prod', bucket: 'flow-logs', region: 'eu-west-1' };

describe('one more entry of SOURCE_FIELDS', () => {
  const test = TestApi.forTests();
  const add = (payload: object) => test.send('POST', '/v1/admin/sources', { payload: { ...SOURCE, ...payload } });

  it('is a setting of the API, with its bounds and its default, and stands in the audit trail', async () => {
    const added = (await add({ readRetries: 7, costCentre: 'lab' })).json<{ id: string }>();
    expect(added).toMatchObject({ readRetries: 7, costCentre: 'lab' });
    const path = `/v1/admin/sources/${added.id}`;
    const changed = await test.send('PUT', path, { version: 1, payload: SOURCE });
    expect(changed.json()).toMatchObject({ readRetries: 3, version: 2 });
    expect((await test.send('GET', path)).json()).not.toHaveProperty('costCentre');
    expect((await test.registry.listChanges(1)).items[0].details).toMatchObject({
      readRetries: { before: 7, after: 3 },
      costCentre: { before: 'lab', after: null },
    });
    expect((await add({ readRetries: 10 })).json()).toMatchObject({
      error: {
        ...{ code: 'invalid', field: 'readRetries' },
        message: 'readRetries: retries are a whole number from 1 to 9',
      },
    });
    expect((await add({ costCentre: 'a long name' })).json()).toMatchObject({ error: { field: 'costCentre' } });
  });

  it('is an option of adding and of editing a source', async () => {
    const given = async (verb: 'add' | 'edit', ...typed: string[]) => {
      const command = settingOptions(new Command(verb).argument('<name>').exitOverride(), verb);
      await command.parseAsync(['prod', ...typed], { from: 'user' });
      return { help: command.helpInformation(), options: command.opts<GivenSettings>() };
    };
    const place = ['--bucket', SOURCE.bucket, '--region', SOURCE.region];
    const { help, options } = await given('add', ...place, '--read-retries', '7', '--cost-centre', 'lab');
    expect(help).toMatch(/--read-retries <n> +how often a read is tried again\n +--cost-centre <text> +who pays/);
    const settings = await readSettings({ name: 'prod', ...options });
    expect(settings).toMatchObject({ readRetries: 7, costCentre: 'lab' });
    const before = await test.registry.addSource({ ...settings, enabled: false }, 5);
    const edited = await readSettings(
      (await given('edit', '--read-retries', '5', '--cost-centre', '')).options,
      before
    );
    const after = await test.registry.changeSource(before.id, 1, edited, { actor: 'a', now: 6 });
    expect(sourceChanges(before, after)).toEqual(['--read-retries: 7 → 5', '--cost-centre: lab → none']);
    await expect(readSettings({ name: 'b', ...options, ...{ readRetries: 10 } })).rejects.toThrow(
      '--read-retries: retries are a whole number from 1 to 9'
    );
  });
});

describe('a registry that was made before the entry', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'flowscope-setting-'));
    const db = new DatabaseSync(join(folder, REGISTRY_FILE));
    MIGRATIONS.forEach((migration) => db.exec(migration));
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec(`INSERT INTO source (id, name, bucket, prefix, region, enabled, created)
      VALUES ('src-1', 'prod', 'flow-logs', '', 'eu-west-1', 1, 5)`);
    db.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gets its column, with the default for the sources that are there', async () => {
    const registry = openRegistry(folder);
    const [source] = await registry.listSources();
    await registry.close();
    expect(source).toMatchObject({ id: 'src-1', enabled: true, readRetries: 3 });
    expect(source).toHaveProperty('costCentre', undefined);
  });

  it('gets it once, also when it is opened again', () => {
    openDatabase(folder).close();
    const db = openDatabase(folder);
    const columns = db.prepare('PRAGMA table_info(source)').all();
    db.close();
    expect(columns.filter(({ name }) => name === 'read_retries')).toMatchObject([
      { type: 'INTEGER', notnull: 1, dflt_value: '3' },
    ]);
    expect(columns.filter(({ name }) => name === 'cost_centre')).toMatchObject([{ type: 'TEXT', notnull: 0 }]);
  });
});
