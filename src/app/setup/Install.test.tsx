import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';

import { collection } from '../../contract/collection';
import { health, healthDetails, type HealthDetails } from '../../contract/health';
import { influxUserMade, type InfluxUserMade } from '../../contract/influxUser';
import { REPORTS } from '../../reports/reports';
import { sidecarIsAway } from '../test/away';
import { FakeGrafana } from '../test/fakeGrafana';
import { signInAs } from '../test/grafana';
import { render } from '../test/render';
import { answers, server, unreachable } from '../test/server';
import { FirstRun } from './FirstRun';
import { InGrafana } from './InGrafana';
import { InstallDrawer } from './InstallDrawer';
import { loadShipped } from './installer/shipped';

jest.mock('./installer/shipped', () => ({ loadShipped: jest.fn() }));

jest.setTimeout(30_000);

/** The reports, Overview and Collection. */
const DASHBOARDS = REPORTS.length + 5;
const RULES = 18;
const WELL: HealthDetails = {
  version: '1.0.0',
  store: 'ok',
  isCollecting: true,
  started: 1_795_500_000,
  storeUrl: 'http://influxdb:8086',
  warnings: [],
};
const DATA_SOURCE = { uid: 'flowscope-influxdb', url: 'http://influxdb:8086', user: 'grafana' };

let grafana: FakeGrafana;
beforeEach(() => {
  grafana = new FakeGrafana();
  server.use(...grafana.handlers, answers(healthDetails, 'get', 'admin/health', WELL));
});

/** Opens the drawer, presses its button, and waits for what it says it did. */
async function installAs(button: 'Install' | 'Update', summary: string) {
  const { user, unmount } = render(<InstallDrawer onClose={() => undefined} />);
  await user.click(await screen.findByRole('button', { name: button }));
  expect(await screen.findByText(summary)).toBeInTheDocument();
  return unmount;
}

/** The line of an item. */
const row = (section: string, title: string) =>
  within(screen.getByRole('region', { name: section }))
    .getByText(title)
    .closest('li')!;

/** A version of the plugin whose dashboards and rules all differ from this one's. */
async function nextVersion() {
  const { dashboards, rules } = await loadShipped();
  jest.mocked(loadShipped).mockResolvedValue({
    dashboards: dashboards.map((dashboard) => ({ ...dashboard, description: 'next' })),
    rules: {
      groups: rules.groups.map(({ name, rules: some }) => ({
        name,
        rules: some.map((rule) => ({ ...rule, annotations: { ...rule.annotations, description: 'next' } })),
      })),
    },
  });
}
beforeEach(() => {
  const { loadShipped: thisVersion } = jest.requireActual<typeof import('./installer/shipped')>('./installer/shipped');
  jest.mocked(loadShipped).mockReset().mockImplementation(thisVersion);
});

/** All of this version is installed. */
async function installed() {
  grafana.dataSource = DATA_SOURCE;
  const unmount = await installAs('Install', `${2 + DASHBOARDS + RULES} created, 1 unchanged`);
  unmount();
  grafana.changes.length = 0;
}

