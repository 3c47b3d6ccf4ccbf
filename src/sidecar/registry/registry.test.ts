import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { proposal } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { openDatabase, REGISTRY_FILE } from './database';
import { MIGRATIONS } from './migrations';
import { openRegistry } from './registry';
import { RegistryError } from './sources';

const SOURCE = { name: 'a', bucket: 'logs', prefix: '', region: 'eu-west-1', enabled: false };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowscope-registry-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('operations that come together', () => {
  it('run in the order they came; one that fails is undone alone', async () => {
    const registry = openRegistry(':memory:');
    const settled = await Promise.allSettled([
      registry.addSource(SOURCE, NOON),
      registry.addSource(SOURCE, NOON),
      registry.setLedgerEntry({ sourceId: 's', key: 'k', etag: '', size: 0, state: 'stored', planId: 99 }, NOON),
      registry.addSource({ ...SOURCE, name: 'b' }, NOON),
      registry.listSources(),
    ]);
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect((settled[1] as PromiseRejectedResult).reason).toBeInstanceOf(RegistryError);
    expect((settled[4] as PromiseFulfilledResult<unknown[]>).value).toHaveLength(2);
    expect(await registry.lookUpListed('s', ['k'], 1000)).toEqual({});
    await registry.close();
  });

  it('undo all that a failing operation had done', async () => {
    const registry = openRegistry(':memory:');
    // The second entity cannot be written; the plan, its hours and the first entity were.
    const entity = { kind: 'vpc' as const, id: 'vpc-1', vpc: '-', subnet: '-', instance: '-', account: '1' };
    const wanted = proposal({ entities: [entity, { ...entity, id: {} as string }] });
    await expect(registry.grantPlan(wanted, NOON)).rejects.toThrow();
    expect(await registry.findPlan(wanted.identity, wanted.sha256)).toBeUndefined();
    expect(await registry.dirtyHours()).toEqual([]);
    expect(await registry.listEntities()).toEqual([]);
    expect(await registry.grantPlan({ ...wanted, entities: [entity] }, NOON)).toMatchObject({ outcome: 'granted' });
    await registry.close();
  });

  it('fail when the registry is closed, and nothing else does', async () => {
    const registry = openRegistry(folder);
    const closing = registry.close();
    // As those of a check do that goes on by itself.
    const late = [registry.addSource(SOURCE, NOON), registry.listSources()];
    await closing;
    late.push(registry.addSource(SOURCE, NOON), registry.listSources());
    expect(await Promise.allSettled(late)).toMatchObject(
      Array(4).fill({ status: 'rejected', reason: { message: 'The registry was closed.' } })
    );
  });

  it('are all finished before the registry closes', async () => {
    const registry = openRegistry(folder);
    const adding = registry.addSource(SOURCE, NOON);
    await registry.close();
    expect(await adding).toMatchObject({ name: 'a' });
  });
});

describe('the file', () => {
  it('keeps what was answered, and is for its owner alone', async () => {
    const data = join(folder, 'new', 'folder');
    const first = openRegistry(data);
    await first.addSource(SOURCE, NOON);
    await first.close();
    const second = openRegistry(data);
    expect(await second.listSources()).toMatchObject([{ name: 'a' }]);
    await second.close();
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  it('is shared by two processes, which take turns', async () => {
    const [one, two] = [openRegistry(folder), openRegistry(folder)];
    const starts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? one : two).reserveOffsets(10, NOON, 86_400))
    );
    expect(starts.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => 1 + 10 * i));
    await Promise.all([one.close(), two.close()]);
  });

  it('is made from an empty one, durably', () => {
    const db = openDatabase(folder);
    const value = (pragma: string) => Object.values(db.prepare(`PRAGMA ${pragma}`).get()!)[0];
    expect([value('journal_mode'), value('synchronous'), value('foreign_keys')]).toEqual(['wal', 2, 1]);
    expect(value('user_version')).toBeGreaterThan(0);
    db.close();
  });

  it('of an older Flowscope is upgraded, with all that it holds', async () => {
    const raw = new DatabaseSync(join(folder, REGISTRY_FILE));
    raw.exec(MIGRATIONS[0]);
    raw.exec(`INSERT INTO exporter VALUES ('1/vpc-1', '1', 'vpc', 1, ${NOON}, ${NOON}, 7);
      INSERT INTO ledger (source_id, key, etag, size, state, changed, seen) VALUES ('s', 'k', 'e', 1, 'quarantined', 1, 1);
      PRAGMA user_version = 1`);
    raw.close();
    const registry = openRegistry(folder);
    const { exporters } = await registry.exporterOverview(NOON + 2 * 3600);
    expect(exporters).toMatchObject([{ id: '1/vpc-1', records: 7, recordsPerMinute: 0, state: 'counted' }]);
    expect(await registry.listQuarantine()).toMatchObject([{ key: 'k' }]);
    await registry.close();
  });

  it('of a newer Flowscope is refused, and left as it is', () => {
    openDatabase(folder).close();
    const raw = new DatabaseSync(join(folder, REGISTRY_FILE));
    raw.exec('PRAGMA user_version = 1000');
    expect(() => openDatabase(folder)).toThrow('newer Flowscope');
    expect(raw.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1000 });
    raw.close();
  });

  it('that was left halfway through its making is made from the start', () => {
    const raw = new DatabaseSync(join(folder, REGISTRY_FILE));
    raw.exec('PRAGMA journal_mode = WAL; BEGIN; CREATE TABLE counter (name TEXT)');
    raw.close();
    const db = openDatabase(folder);
    expect(db.prepare('SELECT count(*) AS n FROM source').get()).toEqual({ n: 0 });
    db.close();
  });
});
