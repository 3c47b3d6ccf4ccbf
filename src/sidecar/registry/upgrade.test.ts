import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { RULES_VERSION } from '../rollup/terms';
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

it('entities of a registry from before the search are found, and those from when it had an index of its own', async () => {
  const before = MIGRATIONS.findIndex((migration) => migration.includes('entity_text'));
  const db = new DatabaseSync(join(folder, REGISTRY_FILE));
  MIGRATIONS.slice(0, before).forEach((migration) => db.exec(migration));
  db.exec(`PRAGMA user_version = ${before}`);
  db.exec(
    `INSERT INTO entity (kind, id, description, vpc, subnet, instance, account, region, first_seen)
     VALUES ('interface', 'eni-1', 'orders db', '-', '-', '-', '-', '-', 1), ('interface', 'eni-2', NULL, '-', '-', '-', '-', '-', 1)`
  );
  db.close();

  const registry = openRegistry(folder);
  const found = await Promise.all(['rders', 'ni-2'].map((text) => registry.search(text, 9)));
  await registry.close();
  expect(found.map(({ matches }) => matches.map(({ id }) => id))).toEqual([['eni-1'], ['eni-2']]);
});

describe('a registry from before its reads and plans were made small', () => {
  const HASH = 'ab'.repeat(32);
  const TERMS = {
    rulesVersion: RULES_VERSION,
    sourceId: 'src-1',
    topK: 20,
    account: '1',
    ...{ fileTime: 5, minuteHorizon: 6 },
  };
  const HORIZONS = { hourHorizon: 7, futureHorizon: 8 };
  const PLANS = [
    { id: 3, identity: 'a.log.gz', sha256: HASH, terms: { ...TERMS, ...HORIZONS }, stored: 9 },
    { id: 5, identity: 'b.log.gz', sha256: 'cd'.repeat(32), terms: { ...TERMS, ...HORIZONS, topK: 5 }, stored: null },
    {
      id: 8,
      identity: 'c.log.gz',
      sha256: 'ef'.repeat(32),
      terms: { ...TERMS, ...HORIZONS, account: undefined },
      stored: 9,
    },
  ];
  const DECISIONS = { '1/vpc-2': 'count', '1/vpc-1': 'drop', '1/vpc-3': 'overflow' };

  beforeEach(() => {
    const before = MIGRATIONS.findIndex((migration) => migration.includes('CREATE TABLE ledger_count'));
    const db = new DatabaseSync(join(folder, REGISTRY_FILE));
    db.exec('PRAGMA journal_mode = WAL');
    MIGRATIONS.slice(0, before).forEach((migration) => db.exec(migration));
    db.exec(`PRAGMA user_version = ${before}`);
    const insert = db.prepare('INSERT INTO plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    for (const { id, identity, sha256, terms, stored } of PLANS) {
      const decisions = JSON.stringify(id === 8 ? {} : DECISIONS);
      insert.run(id, identity, sha256, 100 + id, JSON.stringify(terms), decisions, `[${id},70]`, 4, stored);
    }
    db.exec(
      `INSERT INTO source (id, name, bucket, prefix, region, enabled, created) VALUES ('src-1', 'prod', 'logs', '', 'eu-west-1', 1, 5);
       INSERT INTO ledger (source_id, key, etag, size, state, reason, message, plan_id, changed, seen, dismissed) VALUES
         ('src-1', 'x/a.log.gz', 'e', 1, 'deleted', NULL, NULL, 3, 10, 1, NULL),
         ('src-1', 'x/c.log.gz', 'e', 1, 'deleted', NULL, NULL, 8, 11, 1, NULL),
         ('src-1', 'x/bad.gz', 'e', 1, 'quarantined', 'empty', 'It is empty.', NULL, 12, 1, NULL),
         ('src-1', 'x/old.gz', 'e', 1, 'quarantined', 'empty', 'It is empty.', NULL, 12, 1, 13);
       INSERT INTO unread (identity, source_id, key, stored, lines, bytes, reasons, quotes, content)
         VALUES ('a.log.gz', 'src-1', 'x/a.log.gz', 9, 4, 40, '{}', '[]', x'')`
    );
    db.close();
  });

  it('keeps every plan as it was', async () => {
    const registry = openRegistry(folder);
    for (const { id, identity, sha256, terms, stored } of PLANS) {
      const plan = {
        ...{
          id,
          identity,
          sha256,
          terms: { ...terms, owners: 0, isFlowLogDisabled: false },
          offsets: [id, 70],
          isStored: stored !== null,
        },
        decisions: id === 8 ? {} : DECISIONS,
      };
      expect(await registry.findPlan(identity)).toEqual(plan);
      expect(await registry.findPlan('', sha256)).toEqual(plan);
    }
    const { entries } = await registry.explainObject('a.log.gz');
    expect(entries).toMatchObject([{ key: 'x/a.log.gz', plan: { id: 3, size: 103, granted: 4, stored: 9 } }]);
    expect(Object.keys(entries[0].plan!.decisions)).toEqual(Object.keys(DECISIONS));
    await registry.close();
  });

  it('counts what it holds, and goes on from there', async () => {
    const registry = openRegistry(folder);
    expect(await registry.ledgerCounts('src-1')).toEqual([
      { state: 'deleted', reason: undefined, message: undefined, objects: 2, example: 'x/c.log.gz' },
      { state: 'quarantined', reason: 'empty', message: 'It is empty.', objects: 1, example: 'x/bad.gz' },
    ]);
    expect(await registry.leftoverReasons('src-1')).toEqual([{ reason: 'empty', objects: 2 }]);
    expect(await registry.countUnread()).toEqual({ objects: 1, lines: 4 });
    expect(await registry.sourceExporters('src-1')).toBe(1);
    await registry.dismissQuarantined({}, 20);
    expect(await registry.countQuarantine()).toBe(0);
    await registry.close();
  });

  it('still refuses a ledger row of a plan that is not there', async () => {
    const registry = openRegistry(folder);
    const entry = { sourceId: 'src-1', key: 'k', etag: '', size: 0, state: 'stored' as const };
    await expect(registry.setLedgerEntry({ ...entry, planId: 4 }, 20)).rejects.toThrow('FOREIGN KEY');
    await registry.setLedgerEntry({ ...entry, planId: 5 }, 20);
    await registry.close();
    const db = new DatabaseSync(join(folder, REGISTRY_FILE));
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    db.close();
  });
});

