import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';

import { collection } from '../../../contract/collection';
import { collectorList } from '../../../contract/collectors';
import { changePage, health, healthDetails, type HealthDetails } from '../../../contract/health';
import { holdState } from '../../../contract/hold';
import { PLUGIN_ID } from '../../../contract/names';
import { FakeGrafana } from '../../test/fakeGrafana';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { Connection } from './Connection';
import { page } from './Connection.hooks';

jest.setTimeout(30_000);

const URL = 'http://10.0.0.5:9555';
const TOKEN = 'a-token-that-is-right';
const WELL: HealthDetails = {
  version: '1.0.0',
  store: 'ok',
  isCollecting: true,
  started: 1_795_500_000,
  storeUrl: 'http://influxdb:8086',
  storeName: 'InfluxDB',
  storeVersion: '1.8.10',
  warnings: [],
};
const OLD = { enabled: true, pinned: true, jsonData: { sidecarUrl: 'http://old:9555', other: 'kept' } };

let grafana: FakeGrafana;
beforeEach(() => {
  grafana = new FakeGrafana();
  server.use(...grafana.handlers);
});

/** The sidecar answers, through the routes of Grafana that lead to it. */
function sidecarIs(details: HealthDetails) {
  server.use(
    answers(healthDetails, 'get', 'admin/health', details),
    answers(health, 'get', 'health', details),
    answers(collection, 'get', 'collection', { sources: [], quarantined: 0 }),
    answers(holdState, 'get', 'admin/hold', {}),
    answers(collectorList, 'get', 'admin/collectors', { items: [] })
  );
}

const CANDIDATE = '*/candidate/v1/admin/health';
const candidateIs = (answer: () => Response) => server.use(http.get(CANDIDATE, answer));

/** Types into the form and presses the button. */
async function saveAndTest(token?: string) {
  const { user } = render(<Connection />);
  const url = await screen.findByLabelText(/Sidecar URL/);
  await user.clear(url);
  await user.type(url, `${URL}/`);
  if (token !== undefined) {
    const reset = screen.queryByRole('button', { name: 'Reset' });
    if (reset) {
      await user.click(reset);
    }
    await user.type(screen.getByLabelText(/API token/), token);
  }
  await user.click(screen.getByRole('button', { name: 'Save & test' }));
  return user;
}

