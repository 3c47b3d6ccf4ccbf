import type { IconName } from '@grafana/data';

import { COLLECTION_HEALTH } from '../../../reports/collection';
import { HOST } from '../../../reports/host';
import { MOVERS } from '../../../reports/movers';
import { OVERVIEW } from '../../../reports/overview';
import { REFUSED } from '../../../reports/refused';
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

/** The groups of the page: where to start, the reports by group, and Collection health. */
export const GROUPS: readonly Group[] = [
  {
    title: 'Start here',
    dashboards: [
      { ...OVERVIEW, icon: 'apps' },
      { ...HOST, icon: 'crosshair' },
      { ...MOVERS, icon: 'chart-line' },
      { ...REFUSED, icon: 'ban' },
    ],
  },
  ...Object.entries(REPORT_GROUPS).map(([name, title]) => ({
    title,
    dashboards: REPORTS.filter(({ group }) => group === name),
  })),
  { title: 'How far to trust them', dashboards: [{ ...COLLECTION_HEALTH, icon: 'heart-rate' }] },
];

const TIME_RANGE_PARAMETERS = ['from', 'to', 'timezone'];

/** The path of a report's dashboard, carrying over the time range of the page's own query string. */
export function reportUrl(uid: string, search: string): string {
  const current = new URLSearchParams(search);
  const kept = new URLSearchParams();

  for (const name of TIME_RANGE_PARAMETERS) {
    const value = current.get(name);
    if (value !== null) {
      kept.set(name, value);
    }
  }

  const query = kept.toString();
  return query ? `/d/${uid}?${query}` : `/d/${uid}`;
}
