import type { DatabaseSync } from 'node:sqlite';
import type { OwnerFact, OwnerStatement, Passes } from '../rollup/owners/facts';
import { all, first, run } from './database';

type Kind = OwnerStatement['kind'];

/** What a fact says, as the column `statement` has it: its values with spaces between, of which none has one in it. */
export function statementText(fact: OwnerStatement): string {
  switch (fact.kind) {
    case 'address':
      return `${fact.vpc} ${fact.address} ${fact.interface}`;
    case 'interface':
      return `${fact.interface} ${fact.vpc} ${fact.subnet} ${fact.instance} ${fact.account} ${fact.zone} ${fact.passes}`;
    case 'vpc':
      return `${fact.vpc} ${fact.cidr}`;
    case 'network':
      return fact.cidr;
    case 'covered':
      return `${fact.interface} ${fact.action}`;
  }
}

/** The fact with that statement. Spelt out: there are hundreds of thousands of them. */
function parseFact(id: number, kind: Kind, since: number, until: number | undefined, values: string[]): FactRow {
  const [first, second, third] = values;
  switch (kind) {
    case 'address':
      return { id, kind, since, until, vpc: first, address: second, interface: third };
    case 'interface': {
      const [, , subnet, instance, account, zone, passes] = values;
      const place = { vpc: second, subnet, instance, account, zone, passes: passes as Passes };
      return { id, kind, since, until, interface: first, ...place };
    }
    case 'vpc':
      return { id, kind, since, until, vpc: first, cidr: second };
    case 'network':
      return { id, kind, since, until, cidr: first };
    case 'covered':
      return { id, kind, since, until, interface: first, action: second };
  }
}

/** Facts as one text, a line each, since hundreds of thousands go from thread to thread. {@link parseFacts} reads it. */
export interface FactPage {
  readonly lines: string;
  /** The last row of the page, behind which the next one begins; undefined when there is none. */
  readonly last?: number;
}

/** Rows of a page: nobody waits long for the registry's thread. */
const PAGE_SIZE = 5000;

/** Every page of what `read` gives, behind a row (0 at first) and at most `limit` rows. Throws what that throws. */
export async function* factPages(read: (after: number, limit: number) => Promise<FactPage>): AsyncGenerator<FactPage> {
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: FactPage = await read(after, PAGE_SIZE);
    yield page;
    after = page.last;
  }
}

/** A fact and its row. */
export type FactRow = OwnerFact & { readonly id: number };

/** The facts of a page, one after the other. */
export function* parseFacts({ lines }: FactPage): Generator<FactRow> {
  for (let from = 0, end = 0; from < lines.length; from = end + 1) {
    end = lines.indexOf('\n', from);
    const values = lines.slice(from, end).split(' ');
    const [id, since, until] = values.splice(0, 3).map(Number);
    const kind = values.shift() as Kind;
    // An address that was first seen when its region was last read holds for no time once that is long ago.
    if (until === 0 || until > since) {
      yield parseFact(id, kind, since, until === 0 ? undefined : until, values);
    }
  }
}

/** A page of facts: SELECT what of owner_fact AS f. `until`: SQL of when a fact ends; `rest`: what follows, with `:limit`. */
function readPage(
  db: DatabaseSync,
  until: string,
  rest: string,
  values: Readonly<Record<string, number | string>> & { readonly limit: number }
): FactPage {
  const rows = all<{ id: number; line: string }>(
    db,
    `SELECT f.id, f.id || ' ' || f.since || ' ' || coalesce(${until}, 0) || ' ' || f.kind || ' ' || f.statement AS line
     FROM owner_fact AS f ${rest} ORDER BY f.id LIMIT :limit`,
    values
  );
  const lines = rows.map(({ line }) => `${line}\n`).join('');
  return { lines, last: rows.length < values.limit ? undefined : rows.at(-1)!.id };
}

/**
 * Facts of a version, behind the row `after` (0 at first), at most `limit` rows; undefined when it is kept no more. Addresses of
 * a region that could not be read hold until it was last read.
 */
export function ownerFacts(db: DatabaseSync, version: number, after: number, limit: number): FactPage | undefined {
  if (!isKeptVersion(db, version)) {
    return undefined;
  }
  const isOfVersion = (table: string) =>
    `${table}.added <= :version AND (${table}.removed IS NULL OR ${table}.removed > :version)`;
  return readPage(
    db,
    'coalesce(f.until, lapse.until)',
    `LEFT JOIN owner_lapse AS lapse ON f.kind = 'address' AND region_id = f.origin AND ${isOfVersion('lapse')}
     WHERE f.id > :after AND ${isOfVersion('f')}`,
    { version, after, limit }
  );
}

