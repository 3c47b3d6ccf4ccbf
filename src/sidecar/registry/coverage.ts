import type { DatabaseSync } from 'node:sqlite';
import type { CoveredInterface } from '../rollup/summary';
import { all, first, run } from './database';
import { addFact, FACT_BATCH_SIZE, setFactTime, statementText } from './ownerFacts';

/** When no egress record of an interface and action was stored for so long, it is covered no more. */
export const COVERAGE_SECONDS = 30 * 60;
/** Older records begin no coverage, nor keep it: nobody knows whether what followed them was collected. */
const FRESH_SECONDS = 3600;
/** The longest record: at the other end one may begin so much later. What is noted as the last one is so coarse, to spare writes. */
const SLOT_SECONDS = 600;

/** The end of the ten minutes in which a time lies, Unix seconds: as coarse as the last record, and when it was stored, are noted. */
export const coverageSlot = (time: number) => (Math.floor(time / SLOT_SECONDS) + 1) * SLOT_SECONDS;

interface CoverageRow {
  readonly exporter: string;
  readonly flow_log: string | null;
  readonly since: number;
  readonly last: number;
  readonly stored: number;
}

/**
 * Notes that egress records of interfaces were stored, at most {@link FACT_BATCH_SIZE} at once. Coverage begins with a record of the last hour; an earlier one that
 * adjoins what is covered extends it. `now`: Unix seconds. `flowLog`: whose records they are, if that is known.
 */
export function noteCoverage(
  db: DatabaseSync,
  covered: readonly CoveredInterface[],
  now: number,
  flowLog?: string
): void {
  // A value with a space in it, which only Parquet can hold, is no action that AWS writes.
  for (const one of covered.filter(({ interface: id, action }) => !/\s/.test(id + action))) {
    cover(db, one, now, flowLog ?? null);
  }
}

function cover(
  db: DatabaseSync,
  { exporter, since, until, ...covered }: CoveredInterface,
  now: number,
  flowLog: string | null
): void {
  const statement = { kind: 'covered', interface: covered.interface, action: covered.action } as const;
  const text = statementText(statement);
  const open = first<CoverageRow>(
    db,
    'SELECT exporter, flow_log, since, last, stored FROM coverage WHERE statement = ?',
    text
  );
  let begin = open?.since ?? Infinity;
  if (since < begin) {
    // What ended stays so: then there was a reason.
    const from = Math.max(since, endOfCoverage(db, text));
    if (!open && from >= now - FRESH_SECONDS && from <= until) {
      addFact(db, { ...statement, since: from }, null);
      begin = from;
    } else if (open && from < begin && from >= begin - COVERAGE_SECONDS) {
      setFactTime(db, openFact(db, text), from, null);
      begin = from;
    }
  }
  if (begin !== Infinity) {
    const stored = until >= now - FRESH_SECONDS ? coverageSlot(now) : 0;
    const next = {
      // It is another one since EC2 says where the interface is.
      exporter,
      flow_log: flowLog,
      since: begin,
      last: Math.max(coverageSlot(until), open?.last ?? 0),
      stored: Math.max(stored, open?.stored ?? 0),
    };
    keepRow(db, text, open, next);
  }
}

function keepRow(db: DatabaseSync, statement: string, before: CoverageRow | undefined, row: CoverageRow): void {
  const names: Array<keyof CoverageRow> = ['exporter', 'flow_log', 'since', 'last', 'stored'];
  if (names.some((name) => before?.[name] !== row[name])) {
    run(
      db,
      `INSERT OR REPLACE INTO coverage (statement, exporter, flow_log, since, last, stored)
       VALUES (:statement, :exporter, :flow_log, :since, :last, :stored)`,
      { statement, ...row }
    );
  }
}

/** Until when the statement held, where that has ended. */
function endOfCoverage(db: DatabaseSync, statement: string): number {
  const sql = "SELECT max(until) AS until FROM owner_fact WHERE kind = 'covered' AND statement = ? AND removed IS NULL";
  return first<{ until: number | null }>(db, sql, statement)!.until ?? -Infinity;
}

/** The fact of that statement which still holds. */
function openFact(db: DatabaseSync, statement: string): number {
  const sql =
    "SELECT id FROM owner_fact WHERE kind = 'covered' AND statement = ? AND removed IS NULL AND until IS NULL";
  return first<{ id: number }>(db, sql, statement)!.id;
}

/**
 * Ends the coverage of interfaces whose exporter or flow log is disabled, or of which no egress record was stored for half an hour,
 * with the last one; so much of it as fits into one transaction. Returns whether more may be left. `now`: Unix seconds.
 */
export function closeCoverage(db: DatabaseSync, now: number): boolean {
  const ended = all<{ statement: string; since: number; last: number }>(
    db,
    `SELECT statement, since, last FROM coverage
     WHERE stored <= ? OR exporter IN (SELECT id FROM exporter WHERE enabled = 0)
       OR flow_log IN (SELECT id FROM flow_log WHERE enabled = 0) LIMIT ${FACT_BATCH_SIZE}`,
    now - COVERAGE_SECONDS
  );
  for (const { statement, since, last } of ended) {
    setFactTime(db, openFact(db, statement), since, Math.min(last, now));
    run(db, 'DELETE FROM coverage WHERE statement = ?', statement);
  }
  return ended.length === FACT_BATCH_SIZE;
}
