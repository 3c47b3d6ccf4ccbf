import React from 'react';
import { http, HttpResponse } from 'msw';
import { screen, waitFor, within } from '@testing-library/react';

import { collection, type Collection } from '../../../contract/collection';
import { DASHBOARDS } from '../../../reports/dashboards';
import { OVERVIEW } from '../../../reports/overview';
import { health } from '../../../contract/health';
import { sidecarIsAway } from '../../test/away';
import { FakeGrafana } from '../../test/fakeGrafana';
import { signInAs } from '../../test/grafana';
import { render } from '../../test/render';
import { answers, refuses, server, unreachable } from '../../test/server';
import { Reports } from './Reports';

const PAGE = '/a/flowscope-awsflowlogs-app/reports';

const today = (clock: string) => Date.parse(`${new Date().toISOString().slice(0, 10)}T${clock}:00Z`) / 1000;
const SOURCE: Collection['sources'][number] = {
  id: 'src-1',
  name: 'production',
  enabled: true,
  state: 'collecting',
  objects: [],
  completeUntil: today('00:35'),
  lastObject: Math.floor(Date.now() / 1000) - 120,
};

const stands = (body: Collection) => answers(collection, 'get', 'collection', body);
/** Grafana's search finds these of the dashboards that are asked for. */
const finds = (uids: readonly string[]) =>
  http.get('*/api/search', ({ request }) => {
    const asked = new URL(request.url).searchParams.getAll('dashboardUIDs');
    return HttpResponse.json(asked.filter((uid) => uids.includes(uid)).map((uid) => ({ uid })));
  });

let grafana: FakeGrafana;

/** Set-up is complete. */
beforeEach(() => {
  grafana = new FakeGrafana();
  grafana.settings.jsonData = { sidecarUrl: 'http://127.0.0.1:9555' };
  grafana.secrets = { token: 'secret' };
  grafana.dataSource = { uid: 'flowscope-influxdb' };
  server.use(
    ...grafana.handlers,
    answers(health, 'get', 'health', { version: '1.0.0', store: 'ok', isCollecting: true, started: 0 }),
    stands({ sources: [SOURCE], quarantined: 0 })
  );
  server.use(finds(DASHBOARDS.map(({ uid }) => uid)), figures({}));
});

/** InfluxDB answers these rows to the queries by their names; `asked` are the queries. */
const figures = (rows: Record<string, object[]>, asked: jest.Mock = jest.fn()) =>
  http.post('*/api/ds/query', async ({ request }) => {
    const { queries } = (await request.json()) as { queries: Array<{ refId: string; query: string }> };
    asked(Object.fromEntries(queries.map(({ refId, query }) => [refId, query])));
    const frameOf = (of: object[]) => {
      const names = Object.keys(of[0] ?? {});
      const values = names.map((name) => of.map((row) => (row as Record<string, unknown>)[name]));
      return { schema: { fields: names.map((name) => ({ name })) }, data: { values } };
    };
    const results = queries.map(({ refId }) => [refId, { status: 200, frames: [frameOf(rows[refId] ?? [])] }] as const);
    return HttpResponse.json({ results: Object.fromEntries(results) });
  });

const links = () => screen.getAllByRole('link').filter((link) => link.getAttribute('href')?.startsWith('/d/'));

describe.each(['Admin', 'Viewer'] as const)('Reports, as %s', (role) => {
  beforeEach(() => signInAs(role));

  it('begins with the overview, lists every report with the question it answers, and ends with collection health', async () => {
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText(/Data complete until/)).toBeInTheDocument();

    expect(within(screen.getByRole('list', { name: 'Start here' })).getAllByRole('link')).toHaveLength(4);
    expect(links().map((link) => [link.textContent, link.getAttribute('href')])).toEqual(
      DASHBOARDS.map(({ question, uid }) => [question, `/d/${uid}`])
    );
    for (const { title, question } of DASHBOARDS) {
      const item = screen.getByRole('link', { name: question }).closest('li')!;
      expect(within(item).getByText(title)).toBeInTheDocument();
    }
  });

  it('says how far the data reaches', async () => {
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText(/Data complete until/)).toHaveTextContent('Data complete until 00:35');
    expect(screen.getByRole('note', { name: /once no more of it has arrived for five minutes/ })).toBeInTheDocument();
    expect(screen.getAllByRole('status')[0]).toHaveTextContent('Last collected 2 min ago');
    expect(screen.queryByText('Connect the sidecar')).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Collection' })).toHaveAttribute(
      'href',
      '/a/flowscope-awsflowlogs-app/collection'
    );
  });

  it('lists the reports, with a quiet warning, when the sidecar does not answer', async () => {
    const sidecar = sidecarIsAway();
    render(<Reports />, { url: PAGE });
    const warning = await screen.findByText(/How far the data reaches is not known/);
    expect(warning).toHaveTextContent('The Grafana server gets no answer at the sidecar’s URL');
    await sidecar.askAgain('health', 'collection');
    expect(warning).toBeInTheDocument();
    sidecar.answer();
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(links()).toHaveLength(DASHBOARDS.length);
  });
});

