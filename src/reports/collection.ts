import { DEFAULT_TOP_K } from '../contract/stored';
import { SILENT_AFTER } from './explanations';

/** The dashboard about the state of collecting. */
export const COLLECTION_HEALTH = {
  title: 'Collection health',
  question: 'Is everything collected, and how far can the reports be trusted?',
  uid: 'flowscope-collection-health',
} as const;

/** `collection` gets a point per source every minute; the newest one is the current state. */
const COLLECTION = '"minute"."collection"';
/** A source without points for this long was removed or disabled, or its sidecar does not run. */
const RECENT = 'time > now() - 1h';

/** A field of `collection` and how it is shown. */
export interface Figure {
  readonly field: string;
  readonly heading: string;
  readonly unit: string;
  readonly description: string;
  /** How values of several sources are combined; absent where combining them means nothing. */
  readonly aggregate?: 'min' | 'max' | 'sum';
  /** Whether a value above zero needs attention. */
  readonly isBad?: boolean;
  /** Of such a value: what follows the number where a report warns of it. */
  readonly warning?: string;
  /** Whether it is shown over time alone: its newest value says little. */
  readonly isChart?: boolean;
  /** Whether it describes the whole sidecar, not one source. */
  readonly isShared?: boolean;
}

const COUNT = 'locale';

/** All fields of `collection`, in the order in which they are shown. */
export const COLLECTION_FIGURES: readonly Figure[] = [
  {
    field: 'complete_until',
    heading: 'Complete until',
    unit: 'time:D MMM HH:mm',
    description: 'Up to here no flow log is missing anything: the earliest of all sources.',
    aggregate: 'min',
  },
  {
    field: 'lag',
    heading: 'Delivery lag',
    unit: 's',
    description: 'From the traffic to its data: the longest of all sources.',
    aggregate: 'max',
  },
  {
    field: 'backlog',
    heading: 'Backlog',
    unit: COUNT,
    description: 'Objects waiting to be collected.',
    aggregate: 'sum',
  },
  {
    field: 'oldest_age',
    heading: 'Oldest waiting',
    unit: 's',
    description: 'Age of the oldest object that waits.',
    aggregate: 'max',
  },
  {
    field: 'errors',
    heading: 'Errors',
    unit: COUNT,
    description: 'Failures of the newest round.',
    aggregate: 'sum',
    isBad: true,
    warning: 'failures of collecting in the newest round',
  },
  {
    field: 'quarantined',
    heading: 'Quarantine',
    unit: COUNT,
    description: 'Objects that cannot be read; they stay in the bucket.',
    aggregate: 'sum',
    isBad: true,
    warning: 'objects in quarantine: damaged, or in conflict',
  },
  {
    field: 'undeleted',
    heading: 'Not deleted',
    unit: COUNT,
    description: 'Objects that are stored and could not be deleted yet.',
    aggregate: 'sum',
    isBad: true,
    warning: 'objects are stored and not deleted',
  },
  {
    field: 'not_collected',
    heading: 'Not collected',
    unit: COUNT,
    description: 'Objects left in the bucket because their flow log lacks a field such as log-status.',
    aggregate: 'sum',
    isBad: true,
    warning: 'objects left: their flow log lacks log-status',
  },
  {
    field: 'gaps',
    heading: 'Gaps',
    unit: COUNT,
    description: 'Times at which an object was due and none came.',
    isBad: true,
    warning: 'gaps: objects were due, and none came',
  },
  {
    field: 'malformed',
    heading: 'Malformed',
    unit: COUNT,
    description: 'Records that could not be read.',
    isBad: true,
    warning: 'records could not be read',
    isChart: true,
  },
  {
    field: 'skipdata',
    heading: 'Skipped by AWS',
    unit: COUNT,
    description: 'Times at which AWS lost records.',
    isBad: true,
    warning: 'times at which AWS lost records',
    isChart: true,
  },
  {
    field: 'objects',
    heading: 'Objects',
    unit: COUNT,
    description: 'Objects stored by the newest round.',
    isChart: true,
  },
  {
    field: 'records',
    heading: 'Records',
    unit: COUNT,
    description: 'Records stored by the newest round.',
    isChart: true,
  },
  {
    field: 'exporters',
    heading: 'All exporters',
    unit: COUNT,
    description: 'Places that are taken, by exporters of all sources: also those that only older objects came from.',
    aggregate: 'max',
    isShared: true,
  },
  {
    field: 'exporter_limit',
    heading: 'Exporter limit',
    unit: COUNT,
    description: 'Exporters beyond it share one name.',
    aggregate: 'max',
    isShared: true,
  },
];

/** The newest value of a field, per source. */
function newest(field: string, as: string, where = RECENT): string {
  return `SELECT last("${field}") AS "${as}" FROM ${COLLECTION} WHERE ${where} GROUP BY "source_id"`;
}

/** Time (Unix milliseconds) up to which the data of every source is complete: one row, or none if unknown. */
export function completeQuery(as: string): string {
  const latest = newest('complete_until', 'until', `${RECENT} AND "complete_until" > 0`);
  return `SELECT 1000 * min("until") AS "${as}" FROM (${latest})`;
}

