import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';

import { quarantineChanged, quarantinePage } from '../../../contract/collection';
import { signInAs } from '../../test/grafana';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { toastsForTests } from '../../test/toasts';
import { Quarantine } from './Quarantine';
import { retryRequests } from './Quarantine.utils';
import { quarantined, stands, status, type Quarantined } from './testing';

const CUT = quarantined({ key: 'a.log.gz' });
const BAD = quarantined({
  key: 'b.log.gz',
  reason: 'corrupt-parquet',
  message: 'A page is damaged.',
  quotes: [{ reason: 'field-count', line: '2 123456789012 eni-1' }],
});
const OTHER = quarantined({ key: 'c.log.gz', sourceId: 'src-2', source: 'staging' });
const REMOVED = quarantined({ key: 'd.log.gz', sourceId: 'src-9', source: 'src-9', isListed: false });
const IMPORTED = quarantined({ key: '/tmp/e.log.gz', sourceId: 'import', source: 'import', isListed: false });

const toasts = toastsForTests();

/** What lies there; requests change it as they do in the sidecar. */
let there: Quarantined[];
let asked: Array<{ verb: string; body: { source: string; keys: string[] } }>;

beforeEach(() => {
  there = [CUT, BAD, OTHER, REMOVED, IMPORTED];
  asked = [];
  server.use(
    stands([status()], 5),
    answers(quarantinePage, 'get', 'admin/quarantine', () => ({ items: there, total: there.length })),
    ...(['retry', 'dismiss'] as const).map((verb) =>
      answers(quarantineChanged, 'post', `admin/quarantine/${verb}`, async ({ request }) => {
        const body = (await request.json()) as { source: string; keys: string[] };
        asked.push({ verb, body });
        there = there.filter(({ source, key }) => source !== body.source || !body.keys.includes(key));
        return { changed: body.keys.length, unlisted: 0 };
      })
    )
  );
});

const row = async (key: string) => (await screen.findByText(key)).closest('tr')!;
const button = (name: string) => screen.getByRole('button', { name });

