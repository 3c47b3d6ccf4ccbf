import type { DatabaseSync } from 'node:sqlite';
import { EXPORTER_LATE, EXPORTER_SILENT } from '../../contract/bounds';
import { floorHour } from '../rollup/windows';
import { run } from './database';

const HOUR = 3600;
/** An object of AWS holds the records of so many seconds. */
const SLOT = 300;

/** Tables that count records: of each row those since it was first seen, and those of the last hours for {@link recordsPerMinute}. */
export type CountingTable = 'exporter' | 'flow_log';

/** The columns of such a table. Times are Unix seconds of collecting. */
export interface CountingRow {
  first_seen: number;
  last_seen: number;
  records: number;
  /** The start of the last hour that had records, its records, and those of the hour before it. */
  hour: number;
  hour_records: number;
  previous_records: number;
  /** Until when its newest records reach. */
  newest: number | null;
  /** Where the traffic begins that the records of the hours are of. */
  rate_from: number | null;
}

/**
 * `receiving`: its newest records are as new as they can be · `late`: they are older than {@link EXPORTER_LATE}, since AWS or the
 * collector is behind · `silent`: nothing came for {@link EXPORTER_SILENT}, because nothing flows or because the flow log is gone.
 */
export type ReceivingHealth = 'receiving' | 'late' | 'silent';

/** Whether records come as they should, at `now`. */
export function receivingHealth({ last_seen, newest }: CountingRow, now: number): ReceivingHealth {
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
export function recordsPerMinute(row: CountingRow, now: number): number | undefined {
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

/**
 * Counts the records (by id) of an object that was stored. `begins`: when its traffic began, by its name; else when it was
 * read. `hours`: those it has records in.
 */
export function countRecords(
  db: DatabaseSync,
  table: CountingTable,
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
     UPDATE ${table} SET last_seen = max(last_seen, seen.now), records = ${table}.records + seen.records,
       previous_records = CASE ${table}.hour WHEN seen.hour THEN previous_records WHEN seen.hour - ${HOUR} THEN hour_records ELSE 0 END,
       hour_records = CASE ${table}.hour WHEN seen.hour THEN hour_records ELSE 0 END + seen.recent,
       hour = seen.hour,
       newest = max(coalesce(newest, 0), :until),
       rate_from = iif(:isRecent, min(coalesce(rate_from, :from), :from), rate_from)
     FROM seen WHERE ${table}.id = seen.id`,
    {
      ...{ now, hour: floorHour(now), until, records: JSON.stringify(records) },
      ...{ from: Math.min(begins, until), isRecent: until > now - HOUR ? 1 : 0 },
    }
  );
}
