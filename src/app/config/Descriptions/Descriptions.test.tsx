import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';

import { sidecarIsAway } from '../../test/away';
import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { answers, refuses, server, unreachable } from '../../test/server';
import { toastsForTests } from '../../test/toasts';
import { job } from '../../../contract/jobs';
import { Descriptions } from './Descriptions';
import type { SyncRegion } from './Descriptions.utils';
import { entity, NOW, reading, region, sidecarWith, syncJob } from './testing';

layoutForTests();
const toasts = toastsForTests();

const DAY = 86_400;
const IN_PART = { ...region('us-east-1'), error: 'ec2:DescribeVpcs is denied in us-east-1' };

async function opened() {
  const view = render(<Descriptions />);
  await screen.findByRole('heading', { name: 'Sync' });
  return view;
}

describe('the tab', () => {
  it('says that nothing answers, and tries again', async () => {
    server.use(unreachable());
    const { user } = render(<Descriptions />);
    expect(await screen.findByRole('alert')).toHaveTextContent('Descriptions cannot be shown');
    sidecarWith();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('vpc-9')).toBeInTheDocument();
  });

  it('goes on saying so while it asks again', async () => {
    const sidecar = sidecarIsAway();
    render(<Descriptions />);
    expect(await screen.findByRole('alert')).toHaveTextContent('Descriptions cannot be shown');
    await sidecar.askAgain('admin/descriptions');
    expect(screen.getByRole('alert')).toHaveTextContent('Descriptions cannot be shown');
    sidecar.answer();
  });

  it('shows the policy that is needed', async () => {
    sidecarWith();
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Required policy' }));
    const drawer = within(await screen.findByRole('dialog', { name: /Required policy/ }));
    expect(await drawer.findByText(/ec2:DescribeVpcs/)).toBeInTheDocument();
  });
});

