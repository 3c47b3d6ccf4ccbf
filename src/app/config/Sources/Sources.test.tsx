import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';

import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { refuses, server, unreachable } from '../../test/server';
import { sourceOf } from '../../test/sources';
import { toastsForTests } from '../../test/toasts';
import { Sources } from './Sources';
import { FakeSidecar } from './testing';

layoutForTests();
const toasts = toastsForTests();

const row = async (name: string) => {
  const cell = await screen.findByRole('button', { name });
  return within(cell.closest('tr')!);
};
const act = async (user: ReturnType<typeof render>['user'], name: string, action: string) => {
  await user.click(await screen.findByRole('button', { name: `Actions for ${name}` }));
  await user.click(await screen.findByRole('menuitem', { name: action }));
};

const FAILING = sourceOf({
  ...{ id: 'src-2', name: 'stage', bucket: 'stage-logs', prefix: 'a/b/', enabled: true, state: 'failing' },
  ...{ problem: 'AWS denies access to its bucket.', lastError: 's3:ListBucket denied on stage-logs', lag: 400 },
  ...{ backlog: 1204, oldestAge: 7200, exporters: 6, ignoredEvents: 3 },
  left: [
    {
      ...{ state: 'not-collected', reason: 'log-status-missing', objects: 75, example: 'a/b/x.log.gz' },
      message: 'The header lacks log-status: create a new flow log with it.',
    },
  ],
});

