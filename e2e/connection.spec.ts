import type { Page } from '@playwright/test';
import { expect, testInEmptyOrganization as test } from './support/fixtures';
import { openTab } from './support/pages';
import { callSidecar } from './support/sidecarApi';
import { PLUGIN_ID } from '../src/contract/names';

interface Settings {
  readonly enabled: boolean;
  readonly pinned: boolean;
  readonly jsonData: Record<string, unknown>;
  readonly secureJsonFields: Record<string, boolean>;
}

const PROXY = `/api/plugin-proxy/${PLUGIN_ID}/sidecar/v1/admin`;
const SETTINGS = `/api/plugins/${PLUGIN_ID}/settings`;

const urlField = (page: Page) => page.getByRole('textbox', { name: /^Sidecar URL/ });
const tokenField = (page: Page) => page.getByLabel(/^API token/);
const saveAndTest = (page: Page) => page.getByRole('button', { name: 'Save & test' }).click();

test('the right URL and token connect, and a wrong one afterwards changes nothing', async ({
  page,
  organization,
  world,
}) => {
  const { url, token, nobodyUrl } = world.sidecar;
  await organization.call('POST', SETTINGS, { enabled: true, pinned: true, jsonData: { kept: 'as it was' } });
  await openTab(page, 'connection');
  await urlField(page).fill(url);
  await tokenField(page).fill(token);
  await saveAndTest(page);
  await expect(page.getByText(/^Connected, version \d/)).toBeVisible();
  const connected = await organization.call<Settings>('GET', SETTINGS);
  expect(connected).toMatchObject({
    ...{ enabled: true, pinned: true, jsonData: { sidecarUrl: url, kept: 'as it was' } },
    secureJsonFields: { token: true },
  });
  await expect(page.getByRole('button', { name: 'Reset' }), 'the token is stored').toBeVisible();

  await urlField(page).fill(nobodyUrl);
  await saveAndTest(page);
  await expect(page.getByText(`The Grafana server gets no answer at ${nobodyUrl}`)).toBeVisible();
  await expect(page.getByText('Nothing was changed: the connection is as it was before.')).toBeVisible();
  expect(await organization.call('GET', SETTINGS)).toMatchObject({ jsonData: { sidecarUrl: url } });

  await page.reload();
  await page.getByRole('button', { name: 'Reset' }).click();
  await tokenField(page).fill('another-token-than-the-right-one');
  await saveAndTest(page);
  await expect(page.getByText('The sidecar rejected the token')).toBeVisible();
  const after = await organization.call<Settings>('GET', SETTINGS);
  expect(after.jsonData).toEqual(connected.jsonData);
  await organization.call('GET', `${PROXY}/health`);
});

test('a server that is no sidecar is reported', async ({ page, organization, world }) => {
  await organization.call('POST', SETTINGS, { enabled: true, pinned: true });
  await openTab(page, 'connection');
  await urlField(page).fill(world.influx.url);
  await tokenField(page).fill('a-token-for-somebody-else');
  await saveAndTest(page);
  await expect(page.getByText(`What answers at ${world.influx.url} is not a Flowscope sidecar`)).toBeVisible();
  await expect(page.getByText('Nothing was saved.')).toBeVisible();
});

test('what cannot be a URL or a token is reported beside its field', async ({ page, organization }) => {
  await organization.call('POST', SETTINGS, { enabled: true, pinned: true });
  await openTab(page, 'connection');
  await urlField(page).fill('http://user:secret@127.0.0.1:9555');
  await saveAndTest(page);
  await expect(page.getByText('No user or password in the URL')).toBeVisible();
  await expect(page.getByText('Enter the token')).toBeVisible();
  await urlField(page).fill('127.0.0.1:9555');
  await expect(page.getByText('A URL looks like http://127.0.0.1:9555')).toBeVisible();
});

test('versions and health of sidecar and InfluxDB are shown, and who changed what', async ({
  page,
  organization,
  world,
}) => {
  await organization.connect(world.sidecar);
  const name = `audited-${Date.now()}`;
  const { id, version } = await organization.call<{ id: string; version: number }>('POST', `${PROXY}/sources`, {
    ...{ name, bucket: 'audited', region: 'eu-west-1' },
  });
  await callSidecar(world, 'DELETE', `sources/${id}`, { version });
  await openTab(page, 'connection');
  await expect(page.getByText(/version \d[^,]*, started/)).toBeVisible();
  await expect(page.getByText(`at ${world.influx.url}`)).toBeVisible();
  await page.getByRole('button', { name: 'Who changed what' }).click();
  const added = page
    .getByRole('region', { name: 'Changes' })
    .getByRole('row')
    .filter({ hasText: `Added source ${name}` });
  await expect(added).toContainText(organization.admin.user);
});

test('a sidecar that no longer answers is reported, with what to do', async ({ page, organization, world }) => {
  await organization.connect({ ...world.sidecar, url: world.sidecar.nobodyUrl });
  await openTab(page, 'connection');
  await expect(page.getByText(`The Grafana server gets no answer at ${world.sidecar.nobodyUrl}`)).toBeVisible();
  await expect(page.getByText('Start it. It comes with this plugin')).toBeVisible();
});
