import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { proposal } from '../testing/registry';
import { NOON } from '../testing/reference/rollUp';
import { openDatabase } from './database';
import { grantPlan } from './plans';
import { openRegistry, type Registry } from './registry';

const SOURCE = { name: 'a', bucket: 'logs', prefix: '', region: 'eu-west-1', enabled: true };
const ENTITY = { kind: 'vpc' as const, vpc: '-', subnet: '-', instance: '-', account: '1', region: 'eu-west-1' };

const mockOpened: { reader?: DatabaseSync } = {};
jest.mock('./database', () => {
  const database = jest.requireActual<typeof import('./database')>('./database');
  return { ...database, openReader: (where: string) => (mockOpened.reader = database.openReader(where)) };
});

let folder: string;
let registry: Registry;
/** Another process that fails at once where it would have to wait. */
let other: DatabaseSync;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowscope-reads-'));
  registry = openRegistry(folder);
  other = openDatabase(folder);
  other.exec('PRAGMA busy_timeout = 0');
});
afterEach(async () => {
  await registry.close();
  other.close();
  rmSync(folder, { recursive: true });
});

describe('a read', () => {
  it('lets a plan be granted and stored while it is in the middle of its rows, and sees the state that it began with', async () => {
    await registry.describeEntities(
      [
        { ...ENTITY, id: 'vpc-1' },
        { ...ENTITY, id: 'vpc-2' },
      ],
      NOON
    );
    const outcomes: string[] = [];
    const search = { search: 'vpc', limit: 10 };
    await registry.searchEntities(search);
    // Called by SQLite for each row that the read looks at.
    mockOpened.reader!.function('glob', (_pattern: unknown, _text: unknown) => {
      if (outcomes.length === 0) {
        other.exec('BEGIN IMMEDIATE');
        outcomes.push(grantPlan(other, proposal({ entities: [{ ...ENTITY, id: 'vpc-3' }] }), NOON).outcome);
        other.exec('COMMIT');
      }
      return 1;
    });
    const { items, total } = await registry.searchEntities(search);
    expect(outcomes).toEqual(['granted']);
    expect([items.map(({ id }) => id), total]).toEqual([['vpc-1', 'vpc-2'], 2]);
    // With the exporter that the plan is of.
    expect((await registry.searchEntities(search)).total).toBe(4);
  });

  it('waits for nobody who writes', async () => {
    await registry.addSource(SOURCE, NOON);
    other.exec("BEGIN IMMEDIATE; UPDATE source SET name = 'b'");
    expect(await registry.listSources()).toMatchObject([{ name: 'a' }]);
    const opened = openRegistry(folder);
    expect(await opened.ledgerCounts('src-1')).toEqual([]);
    await opened.close();
    other.exec('COMMIT');
    expect(await registry.listSources()).toMatchObject([{ name: 'b' }]);
  });

  it('sees the writes that were asked for before it, answered or not', async () => {
    const [added, listed] = await Promise.all([registry.addSource(SOURCE, NOON), registry.listSources()]);
    expect(listed).toEqual([added]);
  });

  it('answers although a write that came with it fails', async () => {
    await registry.addSource(SOURCE, NOON);
    const [again, listed] = await Promise.allSettled([registry.addSource(SOURCE, NOON), registry.listSources()]);
    expect([again.status, listed.status]).toEqual(['rejected', 'fulfilled']);
  });
});

/** What pages, Prometheus and the collector itself ask all the time. */
const READS: Record<string, (known: { source: string; after: number }) => Promise<unknown>> = {
  ledgerCounts: ({ source }) => registry.ledgerCounts(source),
  countRemaining: ({ source }) => registry.countRemaining(source, NOON),
  leftoverReasons: ({ source }) => registry.leftoverReasons(source),
  sourceExporters: ({ source }) => registry.sourceExporters(source),
  countQuarantine: () => registry.countQuarantine(),
  'quarantinePage, the first': () => registry.quarantinePage({ limit: 10 }),
  'quarantinePage, a later one': ({ source }) =>
    registry.quarantinePage({ after: { sourceId: source, key: 'x/quarantined.gz' }, limit: 10 }),
  countUnread: () => registry.countUnread(),
  'unreadPage, the first': () => registry.unreadPage({ limit: 10 }),
  'unreadPage, a later one': ({ after }) => registry.unreadPage({ after, limit: 10 }),
  objectState: () => registry.objectState('x/stored.gz'),
  'explainObject by key': () => registry.explainObject('x/stored.gz'),
  'explainObject by name': () => registry.explainObject('stored.gz'),
  'explainObject of an unknown name': () => registry.explainObject('nothing.gz'),
  findPlan: () => registry.findPlan('a.log.gz', 'b'.repeat(64)),
  unfinishedKeys: ({ source }) => registry.unfinishedKeys(source, 10),
  lastCollected: () => registry.lastCollected(),
  lastSync: () => registry.lastSync(),
  collectorState: () => registry.collectorState(NOON),
};

describe('reads at any size of the registry', () => {
  it.each(Object.keys(READS))('%s reads no table of objects from end to end', async (name) => {
    const { id: source } = await registry.addSource(SOURCE, NOON);
    const storeId = await registry.fillStore(undefined, undefined, NOON);
    const { plan } = (await registry.grantPlan(proposal(), NOON)) as { plan: { id: number } };
    const entry = { sourceId: source, etag: 'e', size: 1 };
    const stored = { ...entry, key: 'x/stored.gz', state: 'stored' as const, planId: plan.id };
    const unread = { header: 'start', lines: [{ reason: 'field-count', line: 'x' }] };
    await registry.recordStored({ planId: plan.id, storeId, hours: [], exporters: {}, entry: stored, unread }, NOON);
    await registry.setLedgerEntry({ ...entry, key: 'x/quarantined.gz', state: 'quarantined', reason: 'empty' }, NOON);
    const after = (await registry.listUnread())[0].id;

    // Anew, so that each statement is prepared again.
    await registry.close();
    registry = openRegistry(folder);
    const prepare = jest.spyOn(DatabaseSync.prototype, 'prepare');
    expect(await READS[name]({ source, after })).toBeDefined();
    const statements = prepare.mock.calls.map(([sql]) => sql).filter((sql) => /FROM/.test(sql));
    prepare.mockRestore();
    expect(statements).not.toEqual([]);
    for (const sql of statements) {
      const steps = other.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as Array<{ detail: string }>;
      // Nor may many rows be sorted to find the first: thousands may have changed in the same second.
      const isOfObjects = /^SELECT (?!count)[^(]*FROM (ledger|plan|unread)\b(?!.* key = )/.test(sql);
      const scans = steps.filter(
        ({ detail }) => /^SCAN (ledger|plan|unread)\b/.test(detail) || (isOfObjects && /USE TEMP B-TREE/.test(detail))
      );
      expect([sql, scans]).toEqual([sql, []]);
    }
  });
});
