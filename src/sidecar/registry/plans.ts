import type { DatabaseSync } from 'node:sqlite';
import type { Exporter } from '../rollup/objectRollup';
import type { ExporterDecision, RollupTerms } from '../rollup/terms';
import { all, first, run } from './database';
import { flowLogSeen, seeEntities, type FlowLog, type SeenEntity } from './entities';
import { setLedger, type LedgerEntry } from './ledger';

/** What the registry fixed for one object before its first write, so that a replay writes the same points. */
export interface Plan {
  readonly id: number;
  /** AWS's file name, else `sha256:…`: one object wherever it lies. */
  readonly identity: string;
  readonly sha256: string;
  readonly terms: RollupTerms;
  readonly decisions: Readonly<Record<string, ExporterDecision>>;
  /** Nanoseconds within the window, one per part. */
  readonly offsets: readonly number[];
  /** Whether every point was acknowledged. */
  readonly isStored: boolean;
}

/** What a collector found out about an object and wants fixed. */
export interface Proposal {
  readonly identity: string;
  readonly sha256: string;
  readonly size: number;
  readonly terms: RollupTerms;
  readonly exporters: ReadonlyArray<Exporter & { readonly decision: ExporterDecision }>;
  readonly offsets: readonly number[];
  /** Hours that will have points in `minute`. */
  readonly hours: readonly number[];
  readonly entities: readonly SeenEntity[];
  /** The flow log that wrote the object, when its name says so. */
  readonly flowLog?: FlowLog;
}

/**
 * The answer to a {@link Proposal}:
 * `granted` as proposed · `existing`: the object has an unfinished plan, follow that one · `duplicate`: it is stored
 * already · `conflict`: its name is that of another content · `changed`: an exporter's decision is no longer that, ask again.
 */
export type Grant =
  | { readonly outcome: 'granted' | 'existing' | 'duplicate' | 'conflict'; readonly plan: Plan }
  | { readonly outcome: 'changed' };

/** Exporters beyond this are counted into one overflow exporter. */
export const DEFAULT_MAX_EXPORTERS = 500;

interface PlanRow {
  id: number;
  identity: string;
  sha256: string;
  terms: string;
  decisions: string;
  offsets: string;
  stored: number | null;
}

function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    identity: row.identity,
    sha256: row.sha256,
    terms: JSON.parse(row.terms) as RollupTerms,
    decisions: JSON.parse(row.decisions) as Record<string, ExporterDecision>,
    offsets: JSON.parse(row.offsets) as number[],
    isStored: row.stored !== null,
  };
}

/** The plan of an object, by its identity or its content. */
export function findPlan(db: DatabaseSync, identity: string, sha256: string): Plan | undefined {
  const row =
    first<PlanRow>(db, 'SELECT * FROM plan WHERE identity = ?', identity) ??
    first<PlanRow>(db, 'SELECT * FROM plan WHERE sha256 = ?', sha256);
  return row && toPlan(row);
}

/** What would become of each exporter's records now: a new one counts as long as there is room. */
export function decideExporters(
  db: DatabaseSync,
  ids: readonly string[],
  limit = DEFAULT_MAX_EXPORTERS
): Record<string, ExporterDecision> {
  let room = limit - Number(first<{ n: number }>(db, 'SELECT count(*) AS n FROM exporter')!.n);
  return Object.fromEntries(
    ids.map((id): [string, ExporterDecision] => {
      const known = first<{ enabled: number }>(db, 'SELECT enabled FROM exporter WHERE id = ?', id);
      if (known) {
        return [id, known.enabled === 1 ? 'count' : 'drop'];
      }
      return [id, room-- > 0 ? 'count' : 'overflow'];
    })
  );
}

/** Grants an object its plan, once: by identity and by content. Also marks its hours dirty and notes what it names. */
export function grantPlan(db: DatabaseSync, proposal: Proposal, now: number): Grant {
  const { identity, sha256, size, terms, exporters, offsets, hours, entities, flowLog } = proposal;
  const known = findPlan(db, identity, sha256);
  if (known) {
    if (known.sha256 !== sha256) {
      return { outcome: 'conflict', plan: known };
    }
    if (known.isStored) {
      return { outcome: 'duplicate', plan: known };
    }
    markDirty(db, hours);
    return { outcome: 'existing', plan: known };
  }
  const ids = exporters.map((exporter) => exporter.id);
  const decisions = decideExporters(db, ids);
  if (exporters.some(({ id, decision }) => decisions[id] !== decision)) {
    return { outcome: 'changed' };
  }
  for (const { id, account, from, decision } of exporters) {
    if (decision === 'count') {
      run(
        db,
        'INSERT OR IGNORE INTO exporter (id, account, from_field, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)',
        ...[id, account, from, now, now]
      );
    }
  }
  run(
    db,
    'INSERT INTO plan (identity, sha256, size, terms, decisions, offsets, granted) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[identity, sha256, size, JSON.stringify(terms), JSON.stringify(decisions), JSON.stringify(offsets), now]
  );
  markDirty(db, hours);
  seeEntities(db, entities, now);
  if (flowLog) {
    flowLogSeen(db, flowLog, now);
  }
  return { outcome: 'granted', plan: findPlan(db, identity, sha256)! };
}

