import { locationUtil } from '@grafana/data';
import { config } from '@grafana/runtime';

export const PLUGIN_ID = 'flowscope-awsflowlogs-app';

/** The app's pages live below this. */
export const APP_URL = `/a/${PLUGIN_ID}`;

/** The config tabs, by the id that stands in the URL of the plugin's page. */
export const TABS = {
  connection: 'connection',
  sources: 'sources',
  descriptions: 'descriptions',
  exporters: 'exporters',
} as const;

/** Where a config tab is, also for links that open elsewhere when Grafana is served below a path. */
export const tabUrl = (tab: keyof typeof TABS) => locationUtil.assureBaseUrl(`/plugins/${PLUGIN_ID}?page=${TABS[tab]}`);

/** Whether whoever looks may configure the plugin: what the plugin's routes ask for, too. */
export function isAdmin(): boolean {
  const { user } = config.bootData;
  return user.permissions?.['plugins:write'] === true || user.isGrafanaAdmin;
}