describe('Reports', () => {
  it('keeps the time range of the page, and nothing else of its query', async () => {
    render(<Reports />, { url: `${PAGE}?from=now-6h&to=now&timezone=utc&page=2` });
    await screen.findByText(/Data complete until/);
    for (const { question, uid } of DASHBOARDS) {
      expect(screen.getByRole('link', { name: question })).toHaveAttribute(
        'href',
        `/d/${uid}?from=now-6h&to=now&timezone=utc`
      );
    }
  });

  it('goes by the source that is furthest behind, and by no disabled one', async () => {
    const behind = { ...SOURCE, id: 'src-2', completeUntil: SOURCE.completeUntil! - 24 * 3600 };
    const disabled = { ...SOURCE, id: 'src-3', enabled: false, state: 'disabled' as const, completeUntil: 0 };
    server.use(stands({ sources: [SOURCE, behind, disabled], quarantined: 0 }));
    render(<Reports />, { url: PAGE });
    // Not of today: with its date.
    expect(await screen.findByText(/Data complete until/)).toHaveTextContent(
      /Data complete until \d{1,2} [A-Z][a-z]{2} 00:35/
    );
  });

  it('warns of sources that fail and of what is in quarantine', async () => {
    const failing = { ...SOURCE, state: 'failing' as const, problem: 'AWS denies access to its bucket.' };
    server.use(stands({ sources: [failing], quarantined: 1200 }));
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText(/1 source is failing, 1,200 in quarantine/)).toBeInTheDocument();
  });

  it('says what to expect before anything was collected', async () => {
    server.use(stands({ sources: [{ ...SOURCE, lastObject: undefined, completeUntil: undefined }], quarantined: 0 }));
    const { unmount } = render(<Reports />, { url: PAGE });
    expect(await screen.findByText(/First data takes 10 to 15 minutes/)).toBeInTheDocument();
    unmount();

    const waits = { ...SOURCE, lastObject: undefined, completeUntil: undefined, backlog: 3 };
    server.use(stands({ sources: [waits], quarantined: 0 }));
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText('Objects were found, and wait to be collected.')).toBeInTheDocument();
  });

  it('leaves it to the set-up to say what is not there yet', async () => {
    server.use(stands({ sources: [], quarantined: 0 }));
    const { unmount } = render(<Reports />, { url: PAGE });
    expect(await screen.findByRole('heading', { name: 'Add a source' })).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Collection' })).not.toBeInTheDocument();
    unmount();

    grafana.settings.jsonData = {};
    const unconnected = render(<Reports />, { url: PAGE });
    expect(await screen.findByRole('link', { name: 'Connect' })).toBeInTheDocument();
    expect(screen.queryByText(/gets no answer|not known:/)).not.toBeInTheDocument();
    unconnected.unmount();

    // It is the step that says it, not the line as well.
    grafana.settings.jsonData = { sidecarUrl: 'http://127.0.0.1:9555' };
    server.use(unreachable(), finds([]));
    render(<Reports />, { url: PAGE });
    expect(await screen.findAllByText(/The Grafana server gets no answer at the sidecar’s URL/)).toHaveLength(1);
  });

  it('links no dashboard that is not there', async () => {
    server.use(finds([OVERVIEW.uid]));
    render(<Reports />, { url: PAGE });
    await waitFor(() => expect(links()).toHaveLength(1));
    expect(screen.getByRole('link', { name: OVERVIEW.question })).toBeInTheDocument();
    expect(screen.getAllByText(/Not installed yet/)).toHaveLength(DASHBOARDS.length - 1);
  });

  it('links them all where Grafana does not say which are there', async () => {
    const asked = jest.fn(() => new HttpResponse(null, { status: 500 }));
    server.use(
      http.get('*/api/search', asked),
      refuses('get', 'collection', 500, { code: 'internal', message: 'Oops.' })
    );
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText(/is not known: Oops\./)).toBeInTheDocument();
    await waitFor(() => expect(asked).toHaveBeenCalled());
    expect(links()).toHaveLength(DASHBOARDS.length);
  });

  it('shows the first run while something of it is left to do: to administrators what, to viewers whom to ask', async () => {
    grafana.settings.jsonData = {};
    const { unmount } = render(<Reports />, { url: PAGE });
    expect(await screen.findByText('Connect the sidecar')).toBeInTheDocument();
    unmount();

    signInAs('Viewer');
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText('Ask an administrator to finish set-up.')).toBeInTheDocument();
  });
});