describe('the list of S3 sources', () => {
  it('begins with one button where there is none', async () => {
    new FakeSidecar();
    const { user } = render(<Sources />);
    expect(await screen.findByText('No S3 source yet')).toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: 'Add an S3 source' }));
    expect(screen.getByRole('heading', { name: 'Add an S3 source' })).toBeInTheDocument();
  });

  it('shows how each stands, why one fails, what it left in place and what to do', async () => {
    new FakeSidecar([sourceOf({ enabled: true, state: 'collecting', backlog: 0, oldestAge: 0, lag: 65 }), FAILING]);
    const { user } = render(<Sources />);

    const prod = await row('prod');
    expect(prod.getByText('Collecting')).toBeInTheDocument();
    expect(prod.getByText('flow-logs/')).toBeInTheDocument();
    expect(prod.getByText('lag 65 s')).toBeInTheDocument();
    expect(prod.getByRole('switch', { name: 'prod enabled' })).toBeChecked();

    const stage = await row('stage');
    for (const text of ['Failing', 'stage-logs/a/b/', 's3:ListBucket denied on stage-logs', '1,204', 'oldest 2 h']) {
      expect(stage.getByText(text)).toBeInTheDocument();
    }
    expect(stage.getByText('lag 7 min')).toBeInTheDocument();
    expect(stage.getByText(/75 objects left in place/)).toBeInTheDocument();
    expect(screen.queryByRole('columnheader', { name: 'Collector' })).not.toBeInTheDocument();

    await user.click(stage.getByRole('button', { name: 'Details of stage' }));
    expect(await screen.findByText('75 objects not collected, left in the bucket')).toBeInTheDocument();
    expect(screen.getByText('The header lacks log-status: create a new flow log with it.')).toBeInTheDocument();
    expect(screen.getByText('a/b/x.log.gz')).toBeInTheDocument();
    expect(screen.getByText('3 events of its queue ignored')).toBeInTheDocument();
  });

  it('names the collector where there is more than one', async () => {
    new FakeSidecar([sourceOf(), { ...FAILING, collector: 'second' }]);
    render(<Sources />);
    expect(await screen.findByRole('columnheader', { name: 'Collector' })).toBeInTheDocument();
    expect((await row('stage')).getByText('second')).toBeInTheDocument();
  });

  it('finds one among many', async () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
      sourceOf({ id: name, name: `site ${name}`, bucket: `bucket-of-${name}` })
    );
    new FakeSidecar(many);
    const { user } = render(<Sources />);
    await user.type(await screen.findByRole('textbox', { name: 'Search sources' }), 'OF-C');
    expect(screen.getAllByRole('switch')).toHaveLength(1);
    expect(screen.getByRole('button', { name: 'site c' })).toBeInTheDocument();

    await user.type(screen.getByRole('textbox', { name: 'Search sources' }), 'x');
    expect(screen.getByText('No source matches the search')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Clear search' }));
    expect(screen.getAllByRole('switch')).toHaveLength(6);
  });

  it('disables at once, and says so', async () => {
    const sidecar = new FakeSidecar([FAILING]);
    const { user } = render(<Sources />);
    await user.click(await screen.findByRole('switch', { name: 'stage enabled' }));

    expect(await screen.findByText('Disabled')).toBeInTheDocument();
    expect(sidecar.changes.map(({ what }) => what)).toEqual(['disable']);
    expect(toasts()).toEqual(['stage is disabled: nothing is collected or deleted until it is enabled.']);
  });

  it('leads to Test first when one is to be enabled', async () => {
    const sidecar = new FakeSidecar([sourceOf()]);
    const { user } = render(<Sources />);
    await user.click(await screen.findByRole('switch', { name: 'prod enabled' }));

    expect(await screen.findByRole('heading', { name: 'prod' })).toBeInTheDocument();
    await waitFor(() => expect(sidecar.changes.map(({ what }) => what)).toEqual(['test']));
  });

  it('says that somebody else was faster, and shows what there is now', async () => {
    const sidecar = new FakeSidecar([FAILING]);
    sidecar.refuseAsStale('post', 'admin/sources/:id/disable');
    const { user } = render(<Sources />);
    await act(user, 'stage', 'Disable');
    expect(await screen.findByText(/Somebody else changed this in the meantime/)).toBeInTheDocument();

    sidecar.changeBehindTheBack('src-2', { enabled: false, state: 'disabled' });
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByText('Disabled')).toBeInTheDocument();
    expect(screen.queryByText(/Somebody else changed/)).not.toBeInTheDocument();
  });

  it('asks before it deletes, and says what stays', async () => {
    const sidecar = new FakeSidecar([FAILING]);
    const { user } = render(<Sources />);
    await act(user, 'stage', 'Delete');
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(/Bucket stage-logs and everything that was collected from it stay/)).toBeInTheDocument();
    await user.click(dialog.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Actions for stage' })).toHaveFocus());
    expect(sidecar.changes).toEqual([]);

    await act(user, 'stage', 'Delete');
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }));
    expect(await screen.findByText('No S3 source yet')).toBeInTheDocument();
    expect(toasts()).toEqual([
      'stage is deleted. Bucket stage-logs and everything that was collected from it stay as they are.',
    ]);
  });

  it('says why one cannot be deleted', async () => {
    new FakeSidecar([FAILING]);
    const message = 'Account shop signs in as source stage: give the account its own way to sign in first.';
    server.use(refuses('delete', 'admin/sources/:id', 409, { code: 'conflict', message }));
    const { user } = render(<Sources />);
    await act(user, 'stage', 'Delete');
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Delete' }));
    expect(await screen.findByText(message)).toBeInTheDocument();
  });

  it('shows the permissions of a source, and those for a key of KMS', async () => {
    new FakeSidecar([FAILING]);
    const { user } = render(<Sources />);
    await act(user, 'stage', 'Permissions');
    expect(await screen.findByText('{"bucket":"stage-logs","prefix":"a/b/"}')).toBeInTheDocument();

    const key = screen.getByRole('textbox', { name: /KMS key ARN/ });
    await user.type(key, 'alias/x');
    expect(await screen.findByText('That is no ARN of a KMS key')).toBeInTheDocument();
    await user.clear(key);
    await user.type(key, 'arn:aws:kms:eu-west-1:111122223333:key/1-2');
    expect(await screen.findByText(/"key":"arn:aws:kms:eu-west-1:111122223333:key\/1-2"/)).toBeInTheDocument();
    expect(screen.queryByRole('textbox', { name: /of the queue/ })).not.toBeInTheDocument();
  });

  it('shows the permissions for a key of KMS of its queue', async () => {
    new FakeSidecar([{ ...FAILING, queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/q' }]);
    const { user } = render(<Sources />);
    await act(user, 'stage', 'Permissions');
    const key = 'arn:aws:kms:eu-west-1:111122223333:key/3-4';
    await user.click(await screen.findByRole('textbox', { name: /KMS key ARN of the queue/ }));
    await user.paste(key);
    expect(await screen.findByText(new RegExp(`"queueKey":"${key}"`))).toBeInTheDocument();
  });

  it('says that the sidecar does not answer, and tries again', async () => {
    server.use(unreachable());
    const { user } = render(<Sources />);
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The Grafana server gets no answer at the sidecar’s URL'
    );

    server.resetHandlers();
    new FakeSidecar([FAILING]);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('stage-logs/a/b/')).toBeInTheDocument();
  });

  it('leads back from a source that is gone', async () => {
    new FakeSidecar([FAILING]);
    server.use(refuses('get', 'admin/sources/:id', 404, { code: 'not-found', message: 'There is no such source.' }));
    const { user } = render(<Sources />, { url: '/?page=sources&source=src-9' });
    expect(await screen.findByText('There is no such source.')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'All sources' }));
    expect(await screen.findByRole('button', { name: 'stage' })).toBeInTheDocument();
  });
});
