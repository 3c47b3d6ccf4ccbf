import type { IconName } from '@grafana/data';

import { COLLECTION_HEALTH } from '../../../reports/collection';
import { OVERVIEW } from '../../../reports/overview';
import { REPORTS, type ReportName } from '../../../reports/reports';

/** What a card tells of a dashboard. */
export interface Listed {
  readonly title: string;
  readonly question: string;
  readonly uid: string;
  readonly icon: IconName;
}

/** Dashboards that belong together, under what they are about. */
export interface Group {
  readonly title: string;
  readonly dashboards: readonly Listed[];
}

const FILTERED = 'Accepted and refused';
const TALKING = 'Who carries the traffic, and who talks to whom';

/** Where each report stands on the page, and its pictogram. */
const PLACES: Readonly<Record<ReportName, { group: string; icon: IconName }>> = {
  action: { group: FILTERED, icon: 'shield' },
  'action-interface': { group: FILTERED, icon: 'filter' },
  'action-interface-dst': { group: FILTERED, icon: 'arrow-from-right' },
  'action-interface-src': { group: FILTERED, icon: 'arrow-to-right' },
  interface: { group: TALKING, icon: 'plug' },
  'pair-interface': { group: TALKING, icon: 'exchange-alt' },
  'pair-interface-action': { group: TALKING, icon: 'shield-exclamation' },
};

/** What the page lists: where to begin, the reports by what they are about, and how far they can be trusted. */
export const GROUPS: readonly Group[] = [
  { title: 'Start here', dashboards: [{ ...OVERVIEW, icon: 'apps' }] },
  ...[FILTERED, TALKING].map((title) => ({
    title,
    dashboards: REPORTS.map((report) => ({ ...report, ...PLACES[report.name as ReportName] })).filter(
      ({ group }) => group === title
    ),
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
