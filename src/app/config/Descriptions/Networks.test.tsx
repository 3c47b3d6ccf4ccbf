import React from 'react';
import { screen, waitFor, within } from '@testing-library/react';

import { layoutForTests } from '../../test/layout';
import { render } from '../../test/render';
import { refuses, server } from '../../test/server';
import { toastsForTests } from '../../test/toasts';
import { Networks } from './Networks';
import { named, sidecarWith } from './testing';

layoutForTests();
const toasts = toastsForTests();

const DATA_CENTRE = named('10.0.0.0/8', 'Data centre');
const BRANCH = named('10.7.0.0/16', 'Branch', { note: 'Leased until May', version: 3 });
const V6 = named('2001:db8::/32', 'Office');

async function opened() {
  const view = render(<Networks />);
  await screen.findByRole('table');
  return view;
}
const rows = () => screen.getAllByRole('row').slice(1);
const button = (name: string) => screen.getByRole('button', { name });
const field = (name: RegExp) => screen.getByRole('textbox', { name });
/** At once: letter by letter takes its time. */
async function enter(user: ReturnType<typeof render>['user'], name: RegExp, text: string) {
  await user.clear(field(name));
  await user.click(field(name));
  await user.paste(text);
}

describe('named networks', () => {
  it('are listed by address, with their notes and what they lie in', async () => {
    sidecarWith({ networks: [V6, BRANCH, named('192.168.0.0/16', 'Lab'), DATA_CENTRE] });
    await opened();
    expect(rows().map((row) => within(row).getAllByRole('cell')[0].textContent)).toEqual([
      ...['10.0.0.0/8', '10.7.0.0/16in Data centre (10.0.0.0/8)', '192.168.0.0/16', '2001:db8::/32'],
    ]);
    expect(rows()[1]).toHaveTextContent('BranchLeased until May');
    expect(
      screen.getByText(/longest prefix counts.*collected from then on.*within a minute, over old data/)
    ).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Search networks' })).not.toBeInTheDocument();
  });

  it('say what is shown while there is none, and why they cannot be shown', async () => {
    sidecarWith({ networks: [] });
    render(<Networks />);
    expect(await screen.findByText(/“Internet” or “Unowned private range”/)).toBeInTheDocument();
    server.use(refuses('get', 'admin/networks', 403, { code: 'forbidden', message: 'Only administrators may.' }));
    render(<Networks />);
    expect(await screen.findByRole('alert')).toHaveTextContent('Only administrators may.');
  });

  it('are searched where there are many', async () => {
    sidecarWith({ networks: [BRANCH, ...Array.from({ length: 30 }, (_, i) => named(`172.16.${i}.0/24`, `Lab ${i}`))] });
    const { user } = await opened();
    expect(rows()).toHaveLength(25);
    const search = screen.getByRole('textbox', { name: 'Search networks' });
    await user.type(search, 'leased');
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).toHaveTextContent('10.7.0.0/16');
    await user.type(search, '?');
    await user.click(button('Clear search'));
    expect(rows()).toHaveLength(25);
  });
});

describe('naming a network', () => {
  const add = async (networks = [DATA_CENTRE, BRANCH]) => {
    const sidecar = sidecarWith({ networks });
    const { user } = await opened();
    await user.click(button('Name a network'));
    await screen.findByRole('dialog', { name: /Name a network/ });
    return { ...sidecar, user };
  };

  it('sends it with its note, with the keyboard alone, and says from when on it counts', async () => {
    const { asked, user } = await add();
    await enter(user, /^Network/, ' 2001:DB8::/32 ');
    await user.tab();
    await user.paste('Office');
    await user.tab();
    await user.paste('Second floor');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(asked.bodies).toEqual([{ cidr: '2001:DB8::/32', name: 'Office', note: 'Second floor' }]);
    expect(toasts()).toEqual(['2001:db8::/32 is called Office in traffic collected from now on.']);
  });

  it.each([
    ['10.1.2.3/16', '"10.1.2.3/16" is an address in a network: write 10.1.0.0/16, if that is meant.'],
    ['10.0.0.0/33', '"10.0.0.0/33" has too long a prefix: an IPv4 address has 32 bits.'],
    ['fe80::1', `"fe80::1" is one address: say how long its network's prefix is, as in fe80::1/128.`],
    ['office', '"office" is no network: it looks like 10.0.0.0/8 or 2001:db8::/32.'],
    [' ', 'Enter a network, as in 10.0.0.0/8'],
  ])('says at the field what is wrong with %s, and sends nothing', async (typed, why) => {
    const { asked, user } = await add();
    await enter(user, /^Network/, typed);
    await user.click(button('Save'));
    expect(await screen.findByText(why)).toBeInTheDocument();
    expect(screen.getByText('Enter a name')).toBeInTheDocument();
    expect(field(/^Network/)).toHaveFocus();
    expect(asked.bodies).toEqual([]);
  });

  it('says which network it lies in, which lie in it, and which has its name, and is no mistake', async () => {
    const { asked, user } = await add([
      DATA_CENTRE,
      BRANCH,
      named('10.7.8.0/24', 'Desk'),
      named('10.8.0.0/16', 'Paris'),
    ]);
    await enter(user, /^Network/, '10.7.0.0/17');
    const warning = await screen.findByText('Other networks have to do with it');
    const alert = warning.closest<HTMLElement>('[role]')!;
    expect(alert).toHaveTextContent('It lies in Branch (10.7.0.0/16): its own addresses are called as you say here.');
    expect(alert).toHaveTextContent('In it lies Desk (10.7.8.0/24)');
    expect(alert).toHaveTextContent('the longest prefix counts');
    await enter(user, /^Name/, 'Paris');
    expect(alert).toHaveTextContent('10.8.0.0/16 has that name, too: reports put the end of the CIDR behind both.');
    await user.click(button('Save'));
    await waitFor(() => expect(asked.bodies).toEqual([{ cidr: '10.7.0.0/17', name: 'Paris', note: '' }]));
  });

  it('says at the field that the network has a name', async () => {
    const { user } = await add();
    const message = '10.0.0.0/8 is called "Data centre" already: edit or remove that.';
    server.use(refuses('post', 'admin/networks', 409, { code: 'taken', message, field: 'cidr' }));
    await enter(user, /^Network/, '10.0.0.0/8');
    await enter(user, /^Name/, 'x');
    await user.click(button('Save'));
    expect(await screen.findByText(message)).toBeInTheDocument();
    expect(field(/^Network/)).toHaveFocus();
  });
});

