import fc from 'fast-check';
import type { DatabaseSync } from 'node:sqlite';
import { all, openDatabase } from './database';
import { claimLeftovers, leftoverReasons, recordDiscarded } from './leftovers';
import { ledgerCounts, recordNotRead, recordDeleted, setLedgerEntry, recordListing, type LedgerState } from './ledger';
import { LEDGER_SECONDS, pruneBatch } from './prune';
import { dismissQuarantined, retryQuarantined } from './quarantine';
import { countQuarantine, listQuarantine, quarantinePage, type QuarantinedObject } from './quarantineList';
import { countUnread, keepUnread, listUnread, unreadPage } from './unread';

const SOURCES = ['src-1', 'src-2', 'import'];
const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const STATES: LedgerState[] = ['stored', 'deleted', 'not-collected', 'quarantined', 'refused', 'gone'];
const START = { granted: 0, id: 0 };

let db: DatabaseSync;
beforeAll(() => (db = openDatabase(':memory:')));
afterAll(() => db.close());
beforeEach(() => db.exec('BEGIN'));
afterEach(() => db.exec('ROLLBACK'));

/** Each run of a property begins with an empty registry. */
const empty = () => db.exec('ROLLBACK; BEGIN');

interface Change {
  readonly what: string;
  readonly source: string;
  readonly key: string;
  readonly etag: string;
  readonly state: LedgerState;
  readonly reason?: string;
}

const change = fc.record({
  what: fc.constantFrom('set', 'set', 'set', 'not-read', 'delete', 'list', 'dismiss', 'retry', 'discard', 'prune'),
  source: fc.constantFrom(...SOURCES),
  key: fc.constantFrom(...KEYS),
  etag: fc.constantFrom('1', '2'),
  state: fc.constantFrom(...STATES),
  reason: fc.constantFrom('empty', 'conflict', '', undefined),
});

function apply(db: DatabaseSync, { what, source, key, etag, state, reason }: Change, now: number): void {
  const object = { sourceId: source, key, etag, size: 1, reason, message: reason && `About ${reason}.` };
  const quarantined = () => listQuarantine(db, source).map((one) => one.key);
  switch (what) {
    case 'not-read':
      return recordNotRead(db, { ...object, state: state === 'gone' ? 'gone' : 'not-read' }, now);
    case 'delete':
      return recordDeleted(db, source, [key, 'f'], now);
    case 'list':
      return recordListing(db, source, now - 3, now);
    case 'dismiss':
      return void (quarantined().includes(key) && dismissQuarantined(db, { keys: [key], source }, now));
    case 'retry':
      return void (quarantined().length > 0 && retryQuarantined(db, { source }, now));
    case 'discard': {
      const claimed = claimLeftovers(db, { sourceId: source, reason: 'empty', before: 0 }, [object], now);
      return void recordDiscarded(db, source, 0, { deleted: claimed.length > 0 ? [object] : [], failed: [] }, now);
    }
    case 'prune':
      return void pruneBatch(db, now + LEDGER_SECONDS - 5, START);
    default:
      return setLedgerEntry(db, { ...object, state }, now);
  }
}

/** The counts as they were read before there were running ones: by looking at every row. Of two of one time, the later row. */
const COUNTED = `SELECT state, reason, message, objects, key AS example FROM (SELECT *,
    count(*) OVER (PARTITION BY state, reason) AS objects,
    row_number() OVER (PARTITION BY state, reason ORDER BY changed DESC, id DESC) AS place
  FROM ledger WHERE source_id = ? AND dismissed IS NULL) WHERE place = 1 ORDER BY state, reason`;

it('running counts are those of the rows, whatever happens to them', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      empty();
      db.exec(
        "INSERT INTO source (id, name, bucket, prefix, region, enabled, created) VALUES ('src-1', 'a', 'b', '', 'r', 1, 1)"
      );
      changes.forEach((one, i) => apply(db, one, 100 + i));
      for (const source of SOURCES) {
        const counted = all<Record<string, unknown>>(db, COUNTED, source).map((row) => ({ ...row }));
        const known = ledgerCounts(db, source).map((row) => ({
          ...row,
          reason: row.reason ?? null,
          message: row.message ?? null,
        }));
        expect(known).toEqual(counted);
        expect(leftoverReasons(db, source)).toEqual(
          all(
            db,
            `SELECT reason, count(*) AS objects FROM ledger WHERE source_id = ? AND reason IS NOT NULL
               AND state IN ('not-collected', 'quarantined') GROUP BY reason ORDER BY reason`,
            source
          ).map((row) => ({ ...(row as object) }))
        );
      }
      expect(countQuarantine(db)).toBe(listQuarantine(db).length);
    }),
    { numRuns: 100 }
  );
});

