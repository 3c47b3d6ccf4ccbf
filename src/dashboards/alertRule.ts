/** InfluxQL whose answer has one row per series, over the last `seconds`; its tags become labels of the alert. */
export interface AlertQuery {
  /** `$timeFilter` stands for that range. */
  readonly influxql: string;
  readonly seconds: number;
}

/** One alert rule, described once: provisioning, documentation and tests are made from it. */
export interface AlertRule {
  /** Its uid without `flowscope-`; never changes. */
  readonly name: string;
  readonly title: string;
  /** What it means when it fires, and what to do. */
  readonly meaning: string;
  /** Its queries, by the name that `value` and `summary` use. */
  readonly queries: Readonly<Record<string, AlertQuery>>;
  /** The compared value, as an expression over `$name` of several queries; absent with a single query. */
  readonly value?: string;
  readonly threshold: { readonly type: 'gt' | 'gte' | 'lt'; readonly value: number };
  /** How long the condition must hold; minutes. */
  readonly forMinutes: number;
  /** State when no query returns data. */
  readonly noData: 'OK' | 'Alerting';
  /** State when a query fails; `Error` by default. */
  readonly onError?: 'Alerting';
  readonly severity: 'critical' | 'warning' | 'info';
  /** Go template: names source or interface, value and threshold. */
  readonly summary: string;
  /** Where to look: a dashboard, its panel and, as a Go template, its variables. */
  readonly dashboard: { readonly uid: string; readonly panel: number; readonly variables?: string };
  /** Shipped paused, because its threshold depends on the network. */
  readonly isPaused?: boolean;
}

/** A value in a summary, without decimals. */
export function valueOf(name: string, format = '%.0f'): string {
  return ifKnown(name, `{{ printf "${format}" .Value }}`);
}

/** A large value in a summary: `1.2M`. */
export function largeValueOf(name: string): string {
  return ifKnown(name, '{{ humanize .Value }}');
}

/** A duration in a summary: `31m 5s`. */
export function durationOf(name: string): string {
  return ifKnown(name, '{{ humanizeDuration .Value }}');
}

/** Without data Grafana expands summaries without values, and logs an error where a function then gets none. */
function ifKnown(name: string, template: string): string {
  return `{{ with $values.${name} }}${template}{{ end }}`;
}
