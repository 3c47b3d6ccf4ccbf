import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { DASHBOARDS } from '../src/reports/dashboards';
import { expect, test, testInEmptyOrganization } from './support/fixtures';
import { OVERLAYS } from './support/overlays';
import { openTab, pagePath, tabPath } from './support/pages';
import { addShownSource, inTheme, PLACES, type ShownSource } from './support/places';
import { removeOtherSources } from './support/sidecarApi';

const THEMES = ['dark', 'light'] as const;
/**
 * Faults of Grafana's own components: its Drawer is a dialog with a name inside of one without, and the arrow of its
 * MultiCombobox says that it is expanded without being a button.
 */
const OF_GRAFANA = ['aria-dialog-name: .rc-drawer-content:', 'aria-allowed-attr: #downshift-'];
const FAILING_IMPACTS = new Set(['serious', 'critical']);

/**
 * What axe finds serious or critical in the page and in what is open over it: the rule, and what breaks it. Grafana's own
 * header and navigation are left out.
 */
async function graveFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include('#pageContent').include('[role="dialog"]').analyze();
  return violations
    .filter(({ impact }) => FAILING_IMPACTS.has(impact ?? ''))
    .flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${target.join(' ')}: ${html}`))
    .filter((fault) => !OF_GRAFANA.some((known) => fault.startsWith(known)));
}

test.describe('tabs and pages', () => {
  let source: ShownSource;

  test.beforeEach(async ({ world }) => {
    source = await addShownSource(world, 'orders');
  });
  test.afterEach(({ world }) => removeOtherSources(world));

  for (const { name, path, isThere } of [...PLACES, ...OVERLAYS]) {
    for (const theme of THEMES) {
      test(`${name}, ${theme}: axe finds nothing grave, and the console is quiet`, async ({ page, faults }) => {
        await page.goto(inTheme(path(source), theme));
        await isThere(page, source);
        expect(await graveFaults(page)).toEqual([]);
        expect(faults).toEqual([]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width, 'no wider than the window').toBeLessThanOrEqual(page.viewportSize()!.width);
      });
    }
  }
});

test.describe('pages of a viewer', () => {
  test.use({ role: 'viewer' });

  for (const name of ['reports', 'collection'] as const) {
    for (const theme of THEMES) {
      test(`${name}, ${theme}: axe finds nothing grave, and the console is quiet`, async ({ page, faults }) => {
        await page.goto(inTheme(pagePath(name), theme));
        await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
        await page.waitForLoadState('networkidle');
        expect(await graveFaults(page)).toEqual([]);
        expect(faults).toEqual([]);
      });
    }
  }
});

testInEmptyOrganization.describe('before anything is set up', () => {
  for (const theme of THEMES) {
    testInEmptyOrganization(`first run and no source, ${theme}`, async ({ page, world, organization, faults }) => {
      await organization.connect(world.newcomer);
      await page.goto(inTheme(tabPath('connection'), theme));
      await expect(page.getByRole('region', { name: 'Set-up' })).toBeVisible();
      expect(await graveFaults(page)).toEqual([]);
      await openTab(page, 'sources');
      await expect(page.getByText('No S3 source yet')).toBeVisible();
      expect(await graveFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
    });
  }
});

for (const { uid, title } of DASHBOARDS) {
  test(`${title}: the console is quiet`, async ({ page, faults }) => {
    await page.goto(`/d/${uid}?from=now-3h&to=now`);
    await expect(page.getByRole('heading', { level: 2 }).last()).toBeVisible();
    await page.waitForLoadState('networkidle');
    expect(faults).toEqual([]);
  });
}

test('everything on a tab can be reached with the keyboard alone', async ({ page, world }) => {
  await openTab(page, 'exporters');
  const target = page.getByRole('switch', { name: `Enabled: ${world.company.vpcName}` });
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) {
      break;
    }
  }
  await expect(target).toBeFocused();
  await page.keyboard.press('Space');
  const question = page.getByRole('dialog', { name: `Disable ${world.company.vpcName}?` });
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(target).toBeFocused();
});
