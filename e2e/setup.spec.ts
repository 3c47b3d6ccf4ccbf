import type { Locator, Page } from '@playwright/test';
import { COLLECTION_ALERTS } from '../src/dashboards/collectionAlerts';
import { TRAFFIC_ALERTS } from '../src/dashboards/trafficAlerts';
import { DASHBOARDS } from '../src/reports/dashboards';
import { expect, testInEmptyOrganization as test } from './support/fixtures';
import { openPage, openTab } from './support/pages';
import type { Person, WorldDescription } from './world/description';
import type { Organization } from './world/organization';

const RULES = COLLECTION_ALERTS.length + TRAFFIC_ALERTS.length;

const card = (page: Page, title: string): Locator =>
  page.getByRole('region', { name: 'Set-up' }).getByRole('listitem').filter({ hasText: title });

const drawerOf = (page: Page) => page.getByRole('dialog', { name: 'Data source, dashboards and alerts' });

/** Opens the installer, fills in its form, and waits until it has done its work; returns what it says. */
async function install(page: Page, { influx }: WorldDescription): Promise<Locator> {
  await openTab(page, 'connection');
  await page
    .getByRole('button', { name: /^(Install|Update|Show)$/ })
    .first()
    .click();
  const drawer = drawerOf(page);
  const user = drawer.getByRole('textbox', { name: /^User/ });
  await expect(drawer.getByRole('region', { name: 'Dashboards' })).toBeVisible();
  if (await user.isVisible()) {
    await drawer.getByRole('textbox', { name: /^InfluxDB URL/ }).fill(influx.url);
    await user.fill(influx.reader.username);
    await drawer.getByLabel(/^Password/).fill(influx.reader.password);
  }
  await drawer.getByRole('button', { name: /^(Install|Update)$/ }).click();
  // The message inside of it is a status of its own.
  const said = drawer.getByRole('status').first();
  await expect(said).toContainText(/created|updated|unchanged/, { timeout: 60_000 });
  return said;
}

/** What an organization has of all that the installer installs. */
async function installed(organization: Organization) {
  const [dashboards, rules] = await Promise.all([
    organization.call<object[]>('GET', '/api/search?type=dash-db&tag=flowscope-report'),
    organization.call<object[]>('GET', '/api/v1/provisioning/alert-rules'),
  ]);
  return { dashboards: dashboards.length, rules: rules.length };
}

test('the first run shows three steps, and ends when they are done', async ({ page, organization, world, faults }) => {
  await organization.connect({ ...world.newcomer, token: 'not-the-token-of-this-one' });
  await openTab(page, 'connection');
  await expect(card(page, 'Connect the sidecar')).toContainText('Does not answer');
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.getByLabel(/^API token/).fill(world.newcomer.token);
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(card(page, 'Connect the sidecar')).toContainText('Done');
  await expect(card(page, 'Add a source')).toContainText('To do');
  await expect(card(page, 'Install data source, dashboards and alerts')).toContainText('To do');
  await card(page, 'Add a source').getByRole('link', { name: 'Add a source' }).click();
  await expect(page.getByText('No S3 source yet')).toBeVisible();
  expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
});

test('a viewer is sent to an administrator as long as the set-up is not finished', async ({
  browser,
  baseURL,
  organization,
  world,
}) => {
  await organization.connect(world.newcomer);
  const page = await pageOf(await organization.addViewer());
  await openPage(page, 'reports');
  await expect(page.getByText('Ask an administrator to finish set-up.')).toBeVisible();
  await page.context().close();

  async function pageOf(person: Person): Promise<Page> {
    const context = await browser.newContext({ baseURL, storageState: undefined });
    await context.request.post('/login', { data: person });
    return context.newPage();
  }
});

test('one button installs data source, dashboards and rules; pressing it again changes nothing', async ({
  page,
  organization,
  world,
}) => {
  await organization.connect(world.sidecar);
  expect(await installed(organization)).toEqual({ dashboards: 0, rules: 0 });
  const said = await install(page, world);
  await expect(said).not.toContainText('failed');
  expect(await installed(organization)).toEqual({ dashboards: DASHBOARDS.length, rules: RULES });
  const source = await organization.call<object>('GET', '/api/datasources/uid/flowscope-influxdb');
  expect(source).toMatchObject({ url: world.influx.url, user: world.influx.reader.username, type: 'influxdb' });
  await expect(drawerOf(page).getByText('Grafana’s data source may write')).toHaveCount(0);
  await drawerOf(page).getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByRole('region', { name: 'Set-up' })).toHaveCount(0);

  await page.reload();
  await expect(page.getByText(new RegExp(`${1 + DASHBOARDS.length + RULES}.* up to date`))).toBeVisible();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(drawerOf(page).getByRole('button', { name: /^(Install|Update)$/ })).toHaveCount(0);

  await page.goto('/d/flowscope-overview?from=now-3h&to=now');
  await expect(page.getByText('shop-').first(), 'with names and figures').toBeVisible();
  await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
});

test('what was typed into the installer is still there when Grafana cannot save it', async ({
  page,
  organization,
  world,
}) => {
  await organization.connect(world.sidecar);
  await page.route('**/api/datasources', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 500, json: { message: 'The database is locked' } })
      : route.fallback()
  );
  const said = await install(page, world);
  await expect(said).toContainText('1 failed');
  const drawer = drawerOf(page);
  await expect(drawer.getByText('failed: The database is locked')).toBeVisible();
  await expect(drawer.getByRole('textbox', { name: /^User/ })).toHaveValue(world.influx.reader.username);

  await page.unroute('**/api/datasources');
  await drawer.getByRole('button', { name: 'Install' }).click();
  await expect(said).toContainText('1 created');
});

test('what people changed stays as they left it, until they ask for the shipped version', async ({
  page,
  organization,
  world,
}) => {
  await organization.connect(world.sidecar);
  await install(page, world);
  const path = '/api/dashboards/uid/flowscope-action';
  const { dashboard, meta } = await organization.call<{ dashboard: object; meta: { folderUid: string } }>('GET', path);
  const changed = { ...dashboard, title: 'Action, as we like it' };
  await organization.call('POST', '/api/dashboards/db', { dashboard: changed, folderUid: meta.folderUid });
  await organization.call('DELETE', '/api/dashboards/uid/flowscope-interface');

  await page.reload();
  const said = await install(page, world);
  await expect(said).toContainText('1 created');
  await expect(drawerOf(page).getByText(/because it was changed/)).toBeVisible();
  expect(await organization.call('GET', path)).toMatchObject({ dashboard: { title: 'Action, as we like it' } });
  expect(await installed(organization)).toEqual({ dashboards: DASHBOARDS.length, rules: RULES });

  await drawerOf(page).getByRole('button', { name: 'Replace Action with the shipped version' }).click();
  await page.getByRole('button', { name: 'Replace with the shipped version', exact: true }).click();
  await expect(drawerOf(page).getByRole('status').first()).toContainText('1 replaced with the shipped version');
  const shipped = await organization.call<{ dashboard: { version: number } }>('GET', path);
  expect(shipped).toMatchObject({ dashboard: { title: 'Action', version: 3 }, meta: { folderUid: meta.folderUid } });
  expect(await organization.call('GET', `${path}/versions/2`)).toMatchObject({
    data: { title: 'Action, as we like it' },
  });
});

test('a data source that may write is warned about', async ({ page, organization, world }) => {
  await organization.connect(world.sidecar);
  await organization.addReports({ url: world.influx.url, reader: world.influx.admin });
  await openTab(page, 'connection');
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(page.getByText('Grafana’s data source may write', { exact: true })).toBeVisible();
});
