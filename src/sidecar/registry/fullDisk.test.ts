import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openRegistry, type Registry } from './registry';

const mockOpened: { db?: DatabaseSync } = {};
jest.mock('./database', () => {
  const database = jest.requireActual<typeof import('./database')>('./database');
  return { ...database, openDatabase: (where: string) => (mockOpened.db = database.openDatabase(where)) };
});

const NOW = 1_800_000_000;
const SOURCE = { name: 'prod', bucket: 'b', prefix: '', region: 'eu-west-1', enabled: true };

let directory: string;
let db: DatabaseSync;
let registry: Registry;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flowscope-disk-'));
  registry = openRegistry(directory);
  db = mockOpened.db!;
});
afterEach(async () => {
  await registry.close();
  rmSync(directory, { recursive: true });
});

/** Lets the registry's file grow no more, as on a full disk. */
function fill(): void {
  const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
  db.exec(`PRAGMA max_page_count = ${pages}`);
}

const entryOf = (i: number) => ({
  ...{ sourceId: 'src-1', key: `${i}/${'k'.repeat(2000)}`, etag: 'e', size: 1, state: 'quarantined' as const },
});
const writeMuch = () =>
  Promise.allSettled(Array.from({ length: 40 }, (_, i) => registry.setLedgerEntry(entryOf(i), NOW)));

describe('a registry that cannot be written', () => {
  it('says that its disk is full, where, and what to do', async () => {
    fill();
    const outcomes = await writeMuch();
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        reason: {
          name: 'RegistryError',
          message:
            `The data directory ${directory} cannot be used (database or disk is full): its disk is full; free some space ` +
            'there, or set FLOWSCOPE_DATA_DIR to another folder.',
        },
      });
    }
  });

  it('keeps nothing of what failed, and goes on once there is room', async () => {
    fill();
    await writeMuch();
    expect(await registry.listQuarantine()).toEqual([]);
    db.exec('PRAGMA max_page_count = 1000000');
    expect((await writeMuch()).map(({ status }) => status)).toEqual(Array(40).fill('fulfilled'));
    expect(await registry.countQuarantine()).toBe(40);
  });

  it('says that it is read-only, with what to do', async () => {
    db.exec('PRAGMA query_only = ON');
    await expect(registry.addSource(SOURCE, NOW)).rejects.toThrow(
      `The data directory ${directory} cannot be used (attempt to write a readonly database): let this user read and write ` +
        'there, or set FLOWSCOPE_DATA_DIR to another folder.'
    );
  });

  it('goes on telling what else is wrong with one of several calls', async () => {
    const outcomes = await Promise.allSettled([
      registry.addSource(SOURCE, NOW),
      registry.addSource(SOURCE, NOW),
      registry.listSources(),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { message: expect.stringContaining('prod') as string } });
  });
});
