import { COLLECTION_HEALTH } from '../reports/collection';
import { durationOf, valueOf, type AlertQuery, type AlertRule } from './alertRule';

const MINUTE = 60;
const PER_SOURCE = '"source", "source_id", "collector"';
const PER_COLLECTOR = '"collector"';
const SOURCE = 'Source {{ $labels.source }}';
const COLLECTOR = 'Collector {{ $labels.collector }}';

/** The dashboard Collection health. */
const HEALTH = { uid: COLLECTION_HEALTH.uid, panel: 1 };

function collection(select: string, seconds: number, by = PER_SOURCE): AlertQuery {
  return { influxql: `SELECT ${select} FROM "minute"."collection" WHERE $timeFilter GROUP BY ${by}`, seconds };
}

/** Query for the growth of a counter. */
function growth(field: string, seconds: number): AlertQuery {
  const grown = `SELECT non_negative_difference("${field}") AS "grown" FROM "minute"."collection"`;
  return {
    influxql: `SELECT sum("grown") AS "${field}" FROM (${grown} WHERE $timeFilter GROUP BY ${PER_SOURCE}) WHERE $timeFilter GROUP BY ${PER_SOURCE}`,
    seconds,
  };
}

/** Alerts on collecting. Every one reads `collection`, which the sidecar writes each minute. */
export const COLLECTION_ALERTS: readonly AlertRule[] = [
  {
    name: 'collection-stopped',
    title: 'Collection stopped',
    meaning:
      'Objects wait and none was stored for 15 minutes. The page Collection says why the source fails: credentials, permissions, InfluxDB.',
    queries: {
      backlog: collection('min("backlog") AS "backlog"', 15 * MINUTE),
      objects: collection('sum("objects") AS "objects"', 15 * MINUTE),
    },
    value: '$backlog * ($objects == 0)',
    threshold: { type: 'gt', value: 0 },
    forMinutes: 5,
    // Missing points are covered by the next rule; without sources there is nothing to alert on.
    noData: 'OK',
    severity: 'critical',
    summary: `${SOURCE}: none was stored in 15 minutes of the objects that wait, at least ${valueOf('backlog')}.`,
    dashboard: HEALTH,
  },
  {
    name: 'sidecar-silent',
    title: 'Sidecar silent',
    meaning:
      'The sidecar writes a point every minute, and wrote none for five. It does not run, or does not reach InfluxDB: look at its log.',
    // Points per minute, averaged over six minutes because the last one may be empty still: below one in six.
    queries: {
      points: collection(
        'moving_average(count("exporters"), 6) AS "points"',
        60 * MINUTE,
        `time(1m), ${PER_COLLECTOR} fill(0)`
      ),
    },
    threshold: { type: 'lt', value: 0.1 },
    forMinutes: 2,
    noData: 'Alerting',
    severity: 'critical',
    summary:
      '{{ with $labels.collector }}Collector {{ . }} has not{{ else }}No sidecar has{{ end }} reported for 5 minutes or more.',
    dashboard: HEALTH,
  },
  {
    name: 'no-new-objects',
    title: 'No new objects',
    meaning:
      'Nothing was stored of an enabled source for 30 minutes. Nothing flows, or AWS no longer delivers: look at the flow log in the AWS console.',
    queries: {
      objects: collection('sum("objects") AS "objects"', 30 * MINUTE),
      points: collection('count("objects") AS "points"', 30 * MINUTE),
    },
    // A source that was enabled just now has not had thirty minutes yet. Some points may come late.
    value: '($objects == 0) * ($points >= 24)',
    threshold: { type: 'gt', value: 0 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'warning',
    summary: `${SOURCE}: ${valueOf('objects')} objects stored in 30 minutes (expected: 1 or more).`,
    dashboard: HEALTH,
  },
  {
    name: 'backlog-old',
    title: 'Backlog old',
    meaning:
      'The oldest object that waits was written over 30 minutes ago. After an outage this ends by itself; otherwise the sidecar is too slow, or cannot read some objects.',
    queries: { age: collection('last("oldest_age") AS "age"', 5 * MINUTE) },
    threshold: { type: 'gt', value: 30 * MINUTE },
    forMinutes: 10,
    noData: 'OK',
    severity: 'warning',
    summary: `${SOURCE}: the oldest object waits for ${durationOf('age')} (limit 30m).`,
    dashboard: HEALTH,
  },
  {
    name: 'not-deleted',
    title: 'Not deleted',
    meaning:
      'Objects are stored and still in the bucket. The credentials lack s3:DeleteObject, or the bucket refuses deletion (Object Lock).',
    queries: { objects: collection('last("undeleted") AS "objects"', 5 * MINUTE) },
    threshold: { type: 'gt', value: 0 },
    forMinutes: 15,
    noData: 'OK',
    severity: 'warning',
    summary: `${SOURCE}: objects stored but not deleted: ${valueOf('objects')} (limit 0).`,
    dashboard: HEALTH,
  },
  {
    name: 'quarantine',
    title: 'Quarantine',
    meaning:
      'Damaged or conflicting objects were left in the bucket: flowscope quarantine list says what is wrong with each.',
    queries: { objects: growth('quarantined', 16 * MINUTE) },
    threshold: { type: 'gt', value: 0 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'warning',
    summary: `${SOURCE}: objects that went into quarantine within 15 minutes: ${valueOf('objects')} (limit 0).`,
    dashboard: HEALTH,
  },
  {
    name: 'not-collected',
    title: 'Objects not collected',
    meaning:
      'Objects were left in the bucket because their format lacks what is needed, log-status as a rule: recreate the flow log with that field.',
    queries: { objects: growth('not_collected', 16 * MINUTE) },
    threshold: { type: 'gt', value: 0 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'warning',
    summary: `${SOURCE}: objects found within 15 minutes that cannot be collected: ${valueOf('objects')} (limit 0).`,
    dashboard: HEALTH,
  },
  {
    name: 'malformed',
    title: 'Malformed records',
    meaning:
      'Over 1 % of the records, and 100 or more, could not be read: flowscope unread list shows them. Objects with more are in quarantine.',
    queries: {
      malformed: collection('sum("malformed") AS "malformed"', 10 * MINUTE),
      records: collection('sum("records") AS "records"', 10 * MINUTE),
    },
    value: '100 * $malformed / ($records + ($records == 0)) * ($malformed >= 100)',
    threshold: { type: 'gt', value: 1 },
    forMinutes: 10,
    noData: 'OK',
    severity: 'warning',
    summary: `${SOURCE}: ${valueOf('value', '%.1f')} % of records are malformed, ${valueOf('malformed')} in 10 minutes (limit 1 %).`,
    dashboard: HEALTH,
  },
  {
    name: 'blind-spots',
    title: 'Blind spots',
    meaning:
      'AWS skipped records (SKIPDATA): traffic of these minutes is missing from every report, and cannot be had back.',
    queries: { records: collection('sum("skipdata") AS "records"', 10 * MINUTE) },
    threshold: { type: 'gt', value: 0 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'info',
    summary: `${SOURCE}: SKIPDATA records within 10 minutes: ${valueOf('records')} (limit 0).`,
    dashboard: HEALTH,
  },
  {
    name: 'exporter-limit',
    title: 'Exporter limit',
    meaning:
      'New exporters will soon count as one called overflow: raise the limit with flowscope exporter limit, or disable some.',
    queries: {
      percent: collection('100 * last("exporters") / last("exporter_limit") AS "percent"', 5 * MINUTE, PER_COLLECTOR),
    },
    threshold: { type: 'gte', value: 90 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'warning',
    summary: `${COLLECTOR}: ${valueOf('percent')} % of the places for exporters are taken (limit 90 %).`,
    dashboard: HEALTH,
  },
  {
    name: 'series-budget',
    title: 'Series budget',
    meaning:
      'InfluxDB holds more series than it is known to carry well, so new data keeps fewer names: the 5 busiest of each interface and action, at 125 % none; the rest counts as other, and totals stay exact. It ends when old data expires; see the page on completeness for what helps.',
    queries: {
      percent: collection('100 * last("series") / last("series_budget") AS "percent"', 5 * MINUTE, PER_COLLECTOR),
    },
    threshold: { type: 'gte', value: 100 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'warning',
    summary: `${COLLECTOR}: the store holds ${valueOf('percent')} % of the series budget (limit 100 %).`,
    dashboard: HEALTH,
  },
  {
    name: 'descriptions-stale',
    title: 'Descriptions stale',
    meaning:
      'Not all names were read from EC2 for three hours: flowscope awssync says which account and region refuses, and which permission it lacks.',
    queries: { age: collection('last("descriptions_age") AS "age"', 5 * MINUTE, PER_COLLECTOR) },
    threshold: { type: 'gt', value: 180 * MINUTE },
    forMinutes: 0,
    noData: 'OK',
    severity: 'warning',
    summary: `${COLLECTOR}: all descriptions were last read ${durationOf('age')} ago (limit 3h).`,
    dashboard: HEALTH,
  },
  {
    name: 'new-exporter',
    title: 'New exporter',
    meaning:
      'An account and VPC that was never seen before writes flow logs: expected after a new VPC, worth a look otherwise.',
    queries: {
      points: {
        influxql:
          'SELECT count("first_seen") AS "points" FROM "minute"."new_exporter" WHERE $timeFilter GROUP BY "exporter", "account", "collector"',
        seconds: 5 * MINUTE,
      },
    },
    threshold: { type: 'gt', value: 0 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'info',
    summary: 'Exporter {{ $labels.exporter }} was first seen within the last hour (account {{ $labels.account }}).',
    dashboard: HEALTH,
  },
  {
    name: 'store',
    title: 'Store unreachable or refusing',
    meaning:
      'Grafana cannot query InfluxDB, InfluxDB refuses what the sidecar writes, or nothing was written of late. Look at the sidecar’s log and at the page Collection.',
    queries: { refused: collection('last("refused") AS "refused"', 5 * MINUTE) },
    threshold: { type: 'gt', value: 0 },
    forMinutes: 2,
    noData: 'Alerting',
    onError: 'Alerting',
    severity: 'critical',
    summary: `{{ $refused := 0.0 }}{{ with $values.refused }}{{ $refused = .Value }}{{ end }}{{ if gt $refused 0.0 }}${SOURCE}: objects refused by the store: ${valueOf('refused')} (limit 0).{{ else }}InfluxDB does not answer, or has no points of the last 5 minutes.{{ end }}`,
    dashboard: HEALTH,
  },
];
