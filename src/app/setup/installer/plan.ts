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

/** How everything stands that the plugin puts into Grafana. */
export interface Plan {
  readonly dataSource: StoredDataSource | undefined;
  /** Why the data source cannot read; undefined when it can, or when there is none. */
  readonly unreadable: string | undefined;
  /** Folders, dashboards and alert rules, in the order they need each other. */
  readonly items: readonly Item[];
}

/** Looks, and changes nothing. Throws GrafanaFailure. */
export async function makePlan(): Promise<Plan> {
  const { dashboards, rules } = await loadShipped();
  const [dataSource, dashboardsThere, rulesThere, folders] = await Promise.all([
    readDataSource(),
    dashboardItems(dashboards),
    alertRuleItems(rules),
    folderItems([DASHBOARD_FOLDER, ALERT_FOLDER]),
  ]);
  // A folder that nothing of ours is to go into is not needed: files bring folders of their own.
  const [needed, alertsNeeded] = [dashboardsThere, rulesThere].map((items) =>
    items.some(({ state }) => state === 'missing')
  );
  return {
    dataSource,
    unreadable: dataSource && (await whyUnreadable()),
    items: [...folders.filter((_folder, i) => [needed, alertsNeeded][i]), ...dashboardsThere, ...rulesThere],
  };
}

/** Whether people must say where the data is: there is no data source, or one of theirs that cannot read. */
export const asksForDataSource = ({ dataSource, unreadable }: Plan) =>
  !dataSource || (unreadable !== undefined && !dataSource.readOnly);

/** The data source as an item. `form`: what was typed, where it was asked for. */
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

async function saveReadable(there: StoredDataSource | undefined, form: DataSourceForm): Promise<void> {
  await saveDataSource(there, form);
  const unreadable = await whyUnreadable();
  if (unreadable !== undefined) {
    throw new Error(`It is saved, but cannot read: ${unreadable}`);
  }
}