describe('Save & test', () => {
  it('connects the first time: tries what was typed beside the settings, then makes it the settings', async () => {
    sidecarIs(WELL);
    let tried: object | undefined;
    candidateIs(() => {
      tried = { ...grafana.settings.jsonData, token: grafana.secrets.candidateToken, used: grafana.secrets.token };
      return HttpResponse.json(WELL);
    });
    await saveAndTest(TOKEN);

    expect(await screen.findByText('Connected, version 1.0.0')).toBeInTheDocument();
    expect(tried).toEqual({ candidateUrl: URL, token: TOKEN, used: undefined });
    expect(grafana.settings).toEqual({ enabled: true, pinned: true, jsonData: { sidecarUrl: URL } });
    expect(grafana.secrets).toEqual({ token: TOKEN });
    expect(await screen.findByText(/version 1\.8\.10 at http:\/\/influxdb:8086/)).toBeInTheDocument();
  });

  it('says no longer that it is connected once the form has something else, or something wrong', async () => {
    sidecarIs(WELL);
    candidateIs(() => HttpResponse.json(WELL));
    const user = await saveAndTest(TOKEN);
    expect(await screen.findByText('Connected, version 1.0.0')).toBeInTheDocument();
    await user.click(await screen.findByRole('button', { name: 'Reset' }));
    await user.click(screen.getByRole('button', { name: 'Save & test' }));
    expect(await screen.findByText(/token/, { selector: '[role=alert] *, [role=alert]' })).toBeInTheDocument();
    expect(screen.queryByText('Connected, version 1.0.0')).not.toBeInTheDocument();
  });

  it('sends enabled, pinned and the whole jsonData each time', async () => {
    Object.assign(grafana, { settings: OLD, secrets: { token: TOKEN } });
    sidecarIs(WELL);
    candidateIs(() => HttpResponse.json(WELL));
    await saveAndTest();

    expect(await screen.findByText('Connected, version 1.0.0')).toBeInTheDocument();
    expect(grafana.stored).toHaveLength(2);
    grafana.stored.forEach((body) =>
      expect(body).toMatchObject({ enabled: true, pinned: true, jsonData: { other: 'kept' } })
    );
    expect(grafana.settings.jsonData).toEqual({ sidecarUrl: URL, other: 'kept' });
    expect(grafana.secrets).toEqual({ token: TOKEN });
  });

  const unauthorized = () =>
    HttpResponse.json(
      { error: { code: 'unauthorized', message: 'The sidecar rejected the token: use that of …' } },
      { status: 401 }
    );
  it.each([
    ['nothing answers', `The Grafana server gets no answer at ${URL}`, gone],
    ['the token is wrong', 'The sidecar rejected the token', unauthorized],
    [
      'the sidecar is old',
      'Sidecar 0.9 is older than this plugin: upgrade it',
      () => HttpResponse.json({ version: '0.9', healthy: true }),
    ],
    [
      'it is something else',
      `What answers at ${URL} is not a Flowscope sidecar of this version`,
      () => new HttpResponse(null, { status: 404 }),
    ],
  ])('leaves the working connection as it was when %s', async (_case, message, answer) => {
    Object.assign(grafana, { settings: OLD, secrets: { token: 'the-old-token-works' } });
    sidecarIs(WELL);
    candidateIs(answer);
    await saveAndTest('a-new-token-to-try');

    expect(await screen.findByText(message)).toBeInTheDocument();
    expect(screen.getByText('Nothing was changed: the connection is as it was before.')).toBeInTheDocument();
    expect(grafana.settings).toEqual(OLD);
    expect(grafana.secrets).toEqual({ token: 'the-old-token-works' });
    // What was typed is still there, to be mended.
    expect(screen.getByLabelText(/Sidecar URL/)).toHaveValue(`${URL}/`);
    expect(screen.getByLabelText(/API token/)).toHaveValue('a-new-token-to-try');
  });

  it('connects a sidecar whose InfluxDB is away, and says so', async () => {
    const away: HealthDetails = {
      ...WELL,
      store: 'unavailable',
      isCollecting: false,
      storeVersion: undefined,
      storeError: 'InfluxDB does not answer at http://influxdb:8086: ask whoever runs it.',
      storeReason: 'connect ECONNREFUSED. Start it, or set FLOWSCOPE_INFLUX_URL to where it is.',
    };
    sidecarIs(away);
    candidateIs(() => HttpResponse.json(away));
    await saveAndTest(TOKEN);

    const words =
      'The sidecar works, InfluxDB at http://influxdb:8086 does not: connect ECONNREFUSED. Start it, or set FLOWSCOPE_INFLUX_URL to where it is.';
    expect((await screen.findAllByText(words)).length).toBeGreaterThan(0);
    expect(grafana.settings.jsonData).toEqual({ sidecarUrl: URL });
    expect(await screen.findByText('no: it begins once InfluxDB answers')).toBeInTheDocument();
  });

  it('warns when the data source may write, and of settings that will refuse data', async () => {
    grafana.dataSource = { uid: 'flowscope-influxdb', url: 'http://influxdb:8086', jsonData: { dbName: 'flows' } };
    grafana.refusesWrites = false;
    const warned = { ...WELL, warnings: ['InfluxDB is set to max-values-per-tag = 100000'] };
    sidecarIs(warned);
    candidateIs(() => HttpResponse.json(warned));
    await saveAndTest(TOKEN);

    expect(await screen.findByText('Grafana’s data source may write')).toBeInTheDocument();
    expect(screen.getByText(/GRANT READ ON "flows" TO "grafana"/)).toBeInTheDocument();
    expect(await screen.findByText(/max-values-per-tag = 100000/)).toBeInTheDocument();
  });

  it.each([
    ['ftp://host', TOKEN, /A URL looks like/],
    ['http://me:secret@host:9555', TOKEN, /No user or password in the URL/],
    [URL, 'too short', /16 to 256 characters/],
    [URL, '', /Enter the token/],
  ])('does not send %s with token "%s"', async (typed, token, message) => {
    const { user } = render(<Connection />);
    const url = await screen.findByLabelText(/Sidecar URL/);
    expect(url).toHaveValue('http://127.0.0.1:9555');
    await user.clear(url);
    await user.type(url, typed);
    if (token) {
      await user.type(screen.getByLabelText(/API token/), token);
    }
    await user.click(screen.getByRole('button', { name: 'Save & test' }));

    expect(await screen.findByText(message)).toBeInTheDocument();
    expect(grafana.stored).toEqual([]);
  });
});

