/**
 * Clicks through the reports in a browser, there and back, and checks that time and filters are kept and that figures
 * agree. Needs a Grafana with data, such as `npm run demo`:
 *
 *   GRAFANA_URL=http://127.0.0.1:3000 CHROMIUM=/usr/bin/chromium npm run e2e
 *
 * GRAFANA_URL: where it answers, to whom may look without signing in. CHROMIUM: a browser; without it Playwright's own.
 * PLAYWRIGHT: the module, where it is not installed here.
 */
import assert from 'node:assert/strict';

const GRAFANA = (process.env.GRAFANA_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, '');
const HOUR = 3_600_000;
const TIMEOUT = 15_000;
/** Over before now, so that figures stand still while we look. */
const TO = Math.floor(Date.now() / HOUR) * HOUR;
const FROM = TO - 2 * HOUR;

const playwright = await import(process.env.PLAYWRIGHT ?? 'playwright-core').catch(() => {
  process.stderr.write('playwright-core is not installed: npm install --no-save playwright-core, then try again.\n');
  process.exit(1);
});
const { chromium } = playwright.default ?? playwright;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1600, height: 2600 } });
page.setDefaultTimeout(TIMEOUT);
const failures = [];
page.on('response', (response) => {
  if (response.url().includes('/api/ds/query') && response.status() !== 200) {
    failures.push(`${response.status()} ${response.url()}`);
  }
});

try {
  await thereAndBack();
  await other();
  await legend();
  await empty();
  assert.deepEqual(failures, [], 'queries failed');
  process.stdout.write('Clicked through the reports, there and back: time, filters and figures are kept.\n');
} finally {
  await browser.close();
}

/** Action → Action with Interface → … and Src → Pair Interface Action, then back by links and by the browser. */
async function thereAndBack() {
  const vpc = await firstVpc();
  await page.goto(`${GRAFANA}/d/flowscope-action?from=${FROM}&to=${TO}&var-vpc=${vpc}&var-metric=packets`);
  const action = await rowOf('ACCEPT');
  await action.row.getByRole('link', { name: 'ACCEPT' }).click();

  await arrivesAt('flowscope-action-interface', { action: 'ACCEPT', vpc, metric: 'packets' });
  await sameFigures(action.figures, await totals());

  const row = await rowOf('ACCEPT');
  await choose(row, 'Interface', 'Show in Action with Interface and Src');
  const at = await arrivesAt('flowscope-action-interface-src', { action: 'ACCEPT', vpc: '$__all', metric: 'packets' });
  const eni = at.get('var-interface');
  assert.match(eni, /^[a-z]+-[0-9a-f]+$/, 'the link carries the id, not the name');
  await sameFigures(row.figures, await totals());

  const source = await rowOf('ACCEPT');
  await choose(source, 'Source', 'Show in Pair Interface Action');
  const pair = await arrivesAt('flowscope-pair-interface-action', { action: 'ACCEPT', interface: eni });
  assert.match(pair.get('var-source'), /^[0-9a-f.:]+$/, 'the link carries the address, not the name');
  assert.ok((await totals()).flows > 0, 'the pairs of that source have flows');
  await page.getByRole('columnheader', { name: '≥ Bytes' }).waitFor();

  await page.getByRole('link', { name: '← Action with Interface and Src' }).click();
  await arrivesAt('flowscope-action-interface-src', {
    action: 'ACCEPT',
    interface: eni,
    source: pair.get('var-source'),
  });
  await page.getByRole('link', { name: '← Action with Interface', exact: true }).click();
  await arrivesAt('flowscope-action-interface', { action: 'ACCEPT', interface: eni });
  await page.goBack();
  await arrivesAt('flowscope-action-interface-src', { action: 'ACCEPT', interface: eni });
}

/** The row of what is not shown has no keys to filter by: its links keep the filters there are. */
async function other() {
  await page.goto(`${GRAFANA}/d/flowscope-interface?from=${FROM}&to=${TO}&var-top=5`);
  const row = await rowOf('other');
  await choose(row, 'Interface', 'Show in Pair Interface');
  await arrivesAt('flowscope-pair-interface', { interface: '$__all', top: '5' });
  assert.ok((await totals()).flows >= row.figures.flows, 'it shows no less than other');
}

/** A series leads on as its row does. */
async function legend() {
  await page.goto(`${GRAFANA}/d/flowscope-action?from=${FROM}&to=${TO}&var-metric=flows`);
  await rowOf('ACCEPT');
  const { x, y, width, height } = await page.locator('.u-over').first().boundingBox();
  const link = page.getByRole('link', { name: 'Show in Action with Interface', exact: true });
  // A click pins the tooltip of the series nearest to it; the line of refused shares leads nowhere.
  for (let part = 0.1; !(await link.isVisible()) && part < 1; part += 0.1) {
    await page.mouse.move(x + width / 2, y + height * part, { steps: 4 });
    await page.mouse.click(x + width / 2, y + height * part);
    await link.waitFor({ timeout: 1000 }).catch(() => page.keyboard.press('Escape'));
  }
  await link.click();
  const at = await arrivesAt('flowscope-action-interface', {});
  assert.match(at.get('var-action'), /^(ACCEPT|REJECT)$/);
}

