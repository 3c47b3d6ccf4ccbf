import { DEFAULT_TOP_K } from '../contract/stored';
import { SILENT_AFTER } from './explanations';

/** The dashboard that says how collection stands. */
export const COLLECTION_HEALTH = {
  title: 'Collection health',
  question: 'Is everything collected, and how far can the reports be trusted?',
  uid: 'flowscope-collection-health',
} as const;

/** Points of `collection` are written each minute, per source; the newest says how collection stands. */
const COLLECTION = '"minute"."collection"';
/** A source that has not been reported for so long was removed, disabled, or its sidecar is away. */
const RECENT = 'time > now() - 1h';

/** A figure of `collection`, and how it is shown. */
export interface Figure {
  readonly field: string;
  readonly heading: string;
  readonly unit: string;
  readonly description: string;
  /** How the figures of several sources become one, where that says anything. */
  readonly aggregate?: 'min' | 'max' | 'sum';
  /** Above zero, somebody should look. */
  readonly isBad?: boolean;
  /** Of the whole sidecar, whatever the source. */
  readonly isShared?: boolean;
}

const COUNT = 'locale';

/** Everything `collection` says about a source, in the order in which it is shown. */
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
  },
  {
    field: 'quarantined',
    heading: 'Quarantine',
    unit: COUNT,
    description: 'Objects that cannot be read; they stay in the bucket.',
    aggregate: 'sum',
    isBad: true,
  },
  {
    field: 'undeleted',
    heading: 'Not deleted',
    unit: COUNT,
    description: 'Objects that are stored and could not be deleted yet.',
    aggregate: 'sum',
    isBad: true,
  },
  {
    field: 'not_collected',
    heading: 'Not collected',
    unit: COUNT,
    description: 'Objects left in the bucket because their flow log lacks a field such as log-status.',
    aggregate: 'sum',
    isBad: true,
  },
  {
    field: 'gaps',
    heading: 'Gaps',
    unit: COUNT,
    description: 'Times at which an object was due and none came.',
    isBad: true,
  },
  {
    field: 'malformed',
    heading: 'Malformed',
    unit: COUNT,
    description: 'Records that could not be read.',
    isBad: true,
  },
  { field: 'skipdata', heading: 'SKIPDATA', unit: COUNT, description: 'Times at which AWS lost records.', isBad: true },
  { field: 'objects', heading: 'Objects', unit: COUNT, description: 'Objects stored by the newest round.' },
  { field: 'records', heading: 'Records', unit: COUNT, description: 'Records stored by the newest round.' },
  {
    field: 'exporters',
    heading: 'Exporters',
    unit: COUNT,
    description: 'Places for exporters that are taken.',
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
  const subqueries = COLLECTION_FIGURES.filter(({ isBad }) => isBad).map(
    ({ field }) => `(${newest(field, 'warning')})`
  );
  return `SELECT count("warning") AS "${as}" FROM ${subqueries.join(', ')} WHERE "warning" > 0`;
}

/** Points written lately: none when the sidecar is silent. */
export function heardQuery(as: string): string {
  return `SELECT count("backlog") AS "${as}" FROM ${COLLECTION} WHERE time > now() - ${SILENT_AFTER}`;
}

/** One row while new data keeps fewer names than usual. */
export function fewerNamesQuery(as: string): string {
  return `SELECT last("top_k") AS "${as}" FROM ${COLLECTION} WHERE time > now() - ${SILENT_AFTER} AND "top_k" < ${DEFAULT_TOP_K}`;
}

/** One row when the sidecar ever reported and a condition on constants holds. */
export function reportedQuery(as: string, when: string): string {
  return `SELECT last("backlog") AS "${as}" FROM ${COLLECTION} WHERE ${when}`;
}

/** The newest figure of each source that the scope leaves, summed up over sources by a function such as `max`. */
export function overSourcesQuery(aggregate: 'min' | 'max' | 'sum', field: string, where: string): string {
  return `SELECT ${aggregate}("newest") AS "${field}" FROM (${newest(field, 'newest', where)})`;
}

/** The newest figures of each source, one row per source; points without one, of before there was any, have none. */
export function sourcesQuery(fields: readonly string[], where: string): string {
  const columns = fields.map((field) =>
    field === 'complete_until' ? `1000 * last("${field}") AS "${field}"` : `last("${field}") AS "${field}"`
  );
  return `SELECT ${columns.join(', ')} FROM ${COLLECTION} WHERE ${where} AND "source" != '' GROUP BY "source"`;
}

/** Figures over time, per source if asked. */
export function collectionSeriesQuery(
  values: readonly string[],
  where: string,
  interval: string,
  bySource: boolean
): string {
  const groups = [`time(${interval})`, ...(bySource ? ['"source"'] : [])];
  return `SELECT ${values.join(', ')} FROM ${COLLECTION} WHERE ${where} GROUP BY ${groups.join(', ')} fill(none)`;
}

/** Records that are no traffic, by reason: what reports cannot show. */
export function blindSpotsQuery(where: string, interval: string): string {
  const reasons = `"reason" != 'ok' AND "reason" != 'nodata'`;
  return (
    `SELECT sum("records") AS "records" FROM "minute"."flow_quality" WHERE ${where} AND ${reasons} ` +
    `GROUP BY time(${interval}), "reason" fill(none)`
  );
}