describe('editing a network', () => {
  it('changes its name and note, not which one it is', async () => {
    const { asked } = sidecarWith({ networks: [BRANCH] });
    const { user } = await opened();
    await user.click(button('Edit Branch (10.7.0.0/16)'));
    await screen.findByRole('dialog', { name: /Edit network Branch/ });
    expect(field(/^Network/)).toHaveAttribute('readonly');
    expect(field(/^Note/)).toHaveValue('Leased until May');
    await enter(user, /^Name/, 'Paris');
    await user.clear(field(/^Note/));
    await user.click(button('Save'));
    expect(await screen.findByText('Paris')).toBeInTheDocument();
    expect(asked.bodies).toEqual([{ cidr: '10.7.0.0/16', name: 'Paris', note: '' }]);
    expect(toasts()).toEqual(['10.7.0.0/16 is changed.']);
  });

  it('keeps what is typed when somebody was faster', async () => {
    const { state, asked } = sidecarWith({ networks: [BRANCH] });
    const { user } = await opened();
    await user.click(button('Edit Branch (10.7.0.0/16)'));
    await enter(user, /^Name/, 'Paris');
    server.use(refuses('put', 'admin/networks', 412, { code: 'stale', message: 'changed' }));
    await user.click(button('Save'));
    expect(await screen.findByRole('alert')).toHaveTextContent('Somebody else changed this in the meantime');
    server.resetHandlers();
    const again = sidecarWith({ networks: [{ ...state.networks[0], note: 'Theirs', version: 4 }] });
    await user.click(button('Reload and look again'));
    await waitFor(() => expect(field(/^Note/)).toHaveValue('Theirs'));
    await user.click(button('Save'));
    await waitFor(() => expect(again.asked.bodies).toMatchObject([{ name: 'Paris', note: 'Theirs' }]));
    expect(asked.bodies).toEqual([]);
  });
});

describe('removing a network', () => {
  it('asks, says what becomes of its addresses, and gives the focus back', async () => {
    const { asked } = sidecarWith({ networks: [DATA_CENTRE, BRANCH] });
    const { user } = await opened();
    const ask = async () => {
      await user.click(button('Remove Branch (10.7.0.0/16)'));
      return within(await screen.findByRole('dialog', { name: 'Remove Branch (10.7.0.0/16)?' }));
    };
    const modal = await ask();
    expect(modal.getByText(/from now on its addresses count as Data centre \(10\.0\.0\.0\/8\)\./)).toBeInTheDocument();
    await user.click(modal.getByRole('button', { name: 'Cancel' }));
    expect(asked.deleted).toEqual([]);
    await user.click((await ask()).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(screen.queryByText('10.7.0.0/16')).not.toBeInTheDocument());
    expect(asked.deleted).toEqual(['10.7.0.0/16']);
    expect(toasts()).toEqual(['10.7.0.0/16 is no longer called Branch.']);
    await waitFor(() => expect(button('Name a network')).toHaveFocus());
  });

  it('says why it was not removed', async () => {
    sidecarWith({ networks: [BRANCH] });
    const message = 'There is no named network 10.7.0.0/16.';
    server.use(refuses('delete', 'admin/networks', 404, { code: 'not-found', message }));
    const { user } = await opened();
    await user.click(button('Remove Branch (10.7.0.0/16)'));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove' }));
    expect(await screen.findByRole('alert')).toHaveTextContent(message);
  });
});
