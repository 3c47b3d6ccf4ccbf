import React from 'react';
import { http, HttpResponse } from 'msw';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { locationService } from '@grafana/runtime';

import { searchAnswer, type SearchMatch } from '../../../../contract/search';
import { DASHBOARDS } from '../../../../reports/dashboards';
import { render } from '../../../test/render';
import { answers, refuses, server, unreachable } from '../../../test/server';
import { SearchBox } from './SearchBox';

const PLACE = { account: '111122223333', accountName: 'Production', vpc: 'vpc-0a', vpcName: 'shop', instance: '-' };
const WEB: SearchMatch = { ...PLACE, kind: 'interface', id: 'eni-0a1', name: 'web eth0' };
const SHOP: SearchMatch = { ...PLACE, kind: 'vpc', id: 'vpc-0a', name: 'shop', vpc: '-', vpcName: undefined };
const OFFICE: SearchMatch = {
  kind: 'network',
  id: '192.0.2.0/24',
  name: 'Office',
  account: '-',
  vpc: '-',
  instance: '-',
};
const NOBODYS: SearchMatch = {
  kind: 'address',
  id: '198.18.70.162',
  account: '-',
  vpc: '-',
  instance: '-',
  owners: [],
};
const owner = { interface: 'eni-0a1', name: 'web eth0', vpc: 'vpc-0a', vpcName: 'shop', since: 1 };
const KNOWN: SearchMatch = {
  ...{ kind: 'address', id: '10.0.1.5', account: '-', vpc: '-', instance: '-' },
  owners: [
    owner,
    { ...owner, interface: 'eni-0b1', name: undefined, vpc: 'vpc-0b', vpcName: undefined },
    { ...owner, interface: 'eni-0c1', name: 'old', until: Math.floor(Date.now() / 1000) - 7200 },
  ],
};

const installed = (uids: readonly string[]) =>
  http.get('*/api/search', () => HttpResponse.json(uids.map((uid) => ({ uid }))));
const asked = jest.fn();
const finds = (matches: SearchMatch[], more = false) =>
  answers(searchAnswer, 'get', 'search', ({ query }) => {
    asked(query.get('q'));
    return { matches, more };
  });

const SHIPPED = DASHBOARDS.map(({ uid }): string => uid);
beforeEach(() => {
  asked.mockReset();
  server.use(installed([...SHIPPED, 'flowscope-host']));
  locationService.push('/');
});

const field = () => screen.getByRole('combobox', { name: 'Find a name, id, address or CIDR' });
const options = () => screen.findAllByRole('option');
const place = () => locationService.getLocation().pathname + locationService.getLocation().search;

/** Opens the box and types a text. */
async function search(text: string, url = '/') {
  const { user } = render(<SearchBox />, { url });
  // Time for the page to learn what is installed.
  await waitFor(() => expect(field()).toBeInTheDocument());
  await user.click(field());
  await user.paste(text);
  return user;
}

