import type { IconName } from '@grafana/data';

import { COLLECTION_HEALTH } from '../../../reports/collection';
import { DASHBOARDS } from '../../../reports/dashboards';
import { REPORT_GROUPS, REPORTS } from '../../../reports/reports';

/** A dashboard as shown on a card. */
export interface Listed {
  readonly title: string;
  readonly question: string;
  readonly uid: string;
  readonly icon: IconName;
}

/** A titled group of dashboards. */
export interface Group {
  readonly title: string;
  readonly dashboards: readonly Listed[];
}

/** One of Grafana's icons for what is no report; others have one in the table of reports. */
const ICONS: Readonly<Record<string, IconName>> = {
  'flowscope-overview': 'apps',
  'flowscope-host': 'crosshair',
  'flowscope-movers': 'chart-line',
  'flowscope-refused': 'ban',
  [COLLECTION_HEALTH.uid]: 'heart-rate',
};

const asListed = ({ title, question, uid }: (typeof DASHBOARDS)[number]): Listed => ({
  ...{ title, question, uid },
  icon: REPORTS.find((report) => report.uid === uid)?.icon ?? ICONS[uid] ?? 'apps',
});

/** Dashboards that are neither a report nor about collecting: the overview, and what others there are. */
const isStart = ({ uid }: { uid: string }) =>
  uid !== COLLECTION_HEALTH.uid && !REPORTS.some((report) => report.uid === uid);

/** The groups of the page: where to start, the reports by group, and Collection health. A new dashboard is in one of them. */
export const GROUPS: readonly Group[] = [
  { title: 'Start here', dashboards: DASHBOARDS.filter(isStart).map(asListed) },
  ...Object.entries(REPORT_GROUPS).map(([name, title]) => ({
    title,
    dashboards: REPORTS.filter(({ group }) => group === name).map(asListed),
  })),
  { title: 'How far to trust them', dashboards: [asListed(COLLECTION_HEALTH)] },
];

const TIME_RANGE_PARAMETERS = ['from', 'to', 'timezone'];

/**
 * The path of a dashboard, carrying over the time range of the page's own query string, with variables if given, by their names in
 * addresses.
 */
export function dashboardUrl(uid: string, search: string, variables: Readonly<Record<string, string>> = {}): string {
  const current = new URLSearchParams(search);
  const kept = new URLSearchParams();

  for (const name of TIME_RANGE_PARAMETERS) {
    const value = current.get(name);
    if (value !== null) {
      kept.set(name, value);
    }
  }

  for (const [name, value] of Object.entries(variables)) {
    kept.set(name, value);
  }

  const query = kept.toString();
  return query ? `/d/${uid}?${query}` : `/d/${uid}`;
}
