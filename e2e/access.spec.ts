import { DASHBOARDS } from '../src/reports/dashboards';
import { expect, test } from './support/fixtures';
import { openPage, pluginTabPath, TABS, tabPath } from './support/pages';
import { asking, type Answer, type Ask } from './support/wire';
import { PLUGIN_ID } from '../src/contract/names';

const PROXY = `/api/plugin-proxy/${PLUGIN_ID}/sidecar`;
const CANDIDATE = `/api/plugin-proxy/${PLUGIN_ID}/candidate`;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** Methods that no route of the plugin has. */
const OTHER_METHODS = ['HEAD', 'OPTIONS', 'TRACE'];
const FOR_VIEWERS = ['v1/health', 'v1/collection'];

/** All paths of the API's own description (OpenAPI), with a value in place of each parameter. */
async function pathsOfApi({ url, token }: { url: string; token: string }): Promise<string[]> {
  const answer = await fetch(`${url}/v1/openapi.json`, { headers: { Authorization: `Bearer ${token}` } });
  const { paths } = (await answer.json()) as { paths: Record<string, object> };
  return Object.keys(paths).map((path) => path.replace(/^\//, '').replace(/\{\w+\}/g, 'x'));
}

/** What the data source answers to a statement, as a table. */
function queryAs(ask: Ask, query: string): Promise<Answer> {
  const datasource = { type: 'influxdb', uid: 'flowscope-influxdb' };
  return ask('POST', '/api/ds/query', {
    ...{ from: 'now-6h', to: 'now' },
    queries: [{ refId: 'A', rawQuery: true, query, resultFormat: 'table', datasource }],
  });
}

test.describe('through Grafana’s proxy', () => {
  test('a viewer reads the state of collecting', async ({ world }) => {
    const ask = await asking(world.grafanaUrl, world.viewer);
    for (const path of FOR_VIEWERS) {
      expect([path, (await ask('GET', `${PROXY}/${path}`)).status]).toEqual([path, 200]);
    }
    const { body } = await ask('GET', `${PROXY}/v1/collection`);
    expect(body).toContain(world.company.source);
  });

  test('a viewer is refused all that is for administrators, by every method', async ({ world }) => {
    const ask = await asking(world.grafanaUrl, world.viewer);
    const paths = (await pathsOfApi(world.sidecar)).filter((path) => path.startsWith('v1/admin/'));
    expect(paths.length).toBeGreaterThan(20);
    for (const path of paths) {
      for (const method of METHODS) {
        const { status } = await ask(method, `${PROXY}/${path}`, method === 'GET' ? undefined : {});
        expect([method, path, status]).toEqual([method, path, 403]);
      }
      for (const method of OTHER_METHODS) {
        const { status, body } = await ask(method, `${PROXY}/${path}`);
        expect([method, path, Math.floor(status / 100)], body).toEqual([method, path, 4]);
      }
    }
  });

  test('a viewer changes nothing anywhere', async ({ world }) => {
    const ask = await asking(world.grafanaUrl, world.viewer);
    for (const path of [...FOR_VIEWERS, 'v1/ledger', 'v1/openapi.json', 'metrics', 'healthz', 'v1']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect([method, path, (await ask(method, `${PROXY}/${path}`, {})).status]).toEqual([method, path, 403]);
      }
    }
    const settings = await ask('POST', `/api/plugins/${PLUGIN_ID}/settings`, { enabled: false });
    expect(settings.status).toBe(403);
  });

  test('a viewer cannot reach the sidecar that an administrator tests before saving', async ({ world }) => {
    const ask = await asking(world.grafanaUrl, world.viewer);
    expect((await ask('GET', `${CANDIDATE}/v1/admin/health`)).status).toBe(403);
    for (const path of ['v1/health', 'v1/admin/../health', 'v1/admin%2fhealth', 'v1/%61dmin/health']) {
      const { status } = await ask('GET', `${CANDIDATE}/${path}`);
      expect([path, Math.floor(status / 100)]).toEqual([path, 4]);
    }
  });

  test('nobody gets anything without signing in', async ({ world }) => {
    const ask = await asking(world.grafanaUrl);
    test.skip((await ask('GET', '/api/search')).status === 200, 'this Grafana lets everybody in');
    const paths = ['healthz', 'metrics', ...(await pathsOfApi(world.sidecar))];
    for (const path of paths) {
      for (const method of METHODS) {
        const { status } = await ask(method, `${PROXY}/${path}`, method === 'GET' ? undefined : {});
        expect([method, path, status]).toEqual([method, path, 401]);
      }
    }
  });

  for (const path of [
    'v1/../v1/admin/sources',
    'v1/collection/../admin/sources',
    'v1/%2e%2e/v1/admin/sources',
    'v1/collection/%2e%2e/admin/sources',
    'v1/.%2E/v1/admin/sources',
    '%2e%2e/sidecar/v1/admin/sources',
    '../sidecar/v1/admin/sources',
    'v1%2fadmin%2fsources',
    'v1/admin%2fsources',
    'v1/admin%2Fsources',
    'v1%2F..%2Fv1%2Fadmin%2Fsources',
    'v1/%61dmin/sources',
    'v1//admin/sources',
    '/v1/admin/sources',
    'v1/./admin/sources',
    'v1/admin%5csources',
    'v1/admin;x/sources',
    'v1/admin/sources/',
    'v1/admin',
    'V1/ADMIN/sources',
  ]) {
    test(`a viewer does not get round it by ${path}`, async ({ world }) => {
      const ask = await asking(world.grafanaUrl, world.viewer);
      const { status, body } = await ask('GET', `${PROXY}/${path}`);
      expect(Math.floor(status / 100), `answered ${status}: ${body}`).toBe(4);
      expect(body).not.toContain(world.company.bucket);
    });
  }

  test('nothing a viewer is told has a secret, a bucket, an ARN or a quoted line in it', async ({ world }) => {
    const { bucket, quarantined, quote } = world.company;
    const admin = await asking(world.grafanaUrl, world.admin);
    const known = await admin('GET', `${PROXY}/v1/admin/ledger?key=${encodeURIComponent(quarantined.key)}`);
    expect(known.body, 'there is something to be hidden').toContain(bucket.slice(0, 4));
    expect((await admin('GET', `${PROXY}/v1/admin/ledger?key=${encodeURIComponent(quote.key)}`)).body).toContain(
      quote.line
    );

    const ask = await asking(world.grafanaUrl, world.viewer);
    const paths = [
      ...[...(await pathsOfApi(world.sidecar)), 'metrics', 'v1/openapi.json', 'v1/nothing'].map(
        (path) => `${PROXY}/${path}`
      ),
      ...[quarantined.key, quote.key, 'x'].map((key) => `${PROXY}/v1/ledger?key=${encodeURIComponent(key)}`),
      `/api/plugins/${PLUGIN_ID}/settings`,
      `/api/datasources/uid/flowscope-influxdb`,
      '/api/frontend/settings',
    ];
    const answers = await Promise.all(paths.map(async (path) => ({ path, ...(await ask('GET', path)) })));
    for (const measurement of ['"minute"."collection"', '"minute"."flow_quality"', '"entity"."aws_entity"']) {
      const answer = await queryAs(ask, `SELECT * FROM ${measurement}`);
      expect(answer.body, measurement).toMatch(/"values":\[\[\d/);
      answers.push({ path: measurement, ...answer });
    }
    for (const { path, body } of answers) {
      for (const hidden of [
        ...[bucket, quote.line, world.sidecar.token, world.influx.reader.password],
        ...[world.keys.full.secretAccessKey, world.keys.full.accessKeyId, 'arn:aws:iam::1', 'arn:aws:iam::4'],
      ]) {
        expect(body, path).not.toContain(hidden);
      }
    }
  });
});

test.describe('through the data source', () => {
  for (const statement of [
    'DROP MEASUREMENT "flow_interface"',
    'DELETE FROM "flow_interface"',
    'DROP DATABASE "flowscope"',
    'CREATE USER "intruder" WITH PASSWORD \'x\' WITH ALL PRIVILEGES',
    'SELECT * INTO "stolen" FROM "flow_interface"',
  ]) {
    test(`${statement.split(' "')[0]} is refused to a viewer, and nothing is lost`, async ({ world }) => {
      const ask = await asking(world.grafanaUrl, world.viewer);
      const count = 'SELECT count("flows") FROM "minute"."flow_interface"';
      const before = await queryAs(ask, count);
      expect(before.status).toBe(200);
      expect(before.body).toMatch(/"values":\[\[\d+\],\[[1-9]\d*\]\]/);

      const refused = await queryAs(ask, statement);
      expect(refused.body).toMatch(/not authorized|forbidden/i);
      const proxied = await ask(
        'GET',
        `/api/datasources/proxy/uid/flowscope-influxdb/query?db=flowscope&q=${encodeURIComponent(statement)}`
      );
      expect(proxied.body).toMatch(/not authorized|forbidden|only/i);
      expect(await queryAs(ask, count)).toEqual(before);
    });
  }
});

test.describe('in the browser', () => {
  test.use({ role: 'viewer' });

  test('a viewer sees no config tab, and no way to it', async ({ page }) => {
    for (const path of [tabPath('sources'), pluginTabPath('sources')]) {
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await expect(page.locator('#pageContent')).toBeVisible();
      for (const tab of Object.values(TABS)) {
        await expect(page.getByRole('tab', { name: tab })).toHaveCount(0);
      }
      await expect(page.getByRole('button', { name: 'Add an S3 source' })).toHaveCount(0);
    }
    await openPage(page, 'reports');
    await expect(page.getByRole('heading', { name: 'Reports', level: 1 })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Configuration' })).toHaveCount(0);
  });

  test('a viewer opens the reports and sees the state of collecting', async ({ page, world, faults }) => {
    await openPage(page, 'reports');
    for (const { question } of DASHBOARDS) {
      await expect(page.getByRole('link', { name: question, exact: true }).first()).toBeVisible();
    }
    await openPage(page, 'collection');
    await expect(page.getByText(world.company.source, { exact: true }).first()).toBeVisible();
    await expect(page.getByRole('button', { name: /Retry/ })).toHaveCount(0);
    await expect(page.getByText(world.company.bucket)).toHaveCount(0);
    expect(faults).toEqual([]);
  });
});
