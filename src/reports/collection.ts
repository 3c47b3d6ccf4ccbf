import { SILENT_AFTER } from './explanations';

/** Points of `collection` are written each minute, per source; the newest says how collection stands. */
const COLLECTION = '"minute"."collection"';
/** A source that has not been reported for so long was removed, disabled, or its collector is away. */
const RECENT = 'time > now() - 1h';

/** What `collection` holds that somebody should look at when it is above zero, with what people call it. */
export const WARNINGS = [
  { field: 'errors', heading: 'Errors' },
  { field: 'quarantined', heading: 'Quarantined' },
  { field: 'undeleted', heading: 'Stored, not deleted' },
  { field: 'not_collected', heading: 'Not collected' },
  { field: 'gaps', heading: 'Gaps' },
  { field: 'malformed', heading: 'Malformed records' },
  { field: 'skipdata', heading: 'SKIPDATA records' },
] as const;

/** The newest value of a field, per source. */
function newest(field: string, as: string, where = RECENT): string {
  return `SELECT last("${field}") AS "${as}" FROM ${COLLECTION} WHERE ${where} GROUP BY "source_id"`;
}

/** Until when (Unix milliseconds) the data of every source is complete: one row, or none when nobody knows. */
export function completeQuery(as: string): string {
  const latest = newest('complete_until', 'until', `${RECENT} AND "complete_until" > 0`);
  return `SELECT 1000 * min("until") AS "${as}" FROM (${latest})`;
}

/** The same, only if it is before that time (Unix milliseconds), or not; and only when a condition on constants holds. */
export function completeBeforeQuery(as: string, time: string, isBefore: boolean, when: string): string {
  const condition = `"complete" ${isBefore ? '<' : '>='} ${time} AND ${when}`;
  return `SELECT "complete" AS "${as}" FROM (${completeQuery('complete')}) WHERE ${condition}`;
}

/** How many kinds of trouble the sources are in, each counted once per source. */
export function warningsQuery(as: string): string {
  const subqueries = WARNINGS.map(({ field }) => `(${newest(field, 'warning')})`);
  return `SELECT count("warning") AS "${as}" FROM ${subqueries.join(', ')} WHERE "warning" > 0`;
}

/** Points written lately: none when the collector is silent. */
export function heardQuery(as: string): string {
  return `SELECT count("backlog") AS "${as}" FROM ${COLLECTION} WHERE time > now() - ${SILENT_AFTER}`;
}

/** One row when the collector ever reported and a condition on constants holds. */
export function reportedQuery(as: string, when: string): string {
  return `SELECT last("backlog") AS "${as}" FROM ${COLLECTION} WHERE ${when}`;
}
