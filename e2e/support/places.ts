import type { Page } from '@playwright/test';
import { CHECKS } from '../../src/contract/checks';
import { COLLECTION_HEALTH } from '../../src/reports/collection';
import type { WorldDescription } from '../world/description';
import { Bucket } from './bucket';
import { expect } from './fixtures';
import { pagePath, SEARCH, tabPath } from './pages';
import { callSidecar } from './sidecarApi';

/** A source that is ready to be tested and previewed. */
export interface ShownSource {
  readonly id: string;
  readonly name: string;
}

/** Adds a source over a bucket of its own with new flow logs. */
export async function addShownSource(world: WorldDescription, name: string): Promise<ShownSource> {
  const bucket = await Bucket.create(world);
  await bucket.fill();
  const { accessKeyId, secretAccessKey } = world.keys.full;
  const { id } = await callSidecar<{ id: string }>(world, 'POST', 'sources', {
    body: { name, bucket: bucket.name, region: bucket.region, accessKeyId, secretAccessKey },
  });
  return { id, name };
}

/** A view of the plugin: how to open it, and how to see that it has loaded. */
export interface Place {
  /** As its picture is called. */
  readonly name: string;
  readonly path: (source: ShownSource) => string;
  readonly isThere: (page: Page, source: ShownSource) => Promise<void>;
}

const sees = (page: Page, text: string | RegExp) => expect(page.getByText(text).first()).toBeVisible();
const clicks = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();

/** Every tab and page, with what opens over them. */
export const PLACES: readonly Place[] = [
  {
    name: 'config-connection',
    path: () => tabPath('connection'),
    isThere: async (page) => {
      await sees(page, /version \d[^,]*, started/);
      await sees(page, /up to date|to be created|changed in Grafana/);
    },
  },
  {
    name: 'config-connection-install',
    path: () => tabPath('connection'),
    isThere: async (page) => {
      await clicks(page, /^(Install|Update|Show)$/);
      await expect(page.getByRole('region', { name: 'Alert rules' })).toBeVisible();
    },
  },
  {
    name: 'config-sources',
    path: () => tabPath('sources'),
    isThere: (page, { name }) => expect(page.getByRole('row').filter({ hasText: name })).toBeVisible(),
  },
  {
    name: 'config-sources-form',
    path: () => `${tabPath('sources')}?source=new`,
    isThere: (page) => expect(page.getByRole('form', { name: 'Source' })).toBeVisible(),
  },
  {
    name: 'config-sources-test',
    path: ({ id }) => `${tabPath('sources')}?source=${id}&run=test`,
    isThere: async (page) => {
      const last = CHECKS[CHECKS.length - 1].title;
      await expect(page.getByRole('listitem', { name: `${last}: Passed` })).toBeVisible();
    },
  },
  {
    name: 'config-sources-preview',
    path: ({ id }) => `${tabPath('sources')}?source=${id}&run=preview`,
    isThere: (page) => sees(page, /to the record:/),
  },
  {
    name: 'config-sources-flow-log',
    path: ({ id }) => `${tabPath('sources')}?flow-log=${id}`,
    isThere: (page) => sees(page, /log-status/),
  },
  {
    name: 'config-sources-permissions',
    path: ({ id }) => `${tabPath('sources')}?permissions=${id}`,
    isThere: (page) => expect(page.getByRole('dialog').locator('pre')).toContainText('s3:GetObject'),
  },
  {
    name: 'config-descriptions',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await sees(page, /AWS entities synced!/);
      await sees(page, /\d+ to \d+ of \d+/);
    },
  },
  {
    name: 'config-descriptions-account',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await clicks(page, 'Add account');
      await expect(page.getByRole('dialog').getByRole('textbox', { name: /^Name/ })).toBeVisible();
    },
  },
  {
    name: 'config-exporters',
    path: () => tabPath('exporters'),
    isThere: (page) => expect(page.getByRole('switch', { name: /^Enabled: / }).first()).toBeVisible(),
  },
  {
    name: 'config-exporters-disable',
    path: () => tabPath('exporters'),
    isThere: async (page) => {
      await page
        .getByRole('switch', { name: /^Enabled: / })
        .first()
        .click({ force: true });
      await expect(page.getByRole('dialog', { name: /^Disable / })).toBeVisible();
    },
  },
  {
    name: 'config-flowlogs',
    path: () => tabPath('flowlogs'),
    isThere: async (page) => {
      await page
        .getByText(/^\d+ fields$/)
        .first()
        .click();
      await expect(page.getByRole('switch', { name: /^Enabled: fl-/ }).first()).toBeVisible();
    },
  },
  {
    name: 'page-reports',
    path: () => pagePath('reports'),
    isThere: (page) => expect(page.getByRole('link', { name: COLLECTION_HEALTH.question }).first()).toBeVisible(),
  },
  {
    name: 'page-reports-search',
    path: () => pagePath('reports'),
    isThere: async (page) => {
      await expect(page.getByRole('combobox', { name: SEARCH })).toBeVisible();
      await page.keyboard.press('/');
      await page.keyboard.type('shop');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  {
    name: 'page-collection',
    path: () => pagePath('collection'),
    isThere: (page, { name }) => sees(page, name),
  },
];

/** The address of a place in one of Grafana's themes. */
export function inTheme(path: string, theme: 'dark' | 'light'): string {
  return `${path}${path.includes('?') ? '&' : '?'}theme=${theme}`;
}