describe('a sync', () => {
  it('shows each account and region as it is done, then the result, and what follows from it', async () => {
    const rows = [region('eu-west-1'), region('us-east-1')];
    const other = [reading('us-east-1', 500, 2), reading('us-east-1', 1500, 2)];
    const sidecar = sidecarWith({
      jobs: [syncJob([]), syncJob(rows.slice(0, 1), undefined, other), syncJob(rows, 'ok')],
    });
    const { user } = await opened();
    expect(screen.getByText('Last run').nextSibling).toHaveTextContent('never');
    sidecar.state.entities = [entity('vpc', 'vpc-1', { description: 'shop' })];
    await user.click(screen.getByRole('button', { name: 'Sync now' }));

    expect(screen.getByRole('button', { name: 'Syncing…' })).toBeDisabled();
    expect(await screen.findByText('Reading descriptions: signing in')).toBeInTheDocument();
    sidecar.advance();
    expect(await screen.findByText('Reading descriptions: 1 of 2 regions done')).toBeInTheDocument();
    const begun = screen.getByText('1,500 so far').closest('tr')!;
    expect(begun).toHaveTextContent('produs-east-1');
    expect(screen.queryByText('500 so far')).not.toBeInTheDocument();
    const row = screen.getByText('412 found,').closest('tr')!;
    expect(row).toHaveTextContent('prodeu-west-1Read412 found, 400 named');

    sidecar.advance();
    const summary = 'AWS entities synced! 412 interfaces, 96 instances, 24 subnets, 3 VPCs, 2.1 s';
    expect(await screen.findByText(summary)).toBeInTheDocument();
    expect(toasts()).toEqual([summary]);
    expect(await screen.findByText('vpc-1')).toBeInTheDocument();
    expect(sidecar.asked.started).toEqual(['sync']);
  });

  it('that failed in one region says so first, and shows the others', async () => {
    const rows = [region('eu-west-1'), region('us-east-1', 'ec2:DescribeVpcs is denied in us-east-1')];
    sidecarWith({ jobs: [syncJob(rows, 'failed')] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Sync now' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('1 of 2 syncs failed: ec2:DescribeVpcs is denied');
    const [, first, second] = screen.getAllByRole('row');
    expect(first).toHaveTextContent('us-east-1');
    expect(second).toHaveTextContent('412 found');
    expect(toasts()).toEqual([]);
  });

  it('shows regions that were left out last, with why', async () => {
    const closed = 'ec2:DescribeVpcs is denied in us-east-1 by a service control policy of the organization.';
    const leftOut = { account: 'prod', accountId: '111122223333', region: 'us-east-1', kinds: {}, leftOut: closed };
    sidecarWith({ jobs: [syncJob([leftOut, region('eu-west-1')], 'ok')] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Sync now' }));
    const last = (await screen.findByText(/^Left out: /)).closest('tr')!;
    expect(last).toHaveTextContent(`prod (111122223333)us-east-1Left out: ${closed} Nobody has named this region`);
    expect(last.previousElementSibling).toHaveTextContent('412 found');
  });

  it.each<[string, SyncRegion[], string]>([
    ['two regions, one of them in part', [region('eu-west-1'), IN_PART], 'Everything else was read'],
    ['one region in part', [IN_PART], 'Everything else was read'],
    ['no region', [region('eu-west-1', 'denied'), region('us-east-1', 'denied')], 'Nothing was read'],
  ])('that read %s says so', async (_what, rows, words) => {
    sidecarWith({ jobs: [syncJob(rows, 'failed')] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Sync now' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(words);
    expect(screen.queryByText(/other regions/)).not.toBeInTheDocument();
  });

  it('that could not begin says why, and not how the one before went', async () => {
    const before = {
      ok: false,
      summary: '1 of 1 syncs failed: denied',
      seconds: 1,
      regions: [region('eu-west-1', 'denied')],
    };
    sidecarWith({ sync: { lastRun: { started: NOW - DAY, finished: NOW - DAY, ok: false, result: before } } });
    const failed = { id: 'job-1', kind: 'sync' as const, state: 'failed' as const, started: NOW, progress: [] };
    server.use(
      answers(job, 'post', 'admin/descriptions/sync', { ...failed, error: 'InfluxDB does not answer yet.' }),
      answers(job, 'get', 'admin/jobs/:id', { ...failed, error: 'InfluxDB does not answer yet.' })
    );
    const { user } = await opened();
    expect(screen.getByRole('alert')).toHaveTextContent('1 of 1 syncs failed: denied');
    await user.click(screen.getByRole('button', { name: 'Sync now' }));
    expect(await screen.findByText('InfluxDB does not answer yet.')).toBeInTheDocument();
    expect(screen.getAllByRole('alert')).toHaveLength(1);

    server.use(refuses('post', 'admin/descriptions/sync', 429, { code: 'too-many', message: '8 jobs run already.' }));
    await user.click(screen.getByRole('button', { name: 'Sync now' }));
    expect(await screen.findByText('8 jobs run already.')).toBeInTheDocument();
  });

  it('of before is shown with when it was, when the last good one was, and when the next will be', async () => {
    const rows = [region('eu-west-1', 'denied')];
    const result = { ok: false, summary: '1 of 1 syncs failed: denied', seconds: 1, regions: rows };
    sidecarWith({
      sync: {
        lastRun: { started: NOW - 5 * DAY, finished: NOW - 5 * DAY, ok: false, result },
        lastSuccess: NOW - 9 * DAY,
        nextRun: NOW + 3 * DAY,
      },
    });
    await opened();
    expect(screen.getByText('Last run').nextSibling).toHaveTextContent('5 days ago');
    expect(screen.getByText('Last success').nextSibling).toHaveTextContent('9 days ago');
    expect(screen.getByText('Next run').nextSibling).toHaveTextContent('in 3 days');
    expect(screen.getByRole('alert')).toHaveTextContent('1 of 1 syncs failed: denied');
  });

  it.each([-3, 5, 50])('comes within a minute when it is due in %d s', async (seconds) => {
    sidecarWith({ sync: { nextRun: Math.floor(Date.now() / 1000) + seconds } });
    await opened();
    expect(screen.getByText('Next run').nextSibling).toHaveTextContent('within a minute');
  });

  it('no longer comes by itself once that is switched off', async () => {
    sidecarWith();
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: /Sync hourly/ }));
    expect(await screen.findByText('only when you press Sync now')).toBeInTheDocument();
    expect(screen.getByRole('switch', { name: /Sync hourly/ })).not.toBeChecked();
  });

  it('stays as scheduled when somebody was faster, and can be looked at again', async () => {
    sidecarWith();
    server.use(refuses('put', 'admin/descriptions/schedule', 412, { code: 'stale', message: 'changed' }));
    const { user } = await opened();
    await user.click(screen.getByRole('switch', { name: /Sync hourly/ }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Somebody else changed this in the meantime');
    server.resetHandlers();
    sidecarWith({ sync: { hourly: false, version: 2 } });
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByText('only when you press Sync now')).toBeInTheDocument();
  });
});

describe('entities', () => {
  const ALL = [
    entity('interface', 'eni-1', {
      ...{ description: 'web', vpc: 'vpc-1', subnet: 'subnet-1', instance: 'i-1' },
      lastFound: NOW - 7200,
    }),
    entity('interface', 'eni-2'),
    entity('vpc', 'vpc-1', { description: 'shop' }),
  ];
  const search = () => screen.getByRole('textbox', { name: 'Search entities' });

  it('are listed with what they belong to', async () => {
    sidecarWith({ entities: ALL });
    await opened();
    const web = (await screen.findByText('web')).closest('tr')!;
    expect([...web.cells].map(({ textContent }) => textContent)).toEqual(
      ['webeni-1', 'Interface', 'vpc-1subnet-1', 'i-1', '111122223333eu-west-1', '7 days ago2 h ago'] //
    );
    const unnamed = screen.getByRole('link', { name: 'eni-2' }).closest('tr')!;
    const cells = [...unnamed.cells].map(({ textContent }) => textContent);
    expect([cells[0], cells[2], cells.at(-1)]).toEqual(['eni-2', '–', '7 days ago']);
    expect(screen.getByText('1 to 3 of 3')).toBeInTheDocument();
  });

  it.each([
    ['interface', 'eni-1', 'flowscope-interface?var-interface=eni-1'],
    ['vpc', 'vpc-1', 'flowscope-interface?var-vpc=vpc-1'],
    ['address', 'vpc-0a1/10.0.1.5', 'flowscope-action-interface-src?var-source=10.0.1.5'],
    ['network', '192.0.2.0/24', 'flowscope-pair-interface?var-source_interface=192.0.2.0%2F24'],
    ['application', 'tcp/443', 'flowscope-overview?var-application=tcp%2F443'],
  ] as const)('of the kind %s lead to the report of their traffic', async (kind, id, path) => {
    sidecarWith({ entities: [entity(kind, id, { description: 'mine' })] });
    await opened();
    expect(await screen.findByRole('link', { name: 'mine' })).toHaveAttribute('href', `/d/${path}`);
  });

  it('give their id to the clipboard', async () => {
    Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
    sidecarWith({ entities: ALL });
    const { user } = await opened();
    const write = jest.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(await screen.findByRole('button', { name: 'Copy eni-1' }));
    expect(write).toHaveBeenCalledWith('eni-1');
  });

  it('are searched once typing pauses, and filtered by kind', async () => {
    const { asked } = sidecarWith({ entities: ALL });
    const { user } = await opened();
    await screen.findByText('web');
    await user.type(search(), 'eni');
    await waitFor(() => expect(screen.queryByText('shop')).not.toBeInTheDocument());
    expect(asked.searches.filter((query) => query.includes('search=e&'))).toEqual([]);

    for (const kind of ['Subnets', 'VPCs']) {
      await user.click(screen.getByRole('combobox', { name: 'Kind' }));
      await user.paste(kind);
      await user.keyboard('{Enter}');
      expect(screen.getByRole('combobox', { name: 'Kind' })).toHaveValue(kind);
    }
    expect(await screen.findByText('Nothing matches “eni” among VPCs')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Clear search' }));
    expect(await screen.findByText('1 to 3 of 3')).toBeInTheDocument();
    expect(search()).toHaveValue('');
  });

  it('come in pages', async () => {
    sidecarWith({ entities: Array.from({ length: 60 }, (_, n) => entity('subnet', `subnet-${n}`)) });
    const { user } = await opened();
    expect(await screen.findByText('1 to 25 of 60')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Previous' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Next' }));
    expect(await screen.findByText('26 to 50 of 60')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Next' }));
    expect(await screen.findByText('51 to 60 of 60')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Next' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Previous' }));
    expect(await screen.findByText('subnet-25')).toBeInTheDocument();
  });

  it('are read by the button that stands where there are none', async () => {
    const { asked } = sidecarWith({ entities: [], jobs: [syncJob([region('eu-west-1')], 'ok')] });
    const { user } = await opened();
    const none = (await screen.findByText('No entities yet')).closest('section')!;
    await user.click(within(none).getByRole('button', { name: 'Sync now' }));
    await waitFor(() => expect(toasts()).toHaveLength(1));
    expect(asked.started).toEqual(['sync']);
    expect(await screen.findByText('412 found,')).toBeInTheDocument();
  });

  it('say that they cannot be shown', async () => {
    sidecarWith();
    server.use(refuses('get', 'admin/entities', 500, { code: 'internal', message: 'Its log says what.' }));
    await opened();
    expect(await screen.findByText('The entities cannot be shown')).toBeInTheDocument();
  });
});
