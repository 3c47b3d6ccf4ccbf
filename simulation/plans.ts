import type { DatabaseSync } from 'node:sqlite';
import type { TrueTerms } from './objects';

/** A plan as the checks read it, straight from the registry. */
export interface SeenPlan {
  readonly identity: string;
  readonly sha256: string;
  readonly offsets: readonly number[];
  readonly isStored: boolean;
  readonly terms: TrueTerms;
}

interface PlanColumns {
  readonly identity: string;
  readonly sha256: Uint8Array;
  readonly offsets: string;
  readonly stored: number | null;
  readonly decisions: string;
  readonly file_time: number;
  readonly minute_horizon: number;
  readonly hour_horizon: number;
  readonly future_horizon: number;
}

/** The plans of a registry; with `sha256` the one of that content. */
export function plansIn(db: DatabaseSync, sha256?: string): SeenPlan[] {
  const statement = db.prepare(`SELECT * FROM plan${sha256 === undefined ? '' : ' WHERE sha256 = ?'}`);
  const rows = sha256 === undefined ? statement.all() : statement.all(Buffer.from(sha256, 'hex'));
  return (rows as unknown as PlanColumns[]).map((row) => ({
    identity: row.identity,
    sha256: Buffer.from(row.sha256).toString('hex'),
    offsets: JSON.parse(row.offsets) as number[],
    isStored: row.stored !== null,
    terms: {
      fileTime: row.file_time,
      minuteHorizon: row.minute_horizon,
      hourHorizon: row.hour_horizon,
      futureHorizon: row.future_horizon,
      // Objects of the simulation are of one exporter.
      isDropped: row.decisions.startsWith('d'),
    },
  }));
}
