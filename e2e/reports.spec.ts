import type { Page } from '@playwright/test';
import { COLLECTION_HEALTH } from '../src/reports/collection';
import { DASHBOARDS } from '../src/reports/dashboards';
import { MOVERS } from '../src/reports/movers';
import { REFUSED } from '../src/reports/refused';
import { expect, test } from './support/fixtures';
import { FROM, HOUR, RANGE, Report } from './support/report';

/** A range before all traffic. */
const EMPTY_RANGE = `from=${FROM - 96 * HOUR}&to=${FROM - 95 * HOUR}`;

test.use({ role: 'viewer', viewport: { width: 1600, height: 2600 } });

let refused: string[];

test.beforeEach(({ page }) => {
  refused = [];
  page.on('response', (response) => {
    if (response.url().includes('/api/ds/query') && response.status() !== 200) {
      refused.push(`${response.status()} ${response.url()}`);
    }
  });
});

test.afterEach(() => expect(refused, 'every query was answered').toEqual([]));

test('a click leads from Action to the conversations of one source, time and filters kept, and back', async ({
  page,
}) => {
  const report = new Report(page);
  const vpc = await aVpcWithTraffic(page);
  await page.goto(`/d/flowscope-action?${RANGE}&var-vpc=${vpc}&var-metric=packets`);
  const action = await report.rowOf('ACCEPT');
  await action.row.getByRole('link', { name: 'ACCEPT' }).click();

  await report.arrivesAt('flowscope-action-interface', { action: 'ACCEPT', vpc, metric: 'packets' });
  expect(await report.totals(), 'the total is what was clicked').toEqual(action.figures);

  const row = await report.firstRow();
  await report.choose(row, 'Interface', 'Show in Action with Interface and Src');
  const kept = { action: 'ACCEPT', vpc: '$__all', metric: 'packets' };
  const eni = (await report.arrivesAt('flowscope-action-interface-src', kept)).get('var-interface')!;
  expect(eni, 'the link carries the id, not the name').toMatch(/^[a-z]+-[0-9a-f]+$/);
  expect(await report.totals(), 'the total is what was clicked').toEqual(row.figures);

  await report.choose(await report.firstRow(), 'Source', 'Show in Conversations');
  const pair = await report.arrivesAt('flowscope-conversations', { action: 'ACCEPT', interface: eni });
  const source = pair.get('var-source')!;
  expect(source, 'the link carries the address, not the name').toMatch(/^[0-9a-f.:]+$/);
  expect((await report.totals()).flows).toBeGreaterThan(0);
  await expect(page.getByRole('columnheader', { name: '≥ Packets' }).first()).toBeVisible();

  await page.getByRole('button', { name: 'Reports' }).click();
  const item = { name: 'Action with Interface and Src' };
  await page.getByRole('menuitem', item).or(page.getByRole('link', item)).first().click();
  await report.arrivesAt('flowscope-action-interface-src', { action: 'ACCEPT', interface: eni, source });
  await page.goBack();
  await report.arrivesAt('flowscope-conversations', { action: 'ACCEPT', interface: eni });
});

test('a click leads from an interface to its pairs, their actions and the conversations at both ends', async ({
  page,
}) => {
  const report = new Report(page);
  await page.goto(`/d/flowscope-pair-interface?${RANGE}&var-action=ACCEPT&var-metric=flows`);
  const row = await report.firstRow();
  const named = report.cell(row, 'Source interface');
  await expect(named, 'no id where there is a name').not.toHaveText(/^(eni-|vpc-|\d+\.)/);
  const destination = await report.cell(row, 'Destination interface').innerText();
  await report.choose(row, 'Source interface', 'Show in Pair Interface Action');
  const pair = await report.arrivesAt('flowscope-pair-interface-action', { action: 'ACCEPT', counted: 'once' });
  expect((await report.totals()).flows, 'the pair that was clicked, and nothing else').toBe(row.figures.flows);
  const action = await report.firstRow();
  await expect(report.cell(action, 'Destination interface')).toHaveText(destination);

  await report.choose(action, 'Source interface', 'Show in Conversations');
  const ends = (await report.arrivesAt('flowscope-conversations', { action: 'ACCEPT' })).getAll('var-interface');
  expect(ends).toEqual([pair.get('var-source_interface'), pair.get('var-destination_interface')]);
  const source = await report.cell(await report.firstRow(), 'Source').innerText();
  expect(source, 'whose an address was, or where nobody knows, the address').toMatch(/\w/);
});

test('the row of what is not shown leads on with the filters there are', async ({ page }) => {
  const report = new Report(page);
  await page.goto(`/d/flowscope-interface?${RANGE}&var-top=5`);
  const row = await report.rowOf('other');
  await report.choose(row, 'Interface', 'Show all in Pair Interface');
  await report.arrivesAt('flowscope-pair-interface', { interface: '$__all', top: '5' });
  expect((await report.totals()).flows).toBeGreaterThanOrEqual(row.figures.flows);
});

