import type { DatabaseSync } from 'node:sqlite';
import type { RollupSummary } from '../rollup/summary';
import { all, first, run } from './database';
import { addFact, FACT_BATCH_SIZE, setFactTime, statementText } from './ownerFacts';

/** An interface whose egress records of an action were stored, with the exporter and the start of the first of them. */
export type Covered = RollupSummary['covered'][number];

/** When nothing of an exporter was stored for so long, its interfaces are covered no more. */
export const COVERAGE_SECONDS = 30 * 60;
/** Older records begin no coverage: nobody knows whether what followed them was collected. */
const FRESH_SECONDS = 3600;

/**
 * Notes that egress records of interfaces were stored. Coverage begins with a record of the last hour; an earlier one that
 * adjoins what is covered extends it. `exporters`: ids of all whose records were stored. `now`: Unix seconds.
 */
export function noteCoverage(
  db: DatabaseSync,
  covered: readonly Covered[],
  exporters: readonly string[],
  now: number
): void {
  run(
    db,
    'UPDATE covered_exporter SET last_stored = max(last_stored, ?) WHERE exporter IN (SELECT value FROM json_each(?))',
    ...[now, JSON.stringify(exporters)]
  );
  // A value with a space in it, which only Parquet can hold, is no action that AWS writes.
  for (const one of covered.filter(({ interface: id, action }) => !/\s/.test(id + action))) {
    cover(db, one, now);
  }
}

function cover(db: DatabaseSync, { exporter, since, ...covered }: Covered, now: number): void {
  const statement = { kind: 'covered', interface: covered.interface, action: covered.action } as const;
  const known = all<{ id: number; since: number; until: number | null; exporter: string | null }>(
    db,
    `SELECT f.id, since, until, exporter FROM owner_fact AS f LEFT JOIN covered_exporter ON covered_exporter.id = origin
     WHERE kind = 'covered' AND statement = ? AND removed IS NULL`,
    statementText(statement)
  );
  const open = known.find(({ until }) => until === null);
  // What was closed stays closed: then there was a reason.
  const closed = known.reduce((latest, { until }) => Math.max(latest, until ?? -Infinity), -Infinity);
  const begin = Math.max(since, closed);
  if (open && open.exporter !== exporter) {
    // It is another one since EC2 says where the interface is.
    run(db, 'UPDATE owner_fact SET origin = ? WHERE id = ?', exporterId(db, exporter, now), open.id);
  }
  if (open && begin < open.since && begin >= open.since - COVERAGE_SECONDS) {
    setFactTime(db, open.id, begin, null);
  } else if (!open && begin >= now - FRESH_SECONDS) {
    addFact(db, { ...statement, since: begin }, exporterId(db, exporter, now));
  }
}

function exporterId(db: DatabaseSync, exporter: string, now: number): number {
  return first<{ id: number }>(
    db,
    `INSERT INTO covered_exporter (exporter, last_stored) VALUES (?, ?)
     ON CONFLICT (exporter) DO UPDATE SET last_stored = max(last_stored, excluded.last_stored) RETURNING id`,
    ...[exporter, now]
  )!.id;
}

/**
 * Ends the coverage of exporters that are disabled, or of which nothing was stored for half an hour, when they were last
 * stored; so much of it as fits into one transaction. Returns whether more is left. `now`: Unix seconds.
 */
export function closeCoverage(db: DatabaseSync, now: number): boolean {
  const silent = first<{ id: number; last_stored: number }>(
    db,
    `SELECT id, last_stored FROM covered_exporter WHERE last_stored <= ?
     OR EXISTS (SELECT 1 FROM exporter WHERE exporter.id = covered_exporter.exporter AND enabled = 0) LIMIT 1`,
    now - COVERAGE_SECONDS
  );
  if (!silent) {
    return false;
  }
  const open = all<{ id: number; since: number }>(
    db,
    `SELECT id, since FROM owner_fact WHERE kind = 'covered' AND origin = ? AND removed IS NULL AND until IS NULL
     LIMIT ${FACT_BATCH_SIZE}`,
    silent.id
  );
  open.forEach(({ id, since }) => setFactTime(db, id, since, silent.last_stored));
  if (open.length < FACT_BATCH_SIZE) {
    run(db, 'DELETE FROM covered_exporter WHERE id = ?', silent.id);
  }
  return true;
}
