import { COLLECTION_HEALTH } from './collection';
import { OVERVIEW } from './overview';
import { REPORTS } from './reports';

/** All dashboards that are shipped: where to begin, the reports, and how far they can be trusted. */
export const DASHBOARDS = [OVERVIEW, ...REPORTS, COLLECTION_HEALTH] as const;
