import { expect, test } from './support/fixtures';
import { openTab, tabPath } from './support/pages';
import { addShownSource } from './support/places';
import { callSidecar, removeOtherSources } from './support/sidecarApi';

const NAME = 'west-1';

test.describe('a collector on another machine', () => {
  test.afterEach(async ({ world }) => {
    await removeOtherSources(world);
    const { items } = await callSidecar<{ items: Array<{ name: string }> }>(world, 'GET', 'collectors');
    if (items.some(({ name }) => name === NAME)) {
      await callSidecar(world, 'DELETE', `collectors/${NAME}`);
    }
  });

  test('is added with a token that is shown once, chosen for a source, relieved of it and removed', async ({
    page,
    world,
    faults,
  }) => {
    const source = await addShownSource(world, 'far-away');
    await openTab(page, 'connection');
    await page.getByRole('button', { name: 'Add collector' }).click();
    const dialog = page.getByRole('dialog').last();
    await dialog.getByRole('textbox', { name: /^Name/ }).fill(NAME);
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('Copy the token now: it is not shown again');
    await dialog.getByRole('button', { name: 'Done' }).click();
    const row = page.getByRole('row').filter({ hasText: NAME });
    await expect(row).toContainText('Never joined');

    await page.goto(`${tabPath('sources')}?source=${source.id}`);
    const collector = page.getByRole('combobox', { name: /^Collector/ });
    await collector.click();
    await page.getByRole('option', { name: NAME }).click();
    await page.getByRole('button', { name: 'Save source' }).click();
    const collectorOf = async () =>
      (await callSidecar<{ items: Array<{ id: string; collector: string }> }>(world, 'GET', 'sources')).items.find(
        ({ id }) => id === source.id
      )!.collector;
    await expect.poll(collectorOf).toBe(NAME);

    await openTab(page, 'connection');
    await expect(row).toContainText(source.name);
    await row.getByRole('button', { name: `Move sources of ${NAME}` }).click();
    await page.getByRole('dialog').last().getByRole('button', { name: 'Move', exact: true }).click();
    await expect(page.getByText(`Moved to primary: ${source.name}.`)).toBeVisible();
    await expect.poll(collectorOf).toBe('primary');

    await row.getByRole('button', { name: `Remove ${NAME}` }).click();
    await page.getByRole('dialog').last().getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(row).toBeHidden();
    expect(faults).toEqual([]);
  });
});

test('how to make a flow log is shown for the bucket of a source, in four ways', async ({ page, world, faults }) => {
  const source = await addShownSource(world, 'with-flow-log');
  await page.goto(`${tabPath('sources')}?source=${source.id}`);
  await page.getByRole('button', { name: 'Create a flow log' }).first().click();
  const drawer = page.getByRole('dialog').last();
  for (const way of ['AWS CLI', 'CloudFormation', 'Terraform', /[Cc]onsole/]) {
    await drawer.getByRole('tab', { name: way }).click();
    await expect(drawer).toContainText('log-status');
  }
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await removeOtherSources(world);
  expect(faults).toEqual([]);
});
