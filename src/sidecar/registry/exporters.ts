import type { DatabaseSync } from 'node:sqlite';
import { exporterPlace } from '../../contract/exporterTitle';
import { EXPORTER_LATE, EXPORTER_SILENT } from '../../contract/bounds';
import type { Exporter } from '../rollup/exporter';
import type { ExporterDecision } from '../rollup/terms';
import { floorHour } from '../rollup/windows';
import { all, first, run } from './database';
import { listOverflow, type Overflow } from './overflow';
import { getSetting } from './setting';

/** How many exporters have a place when nobody said otherwise; the others count into one overflow exporter. */
export const DEFAULT_EXPORTER_LIMIT = 500;

/** An exporter that was not seen for so long is idle: it keeps its history and frees its place. */
export const IDLE_SECONDS = 30 * 86_400;

const HOUR = 3600;
/** An object of AWS holds the records of so many seconds. */
const SLOT = 300;

/**
 * `counted` has a place under the limit · `idle` had one, and takes one again when it shows up and there is room ·
 * `disabled`: its records are dropped and counted, and it takes no place.
 */
export type ExporterState = 'counted' | 'idle' | 'disabled';

/**
 * `receiving`: its newest records are as new as they can be · `late`: they are older than {@link EXPORTER_LATE}, since AWS or the
 * collector is behind · `silent`: nothing came for {@link EXPORTER_SILENT}, because nothing flows or because the flow log is gone ·
 * `idle` and `disabled`: as its {@link ExporterState}.
 */
export type ExporterHealth = 'receiving' | 'late' | 'silent' | 'idle' | 'disabled';

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

interface ExporterRow {
  id: string;
  account: string;
  from_field: Exporter['from'];
  enabled: number;
  first_seen: number;
  last_seen: number;
  records: number;
  hour: number;
  hour_records: number;
  previous_records: number;
  newest: number | null;
  rate_from: number | null;
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
    return { id, alias, account, from: row.from_field, ...seen, enabled, state, health: healthOf(row, state, now) };
  });
  return {
    version: exportersVersion(db),
    limit: exporterLimit(db),
    counted: exporters.filter(({ state }) => state === 'counted').length,
    exporters,
    overflow: listOverflow(db, now - IDLE_SECONDS),
  };
}

function healthOf({ last_seen, newest }: ExporterRow, state: ExporterState, now: number): ExporterHealth {
  if (state !== 'counted') {
    return state;
  }
  if (now - last_seen >= EXPORTER_SILENT) {
    return 'silent';
  }
  return now - (newest ?? last_seen) >= EXPORTER_LATE ? 'late' : 'receiving';
}

/**
 * Records per minute over the last hour, by when they were collected: all of the current hour, and of the previous one as
 * much as the last hour covers, as if they had come evenly. In its first hours those since it was first seen, over the time that
 * they are of. Older records, as of a backlog, are in neither: undefined as long as no others came.
 */
function recordsPerMinute(row: ExporterRow, now: number): number | undefined {
  const hour = floorHour(now);
  const elapsed = now - hour;
  const current = row.hour === hour ? row.hour_records : 0;
  const previous = row.hour === hour ? row.previous_records : row.hour === hour - HOUR ? row.hour_records : 0;
  if (row.first_seen < hour - HOUR) {
    return ((current + (previous * (HOUR - elapsed)) / HOUR) * 60) / HOUR;
  }
  if (row.rate_from === null) {
    return undefined;
  }
  // What is late may yet come; after that there was nothing.
  const until = Math.max(row.newest ?? 0, now - EXPORTER_LATE);
  return ((current + previous) * 60) / Math.max(until - row.rate_from, SLOT);
}

function isIdle(lastSeen: number, now: number): boolean {
  return lastSeen <= now - IDLE_SECONDS;
}

/** Goes up with each change that people make to exporters or to the limit. */
export function exportersVersion(db: DatabaseSync): number {
  return Number(getSetting(db, 'exporters-version') ?? 1);
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

/**
 * Notes the records (per exporter id) of an object that was stored. `begins`: when its traffic began, by its name; else when it was
 * read. `hours`: those it has records in.
 */
export function recordExporters(
  db: DatabaseSync,
  records: Readonly<Record<string, number>>,
  begins: number,
  hours: readonly number[],
  now: number
): void {
  const lastHour = hours.reduce((latest, hour) => Math.max(latest, hour), hours[0] ?? begins);
  const until = Math.min(begins + SLOT, lastHour + HOUR, now);
  // Right-hand sides see the row as it was: when a new hour begins, the last one becomes the previous.
  run(
    db,
    `WITH seen AS (SELECT key AS id, value AS records, iif(:isRecent, value, 0) AS recent, :now AS now, :hour AS hour FROM json_each(:records))
     UPDATE exporter SET last_seen = max(last_seen, seen.now), records = exporter.records + seen.records,
       previous_records = CASE exporter.hour WHEN seen.hour THEN previous_records WHEN seen.hour - ${HOUR} THEN hour_records ELSE 0 END,
       hour_records = CASE exporter.hour WHEN seen.hour THEN hour_records ELSE 0 END + seen.recent,
       hour = seen.hour,
       newest = max(coalesce(newest, 0), :until),
       rate_from = iif(:isRecent, min(coalesce(rate_from, :from), :from), rate_from)
     FROM seen WHERE exporter.id = seen.id`,
    {
      ...{ now, hour: floorHour(now), until, records: JSON.stringify(records) },
      ...{ from: Math.min(begins, until), isRecent: until > now - HOUR ? 1 : 0 },
    }
  );
}
