import { COLLECTION_HEALTH } from './collection';
import { HOST } from './host';
import { MOVERS } from './movers';
import { OVERVIEW } from './overview';
import { REFUSED } from './refused';
import { REPORTS } from './reports';

/** All shipped dashboards, with their questions: the overview, those that answer one question, the reports, and Collection health. */
export const DASHBOARDS = [OVERVIEW, HOST, MOVERS, REFUSED, ...REPORTS, COLLECTION_HEALTH] as const;