/**
 * What is known by now of one kind from one origin, and still held at `time` (Unix seconds), behind the row `after` (0 at
 * first), at most `limit` rows.
 */
export function currentFacts(
  db: DatabaseSync,
  kind: Kind,
  origin: number,
  time: number,
  after: number,
  limit: number
): FactPage {
  return readPage(
    db,
    'f.until',
    `WHERE f.kind = :kind AND f.origin = :origin AND f.removed IS NULL AND f.id > :after
       AND (f.until IS NULL OR f.until >= :time)`,
    { kind, origin, time, after, limit }
  );
}

/**
 * All that is known by now, whether a version has it already or not, behind the row `after` (0 at first), at most `limit`
 * rows: whose addresses there are, and networks. What has ended is among it until it is forgotten.
 */
export function latestFacts(db: DatabaseSync, after: number, limit: number): FactPage {
  return readPage(
    db,
    'coalesce(f.until, lapse.until)',
    `LEFT JOIN owner_lapse AS lapse ON f.kind = 'address' AND region_id = f.origin AND lapse.removed IS NULL
     WHERE f.id > :after AND f.removed IS NULL AND f.kind IN ('address', 'vpc', 'network')`,
    { after, limit }
  );
}

/** The version that takes changes. */
export function pendingVersion(db: DatabaseSync): number {
  const pending = first<{ id: number }>(db, 'SELECT id FROM owner_version WHERE made IS NULL');
  const added = () =>
    first<{ id: number }>(
      db,
      'INSERT INTO owner_version (id) SELECT coalesce(max(id), 0) + 1 FROM owner_version RETURNING id'
    )!;
  return (pending ?? added()).id;
}

/** Adds a fact. `origin`: see the table; null for what people said. */
export function addFact(db: DatabaseSync, fact: OwnerFact, origin: number | null): void {
  run(
    db,
    `INSERT INTO owner_fact (kind, statement, origin, since, until, added)
     VALUES (:kind, :statement, :origin, :since, :until, :added)`,
    {
      ...{ kind: fact.kind, statement: statementText(fact), origin, since: fact.since, until: fact.until ?? null },
      added: pendingVersion(db),
    }
  );
}

/** Takes a fact back: from the next version on nobody ever said so. */
export function removeFact(db: DatabaseSync, id: number): void {
  const version = pendingVersion(db);
  if (run(db, 'DELETE FROM owner_fact WHERE id = ? AND added = ?', id, version) === 0) {
    run(db, 'UPDATE owner_fact SET removed = ? WHERE id = ? AND removed IS NULL', version, id);
  }
}

/** Lets a fact hold at another time (Unix seconds); `until` null: it still does. One that holds for no time is taken back. */
export function setFactTime(db: DatabaseSync, id: number, since: number, until: number | null): void {
  if (until === null || until > since) {
    run(
      db,
      `INSERT INTO owner_fact (kind, statement, origin, since, until, added)
       SELECT kind, statement, origin, ?, ?, ? FROM owner_fact WHERE id = ? AND removed IS NULL`,
      ...[since, until, pendingVersion(db), id]
    );
  }
  removeFact(db, id);
}

/** How old the newest version is at least before another one is made. */
export const VERSION_SECONDS = 60;

/** The version that new plans name; a new one if something has changed and the last one is a minute old. 0: no facts yet. */
export function ownerVersion(db: DatabaseSync, now: number): number {
  const newest = first<{ id: number; made: number }>(
    db,
    'SELECT id, made FROM owner_version WHERE made IS NOT NULL ORDER BY id DESC LIMIT 1'
  );
  // A clock that was ahead must not hold versions back.
  if (newest && now >= newest.made && now < newest.made + VERSION_SECONDS) {
    return newest.id;
  }
  const made = first<{ id: number }>(db, 'UPDATE owner_version SET made = ? WHERE made IS NULL RETURNING id', now);
  return (made ?? newest)?.id ?? 0;
}

/** The newest version that was made; 0 when there is none. */
export function newestOwnerVersion(db: DatabaseSync): number {
  return first<{ id: number | null }>(db, 'SELECT max(id) AS id FROM owner_version WHERE made IS NOT NULL')!.id ?? 0;
}

