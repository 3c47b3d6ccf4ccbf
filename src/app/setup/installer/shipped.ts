import { DASHBOARDS } from '../../../reports/dashboards';
import type { ShippedRules } from './alertRules';
import type { Dashboard } from './dashboards';

/** The dashboards and rules of this version, made by src/dashboards; loaded when they are needed. */
export async function loadShipped(): Promise<{ dashboards: Dashboard[]; rules: ShippedRules }> {
  const [rules, ...dashboards] = await Promise.all([
    import('../../../../provisioning/alerting/flowscope.json'),
    ...DASHBOARDS.map(({ uid }) => import(`../../../../provisioning/dashboards/${uid}.json`)),
  ]);
  return { rules: content<ShippedRules>(rules), dashboards: dashboards.map(content<Dashboard>) };
}

/** A JSON file is the default export of its module. */
const content = <T>(module: unknown): T => (module as { default: T }).default;
