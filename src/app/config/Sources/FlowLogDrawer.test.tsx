import { screen, waitFor, within } from '@testing-library/react';
import React from 'react';

import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { refuses, server } from '../../test/server';
import { sourceOf } from '../../test/sources';
import { Sources } from './Sources';
import { checksOf, FakeSidecar } from './testing';

layoutForTests();

type User = ReturnType<typeof render>['user'];
const box = (name: RegExp) => within(drawer()).getByRole('textbox', { name });
const drawer = () => screen.getByRole('dialog', { name: /Create a flow log/ });
/** What the sidecar was asked for, as the code of the shown way has it. */
const asked = async (way = 'Console') => {
  const code = await screen.findByLabelText(`${way}, step 2`);
  return JSON.parse(code.textContent.slice(way.length)) as Record<string, unknown>;
};

async function paste(user: User, field: HTMLElement, text: string) {
  await user.click(field);
  await user.paste(text);
}

describe('Create a flow log', () => {
  beforeEach(() => Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true }));

  it('is there before any source is, and waits for bucket and region', async () => {
    new FakeSidecar();
    const { user } = render(<Sources />);
    await user.click(await screen.findByRole('button', { name: 'Create a flow log' }));
    expect(within(drawer()).getByRole('radio', { name: 'Bucket and flow logs' })).toBeChecked();
    expect(screen.getByText(/^Enter bucket and region/)).toBeInTheDocument();
    expect(within(drawer()).queryByRole('alert')).not.toBeInTheDocument();

    await paste(user, box(/^Bucket/), 's3://flow-logs/team/');
    await user.tab();
    expect([box(/^Bucket/), box(/^Prefix/)].map((field) => (field as HTMLInputElement).value)).toEqual([
      'flow-logs',
      'team/',
    ]);
    await user.click(within(drawer()).getByRole('combobox', { name: /Region/ }));
    await user.paste('cn-north-1');
    await user.keyboard('{Enter}');
    expect(await asked()).toEqual({
      ...{ scope: 'account', bucket: 'flow-logs', prefix: 'team/', region: 'cn-north-1', queue: false },
    });

    await user.click(within(drawer()).getByRole('switch', { name: /queue/ }));
    await user.click(within(drawer()).getByRole('radio', { name: 'For an organization' }));
    await waitFor(async () => expect(await asked()).toMatchObject({ scope: 'organization', queue: true }));
  });

  it('says what is wrong with a bucket', async () => {
    new FakeSidecar();
    const { user } = render(<Sources />, { url: '/?page=sources&flow-log=new' });
    await paste(user, await screen.findByRole('textbox', { name: /^Bucket/ }), 'logs-s3alias');
    expect(await screen.findByText(/^That is the alias of an access point/)).toBeInTheDocument();
  });

  it('has a tab for each way, by the keyboard too, and copies what is shown', async () => {
    new FakeSidecar([sourceOf({ bucket: 'stage-logs', prefix: 'a/b/' })]);
    const { user } = render(<Sources />);
    await user.click(await screen.findByRole('button', { name: 'Actions for prod' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Create a flow log' }));
    // The bucket of a source that was saved is there.
    expect(await asked()).toMatchObject({
      scope: 'flow-log',
      bucket: 'stage-logs',
      prefix: 'a/b/',
      region: 'eu-west-1',
    });
    expect(within(drawer()).queryByRole('switch')).not.toBeInTheDocument();

    screen.getByRole('tab', { name: 'Terraform' }).focus();
    await user.keyboard('{Enter}');
    expect(await asked('Terraform')).toMatchObject({ bucket: 'stage-logs' });
    expect(within(screen.getByRole('list', { name: 'Terraform' })).getAllByRole('listitem')).toHaveLength(2);
    const write = jest.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await user.click(screen.getByRole('button', { name: 'Copy' }));
    expect(write).toHaveBeenCalledWith(expect.stringMatching(/^Terraform \{/));

    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    await waitFor(() => expect(screen.getByRole('button', { name: 'Actions for prod' })).toHaveFocus());
  });

  it('follows what stands in the form of a source, and never has its secret', async () => {
    const sidecar = new FakeSidecar([
      sourceOf({ externalId: 'ext', queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/q' }),
    ]);
    sidecar.checks = checksOf({ credentials: { signedInAs: 'arn:aws:iam::111122223333:user/flowscope' } });
    const { user } = render(<Sources />, { url: '/?page=sources&source=src-1' });
    await user.type(await screen.findByRole('textbox', { name: /^Prefix/ }), 'typed');
    await user.click(screen.getByRole('button', { name: 'Create a flow log' }));
    expect(await asked()).toEqual({
      ...{
        scope: 'flow-log',
        bucket: 'flow-logs',
        prefix: 'typed',
        region: 'eu-west-1',
        queue: true,
        externalId: 'ext',
      },
    });
  });

  it('says that the steps cannot be shown, and tries again', async () => {
    const sidecar = new FakeSidecar([sourceOf()]);
    server.use(refuses('post', 'admin/drafts/flow-log', 500, { code: 'internal', message: 'Something broke.' }));
    const { user } = render(<Sources />, { url: '/?page=sources&flow-log=src-1' });
    expect(await screen.findByText('The steps cannot be shown')).toBeInTheDocument();
    server.resetHandlers();
    new FakeSidecar(sidecar.sources);
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await asked()).toMatchObject({ bucket: 'flow-logs' });
  });
});
