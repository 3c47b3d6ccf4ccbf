import React from 'react';
import { act, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';

import { quarantinePage } from '../../../contract/collection';
import { COLLECTION_HEALTH } from '../../../reports/collection';
import { signInAs } from '../../test/grafana';
import { render } from '../../test/render';
import { answers, refuses, server, unreachable } from '../../test/server';
import { Collection } from './Collection';
import { BUCKET, details, healthy, KEY, NOW, stands, status, view } from './testing';

const FAILING = status({
  state: 'failing',
  problem: 'AWS denies access to its bucket.',
  backlog: 3,
  oldestAge: 5400,
  lag: undefined,
  completeUntil: undefined,
});
const LEFT = [
  { state: 'deleted', objects: 1532 },
  { state: 'not-collected', reason: 'log-status-missing', objects: 70 },
  { state: 'not-collected', reason: 'transit-gateway', objects: 6 },
  { state: 'quarantined', reason: 'empty', objects: 1 },
];

beforeEach(() => {
  server.use(healthy(), answers(quarantinePage, 'get', 'admin/quarantine', { items: [], total: 0 }), details([]));
});

const card = (name: string) => screen.findByRole('article', { name });
const fact = (within_: HTMLElement, heading: string) =>
  within(within_).getByText(heading, { selector: 'dt' }).nextElementSibling!;

describe.each(['Admin', 'Viewer'] as const)('sources, as %s', (role) => {
  beforeEach(() => signInAs(role));

  it('say how far they are', async () => {
    server.use(http.get('*/api/search', () => HttpResponse.json([{ uid: COLLECTION_HEALTH.uid }])));
    server.use(stands([status()]), details([view(status())]));
    render(<Collection />);
    const shown = await card('production');
    expect(within(shown).getByText('Collecting')).toBeInTheDocument();
    expect(fact(shown, 'Complete until')).toHaveTextContent(/^(\d+ \w{3} )?\d\d:\d\d$/);
    const why = within(shown).getByRole('note', { name: /once no more of it has arrived for five minutes/ });
    act(() => why.focus());
    expect(await screen.findByRole('tooltip')).toHaveTextContent('What has arrived since is in the reports');
    expect(fact(shown, 'Delivery lag')).toHaveTextContent('12 min');
    expect(fact(shown, 'Waiting')).toHaveTextContent('Nothing');
    expect(fact(shown, 'Last object')).toHaveTextContent('2 min ago');
    expect(within(shown).queryByText('Queue events ignored')).not.toBeInTheDocument();
    expect(within(shown).getByText('1,532 objects: Collected, then deleted from the bucket')).toBeInTheDocument();
    expect(await screen.findByRole('link', { name: /Collection health/ })).toHaveAttribute(
      'href',
      '/d/flowscope-collection-health'
    );
  });

  it.each([
    ['does not say which dashboards there are', () => HttpResponse.json({}, { status: 500 }), 1],
    ['has no such dashboard', () => HttpResponse.json([]), 0],
  ])('are led on from to Collection health where Grafana %s: %#', async (_, answer, links) => {
    const asked: string[] = [];
    server.use(
      http.get('*/api/search', ({ request }) => {
        asked.push(request.url);
        return answer();
      }),
      stands([status()])
    );
    render(<Collection />);
    await card('production');
    await waitFor(() => expect(asked).not.toHaveLength(0));
    await waitFor(() => expect(screen.queryAllByRole('link', { name: /Collection health/ })).toHaveLength(links));
  });

  it('say how many events of its queue were none of theirs', async () => {
    server.use(stands([status({ ignoredEvents: 1204 })]));
    render(<Collection />);
    expect(fact(await card('production'), 'Queue events ignored')).toHaveTextContent('1,204');
  });

  it('say what waits, and what is not known', async () => {
    server.use(stands([FAILING]));
    render(<Collection />);
    const shown = await card('production');
    expect(fact(shown, 'Waiting')).toHaveTextContent('3 objects, the oldest for 90 min');
    expect(fact(shown, 'Complete until')).toHaveTextContent('Not known yet');
    expect(fact(shown, 'Delivery lag')).toHaveTextContent('Not known yet');
  });

  it('say what to expect of one that is new, and of one that is disabled', async () => {
    const none = { lastObject: undefined, lastRun: undefined, backlog: undefined, objects: [] };
    server.use(
      stands([
        status({ id: 'a', name: 'a', state: 'new', ...none }),
        status({ id: 'b', name: 'b', state: 'collecting', ...none, lastRun: 1 }),
        status({ id: 'a2', name: 'a2', state: 'new', ...none, lastObject: NOW() }),
        status({ id: 'b2', name: 'b2', state: 'collecting', ...none, lastRun: 1, backlog: 3 }),
        status({ id: 'c', name: 'c', state: 'disabled', enabled: false, ...none }),
      ])
    );
    render(<Collection />);
    expect(await card('a')).toHaveTextContent('First data takes 10 to 15 minutes.');
    expect(await card('b')).toHaveTextContent('Nothing has been collected yet. First data takes 10 to 15 minutes.');
    expect(await card('a2')).toHaveTextContent('the first scan is still running');
    expect(await card('b2')).toHaveTextContent('Objects were found, and wait to be collected.');
    expect(screen.getAllByText(/First data takes/)).toHaveLength(2);
    expect(await card('c')).toHaveTextContent('until an administrator enables it');
  });

  it('say what in the store keeps them from being collected', async () => {
    server.use(stands([status()]), healthy({ store: 'unavailable', isCollecting: false }));
    render(<Collection />);
    expect(await screen.findByRole('alert')).toHaveTextContent('InfluxDB does not answer');
  });

  it('say that new data keeps fewer names, why, and what helps', async () => {
    const warning = 'InfluxDB held more than it carries well, so new data keeps only the 5 busiest by name.';
    server.use(stands([status()], 0, { live: 512_000, budget: 500_000, topK: 5, isRefused: false, warning }));
    render(<Collection />);
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(warning);
    expect(alert).toHaveTextContent(
      'week of hours has 512,000 series; up to 500,000 keep InfluxDB fast. What helps: disable'
    );
    expect(alert).not.toHaveTextContent('max-values-per-tag');
    expect(within(alert).queryAllByRole('link', { name: 'Open Exporters' })).toHaveLength(role === 'Admin' ? 1 : 0);
  });

  it('say what to set where InfluxDB refuses names though there is room', async () => {
    const warning = 'InfluxDB refuses new series, so new data keeps only the 5 busiest by name.';
    server.use(stands([status()], 0, { live: 80_000, budget: 500_000, topK: 5, isRefused: true, warning }));
    render(<Collection />);
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('80,000 series; up to 500,000 keep InfluxDB fast. InfluxDB has a limit set');
    expect(alert).toHaveTextContent('max-values-per-tag');
    expect(alert).not.toHaveTextContent('send flow logs of fewer interfaces');
  });

  it('say nothing of series as long as all names are kept', async () => {
    server.use(stands([status()], 0, { live: 512, budget: 500_000, topK: 20, isRefused: false }));
    render(<Collection />);
    await card('production');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('can be read again when nothing answered', async () => {
    server.use(unreachable());
    const { user } = render(<Collection />);
    const section = screen.getByRole('region', { name: 'Sources' });
    expect(await within(section).findByRole('alert')).toHaveTextContent(
      'The Grafana server gets no answer at the sidecar’s URL'
    );
    // Once, although nothing else can be read either.
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Quarantine' })).not.toBeInTheDocument());
    expect(screen.getAllByRole('alert')).toHaveLength(1);

    server.use(healthy(), stands([status()]), details([]));
    await user.click(within(section).getByRole('button', { name: 'Try again' }));
    expect(await card('production')).toBeInTheDocument();
    expect(within(section).queryByRole('alert')).not.toBeInTheDocument();
  });
});

describe('what failed and what was left', () => {
  const left = [
    {
      state: 'not-collected',
      reason: 'log-status-missing',
      objects: 70,
      example: KEY,
      message: 'The header lacks log-status: recreate the flow log.',
    },
  ];
  beforeEach(() => {
    const source = { ...FAILING, objects: LEFT };
    server.use(
      stands([source], 1),
      details([view(source, { lastError: `s3:ListBucket is denied on bucket ${BUCKET}`, left })])
    );
  });

  it('is told to viewers in words that name no bucket and no key', async () => {
    signInAs('Viewer');
    const { container } = render(<Collection />);
    const shown = await card('production');
    expect(shown).toHaveTextContent('AWS denies access to its bucket.');
    expect(shown).toHaveTextContent('76 objects: Left in the bucket');
    expect(shown).toHaveTextContent('70: Their flow log lacks log-status.');
    expect(shown).toHaveTextContent('6: These are Transit Gateway flow logs');
    expect(shown).toHaveTextContent('1 object: In quarantine');
    expect(container).not.toHaveTextContent(BUCKET);
    expect(container).not.toHaveTextContent(KEY);
    expect(within(shown).queryByRole('link')).not.toBeInTheDocument();
  });

  it('is told to administrators in full, with an example and the way to the settings', async () => {
    render(<Collection />);
    const shown = await card('production');
    expect(await within(shown).findByText(`s3:ListBucket is denied on bucket ${BUCKET}`)).toBeInTheDocument();
    expect(shown).toHaveTextContent(`The header lacks log-status: recreate the flow log. For example ${KEY}`);
    expect(within(shown).getByRole('link', { name: 'Settings' })).toHaveAttribute(
      'href',
      '/a/flowscope-awsflowlogs-app/config/sources'
    );
  });

  it('is told to administrators as to viewers while the details cannot be had', async () => {
    server.use(refuses('get', 'admin/sources', 500, { code: 'internal', message: 'Oops.' }));
    render(<Collection />);
    expect(await card('production')).toHaveTextContent('AWS denies access to its bucket.');
  });
});

describe('no source yet', () => {
  beforeEach(() => server.use(stands([])));

  it('leads administrators to the form', async () => {
    render(<Collection />);
    expect(await screen.findByRole('link', { name: 'Add an S3 source' })).toHaveAttribute(
      'href',
      '/a/flowscope-awsflowlogs-app/config/sources'
    );
  });

  it('sends viewers to an administrator', async () => {
    signInAs('Viewer');
    render(<Collection />);
    expect(await screen.findByText('Ask an administrator to finish set-up.')).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: /Add/ })).not.toBeInTheDocument();
  });
});
