import type { Page } from '@playwright/test';
import { PLUGIN_ID } from '../world/organization';

/** The config tabs by the id in their address, with the names people see. */
export const TABS = {
  connection: 'Connection',
  sources: 'S3 sources',
  descriptions: 'Descriptions',
  exporters: 'Exporters',
} as const;

export async function openTab(page: Page, tab: keyof typeof TABS): Promise<void> {
  await page.goto(`/plugins/${PLUGIN_ID}?page=${tab}`);
}

/** A page of the app. */
export async function openPage(page: Page, name: 'reports' | 'collection'): Promise<void> {
  await page.goto(`/a/${PLUGIN_ID}/${name}`);
}
