import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';

import { account } from '../../../contract/descriptions';
import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { answers, refuses, server } from '../../test/server';
import { toastsForTests } from '../../test/toasts';
import { Accounts } from './Accounts';
import { FROM_SOURCE, LAB, PROD, sidecarWith, SOURCE, testJob } from './testing';

layoutForTests();
const toasts = toastsForTests();

async function opened() {
  const view = render(<Accounts usual={['eu-west-1', 'us-east-1']} />);
  await screen.findByRole('table');
  return view;
}

const rowOf = (name: string) => screen.getByText(name).closest('tr')!;
const dialog = async (name: string | RegExp) => within(await screen.findByRole('dialog', { name }));
/** At once: letter by letter takes its time. */
async function enter(user: ReturnType<typeof render>['user'], field: HTMLElement, text: string) {
  await user.clear(field);
  await user.click(field);
  await user.paste(text);
}

const name = () => screen.getByRole('textbox', { name: /^Name/ });

describe('accounts', () => {
  it('are listed with how they sign in and the regions that are read', async () => {
    sidecarWith({ accounts: [PROD, LAB, FROM_SOURCE], sources: [SOURCE] });
    await opened();
    expect(rowOf('prod')).toHaveTextContent(`IAM role of the machinethen role ${PROD.roleArn}`);
    expect(rowOf('prod')).toHaveTextContent('eu-west-1');
    expect(rowOf('lab')).toHaveTextContent('Access key AKIALAB');
    expect(rowOf('lab')).toHaveTextContent('eu-west-1, us-east-1FLOWSCOPE_AWS_REGIONS');
    await waitFor(() => expect(rowOf('shared')).toHaveTextContent('Same as source flow logs'));
    expect(rowOf('shared')).not.toHaveTextContent('AKIASRC');
  });

  it('without regions of their own are read in all that are enabled', async () => {
    sidecarWith({ accounts: [LAB] });
    render(<Accounts usual={[]} />);
    expect((await screen.findByText('lab')).closest('tr')).toHaveTextContent('All enabled');
  });

  it('say what is read while there is none', async () => {
    sidecarWith({ accounts: [] });
    render(<Accounts usual={[]} />);
    expect(await screen.findByText(/read with the machine’s own credentials/)).toBeInTheDocument();
  });

  it('say that they cannot be shown', async () => {
    sidecarWith();
    server.use(refuses('get', 'admin/accounts', 403, { code: 'forbidden', message: 'Only administrators may.' }));
    render(<Accounts usual={[]} />);
    expect(await screen.findByRole('alert')).toHaveTextContent('Only administrators may.');
  });
});

