/**
 * Takes the pictures under docs/img, dark and light, in a world with demo data: `npm run e2e -- pictures`; `-g NAME` takes
 * those whose name has that in it. ImageMagick's convert makes them small; without it they stay as the browser made them.
 */
import { spawnSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { COLLECTION_HEALTH } from '../src/reports/collection';
import { DASHBOARDS } from '../src/reports/dashboards';
import { HOST } from '../src/reports/host';
import { MOVERS } from '../src/reports/movers';
import { expect, test, testInEmptyOrganization } from './support/fixtures';
import { tabPath } from './support/pages';
import { addShownSource, inTheme, PLACES, type ShownSource } from './support/places';
import { completeUntil, removeOtherSources } from './support/sidecarApi';

const FOLDER = 'docs/img';
const THEMES = ['dark', 'light'] as const;
/** A range of its own for Collection health: the few minutes that the sidecar has run would hardly show in three hours. */
const RANGES: Readonly<Record<string, string>> = { [COLLECTION_HEALTH.uid]: 'from=now-15m&to=now' };
/** What is chosen in the picture of Host. */
const HOST_SHOWN = 'var-host=10.20.96.10';
/** The demo has no yesterday to compare with. */
const SHOWN = DASHBOARDS.filter(({ uid }) => uid !== MOVERS.uid);

/** Notices of Grafana itself: for a build that is not signed, and for people who do not administer Grafana. */
const LEFT_OUT = '[aria-label="Invalid plugin signature"], [aria-label^="You do not have permission to uninstall"]';

/** Flow logs that sum up ten minutes, delivered for slots of five, are that far behind when all is well. Seconds. */
const USUAL_DELAY = 45 * 60;
/** How long slots take to count as whole, with a minute or two for scans. Milliseconds. */
const SETTLED_WITHIN = 420_000;

/** Takes a picture of the whole page, unless it is a dashboard, or a drawer or dialog is open. */
async function take(page: Page, name: string, theme: string, isDashboard = false): Promise<void> {
  const file = `${FOLDER}/${name}-${theme}.png`;
  await page.waitForLoadState('networkidle');
  await page.addStyleTag({ content: `${LEFT_OUT} { display: none }` });
  const isCovered = await page.getByRole('dialog').first().isVisible();
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: file, animations: 'disabled', fullPage: !isDashboard && !isCovered });
  spawnSync('convert', [file, '+dither', '-colors', '128', `PNG8:${file}`]);
}

for (const theme of THEMES) {
  test.describe(`dashboards, ${theme}`, () => {
    test.use({ viewport: { width: 1440, height: 900 } });
    // What a world has was delivered all at once. For five minutes more may follow, so none of it counts as complete.
    test.beforeAll(async ({ world }) => {
      test.setTimeout(SETTLED_WITHIN);
      const behind = async () => Date.now() / 1000 - (await completeUntil(world));
      await expect.poll(behind, { timeout: SETTLED_WITHIN, intervals: [5000] }).toBeLessThan(USUAL_DELAY);
    });
    for (const { uid } of SHOWN) {
      test(`${uid.replace('flowscope-', '')}-${theme}`, async ({ page }) => {
        const chosen = uid === HOST.uid ? `&${HOST_SHOWN}` : '';
        await page.goto(inTheme(`/d/${uid}?kiosk&${RANGES[uid] ?? 'from=now-3h&to=now'}${chosen}`, theme));
        // Panels wait for each other's variables; what is drawn last are the tables.
        await expect(page.getByRole('grid').last()).toBeVisible();
        await take(page, uid.replace('flowscope-', ''), theme, true);
      });
    }
  });

  test.describe(`tabs and pages, ${theme}`, () => {
    let source: ShownSource;
    test.beforeEach(async ({ world }) => {
      source = await addShownSource(world, 'production');
    });
    test.afterEach(({ world }) => removeOtherSources(world));
    for (const { name, path, isThere } of PLACES) {
      test(`${name}-${theme}`, async ({ page }) => {
        await page.goto(inTheme(path(source), theme));
        await isThere(page, source);
        await take(page, name, theme);
      });
    }
  });

  testInEmptyOrganization(`first run and empty state, ${theme}`, async ({ page, world, organization }) => {
    await organization.connect(world.newcomer);
    await page.goto(inTheme(tabPath('connection'), theme));
    await expect(page.getByRole('region', { name: 'Set-up' })).toBeVisible();
    await take(page, 'first-run', theme);
    await page.goto(inTheme(tabPath('sources'), theme));
    await expect(page.getByText('No S3 source yet')).toBeVisible();
    await take(page, 'config-sources-empty', theme);
  });
}
