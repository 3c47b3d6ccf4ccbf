import { COLLECTION_HEALTH } from '../../../reports/collection';
import { OVERVIEW } from '../../../reports/overview';
import { REPORTS } from '../../../reports/reports';

/** What the page lists: where to begin, the reports, and how far they can be trusted. */
export const DASHBOARDS = [OVERVIEW, ...REPORTS, COLLECTION_HEALTH];

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
