import type { Locator, Page } from '@playwright/test';
import { COLLECTION_HEALTH } from '../src/reports/collection';
import { DASHBOARDS } from '../src/reports/dashboards';
import { HOST } from '../src/reports/host';
import { MOVERS } from '../src/reports/movers';
import { OVERVIEW } from '../src/reports/overview';
import { REFUSED } from '../src/reports/refused';
import { reportNamed } from '../src/reports/reports';
import { expect, test } from './support/fixtures';

/** Beside Grafana's menu, as most people have it. */
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
];
/** Requests of a dashboard when it opens, its variables included; and before the first answer to a panel. */
const MOST_REQUESTS = 30;
const MOST_BEFORE_FIRST_PANEL = 12;
/** The same of those with the most filters and lists. */
const MOST_OF_MANY = 13;
const MANY: readonly string[] = [OVERVIEW.uid, reportNamed('conversations')!.uid];
const FIRST_ROWS = 5;
/** What is on the first screen besides the figures, by the titles of its panels. */
const ON_FIRST_SCREEN: Readonly<Record<string, readonly string[]>> = {
  [OVERVIEW.uid]: [
    ...['Accepted by application', 'Applications', 'Refused by source'],
    ...['Busiest interfaces', 'Top sources', 'Who is refused'],
  ],
  [COLLECTION_HEALTH.uid]: ['Sources: from traffic to data', 'Sources'],
};

test.use({ role: 'viewer' });

interface Opened {
  readonly requests: number;
  readonly beforeFirstPanel: number;
  readonly complaints: readonly string[];
}

/** Opens a dashboard beside the menu, and waits until nothing is asked any more. `title`: of a panel that it has. */
async function open(page: Page, uid: string, title: string, range = 'from=now-3h&to=now'): Promise<Opened> {
  const complaints: string[] = [];
  const asked: boolean[] = [];
  await page.addInitScript(() => localStorage.setItem('grafana.navigation.docked', 'true'));
  page.on('console', (message) => {
    // Of Grafana itself, not of dashboards: what a browser loads, and services that are not there.
    const isOurs = !/Failed to load resource|OpenFeature/.test(message.text());
    if (['warning', 'error'].includes(message.type()) && isOurs) {
      complaints.push(message.text());
    }
  });
  page.on('request', (request) => {
    if (request.url().includes('/api/ds/query')) {
      asked.push(!/"refId":"(metricFindQuery|[^"]*variable[^"]*)"/i.test(request.postData() ?? ''));
    }
  });
  await page.goto(`/d/${uid}?${range}`);
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await page.waitForLoadState('networkidle');
  const first = asked.indexOf(true);
  return { requests: asked.length, beforeFirstPanel: first === -1 ? asked.length : first, complaints };
}

/** Whether all of it is on the screen. */
async function isOnScreen(page: Page, what: Locator): Promise<boolean> {
  const box = await what.boundingBox();
  const { width, height } = page.viewportSize()!;
  return box !== null && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
}

/** The first chart over time; the lines behind figures are drawn likewise. */
const chart = (page: Page) =>
  page
    .getByTestId(/^data-testid Panel header (Accepted|In$)/)
    .locator('.u-over')
    .first();

const panel = (page: Page, title: string) => page.getByTestId(`data-testid Panel header ${title}`);

/** Dashboards that answer one question, with a panel that is on their first screen. */
const ASKED: ReadonlyArray<readonly [{ uid: string; title: string }, panel: string, parameters: string]> = [
  [HOST, 'In and out', 'var-host=10.20.96.10'],
  [MOVERS, 'Interfaces that changed most', ''],
  [REFUSED, 'Refused steadily', ''],
];
const isAsked = (uid: string) => ASKED.some(([asked]) => asked.uid === uid);

for (const [{ uid, title }, name, parameters] of ASKED) {
  test(`${title} answers on the first screen`, async ({ page }) => {
    await page.setViewportSize(SIZES[0]);
    const { complaints } = await open(page, uid, name, `from=now-3h&to=now&${parameters}`);
    expect(complaints, 'nothing in the console').toEqual([]);
    const { y } = (await page.getByRole('heading', { name }).boundingBox())!;
    expect(y).toBeLessThan(SIZES[0].height - 100);
  });
}

for (const size of SIZES) {
  for (const { uid, title } of DASHBOARDS.filter((dashboard) => !isAsked(dashboard.uid))) {
    test(`${title} answers on the first screen of ${size.width} pixels`, async ({ page }) => {
      await page.setViewportSize(size);
      const { requests, beforeFirstPanel, complaints } = await open(page, uid, 'Complete until');
      expect(complaints, 'nothing in the console').toEqual([]);
      expect(requests, 'requests when it opens').toBeLessThanOrEqual(MOST_REQUESTS);
      expect(beforeFirstPanel, 'requests before the first of a panel').toBeLessThanOrEqual(
        MANY.includes(uid) ? MOST_OF_MANY : MOST_BEFORE_FIRST_PANEL
      );

      expect(await isOnScreen(page, panel(page, 'Complete until')), 'Complete until').toBe(true);
      for (const name of ON_FIRST_SCREEN[uid] ?? []) {
        const { y } = (await panel(page, name).boundingBox())!;
        expect(y, name).toBeLessThan(size.height - 100);
      }
      if (uid !== COLLECTION_HEALTH.uid) {
        expect(await isOnScreen(page, chart(page)), 'the picture').toBe(true);
      }
      // Tables with a heading; the notes have none.
      const tables = page.getByRole('grid').filter({ has: page.getByRole('columnheader', { name: /\S/ }) });
      for (const table of uid === OVERVIEW.uid ? await tables.all() : [tables.first()]) {
        const rows = table.getByRole('row').filter({ has: page.getByRole('gridcell') });
        const found = Math.min(uid === OVERVIEW.uid ? FIRST_ROWS - 1 : FIRST_ROWS, await rows.count());
        expect(found, 'rows').toBeGreaterThan(0);
        // Rows have no box of their own.
        const cell = rows
          .nth(found - 1)
          .getByRole('gridcell')
          .first();
        expect(await isOnScreen(page, cell), `row ${found}`).toBe(true);
        const hidden = await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
        expect(hidden, 'pixels that only scrolling sideways shows').toBeLessThanOrEqual(1);
      }
    });
  }
}