describe('what is connected', () => {
  beforeEach(() => Object.assign(grafana, { settings: OLD, secrets: { token: TOKEN } }));

  it('may have a certificate that Grafana does not trust, when nothing answers by HTTPS', async () => {
    grafana.settings = { ...OLD, jsonData: { ...OLD.jsonData, sidecarUrl: 'https://sidecar:9555' } };
    server.use(http.get('*/sidecar/v1/*', gone));
    render(<Connection />);

    expect(
      await screen.findByText(
        'The Grafana server gets no answer at https://sidecar:9555, or does not trust its certificate'
      )
    ).toBeInTheDocument();
  });

  it('says what to do when nothing answers, and tries again', async () => {
    sidecarIs(WELL);
    server.use(http.get('*/sidecar/v1/*', gone));
    const { user } = render(<Connection />);

    expect(await screen.findByText('The Grafana server gets no answer at http://old:9555')).toBeInTheDocument();
    expect(screen.getByText(/cat \$FLOWSCOPE_DATA_DIR\/api-token/)).toBeInTheDocument();
    server.resetHandlers(...grafana.handlers);
    sidecarIs(WELL);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText(/version 1\.0\.0, started/)).toBeInTheDocument();
  });

  it('keeps what is typed when the settings cannot be read again', async () => {
    sidecarIs(WELL);
    const { user } = render(<Connection />);
    await user.type(await screen.findByLabelText(/Sidecar URL/), '/below');
    server.use(http.get(`*/api/plugins/${PLUGIN_ID}/settings`, gone));
    window.dispatchEvent(new Event('visibilitychange'));

    expect(await screen.findByText('The plugin’s settings cannot be read')).toBeInTheDocument();
    expect(screen.getByLabelText(/Sidecar URL/)).toHaveValue('http://old:9555/below');
  });

  it('is only tested where it is provisioned, until somebody wants to change it here', async () => {
    grafana.settings = { ...OLD, jsonData: { ...OLD.jsonData, isProvisioned: true } as never };
    sidecarIs(WELL);
    const { user } = render(<Connection />);

    expect(await screen.findByLabelText(/Sidecar URL/)).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Test' }));
    expect(await screen.findByText('Connected, version 1.0.0')).toBeInTheDocument();
    expect(grafana.stored).toEqual([]);

    candidateIs(() => HttpResponse.json(WELL));
    await user.click(screen.getByRole('button', { name: 'Change it here' }));
    await user.click(screen.getByRole('button', { name: 'Save & test' }));
    await waitFor(() => expect(grafana.settings.jsonData).toEqual(OLD.jsonData));
  });

  it('shows who changed what, older changes on demand', async () => {
    sidecarIs(WELL);
    const one = { id: 2, at: 1_795_500_000, actor: 'Ada', role: 'Admin', action: 'source.enable', target: 'prod' };
    server.use(
      answers(changePage, 'get', 'admin/audit', ({ query }) =>
        query.get('cursor') === 'older'
          ? { items: [{ ...one, id: 1, actor: 'Grace', details: {} }], total: 2 }
          : { items: [{ ...one, details: { enabled: { before: false, after: true } } }], total: 2, next: 'older' }
      )
    );
    const { user } = render(<Connection />);
    await user.click(await screen.findByRole('button', { name: /Who changed what/ }));

    const table = within(await screen.findByRole('region', { name: 'Changes' }));
    expect(table.getByText('Ada (Admin)')).toBeInTheDocument();
    expect(table.getByText('enabled: false → true')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Show older' }));
    expect(await table.findByText('Grace (Admin)')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Show older' })).not.toBeInTheDocument();
  });

  it('says when the changes cannot be read', async () => {
    sidecarIs(WELL);
    server.use(refuses('get', 'admin/audit', 500, { code: 'internal', message: 'Its log says what.' }));
    const { user } = render(<Connection />);
    await user.click(await screen.findByRole('button', { name: /Who changed what/ }));
    expect(await screen.findByText('Its log says what.')).toBeInTheDocument();
  });
});

it('enables the plugin, keeping what is stored', async () => {
  grafana.settings = { enabled: false, pinned: false, jsonData: OLD.jsonData };
  const reload = jest.spyOn(page, 'reload').mockImplementation(() => undefined);
  const { user } = render(<Connection />);
  await user.click(await screen.findByRole('button', { name: 'Enable Flowscope' }));

  await waitFor(() => expect(reload).toHaveBeenCalled());
  expect(grafana.settings).toEqual({ enabled: true, pinned: true, jsonData: OLD.jsonData });
});

/** What Grafana's proxy answers when nothing answers it. */
function gone() {
  return new HttpResponse(null, { status: 502 });
}
