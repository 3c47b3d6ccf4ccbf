import type { DatabaseSync } from 'node:sqlite';
import type { Exporter } from '../rollup/exporter';
import type { ExporterDecision, RollupTerms } from '../rollup/terms';
import { first, run } from './database';
import type { SeenEntity } from './entities';
import type { FlowLog } from './flowLogs';

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
  /** Where the object was found. The source in its terms is another one when it was begun there. */
  readonly sourceId: string;
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

/** A plan with its size and times. */
export interface ExplainedPlan extends Plan {
  /** Of the object, bytes. */
  readonly size: number;
  /** When it was granted, Unix seconds. */
  readonly granted: number;
  /** When all its points were acknowledged, Unix seconds. */
  readonly stored?: number;
}

interface PlanRow {
  id: number;
  identity: string;
  sha256: Uint8Array;
  size: number;
  rules_version: number;
  source_id: string;
  top_k: number;
  flow_log_disabled: number;
  account: string | null;
  file_time: number;
  minute_horizon: number;
  hour_horizon: number;
  future_horizon: number;
  owners: number;
  decisions: string;
  offsets: string;
  granted: number;
  stored: number | null;
}

/** Reads one plan. `condition`: SQL over the columns of `plan`, such as `identity = ?`. */
export function readPlan(db: DatabaseSync, condition: string, value: string | number | Uint8Array) {
  const row = first<PlanRow>(
    db,
    `SELECT plan.*, rules_version, source_id, top_k, flow_log_disabled, account FROM plan JOIN plan_terms ON plan_terms.id = terms_id
     WHERE plan.${condition}`,
    value
  );
  return row && toRecord(db, row);
}

function toRecord(db: DatabaseSync, row: PlanRow): ExplainedPlan {
  const { id, identity, size, granted, stored } = row;
  const terms: RollupTerms = {
    rulesVersion: row.rules_version,
    sourceId: row.source_id,
    topK: row.top_k,
    isFlowLogDisabled: row.flow_log_disabled === 1,
    account: row.account ?? undefined,
    fileTime: row.file_time,
    minuteHorizon: row.minute_horizon,
    hourHorizon: row.hour_horizon,
    futureHorizon: row.future_horizon,
    owners: row.owners,
  };
  return {
    id,
    identity,
    sha256: Buffer.from(row.sha256).toString('hex'),
    terms,
    decisions: readDecisions(db, row.decisions),
    offsets: JSON.parse(row.offsets) as number[],
    isStored: stored !== null,
    size,
    granted,
    stored: stored ?? undefined,
  };
}

/** A plan as the store keeps it, for a registry that is replaced by an older copy. */
export type TrailedPlan = Pick<Proposal, 'identity' | 'sha256' | 'size' | 'terms' | 'offsets'> &
  Pick<Plan, 'decisions'>;

/** A version of owner facts that no registry comes to: what a plan names that this one does not have. */
const UNKNOWN_OWNERS = Number.MAX_SAFE_INTEGER;

/**
 * Takes plans that a newer registry, which is lost, has granted; returns how many were not known. They count as unfinished: an object
 * that still lies in its bucket is written again at its own offsets. One whose owner facts this registry does not have stays there, and
 * is said to.
 */
export function takePlans(db: DatabaseSync, plans: readonly TrailedPlan[], now: number): number {
  let taken = 0;
  for (const plan of plans) {
    const { identity, sha256, terms, decisions } = plan;
    if (first(db, 'SELECT 1 FROM plan WHERE identity = ? OR sha256 = ?', identity, hashColumn(sha256)) === undefined) {
      const owners = isKept(db, terms.owners) ? terms.owners : UNKNOWN_OWNERS;
      insertPlan(db, { ...plan, terms: { ...terms, owners } }, decisions, now);
      taken++;
    }
  }
  return taken;
}

const isKept = (db: DatabaseSync, owners: number) =>
  owners === 0 || first(db, 'SELECT 1 FROM owner_version WHERE id = ? AND made IS NOT NULL', owners) !== undefined;