describe('the cards', () => {
  const cardOf = (uid: string) =>
    screen.getByRole('link', { name: DASHBOARDS.find((one) => one.uid === uid)!.question }).closest('li')!;
  const point = (minute: number, action: string, bytes: number, flows: number) => ({
    ...{ Time: minute * 60_000, action, bytes, flows },
  });
  const LOAD = [
    ...[point(5, 'ACCEPT', 27e9, 60), point(10, 'ACCEPT', 27e9, 30)],
    ...[point(5, 'REJECT', 0, 0), point(10, 'REJECT', 0, 10)],
  ];

  it('show live figures of the last complete three hours, all read at once', async () => {
    const asked = jest.fn();
    server.use(figures({ load: LOAD, interfaces: [{ Time: 0, interfaces: 1234 }], refusing: [] }, asked));
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText('40.0 Mb/s')).toBeInTheDocument();
    expect(cardOf('flowscope-overview')).toHaveTextContent('40.0 Mb/s on average');
    expect(cardOf('flowscope-action')).toHaveTextContent('10.0 % of flows refused');
    expect(cardOf('flowscope-interface')).toHaveTextContent('1,234 interfaces with traffic');
    expect(cardOf('flowscope-action-interface')).toHaveTextContent('0 interfaces with refused traffic');
    const heightsOf = (uid: string) =>
      [...cardOf(uid).querySelectorAll('rect')].map((bar) => Number(bar.getAttribute('height')));
    expect([heightsOf('flowscope-overview'), heightsOf('flowscope-action')]).toEqual([
      [100, 100],
      [0, 100],
    ]);

    expect(asked).toHaveBeenCalledTimes(1);
    const queries = asked.mock.calls[0][0] as Record<string, string>;
    expect(Object.keys(queries).length).toBeLessThanOrEqual(4);
    const until = SOURCE.completeUntil! * 1000;
    expect(queries.load).toContain(`time >= ${until - 3 * 3_600_000}ms AND time < ${until}ms`);
  });

  it('stand there while figures are read, and keep their room', async () => {
    let answer = () => {};
    const waits = new Promise<void>((resolve) => (answer = resolve));
    server.use(
      http.post('*/api/ds/query', async () => {
        await waits;
        return HttpResponse.json({ results: {} });
      })
    );
    render(<Reports />, { url: PAGE });
    expect((await screen.findAllByTestId('figure-loading')).length).toBeGreaterThan(3);
    expect(links()).toHaveLength(DASHBOARDS.length);
    answer();
    expect(await screen.findByText('0 b/s')).toBeInTheDocument();
    expect(screen.queryByTestId('figure-loading')).not.toBeInTheDocument();
  });

  it('say why there are no figures, and read them again when asked to', async () => {
    const error = 'InfluxDB returned error: timeout';
    server.use(http.post('*/api/ds/query', () => HttpResponse.json({ results: { load: { error } } }, { status: 400 })));
    const { user } = render(<Reports />, { url: PAGE });
    expect(await screen.findByText(/The figures of the cards cannot be read: .*timeout/)).toBeInTheDocument();
    expect(links()).toHaveLength(DASHBOARDS.length);
    server.use(figures({ load: LOAD }));
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('40.0 Mb/s')).toBeInTheDocument();
    expect(screen.queryByText(/cannot be read/)).not.toBeInTheDocument();
  });

  it('ask for nothing before set-up is finished', async () => {
    const asked = jest.fn();
    grafana.settings.jsonData = {};
    server.use(figures({}, asked), finds([]));
    render(<Reports />, { url: PAGE });
    expect(await screen.findByText('Connect the sidecar')).toBeInTheDocument();
    expect(asked).not.toHaveBeenCalled();
  });
});
