import { expect, test } from './support/fixtures';
import { openTab } from './support/pages';

test('a flow log is looked at, disabled after a confirmation, and enabled again, with the keyboard alone', async ({
  page,
  faults,
}) => {
  await openTab(page, 'flowlogs');
  const enabled = page.getByRole('switch', { name: /^Enabled: fl-/ }).first();
  const id = (await enabled.getAttribute('aria-label'))!.replace('Enabled: ', '');
  const row = page.getByRole('row').filter({ has: page.getByRole('switch', { name: `Enabled: ${id}` }) });
  await expect(row).toContainText(/Receiving|Late|Silent/);
  await row.locator('summary').focus();
  await page.keyboard.press('Enter');
  await expect(row).toContainText('log-status');

  await enabled.focus();
  await page.keyboard.press('Space');
  const question = page.getByRole('dialog', { name: `Disable ${id}?` });
  await expect(question).toContainText('No other flow log is known to log its interfaces: reports will lack them.');
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(enabled).toBeFocused();
  await page.keyboard.press('Space');
  await question.getByRole('button', { name: 'Disable' }).click();
  await expect(enabled).not.toBeChecked();
  await expect(row).toContainText('Disabled');
  await page.reload();
  await expect(enabled).not.toBeChecked();

  await enabled.click({ force: true });
  await expect(enabled).toBeChecked();
  expect(faults).toEqual([]);
});
