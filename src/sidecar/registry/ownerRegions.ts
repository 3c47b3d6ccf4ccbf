import type { DatabaseSync } from 'node:sqlite';
import type { OwnerFact } from '../rollup/owners/facts';
import { all, first, run } from './database';
import { UNKNOWN_PLACE, entitiesOfPlace, giveUpAddress, recordSeenEntities, type SeenEntity } from './entities';
import { addFact, endLapse, pendingVersion, setFactTime } from './ownerFacts';
import { MISSING } from '../../contract/stored';

/** An account in a region that EC2 is asked about. */
export interface OwnerRegion {
  readonly id: number;
  /** When its interfaces were last read to the end, Unix seconds. */
  readonly lastRead?: number;
  /** Goes up with each change of its facts. */
  readonly revision: number;
}

/** A change of what EC2 says; with both parts the one takes the place of the other. Times are Unix seconds. */
export interface OwnerChange {
  /** A fact that holds until another time; null: it still holds; where it began: it never did. */
  readonly ended?: { readonly id: number; readonly since: number; readonly until: number | null };
  readonly begun?: OwnerFact;
}

/** The region of that name in that account, as people call it; noted as one that EC2 is asked about at `now` (Unix seconds). */
export function askOwnerRegion(db: DatabaseSync, account: string, region: string, now: number): OwnerRegion {
  const row = first<{ id: number; last_read: number | null; revision: number }>(
    db,
    `INSERT INTO owner_region (account, region, asked) VALUES (:account, :region, :now)
     ON CONFLICT (account, region) DO UPDATE SET asked = excluded.asked RETURNING id, last_read, revision`,
    { account, region, now }
  )!;
  return { id: row.id, lastRead: row.last_read ?? undefined, revision: row.revision };
}

/**
 * Changes the facts of a region as it was at that revision; returns the next one. Undefined, and nothing changed, when another
 * process was faster. What the new facts name gets rows among the entities. `now`: Unix seconds.
 */
export function changeOwnerFacts(
  db: DatabaseSync,
  { id, revision }: Pick<OwnerRegion, 'id' | 'revision'>,
  changes: readonly OwnerChange[],
  now: number
): number | undefined {
  if (run(db, 'UPDATE owner_region SET revision = revision + 1 WHERE id = ? AND revision = ?', id, revision) === 0) {
    return undefined;
  }
  // A thousand interfaces of one subnet name it once.
  const seen = new Map<string, SeenEntity>();
  for (const { ended, begun } of changes) {
    if (ended) {
      if (ended.until !== null && !begun) {
        giveUp(db, ended.id, now);
      }
      setFactTime(db, ended.id, ended.since, ended.until);
    }
    if (begun) {
      addFact(db, begun, id);
      for (const entity of entitiesOf(begun)) {
        const key = `${entity.kind} ${entity.id}`;
        seen.set(key, seen.get(key) ?? entity);
      }
    }
  }
  recordSeenEntities(db, [...seen.values()], now);
  return revision + 1;
}

/** If the fact is an address: notes that it was given up. */
function giveUp(db: DatabaseSync, factId: number, now: number): void {
  const fact = first<{ statement: string }>(
    db,
    "SELECT statement FROM owner_fact WHERE id = ? AND kind = 'address'",
    factId
  );
  if (fact) {
    giveUpAddress(db, fact.statement, now);
  }
}

/** What a fact names, for the names of reports. */
function entitiesOf(fact: OwnerFact): SeenEntity[] {
  switch (fact.kind) {
    case 'vpc':
      return [{ kind: 'vpc', id: fact.vpc, ...UNKNOWN_PLACE }];
    case 'interface':
      return entitiesOfPlace(fact, MISSING);
    default:
      return [];
  }
}

/** Notes that the interfaces of a region were read to the end, as they were at `time` (Unix seconds): its addresses hold on. */
export function recordOwnerReading(db: DatabaseSync, region: number, time: number): void {
  run(db, 'UPDATE owner_region SET last_read = max(coalesce(last_read, 0), ?) WHERE id = ?', time, region);
  endLapse(db, region);
}

/** For so long addresses hold on while their region cannot be read. */
export const LAPSE_SECONDS = 15 * 60;

/** Ends the addresses of regions that could not be read for a quarter of an hour at their last reading. `now`: Unix seconds. */
export function lapseOwners(db: DatabaseSync, now: number): void {
  const silent = all<{ id: number; last_read: number }>(
    db,
    `SELECT id, last_read FROM owner_region WHERE last_read <= ?
     AND id NOT IN (SELECT region_id FROM owner_lapse WHERE removed IS NULL)`,
    now - LAPSE_SECONDS
  );
  for (const { id, last_read: until } of silent) {
    run(db, 'INSERT INTO owner_lapse (region_id, until, added) VALUES (?, ?, ?)', id, until, pendingVersion(db));
  }
}
