import type { DatabaseSync } from 'node:sqlite';
import { exporterPlace } from '../../contract/exporterTitle';
import type { Exporter } from '../rollup/exporter';
import type { ExporterDecision } from '../rollup/terms';
import { all, first, run } from './database';
import { listOverflow, type Overflow } from './overflow';
import { receivingHealth, recordsPerMinute, type CountingRow, type ReceivingHealth } from './rates';
import { listVersion } from './switches';
import { getSetting } from './setting';

/** How many exporters have a place when nobody said otherwise; the others count into one overflow exporter. */
export const DEFAULT_EXPORTER_LIMIT = 500;

/** An exporter that was not seen for so long is idle: it keeps its history and frees its place. */
export const IDLE_SECONDS = 30 * 86_400;

/**
 * `counted` has a place under the limit · `idle` had one, and takes one again when it shows up and there is room ·
 * `disabled`: its records are dropped and counted, and it takes no place.
 */
export type ExporterState = 'counted' | 'idle' | 'disabled';

/** As {@link ReceivingHealth}; `idle` and `disabled`: as its {@link ExporterState}. */
export type ExporterHealth = ReceivingHealth | 'idle' | 'disabled';

/** An exporter that has, or had, a place under the limit. Times are Unix seconds of collecting. */
export interface KnownExporter extends Exporter {
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Records that came since it was first seen; those dropped while it was disabled are among them. */
  readonly records: number;
  /** What people call it. */
  readonly alias?: string;
  /** See {@link recordsPerMinute}. */
  readonly recordsPerMinute?: number;
  readonly enabled: boolean;
  readonly state: ExporterState;
  readonly health: ExporterHealth;
}

/** All exporters, and how they stand to the limit. */
export interface ExporterOverview {
  /** Goes up with each change people make to exporters or to the limit. */
  readonly version: number;
  readonly limit: number;
  /** How many of `exporters` are `counted`; above `limit` when it was lowered, or an exporter enabled, afterwards. */
  readonly counted: number;
  readonly exporters: readonly KnownExporter[];
  readonly overflow: Overflow;
}

interface ExporterRow extends CountingRow {
  id: string;
  account: string;
  from_field: Exporter['from'];
  enabled: number;
  alias: string | null;
}

/** Every exporter by id, the limit, and what lay beyond it lately. */
export function exporterOverview(db: DatabaseSync, now: number): ExporterOverview {
  const exporters = all<ExporterRow>(db, 'SELECT * FROM exporter ORDER BY id').map((row): KnownExporter => {
    const { id, account, first_seen: firstSeen, last_seen: lastSeen, records } = row;
    const enabled = row.enabled === 1;
    const state = !enabled ? 'disabled' : isIdle(lastSeen, now) ? 'idle' : 'counted';
    const rate = recordsPerMinute(row, now);
    const alias = row.alias ?? undefined;
    const seen = { firstSeen, lastSeen, records, recordsPerMinute: rate };
    const health = state === 'counted' ? receivingHealth(row, now) : state;
    return { id, alias, account, from: row.from_field, ...seen, enabled, state, health };
  });
  return {
    version: listVersion(db, 'exporter'),
    limit: exporterLimit(db),
    counted: exporters.filter(({ state }) => state === 'counted').length,
    exporters,
    overflow: listOverflow(db, now - IDLE_SECONDS),
  };
}

function isIdle(lastSeen: number, now: number): boolean {
  return lastSeen <= now - IDLE_SECONDS;
}

/** How many exporters may have a place. */
export function exporterLimit(db: DatabaseSync): number {
  return Number(getSetting(db, 'exporter-limit') ?? DEFAULT_EXPORTER_LIMIT);
}

/**
 * What would become of each exporter's records at `now`. One that has a place counts; a new one, or an idle one that shows
 * up again, counts as long as there is room, first come, first served in the order of `ids`.
 */
export function decideExporters(
  db: DatabaseSync,
  ids: readonly string[],
  now: number
): Record<string, ExporterDecision> {
  let room: number | undefined;
  const decide = (id: string): ExporterDecision => {
    const known = first<Pick<ExporterRow, 'enabled' | 'last_seen'>>(
      db,
      'SELECT enabled, last_seen FROM exporter WHERE id = ?',
      id
    );
    if (known?.enabled === 0) {
      return 'drop';
    }
    if (known && !isIdle(known.last_seen, now)) {
      return 'count';
    }
    room ??= exporterLimit(db) - placesTaken(db, now);
    return room-- > 0 ? 'count' : 'overflow';
  };
  return Object.fromEntries(ids.map((id) => [id, decide(id)]));
}

function placesTaken(db: DatabaseSync, now: number): number {
  const sql = 'SELECT count(*) AS n FROM exporter WHERE enabled = 1 AND last_seen > ?';
  return first<{ n: number }>(db, sql, now - IDLE_SECONDS)!.n;
}

/** Gives an exporter that counts its place, or keeps it from falling idle. */
export function claimExporterPlace(db: DatabaseSync, { id, account, from }: Exporter, now: number): void {
  run(
    db,
    `INSERT INTO exporter (id, account, from_field, first_seen, last_seen) VALUES (:id, :account, :from, :now, :now)
     ON CONFLICT (id) DO UPDATE SET last_seen = max(last_seen, excluded.last_seen)`,
    { id, account, from, now }
  );
  run(db, 'DELETE FROM overflow_exporter WHERE id = ?', id);
  describeExporter(db, id);
}

/** Lets reports know an exporter by its alias, or by its place where it has none. */
export function describeExporter(db: DatabaseSync, id: string): void {
  run(
    db,
    `INSERT INTO entity (kind, id, description, vpc, subnet, instance, account, region, first_seen)
     SELECT 'exporter', id, alias, iif(from_field = 'vpc', :place, '-'), iif(from_field = 'subnet', :place, '-'), '-', account, '-', first_seen
     FROM exporter WHERE id = :id
     ON CONFLICT (kind, id) DO UPDATE SET description = excluded.description, in_store = 0
     WHERE description IS NOT excluded.description`,
    { id, place: exporterPlace(id) }
  );
}
