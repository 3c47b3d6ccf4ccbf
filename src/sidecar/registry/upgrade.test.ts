import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { REGISTRY_FILE } from './database';
import { MIGRATIONS } from './migrations';
import { openRegistry } from './registry';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'flowscope-upgrade-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sources and accounts of a registry from before the API keep what they have, under a version and an id', async () => {
  const before = MIGRATIONS.findIndex((migration) => migration.includes('CREATE TABLE change'));
  const db = new DatabaseSync(join(folder, REGISTRY_FILE));
  MIGRATIONS.slice(0, before).forEach((migration) => db.exec(migration));
  db.exec(`PRAGMA user_version = ${before}`);
  db.exec(
    `INSERT INTO source (id, name, bucket, prefix, region, enabled, created) VALUES ('src-1', 'prod', 'logs', '', 'eu-west-1', 1, 5)`
  );
  db.exec(`INSERT INTO account (name, role_arn, regions) VALUES ('a', 'arn:1', '[]'), ('b', NULL, '["eu-west-1"]')`);
  db.close();

  const registry = openRegistry(folder);
  const [source] = await registry.listSources();
  const accounts = await registry.listAccounts();
  await registry.close();
  expect(source).toMatchObject({ id: 'src-1', enabled: true, version: 1, pollSeconds: 60, pathStyle: false });
  expect(source.objectsInFlight).toBe(8);
  expect(source.access).toEqual({});
  expect(accounts).toMatchObject([
    { name: 'a', roleArn: 'arn:1', version: 1, id: expect.stringMatching(/^acc-[0-9a-f]{12}$/) as string },
    { name: 'b', regions: ['eu-west-1'] },
  ]);
  expect(accounts[0].id).not.toBe(accounts[1].id);
});
