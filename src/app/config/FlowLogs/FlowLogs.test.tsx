import React from 'react';
import { act, screen, waitFor, within } from '@testing-library/react';

import { render } from '../../test/render';
import { refuses, server, unreachable } from '../../test/server';
import { toastsForTests } from '../../test/toasts';
import { FlowLogs } from './FlowLogs';
import { made, NOW, OVERLAP, sidecarWith } from './testing';

const toasts = toastsForTests();

const ONE = made('fl-0a', {
  accountName: 'production',
  columns: ['start', 'end', 'tcp-flags'],
  recordsPerMinute: 1234,
});
const OTHER = made('fl-0b', { actions: ['ACCEPT'], interval: 600, lastSeen: NOW - 12.6 * 60 });
const OFF = made('fl-0c', { enabled: false, health: 'disabled', recordsPerMinute: undefined, actions: [] });

async function opened() {
  const view = render(<FlowLogs />);
  await screen.findByRole('table');
  return view;
}

const rowOf = (id: string) => screen.getByRole('switch', { name: `Enabled: ${id}` }).closest('tr')!;
const ids = () => screen.getAllByRole('switch').map((one) => one.getAttribute('aria-label')!.replace('Enabled: ', ''));

describe('the list', () => {
  it('shows what each flow log has, and whether it comes', async () => {
    sidecarWith([ONE, OTHER, OFF]);
    const { user } = await opened();
    expect(rowOf('fl-0a')).toHaveTextContent('production · 111122223333 · eu-west-1');
    expect(rowOf('fl-0a')).toHaveTextContent(/ACCEPT, REJECT1 min interval1,234/);
    expect(within(rowOf('fl-0a')).getByText('start end tcp-flags')).not.toBeVisible();
    await user.click(screen.getByLabelText('3 fields of fl-0a'));
    expect(within(rowOf('fl-0a')).getByText('start end tcp-flags')).toBeVisible();
    expect(rowOf('fl-0b')).toHaveTextContent(/ACCEPT10 min interval12.*13 min ago/);
    expect(screen.getByRole('switch', { name: 'Enabled: fl-0c' })).not.toBeChecked();
    // By keyboard, too.
    act(() => within(rowOf('fl-0c')).getByText('Disabled').closest<HTMLElement>('[tabindex]')!.focus());
    expect(
      await screen.findByText('Its records are left out of the reports, only their number is kept.')
    ).toBeVisible();
  });

  it('is searched, by fields too, and sorted', async () => {
    sidecarWith([ONE, OTHER, OFF]);
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Records/min' }));
    expect(ids()).toEqual(['fl-0c', 'fl-0b', 'fl-0a']);
    await user.type(screen.getByRole('textbox', { name: 'Search flow logs' }), 'TCP-');
    expect(ids()).toEqual(['fl-0a']);
    expect(screen.getByText('1 of 3 flow logs')).toBeInTheDocument();
    await user.type(screen.getByRole('textbox', { name: 'Search flow logs' }), 'x');
    expect(screen.getByText('Nothing matches “TCP-x”')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Clear search' }));
    expect(ids()).toHaveLength(3);
  });

  it('says what comes first while there is none', async () => {
    sidecarWith([]);
    render(<FlowLogs />);
    expect(await screen.findByText(/^No flow log yet/)).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Open S3 sources' })).toHaveAttribute(
      'href',
      expect.stringContaining('/config/sources')
    );
  });

  it('says that nothing answers, and tries again', async () => {
    server.use(unreachable());
    const { user } = render(<FlowLogs />);
    expect(await screen.findByRole('alert')).toHaveTextContent('The flow logs cannot be shown');
    sidecarWith([ONE]);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('switch', { name: 'Enabled: fl-0a' })).toBeInTheDocument();
  });
});

