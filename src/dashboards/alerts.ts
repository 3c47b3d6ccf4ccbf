import type { AlertRule } from './alertRule';
import { COLLECTION_ALERTS } from './collectionAlerts';
import { DATASOURCE } from './common';
import { TRAFFIC_ALERTS } from './trafficAlerts';

/** The rules in the groups they are evaluated in. */
export const ALERT_GROUPS: ReadonlyArray<{ readonly name: string; readonly rules: readonly AlertRule[] }> = [
  { name: 'Collection', rules: COLLECTION_ALERTS },
  { name: 'Traffic', rules: TRAFFIC_ALERTS },
];

const EVERY_MINUTE = '1m';
const INTERVAL_MS = 60_000;
/** The nodes behind the queries: what is compared, and the comparison. */
const VALUE = 'value';
const CONDITION = 'condition';

/** The generated rules, by their file's path below provisioning/; the same input gives the same bytes. */
export function alertFiles(): Map<string, string> {
  return new Map([['alerting/flowscope.json', `${JSON.stringify(alertProvisioning(), null, 2)}\n`]]);
}

/** Grafana's file of alert rules. Names go through its expansion of variables, models and annotations do not. */
function alertProvisioning(): object {
  return {
    apiVersion: 1,
    groups: ALERT_GROUPS.map(({ name, rules }) => ({
      orgId: 1,
      name,
      // Grafana finds this folder by its title or creates it. The dashboards' folder is found by its uid, and may not exist yet.
      folder: 'Flowscope alerts',
      interval: EVERY_MINUTE,
      rules: rules.map(provisionedRule),
    })),
  };
}

function provisionedRule(rule: AlertRule): object {
  const { name, title, meaning, forMinutes, noData, onError, severity, summary, dashboard, isPaused } = rule;
  const { uid, panel, variables } = dashboard;
  return {
    uid: `flowscope-${name}`,
    title,
    condition: CONDITION,
    for: `${forMinutes}m`,
    noDataState: noData,
    execErrState: onError ?? 'Error',
    isPaused: isPaused ?? false,
    labels: { severity, product: 'flowscope' },
    annotations: {
      summary,
      description: meaning,
      dashboard: `/d/${uid}${variables ? `?${variables}` : ''}`,
      runbook_url: runbookOf(title),
      // Grafana links an alert to its panel by these.
      __dashboardUid__: uid,
      __panelId__: String(panel),
    },
    dashboardUid: uid,
    panelId: panel,
    data: nodesOf(rule),
  };
}

/** Where Grafana serves what the plugin ships: no other host is needed, and it fits the version. */
const RUNBOOKS = '/public/plugins/flowscope-awsflowlogs-app/docs/alerts.md';

/** What to do about a rule: its heading in docs/alerts.md. */
export function runbookOf(title: string): string {
  return `${RUNBOOKS}#${title.toLowerCase().replaceAll(' ', '-')}`;
}

/** Query → its newest value → what is compared → condition. */
function nodesOf({ queries, value, threshold }: AlertRule): object[] {
  const names = Object.keys(queries);
  const queried = Object.entries(queries).flatMap(([name, { influxql, seconds }]) => {
    const rows = `${name}_rows`;
    const query = {
      refId: rows,
      relativeTimeRange: { from: seconds, to: 0 },
      datasourceUid: DATASOURCE.uid,
      model: {
        refId: rows,
        datasource: DATASOURCE,
        rawQuery: true,
        resultFormat: 'time_series',
        query: influxql,
        intervalMs: INTERVAL_MS,
        maxDataPoints: 100,
      },
    };
    return [
      query,
      expression(name, { type: 'reduce', expression: rows, reducer: 'last', settings: { mode: 'dropNN' } }),
    ];
  });
  const math = value === undefined ? [] : [expression(VALUE, { type: 'math', expression: value })];
  const condition = expression(CONDITION, {
    type: 'threshold',
    expression: value === undefined ? names[0] : VALUE,
    conditions: [{ evaluator: { type: threshold.type, params: [threshold.value] } }],
  });
  return [...queried, ...math, condition];
}

function expression(refId: string, model: object): object {
  const datasource = { type: '__expr__', uid: '__expr__' };
  return {
    refId,
    relativeTimeRange: { from: 0, to: 0 },
    datasourceUid: datasource.uid,
    model: { refId, datasource, ...model, intervalMs: INTERVAL_MS, maxDataPoints: 100 },
  };
}