describe('quarantine, as administrator', () => {
  it('is a table of what lies there and why, with the bad lines to be unfolded', async () => {
    const { user } = render(<Quarantine />);
    expect(await row('b.log.gz')).toHaveTextContent(/production.*2\.00 KiB.*corrupt-parquet.*A page is damaged\./);
    const line = screen.getByText(/2 123456789012 eni-1/);
    expect(line).not.toBeVisible();
    await user.click(screen.getByText('1 quoted line'));
    expect(line).toBeVisible();
  });

  it('retries one, says so, and shows what is left', async () => {
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    await user.click(button('Retry a.log.gz'));
    await waitFor(() => expect(screen.queryByText('a.log.gz')).not.toBeInTheDocument());
    expect(asked).toEqual([{ verb: 'retry', body: { source: 'production', keys: ['a.log.gz'] } }]);
    expect(toasts()).toEqual(['1 object will be collected again | With the next scan of the source.']);
    // The button is gone: whoever uses the keyboard goes on from the heading.
    expect(screen.getByRole('heading', { name: 'Quarantine' })).toHaveFocus();
  });

  it('says which cannot be retried and why, and offers to dismiss them', async () => {
    render(<Quarantine />);
    expect(await row('d.log.gz')).toHaveTextContent(/src-9 \(removed\).*Its source was removed/);
    expect(await row('/tmp/e.log.gz')).toHaveTextContent(/Imported file.*run flowscope import again/);
    expect(screen.queryByRole('button', { name: 'Retry d.log.gz' })).not.toBeInTheDocument();
    expect(button('Dismiss d.log.gz')).toBeEnabled();
  });

  it('dismisses one only after saying what that means', async () => {
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    await user.click(button('Dismiss a.log.gz'));
    const dialog = await screen.findByRole('dialog', { name: 'Dismiss this notice?' });
    expect(dialog).toHaveTextContent('stay in the bucket');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(asked).toEqual([]);

    await user.click(button('Dismiss a.log.gz'));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(screen.queryByText('a.log.gz')).not.toBeInTheDocument());
    expect(asked).toEqual([{ verb: 'dismiss', body: { source: 'production', keys: ['a.log.gz'] } }]);
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('retries many of several sources at once, but for those that nothing lists', async () => {
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    expect(button('Retry selected')).toBeDisabled();
    await user.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
    expect(screen.getByText('5 selected')).toBeInTheDocument();
    expect(screen.getByText('2 objects of them cannot be retried.')).toBeInTheDocument();

    await user.click(button('Retry selected'));
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(1 + 2));
    expect(asked).toEqual([
      { verb: 'retry', body: { source: 'production', keys: ['a.log.gz', 'b.log.gz'] } },
      { verb: 'retry', body: { source: 'staging', keys: ['c.log.gz'] } },
    ]);
    expect(toasts()).toEqual(['3 objects will be collected again | With the next scan of the source.']);
  });

  it('dismisses what was selected one by one', async () => {
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    await user.click(screen.getByRole('checkbox', { name: 'Select b.log.gz' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select d.log.gz' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select b.log.gz' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select a.log.gz' }));
    await user.click(button('Dismiss selected'));
    const dialog = await screen.findByRole('dialog', { name: 'Dismiss 2 notices?' });
    await user.click(within(dialog).getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(1 + 3));
    expect(asked.map(({ body }) => body)).toEqual([
      { source: 'production', keys: ['a.log.gz'] },
      { source: 'src-9', keys: ['d.log.gz'] },
    ]);
  });

  it('shows that somebody else changed the list, and why an object could not be retried', async () => {
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    there = [BAD];
    server.use(
      refuses('post', 'admin/quarantine/retry', 400, { code: 'invalid', message: 'Not in quarantine: a.log.gz.' })
    );
    await user.click(button('Retry a.log.gz'));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('The objects could not be retried');
    expect(alert).toHaveTextContent('Not in quarantine: a.log.gz.');
    await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(1 + 1));
    expect(toasts()).toEqual([]);
  });

  it('warns when nothing lists an object any more by the time it is retried', async () => {
    server.use(answers(quarantineChanged, 'post', 'admin/quarantine/retry', { changed: 0, unlisted: 1 }));
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    await user.click(button('Retry a.log.gz'));
    await waitFor(() =>
      expect(toasts()).toEqual(['warning: 1 object cannot be retried | No source lists them any more.'])
    );
  });

  it('is read page by page', async () => {
    server.use(
      answers(quarantinePage, 'get', 'admin/quarantine', ({ query }) =>
        query.get('cursor') === 'more' ? { items: [BAD], total: 2 } : { items: [CUT], total: 2, next: 'more' }
      )
    );
    const { user } = render(<Quarantine />);
    await row('a.log.gz');
    await user.click(button('Show more: 1 of 2 are shown'));
    await row('b.log.gz');
    expect(screen.queryByRole('button', { name: /Show more/ })).not.toBeInTheDocument();
  });

  it('says that it is empty, and that it cannot be shown', async () => {
    there = [];
    const { unmount } = render(<Quarantine />);
    expect(await screen.findByText('Nothing is in quarantine.')).toBeInTheDocument();
    unmount();

    server.use(refuses('get', 'admin/quarantine', 500, { code: 'internal', message: 'Oops.' }));
    const { user } = render(<Quarantine />);
    expect(await screen.findByRole('alert')).toHaveTextContent('Oops.');
    server.use(answers(quarantinePage, 'get', 'admin/quarantine', { items: [CUT], total: 1 }));
    await user.click(button('Try again'));
    await row('a.log.gz');
  });

  it('goes on saying that it cannot be shown while it is asked again', async () => {
    server.use(refuses('get', 'admin/quarantine', 500, { code: 'internal', message: 'Oops.' }));
    const { user } = render(<Quarantine />);
    expect(await screen.findByRole('alert')).toHaveTextContent('Oops.');

    const ask = jest.fn();
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    server.use(
      answers(quarantinePage, 'get', 'admin/quarantine', async () => {
        ask();
        await held;
        return { items: [CUT], total: 1 };
      })
    );
    await user.click(button('Try again'));
    await waitFor(() => expect(ask).toHaveBeenCalled());
    expect(screen.getByRole('alert')).toHaveTextContent('Oops.');
    answer();
    await row('a.log.gz');
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});

describe('quarantine, as viewer', () => {
  beforeEach(() => signInAs('Viewer'));

  it.each([
    [0, 'Nothing is in quarantine.'],
    [1, '1 object could not be collected and is missing from the reports. It stays in the bucket'],
    [1200, '1,200 objects could not be collected and are missing from the reports. They stay in the bucket'],
  ])('is a number: %d', async (count, words) => {
    server.use(stands([status()], count));
    render(<Quarantine />);
    expect(await screen.findByText(words, { exact: false })).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
  });
});

describe('bySource', () => {
  it('asks for no more keys at once than the sidecar takes', () => {
    const items = Array.from({ length: 501 }, (_, index) => quarantined({ key: `${index}.gz` }));
    expect(retryRequests(items).map(({ source, keys }) => [source, keys!.length])).toEqual([
      ['production', 500],
      ['production', 1],
    ]);
  });
});
