import type { FilterName } from '../reports/filters';

/** A dashboard variable, and the texts that stand for its value wherever Grafana fills in variables. */
export interface Var {
  readonly name: string;
  /**
   * `${name}`. Never `$name`: where that stands behind a division, Grafana's InfluxDB data source takes all from there to the next
   * slash for a regular expression, and warns.
   */
  readonly braced: string;
  /** `${name:regex}`: what is chosen, as a regular expression; `.*` for All. */
  readonly regex: string;
  /** `${name:queryparam}`: what is chosen, as parameters of an address. */
  readonly queryparam: string;
  /** `${name:text}`: what is chosen, as the bar shows it. */
  readonly text: string;
  /** `0${name}`: a number; 0 where the variable's query finds nothing, so that the query it stands in stays whole. */
  readonly number: string;
}

/** A variable of that name. */
export function variable(name: string): Var {
  return {
    name,
    braced: `\${${name}}`,
    regex: `\${${name}:regex}`,
    queryparam: `\${${name}:queryparam}`,
    text: `\${${name}:text}`,
    number: `0\${${name}}`,
  };
}

/** Every variable of the dashboards but the filters. Names are part of links that people keep: they never change. */
export const VARS = {
  /** In the bar: `bytes`, `packets` or `flows`. */
  metric: variable('metric'),
  /** In the bar: charts show the `total` of each interval, or the `rate`. */
  show: variable('show'),
  /** In the bar: how many keys have a row and a series. */
  top: variable('top'),
  /** In the bar of Collection health: names of S3 sources. Not `source`, which is an address in the reports that link there. */
  s3Source: variable('s3_source'),

  /**
   * From when on tables, rankings and totals read `minute` instead of `hour`: Unix milliseconds, 0 for `minute` alone. Its text is
   * the unit of the shortest interval of such a range, `m` or `h`.
   */
  boundary: variable('boundary'),
  /** The same for charts. */
  seriesBoundary: variable('series_boundary'),
  /** The same for what is before the range, however short that is. */
  hoursUntil: variable('hours_until'),
  /** Where the window begins in which the range begins: Unix milliseconds. */
  start: variable('start'),

  /** The measurement that totals come from, where it depends on what is chosen. */
  totalsMeasurement: variable('total_of'),
  /** Total of the chosen metric under all filters, of the traffic that the first table is about, counted as its rows are. */
  total: variable('total'),
  /** Total of refused flows under all filters. */
  totalRefused: variable('total_refused'),
  /** Up to when the data of all sources is complete: Unix milliseconds, 0 if unknown. */
  complete: variable('complete'),

  /** The keys of the rows, and of what is shown over time: the busiest in the chosen metric. */
  keys: variable('keys'),
  /** The keys of the rows of refused traffic, and of what of it is shown over time: those with most flows. */
  refusedKeys: variable('refused_keys'),
  /** The overview's busiest interfaces. */
  userKeys: variable('user_keys'),
  /** The overview's busiest sources. */
  talkerKeys: variable('talker_keys'),

  /** Flows in the range, whatever the filters. */
  flowsUnfiltered: variable('any'),
  /** Flows of the report's own measurement, under the busiest keys or under no name. */
  flowsOfOwnMeasurement: variable('own'),
  /** Flows in the 24 hours before the range: without any, nothing can be called new. */
  flowsBefore: variable('before'),
} as const;

/** The variable of a filter: values of its tag, or All. */
export function filterVar(name: FilterName): Var {
  return variable(name);
}

/** What Grafana itself fills in. */
export const GRAFANA = {
  /** The range, as chosen: Unix milliseconds. */
  from: '${__from}',
  to: '${__to}',
  /**
   * The width of a point. Raw, because Grafana's InfluxDB data source takes a variable that stands between two slashes,
   * as of a division and a regular expression, for a part of a regular expression, and escapes its dollar sign.
   */
  interval: '${__interval:raw}',
  intervalMs: '${__interval_ms:raw}',
  /** The range, as parameters of an address. */
  timeRange: '${__url_time_range}',
  /** The value of a variable of which All is chosen. */
  all: '$__all',
} as const;

/** A cell of the row that a data link belongs to, as it is shown. */
export function cellOfRow(column: string): string {
  return `\${__data.fields.${column}}`;
}

/** The same as a part of an address. */
export function cellInAddress(column: string): string {
  return `\${__data.fields.${column}:percentencode}`;
}

/** A label of the series that a display name or link belongs to. */
export function labelOfSeries(label: string): string {
  return `\${__field.labels.${label}}`;
}

/** The same as a part of an address. */
export function labelInAddress(label: string): string {
  return `\${__field.labels.${label}:percentencode}`;
}