it('hours of an older registry that are dirty stay so', async () => {
  const before = MIGRATIONS.findIndex((migration) => migration.includes('CREATE TABLE hour_state'));
  const db = new DatabaseSync(join(folder, REGISTRY_FILE));
  MIGRATIONS.slice(0, before).forEach((migration) => db.exec(migration));
  db.exec(`PRAGMA user_version = ${before}`);
  db.exec('INSERT INTO dirty_hour (hour, generation) VALUES (3600, 7), (7200, 9)');
  db.close();
  const registry = openRegistry(folder);
  const hours = await registry.dirtyHours();
  await registry.close();
  const state = { records: 0, late: 0, since: 0, until: 0 };
  expect(hours).toEqual([
    { hour: 7200, generation: 9, ...state },
    { hour: 3600, generation: 7, ...state },
  ]);
});

describe.each([
  [
    'before its plans were made small',
    'CREATE TABLE ledger_count',
    `INSERT INTO plan (identity, sha256, size, terms, decisions, offsets, granted) VALUES ('a', 'b', 1, '{"rulesVersion":1}', '{}', '[]', 1)`,
  ],
  [
    'afterwards',
    'CREATE TABLE hour_state',
    "INSERT INTO plan_terms (rules_version, source_id, top_k) VALUES (1, 'src-1', 20)",
  ],
])('a registry that was filled under other rules %s', (_when, next, fill) => {
  it('is refused as it is, so that the Flowscope which filled it goes on', () => {
    const before = MIGRATIONS.findIndex((migration) => migration.includes(next));
    const db = new DatabaseSync(join(folder, REGISTRY_FILE));
    MIGRATIONS.slice(0, before).forEach((migration) => db.exec(migration));
    db.exec(`${fill}; PRAGMA user_version = ${before}`);
    const state = () => [db.prepare('PRAGMA user_version').get(), db.prepare('SELECT * FROM sqlite_schema').all()];
    const old = state();
    expect(() => openRegistry(folder)).toThrow(
      /has collected under rules version 1, .* a new data directory .* left as it is/
    );
    expect(state()).toEqual(old);
    db.close();
  });
});
