import { sidecar } from '../../api/sidecar';
import { ALERT_FOLDER, alertRuleItems } from './alertRules';
import {
  DATA_SOURCE,
  readDataSource,
  saveDataSource,
  type DataSourceForm,
  type StoredDataSource,
  whyUnreadable,
} from './dataSource';
import { DASHBOARD_FOLDER, dashboardItems } from './dashboards';
import { folderItems } from './folders';
import type { Item } from './items';
import { loadShipped } from './shipped';

/** State of everything that the plugin installs in Grafana. */
export interface Plan {
  readonly dataSource: StoredDataSource | undefined;
  /** Why the data source cannot read; undefined when it can, or if there is no data source. */
  readonly unreadable: string | undefined;
  /** Folders, dashboards and alert rules, in the order of installing. */
  readonly items: readonly Item[];
}

/** Reads the state of everything; changes nothing. Throws GrafanaFailure. */
export async function makePlan(): Promise<Plan> {
  const { dashboards, rules } = await loadShipped();
  const [dataSource, dashboardsThere, rulesThere, folders] = await Promise.all([
    readDataSource(),
    dashboardItems(dashboards),
    alertRuleItems(rules),
    folderItems([DASHBOARD_FOLDER, ALERT_FOLDER]),
  ]);
  // A folder is needed only if something is to be created in it: provisioning files bring folders of their own.
  const [needed, alertsNeeded] = [dashboardsThere, rulesThere].map((items) =>
    items.some(({ state }) => state === 'missing')
  );
  return {
    dataSource,
    unreadable: dataSource && (await whyUnreadable()),
    items: [...folders.filter((_folder, i) => [needed, alertsNeeded][i]), ...dashboardsThere, ...rulesThere],
  };
}

/** Whether the form for the data source must be shown: there is none, or an editable one that cannot read. */
export const asksForDataSource = ({ dataSource, unreadable }: Plan) =>
  !dataSource || (unreadable !== undefined && !dataSource.readOnly);

/** The data source as an item. `form`: input, if the form was shown. */
export function dataSourceItem(plan: Plan, form?: DataSourceForm): Item {
  const { dataSource } = plan;
  const about = { kind: 'Data source', title: DATA_SOURCE.name } as const;
  if (!asksForDataSource(plan)) {
    return { ...about, state: dataSource?.readOnly ? 'files' : 'current' };
  }
  return {
    ...about,
    state: dataSource ? 'outdated' : 'missing',
    apply: form && (() => saveReadable(dataSource, form)),
  };
}

/** Returns what was done about its user, if anything. */
async function saveReadable(there: StoredDataSource | undefined, form: DataSourceForm): Promise<string | undefined> {
  const { makesUser, user: name, password } = form;
  const made = makesUser ? await sidecar.makeInfluxUser({ name, password }) : undefined;
  await saveDataSource(there, form);
  const unreadable = await whyUnreadable();
  if (unreadable !== undefined) {
    throw new Error(`It is saved, but cannot read: ${unreadable}`);
  }
  return made && [made.message, ...made.warnings].join(' ');
}
