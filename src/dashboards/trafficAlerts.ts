import { REFUSED } from '../contract/stored';
import { reportNamed } from '../reports/reports';
import { largeValueOf, valueOf, type AlertQuery, type AlertRule } from './alertRule';

const MINUTE = 60;
const NAMES = '"account", "interface", "interface_name", "instance_name", "vpc_name"';
const INTERFACE = 'Interface {{ $labels.interface_name }} ({{ $labels.interface }})';

/** A report over the interface that the alert is about; its panel over time of all traffic, or of what was refused. */
function report(name: 'action-interface-src' | 'interface', variables: string) {
  return { uid: reportNamed(name)!.uid, panel: name === 'interface' ? 7 : 15, variables };
}

/** Rates of each interface and action. */
function rates(select: string, seconds: number, where: string): AlertQuery {
  const range = `WHERE $timeFilter AND ${where} GROUP BY ${NAMES}, "action"`;
  return { influxql: `SELECT ${select} FROM "minute"."flow_rate" ${range}`, seconds };
}

/** A newest rate of each interface, over its actions. */
function rateOfAll(field: string, as: string): AlertQuery {
  const newest = `SELECT last("${field}") AS "rate" FROM "minute"."flow_rate" WHERE $timeFilter GROUP BY ${NAMES}, "action"`;
  return {
    influxql: `SELECT sum("rate") AS "${as}" FROM (${newest}) WHERE $timeFilter GROUP BY ${NAMES}`,
    seconds: 3 * MINUTE,
  };
}

/**
 * Alerts on traffic, per interface: every one reads `flow_rate`, which holds the newest complete minute at wall-clock time,
 * so that late delivery looks like steady traffic and never like silence. Rates are of all that an interface saw: what counts at
 * its other end, or only passes through, loads it as well.
 */
export const TRAFFIC_ALERTS: readonly AlertRule[] = [
  {
    name: 'refused-surge',
    title: 'Refused surge',
    meaning:
      'Far more flows are refused at an interface than yesterday at this time: a scan, or a security group that is too tight. The report shows their sources.',
    queries: {
      refused: rates('last("fps") AS "refused"', 3 * MINUTE, `"action" = '${REFUSED}'`),
      yesterday: rates('last("fps_yesterday") AS "yesterday"', 3 * MINUTE, `"action" = '${REFUSED}'`),
    },
    value: '$refused * ($refused > 3 * $yesterday)',
    threshold: { type: 'gt', value: 10 },
    forMinutes: 5,
    noData: 'OK',
    severity: 'warning',
    summary: `${INTERFACE}: ${valueOf('refused', '%.1f')} refused flows/s, ${valueOf('yesterday', '%.1f')} in the same minute yesterday (limit 10 and 3 times as many).`,
    dashboard: report('action-interface-src', 'var-interface={{ $labels.interface }}&var-action=REJECT'),
  },
  {
    name: 'traffic-stopped',
    title: 'Traffic stopped',
    meaning:
      'An interface that had traffic in nearly every minute has none for 15 minutes. Such an interface is followed for 45 minutes; then the alert ends by itself.',
    queries: {
      bps: rates('max("bps") AS "bps"', 15 * MINUTE, `"action" != '${REFUSED}'`),
      points: rates('count("bps") AS "points"', 15 * MINUTE, `"action" != '${REFUSED}'`),
    },
    // One that is followed since just now was not at zero for fifteen minutes yet. Some points may come late.
    value: '($bps == 0) * ($points >= 12)',
    threshold: { type: 'gt', value: 0 },
    forMinutes: 0,
    noData: 'OK',
    severity: 'critical',
    summary: `${INTERFACE}: ${valueOf('bps')} bit/s for 15 minutes after steady traffic (limit: above 0).`,
    dashboard: report('interface', 'var-interface={{ $labels.interface }}'),
  },
  {
    name: 'traffic-high',
    title: 'Traffic high',
    meaning: 'An interface carries more than 1 Gbit/s. Set the limit to what yours should carry, and resume the rule.',
    queries: { bps: rateOfAll('bps', 'bps') },
    threshold: { type: 'gt', value: 1e9 },
    forMinutes: 10,
    noData: 'OK',
    severity: 'warning',
    summary: `${INTERFACE}: ${largeValueOf('bps')}bit/s (limit 1Gbit/s).`,
    dashboard: report('interface', 'var-interface={{ $labels.interface }}'),
    isPaused: true,
  },
  {
    name: 'traffic-unusual',
    title: 'Traffic unusual',
    meaning: 'An interface carries over three times as much as in the same hour yesterday, and more than 10 Mbit/s.',
    queries: { bps: rateOfAll('bps', 'bps'), yesterday: rateOfAll('bps_yesterday', 'yesterday') },
    value: '$bps * ($bps > 3 * $yesterday)',
    threshold: { type: 'gt', value: 1e7 },
    forMinutes: 15,
    noData: 'OK',
    severity: 'warning',
    summary: `${INTERFACE}: ${largeValueOf('bps')}bit/s, ${largeValueOf('yesterday')}bit/s in the same hour yesterday (limit 10Mbit/s and 3 times as much).`,
    dashboard: report('interface', 'var-interface={{ $labels.interface }}'),
  },
];
