import { locationUtil } from '@grafana/data';
import { config } from '@grafana/runtime';
import { PLUGIN_ID } from '../contract/names';
import { ROUTES } from './routes';

/** The app's pages live below this. */
export const APP_URL = `/a/${PLUGIN_ID}`;

/** The config tabs, by the id that stands in addresses. */
export const TABS = {
  connection: 'connection',
  sources: 'sources',
  descriptions: 'descriptions',
  exporters: 'exporters',
  flowlogs: 'flowlogs',
} as const;

/** URL of a config tab in the app's own frame, including the sub-path that Grafana may be served from. */
export const tabUrl = (tab: keyof typeof TABS) =>
  locationUtil.assureBaseUrl(`${APP_URL}/${ROUTES.config}/${TABS[tab]}`);

/** Whether the user may configure the plugin; the plugin's routes require the same permission. */
export function isAdmin(): boolean {
  const { user } = config.bootData;
  return user.permissions?.['plugins:write'] === true || user.isGrafanaAdmin;
}