describe('the installer', () => {
  it('fills an empty Grafana: asks for a user that may only read, and leaves all of it editable', async () => {
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    const url = await screen.findByLabelText(/InfluxDB URL/);
    await screen.findByDisplayValue('http://influxdb:8086');
    await user.clear(url);
    await user.click(screen.getByRole('button', { name: 'Install' }));
    expect(await screen.findByText(/A URL looks like/)).toBeInTheDocument();
    expect(grafana.changes).toEqual([]);

    await user.type(url, 'http://store:8086');
    await user.type(screen.getByLabelText(/^User/), 'grafana');
    await user.type(screen.getByLabelText('Password'), 'secret');
    await user.click(screen.getByRole('button', { name: 'Install' }));

    expect(await screen.findByText(`${1 + 2 + DASHBOARDS + RULES} created`)).toBeInTheDocument();
    expect(grafana.dataSource).toEqual({
      uid: 'flowscope-influxdb',
      name: 'Flowscope',
      type: 'influxdb',
      access: 'proxy',
      url: 'http://store:8086',
      user: 'grafana',
      secureJsonData: { password: 'secret' },
      jsonData: { version: 'InfluxQL', dbName: 'flowscope', httpMode: 'POST', timeInterval: '1m' },
    });
    expect(grafana.folders.map(({ uid }) => uid)).toEqual(['flowscope', 'flowscope-alerts']);
    expect([...grafana.dashboards.values()].every(({ dashboard }) => dashboard.editable === true)).toBe(true);
    expect([...grafana.rules.values()].map(({ provenance }) => provenance)).toEqual(Array(RULES).fill(undefined));
    expect(row('Dashboards', 'Overview')).toHaveTextContent('created');
    expect(screen.queryByText('Grafana’s data source may write')).not.toBeInTheDocument();
    // Nothing is left to be done.
    expect(screen.getByRole('button', { name: 'Nothing to do here' })).toBeDisabled();
  });

  it('does nothing the second time, also when Grafana has migrated a dashboard', async () => {
    await installed();
    grafana.migrateDashboard('flowscope-overview');
    render(<InstallDrawer onClose={() => undefined} />);

    expect(await screen.findAllByText('up to date')).toHaveLength(1 + DASHBOARDS + RULES);
    expect(screen.queryByRole('button', { name: /Install|Update/ })).not.toBeInTheDocument();
    expect(grafana.changes).toEqual([]);
  });

  it('updates to the next version, and leaves what people changed', async () => {
    await installed();
    grafana.changeDashboard('flowscope-overview');
    Object.assign(grafana.rules.get('flowscope-backlog-old')!, { for: '20m' });
    Object.assign(grafana.rules.get('flowscope-traffic-high')!, { folderUID: 'theirs', ruleGroup: 'Own' });
    await nextVersion();
    await installAs('Update', `${DASHBOARDS + RULES - 2} updated, 1 unchanged, 2 kept with their changes`);

    expect(row('Dashboards', 'Overview')).toHaveTextContent('kept as it is, because it was changed in Grafana');
    expect(row('Alert rules', 'Backlog old')).toHaveTextContent('kept as it is, because it was changed in Grafana');
    expect(grafana.dashboards.get('flowscope-overview')!.dashboard.description).toBe('mine now');
    expect(grafana.dashboards.get('flowscope-action')!.dashboard).toMatchObject({ description: 'next', version: 2 });
    expect(grafana.rules.get('flowscope-backlog-old')).toMatchObject({ for: '20m' });
    expect(grafana.rules.get('flowscope-traffic-high')).toMatchObject({
      folderUID: 'theirs',
      ruleGroup: 'Own',
      annotations: { description: 'next' },
    });
    // The next version is known as installed in turn.
    expect(
      await screen.findByText(`${DASHBOARDS + RULES - 2} updated, 1 unchanged, 2 kept with their changes`)
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Update' })).not.toBeInTheDocument();
  });

  it('replaces a changed dashboard by the shipped one when people ask for it', async () => {
    await installed();
    grafana.changeDashboard('flowscope-overview');
    grafana.dashboards.get('flowscope-overview')!.folderUid = 'theirs';
    Object.assign(grafana.rules.get('flowscope-backlog-old')!, { for: '20m', ruleGroup: 'Own' });
    const { user } = render(<InstallDrawer onClose={() => undefined} />);

    const take = { name: 'Replace Overview with the shipped version' };
    await user.click(await screen.findByRole('button', take));
    expect(screen.getByText(/Your version stays in the dashboard’s history/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(grafana.changes).toEqual([]);

    await user.click(screen.getByRole('button', take));
    await user.click(screen.getByRole('button', { name: 'Replace with the shipped version' }));
    expect(await screen.findByText('1 replaced with the shipped version')).toBeInTheDocument();
    expect(grafana.changes).toEqual(['POST /api/dashboards/db']);
    const { dashboard, folderUid } = grafana.dashboards.get('flowscope-overview')!;
    expect(dashboard.description).not.toBe('mine now');
    // Keep the folder that people moved it to.
    expect(folderUid).toBe('theirs');
    await waitFor(() => expect(screen.queryByRole('button', take)).not.toBeInTheDocument());

    await user.click(screen.getByRole('button', { name: 'Replace Backlog old with the shipped version' }));
    await user.click(screen.getByRole('button', { name: 'Replace with the shipped version' }));
    expect(await screen.findByText('2 replaced with the shipped version')).toBeInTheDocument();
    expect(grafana.rules.get('flowscope-backlog-old')).toMatchObject({ for: '10m', ruleGroup: 'Own' });

    await user.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findAllByText('up to date')).toHaveLength(1 + DASHBOARDS + RULES);
  });

  it('says so when a dashboard could not be replaced because somebody saved it at that moment', async () => {
    await installed();
    grafana.changeDashboard('flowscope-overview');
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    await user.click(await screen.findByRole('button', { name: 'Replace Overview with the shipped version' }));
    grafana.changeDashboard('flowscope-overview');
    await user.click(screen.getByRole('button', { name: 'Replace with the shipped version' }));
    expect(await screen.findByText(/failed: The dashboard has been changed by someone else/)).toBeInTheDocument();
    expect(grafana.changes).toEqual([]);
    expect(await screen.findByRole('button', { name: 'Replace Overview with the shipped version' })).toBeEnabled();
  });

  it('installs a shipped dashboard again that was deleted, and recognises it as shipped', async () => {
    await installed();
    grafana.changeDashboard('flowscope-overview');
    Object.assign(grafana.rules.get('flowscope-backlog-old')!, { for: '20m' });
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    await user.click(await screen.findByRole('button', { name: 'Replace Overview with the shipped version' }));
    grafana.dashboards.delete('flowscope-overview');
    await user.click(screen.getByRole('button', { name: 'Replace with the shipped version' }));
    expect(await screen.findByText('1 replaced with the shipped version')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findAllByText('up to date')).toHaveLength(DASHBOARDS + RULES);

    await user.click(screen.getByRole('button', { name: 'Replace Backlog old with the shipped version' }));
    grafana.rules.delete('flowscope-backlog-old');
    await user.click(screen.getByRole('button', { name: 'Replace with the shipped version' }));
    expect(await screen.findByText('1 failed')).toBeInTheDocument();
    expect(await screen.findByRole('button', { name: 'Install' })).toBeEnabled();
  });

  it('recognises an update as shipped although the dashboard was deleted before it', async () => {
    await installed();
    await nextVersion();
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    const update = await screen.findByRole('button', { name: 'Update' });
    grafana.dashboards.delete('flowscope-overview');
    await user.click(update);
    expect(await screen.findByText(`${DASHBOARDS + RULES} updated, 1 unchanged`)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findAllByText('up to date')).toHaveLength(1 + DASHBOARDS + RULES);
  });

  it('goes on when something fails, says why, and does the rest the next time', async () => {
    grafana.dataSource = DATA_SOURCE;
    server.use(
      http.post('*/api/v1/provisioning/alert-rules', () =>
        HttpResponse.json({ message: 'You may not create rules here' }, { status: 403 })
      )
    );
    const unmount = await installAs('Install', `${2 + DASHBOARDS} created, 1 unchanged, ${RULES} failed`);
    expect(row('Alert rules', 'Quarantine')).toHaveTextContent('failed: You may not create rules here');
    expect(grafana.dashboards.size).toBe(DASHBOARDS);
    unmount();

    server.resetHandlers(...grafana.handlers, answers(healthDetails, 'get', 'admin/health', WELL));
    await installAs('Install', `${RULES} created, ${2 + DASHBOARDS} unchanged`);
  });

  it('keeps what was typed when the data source could not be saved', async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    server.use(
      http.post('*/api/datasources', async () => {
        await held;
        return HttpResponse.json({ message: 'Not now' }, { status: 500 });
      })
    );
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    const url = await screen.findByLabelText(/InfluxDB URL/);
    await screen.findByDisplayValue('http://influxdb:8086');
    await user.clear(url);
    await user.type(url, 'http://store:8086');
    await user.type(screen.getByLabelText(/^User/), 'grafana');
    await user.type(screen.getByLabelText('Password'), 'secret');
    await user.click(screen.getByRole('button', { name: 'Install' }));
    expect(await screen.findByRole('button', { name: 'Working' })).toBeDisabled();
    answer();

    expect(await screen.findByText(/failed: Not now/)).toBeInTheDocument();
    const again = await screen.findByRole('button', { name: 'Install' });
    expect(screen.getByLabelText(/InfluxDB URL/)).toHaveValue('http://store:8086');
    server.resetHandlers(...grafana.handlers, answers(healthDetails, 'get', 'admin/health', WELL));
    await user.click(again);
    expect(await screen.findByText(/^1 created/)).toBeInTheDocument();
    expect(grafana.dataSource).toMatchObject({ user: 'grafana', secureJsonData: { password: 'secret' } });
  });

  it('makes the user of the data source when people ask for it, and says what was done', async () => {
    const asked: unknown[] = [];
    let answer: () => Response = () =>
      HttpResponse.json({ error: { code: 'conflict', message: 'No admin' } }, { status: 409 });
    server.use(
      http.post('*/sidecar/v1/admin/influx-users', async ({ request }) => {
        asked.push(await request.json());
        return answer();
      })
    );
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    await screen.findByDisplayValue('http://influxdb:8086');
    await user.click(screen.getByRole('checkbox', { name: /Make this user/ }));
    await user.click(screen.getByRole('button', { name: 'Install' }));
    expect(await screen.findAllByText('It must not be empty')).toHaveLength(2);
    expect([asked, grafana.changes]).toEqual([[], []]);

    await user.type(screen.getByLabelText(/^User/), 'grafana');
    await user.type(screen.getByLabelText('Password'), 'secret');
    await user.click(screen.getByRole('button', { name: 'Install' }));
    expect(await screen.findByText(/failed: No admin/)).toBeInTheDocument();
    expect(grafana.dataSource).toBeUndefined();

    const made: InfluxUserMade = { isNew: true, message: 'Made the user.', warnings: ['It asks nobody.'] };
    answer = () => HttpResponse.json(influxUserMade.parse(made));
    await user.click(await screen.findByRole('button', { name: 'Install' }));
    expect(await screen.findByText('created: Made the user. It asks nobody.')).toBeInTheDocument();
    expect(asked).toEqual(Array(2).fill({ name: 'grafana', password: 'secret' }));
    expect(grafana.dataSource).toMatchObject({ user: 'grafana', secureJsonData: { password: 'secret' } });
  });

  it('says that the data source cannot read, and takes other values for it', async () => {
    grafana.unreadable = 'InfluxDB returned error: authorization failed';
    const { user } = render(<InstallDrawer onClose={() => undefined} />);
    await screen.findByDisplayValue('http://influxdb:8086');
    await user.type(screen.getByLabelText(/^User/), 'nobody');
    await user.click(screen.getByRole('button', { name: 'Install' }));

    const words = /failed: It is saved, but cannot read: InfluxDB returned error: authorization failed/;
    expect(await screen.findByText(words)).toBeInTheDocument();
    expect(await screen.findByText('The data source cannot read from InfluxDB')).toBeInTheDocument();

    grafana.unreadable = undefined;
    const name = screen.getByLabelText(/^User/);
    await user.clear(name);
    await user.type(name, 'grafana');
    await user.click(screen.getByRole('button', { name: 'Update' }));
    expect(await screen.findByText(/^1 updated/)).toBeInTheDocument();
    expect(grafana.dataSource).toMatchObject({ user: 'grafana' });
  });

  it.each([
    ['asks for other values', false, 'Update', 'to be updated'],
    ['names the file', true, 'Nothing to do here', 'provisioned from files: nothing to do'],
  ])('says why the data source that is there cannot read, and %s', async (_does, readOnly, button, words) => {
    await installed();
    grafana.dataSource = { ...DATA_SOURCE, readOnly };
    grafana.unreadable = 'InfluxDB returned error: authorization failed';
    render(<InstallDrawer onClose={() => undefined} />);

    const alert = await screen.findByRole('alert', { name: 'The data source cannot read from InfluxDB' });
    expect(alert).toHaveTextContent('authorization failed');
    expect(within(alert).queryAllByText(/provisioned from files: correct/)).toHaveLength(readOnly ? 1 : 0);
    expect(screen.queryAllByLabelText(/^Password/)).toHaveLength(readOnly ? 0 : 1);
    expect(row('Data source', 'Flowscope')).toHaveTextContent(words);
    expect(screen.getByRole('button', { name: button }).hasAttribute('disabled')).toBe(readOnly);
  });

  it('warns of a data source that may write', async () => {
    Object.assign(grafana, { dataSource: DATA_SOURCE, refusesWrites: false });
    await installAs('Install', `${2 + DASHBOARDS + RULES} created, 1 unchanged`);
    expect(await screen.findByText('Grafana’s data source may write')).toBeInTheDocument();
  });

  it('sees that all of it is provisioned from files, and does nothing', async () => {
    await installed();
    grafana.dataSource = { ...DATA_SOURCE, readOnly: true };
    grafana.folders.length = 0;
    grafana.dashboards.forEach((one) => (one.provisioned = true));
    grafana.rules.forEach((rule) => (rule.provenance = 'file'));
    await nextVersion();
    render(<InstallDrawer onClose={() => undefined} />);

    const lines = await screen.findAllByText('provisioned from files: nothing to do');
    expect(lines).toHaveLength(1 + DASHBOARDS + RULES);
    expect(screen.queryByRole('button', { name: /Install|Update/ })).not.toBeInTheDocument();
  });

  it('says why Grafana does not show what it has', async () => {
    server.use(
      http.get('*/api/v1/provisioning/alert-rules', () => HttpResponse.json({ message: 'No' }, { status: 500 }))
    );
    render(<InstallDrawer onClose={() => undefined} />);
    expect(await screen.findByText('What is installed in Grafana cannot be read')).toBeInTheDocument();
  });
});

describe('the Connection tab', () => {
  const part = () => render(<InGrafana />);

  it.each([
    ['Install', 'when nothing is there', () => Promise.resolve()],
    ['Show', 'when all is up to date', () => installed()],
    ['Update', 'when something is older', () => installed().then(nextVersion)],
  ])('offers to %s %s', async (button, _when, prepare) => {
    await prepare();
    const { user } = part();
    await user.click(await screen.findByRole('button', { name: button }));
    // Grafana's drawer is one dialog within another.
    const drawer = within((await screen.findAllByRole('dialog'))[0]);
    const run = await drawer.findByRole('button', { name: button === 'Show' ? 'Nothing to do here' : button });
    expect(run.hasAttribute('disabled')).toBe(button === 'Show');
  });

  it('offers to update a data source that cannot read, and says why it cannot', async () => {
    await installed();
    grafana.unreadable = 'InfluxDB returned error: authorization failed';
    part();
    expect(await screen.findByText(`1 to be updated, ${DASHBOARDS + RULES} up to date`)).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Update' })).toBeEnabled();
    expect(screen.getByText('InfluxDB returned error: authorization failed')).toBeInTheDocument();
  });

  it('checks again when its button is pressed', async () => {
    await installed();
    const { user } = part();
    expect(await screen.findByText(`${1 + DASHBOARDS + RULES} up to date`)).toBeInTheDocument();
    grafana.changeDashboard('flowscope-overview');
    await user.click(screen.getByRole('button', { name: 'Check again' }));
    expect(await screen.findByText(`${DASHBOARDS + RULES} up to date, 1 changed in Grafana`)).toBeInTheDocument();
  });
});

describe('the first run', () => {
  const sidecarIs = (sources: number) => {
    const source = { id: 's', name: 's', enabled: true, state: 'new' as const, objects: [] };
    server.use(
      answers(health, 'get', 'health', WELL),
      answers(collection, 'get', 'collection', { quarantined: 0, sources: Array(sources).fill(source) as never })
    );
  };
  const connected = () =>
    Object.assign(grafana, {
      settings: { enabled: true, pinned: true, jsonData: { sidecarUrl: 'http://sidecar:9555' } },
      secrets: { token: 'x' },
    });
  const step = async (title: string) => (await screen.findByRole('heading', { name: title })).closest('li')!;

  it('shows three steps, and asks a sidecar that nobody connected for nothing', async () => {
    render(<FirstRun />);
    expect(await step('Connect the sidecar')).toHaveTextContent('To do');
    expect(await step('Add a source')).toHaveTextContent('connect it first');
    expect(await step('Install data source, dashboards and alerts')).toHaveTextContent('To do');
    expect(screen.getByRole('link', { name: 'Connect' })).toHaveAttribute(
      'href',
      expect.stringContaining('/config/connection')
    );
  });

  it('counts what is done, and installs', async () => {
    connected();
    sidecarIs(0);
    const { user } = render(<FirstRun />);
    expect(await step('Connect the sidecar')).toHaveTextContent('Done');
    expect(await step('Add a source')).toHaveTextContent('To do');
    await user.click(screen.getByRole('button', { name: 'Install' }));
    expect(await screen.findByText(/^What was changed in Grafana is kept/)).toBeInTheDocument();
  });

  it('says when the sidecar does not answer', async () => {
    connected();
    server.use(unreachable());
    render(<FirstRun />);
    expect(await step('Connect the sidecar')).toHaveTextContent(/Does not answer.*gets no answer/);
  });

  it('keeps steps and what is typed while a sidecar that is away is asked again', async () => {
    connected();
    const sidecar = sidecarIsAway();
    const { user } = render(<FirstRun />);
    expect(await step('Connect the sidecar')).toHaveTextContent('Does not answer');
    await user.click(screen.getByRole('button', { name: 'Install' }));
    await user.type(await screen.findByLabelText(/InfluxDB URL/), 'http://store:8086');
    for (let poll = 0; poll < 2; poll++) {
      await sidecar.askAgain('health', 'collection');
      expect(screen.getByRole('heading', { name: 'Connect the sidecar' }).closest('li')).toHaveTextContent(
        /Does not answer.*gets no answer/
      );
      expect(screen.getByLabelText(/InfluxDB URL/)).toHaveValue('http://store:8086');
    }
    sidecar.answer();
  });

  it('is gone once all is done, also while the sidecar is away for a moment', async () => {
    await installed();
    connected();
    sidecarIs(1);
    const { unmount } = render(<FirstRun />, { url: '/' });
    // What is rendered last is nothing: wait for what it asked last.
    await screen.findByText(
      (_text, element) => element?.tagName === 'BODY' && element.querySelector('section') === null
    );
    unmount();
    server.use(unreachable());
    render(<FirstRun />);
    expect(screen.queryByRole('heading')).not.toBeInTheDocument();
  });

  it('sends viewers to an administrator', async () => {
    signInAs('Viewer');
    render(<FirstRun />);
    expect(await screen.findByText('Ask an administrator to finish set-up.')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Install' })).not.toBeInTheDocument();
  });
});
