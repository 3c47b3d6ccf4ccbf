import { randomInt, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isBeforeOffset, type FillPosition } from '../rollup/fillPosition';
import { recordChange, type ChangeAuthor } from './audit';
import { forgetHourPlans, markHoursDirty } from './counters';
import { first, run } from './database';
import { forgetStoredPlans, unstorePlans } from './planRows';
import { getSetting, setSetting } from './setting';

/** What tells this registry from any other; made at its first use and never changed. */
export function registryId(db: DatabaseSync): string {
  const known = getSetting(db, 'registry-id');
  const id = known ?? randomUUID();
  if (known === undefined) {
    setSetting(db, 'registry-id', id);
  }
  return id;
}

/** The store that a registry fills, and how far it got. */
export interface FilledStore extends FillPosition {
  /** Undefined as long as it has filled none. */
  readonly storeId?: string;
}

/** Which store this registry fills, and how far it has got. */
export function filledStore(db: DatabaseSync): FilledStore {
  const counter = (name: string) =>
    first<{ value: number; started: number }>(db, 'SELECT value, started FROM counter WHERE name = ?', name);
  const offsets = counter('offset');
  return {
    storeId: getSetting(db, 'store-id'),
    round: offsets?.started ?? 0,
    offset: offsets?.value ?? 1,
    changes: counter('generation')?.value ?? 0,
  };
}

/** When this registry last granted a plan or noted what became of an object, Unix seconds; undefined when it never did. */
export function lastCollected(db: DatabaseSync): number | undefined {
  const { at } = first<{ at: number | null }>(
    db,
    `SELECT max(at) AS at FROM (SELECT max(granted) AS at FROM plan UNION ALL
       SELECT (SELECT max(changed) FROM ledger WHERE state = states.state)
       FROM (SELECT DISTINCT state FROM ledger_count) AS states)`
  )!;
  return at ?? undefined;
}

/** Where a store was found, and whether none of our points are there. */
export interface StorePlace {
  /** The URL of its InfluxDB, and its database. */
  readonly address: string;
  readonly isEmpty: boolean;
}

/**
 * Notes which store this registry fills from now on; returns its id, which is a new one when `found` is undefined. What
 * was stored in another one is stored no more: what still lies in a bucket is collected again. That is under the plan it has,
 * unless the store at the same address is empty: one at another may come back, with the points that were made by that plan.
 * `previous`: the one that the caller took it for; another process may have been faster, and then its word counts.
 */
export function fillStore(
  db: DatabaseSync,
  previous: string | undefined,
  found: string | undefined,
  now: number,
  place?: StorePlace
): string {
  const isGone = place !== undefined && place.isEmpty && place.address === getSetting(db, 'store-address');
  if (place) {
    setSetting(db, 'store-address', place.address);
  }
  const known = getSetting(db, 'store-id');
  if (known !== undefined && (known !== previous || known === found)) {
    return known;
  }
  const storeId = found ?? randomUUID();
  setSetting(db, 'store-id', storeId);
  if (known !== undefined) {
    if (isGone) {
      forgetStoredPlans(db);
    }
    unstorePlans(db);
    forgetHourPlans(db);
    collectAgain(db, now);
  }
  return storeId;
}

/** Notes at which address the store lies that this registry fills, see {@link StorePlace}. */
export function noteStoreAddress(db: DatabaseSync, address: string): void {
  setSetting(db, 'store-address', address);
}

/** Whether that is the store which this registry fills. */
export function isFilledStore(db: DatabaseSync, storeId: string): boolean {
  return getSetting(db, 'store-id') === storeId;
}

const STORE_LOST =
  'It was stored in a database that is gone, or is another one now. It is collected again with the next listing.';

const PLAN_LOST =
  'It was in conflict with what a database held that is gone, or is another one now. It is read again with the next listing.';

/** Why objects are in quarantine because of the plan that they or others have. */
const JUDGED_BY_PLAN = "'conflict', 'unfinished-conflict', 'owners-forgotten'";

/** What waits for its deletion must not go: it is in no store; and what its plan kept from being stored is judged anew. */
function collectAgain(db: DatabaseSync, now: number): void {
  run(
    db,
    "UPDATE ledger SET state = 'refused', reason = 'store-lost', message = ?, changed = ? WHERE state = 'stored'",
    ...[STORE_LOST, now]
  );
  run(
    db,
    `UPDATE ledger SET state = 'refused', reason = 'retry', message = ?, changed = ?
     WHERE state = 'quarantined' AND reason IN (${JUDGED_BY_PLAN}) AND dismissed IS NULL
       AND source_id IN (SELECT id FROM source)`,
    ...[PLAN_LOST, now]
  );
}

/** Half of all offsets: there are 60 thousand million, and a registry uses one per object. */
const HALF = 30_000_000_000;

/** What is known of a store that another registry has filled. */
export interface AdoptedStore {
  readonly database: string;
  readonly storeId?: string;
  /** How far it was filled; undefined when nobody knows. */
  readonly mark?: FillPosition;
  /** Hours whose sums may be behind their minutes: that registry knew which. */
  readonly hours: readonly number[];
}

/**
 * Makes a store that another registry has filled the one that this one fills: with offsets of its own, so that no point is
 * overwritten. Plans of other stores are forgotten, since their offsets may be in use in this one. Returns the store's id.
 */
export function adoptStore(
  db: DatabaseSync,
  { database, storeId, mark, hours }: AdoptedStore,
  by: ChangeAuthor
): string {
  const position = filledStore(db);
  const isKnown = storeId !== undefined && storeId === position.storeId;
  const id = storeId ?? randomUUID();
  if (!isKnown) {
    run(db, 'UPDATE ledger SET plan_id = NULL WHERE plan_id IS NOT NULL');
    run(db, 'DELETE FROM plan');
    collectAgain(db, by.now);
    setSetting(db, 'store-id', id);
  }
  if (mark === undefined) {
    setOffset(db, Math.max(position.offset, HALF / 10 + randomInt(HALF)), by.now);
  } else if (!isKnown || isBeforeOffset(position, mark)) {
    setOffset(db, mark.offset, mark.round);
  }
  markAllDirty(db, hours, by.now);
  recordChange(db, by, 'store.adopt', database, { storeId: id });
  return id;
}

/**
 * Lets an older copy of a registry go on in its store, above all that the newer one gave out. `hours`: those whose sums may
 * be behind their minutes.
 */
export function continueAbove(
  db: DatabaseSync,
  {
    database,
    mark,
    hours,
  }: { readonly database: string; readonly mark: FillPosition; readonly hours: readonly number[] },
  by: ChangeAuthor
): void {
  const before = filledStore(db);
  if (isBeforeOffset(before, mark)) {
    setOffset(db, mark.offset, mark.round);
  }
  run(
    db,
    `INSERT INTO counter (name, value, started) VALUES ('generation', ?, 0)
     ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`,
    mark.changes + 1
  );
  markAllDirty(db, hours, by.now);
  recordChange(db, by, 'store.adopt-restored', database, { before: before.offset, after: filledStore(db).offset });
}

function markAllDirty(db: DatabaseSync, hours: readonly number[], now: number): void {
  const dirty = hours.map((hour) => ({ hour, records: 0 }));
  markHoursDirty(db, dirty, now);
  forgetHourPlans(db);
}

function setOffset(db: DatabaseSync, offset: number, round: number): void {
  run(db, "INSERT OR REPLACE INTO counter (name, value, started) VALUES ('offset', ?, ?)", offset, round);
}