/** All of a list, read in pages of that size. */
function inPages<T>(limit: number, read: (after: T | undefined) => { items: T[]; total: number } | undefined): T[] {
  const found: T[] = [];
  let page: T[];
  do {
    page = read(found.at(-1))!.items;
    expect(page.length).toBeLessThanOrEqual(limit);
    found.push(...page);
  } while (page.length > 0);
  return found;
}

it('the quarantine read in pages is the whole list, in its order', () => {
  const object = fc.record({
    source: fc.constantFrom(...SOURCES),
    key: fc.stringMatching(/^[a-c]{1,3}$/),
    reason: fc.constantFrom('empty', 'conflict', undefined),
    message: fc.constantFrom('One.', 'Two.', undefined),
    changed: fc.constantFrom(1, 2),
  });
  fc.assert(
    fc.property(fc.array(object, { maxLength: 30 }), fc.constantFrom(1, 2, 7), (objects, limit) => {
      empty();
      db.exec(
        "INSERT INTO source (id, name, bucket, prefix, region, enabled, created) VALUES ('src-2', 'a', 'b', '', 'r', 1, 1)"
      );
      for (const { source: sourceId, key, reason, message, changed } of objects) {
        setLedgerEntry(db, { sourceId, key, etag: '', size: 1, state: 'quarantined', reason, message }, changed);
      }
      const all = listQuarantine(db);
      expect(inPages(limit, (after: QuarantinedObject | undefined) => quarantinePage(db, { after, limit }))).toEqual(
        all
      );
      expect(quarantinePage(db, { limit })?.total).toBe(all.length);
      for (const sourceId of SOURCES) {
        const own = all.filter((one) => one.sourceId === sourceId);
        expect(
          inPages(limit, (after: QuarantinedObject | undefined) => quarantinePage(db, { sourceId, after, limit }))
        ).toEqual(own);
        expect(quarantinePage(db, { sourceId, limit })?.total).toBe(own.length);
      }
    }),
    { numRuns: 100 }
  );
});

describe('a page of the quarantine that should follow an object', () => {
  it.each([
    ['that is not there', { sourceId: 'src-1', key: 'x' }, undefined],
    ['of another source than is asked for', { sourceId: 'src-1', key: 'a' }, 'src-2'],
  ])('%s is undefined', (_case, after, sourceId) => {
    const entry = { etag: '', size: 1, state: 'quarantined' as const };
    setLedgerEntry(db, { ...entry, sourceId: 'src-1', key: 'a' }, 1);
    setLedgerEntry(db, { ...entry, sourceId: 'src-2', key: 'a' }, 1);
    expect(quarantinePage(db, { sourceId, after, limit: 10 })).toBeUndefined();
  });
});

it('kept lines read in pages are the whole list; those of an object that is stored anew count once', () => {
  const lines = [{ reason: 'field-count', line: 'x' }];
  for (const [i, stored] of [5, 3, 5, 4, 3].entries()) {
    keepUnread(db, { identity: `i${i}`, sourceId: 's', key: `k${i}` }, { header: 'start', lines }, stored);
  }
  keepUnread(db, { identity: 'i1', sourceId: 's', key: 'k1' }, { header: 'start', lines: [...lines, ...lines] }, 6);
  const all = listUnread(db);
  expect(all.map(({ key }) => key)).toEqual(['k1', 'k2', 'k0', 'k3', 'k4']);
  for (const limit of [1, 2, 9]) {
    expect(inPages(limit, (after: (typeof all)[0] | undefined) => unreadPage(db, { after: after?.id, limit }))).toEqual(
      all
    );
  }
  expect(countUnread(db)).toEqual({ objects: 5, lines: 6 });
  expect(unreadPage(db, { limit: 1 })?.total).toBe(5);
  db.exec("DELETE FROM unread WHERE identity = 'i1'");
  expect(countUnread(db)).toEqual({ objects: 4, lines: 4 });
  expect(unreadPage(db, { after: all[0].id, limit: 1 })).toBeUndefined();
});
