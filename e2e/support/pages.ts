import type { Page } from '@playwright/test';
import { PLUGIN_ID } from '../../src/contract/names';

/** The config tabs by the id in their address, with the names people see. */
export const TABS = {
  connection: 'Connection',
  sources: 'S3 sources',
  descriptions: 'Descriptions',
  exporters: 'Exporters',
  flowlogs: 'Flow logs',
} as const;

/** Where a config tab is: in the app's own frame. */
export const tabPath = (tab: keyof typeof TABS) => `/a/${PLUGIN_ID}/config/${tab}`;

/** Where the same tab is on Grafana's page of the plugin. */
export const pluginTabPath = (tab: keyof typeof TABS) => `/plugins/${PLUGIN_ID}?page=${tab}`;

/** Where a page of the app is. */
export const pagePath = (name: 'reports' | 'collection') => `/a/${PLUGIN_ID}/${name}`;

export async function openTab(page: Page, tab: keyof typeof TABS): Promise<void> {
  await page.goto(tabPath(tab));
}

export async function openPage(page: Page, name: 'reports' | 'collection'): Promise<void> {
  await page.goto(pagePath(name));
}

/** The name of the search box on the page Reports. */
export const SEARCH = 'Find a name, id, address or CIDR';