test('only what is there leads to the AWS console', async ({ page }) => {
  const report = new Report(page);
  await page.goto(`/d/flowscope-action-interface?${RANGE}&var-top=10`);
  const other = await report.rowOf('other');
  const instance = page.getByTitle('Open in the AWS console').and(page.locator('[href*="#Instances"]'));
  await expect(instance.first()).toHaveAttribute(
    'href',
    /^https:\/\/console\.aws\.amazon\.com\/ec2\/home\?region=eu-[a-z]+-1#Instances:instanceId=i-[0-9a-f]+$/
  );
  const none = page.getByRole('gridcell', { name: '–', exact: true });
  await expect(none.first()).toBeVisible();
  await expect(none.locator('a')).toHaveCount(0);
  await report.cell(other, 'Interface').locator('a').click();
  await expect(page.getByRole('link', { name: 'Show all in Action with Interface and Src' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open in the AWS console' })).toHaveCount(0);
});

for (const uid of ['flowscope-interface', 'flowscope-pair-interface']) {
  test(`shares of the rows and of what is not shown are those of the total: ${uid}`, async ({ page }) => {
    const report = new Report(page);
    await page.goto(`/d/${uid}?${RANGE}&var-top=5&var-metric=packets`);
    const { figures } = await report.rowOf('other');
    const shares = await report.shares();
    expect(shares).toHaveLength(5 + 1);
    // Each is shown to a tenth of a percent.
    expect(Math.abs(shares.reduce((sum, share) => sum + share) - 100)).toBeLessThan(0.05 * shares.length + 0.01);
    expect(Math.abs(shares[5] - (100 * figures.packets) / (await report.totals()).packets)).toBeLessThan(0.06);
  });
}

test('a series leads on as its row does', async ({ page }) => {
  const report = new Report(page);
  await page.goto(`/d/flowscope-action?${RANGE}&var-metric=flows`);
  await report.rowOf('ACCEPT');
  const chart = page.getByTestId('data-testid Panel header Accepted').locator('.u-over');
  const { x, y, width, height } = (await chart.boundingBox())!;
  const link = page.getByRole('link', { name: 'Show in Action with Interface', exact: true });
  // A click pins the tooltip of the series nearest to it.
  for (let part = 0.1; !(await link.isVisible()) && part < 1; part += 0.1) {
    await page.mouse.move(x + width / 2, y + height * part, { steps: 4 });
    await page.mouse.click(x + width / 2, y + height * part);
    await link.waitFor({ timeout: 1000 }).catch(() => page.keyboard.press('Escape'));
  }
  await link.click();
  const parameters = await report.arrivesAt('flowscope-action-interface');
  expect(parameters.get('var-action')).toMatch(/^(ACCEPT|REJECT)$/);
});

/** Reports with so many columns that they need the room of Grafana's menu. */
const WIDE = ['flowscope-interface', 'flowscope-conversations'];

for (const { uid, title } of DASHBOARDS) {
  const isWide = WIDE.includes(uid);
  test(`${title} shows all columns without scrolling${isWide ? ', Grafana’s menu closed' : ''}`, async ({ page }) => {
    if (isWide) {
      await page.addInitScript(() => localStorage.setItem('grafana.navigation.docked', 'false'));
    }
    await page.setViewportSize({ width: 1440, height: 3200 });
    await page.goto(`/d/${uid}?${RANGE}&var-metric=packets`);
    const grids = page.getByRole('grid').filter({ has: page.getByRole('columnheader', { name: /\S/ }) });
    await expect(grids.first()).toBeVisible();
    const legends = page.locator('section:has(.uplot) table');
    const hidden = (all: Array<HTMLElement | SVGElement>) =>
      all.map(({ scrollWidth, parentElement }) => scrollWidth - parentElement!.clientWidth);
    await expect
      .poll(async () => Math.max(...(await grids.evaluateAll(hidden)), ...(await legends.evaluateAll(hidden))), {
        message: 'pixels that only scrolling shows',
      })
      .toBeLessThanOrEqual(1);
  });
}

/** What dashboards say where there is nothing, if it is not that there was no traffic. */
const WHY: Readonly<Record<string, string>> = {
  [COLLECTION_HEALTH.uid]: 'Nothing was reported in this range.',
  [MOVERS.uid]: 'No data then to compare with',
  [REFUSED.uid]: 'Nothing was refused in this range.',
};

for (const { uid, title } of DASHBOARDS) {
  test(`${title} says why there is nothing in a range without traffic`, async ({ page, world }) => {
    await page.goto(`/d/${uid}?${EMPTY_RANGE}`);
    const why = WHY[uid] ?? /No traffic in this range|has not reached this range/;
    await expect(page.getByText(why).first()).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expect(page.getByText('Data is missing')).toHaveCount(0);
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    for (const entity of [/eni-|No instance/, world.company.interfaceName, world.company.vpcName]) {
      await expect(page.getByText(entity), 'no entities without traffic').toHaveCount(0);
    }
  });
}

/** The id of a VPC that has traffic. */
async function aVpcWithTraffic(page: Page): Promise<string> {
  // Other specs leave traffic of other days.
  const sums = `SELECT sum("flows") FROM "minute"."flow_interface" WHERE "vpc" != '-' AND time >= ${FROM}ms GROUP BY "vpc"`;
  const target = { refId: 'A', rawQuery: true, query: sums, resultFormat: 'table' };
  const datasource = { type: 'influxdb', uid: 'flowscope-influxdb' };
  const answer = await page.request.post('/api/ds/query', {
    data: { from: 'now-1h', to: 'now', queries: [{ ...target, datasource }] },
  });
  const { results } = (await answer.json()) as {
    results: { A: { frames: Array<{ schema: { fields: Array<{ name: string }> }; data: { values: string[][] } }> } };
  };
  const [frame] = results.A.frames;
  return frame.data.values[frame.schema.fields.findIndex(({ name }) => name === 'vpc')][0];
}