/** A range before all traffic: every dashboard says why there is nothing, and none looks broken. */
async function empty() {
  const answer = await page.request.get(`${GRAFANA}/api/search?type=dash-db&tag=flowscope-report`);
  const uids = (await answer.json()).map(({ uid }) => uid);
  assert.equal(uids.length, 9, 'there are nine dashboards');
  for (const uid of uids) {
    await page.goto(`${GRAFANA}/d/${uid}?from=${FROM - 96 * HOUR}&to=${FROM - 95 * HOUR}`);
    const why = uid.endsWith('collection-health')
      ? 'Nothing was reported in this range.'
      : /No traffic in this range|has not reached this range|No source yet/;
    await page.getByText(why).first().waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('Data is missing').count(), 0, `${uid}: a panel lacks a field`);
    assert.equal(await page.getByTestId('data-testid Panel status error').count(), 0, `${uid}: a panel failed`);
    assert.equal(await page.getByText(/eni-|No instance/).count(), 0, `${uid}: entities without traffic`);
  }
}

/** A VPC with traffic. */
async function firstVpc() {
  const sums = 'SELECT sum("flows") FROM "minute"."flow_interface" WHERE "vpc" != \'-\' GROUP BY "vpc"';
  const target = { refId: 'A', rawQuery: true, query: sums, resultFormat: 'table' };
  const datasource = { type: 'influxdb', uid: 'flowscope-influxdb' };
  const answer = await page.request.post(`${GRAFANA}/api/ds/query`, {
    data: { from: 'now-1h', to: 'now', queries: [{ ...target, datasource }] },
  });
  const [frame] = (await answer.json()).results.A.frames;
  const column = frame.schema.fields.findIndex(({ name }) => name === 'vpc');
  return frame.data.values[column][0];
}

/** Waits for the report, and checks its range and filters. */
async function arrivesAt(uid, variables) {
  await page.waitForURL((url) => url.pathname.includes(`/d/${uid}`) && !url.pathname.includes(`/d/${uid}-`));
  const parameters = new URL(page.url()).searchParams;
  assert.equal(Number(parameters.get('from')) || Date.parse(parameters.get('from')), FROM, `${uid}: from`);
  assert.equal(Number(parameters.get('to')) || Date.parse(parameters.get('to')), TO, `${uid}: to`);
  for (const [name, value] of Object.entries(variables)) {
    assert.equal(parameters.get(`var-${name}`), value, `${uid}: ${name}`);
  }
  return parameters;
}

/** The first row of the table with a cell of that text, and its figures. */
async function rowOf(first) {
  const row = page
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell', { name: first, exact: true }) })
    .first();
  await row.waitFor();
  const cells = (await row.getByRole('gridcell').allInnerTexts()).map((text) => text.trim());
  const headings = await headingsOfTable();
  return { headings, row, figures: figuresOf(headings, cells) };
}

/** The footer of the table: exact totals. */
async function totals() {
  const footer = page
    .getByRole('row')
    .filter({ hasText: /^\s*total/i })
    .last();
  await footer.waitFor();
  const cells = (await footer.getByRole('gridcell').allInnerTexts()).map((text) => text.trim());
  return figuresOf(await headingsOfTable(), cells);
}

async function headingsOfTable() {
  const table = page.getByRole('grid').filter({ has: page.getByRole('columnheader', { name: /Bytes/ }) });
  await table.waitFor();
  return (await table.getByRole('columnheader').allInnerTexts()).map((text) => text.trim().replace(/\s+/g, ' '));
}

function figuresOf(headings, cells) {
  const count = (name) => Number(cells[headings.findIndex((text) => text.endsWith(name))].replaceAll(',', ''));
  return { packets: count('Packets'), flows: count('Flows') };
}

async function sameFigures(clicked, shown) {
  assert.deepEqual(shown, clicked, 'the total is what was clicked');
}

/** Clicks a row's cell in that column; where it leads to several places, a menu asks which. */
async function choose({ headings, row }, column, title) {
  const link = row.getByRole('gridcell').nth(headings.indexOf(column)).locator('a');
  const isMenu = (await link.getAttribute('href')) === null;
  await link.click();
  if (isMenu) {
    await page.getByRole('link', { name: title, exact: true }).click();
  }
}
