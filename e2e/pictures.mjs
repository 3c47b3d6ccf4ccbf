/**
 * Takes the pictures of all dashboards under docs/img/, dark and light, from a Grafana with demo data:
 *
 *   GRAFANA_URL=http://127.0.0.1:3000 CHROMIUM=/usr/bin/chromium node e2e/pictures.mjs [UID…]
 *
 * Variables as in clickThrough.mjs. ImageMagick's convert makes them small; without it they stay as the browser made
 * them.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const GRAFANA = (process.env.GRAFANA_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, '');
const FOLDER = 'docs/img';
const VIEW = { width: 1600, height: 1300 };
/** A demo collects for minutes only: over three hours its figures would be a stroke at the edge. */
const RANGES = { 'flowscope-collection-health': '&from=now-15m&to=now' };

const playwright = await import(process.env.PLAYWRIGHT ?? 'playwright-core').catch(() => {
  process.stderr.write('playwright-core is not installed: npm install --no-save playwright-core, then try again.\n');
  process.exit(1);
});
const { chromium } = playwright.default ?? playwright;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
try {
  mkdirSync(FOLDER, { recursive: true });
  const page = await browser.newPage({ viewport: VIEW });
  const answer = await page.request.get(`${GRAFANA}/api/search?type=dash-db&tag=flowscope-report`);
  const uids = (await answer.json()).map(({ uid }) => uid);
  const wanted = process.argv.slice(2);
  for (const uid of wanted.length > 0 ? wanted : uids) {
    for (const theme of ['dark', 'light']) {
      const file = join(FOLDER, `${uid.replace('flowscope-', '')}-${theme}.png`);
      await page.goto(`${GRAFANA}/d/${uid}?kiosk&theme=${theme}${RANGES[uid] ?? ''}`, { waitUntil: 'networkidle' });
      // Panels wait for each other's variables; what is drawn last are the tables.
      await page.getByRole('grid').last().waitFor();
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: file, animations: 'disabled' });
      spawnSync('convert', [file, '+dither', '-colors', '128', `PNG8:${file}`]);
      process.stdout.write(`${file}\n`);
    }
  }
} finally {
  await browser.close();
}