describe('adding an account', () => {
  const add = async () => {
    const view = render(<Accounts usual={['eu-west-1']} />);
    await view.user.click(await screen.findByRole('button', { name: 'Add account' }));
    await dialog(/Add an account/);
    return view;
  };

  it('takes a key, a role and regions, and tests it', async () => {
    const { asked } = sidecarWith({ jobs: [testJob(4)] });
    const { user } = await add();
    expect(screen.getByText(/Empty: eu-west-1 \(FLOWSCOPE_AWS_REGIONS of the sidecar\)/)).toBeInTheDocument();
    expect(screen.getByRole('combobox', { name: /Regions/ })).toHaveAttribute('placeholder', 'Choose or type regions');
    expect(screen.getByText(/permissions under Required policy/)).toBeInTheDocument();
    expect(screen.getByText(/the account whose names are read/)).toBeInTheDocument();
    await enter(user, name(), 'prod');
    await enter(user, screen.getByRole('textbox', { name: /Access key ID/ }), 'AKIAPROD');
    await enter(user, screen.getByLabelText(/Secret access key/), 's3cr3t');
    for (const one of ['us-east-1', 'xx-new-9']) {
      await enter(user, screen.getByRole('combobox', { name: /Regions/ }), one);
      await user.keyboard('{ArrowDown}{Enter}');
    }
    await user.click(screen.getByRole('button', { name: 'Save and test' }));

    const test = await dialog(/Test of prod/);
    expect(await test.findByText('Passed: all 4 calls are allowed.')).toBeInTheDocument();
    expect(asked.bodies).toEqual([
      { name: 'prod', regions: ['us-east-1', 'xx-new-9'], accessKeyId: 'AKIAPROD', secretAccessKey: 's3cr3t' },
    ]);
    expect(asked.started).toEqual(['test acc-new']);
    expect(toasts()).toEqual(['Account prod is added.']);
  });

  it('may use what a source signs in with', async () => {
    const { asked } = sidecarWith({ sources: [SOURCE, { ...SOURCE, id: 'src-2', name: 'other' }] });
    const { user } = await add();
    await enter(user, name(), 'shared');
    await waitFor(() => expect(screen.getByRole('radio', { name: 'Same as a source' })).toBeEnabled());
    await user.click(screen.getByRole('radio', { name: 'Same as a source' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Choose a source')).toBeInTheDocument();

    const choice = screen.getByRole('combobox', { name: /Source/ });
    // Not one in place of the other, whichever stands where.
    for (const typed of ['other', 'flow logs']) {
      await user.click(choice);
      await user.paste(typed);
      await user.keyboard('{Enter}');
      expect(choice).toHaveValue(typed);
    }
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked.bodies).toEqual([{ name: 'shared', regions: [], sameAs: 'src-1' }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('says what is missing or wrong, each at its field, and sends nothing', async () => {
    const { asked } = sidecarWith();
    const { user } = await add();
    expect(screen.getByRole('radio', { name: 'Same as a source' })).toBeDisabled();
    await user.click(screen.getByRole('combobox', { name: /Regions/ }));
    await user.paste('Ireland');
    await user.keyboard('{ArrowDown}{Enter}');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Enter a name')).toBeInTheDocument();
    expect(screen.getByText('Enter the access key id')).toBeInTheDocument();
    expect(screen.getByText(/that is no region/i)).toBeInTheDocument();
    expect(asked.bodies).toEqual([]);
  });

  it('says at the name that it is taken', async () => {
    sidecarWith();
    server.use(refuses('post', 'admin/accounts', 409, { code: 'taken', message: 'This name is taken', field: 'name' }));
    const { user } = await add();
    await enter(user, name(), 'prod');
    await user.click(screen.getByRole('radio', { name: 'IAM role of the machine' }));
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('This name is taken')).toBeInTheDocument();
    expect(name()).toHaveFocus();
    expect(name()).toHaveValue('prod');
  });
});

describe('changing an account', () => {
  it('keeps the secret that is stored', async () => {
    const { asked } = sidecarWith({ accounts: [LAB] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Edit lab' }));
    expect(screen.getByLabelText(/Secret access key/)).toHaveValue('configured');
    await enter(user, name(), 'laboratory');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('laboratory')).toBeInTheDocument();
    expect(asked.bodies).toEqual([{ name: 'laboratory', regions: [], accessKeyId: 'AKIALAB' }]);
  });

  it('keeps what is typed when somebody was faster', async () => {
    sidecarWith({ accounts: [PROD] });
    server.use(refuses('put', 'admin/accounts/:id', 412, { code: 'stale', message: 'changed' }));
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Edit prod' }));
    await enter(user, name(), 'production');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Somebody else changed this in the meantime');

    server.resetHandlers();
    const theirs = { ...PROD, name: 'theirs', regions: ['us-east-1'], version: 4 };
    const { asked } = sidecarWith({ accounts: [theirs] });
    await user.click(screen.getByRole('button', { name: 'Reload and look again' }));
    expect(await screen.findByText('Edit account theirs')).toBeInTheDocument();
    expect(name()).toHaveValue('production');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(asked.bodies).toMatchObject([{ name: 'production', regions: ['us-east-1'] }]));
  });
});

describe('an account that somebody changes while it is open', () => {
  it('is not overwritten, although the list has been read again', async () => {
    const { state } = sidecarWith({ accounts: [PROD] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Edit prod' }));
    await enter(user, name(), 'production');
    state.accounts = [{ ...PROD, name: 'theirs', version: 4 }];
    window.dispatchEvent(new Event('visibilitychange'));
    expect(await screen.findByText('theirs')).toBeInTheDocument();
    const meantFor: Array<string | null> = [];
    server.use(
      answers(account, 'put', 'admin/accounts/:id', ({ request }) => {
        meantFor.push(request.headers.get('If-Match'));
        return state.accounts[0];
      })
    );
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(meantFor).toEqual(['"3"']));
  });
});

describe('deleting an account', () => {
  it('asks, and says what stays', async () => {
    const { asked } = sidecarWith({ accounts: [PROD, LAB] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Delete prod' }));
    const modal = await dialog('Delete account prod?');
    await user.click(modal.getByRole('button', { name: 'Cancel' }));
    expect(asked.deleted).toEqual([]);

    await user.click(screen.getByRole('button', { name: 'Delete prod' }));
    await user.click((await dialog('Delete account prod?')).getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(screen.queryByText('prod')).not.toBeInTheDocument());
    expect(asked.deleted).toEqual(['acc-1']);
    expect(toasts()).toEqual(['Account prod is deleted. The descriptions that were read stay.']);
    await waitFor(() => expect(screen.getByRole('button', { name: 'Add account' })).toHaveFocus());
  });

  it('says that somebody changed it after the dialog was opened', async () => {
    sidecarWith({ accounts: [PROD] });
    server.use(refuses('delete', 'admin/accounts/:id', 412, { code: 'stale', message: 'changed' }));
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Delete prod' }));
    await user.click((await dialog('Delete account prod?')).getByRole('button', { name: 'Delete' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The account was not deleted');
    expect(screen.getByRole('button', { name: 'Reload and look again' })).toBeInTheDocument();
  });
});

describe('testing an account', () => {
  it('shows each call as it ends, which one is denied, and the policy that mends it', async () => {
    const denied = 'DescribeSubnets';
    const { advance } = sidecarWith({ accounts: [PROD], jobs: [testJob(2, denied), testJob(4, denied)] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Test prod' }));
    const test = await dialog(/Test of prod/);
    const calls = () => within(test.getByRole('list', { name: 'Calls' })).queryAllByRole('listitem');
    await waitFor(() => expect(calls()).toHaveLength(2));
    expect(test.getByText('Trying the calls…')).toBeInTheDocument();
    advance();
    await waitFor(() => expect(calls()).toHaveLength(4));
    expect(calls()[2]).toHaveTextContent('ec2:DescribeSubnets is denied in eu-west-1 for account 111122223333');
    expect(test.getByText('Failed: 1 of 4 calls.')).toBeInTheDocument();
    expect(await test.findByText(/"ec2:DescribeVpcs"/)).toBeInTheDocument();
  });

  it('says why it cannot be run, and runs it again', async () => {
    sidecarWith({ accounts: [PROD] });
    server.use(
      refuses('post', 'admin/accounts/:id/test', 404, { code: 'not-found', message: 'There is no such account.' })
    );
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Test prod' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('There is no such account.');
    server.resetHandlers();
    const { asked } = sidecarWith({ accounts: [PROD], jobs: [testJob(4)] });
    await user.click(screen.getByRole('button', { name: 'Test again' }));
    expect(await screen.findByText('Passed: all 4 calls are allowed.')).toBeInTheDocument();
    expect(asked.started).toEqual(['test acc-1']);
  });

  it('says what to do when there is no region', async () => {
    const none = { ...testJob(4), progress: [], result: { passed: false } } as ReturnType<typeof testJob>;
    sidecarWith({ accounts: [LAB], jobs: [none] });
    const { user } = await opened();
    await user.click(screen.getByRole('button', { name: 'Test lab' }));
    expect(await screen.findByText(/There is no region to test/)).toBeInTheDocument();
  });
});