/** Writes a new plan, granted at `now` (Unix seconds). */
export function insertPlan(
  db: DatabaseSync,
  { identity, sha256, size, terms, offsets }: Pick<Proposal, 'identity' | 'sha256' | 'size' | 'terms' | 'offsets'>,
  decisions: Plan['decisions'],
  now: number
): void {
  const { fileTime, minuteHorizon, hourHorizon, futureHorizon, owners } = terms;
  run(
    db,
    `INSERT INTO plan (identity, sha256, size, terms_id, file_time, minute_horizon, hour_horizon, future_horizon,
       owners, decisions, offsets, granted)
     VALUES (:identity, :sha256, :size, :termsId, :fileTime, :minuteHorizon, :hourHorizon, :futureHorizon, :owners,
       :decisions, :offsets, :now)`,
    {
      ...{
        identity,
        size,
        termsId: termsId(db, terms),
        fileTime,
        minuteHorizon,
        hourHorizon,
        futureHorizon,
        owners,
        now,
      },
      ...{ sha256: hashColumn(sha256), decisions: writeDecisions(db, decisions), offsets: JSON.stringify(offsets) },
    }
  );
}

/** Notes that nothing is stored any more. Plans stay as they are, since points of them may be left. */
export function unstorePlans(db: DatabaseSync): void {
  run(db, 'UPDATE plan SET stored = NULL WHERE stored IS NOT NULL');
}

/**
 * Forgets the plans of what was stored, of which no point is left, and those that can never be followed, since their owner facts
 * are forgotten. Any other unfinished plan stays: its points may be on their way.
 */
export function forgetStoredPlans(db: DatabaseSync): void {
  const isForgotten = 'stored IS NOT NULL OR (owners <> 0 AND owners NOT IN (SELECT id FROM owner_version))';
  run(db, `UPDATE ledger SET plan_id = NULL WHERE plan_id IN (SELECT id FROM plan WHERE ${isForgotten})`);
  run(db, `DELETE FROM plan WHERE ${isForgotten}`);
}

/** What the column `sha256` holds for a hash in hexadecimal digits: its 32 bytes. */
export const hashColumn = (sha256: string): Uint8Array => Buffer.from(sha256, 'hex');

/** The row of `plan_terms` for what many plans have in common. */
function termsId(db: DatabaseSync, { sourceId, account, topK, rulesVersion, isFlowLogDisabled }: RollupTerms): number {
  const values = [sourceId, account ?? null, topK, rulesVersion, isFlowLogDisabled ? 1 : 0];
  const known = first<{ id: number }>(
    db,
    `SELECT id FROM plan_terms
     WHERE source_id = ? AND account IS ? AND top_k = ? AND rules_version = ? AND flow_log_disabled = ?`,
    ...values
  );
  const added = () =>
    first<{ id: number }>(
      db,
      `INSERT INTO plan_terms (source_id, account, top_k, rules_version, flow_log_disabled)
       VALUES (?, ?, ?, ?, ?) RETURNING id`,
      ...values
    )!;
  return (known ?? added()).id;
}

/** How a decision is written before the exporter's number. */
const MARKS: Readonly<Record<ExporterDecision, string>> = { count: '', drop: 'd', overflow: 'o' };

function writeDecisions(db: DatabaseSync, decisions: Plan['decisions']): string {
  return Object.entries(decisions)
    .map(([exporter, decision]) => MARKS[decision] + exporterNumber(db, exporter))
    .join(',');
}

function exporterNumber(db: DatabaseSync, exporter: string): number {
  const known = first<{ id: number }>(db, 'SELECT id FROM plan_exporter WHERE exporter = ?', exporter);
  const added = () =>
    first<{ id: number }>(db, 'INSERT INTO plan_exporter (exporter) VALUES (?) RETURNING id', exporter)!;
  return (known ?? added()).id;
}

function readDecisions(db: DatabaseSync, text: string): Record<string, ExporterDecision> {
  const decided = parseDecisions(text).map(({ number, decision }) => {
    const { exporter } = first<{ exporter: string }>(db, 'SELECT exporter FROM plan_exporter WHERE id = ?', number)!;
    return [exporter, decision] as const;
  });
  return Object.fromEntries(decided);
}

/** The column `decisions`: what was decided on each exporter, by its number in `plan_exporter`. */
export function parseDecisions(text: string): Array<{ readonly number: number; readonly decision: ExporterDecision }> {
  const parts = text === '' ? [] : text.split(',');
  return parts.map((part) => {
    const decision = part.startsWith('d') ? 'drop' : part.startsWith('o') ? 'overflow' : 'count';
    return { number: Number(part.slice(MARKS[decision].length)), decision };
  });
}