describe('the search box', () => {
  it('leads with / and Enter to the dashboard of the first match, with the time range of the page', async () => {
    server.use(finds([WEB, SHOP]));
    const { user } = render(<SearchBox />, { url: '/?from=now-6h&to=now&page=2' });
    fireEvent.keyDown(document.body, { key: '/' });
    expect(field()).toHaveFocus();
    await user.paste('web');
    const [first, second] = await options();
    expect(first).toHaveTextContent('web eth0 eni-0a1Interface · VPC shop · account Production');
    expect([first, second].map((one) => one.getAttribute('aria-selected'))).toEqual(['true', 'false']);
    expect(field()).toHaveAttribute('aria-activedescendant', first.id);
    await user.keyboard('{Enter}');
    expect(place()).toBe('/d/flowscope-host?from=now-6h&to=now&var-host=eni-0a1');
  });

  it('is chosen from with arrows and with the mouse, and closed with Escape', async () => {
    server.use(finds([WEB, SHOP]));
    const user = await search('shop');
    await options();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{ArrowDown}{Enter}');
    expect(place()).toBe('/d/flowscope-overview?var-vpc=vpc-0a');
    await user.click((await options())[0]);
    expect(place()).toBe('/d/flowscope-host?var-host=eni-0a1');
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('option')).not.toBeInTheDocument();
    expect(field()).toHaveAttribute('aria-expanded', 'false');
    await user.keyboard('{ArrowDown}');
    expect(await options()).toHaveLength(2);
  });

  it('goes on as soon as the answer is there when Enter was faster', async () => {
    server.use(finds([NOBODYS]));
    const user = await search('198.18.70.162');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(place()).toBe('/d/flowscope-host?var-host=198.18.70.162'));
  });

  it('asks once for what was typed, not letter by letter', async () => {
    server.use(finds([WEB]));
    const { user } = render(<SearchBox />);
    await user.type(field(), ' web ');
    await options();
    expect(asked.mock.calls).toEqual([['web']]);
  });

  it('says whose an address is and was, in each VPC, and that nobody has one', async () => {
    server.use(finds([KNOWN, NOBODYS]));
    await search('10.0.1.5');
    const [known, unknown] = await options();
    expect(known).toHaveTextContent(
      '10.0.1.5 Address · web eth0 in shop · eni-0b1 in vpc-0b · was of old in shop until 2 h ago'
    );
    expect(unknown).toHaveTextContent('198.18.70.162 Address · nobody here is known to have it');
  });

  it('leads to a network as source and as destination, and says when there is more', async () => {
    server.use(finds([OFFICE], true));
    const user = await search('office');
    const [source, destination] = await options();
    expect([source, destination].map((one) => one.textContent)).toEqual([
      'Office 192.0.2.0/24Network as source',
      'Office 192.0.2.0/24Network as destination',
    ]);
    expect(screen.getByText('There are more: type more of it.')).toBeInTheDocument();
    await user.click(destination);
    expect(place()).toBe('/d/flowscope-pair-interface?var-destination_interface=192.0.2.0%2F24');
  });

  it('leads to reports where the dashboard of hosts is not installed', async () => {
    server.use(
      installed(SHIPPED.filter((uid) => uid !== 'flowscope-host')),
      finds([WEB, { ...KNOWN, id: 'vpc-0a/10.0.1.5' }])
    );
    const user = await search('web');
    expect(await options()).toHaveLength(3);
    await user.click((await options())[2]);
    expect(place()).toBe('/d/flowscope-conversations?var-destination=10.0.1.5');
    await user.click((await options())[0]);
    expect(place()).toBe('/d/flowscope-interface?var-interface=eni-0a1');
  });

  it('says what is wrong, what is not found, and that nobody answers', async () => {
    const message = '10.0.0.300 is no address. It looks like 10.0.1.5.';
    server.use(refuses('get', 'search', 400, { code: 'invalid', field: 'q', message }));
    const user = await search('10.0.0.300');
    expect(await screen.findByText(message)).toBeInTheDocument();
    await user.keyboard('{Enter}');
    expect(place()).toBe('/');

    server.use(finds([]));
    await user.clear(field());
    await user.paste('nothing');
    expect(await screen.findByText(/^Nothing found: no name or id has this/)).toBeInTheDocument();

    server.use(unreachable());
    await user.clear(field());
    await user.paste('web');
    expect(await screen.findByText('The Grafana server gets no answer at the sidecar’s URL.')).toBeInTheDocument();
  });

  it('leaves / to who types elsewhere', () => {
    render(
      <>
        <textarea aria-label="Note" />
        <SearchBox />
      </>
    );
    const note = screen.getByRole('textbox', { name: 'Note' });
    note.focus();
    fireEvent.keyDown(note, { key: '/' });
    expect(note).toHaveFocus();
  });
});
