import { OVERVIEW } from '../src/reports/overview';
import { expect, test } from './support/fixtures';
import { openPage, openTab, pluginTabPath, SEARCH } from './support/pages';

test.describe('the page Reports, for a viewer', () => {
  test.use({ role: 'viewer' });

  test('leads from a name to the dashboard of its interface, by keys alone', async ({ page, world, faults }) => {
    const { interfaceName, interfaceId } = world.company;
    await openPage(page, 'reports');
    await expect(page.getByRole('link', { name: OVERVIEW.question })).toBeVisible();
    await page.keyboard.press('/');
    await expect(page.getByRole('combobox', { name: SEARCH })).toBeFocused();
    await page.keyboard.type(interfaceName);
    const first = page.getByRole('option').first();
    await expect(first).toContainText(interfaceName);
    await expect(first).toContainText(interfaceId);
    await expect(first).toHaveAttribute('aria-selected', 'true');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/d/flowscope-[a-z]+.*=${interfaceId}`));
    expect(faults).toEqual([]);
  });

  test('finds an address that nobody has, and says what is none', async ({ page }) => {
    await openPage(page, 'reports');
    await page.getByRole('combobox', { name: SEARCH }).fill('198.18.70.162');
    await expect(page.getByRole('option').first()).toContainText('nobody here is known to have it');
    await page.getByRole('combobox', { name: SEARCH }).fill('198.18.70.300');
    await expect(page.getByText('198.18.70.300 is no address.')).toBeVisible();
    await expect(page.getByRole('option')).toHaveCount(0);
  });

  test('shows live figures on its cards, read in one request', async ({ page }) => {
    let requests = 0;
    page.on('request', (request) => (requests += request.url().includes('/api/ds/query') ? 1 : 0));
    await openPage(page, 'reports');
    const card = page.getByRole('listitem').filter({ hasText: OVERVIEW.question });
    await expect(card).toContainText(/[\d.]+ [kMG]?b\/s on average/);
    await expect(page.getByText(/^The cards show /)).toBeVisible();
    expect(requests).toBe(1);
  });
});

test('Configuration begins at its first field, and stands on the page of the plugin, too', async ({ page }) => {
  await openTab(page, 'connection');
  await expect(page.getByRole('tab', { name: 'Connection' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('textbox', { name: /Sidecar URL/ })).toBeFocused();
  await page.getByRole('tab', { name: 'Exporters' }).click();
  await expect(page).toHaveURL(/\/config\/exporters/);
  await page.goto(pluginTabPath('sources'));
  await expect(page.getByRole('button', { name: 'Add an S3 source' })).toBeVisible();
});
