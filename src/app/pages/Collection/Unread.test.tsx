import React from 'react';
import { screen } from '@testing-library/react';

import { collection, unreadPage } from '../../../contract/collection';
import { useCollection } from '../../api/useCollection';
import { signInAs } from '../../test/grafana';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { KEY, status } from './testing';
import { Unread } from './Unread';

const LINE = '2 123456789012 eni-1 six';
const stands = (unread?: { objects: number; lines: number }) =>
  answers(collection, 'get', 'collection', { sources: [status()], quarantined: 0, unread });

/** Says when there is what the page asks for. */
const Loaded = () => (useCollection().data ? <p>loaded</p> : null);

/** Objects with numbers from `from` on, of which there are `total`. */
const page = (from: number, count: number, total: number, next?: string) => ({
  items: Array.from({ length: count }, (_, i) => ({
    id: from + i,
    source: 'production',
    key: `${from + i}/${KEY}`,
    stored: 1_700_000_000,
    lines: 3,
    bytes: 2048,
    reasons: { 'not-a-number': 2, expired: 1 },
    quotes: [{ reason: 'not-a-number', line: LINE }],
  })),
  total,
  next,
});

describe('lines that could not be counted', () => {
  it('are not mentioned when there are none', async () => {
    server.use(stands());
    render(
      <>
        <Loaded />
        <Unread />
      </>
    );
    // What both ask for is there.
    await screen.findByText('loaded');
    expect(screen.queryByText(/could not be counted/)).not.toBeInTheDocument();
  });

  it('are a table to administrators: which object, how many, why, and the first ones to be unfolded', async () => {
    server.use(stands({ objects: 2, lines: 6 }), answers(unreadPage, 'get', 'admin/unread', page(1, 2, 2)));
    const { user } = render(<Unread />);
    const row = (await screen.findByText(`1/${KEY}`)).closest('tr')!;
    expect(row).toHaveTextContent(/production.*3 lines \(2\.00 KiB\): 2 not-a-number, 1 expired/);
    expect(screen.getByText(/6 lines of 2 objects could not be counted and are missing/)).toBeInTheDocument();
    const [line] = screen.getAllByText(new RegExp(LINE));
    expect(line).not.toBeVisible();
    await user.click(screen.getAllByText('1 quoted line')[0]);
    expect(line).toBeVisible();
  });

  it('come page by page', async () => {
    server.use(
      stands({ objects: 60, lines: 180 }),
      answers(unreadPage, 'get', 'admin/unread', ({ request }) =>
        new URL(request.url).searchParams.get('cursor') === 'x' ? page(51, 10, 60) : page(1, 50, 60, 'x')
      )
    );
    const { user } = render(<Unread />);
    await user.click(await screen.findByRole('button', { name: 'Show more: 50 of 60 are shown' }));
    expect(await screen.findByText(`60/${KEY}`)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Show more/ })).not.toBeInTheDocument();
  });

  it('say why they cannot be shown', async () => {
    server.use(
      stands({ objects: 1, lines: 1 }),
      refuses('get', 'admin/unread', 500, { code: 'internal', message: 'The registry is away.' })
    );
    render(<Unread />);
    expect(await screen.findByRole('alert')).toHaveTextContent('The registry is away.');
  });

  it('are only counted to viewers: no key, no line', async () => {
    signInAs('Viewer');
    server.use(stands({ objects: 1, lines: 1 }));
    render(<Unread />);
    expect(await screen.findByText(/1 line of 1 object could not be counted and is missing/)).toHaveTextContent(
      'reports. It is kept; an administrator sees which and why.'
    );
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
  });
});
