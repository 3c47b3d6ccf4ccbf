import type { Page } from '@playwright/test';
import { expect } from './fixtures';
import { pagePath, tabPath } from './pages';
import type { Place } from './places';

const clicks = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const isOpen = (page: Page, name: string | RegExp) => expect(page.getByRole('dialog', { name })).toBeVisible();

/** Menus and dialogs of tabs and pages that {@link PLACES} does not show. */
export const OVERLAYS: readonly Place[] = [
  {
    name: 'connection-changes',
    path: () => tabPath('connection'),
    isThere: async (page) => {
      await clicks(page, 'Who changed what');
      await expect(page.getByRole('region', { name: 'Changes' }).getByRole('row').nth(1)).toBeVisible();
    },
  },
  {
    name: 'sources-delete',
    path: () => tabPath('sources'),
    isThere: async (page, { name }) => {
      await clicks(page, `Actions for ${name}`);
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await isOpen(page, `Delete source ${name}?`);
    },
  },
  {
    name: 'sources-unsaved',
    path: () => `${tabPath('sources')}?source=new`,
    isThere: async (page) => {
      await page.getByRole('form', { name: 'Source' }).getByRole('textbox', { name: /^Name/ }).fill('unsaved');
      await clicks(page, 'All sources');
      await isOpen(page, 'Leave without saving?');
    },
  },
  {
    name: 'descriptions-test',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await clicks(page, /^Test /);
      await expect(page.getByRole('dialog').getByRole('status')).toContainText('Passed');
    },
  },
  {
    name: 'descriptions-policy',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await clicks(page, 'Required policy');
      await expect(page.getByRole('dialog').locator('pre')).toContainText('ec2:DescribeSubnets');
    },
  },
  {
    name: 'descriptions-edit',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await clicks(page, /^Edit /);
      await expect(page.getByRole('dialog').getByRole('textbox', { name: /^Name/ })).not.toHaveValue('');
    },
  },
  {
    name: 'descriptions-delete',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await clicks(page, /^Delete /);
      await isOpen(page, /^Delete account /);
    },
  },
  {
    name: 'descriptions-network',
    path: () => tabPath('descriptions'),
    isThere: async (page) => {
      await clicks(page, 'Name a network');
      const form = page.getByRole('dialog');
      await form.getByRole('textbox', { name: /^Network/ }).fill('10.1.2.3/16');
      await form.getByRole('button', { name: 'Save' }).click();
      await expect(form.getByText('write 10.1.0.0/16, if that is meant.')).toBeVisible();
    },
  },
  {
    name: 'collection-dismiss',
    path: () => pagePath('collection'),
    isThere: async (page) => {
      await clicks(page, /^Dismiss(?! selected)/);
      await isOpen(page, 'Dismiss this notice?');
    },
  },
  {
    name: 'collection-lookup',
    path: () => pagePath('collection'),
    isThere: async (page) => {
      const label = await page
        .getByRole('button', { name: /^Retry (?!selected)/ })
        .first()
        .getAttribute('aria-label');
      const key = label!.replace('Retry ', '');
      const field = page.getByRole('textbox', { name: /^Object key/ });
      await field.fill(key);
      // Under the pointer Grafana's own buttons have too little contrast in the dark theme.
      await field.press('Enter');
      await expect(page.getByRole('article', { name: key })).toBeVisible();
    },
  },
];
