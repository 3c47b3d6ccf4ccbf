import { expect, test } from './support/fixtures';
import { openTab } from './support/pages';
import { enableAllExporters } from './support/sidecarApi';

test.afterEach(({ world }) => enableAllExporters(world));

test('an exporter is disabled after a confirmation, and enabled again', async ({ page, world, faults }) => {
  const { vpcName } = world.company;
  await openTab(page, 'exporters');
  await expect(page.getByRole('heading', { name: /^\d+ of 500$/ })).toBeVisible();
  const enabled = page.getByRole('switch', { name: `Enabled: ${vpcName}` });
  const row = page.getByRole('row').filter({ has: enabled });
  await expect(row).toContainText(/Receiving|Late|Silent/);

  await enabled.click({ force: true });
  const question = page.getByRole('dialog', { name: `Disable ${vpcName}?` });
  await expect(question).toContainText('Its records are left out of the reports; only their number is kept.');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(enabled).toBeChecked();

  await enabled.click({ force: true });
  await question.getByRole('button', { name: 'Disable' }).click();
  await expect(row).toContainText('Disabled');
  await expect(enabled).not.toBeChecked();
  await page.reload();
  await expect(enabled).not.toBeChecked();

  await enabled.click({ force: true });
  await expect(enabled).toBeChecked();
  await expect(row).toContainText(/Receiving|Late|Silent/);
  expect(faults).toEqual([]);
});

test('an alias is edited without moving the table', async ({ page, world }) => {
  await openTab(page, 'exporters');
  const row = page
    .getByRole('row')
    .filter({ has: page.getByRole('switch', { name: `Enabled: ${world.company.vpcName}` }) });
  const cells = () =>
    page.locator('tbody td').evaluateAll((all) =>
      all.map((cell) => {
        const { x, y, width, height } = cell.getBoundingClientRect();
        // The page scrolls to what is clicked: from the top of the table.
        const top = cell.closest('table')!.getBoundingClientRect().y;
        return [x, y - top, width, height].map(Math.round).join(' ');
      })
    );
  await expect(row).toBeVisible();
  const before = await cells();
  await row.getByRole('button', { name: /^Edit the alias of/ }).click();
  const input = page.getByRole('textbox', { name: /^Alias of/ });
  await expect(input).toBeFocused();
  await input.fill('x'.repeat(65));
  await input.press('Enter');
  await expect(page.getByText('Must have at most 64 characters')).toBeVisible();
  expect(await cells()).toEqual(before);
  await input.press('Escape');
  await expect(row.getByRole('button', { name: /^Edit the alias of/ })).toBeFocused();
});

test('several exporters are switched at once', async ({ page, world }) => {
  await openTab(page, 'exporters');
  await page.getByRole('textbox', { name: 'Search exporters' }).fill(world.company.vpcName);
  await page.getByRole('checkbox', { name: /^Select all/ }).check({ force: true });
  await page.getByRole('button', { name: 'Disable selected' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('switch', { name: `Enabled: ${world.company.vpcName}` })).not.toBeChecked();
  await page.getByRole('checkbox', { name: /^Select all/ }).check({ force: true });
  await page.getByRole('button', { name: 'Enable selected' }).click();
  await expect(page.getByRole('switch', { name: `Enabled: ${world.company.vpcName}` })).toBeChecked();
});

test('an impossible limit is refused beside its field', async ({ page }) => {
  await openTab(page, 'exporters');
  await page.getByRole('spinbutton', { name: /^Limit/ }).fill('0');
  await page.getByRole('button', { name: 'Save limit' }).click();
  await expect(page.getByText('the limit is at least 1')).toBeVisible();
});