/** An object whose points were all acknowledged. */
export interface StoredObject {
  readonly planId: number;
  readonly hours: readonly number[];
  /** Records per exporter id. */
  readonly exporters: Readonly<Record<string, number>>;
  readonly entry: LedgerEntry;
}

/** Notes that all points of an object were acknowledged: from now on it may be deleted. False when that was known. */
export function objectStored(db: DatabaseSync, object: StoredObject, now: number): boolean {
  const isFirst = run(db, 'UPDATE plan SET stored = ? WHERE id = ? AND stored IS NULL', now, object.planId) === 1;
  // Again, after the last write: an hour recomputed between the grant and the write has missed these points.
  markDirty(db, object.hours);
  if (isFirst) {
    for (const [id, records] of Object.entries(object.exporters)) {
      run(db, 'UPDATE exporter SET last_seen = ?, records = records + ? WHERE id = ?', now, records, id);
    }
  }
  run(db, 'UPDATE source SET last_object = ? WHERE id = ?', now, object.entry.sourceId);
  setLedger(db, object.entry, now);
  return isFirst;
}

/** A generation is never given twice, so that one of an hour that was cleared and marked again is not taken for the old one. */
function markDirty(db: DatabaseSync, hours: readonly number[]): void {
  if (hours.length === 0) {
    return;
  }
  const { value } = first<{ value: number }>(
    db,
    `INSERT INTO counter (name, value, started) VALUES ('generation', 1, 0)
     ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`
  )!;
  for (const hour of hours) {
    run(db, 'INSERT OR REPLACE INTO dirty_hour (hour, generation) VALUES (?, ?)', hour, value);
  }
}

/** An hour to recompute, and the state of its points when that was decided. */
export interface DirtyHour {
  readonly hour: number;
  readonly generation: number;
}

/** Hours whose sums in `hour` are behind their minutes, newest first. */
export function dirtyHours(db: DatabaseSync): DirtyHour[] {
  return all<DirtyHour>(db, 'SELECT hour, generation FROM dirty_hour ORDER BY hour DESC').map((row) => ({ ...row }));
}

/** Notes that an hour was recomputed; it stays dirty when points were added meanwhile. */
export function hourRecomputed(db: DatabaseSync, { hour, generation }: DirtyHour): void {
  const cleared = run(db, 'DELETE FROM dirty_hour WHERE hour = ? AND generation = ?', hour, generation);
  if (cleared === 0 && !first(db, 'SELECT 1 FROM dirty_hour WHERE hour = ?', hour)) {
    // Another process cleared it meanwhile: these older sums may have overwritten its newer ones.
    markDirty(db, [hour]);
  }
}

/** Offsets stay below one minute, so that a point never leaves its window. */
const OFFSET_LIMIT = 60_000_000_000;

/**
 * Reserves `count` offsets and returns the first. None is given twice while points that used it may still exist:
 * after 60 thousand million parts the counter may start over only when `hour` has forgotten the first ones.
 */
export function reserveOffsets(db: DatabaseSync, count: number, now: number, retention: number): number {
  run(db, "INSERT OR IGNORE INTO counter (name, value, started) VALUES ('offset', 1, ?)", now);
  const { value, started } = first<{ value: number; started: number }>(
    db,
    "SELECT value, started FROM counter WHERE name = 'offset'"
  )!;
  if (value + count <= OFFSET_LIMIT) {
    run(db, "UPDATE counter SET value = ? WHERE name = 'offset'", value + count);
    return value;
  }
  if (now - started < retention) {
    throw new Error('All offsets are in use: this store has taken more objects than it can tell apart.');
  }
  run(db, "UPDATE counter SET value = ?, started = ? WHERE name = 'offset'", 1 + count, now);
  return 1;
}