/** The row of {@link completeQuery}, only if it lies before `time` (or not before it) and the condition `when` holds. */
export function completeBeforeQuery(as: string, time: string, isBefore: boolean, when?: string): string {
  const conditions = [`"complete" ${isBefore ? '<' : '>='} ${time}`, ...(when === undefined ? [] : [when])];
  return `SELECT "complete" AS "${as}" FROM (${completeQuery('complete')}) WHERE ${conditions.join(' AND ')}`;
}

/** The fields that need attention above zero. */
export const BAD_FIGURES = COLLECTION_FIGURES.filter(({ isBad }) => isBad);

/** The newest values of what is marked `isBad`, summed up over all sources: one row, a column each. */
export function warningsQuery(): string {
  const fields = BAD_FIGURES.map(({ field }) => `last("${field}") AS "${field}"`);
  const sums = BAD_FIGURES.map(({ field }) => `sum("${field}") AS "${field}"`);
  const latest = `SELECT ${fields.join(', ')} FROM ${COLLECTION} WHERE ${RECENT} GROUP BY "source_id"`;
  return `SELECT ${sums.join(', ')} FROM (${latest})`;
}

/**
 * The span after a time (Unix milliseconds) up to the end of a range, as one row: its own time is where the span begins, the column
 * where it ends. No row if it is unknown up to when data is complete, 0, or complete beyond the range.
 */
export function incompleteQuery(as: string, complete: string, to: string): string {
  // Any point that was written since then gives a row; without one the first interval is filled.
  const since = `time >= ${complete}ms AND time < ${to}ms AND ${complete} > 0`;
  return `SELECT 0 * count("backlog") + ${to} AS "${as}" FROM ${COLLECTION} WHERE ${since} GROUP BY time(1m) fill(0) LIMIT 1`;
}

/** One row if the sidecar has reported once, and nothing in the last {@link SILENT_AFTER}. */
export function silentQuery(as: string): string {
  // Each subquery has both columns: of several of them InfluxDB takes those that the first one has.
  const of = (once: string, lately: string, where: string) =>
    `(SELECT ${once}count("backlog") AS "${as}", ${lately}count("backlog") AS "lately" FROM ${COLLECTION}${where})`;
  const both = `${of('', '0 * ', '')}, ${of('0 * ', '', ` WHERE time > now() - ${SILENT_AFTER}`)}`;
  return `SELECT "${as}" FROM (SELECT sum("${as}") AS "${as}", sum("lately") AS "lately" FROM ${both}) WHERE "lately" = 0 AND "${as}" > 0`;
}

/** One row while K is below its default, so that new data keeps fewer names. */
export function fewerNamesQuery(as: string): string {
  return `SELECT last("top_k") AS "${as}" FROM ${COLLECTION} WHERE time > now() - ${SILENT_AFTER} AND "top_k" < ${DEFAULT_TOP_K}`;
}

/** One row if the sidecar has ever reported and the condition `when` holds. */
export function reportedQuery(as: string, when: string): string {
  return `SELECT last("backlog") AS "${as}" FROM ${COLLECTION} WHERE ${when}`;
}

/** The newest value of each source in scope, combined over sources by `aggregate`. */
export function overSourcesQuery(aggregate: 'min' | 'max' | 'sum', field: string, where: string): string {
  return `SELECT ${aggregate}("newest") AS "${field}" FROM (${newest(field, 'newest', where)})`;
}

/** The newest values of each source, one row per source. Points without a source (written before any was added) are left out. */
export function sourcesQuery(fields: readonly string[], where: string): string {
  const columns = fields.map((field) =>
    field === 'complete_until' ? `1000 * last("${field}") AS "${field}"` : `last("${field}") AS "${field}"`
  );
  return `SELECT ${columns.join(', ')} FROM ${COLLECTION} WHERE ${where} AND "source" != '' GROUP BY "source"`;
}

/** Values over time, per source if `bySource`. */
export function collectionSeriesQuery(
  values: readonly string[],
  where: string,
  interval: string,
  bySource: boolean
): string {
  const groups = [`time(${interval})`, ...(bySource ? ['"source"'] : [])];
  return `SELECT ${values.join(', ')} FROM ${COLLECTION} WHERE ${where} GROUP BY ${groups.join(', ')} fill(none)`;
}

/** The reasons for which records are not counted as traffic, as people read them. */
export const BLIND_SPOTS: Readonly<Record<string, string>> = {
  skipdata: 'Skipped by AWS',
  'unknown-status': 'Unknown log-status',
  'field-count': 'Wrong number of fields',
  'line-too-long': 'Line too long',
  'not-a-number': 'No number where one belongs',
  'out-of-range': 'Port above 65535, or protocol above 255',
  'too-large': 'Impossibly many bytes or packets',
  'bad-address': 'No IP address',
  'bad-identifier': 'Odd characters in an id or action',
  'bad-time': 'Impossible time',
  'in-the-future': 'In the future',
  expired: 'Older than data is kept',
  'exporter-disabled': 'Exporter disabled',
  'flow-log-disabled': 'Flow log disabled',
};

/** Records that were not counted as traffic, by reason, over time. */
export function blindSpotsQuery(where: string, interval: string): string {
  const reasons = `"reason" != 'ok' AND "reason" != 'nodata'`;
  return (
    `SELECT sum("records") AS "records" FROM "minute"."flow_quality" WHERE ${where} AND ${reasons} ` +
    `GROUP BY time(${interval}), "reason" fill(none)`
  );
}