/** Whether the facts of a version can still be read. 0, none, always can. */
export function isKeptVersion(db: DatabaseSync, version: number): boolean {
  return (
    version === 0 || first(db, 'SELECT 1 FROM owner_version WHERE id = ? AND made IS NOT NULL', version) !== undefined
  );
}

/** For so long after the next one was made a version is kept, since an object may be read meanwhile that is to name it. */
const VERSION_KEPT_SECONDS = 15 * 60;
/** For so long facts are kept that hold no more, and whatever was said of regions that nobody asks about any more. */
const FACTS_KEPT_SECONDS = 7 * 86_400;

/** Rows that change in one transaction: plans that are to be granted wait for it. */
export const FACT_BATCH_SIZE = 500;

/** Forgets some of the facts and versions that nobody needs at `now` (Unix seconds). Returns whether more may be left. */
export function pruneOwners(db: DatabaseSync, now: number): boolean {
  return (
    removeOld(db, now - FACTS_KEPT_SECONDS) || deleteVersion(db, now - VERSION_KEPT_SECONDS) || deleteUnversioned(db)
  );
}

/** Takes back what held before `oldest` (Unix seconds) alone. */
function removeOld(db: DatabaseSync, oldest: number): boolean {
  const unasked = first<{ id: number }>(db, 'SELECT id FROM owner_region WHERE asked < ? LIMIT 1', oldest);
  const lapsed = 'SELECT region_id FROM owner_lapse WHERE removed IS NULL AND until < :oldest';
  const old = [
    `SELECT id FROM owner_fact WHERE until < :oldest AND removed IS NULL`,
    `SELECT id FROM owner_fact WHERE kind = 'address' AND origin IN (${lapsed}) AND removed IS NULL`,
    `SELECT id FROM owner_fact WHERE kind IN ('address', 'interface', 'vpc') AND origin = :unasked AND removed IS NULL`,
  ];
  const ids = all<{ id: number }>(db, `${old.join(' UNION ALL ')} LIMIT :limit`, {
    ...{ oldest, unasked: unasked?.id ?? null, limit: FACT_BATCH_SIZE },
  });
  ids.forEach(({ id }) => removeFact(db, id));
  if (ids.length === 0 && unasked) {
    endLapse(db, unasked.id);
    run(db, 'DELETE FROM owner_region WHERE id = ?', unasked.id);
  }
  return ids.length > 0;
}

/** Takes back that a region could not be read. */
export function endLapse(db: DatabaseSync, region: number): void {
  if (first(db, 'SELECT 1 FROM owner_lapse WHERE region_id = ? AND removed IS NULL', region)) {
    const version = pendingVersion(db);
    run(db, 'DELETE FROM owner_lapse WHERE region_id = ? AND added = ?', region, version);
    run(db, 'UPDATE owner_lapse SET removed = ? WHERE region_id = ? AND removed IS NULL', version, region);
  }
}

/**
 * Deletes a version whose successor was made before `oldest` (Unix seconds), unless an unfinished plan names it. Its row goes
 * before its facts: from then on no plan names it, however long they take. Returns whether there was one.
 */
function deleteVersion(db: DatabaseSync, oldest: number): boolean {
  const deleted = run(
    db,
    `DELETE FROM owner_version WHERE id = (SELECT v.id FROM owner_version AS v
       JOIN owner_version AS next ON next.id = (SELECT min(id) FROM owner_version WHERE id > v.id)
       WHERE next.made < ? AND NOT EXISTS (SELECT 1 FROM plan WHERE stored IS NULL AND owners = v.id) LIMIT 1)`,
    oldest
  );
  return deleted > 0;
}

/** Deletes facts that no kept version has, some at a time. Returns whether more may be left. */
function deleteUnversioned(db: DatabaseSync): boolean {
  const isUnversioned =
    'removed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM owner_version AS v WHERE v.id >= added AND v.id < removed)';
  run(db, `DELETE FROM owner_lapse WHERE ${isUnversioned}`);
  const deleted = run(
    db,
    `DELETE FROM owner_fact WHERE id IN (SELECT id FROM owner_fact WHERE ${isUnversioned} LIMIT ${FACT_BATCH_SIZE})`
  );
  return deleted === FACT_BATCH_SIZE;
}
