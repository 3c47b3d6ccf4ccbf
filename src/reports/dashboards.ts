import { COLLECTION_HEALTH } from './collection';
import { OVERVIEW } from './overview';
import { REPORTS } from './reports';

/** All shipped dashboards: the overview, the reports, and Collection health. */
export const DASHBOARDS = [OVERVIEW, ...REPORTS, COLLECTION_HEALTH] as const;