describe('two flow logs over the same interfaces', () => {
  it('are told with what only one of them has, and disabled there after asking', async () => {
    const { asked } = sidecarWith([ONE, OTHER], { overlaps: [OVERLAP] });
    const { user } = await opened();
    const alert = screen.getByText('Counted by two flow logs: sums are doubled').closest<HTMLElement>('[role]')!;
    expect(alert).toHaveTextContent(
      /^.*fl-0a and fl-0b both log the interface eni-1 \(ACCEPT\): its traffic counts twice/
    );
    const lost = 'Only fl-0a has the field tcp-flags; the action REJECT; 7 interfaces such as eni-2, eni-3.';
    expect(alert).toHaveTextContent(lost);
    await user.click(within(alert).getByRole('button', { name: 'Disable fl-0a' }));
    const dialog = await screen.findByRole('dialog', { name: 'Disable fl-0a?' });
    expect(dialog).toHaveTextContent('Its records are left out of the reports; only their number is kept.');
    expect(dialog).toHaveTextContent(lost);
    await user.click(within(dialog).getByRole('button', { name: 'Disable' }));
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Enabled: fl-0a' })).not.toBeChecked());
    expect(asked).toEqual([{ ids: ['fl-0a'], enabled: false }]);
    expect(toasts()).toEqual(['fl-0a is disabled.']);
    expect(screen.queryByText(/sums are doubled/)).not.toBeInTheDocument();
  });

  it('are told one by one as long as they are few', async () => {
    const overlaps = Array.from({ length: 7 }, (_, n) => ({
      ...OVERLAP,
      flowLogs: ['fl-0a', `fl-1${n}`] as [string, string],
    }));
    sidecarWith([ONE, OTHER], { overlaps });
    await opened();
    expect(screen.getAllByText('Counted by two flow logs: sums are doubled')).toHaveLength(5);
    expect(screen.getByText('So it is with 2 more.')).toBeInTheDocument();
  });

  it('of which neither has more say so', async () => {
    sidecarWith([ONE, OTHER], { overlaps: [{ ...OVERLAP, only: [OVERLAP.only[1], OVERLAP.only[1]] }] });
    await opened();
    expect(screen.getByText('Neither has anything that the other one lacks.')).toBeInTheDocument();
  });
});

describe('switching', () => {
  it('asks before one is disabled that nothing else logs, and does nothing when that is cancelled', async () => {
    const { asked } = sidecarWith([ONE]);
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: 'Enabled: fl-0a' }));
    const dialog = await screen.findByRole('dialog', { name: 'Disable fl-0a?' });
    expect(dialog).toHaveTextContent('No other flow log is known to log its interfaces: reports will lack them.');
    await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    expect(asked).toEqual([]);
  });

  it('enables without asking, from where it says what is left out', async () => {
    const left = { flowLog: 'fl-0c', interfaces: 1, examples: ['eni-9'], since: NOW - 900, until: NOW - 600 };
    const { asked } = sidecarWith([ONE, OFF], { leftOut: [left] });
    const { user } = await opened();
    expect(
      screen.getByText('fl-0c is disabled, and no other flow log has the interface eni-9: reports lack it.')
    ).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Enable fl-0c' }));
    await waitFor(() => expect(screen.getByRole('switch', { name: 'Enabled: fl-0c' })).toBeChecked());
    expect(asked).toEqual([{ ids: ['fl-0c'], enabled: true }]);
  });

  it('says that somebody was faster, and goes on after looking again', async () => {
    const { asked, changeMeanwhile } = sidecarWith([OFF]);
    const { user } = await opened();
    changeMeanwhile();
    await user.click(screen.getByRole('switch', { name: 'Enabled: fl-0c' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Somebody else changed this in the meantime');
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    await waitFor(() => expect(screen.queryByRole('alert')).not.toBeInTheDocument());
    await user.click(screen.getByRole('switch', { name: 'Enabled: fl-0c' }));
    await waitFor(() => expect(asked).toEqual([{ ids: ['fl-0c'], enabled: true }]));
  });

  it('repeats why the sidecar refused', async () => {
    sidecarWith([OFF]);
    server.use(refuses('patch', 'admin/flow-logs', 404, { code: 'not-found', message: 'There is no flow log x.' }));
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: 'Enabled: fl-0c' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('There is no flow log x.');
    expect(toasts()).toEqual([]);
  });
});
